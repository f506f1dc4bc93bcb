"""The addresses of the review desk that reviewers use."""

from typing import Annotated

from fastapi import Depends, Form
from starlette.responses import Response

from api import reviewing
from api.console.access import page_for
from api.console.refusals import shown_again_on
from api.console.rendering import Page
from api.console.review import queue_page, working
from api.console.review.forms import AnsweredForm, reply_of
from api.console.review.working import caller_of
from api.console.routing import console_router
from storage.review import queue

router = console_router()
ReviewerPage = Annotated[Page, Depends(page_for("review"))]


@router.get("/review")
async def show_queue(page: ReviewerPage) -> Response:
    """What waits, what is due; for leads also plans and how far reviewers agree."""
    return await queue_page.show(page)


@router.get("/review/case")
async def show_case(page: ReviewerPage) -> Response:
    """The case the caller holds, else the next one, which is reserved for them by this."""
    return await working.show_next(page, await reviewing.next_case(page.service, caller_of(page)))


@router.post("/review/case/{case_id}")
@shown_again_on("/review/case")
async def answer_case(page: ReviewerPage, case_id: str, form: AnsweredForm) -> Response:
    """Keeps an answer, and on to the next case."""
    return await working.answer(page, case_id, reply_of(form))


@router.post("/review/undo")
async def undo_decision(page: ReviewerPage, on_desk: Annotated[str | None, Form()] = None) -> Response:
    """Takes the last decision back; its case comes back to the desk. `on_desk`: the case that leaves it."""
    return await working.take_back(page, on_desk)


@router.post("/review/release")
@shown_again_on("/review")
async def release_case(page: ReviewerPage, on_desk: Annotated[str, Form()]) -> Response:
    """Gives a case back undecided."""
    async with page.service.database.transaction() as db:
        await queue.give_back(db, on_desk, caller_of(page).name)
    return page.go("/review", page.t("已放回队列。"))
