"""The addresses of an agent's own hits."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Depends, Form, Query
from pydantic import AwareDatetime
from starlette.responses import Response

from api.appealing import appealable, praising
from api.console.access import page_for
from api.console.desk.chat import chat_of
from api.console.desk.findings import keyed
from api.console.desk.marking import citations_of
from api.console.mine.hits import (
    anchor_of,
    groups_of,
    hit_of,
    listed_at,
    on_behalf,
    own_address,
    views_of,
    whole_sessions,
)
from api.console.refusals import shown_again_on
from api.console.rendering import Page
from api.console.review.working import caller_of
from api.console.routing import console_router
from api.console.words import moment, points
from api.routes.appeals import agent_of
from api.schemas.appeals import Reason
from storage import agent_names, appeals, sessions
from storage.appeals import Place, Which
from storage.session_filters import ReportFilters

router = console_router()
AppellantPage = Annotated[Page, Depends(page_for("appeal"))]
#: The sub-account, where it is not the caller's own.
Agent = Annotated[str | None, Query(min_length=1)]
GivenReason = Annotated[Reason, Form()]
#: The list that a form was sent from, where it was one.
Back = Annotated[str, Form()]
_SHOWN = 50


@router.get("/mine")
async def list_own_hits(
    page: AppellantPage,
    agent: Agent = None,
    which: Which = "all",
    before: AwareDatetime | None = None,
    session: str = "",
) -> Response:
    """Merits as well as faults, newest session first. Whoever is no agent chooses one first.

    `before` and `session`: of the last session of the page before.
    """
    service, t, now = page.service, page.t, datetime.now(UTC)
    rules = {rule.id: rule for rule in service.inspector.catalogue.rules}
    async with service.database.reading() as db:
        if agent is None and caller_of(page).agent_id is None:
            charged = await appeals.charged_agents(db)
            names = await agent_names.names_of(db, charged)
            return page.show("mine/agents.html", agents=charged, names=names)
        names = await agent_names.names_of(db, [agent])
        found = await appeals.own_hits(
            db, agent_of(caller_of(page), agent), ReportFilters(),
            window=_window(page), limit=_SHOWN, which=which, praise=praising(service), now=now,
            behind=Place(started_at=before, session_id=session) if before else None,
        )  # fmt: skip
    shown, older = whole_sessions(found, _SHOWN)
    return page.show(
        "mine/hits.html",
        groups=groups_of(shown, agent, rules, service.settings.zone_of, t),
        views=views_of(agent, which, t),
        agent=agent,
        names=names,
        who=on_behalf(agent),
        older=listed_at(agent, which, older) if older else "",
        newest=listed_at(agent, which) if before else "",
        every=which == "all",
    )


@router.get("/mine/sessions/{session_id:path}")
async def show_own_session(page: AppellantPage, session_id: str, agent: Agent = None) -> Response:
    """The chat with one's own hits in it; nothing that was found of others."""
    service, t = page.service, page.t
    rules = {rule.id: rule for rule in service.inspector.catalogue.rules}
    async with service.database.reading() as db:
        whose = agent_of(caller_of(page), agent)
        own = await appeals.own_session(db, whose, session_id, window=_window(page), now=datetime.now(UTC))
        revision = own.hits[0].revision if own.hits else None
        session = (await sessions.get(db, session_id, revision)).session
    zone = service.settings.zone_of(session.shop)
    found = keyed([each.outcome for each in own.hits])
    return page.show(
        "mine/session.html",
        session_id=session_id,
        started=moment(own.hits[0].started_at, zone) if own.hits else "",
        lines=chat_of(session, citations_of(found), zone, t),
        hits=[(key, hit_of(hit, rules, zone, t)) for (key, _), hit in zip(found, own.hits, strict=True)],
        score=points(own.card.score) if own.card else "",
        who=on_behalf(agent),
    )


@router.post("/mine/acknowledge")
@shown_again_on("/mine")
async def acknowledge_hit(
    page: AppellantPage,
    session_id: Annotated[str, Form()],
    rule_id: Annotated[str, Form()],
    agent: Agent = None,
    back: Back = "",
) -> Response:
    """The hit is right."""
    caller = caller_of(page)
    async with page.service.database.transaction() as db:
        whose = agent_of(caller, agent)
        await appeals.acknowledge(db, session_id, rule_id, agent_id=whose, actor=caller.name)
    return page.go(_back(back, session_id, agent), page.t("已确认这条命中。"))


@router.post("/mine/appeal")
@shown_again_on("/mine")
async def file_appeal(
    page: AppellantPage,
    session_id: Annotated[str, Form()],
    rule_id: Annotated[str, Form()],
    reason: GivenReason,
    agent: Agent = None,
    back: Back = "",
) -> Response:
    """The hit is none, and why."""
    caller = caller_of(page)
    async with page.service.database.transaction() as db:
        await appeals.file(
            db, session_id, appealable(page.service, rule_id), agent_id=agent_of(caller, agent),
            actor=caller.name, reason=reason,
            window=_window(page), due=_due(page),
        )  # fmt: skip
    return page.go(_back(back, session_id, agent), page.t("申诉已提交，由没有评过这条的人裁定。"))


@router.post("/mine/appeal/{appeal_id}")
@shown_again_on("/mine")
async def escalate_appeal(
    page: AppellantPage, appeal_id: str, reason: GivenReason, agent: Agent = None, back: Back = ""
) -> Response:
    """To the second and last level."""
    caller = caller_of(page)
    async with page.service.database.transaction() as db:
        made = await appeals.escalate(
            db, appeal_id, agent_id=agent_of(caller, agent), actor=caller.name, reason=reason,
            window=_window(page), due=_due(page),
        )  # fmt: skip
    return page.go(_back(back, made.session_id, agent), page.t("二次申诉已提交，裁定后即为最终结论。"))


def _back(back: str, session_id: str, agent: str | None) -> str:
    """To the session, or to its place in the list that the form was sent from."""
    if back.partition("?")[0] != "/mine" or not back.isprintable():
        return own_address(session_id, agent)
    return f"{back}#{anchor_of(session_id)}"


def _window(page: Page) -> timedelta:
    return timedelta(days=page.service.settings.appeal_days)


def _due(page: Page) -> timedelta:
    return timedelta(hours=page.service.settings.appeal_due_hours)
