"""Readings: hiragana, half-width and full-width kana all become full-width katakana."""

import re
import unicodedata

HIRAGANA = range(0x3041, 0x3097)
ITERATION_MARKS = range(0x309D, 0x309F)
TO_KATAKANA = {code: code + 0x60 for code in (*HIRAGANA, *ITERATION_MARKS)}
# NFKC leaves these dashes as they are; in a reading each of them stands for the long vowel.
DASHES = dict.fromkeys(map(ord, "-‐‑–—―−"), "ー")
READING = re.compile(r"[ァ-ヺーヽヾ・＝ ]+")


def katakana(typed: str) -> str:
    """The reading in full-width katakana; ValueError when it holds anything but kana, ・, ＝ and spaces."""
    folded = unicodedata.normalize("NFKC", typed).strip()
    reading = folded.translate(TO_KATAKANA | DASHES).replace("=", "＝")
    if not READING.fullmatch(reading):
        raise ValueError(typed)
    return reading
