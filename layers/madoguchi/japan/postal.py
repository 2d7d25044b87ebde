"""Postal codes and the places that they stand for, by Japan Post's data.

The places lie in small JSON files, one per first three digits: {"1000001": [["13", "13101", "東京都", "千代田区",
"千代田"]]}. One code may stand for several places, even in two prefectures: whoever asks gets all of them.
"""

import json
import re
import unicodedata
from typing import NamedTuple

DIGITS = 7
# NFKC turns the full-width dash and digits into these already; the others it leaves as they are.
_DASHES = re.compile(r"[-‐‑‒–—―−ー\s]")


class Place(NamedTuple):
    """A place that a postal code stands for; the town is empty where the code only says the city."""

    prefecture_code: str
    city_code: str
    prefecture: str
    city: str
    town: str

    def __str__(self) -> str:
        """The place as it is written in one line."""
        return f"{self.prefecture}{self.city}{self.town}"


def postal_code(typed: str) -> str:
    """The seven digits, whatever their width and with or without 〒 and dash; ValueError when it is none."""
    folded = _DASHES.sub("", unicodedata.normalize("NFKC", typed).removeprefix("〒"))
    if len(folded) != DIGITS or not (folded.isascii() and folded.isdecimal()):
        raise ValueError(typed)
    return folded


def with_dash(code: str) -> str:
    """A stored code as people write it: 100-0001."""
    return f"{code[:3]}-{code[3:]}" if len(code) == DIGITS else code


def file_of(code: str) -> str:
    """The name of the file that holds the places of a code."""
    return f"{code[:3]}.json"


def places_in(content: bytes, code: str) -> tuple[Place, ...]:
    """Every place of a code, from the content of its file; none when Japan Post has no such code."""
    return tuple(Place(*each) for each in json.loads(content).get(code, ()))
