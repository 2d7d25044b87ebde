"""The programmes of the repository, compiled as the build does it."""

import json
from functools import cache
from pathlib import Path

from madoguchi.programme.definition import Programme, decode
from madoguchi.programme.schema import compile_programme

PROGRAMMES = Path(__file__).resolve().parents[2] / "layers" / "programmes"


@cache
def the_programme(programme_id: str) -> Programme:
    """The newest version of a programme's definition."""
    return decode(json.dumps(compile_programme(PROGRAMMES / programme_id)).encode())[-1]
