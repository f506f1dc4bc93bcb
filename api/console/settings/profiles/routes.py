"""The addresses of profiles."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Form
from starlette.responses import Response

from api.console.access import ConfigurerPage, ReaderPage
from api.console.refusals import shown_again_on
from api.console.rendering import Page
from api.console.routing import console_router
from api.console.settings.profiles.differences import from_built_in, layers_of
from api.console.settings.profiles.pages import (
    changed_by,
    plain_document,
    problem_of,
    profile_row,
    toml_of,
    version_cards,
)
from api.console.settings.shops import load, users_of
from api.console.words import moment
from api.inspecting import profile_documents
from api.inspecting.profile_documents import Documents
from evaluators.errors import ProfileNotFound
from evaluators.profiles import profile_names
from storage import profiles
from storage.errors import ProfileConflict
from storage.profiles import ProfileVersion

router = console_router()
Text = Annotated[str, Form()]
Name = Annotated[str, Form(pattern=r"^[a-z][a-z0-9_]*$")]


@router.get("/settings/profiles")
async def list_profiles(page: ReaderPage) -> Response:
    """Built-in profiles and those of this service."""
    zone, now = page.service.settings.zone_of(None), datetime.now(UTC)
    async with page.service.database.reading() as db:
        newest = {name: await profiles.get_version(db, name) for name in await profiles.names(db)}
    names = sorted({*profile_names(), *newest})
    rows = [profile_row(name, newest.get(name), zone, now, page.t) for name in names]
    return page.show("settings/profiles/list.html", rows=rows, may_write=page.may("configure"))


@router.post("/settings/profiles")
@shown_again_on("/settings/profiles")
async def begin_profile(page: ConfigurerPage, name: Name) -> Response:
    """To where a new profile is written."""
    return page.go(f"/settings/profiles/{name}/edit")


@router.get("/settings/profiles/{name}")
async def show_profile(page: ReaderPage, name: str) -> Response:
    """What it sets differently, for whom, and how it came to that."""
    service, t, now = page.service, page.t, datetime.now(UTC)
    catalogue, zone = service.inspector.catalogue, service.settings.zone_of(None)
    async with service.database.reading() as db:
        history = await profiles.history(db, name)
        if not history and name not in profile_names():
            raise ProfileNotFound(f"there is no profile {name!r}")
        documents = await profile_documents.of_version(db, name, history[0] if history else None, now)
    rules = {rule.id: rule for rule in catalogue.rules}
    profile = documents.resolved()
    shops = await load(service, now)
    return page.show(
        "settings/profiles/profile.html", used=users_of(name, shops.choices, zone),
        row=profile_row(name, history[0] if history else None, zone, now, t),
        base=profile.base.name if profile.base else "",
        changed=from_built_in(catalogue, profile, t), layers=layers_of(profile, rules, t),
        versions=version_cards(name, history, rules, zone, now, t), may_write=page.may("configure"),
    )  # fmt: skip


@router.get("/settings/profiles/{name}/edit")
async def edit_profile(page: ConfigurerPage, name: str) -> Response:
    """The newest version as TOML."""
    async with page.service.database.reading() as db:
        newest = next(iter(await profiles.history(db, name)), None)
        documents = await profile_documents.written(db, name, toml_of(name, newest))
    return _editor(page, documents, newest, "")


@router.post("/settings/profiles/{name}/edit")
@shown_again_on("/settings/profiles/{name}/edit")
async def check_or_publish(
    page: ConfigurerPage, name: str, text: Text, base_version: Annotated[int, Form(ge=0)],
    action: Annotated[Literal["check", "publish"], Form()] = "check", reason: Text = "",
) -> Response:  # fmt: skip
    """Checks what is written; publishes it for the next day if nothing is wrong with it and a reason is given."""
    text = text.replace("\r\n", "\n")
    async with page.service.database.transaction() as db:
        newest = next(iter(await profiles.history(db, name)), None)
        documents = await profile_documents.written(db, name, text)
        wrong = profile_documents.problems_of(
            page.service.inspector.editions.newest.standard.catalogue, documents
        )
        if action == "check" or wrong:
            return _editor(page, documents, newest, reason, base_version)
        if not reason.strip():
            return _editor(
                page, documents, newest, reason, base_version, page.t("请写明原因，它会留在历史里。")
            )
        try:
            made = await profiles.put_profile(
                db, name, plain_document(documents.resolved()), author=page.signed_in.name,
                timezone=page.service.settings.zone_of(None), reason=reason.strip(), base_version=base_version,
            )  # fmt: skip
        except ProfileConflict:
            # What was written is not lost: it stays on the page.
            told = page.t("有人先发布了新版本。下面是与它的不同；要保留对方的改动，请从最新版本重新开始。")
            return _editor(page, documents, newest, reason, base_version, told)
    zone = page.service.settings.zone_of(None)
    start = moment(made.effective_from, zone)
    return page.go(
        f"/settings/profiles/{name}",
        page.t("{label} 已发布，{start} 起生效。", label=made.label, start=start),
    )


def _editor(
    page: Page, documents: Documents, newest: ProfileVersion | None, reason: str,
    base_version: int | None = None, refused: str = "",
) -> Response:  # fmt: skip
    catalogue = page.service.inspector.editions.newest.standard.catalogue
    problems = [problem_of(each, page.t) for each in profile_documents.problems_of(catalogue, documents)]
    rules = {rule.id: rule for rule in catalogue.rules}
    version = newest.version if newest else 0
    return page.show(
        "settings/profiles/edit.html", status=409 if refused else 200,
        name=documents.name, text=documents.source.content, reason=reason, version=version,
        base_version=version if base_version is None else base_version,
        refused=refused, problems=problems,
        changed=[] if problems else changed_by(documents, newest, rules, page.t),
    )  # fmt: skip
