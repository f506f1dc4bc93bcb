"""Which layers a session comes under, and from when a change holds."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluators.profiles import effective_from, segment_of
from tests.builders import a_session, agent, bot, customer

JUNIOR = {"agent_id": "a-1", "group": "presale", "tier": "junior"}
SENIOR = {"agent_id": "a-2", "group": "aftersale", "tier": "senior"}
ROBOT = {"agent_id": "b-1", "kind": "bot", "group": "robots", "tier": "bot"}
SEGMENTS: list[tuple[str, list[dict[str, Any]], dict[str, Any], tuple[str | None, ...]]] = [
    ("nothing known", [], {}, (None, None, None)),
    ("the shop", [], {"shop": "s"}, ("s", None, None)),
    ("the session's group wins", [], {"group": "vip", "agents": [JUNIOR]}, (None, "vip", "junior")),
    ("else the agent's", [], {"agents": [JUNIOR]}, (None, "presale", "junior")),
    ("a bot has no tier", [bot("亲")], {"agents": [ROBOT]}, (None, None, None)),
    ("nor does it come before a human", [bot("亲")], {"agents": [ROBOT, SENIOR]}, (None, "aftersale", "senior")),
    ("who wrote first", [agent(by="a-2", text="您好")], {"agents": [JUNIOR, SENIOR]}, (None, "aftersale", "senior")),
    ("in order of time", [agent("二", at=9, by="a-1"), agent("一", at=1, by="a-2")], {"agents": [JUNIOR, SENIOR]},
     (None, "aftersale", "senior")),
    ("in order given where a time is missing", [agent("一", at=None, by="a-1"), agent("二", at=1, by="a-2")],
     {"agents": [SENIOR, JUNIOR]}, (None, "presale", "junior")),
    ("nobody wrote: who is listed first", [customer("在吗")], {"agents": [SENIOR, JUNIOR]},
     (None, "aftersale", "senior")),
    ("who is not listed does not count", [agent("您好", by="x")], {"agents": [SENIOR, JUNIOR]},
     (None, "aftersale", "senior")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("messages", "fields", "expected"), [case[1:] for case in SEGMENTS], ids=[case[0] for case in SEGMENTS]
)
def test_the_segment_of_a_session(
    messages: list[dict[str, Any]], fields: dict[str, Any], expected: tuple[str | None, ...]
) -> None:
    assert segment_of(a_session(*messages, **fields)) == expected


EFFECTIVE = [
    ("2026-11-01T00:00:00+08:00", "Asia/Shanghai", "2026-11-02T00:00:00+08:00"),
    ("2026-11-01T23:59:59+08:00", "Asia/Shanghai", "2026-11-02T00:00:00+08:00"),
    ("2026-11-01T15:59:59+00:00", "Asia/Shanghai", "2026-11-02T00:00:00+08:00"),
    ("2026-11-01T16:00:00+00:00", "Asia/Shanghai", "2026-11-03T00:00:00+08:00"),
    ("2026-12-31T12:00:00+08:00", "Asia/Shanghai", "2027-01-01T00:00:00+08:00"),
    # Clocks go back that day: it has 25 hours, and its midnight is in summer time.
    ("2026-10-24T12:00:00+02:00", "Europe/Berlin", "2026-10-25T00:00:00+02:00"),
    # Clocks go forward at midnight: the day begins at one.
    ("2026-03-28T12:00:00+02:00", "Asia/Beirut", "2026-03-29T01:00:00+03:00"),
]


@pytest.mark.parametrize(("now", "zone", "expected"), EFFECTIVE)
def test_a_change_holds_from_midnight_of_the_next_day(now: str, zone: str, expected: str) -> None:
    assert effective_from(datetime.fromisoformat(now), ZoneInfo(zone)).isoformat() == expected


def test_now_needs_an_offset() -> None:
    with pytest.raises(ValueError, match="aware"):
        effective_from(datetime(2026, 11, 1), ZoneInfo("Asia/Shanghai"))  # noqa: DTZ001 - that is the point


@given(st.integers(946684800, 1893456000).map(lambda at: datetime.fromtimestamp(at, UTC)), st.timezones())
def test_it_is_always_the_start_of_the_next_day(now: datetime, zone: ZoneInfo) -> None:
    found = effective_from(now, zone)
    assert now < found <= now + timedelta(hours=49)
    today = now.astimezone(zone).date()
    assert found.date() > today
    assert (found.astimezone(UTC) - timedelta(microseconds=1)).astimezone(zone).date() < found.date()
