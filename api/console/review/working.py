"""One case after the other, read and answered through `api.reviewing`."""

from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from api import reviewing
from api.auth import Caller
from api.console.rendering import Page
from api.console.review.answers import told
from api.console.review.case_page import CasePage, Opened, case_page
from api.console.words import title_of
from api.reviewing import NextCase
from storage import appeals, sessions
from storage.errors import CaseNotHeld, UndoRefused
from storage.review import queue
from storage.review.answers import Reply

#: Sent by the page's own script: the answer to a form is then the next case itself, without a redirect.
SWAP = "mingjian-swap"


def caller_of(page: Page) -> Caller:
    """Who is signed in; pages with a scope have somebody."""
    assert page.caller is not None, "page_for lets nobody else in"
    return page.caller


async def show_next(page: Page, found: NextCase, notice: str | None = None) -> Response:
    """The page of a case, or that there is none. `notice`: what became of the one before."""
    it = await _opened(page, found)
    said: dict[str, Any] = {} if notice is None else {"notice": notice}
    return page.show("review/case.html", it=it, names=it.names if it else {}, workload=found.workload, **said)


async def _opened(page: Page, found: NextCase) -> CasePage | None:
    if found.view is None:
        return None
    case, service = found.view.case, page.service
    async with service.database.reading() as db:
        session = (await sessions.get(db, case.session_id, case.revision)).session
        appeal = await appeals.of_case(db, case.case_id) if case.kind == "appeal" else None
    rules = {rule.id: rule for rule in service.inspector.catalogue.rules}
    opened = Opened(found.view, session, appeal, found.workload)
    return case_page(opened, rules, service.settings.zone_of(session.shop), page.t, datetime.now(UTC))


async def answer(page: Page, case_id: str, reply: Reply) -> Response:
    """Keeps an answer, and on to the next case: at once for the page's script, else by a redirect."""
    swap = SWAP in page.request.headers
    try:
        done = await reviewing.decide(page.service, caller_of(page), case_id, reply, and_next=swap)
    except CaseNotHeld:
        return page.go("/review/case", page.t("那一条已不归您：预留到时，或已有人决定。这是下一条。"))
    notice = told(done, _title(page, done.decided.case.rule_id), page.t)
    if done.next is None:
        return page.go("/review/case", notice)
    return await show_next(page, done.next, notice)


async def take_back(page: Page, case_id: str | None) -> Response:
    """The last decision; the case that is on the desk (`case_id`) goes back to the queue before."""
    service, caller = page.service, caller_of(page)
    try:
        undone = await reviewing.undo(service, caller, None)
    except UndoRefused:
        return page.go("/review/case", page.t("没有可以撤销的决定。已裁定的申诉不能撤销。"))
    if case_id is not None and case_id != undone.case.case_id:
        async with service.database.transaction() as db:
            await queue.give_back(db, case_id, caller.name)
    if undone.held:
        notice = page.t("已撤销，请重新决定。")
    elif undone.case.blind:
        notice = page.t("已撤销。盲审的结论您已经看到了，那一条改由别人看。")
    else:
        notice = page.t("已撤销；那一条现在由别人在看。")
    if SWAP not in page.request.headers:
        return page.go("/review/case", notice)
    return await show_next(page, await reviewing.next_case(service, caller), notice)


def _title(page: Page, rule_id: str | None) -> str:
    if rule_id is None:
        return page.t("整段会话")
    rules = {rule.id: rule for rule in page.service.inspector.catalogue.rules}
    return title_of(rules.get(rule_id), rule_id, page.t)
