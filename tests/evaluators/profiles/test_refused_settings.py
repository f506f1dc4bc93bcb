"""What is wrong with scoring, hours and timing is named with its line."""

import pytest

from evaluators.errors import ProfileInvalid
from evaluators.profiles import (
    settings_for,
)
from tests.evaluators.profiles.documents import CATALOGUE, problems, profile

REFUSED = [
    ("unknown scoring key", "[scoring]\ncapp = 3", "2: scoring.capp: unknown key; did you mean cap?"),
    (
        "upside down",
        "[scoring]\nbase = 50\nfloor = 60",
        "2: scoring.base: expected floor ≤ base ≤ cap, got 60 ≤ 50 ≤ 100",
    ),
    (
        "below a red line",
        "[scoring]\nfloor = -1",
        "2: scoring.floor: expected 0 or more: nothing scores less than a red line",
    ),
    (
        "infinite base",
        "[scoring]\nbase = inf",
        "2: scoring.base: expected finite numbers for base, floor and cap",
    ),
    (
        "unknown group",
        "[scoring]\nwithout_exclusion = ['overdu']",
        "2: scoring.without_exclusion[0]: no exclusion group 'overdu'; did you mean overdue?",
    ),
    (
        "cap of an unknown rule",
        "[scoring.caps.x]\nrules = ['R01', 'R0']\nper_session = -5",
        "2: scoring.caps.x.rules[1]: no rule of that id or R-number in the catalogue",
    ),
    (
        "cap without a limit",
        "[scoring.caps.x]\nrules = ['R01']",
        "1: scoring.caps.x: expected per_message or per_session",
    ),
    (
        "cap of two minds",
        "[scoring.caps.x]\nrules = ['R01']\nper_message = 5\nper_session = -5",
        "4: scoring.caps.x.per_session: expected the same sign as per_message",
    ),
    (
        "zero cap",
        "[scoring.caps.x]\nrules = ['R01']\nper_session = 0",
        "3: scoring.caps.x.per_session: expected a number other than 0: negative limits deductions, positive bonuses",
    ),
    ("hours", "[service_hours]\nstart = '25:00'", "2: service_hours.start: expected `str` matching regex"),
    (
        "no hours at all",
        "[service_hours]\nstart = '08:00'\nend = '08:00'",
        "2: service_hours.start: expected a start before 24:00 other than the end, got 08:00–08:00",
    ),
    (
        "nowhere",
        "[service_hours]\ntimezone = 'Asia/Beijing'",
        "2: service_hours.timezone: expected an IANA name such as Asia/Shanghai, got 'Asia/Beijing'",
    ),
    (
        "a folder of zones",
        "[service_hours]\ntimezone = 'Asia'",
        "2: service_hours.timezone: expected an IANA name",
    ),
    (
        "no date",
        "[service_hours]\nclosed = ['2026-02-30']",
        "2: service_hours.closed[0]: expected a date such as 2026-02-17, got '2026-02-30'",
    ),
    ("eighth day", "[service_hours]\nweekdays = [1, 8]", "2: service_hours.weekdays[1]: expected `int` <= 7"),
    ("new platform, half said", "[timing.jd]\nunit = 'turn'", "1: timing.jd.title: required, but missing"),
    ("unknown unit", "[timing.taobao]\nunit = 'word'", "2: timing.taobao.unit: invalid enum value 'word'"),
    (
        "platform hours",
        "[timing.taobao.service_hours]\ntimezone = 'Mars'",
        "2: timing.taobao.service_hours.timezone: expected an IANA name",
    ),
    ("no platform", "[timing]\ntaobao = 3", "2: timing.taobao: expected a table, got 3"),
]


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED])
def test_what_is_wrong_is_named_with_its_line(body: str, expected: str) -> None:
    found = problems(body)
    assert len(found) == 1
    assert found[0].startswith(expected)
    with pytest.raises(ProfileInvalid) as caught:
        settings_for(CATALOGUE, profile(body), shop="a", tier="x")
    assert str(caught.value).startswith("mine.toml:")
