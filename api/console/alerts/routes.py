"""The addresses of the alert inbox."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Form
from starlette.responses import JSONResponse, Response

from api.auth import permit
from api.console.access import ReaderPage
from api.console.alerts.inbox import LEVELS, NEEDS, STATES, TOLD, TOLD_OF, AskedAlerts, alert_row, steps_of
from api.console.refusals import shown_again_on
from api.console.rendering import Page
from api.console.routing import console_router
from api.console.words import rule_options
from storage import agent_names, alerts
from storage.alerts import MOST_COUNTED, Action

router = console_router()
_SHOWN = 50
#: What waits is counted over so long: what is older is found in the list.
_LATELY = timedelta(days=30)


@router.get("/alerts")
async def list_alerts(page: ReaderPage, asked: AskedAlerts) -> Response:
    """Newest first."""
    service, t, blind_for = page.service, page.t, page.signed_in.blind_for
    async with service.database.reading() as db:
        found = await alerts.inbox(
            db, state=asked.state, level=asked.level, rule_id=asked.rule, shop=asked.shop,
            before_id=asked.before_id, blind_for=blind_for, limit=_SHOWN + 1,
        )  # fmt: skip
        shown = found[:_SHOWN]
        names = await agent_names.names_of(db, (each.agent_id for each in shown))
        waiting = await alerts.waiting(db, datetime.now(UTC) - _LATELY, blind_for)
        gone = await alerts.gone(db, shown)
    rules = {rule.id: rule for rule in service.inspector.catalogue.rules}
    scopes, zone_of = page.signed_in.scopes, service.settings.zone_of
    rows = [
        alert_row(each, rules, scopes, zone_of(each.shop), t, gone=each.alert_id in gone) for each in shown
    ]
    older = {**asked.given, "before_id": shown[-1].alert_id} if len(found) > _SHOWN else {}
    return page.show(
        "alerts/inbox.html", rows=rows, names=names, given=asked.given, first=asked.before_id is None,
        waiting={state: _counted(count) for state, count in waiting.items()}, days=_LATELY.days,
        bulk=[each for state in STATES for each in steps_of(state, scopes)],
        back=asked.back.removeprefix("/alerts"),
        older=f"/alerts?{urlencode(older)}" if older else "", **_options(page),
    )  # fmt: skip


def _options(page: Page) -> dict[str, Any]:
    """What the filters offer."""
    t, every = page.t, ("", page.t("不限"))
    return {
        "levels": [every, *((level, t(words)) for level, words in LEVELS.items())],
        "states": [every, *((state, t(words)) for state, words in STATES.items())],
        "rules": [every, *rule_options(page.service.inspector.catalogue.rules, t)],
    }


def _counted(count: int) -> str:
    return f"{MOST_COUNTED}+" if count >= MOST_COUNTED else str(count)


@router.get("/alerts/waiting")
async def count_waiting(page: ReaderPage) -> Response:
    """How many alerts wait for the caller to do something, for the menu; `words` says it. Of the last days."""
    caller = page.signed_in
    async with page.service.database.reading() as db:
        found = await alerts.waiting(db, datetime.now(UTC) - _LATELY, caller.blind_for)
    count = sum(found[state] for state in found if steps_of(state, caller.scopes))
    words = page.t("{count} 条等您处理", count=_counted(count))
    return JSONResponse({"count": count, "shown": _counted(count), "words": words})


@router.post("/alerts/ticked")
@shown_again_on("/alerts")
async def act_on_ticked(
    page: ReaderPage,
    asked: AskedAlerts,
    action: Annotated[Action, Form()],
    alert_id: Annotated[Sequence[str], Form()] = (),
) -> Response:
    """The same with all that are ticked. What has come to another state meanwhile is left as it is, and counted."""
    caller, t = page.signed_in, page.t
    permit(caller, NEEDS[action])
    done = 0
    async with page.service.database.transaction() as db:
        for each in dict.fromkeys(alert_id):
            offered = steps_of((await alerts.get(db, each)).state, caller.scopes)
            if action in (step.action for step in offered):
                await alerts.act(db, each, action, actor=caller.name, blind_for=caller.blind_for)
                done += 1
    left = len(set(alert_id)) - done
    notice = t(TOLD_OF[action], count=done) if alert_id else t("没有勾选告警。")
    if left:
        notice += t("{count} 条已是别的状态，没有动。", count=left)
    return page.go(asked.back, notice)


@router.post("/alerts/{alert_id}/{action}")
@shown_again_on("/alerts")
async def act_on_alert(page: ReaderPage, asked: AskedAlerts, alert_id: str, action: Action) -> Response:
    """Sends, drops or acknowledges an alert, and back to the list."""
    caller = page.signed_in
    permit(caller, NEEDS[action])
    async with page.service.database.transaction() as db:
        await alerts.act(db, alert_id, action, actor=caller.name, blind_for=caller.blind_for)
    return page.go(asked.back, page.t(TOLD[action]))
