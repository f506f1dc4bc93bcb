"""Instants and back."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from evaluators.timeline.units import instant, moment

ZONES = st.one_of(
    st.none(),
    st.sampled_from([UTC, ZoneInfo("America/New_York"), ZoneInfo("Asia/Shanghai")]),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@given(at=st.integers(0, 4_000_000_000_000_000), zone=ZONES)
def test_a_moment_is_the_instant_as_that_zone_writes_it(at: int, zone: timezone | ZoneInfo | None) -> None:
    expected = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(zone or UTC)
    assert moment(at, zone).isoformat() == expected.isoformat()
    assert instant(moment(at, zone)) == at
