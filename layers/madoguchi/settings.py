"""The only reader of environment variables."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Self


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between stacks. Every function of a stack gets the same values."""

    stack: str
    programme: str
    environment: str
    public_url: str
    staff_url: str
    staff_cidrs: str
    mail_from: str
    reports_bucket: str
    static_bucket: str
    exchange_bucket: str
    owed_mail_queue_url: str
    newsletter_queue_url: str
    exchange_queue_url: str
    user_pool_id: str
    user_pool_client_id: str

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The environment variables that must be set."""
        return tuple(field.name.upper() for field in fields(cls))

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Read all settings, or raise RuntimeError naming every one that is missing."""
        missing = [name for name in cls.names() if not environment.get(name)]
        if missing:
            message = f"missing settings: {', '.join(missing)}"
            raise RuntimeError(message)
        return cls(**{name.lower(): environment[name] for name in cls.names()})

    def table(self, capability: str) -> str:
        """The name of a capability's table."""
        return f"{self.stack}-{capability}"

    @property
    def is_secure(self) -> bool:
        """Whether visitors reach the site by https (not so on the local cloud)."""
        return self.public_url.startswith("https://")


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings.read(os.environ)
