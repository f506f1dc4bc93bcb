"""When a shop is served, as an author writes it: `[service_hours]` of a profile."""

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from evaluators.timeline.turns import ServiceHours, service_hours

Clock = Annotated[str, Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$", description="08:00 ... 24:00")]
Weekday = Annotated[int, Meta(ge=1, le=7, description="1 Monday ... 7 Sunday")]


class ServiceCalendar(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Turns that start outside these hours do not count. An `end` before `start` is on the next day."""

    start: Annotated[Clock, Meta(description="from, inclusive")] = "00:00"
    end: Annotated[Clock, Meta(description="until, exclusive; 24:00 is the end of the day")] = "24:00"
    timezone: Annotated[str, Meta(description="IANA name")] = "Asia/Shanghai"
    weekdays: Annotated[tuple[Weekday, ...], Meta(min_length=1, description="days of the week served")] = (
        1, 2, 3, 4, 5, 6, 7,
    )  # fmt: skip
    closed: Annotated[tuple[str, ...], Meta(description="single dates off, YYYY-MM-DD")] = ()

    def problem(self) -> tuple[str, str] | None:
        """Field and what was expected there, if the calendar cannot be meant."""
        if self.start == self.end or self.start == "24:00":
            return "start", f"expected a start before 24:00 other than the end, got {self.start}–{self.end}"
        if not is_timezone(self.timezone):
            return "timezone", f"expected an IANA name such as Asia/Shanghai, got {self.timezone!r}"
        for index, day in enumerate(self.closed):
            if not _is_date(day):
                return f"closed[{index}]", f"expected a date such as 2026-02-17, got {day!r}"
        return None

    def compiled(self) -> ServiceHours:
        """What the engine asks. The calendar must have no `problem()`."""
        return service_hours(self.start, self.end, self.timezone, list(self.weekdays), list(self.closed))


def is_timezone(name: str) -> bool:
    """Whether this is the name of a time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: the name of a folder of zones
        return False
    return True


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
