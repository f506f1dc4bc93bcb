"""When a shop is served: the instants at which turns count."""

from datetime import datetime

import msgspec
import pytest

from evaluators.reply_metrics.service_calendar import ServiceCalendar
from evaluators.timeline.units import instant

DAYTIME = {"start": "08:00", "end": "23:00"}
NIGHT = {"start": "20:00", "end": "02:00"}
FRIDAY_NIGHT = {**NIGHT, "weekdays": [5]}
HOLIDAY = {**NIGHT, "closed": ["2026-02-17"]}
CASES = [
    ({}, "2026-11-01T00:00:00+08:00", True),
    ({}, "2026-11-01T23:59:59+08:00", True),
    (DAYTIME, "2026-11-01T07:59:59.999+08:00", False),
    (DAYTIME, "2026-11-01T08:00:00+08:00", True),
    (DAYTIME, "2026-11-01T00:00:00Z", True),
    (DAYTIME, "2026-11-01T22:59:59.999+08:00", True),
    (DAYTIME, "2026-11-01T23:00:00+08:00", False),
    ({**DAYTIME, "timezone": "Europe/Berlin"}, "2026-11-01T08:00:00+08:00", False),
    ({"weekdays": [1, 2, 3, 4, 5]}, "2026-11-01T12:00:00+08:00", False),  # a Sunday
    ({"weekdays": [1, 2, 3, 4, 5]}, "2026-11-02T12:00:00+08:00", True),
    ({"weekdays": [7]}, "2026-11-01T12:00:00+08:00", True),
    ({"closed": ["2026-02-17"]}, "2026-02-17T12:00:00+08:00", False),
    ({"closed": ["2026-02-17"]}, "2026-02-16T16:00:00Z", False),
    ({"closed": ["2026-02-17"]}, "2026-02-18T00:00:00+08:00", True),
    (NIGHT, "2026-11-01T19:59:59+08:00", False),
    (NIGHT, "2026-11-01T20:00:00+08:00", True),
    (NIGHT, "2026-11-01T01:59:59+08:00", True),
    (NIGHT, "2026-11-01T02:00:00+08:00", False),
    (FRIDAY_NIGHT, "2026-11-06T20:00:00+08:00", True),
    (FRIDAY_NIGHT, "2026-11-07T01:00:00+08:00", True),
    (FRIDAY_NIGHT, "2026-11-06T01:00:00+08:00", False),
    (HOLIDAY, "2026-02-17T01:00:00+08:00", True),
    (HOLIDAY, "2026-02-17T21:00:00+08:00", False),
    (HOLIDAY, "2026-02-18T01:00:00+08:00", False),
]


@pytest.mark.parametrize(("calendar", "at", "expected"), CASES, ids=[f"{c[0]} {c[1]}" for c in CASES])
def test_the_hours_in_which_turns_count(calendar: dict[str, object], at: str, expected: bool) -> None:
    found = msgspec.convert(calendar, ServiceCalendar)
    assert found.problem() is None
    assert found.compiled().open_at(instant(datetime.fromisoformat(at))) is expected
