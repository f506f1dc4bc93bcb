"""Times as exports write them: ISO and Chinese dates, Unix seconds and milliseconds, Excel serial numbers."""

import re
import unicodedata
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Literal

_EXPECTED = "expected a time such as 2026-11-01 10:00:00, got"
_EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 (a workbook knows no time zone)
_WRITTEN = re.compile(
    r"""(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?
        [T\s]*(?P<half>上午|下午|AM|PM)?\s*
        (?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})
        (?:[:分](?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,9}))?)?[分秒]?
        \s*(?P<late_half>AM|PM)?
        \s*(?P<offset>Z|UTC|GMT|[+-]\d{2}:?\d{2})?""",
    re.VERBOSE | re.IGNORECASE,
)
_COMPACT = re.compile(r"(?:19|20)\d{12}")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def parse_time(
    value: Any, unit: Literal["s", "ms"] | None = None, layout: str | None = None
) -> datetime | None:
    """A datetime, naive where the value has no offset. None and blank text are None.

    Numbers: in `unit`, else by size: Unix seconds, milliseconds or microseconds, `yyyymmddHHMMSS`, Excel
    serial days. Text: ISO 8601, `2026/11/1 10:00`, `2026年11月1日 下午3:05`, or `layout` (as of `strptime`).
    Raises `ValueError` that says what was expected.
    """
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, str):
        return _from_text(value, unit, layout)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value, unit)
    if isinstance(value, date):
        return datetime.combine(value, time.min)
    raise ValueError(f"{_EXPECTED} {value!r}")


def _from_text(value: str, unit: Literal["s", "ms"] | None, layout: str | None) -> datetime | None:
    text = value.strip()
    if not text:
        return None
    if layout is not None:
        try:
            return datetime.strptime(text, layout)  # noqa: DTZ007 (naive where the layout has no offset)
        except ValueError as error:
            raise ValueError(f"expected a time laid out as {layout}, got {value!r}") from error
    if text[4:5] == "-" and len(text) > 10:
        # The usual case, and several times faster than the pattern.
        with suppress(ValueError):
            return datetime.fromisoformat(text)
    if _NUMBER.fullmatch(text):
        return _from_number(float(text) if "." in text else int(text), unit)
    return _from_written(text)


def _from_written(text: str) -> datetime:
    match = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None:
        raise ValueError(f"{_EXPECTED} {text!r}")
    hour = int(match["hour"])
    half = (match["half"] or match["late_half"] or "").upper()
    if half in ("PM", "下午") and hour < 12:
        hour += 12
    elif half in ("AM", "上午") and hour == 12:
        hour = 0
    fraction = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        return datetime(
            int(match["year"]), int(match["month"]), int(match["day"]),
            hour, int(match["minute"]), int(match["second"] or 0), fraction, _offset(match["offset"]),
        )  # fmt: skip
    except ValueError as error:
        raise ValueError(f"{_EXPECTED} {text!r} ({error})") from error


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))


def _from_number(value: float, unit: Literal["s", "ms"] | None) -> datetime:
    if unit is None and isinstance(value, int) and _COMPACT.fullmatch(str(value)):
        try:
            return datetime.strptime(str(value), "%Y%m%d%H%M%S")  # noqa: DTZ007 (naive by nature)
        except ValueError as error:
            raise ValueError(f"{_EXPECTED} {value}") from error
    if unit is None and 20_000 <= value < 80_000:
        # Serial days are binary fractions: whole milliseconds are what was meant.
        return _EXCEL_ZERO + timedelta(milliseconds=round(value * 86_400_000))
    per_second = {"s": 1, "ms": 1000, None: _units_per_second(value)}[unit]
    try:
        whole, rest = divmod(value, per_second)
        return datetime.fromtimestamp(whole, UTC) + timedelta(seconds=rest / per_second)
    except (OverflowError, ValueError, OSError) as error:
        raise ValueError(f"{_EXPECTED} {value}") from error


def _units_per_second(value: float) -> int:
    """Of a number between 1973 and 2128 in seconds, milliseconds or microseconds."""
    for per_second in (1, 1000, 1_000_000):
        if 1e8 * per_second <= value < 5e9 * per_second:
            return per_second
    raise ValueError(f"{_EXPECTED} {value}")
