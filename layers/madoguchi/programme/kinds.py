"""What was typed into one field, by its kind: what it means, or why it cannot be accepted.

Names and free text are trimmed and otherwise kept as typed: NFC or NFKC would replace the registered
characters of a person's name. Codes are read whatever their width; nobody is asked to type half width.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date

from madoguchi.japan.kana import katakana
from madoguchi.japan.postal import postal_code
from madoguchi.japan.prefectures import PREFECTURES
from madoguchi.programme.questions import Field, Value

CHOSEN_KINDS = frozenset({"select", "radio", "prefecture", "checkboxes"})
# Allowed in an address by the letter, but a header that held it would be read as something else.
ENCODED_WORD = "=?"
# Joins emoji; every other format character is invisible or turns the direction of what follows.
ZERO_WIDTH_JOINER = "\u200d"
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# NFKC leaves these as they are; in a code each of them is typed for a hyphen.
HYPHENS = dict.fromkeys(map(ord, "‐‑–—―−ー"), "-")
NUMBER = re.compile(r"-?\d{1,9}")
WEB_ADDRESS = re.compile(r"https?://[^\s/?#@]+\.[^\s/?#@]+([/?#]\S*)?", re.ASCII)
DATE_IN_ONE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
EARLIEST_YEAR = 1900
HOME_COUNTRY = "JP"
HOME_CODE = 81


class MistypedError(Exception):
    """What was typed into one field cannot be accepted: the code and facts of the advice, and the control."""

    def __init__(self, field: Field, code: str, *, control: str = "", **facts: object) -> None:
        """Name the field in the advice."""
        self.code = code
        self.control = control or (f"{field.id}_year" if field.kind == "date" else field.id)
        self.facts = {"label": field.label, **facts}
        super().__init__(code)


def value_of(field: Field, typed: Mapping[str, Value], today: date) -> Value:
    """What is stored for a field, or MistypedError. Evidence is shown at the counter: nothing is typed."""
    if field.kind == "evidence":
        return ""
    if field.kind == "checkboxes":
        return _several(field, typed[field.id])
    text = _date_text(field, typed) if field.kind == "date" else str(typed[field.id]).strip()
    if text:
        return _chosen(field, text) if field.kind in CHOSEN_KINDS else _parsed(field, text, today)
    if field.required:
        raise MistypedError(field, "unchosen" if field.kind in CHOSEN_KINDS else "missing")
    return ""


def address(typed: str) -> str:
    """A mail address as we write to it, whatever its width; ValueError when it cannot be one."""
    from email_validator import validate_email  # noqa: PLC0415 only a posted form needs it

    folded = unicodedata.normalize("NFKC", typed).strip()
    if ENCODED_WORD in folded:
        raise ValueError(typed)
    checked = validate_email(folded, check_deliverability=False, allow_smtputf8=False)
    return checked.ascii_email or checked.normalized


def code_of(typed: str) -> str:
    """A code as it is stored: half width, without spaces, every dash a hyphen."""
    return "".join(unicodedata.normalize("NFKC", typed).translate(HYPHENS).split())


def _parsed(field: Field, text: str, today: date) -> str:
    if len(text) > field.longest:
        raise MistypedError(field, "too_long", most=field.longest, now=len(text))
    if field.kind == "textarea":
        text = text.replace("\r\n", "\n").replace("\t", " ")
    _refuse_unseen(field, text.replace("\n", "") if field.kind == "textarea" else text)
    return _date(field, text, today) if field.kind == "date" else PARSERS.get(field.kind, _as_typed)(field, text)


def _as_typed(_field: Field, text: str) -> str:
    return text


def _refuse_unseen(field: Field, text: str) -> None:
    if any(unicodedata.category(each) in UNSEEN for each in text if each != ZERO_WIDTH_JOINER):
        raise MistypedError(field, "unseen")


def _chosen(field: Field, value: str) -> str:
    if value not in _values(field):
        raise MistypedError(field, "unlisted")
    return value


def _several(field: Field, typed: Value) -> list[str]:
    wanted = set(typed)
    if not wanted <= set(_values(field)):
        raise MistypedError(field, "unlisted")
    if field.required and not wanted:
        raise MistypedError(field, "unchosen")
    if field.least is not None and wanted and len(wanted) < field.least:
        raise MistypedError(field, "too_few", least=field.least)
    if field.most is not None and len(wanted) > field.most:
        raise MistypedError(field, "too_many", most=field.most)
    return [value for value in _values(field) if value in wanted]


def _values(field: Field) -> list[str]:
    return list(PREFECTURES) if field.kind == "prefecture" else [option.value for option in field.options]


def _kana(field: Field, text: str) -> str:
    try:
        return katakana(text)
    except ValueError as error:
        raise MistypedError(field, "kana") from error


def _email(field: Field, text: str) -> str:
    try:
        return address(text)
    except ValueError as error:
        raise MistypedError(field, "email") from error


def _phone(field: Field, text: str) -> str:
    import phonenumbers  # noqa: PLC0415 only a posted form needs it

    code = code_of(text)
    if not code.isascii():
        # The parser would drop a word behind the number, and keep the digits of other scripts.
        raise MistypedError(field, "phone")
    try:
        number = phonenumbers.parse(code, HOME_COUNTRY)
    except phonenumbers.NumberParseException as error:
        raise MistypedError(field, "phone") from error
    if not phonenumbers.is_valid_number(number):
        raise MistypedError(field, "phone")
    is_home = number.country_code == HOME_CODE
    form = phonenumbers.PhoneNumberFormat.NATIONAL if is_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(number, form))


def _postal(field: Field, text: str) -> str:
    try:
        return postal_code(text)
    except ValueError as error:
        raise MistypedError(field, "postal") from error


def _number(field: Field, text: str) -> str:
    code = code_of(text).replace(",", "")
    if not NUMBER.fullmatch(code):
        raise MistypedError(field, "number")
    if field.least is not None and int(code) < field.least:
        raise MistypedError(field, "too_small", least=field.least)
    if field.most is not None and int(code) > field.most:
        raise MistypedError(field, "too_big", most=field.most)
    return str(int(code))


def _url(field: Field, text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).strip()
    if not WEB_ADDRESS.fullmatch(folded):
        raise MistypedError(field, "url")
    return folded


def _date_text(field: Field, typed: Mapping[str, Value]) -> str:
    parts = [str(typed.get(f"{field.id}_{part}", "")).strip() for part in ("year", "month", "day")]
    return "-".join(parts) if any(parts) else str(typed.get(field.id, "")).strip()


def _date(field: Field, text: str, today: date) -> str:
    found = DATE_IN_ONE.fullmatch(code_of(text))
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or day.year < EARLIEST_YEAR:
        raise MistypedError(field, "date")
    if field.id == "birth_date" and day > today:
        raise MistypedError(field, "date_ahead")
    return day.isoformat()


PARSERS: Mapping[str, Callable[[Field, str], str]] = {
    "kana": _kana,
    "email": _email,
    "phone": _phone,
    "postal": _postal,
    "number": _number,
    "url": _url,
}
