"""Values of a row or a record made to text, times and words; what is wrong names the place it stands at."""

from datetime import datetime
from typing import Any

from evaluators.errors import SessionInvalid
from storage.intake.times import parse_time
from storage.intake.words import sense

_NO_TEXT = (bool, dict, list)
_YES = ("1", "true", "yes", "y", "是", "已撤回", "撤回")
_NO = ("0", "false", "no", "n", "否", "未撤回", "")


def to_id(place: str, value: Any) -> str | None:
    """An id or a name: text without the blanks and tabs that exports add to stop Excel from rounding it."""
    text = (value if isinstance(value, str) else to_text(place, value)).strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text or None


def to_text(place: str, value: Any) -> str:
    if type(value) is str:
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, _NO_TEXT):
        raise SessionInvalid(place, f"expected a string, got {value!r}")
    return str(value)


def to_time(place: str, value: Any, layout: str | None) -> datetime | None:
    try:
        return parse_time(value, layout=layout)
    except ValueError as error:
        raise SessionInvalid(place, str(error)) from error


def to_sense(place: str, word: Any, table: dict[str, Any], section: str) -> Any:
    meaning = sense(table, to_text(place, word))
    if meaning is None:
        known = ", ".join(list(table)[:8])
        raise SessionInvalid(
            place, f"{word!r} is not known (known: {known} …); a mapping can add it under {section}"
        )
    return meaning


def to_flag(place: str, value: Any) -> bool:
    word = to_text(place, value).strip().casefold() if not isinstance(value, bool) else str(int(value))
    if word in _YES or word in _NO:
        return word in _YES
    raise SessionInvalid(place, f"expected yes or no, got {value!r}")
