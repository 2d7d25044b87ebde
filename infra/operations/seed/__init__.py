"""Demo content of a local stack. Every module here has `seed()`, which may be called again and again.

The modules act through the use cases of `madoguchi`, with the settings of the staff function (see `stack.act_as`).
"""

import importlib
import pkgutil

DEMO_EMAIL = "demo.manager@example.jp"


def seed_all() -> list[str]:
    """Let every module add what is missing; return their names."""
    names = sorted(one.name for one in pkgutil.iter_modules(__path__))
    for name in names:
        importlib.import_module(f"{__name__}.{name}").seed()
    return names
