"""The schema of a programme definition (pydantic), and the compiler from YAML to JSON.

Only the build, the `madoguchi` command, the tests and the function that checks what staff change import it.
"""

from typing import Any

from madoguchi.programme.schema.compiling import (
    DefinitionError,
    Problem,
    compile_definition,
    compile_programme,
    sources_of,
)
from madoguchi.programme.schema.programme import Programme

__all__ = [
    "DefinitionError",
    "Problem",
    "compile_definition",
    "compile_programme",
    "json_schema",
    "sources_of",
]


def json_schema() -> dict[str, Any]:
    """The schema as JSON Schema, with which editors complete and check a definition."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Programme.model_json_schema()
