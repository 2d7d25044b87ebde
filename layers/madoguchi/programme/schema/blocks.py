"""Ready blocks of fields; what they hold stands in blocks.yaml beside this file.

A definition takes a block by its name and gives the purpose; it may change single fields.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML

BlockName = Literal[
    "name", "name_latin", "kana", "email", "phone", "address", "prefecture", "birth_date", "age_band", "sex",
    "industry", "occupation", "sector", "how_heard", "considerations", "guardian", "organisation",
]  # fmt: skip

BLOCKS: Mapping[str, Sequence[Mapping[str, Any]]] = YAML(typ="safe").load(Path(__file__).with_name("blocks.yaml"))
