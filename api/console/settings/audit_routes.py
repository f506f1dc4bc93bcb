"""The address of the audit trail."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from api.console.access import ConfigurerPage
from api.console.routing import console_router
from api.console.settings.audit_words import ACTIONS, KINDS, audit_line
from storage import audit

router = console_router()
_SHOWN = 50


@router.get("/settings/audit")
async def list_changes(
    page: ConfigurerPage,
    actor: str | None = None,
    action: str | None = None,
    subject: str | None = None,
    from_day: date | None = None,
    to_day: date | None = None,
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """Who changed what, newest first. `action`: one, or all of a kind (`profile`); `subject`: as a line names it."""
    service, t = page.service, page.t
    zone = service.settings.zone_of(None)
    one = action is not None and "." in action
    async with service.database.reading() as db:
        found = await audit.entries(
            db, actor=actor, subject=subject, action=action if one else None, kind=None if one else action,
            since=None if from_day is None else datetime.combine(from_day, time(), zone),
            until=None if to_day is None else datetime.combine(to_day + timedelta(days=1), time(), zone),
            before=before, limit=_SHOWN + 1,
        )  # fmt: skip
    rules = {rule.id: rule for rule in service.inspector.catalogue.rules}
    given = {name: page.request.query_params.get(name, "") for name in _FIELDS}
    asked, shown = {name: value for name, value in given.items() if value}, found[:_SHOWN]
    older = asked | {"before": shown[-1].entry_id} if len(found) > _SHOWN else None
    return page.show(
        "settings/audit.html", rows=[audit_line(each, rules, zone, t) for each in shown], given=given,
        subjects=[each.subject for each in shown], narrowed=bool(asked),
        first=_address(asked) if before else "", older=_address(older) if older else "",
        actions=[("", t("不限")), *((name, t(words)) for name, words in (KINDS | ACTIONS).items())],
    )  # fmt: skip


def _address(query: Mapping[str, object]) -> str:
    return f"/settings/audit?{urlencode(query)}" if query else "/settings/audit"


_FIELDS = ("actor", "action", "subject", "from_day", "to_day")
