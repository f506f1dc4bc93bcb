"""Labels: what people say of outcomes, given, read, withdrawn, exported and imported."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response

from api.auth import Labeller, Reader, permit
from api.errors import ParameterInvalid, RecordProblem, RecordsRejected
from api.examples import review as examples_review
from api.exports.stored import read_labels
from api.rest.openapi import problems, returns, takes
from api.rest.parameters import Limit
from api.rest.replies import LINES, LineResponse, reply, reply_lines
from api.rest.struct_bodies import read_values
from api.rest.submission_reports import first_of
from api.routes.sessions import Filters
from api.schemas.review import GivenLabel, LabelPage, LabelReport
from api.service import Service, UsesService
from prompts.errors import MingjianError
from storage import audit, labels
from storage.errors import InspectionNotFound, LabelInvalid, SessionNotFound
from storage.labels import Label, NewLabel

router = APIRouter(prefix="/v1", tags=["labels"])
Of = Annotated[str | None, Query(description="only of this one")]
RuleName = Annotated[str | None, Query(description="id or R-number of a rule")]


@router.post(
    "/labels",
    summary="Give labels",
    openapi_extra=takes(GivenLabel, {"one label": examples_review.NEW_LABEL}),
    responses=returns(LabelReport, examples_review.LABEL_REPORT) | problems(400, 403, 413, 415, 422),
)
async def give_labels(request: Request, service: UsesService, caller: Labeller) -> Response:
    """One label, an array of them, or one per line. Labels are facts: saying otherwise adds, nothing is changed.

    A label on the same content and rule by the same labeller is superseded by the new one; the same again changes
    nothing. `labeller` may name somebody else in an import by a lead. Records that cannot be used are told, the
    others are kept; if none can be used the answer is a 422.
    """
    given, rejected = await read_values(request, GivenLabel)
    kept: list[Label] = []
    async with service.database.transaction() as db:
        for record, each in given:
            who = each.labeller or caller.name
            if who != caller.name:
                permit(caller, "configure")
            new = msgspec.convert(_without_labeller(each), NewLabel)
            try:
                async with db.begin_nested():
                    kept.append(await labels.add(db, new, labeller=who))
            except (SessionNotFound, InspectionNotFound, LabelInvalid) as error:
                rejected.append(RecordProblem(record.index, record.line, _field(error), _told(error)))
        if kept:
            await audit.record(
                db, actor=caller.name, action="label.give", subject="labels", details={"labels": len(kept)}
            )
    if not kept:
        raise RecordsRejected(f"no label was kept: {first_of(rejected)}", rejected)
    return reply(LabelReport(labels=tuple(kept), rejected=tuple(rejected)))


def _without_labeller(given: GivenLabel) -> dict[str, Any]:
    fields = msgspec.structs.asdict(given)
    del fields["labeller"]
    return fields


def _told(error: MingjianError) -> str:
    """Without the field, which is told apart."""
    return error.expected if isinstance(error, LabelInvalid) else str(error)


def _field(error: MingjianError) -> str | None:
    return getattr(error, "field", "session_id")


@router.get(
    "/labels",
    summary="Labels",
    responses=returns(LabelPage, examples_review.LABEL_PAGE) | problems(422),
)
async def list_labels(
    service: UsesService,
    caller: Reader,
    session_id: Of = None,
    rule: RuleName = None,
    labeller: Of = None,
    source: Of = None,
    current: Annotated[bool, Query(description="false: corrected and withdrawn ones too")] = True,
    after: Annotated[str | None, Query(description="`next_after` of the page before")] = None,
    limit: Limit = 100,
) -> Response:
    """In the order in which they were given. `next_after` is null on the last page."""
    async with service.database.reading() as db:
        found = await labels.select_labels(
            db, session_id=session_id, rule_id=rule_id_of(service, rule), labeller=labeller, source=source,
            current=current, after=after, blind_for=caller.blind_for, limit=limit + 1,
        )  # fmt: skip
    more = len(found) > limit
    return reply(LabelPage(items=found[:limit], next_after=found[limit - 1].label_id if more else None))


def rule_id_of(service: Service, name: str | None) -> str | None:
    """A rule's id by its R-number; labels may be about rules that are not in the catalogue any more."""
    numbers = {rule.number: rule.id for rule in service.inspector.catalogue.rules if rule.number}
    return None if name is None else numbers.get(name.upper(), name)


@router.post(
    "/labels/{label_id}/withdraw",
    summary="Take a label back",
    responses=returns(Label, examples_review.LABEL | {"verdict": "withdrawn", "current": False})
    | problems(404, 409),
)
async def withdraw_label(
    label_id: str,
    service: UsesService,
    caller: Labeller,
    note: Annotated[str, Query(max_length=2000, description="why")] = "",
) -> Response:
    """One's own. The label stays on record; what is added says that it does not hold."""
    async with service.database.transaction() as db:
        withdrawn = await labels.withdraw(db, label_id, labeller=caller.name, note=note)
        await audit.record(
            db, actor=caller.name, action="label.withdraw", subject=f"label:{label_id}", reason=note
        )
    return reply(withdrawn)


@router.get(
    "/export/labels",
    summary="All labels as JSON lines",
    response_class=LineResponse,
    responses=returns(Label, examples_review.LABEL, media_type=LINES, description="One label per line")
    | problems(422),
)
async def export_labels(
    service: UsesService,
    caller: Reader,
    filters: Filters,
    rule: RuleName = None,
    source: Of = None,
    current: Annotated[bool, Query(description="false: corrected and withdrawn ones too")] = True,
) -> Response:
    """Those on sessions that meet the conditions, in the order in which they were given, sent while they are read."""
    found = read_labels(
        service.database, filters, rule_id=rule_id_of(service, rule), source=source, current=current,
        blind_for=caller.blind_for,
    )  # fmt: skip
    return reply_lines(found, "labels.jsonl")


def known_rule(service: Service, name: str) -> str:
    """The id of a rule of the catalogue. Raises `ParameterInvalid`."""
    found = rule_id_of(service, name)
    if found is None or found not in service.inspector.catalogue.rule_versions:
        raise ParameterInvalid("rule", f"expected the id or R-number of a rule, got {name!r}")
    return found
