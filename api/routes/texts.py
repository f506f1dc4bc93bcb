"""The texts of rules and signals: the files of the catalogue, and what was published in their place."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import publishing
from api.auth import Configurer, Reader
from api.examples import texts as examples
from api.inspecting.editions import file_of
from api.rest.openapi import problems, returns, takes
from api.rest.parameters import InForceAt
from api.rest.replies import reply
from api.rest.struct_bodies import read_value
from api.routes.labels import rule_id_of
from api.schemas.texts import TextChange, TextSummary, TextView
from api.service import Service, UsesService
from evaluators.errors import RuleNotFound
from storage import publications
from storage.publications import Publication

router = APIRouter(prefix="/v1/texts", tags=["catalogue"])


@router.get("", summary="All texts", responses=returns(tuple[TextSummary, ...], [examples.SUMMARY]))
async def list_texts(service: UsesService, _: Reader) -> Response:
    """Of every rule, and of every signal that rules ask about and that is no rule itself."""
    editions = service.inspector.editions
    standard = editions.files.standard
    subjects = dict.fromkeys([*standard.catalogue.rule_versions, *sorted(standard.prompts)])
    newest = {subject: editions.newest_of(subject) for subject in subjects}
    return reply([_summary(service, subject, made) for subject, made in newest.items()])


@router.get(
    "/{subject}",
    summary="One text",
    responses=returns(TextView, examples.VIEW) | problems(404, 422),
)
async def read_text(
    subject: str,
    service: UsesService,
    _: Reader,
    version: Annotated[
        int | None, Query(ge=0, description="this version, in force or not; 0: the file")
    ] = None,
    as_of: InForceAt = None,
) -> Response:
    """By id or R-number: the text in force, or that of a version."""
    found = known_subject(service, subject)
    async with service.database.reading() as db:
        if version is not None:
            made = await publications.get(db, found, version) if version else None
        else:
            known = await publications.history(db, found)
            made = next(iter(publications.in_force(reversed(known), as_of or datetime.now(UTC))), None)
    file = file_of(service.inspector.editions.files.standard, found)
    text = made.text if made and made.text is not None else file.read_text("utf-8-sig")
    return reply(
        TextView(
            subject=found, file=file.name, version=made.version if made else None,
            effective_from=made.effective_from if made else None, text=text,
            unusable=service.inspector.editions.newest.unusable.get(found) if made else None,
        )
    )  # fmt: skip


@router.get(
    "/{subject}/history",
    summary="Every published version of a text",
    responses=returns(tuple[Publication, ...], [examples.VERSION]) | problems(404),
)
async def read_history(subject: str, service: UsesService, _: Reader) -> Response:
    """Newest first, each with author, reason and from when it holds. `text` null: the file again."""
    async with service.database.reading() as db:
        return reply(await publications.history(db, known_subject(service, subject)))


@router.put(
    "/{subject}",
    summary="Publish a text",
    openapi_extra=takes(
        TextChange, {"a new text": examples.CHANGE, "the file again": examples.FILE_AGAIN}, lines=False
    ),
    responses=returns(Publication, examples.VERSION) | problems(400, 404, 409, 415, 422),
)
async def put_text(subject: str, request: Request, service: UsesService, caller: Configurer) -> Response:
    """A new version for all shops. It holds for sessions that start at or after 00:00 of the next day.

    It is checked first: on its own, beside the other rules, and with every profile that changes it.
    """
    given = await read_value(request, TextChange)
    async with service.database.transaction() as db:
        made = await publishing.publish(
            db, service, known_subject(service, subject), given.text, base_version=given.base_version,
            change=given.change, author=caller.name, reason=given.reason,
        )  # fmt: skip
    await publishing.make_known(service)
    return reply(made)


def known_subject(service: Service, name: str) -> str:
    """The id of a rule (also by R-number) or of a signal. Raises `RuleNotFound`."""
    standard = service.inspector.editions.files.standard
    found = rule_id_of(service, name) or ""
    if found in standard.catalogue.rule_versions or found in standard.prompts:
        return found
    raise RuleNotFound(f"there is no rule and no signal {name!r}; GET /v1/texts lists them")


def _summary(service: Service, subject: str, newest: Publication | None) -> TextSummary:
    standard = service.inspector.editions.files.standard
    return TextSummary(
        subject=subject, kind="rule" if subject in standard.catalogue.rule_versions else "signal",
        file=file_of(standard, subject).name, newest_version=newest.version if newest else None,
        effective_from=newest.effective_from if newest else None,
    )  # fmt: skip
