"""What a report is about, and the addresses of the lists behind its numbers."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Annotated, NamedTuple
from urllib.parse import quote, urlencode

import msgspec
from fastapi import Depends

from api.console.access import SignedIn
from api.console.days import AskedDay
from api.service import UsesService
from storage import reports
from storage.reports import ReportFilters

WEEKS = 3


class Asked(NamedTuple):
    """`given`: the fields as they are filled in. `last_day`: the last day of the report, or None: until now. `all_days`:
    where no day was asked for, and three weeks are shown, the conditions that show everything.
    """

    given: dict[str, str]
    filters: ReportFilters
    zone: tzinfo
    last_day: date | None
    all_days: str = ""


class Week(NamedTuple):
    """Seven days, and the conditions of the report within them."""

    first: date
    last: date
    filters: ReportFilters


async def asked_of(
    service: UsesService,
    caller: SignedIn,
    shop: str | None = None,
    group: str | None = None,
    agent: str | None = None,
    from_day: AskedDay = None,
    to_day: AskedDay = None,
) -> Asked:
    """The conditions of a request, both days inclusive, in the time zone of the shop.

    Without days: three weeks up to the newest session. All that was ever inspected takes long to count, and a mean over
    years tells nobody anything.
    """
    zone, all_days = service.settings.zone_of(shop), ""
    named = {name: value for name, value in (("shop", shop), ("group", group), ("agent", agent)) if value}
    if from_day is None and to_day is None:
        async with service.database.reading() as db:
            starts = await reports.first_and_last(db, ReportFilters(shop=shop, group=group, agent=agent))
        if starts is not None:
            first, to_day = [each.astimezone(zone).date() for each in starts]
            from_day = to_day - timedelta(days=7 * WEEKS - 1)
            all_days = urlencode({**named, "from_day": first}) if first < from_day else ""
    filters = ReportFilters(
        shop=shop, group=group, agent=agent,
        started_from=midnight(from_day, zone) if from_day else None,
        started_to=midnight(to_day + timedelta(days=1), zone) if to_day else None,
        blind_for=caller.blind_for,
    )  # fmt: skip
    days = {name: str(day) for name, day in (("from_day", from_day), ("to_day", to_day)) if day}
    return Asked(named | days, filters, zone, to_day, all_days)


AskedReport = Annotated[Asked, Depends(asked_of)]


def midnight(day: date, zone: tzinfo) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), tzinfo=zone)


def weeks_of(asked: Asked, last: date) -> list[Week]:
    """Three times seven days up to and including `last`, oldest first."""
    return [_week(asked, last - timedelta(days=7 * back)) for back in reversed(range(WEEKS))]


def _week(asked: Asked, last: date) -> Week:
    first = last - timedelta(days=6)
    return Week(
        first,
        last,
        msgspec.structs.replace(
            asked.filters,
            started_from=midnight(first, asked.zone),
            started_to=midnight(last + timedelta(days=1), asked.zone),
        ),
    )


def last_day_of(asked: Asked) -> date:
    """Of the period; today where it goes on."""
    return asked.last_day or datetime.now(asked.zone).date()


def page_of(agent: str, given: Mapping[str, str]) -> str:
    """The page of an agent under the conditions of the report."""
    kept = {name: value for name, value in given.items() if name != "agent"}
    return f"/reports/agents/{quote(agent, safe='')}{'?' if kept else ''}{urlencode(kept)}"


def list_of(given: Mapping[str, str], **more: object) -> str:
    """The session list under the conditions of the report and some more."""
    return f"/desk?{urlencode({**given, **{name: str(value) for name, value in more.items()}})}"
