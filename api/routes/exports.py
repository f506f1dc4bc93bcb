"""Everything that was found, one JSON object per line, sent while it is read."""

from collections.abc import AsyncIterator

from fastapi import APIRouter, Response

from api.auth import Reader
from api.examples import reading as examples_read
from api.examples import sessions as examples
from api.rest.openapi import problems, returns
from api.rest.parameters import Cursor, Limit
from api.rest.replies import LINES, LineResponse, reply, reply_lines
from api.routes.sessions import Filters
from api.schemas.inspecting import ScorecardPage, SessionScorecard
from api.service import Service, UsesService
from evaluators.types import Outcome, Scorecard
from storage import corrections, inspections, sessions
from storage.inspections import StoredInspection
from storage.sessions import SessionFilters, SessionSummary

router = APIRouter(prefix="/v1")
#: Inspections read at a time: one with all its outcomes is some 20 kB.
_BATCH = 100
Found = tuple[SessionSummary, StoredInspection, Scorecard]


@router.get(
    "/export/outcomes",
    tags=["inspections"],
    summary="All outcomes as JSON lines",
    response_class=LineResponse,
    responses=returns(Outcome, examples.OUTCOME, media_type=LINES, description="One outcome per line")
    | problems(422),
)
async def export_outcomes(service: UsesService, _: Reader, filters: Filters) -> Response:
    """Outcomes of the latest inspection of every session that meets the conditions, newest session first.

    As they were judged, overturned hits too; scorecards and reports leave those out.
    """

    async def outcomes() -> AsyncIterator[Outcome]:
        async for _, found, _ in _inspected(service, filters):
            for outcome in found.inspection.outcomes:
                yield outcome

    return reply_lines(outcomes(), "outcomes.jsonl")


@router.get(
    "/export/scorecards",
    tags=["scorecards"],
    summary="All scorecards as JSON lines",
    response_class=LineResponse,
    responses=returns(Scorecard, examples.SCORECARD, media_type=LINES, description="One card per line")
    | problems(422),
)
async def export_scorecards(service: UsesService, _: Reader, filters: Filters) -> Response:
    """The card of every session that meets the conditions, without the hits that people have overturned."""

    async def cards() -> AsyncIterator[Scorecard]:
        async for _, _, card in _inspected(service, filters):
            yield card

    return reply_lines(cards(), "scorecards.jsonl")


@router.get(
    "/scorecards/sessions",
    tags=["scorecards"],
    summary="Scorecards session by session",
    responses=returns(ScorecardPage, examples_read.SCORECARD_PAGE) | problems(422),
)
async def page_scorecards(
    service: UsesService, _: Reader, filters: Filters, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """With the card of every agent in it; sessions not inspected yet are left out."""
    found, next_cursor = await _page(service, filters, cursor, limit)
    items = tuple(
        SessionScorecard(
            inspection_id=kept.inspection_id,
            shop=summary.shop,
            started_at=summary.started_at,
            scorecard=card,
        )
        for summary, kept, card in found
    )
    return reply(ScorecardPage(items=items, next_cursor=next_cursor))


async def _inspected(service: Service, filters: SessionFilters) -> AsyncIterator[Found]:
    cursor: str | None = None
    while True:
        found, cursor = await _page(service, filters, cursor, _BATCH)
        for each in found:
            yield each
        if cursor is None:
            return


async def _page(
    service: Service, filters: SessionFilters, cursor: str | None, limit: int
) -> tuple[list[Found], str | None]:
    async with service.database.reading() as db:
        page = await sessions.search(db, filters, cursor=cursor, limit=limit)
        ids = [summary.inspection_id for summary in page.items if summary.inspection_id]
        kept = await inspections.get_many(db, ids)
        cards = await corrections.counting_cards(db, kept)
    found = [(each, kept[key], cards[key]) for each in page.items if (key := each.inspection_id)]
    return found, page.next_cursor
