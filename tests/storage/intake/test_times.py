"""Times as exports write them."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from storage.intake.times import parse_time

NOON = datetime(2026, 11, 1, 12, 30, 5)  # noqa: DTZ001
SECONDS = 1_793_536_205


@pytest.mark.parametrize(
    "value",
    [
        "yesterday", "2026-11-01", "2026-13-01 10:00:00", "11/1/2026 10:00", "2026-11-01 25:00", "10:00:00", "1", "12345",
        99, 1e30, -5, True, [], {}, "20261301123005", float("nan"),
    ],
)  # fmt: skip
def test_what_is_no_time(value: Any) -> None:
    with pytest.raises(ValueError, match="expected a time such as 2026-11-01 10:00:00, got"):
        parse_time(value)


@pytest.mark.parametrize("value", [None, "", "  "])
def test_nothing_is_no_time_and_no_error(value: Any) -> None:
    assert parse_time(value) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-01 12:30:05", NOON),
        ("2026-11-01T12:30:05", NOON),
        ("2026/11/01 12:30:05", NOON),
        ("2026/11/1 12:30:05", NOON),
        ("2026.11.1 12:30:05", NOON),
        ("2026年11月1日 12:30:05", NOON),
        ("2026年11月1日12时30分5秒", NOON),
        ("2026年11月1日 下午12:30:05", NOON),
        ("2026-11-01 12:30:05 PM", NOON),
        ("２０２６－１１－０１ １２：３０：０５", NOON),
        ("20261101123005", NOON),
        (20261101123005, NOON),
        ("2026/11/1 12:30", NOON.replace(second=0)),
        ("2026-11-01 12:30:05.250", NOON.replace(microsecond=250_000)),
        ("2026/11/1 12:30:05.25", NOON.replace(microsecond=250_000)),
        ("2026-11-01 上午12:30:05", NOON.replace(hour=0)),
        ("2026-11-01 下午3:30:05", NOON.replace(hour=15)),
        ("2026-11-01T12:30:05Z", NOON.replace(tzinfo=UTC)),
        ("2026-11-01 12:30:05 UTC", NOON.replace(tzinfo=UTC)),
        ("2026-11-01 12:30:05 +0800", NOON.replace(tzinfo=timezone(timedelta(hours=8)))),
        ("2026/11/1 12:30:05-05:30", NOON.replace(tzinfo=timezone(-timedelta(hours=5, minutes=30)))),
        (46327.521, NOON.replace(second=14, microsecond=400_000)),
        ("46327.521", NOON.replace(second=14, microsecond=400_000)),
        (46327, NOON.replace(hour=0, minute=0, second=0)),
        (date(2026, 11, 1), NOON.replace(hour=0, minute=0, second=0)),
        (NOON, NOON),
    ],
)
def test_written_times(text: Any, expected: datetime) -> None:
    found = parse_time(text)
    assert found == expected
    assert found is not None
    assert found.utcoffset() == expected.utcoffset()


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (SECONDS, None), (str(SECONDS), None), (SECONDS * 1000, None), (str(SECONDS * 1000), None),
        (SECONDS * 1_000_000, None), (SECONDS, "s"), (SECONDS * 1000, "ms"), (float(SECONDS), None),
    ],
)  # fmt: skip
def test_unix_times(value: Any, unit: Any) -> None:
    assert parse_time(value, unit) == NOON.replace(tzinfo=UTC)


def test_milliseconds_are_kept() -> None:
    assert parse_time(SECONDS * 1000 + 7) == NOON.replace(tzinfo=UTC, microsecond=7000)


def test_a_serial_number_is_what_excel_shows() -> None:
    instant = datetime(2026, 11, 1, 10, 0, 1)  # noqa: DTZ001
    serial = (instant - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001
    assert parse_time(serial) == instant


def test_a_layout_rules_out_every_other_way() -> None:
    assert parse_time("11/01/2026 12:30", layout="%m/%d/%Y %H:%M") == NOON.replace(second=0)
    with pytest.raises(ValueError, match="laid out as %m/%d/%Y"):
        parse_time("2026-11-01 12:30:05", layout="%m/%d/%Y")
