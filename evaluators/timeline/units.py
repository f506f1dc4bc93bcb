"""Durations as authors write them, instants as the engine counts them: integer microseconds."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

SECOND = 1_000_000
_UNITS = {"ms": SECOND // 1000, "s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND, "d": 86400 * SECOND}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def microseconds(duration: str) -> int:
    """`20s`, `3m`, `2h`, `1d`, `500ms` in microseconds. The grammar has checked the form."""
    unit = duration.lstrip("0123456789")
    return int(duration[: -len(unit)]) * _UNITS[unit]


def instant(moment: datetime) -> int:
    """Microseconds since 1970-01-01T00:00:00Z of an aware datetime."""
    return (moment - _EPOCH) // MICROSECOND


def moment(at: int, zone: tzinfo | None) -> datetime:
    """The aware datetime of an instant, in `zone` (UTC when None)."""
    if isinstance(zone, timezone):
        return _epoch_in(zone) + timedelta(microseconds=at)
    return (_EPOCH + timedelta(microseconds=at)).astimezone(zone or UTC)


@lru_cache(maxsize=64)
def _epoch_in(zone: timezone) -> datetime:
    """In a zone whose offset never changes everything else can be counted from there."""
    return _EPOCH.astimezone(zone)


def spoken(duration: int) -> str:
    """A duration as a Chinese reader says it: `3分20秒`."""
    minutes, seconds = divmod(round(duration / SECOND), 60)
    if not minutes:
        return f"{seconds}秒"
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "小时"), (minutes, "分"), (seconds, "秒"))
    return "".join([f"{number}{unit}" for number, unit in parts if number])
