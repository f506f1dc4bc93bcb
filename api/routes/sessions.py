"""Stored sessions: search and read."""

from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Response

from api.auth import Reader
from api.errors import ParameterInvalid
from api.examples import reading as examples_read
from api.rest.openapi import problems, returns
from api.rest.parameters import Cursor, Limit, StartedFrom, StartedTo
from api.rest.replies import reply
from api.schemas.inspecting import SessionView
from api.service import Service, UsesService
from evaluators.errors import RuleNotFound
from storage import sessions
from storage.sessions import SessionFilters, SessionPage

OrderFilter = Literal["created_unpaid", "paid", "shipped", "received", "refunding", "closed", "none"]
router = APIRouter(prefix="/v1/sessions", tags=["sessions"])


def filters_of(
    service: UsesService,
    caller: Reader,
    shop: str | None = None,
    group: str | None = None,
    agent: Annotated[str | None, Query(description="id of a sub-account that served the session")] = None,
    started_from: StartedFrom = None,
    started_to: StartedTo = None,
    order_state: Annotated[
        OrderFilter | None, Query(description="of the latest order event; none: no order")
    ] = None,
    satisfaction: Annotated[int | None, Query(ge=1, le=5, description="level of the last rating")] = None,
    rule_hit: Annotated[str | None, Query(description="id or R-number of a rule that hit")] = None,
    charged_to: Annotated[
        str | None, Query(description="with `rule_hit`: only hits charged to this agent")
    ] = None,
    score_min: Annotated[float | None, Query(description="score at least", allow_inf_nan=False)] = None,
    score_max: Annotated[float | None, Query(description="score at most", allow_inf_nan=False)] = None,
    red_line: Annotated[bool | None, Query(description="whether a red line was crossed")] = None,
    undetermined: Annotated[bool | None, Query(description="whether any outcome is undetermined")] = None,
    inspected: Annotated[bool | None, Query(description="whether the newest content was inspected")] = None,
    text: Annotated[str | None, Query(min_length=1, description="what a message says")] = None,
) -> SessionFilters:
    """The conditions of a request. Raises `ParameterInvalid`."""
    return SessionFilters(
        shop=shop,
        group=group,
        agent=agent,
        started_from=started_from,
        started_to=started_to,
        order_state=order_state,
        satisfaction=satisfaction,
        rule_hit=None if rule_hit is None else _rule_id(service, rule_hit),
        charged_to=charged_to,
        score_min=score_min,
        score_max=score_max,
        red_line=red_line,
        undetermined=undetermined,
        inspected=inspected,
        text=text,
        blind_for=caller.blind_for,
    )


def _rule_id(service: Service, name: str) -> str:
    try:
        return service.inspector.catalogue.find(name).id
    except RuleNotFound as error:
        raise ParameterInvalid("rule_hit", f"expected the id or R-number of a rule: {error}") from error


Filters = Annotated[SessionFilters, Depends(filters_of)]


@router.get(
    "",
    summary="Search sessions",
    responses=returns(SessionPage, examples_read.SESSION_PAGE) | problems(422),
)
async def search_sessions(
    service: UsesService, _: Reader, filters: Filters, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Sessions that meet all conditions, newest start first. `next_cursor` is null on the last page."""
    async with service.database.reading() as db:
        return reply(await sessions.search(db, filters, cursor=cursor, limit=limit))


@router.get(
    "/{session_id}",
    summary="One session",
    responses=returns(SessionView, examples_read.SESSION_VIEW) | problems(404, 422),
)
async def read_session(
    session_id: str,
    service: UsesService,
    _: Reader,
    revision: Annotated[int | None, Query(ge=1, description="an earlier content; absent: the newest")] = None,
) -> Response:
    """The session as it was handed in, unknown fields included."""
    async with service.database.reading() as db:
        stored = await sessions.get(db, session_id, revision)
    return reply(
        SessionView(
            session_id=session_id,
            revision=stored.revision,
            received_at=stored.received_at,
            content_hash=stored.content_hash,
            session=msgspec.json.decode(stored.document),
        ),
        headers={"ETag": f'"{stored.content_hash}"'},
    )
