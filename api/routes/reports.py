"""Scorecards and counts over many sessions. Undetermined is counted by cause, never as a verdict."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from api.auth import Reader
from api.checked_sessions import Checks
from api.examples import reading as examples_read
from api.examples import reporting as examples_reporting
from api.rest.openapi import problems, returns
from api.rest.parameters import StartedFrom, StartedTo
from api.rest.replies import reply
from api.schemas.reporting import CorrectedScores
from api.service import UsesService
from storage import reports
from storage.reports import Overview, ReplyTimeSummary, ReportFilters, RuleCounts, ScoreSummary

router = APIRouter(prefix="/v1", responses=problems(422))


def _filters(
    caller: Reader,
    shop: str | None = None,
    group: str | None = None,
    agent: str | None = None,
    started_from: StartedFrom = None,
    started_to: StartedTo = None,
) -> ReportFilters:
    return ReportFilters(
        shop=shop,
        group=group,
        agent=agent,
        started_from=started_from,
        started_to=started_to,
        blind_for=caller.blind_for,
    )


Filters = Annotated[ReportFilters, Depends(_filters)]


@router.get(
    "/reports/overview",
    tags=["reports"],
    summary="The head line of a report",
    responses=returns(Overview, examples_read.OVERVIEW),
)
async def read_overview(service: UsesService, _: Reader, filters: Filters) -> Response:
    """How many sessions, how many of them inspected, their mean score, red lines and open questions."""
    async with service.database.reading() as db:
        return reply(await reports.overview(db, filters))


@router.get(
    "/reports/corrected",
    tags=["reports"],
    summary="Mean score and red lines, corrected",
    responses=returns(CorrectedScores, examples_reporting.CORRECTED),
)
async def correct_scores(service: UsesService, _: Reader, filters: Filters) -> Response:
    """As reviewers would have them, from whole sessions that were drawn at random and looked through: the mean score, and
    the share of sessions with a red line. Each has the sessions it is out of, which are those that could have been drawn and
    have not been inspected again since. `value` is null with fewer than `checks_needed` checked sessions.
    """
    async with service.database.reading() as db:
        return reply(await Checks(db, service).corrected(filters))


@router.get(
    "/reports/rules",
    tags=["reports"],
    summary="How often each rule hit",
    responses=returns(tuple[RuleCounts, ...], [examples_read.RULE_COUNTS]),
)
async def count_by_rule(service: UsesService, _: Reader, filters: Filters) -> Response:
    """Per rule over sessions. A hit rate is `hit / (hit + no_hit)`."""
    async with service.database.reading() as db:
        return reply(await reports.rule_counts(db, filters))


@router.get(
    "/reports/agents",
    tags=["reports"],
    summary="How often each rule hit, per agent",
    responses=returns(tuple[RuleCounts, ...], [examples_read.RULE_COUNTS | {"agent_id": "a-1"}]),
)
async def count_by_agent(service: UsesService, _: Reader, filters: Filters) -> Response:
    """Agents and rules. An agent's denominator is the sessions they served in which the rule was decided."""
    async with service.database.reading() as db:
        return reply(await reports.agent_rule_counts(db, filters))


@router.get(
    "/reports/satisfaction",
    tags=["reports"],
    summary="Sessions by rating",
    responses=returns(dict[str, int], examples_read.SATISFACTION),
)
async def count_by_satisfaction(service: UsesService, _: Reader, filters: Filters) -> Response:
    """Sessions by level of the last rating, 1 very dissatisfied to 5 very satisfied; `none`: not rated."""
    async with service.database.reading() as db:
        found = await reports.satisfaction(db, filters)
    return reply({"none" if level is None else str(level): count for level, count in found.items()})


@router.get(
    "/reports/reply_times",
    tags=["reports"],
    summary="Mean reply times",
    responses=returns(ReplyTimeSummary, examples_read.REPLY_TIMES),
)
async def read_reply_times(service: UsesService, _: Reader, filters: Filters) -> Response:
    """Seconds, over the sessions that have such a reply."""
    async with service.database.reading() as db:
        return reply(await reports.reply_times(db, filters))


@router.get(
    "/scorecards",
    tags=["scorecards"],
    summary="Scores per agent, group or shop",
    responses=returns(tuple[ScoreSummary, ...], [examples_read.SCORE_SUMMARY]),
)
async def list_scorecards(
    service: UsesService,
    _: Reader,
    filters: Filters,
    by: Annotated[Literal["agent", "group", "shop"], Query(description="whose scores are summed")] = "agent",
) -> Response:
    """Over the sessions started in the period. An agent's numbers come from the agent's own cards."""
    async with service.database.reading() as db:
        return reply(await reports.scores(db, filters, by=by))
