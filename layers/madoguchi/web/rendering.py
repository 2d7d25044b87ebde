"""Jinja2: precompiled templates, autoescape on, an undefined variable is an error."""

from datetime import date, datetime
from functools import cache
from typing import Any

from jinja2 import BaseLoader, Environment, ModuleLoader, StrictUndefined, select_autoescape

from madoguchi.japan.time import clock_text, day_text, instant_text

_loaders: dict[str, BaseLoader] = {}


def use_loader(kind: str, loader: BaseLoader) -> None:
    """Render `kind` (pages or mail) from elsewhere than the built layer; for tests."""
    _loaders[kind] = loader
    environment.cache_clear()


@cache
def environment(kind: str) -> Environment:
    """The environment of templates/<kind>."""
    made = Environment(
        loader=_loaders.get(kind) or _built(kind),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(day=day_text, instant=instant_text, clock=clock_text, iso=_iso)
    return made


def render(kind: str, template: str, facts: dict[str, Any]) -> str:
    """Render one template."""
    return environment(kind).get_template(template).render(facts)


def _iso(value: date | datetime) -> str:
    return value.isoformat()


def _built(kind: str) -> BaseLoader:
    # The layer is a package; the local cloud unzips layers elsewhere than /opt.
    from importlib.resources import files  # noqa: PLC0415 not needed where tests set a loader

    return ModuleLoader(str(files("madoguchi_templates").joinpath("compiled", kind)))
