"""The addresses of the alert inbox."""

from urllib.parse import urlencode

from starlette.responses import Response

from api.auth import permit
from api.console.access import ReaderPage
from api.console.alerts.inbox import LEVELS, NEEDS, STATES, TOLD, AskedAlerts, alert_row
from api.console.refusals import shown_again_on
from api.console.routing import console_router
from storage import agent_names, alerts
from storage.alerts import Action

router = console_router()
_SHOWN = 50


@router.get("/alerts")
async def list_alerts(page: ReaderPage, asked: AskedAlerts) -> Response:
    """Newest first."""
    service, t = page.service, page.t
    async with service.database.reading() as db:
        found = await alerts.inbox(
            db,
            state=asked.state,
            level=asked.level,
            shop=asked.shop,
            before=asked.before,
            blind_for=page.signed_in.blind_for,
            limit=_SHOWN + 1,
        )
        names = await agent_names.names_of(db, (each.agent_id for each in found))
        waiting = await alerts.waiting(db, page.signed_in.blind_for)
    rules = {rule.id: rule for rule in service.inspector.catalogue.rules}
    shown = found[:_SHOWN]
    rows = [
        alert_row(each, rules, page.signed_in.scopes, service.settings.zone_of(each.shop), t)
        for each in shown
    ]
    older = {**asked.given, "before": shown[-1].at.isoformat()} if len(found) > _SHOWN else {}
    every = ("", t("不限"))
    return page.show(
        "alerts/inbox.html", rows=rows, names=names, given=asked.given, waiting=waiting,
        levels=[every, *((level, t(words)) for level, words in LEVELS.items())],
        states=[every, *((state, t(words)) for state, words in STATES.items())],
        back=asked.back.removeprefix("/alerts"),
        older=f"/alerts?{urlencode(older)}" if older else "",
    )  # fmt: skip


@router.post("/alerts/{alert_id}/{action}")
@shown_again_on("/alerts")
async def act_on_alert(page: ReaderPage, asked: AskedAlerts, alert_id: str, action: Action) -> Response:
    """Sends, drops or acknowledges an alert, and back to the list."""
    caller = page.signed_in
    permit(caller, NEEDS[action])
    async with page.service.database.transaction() as db:
        await alerts.act(db, alert_id, action, actor=caller.name, blind_for=caller.blind_for)
    return page.go(asked.back, page.t(TOLD[action]))
