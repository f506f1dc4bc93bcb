"""The addresses by which a draft of the bench leaves it: published, taken back, downloaded."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Form
from starlette.responses import Response

from api import publishing
from api.console.access import ConfigurerPage, SignedIn
from api.console.author.bench import show_bench
from api.console.author.drafting import Text, bounded, draft_given, text_of, tidy
from api.console.author.publishing import change_of, publish_in_profile
from api.console.error_words import words_of
from api.console.refusals import shown_again_on
from api.console.routing import console_router
from api.console.words import moment
from api.publishing import Meaning
from api.rest.problem_kinds import find_kind
from prompts.errors import MingjianError
from storage import publications
from storage.profiles import ProfileVersion
from storage.publications import Publication

router = console_router()


@router.post("/author/{rule}/publish")
@shown_again_on("/author/{rule}")
async def publish_draft(
    page: ConfigurerPage,
    caller: SignedIn,
    rule: str,
    text: Text = "",
    base_version: Annotated[int, Form(ge=0)] = 0,
    meaning: Annotated[Meaning | Literal[""], Form()] = "",
    profile: Annotated[str, Form(max_length=100)] = "",
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """For all shops as the next version of the text, or for some as one of their `profile`; in force from tomorrow."""
    found, text, draft = draft_given(page.service, rule, text)
    if draft is None:
        return await show_bench(page, found, text, status=422)
    service = page.service
    made: Publication | ProfileVersion
    try:
        async with service.database.transaction() as db:
            if profile:
                made = await publish_in_profile(
                    db, service, found, change_of(found, text), draft.standard, name=profile, actor=caller.name,
                    reason=reason,
                )  # fmt: skip
            else:
                made = await publishing.publish(
                    db, service, found.rule_id, None if text == tidy(found.file) else text,
                    base_version=base_version, change=meaning or None, author=caller.name, reason=reason,
                )  # fmt: skip
    except MingjianError as error:
        given: dict[str, Any] = {
            "base_version": base_version,
            "profile": profile,
            "reason": reason,
            "meaning": meaning,
            "unpublished": words_of(error, page.t),
        }
        return await show_bench(page, found, text, status=find_kind(error).status, **given)
    await publishing.make_known(service)
    start = moment(made.effective_from, service.settings.zone_of(None))
    return page.go(
        f"/author/{found.rule_id}#history",
        page.t("已发布为 {label}，{start} 生效。", label=made.label, start=start),
    )


@router.post("/author/{rule}/withdraw")
@shown_again_on("/author/{rule}")
async def withdraw(
    page: ConfigurerPage,
    caller: SignedIn,
    rule: str,
    base_version: Annotated[int, Form(ge=0)],
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """What is not in force yet never will be: the text that is in force is published once more."""
    found, service = text_of(page.service, rule), page.service
    async with service.database.transaction() as db:
        known = publications.in_force(
            reversed(await publications.history(db, found.rule_id)), datetime.now(UTC)
        )
        made = await publishing.publish(
            db, service, found.rule_id, next((each.text for each in known), None), base_version=base_version,
            change=None, author=caller.name, reason=reason,
        )  # fmt: skip
    await publishing.make_known(service)
    return page.go(
        f"/author/{found.rule_id}#history", page.t("已撤回：{label} 和现在生效的一样。", label=made.label)
    )


@router.post("/author/{rule}/draft")
@shown_again_on("/author/{rule}")
async def download_draft(page: ConfigurerPage, rule: str, text: Text = "") -> Response:
    """The draft as a file, to be put into the catalogue's folder."""
    found = text_of(page.service, rule)
    name = quote(found.file_name)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(bounded(text), media_type="text/plain; charset=utf-8", headers=headers)
