"""Eval sets over REST: the labelled cases that come with the rules, checked, taken away and added to."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from api.auth import Configurer, Reader
from api.errors import BodyInvalid
from api.examples import eval_sets as examples
from api.rest.openapi import problems, returns
from api.rest.replies import reply
from api.schemas.eval_sets import (
    Divided,
    Imported,
    SetDetails,
    SetFinding,
    SetSummary,
    details_of,
    finding_of,
    summary_of,
)
from api.service import UsesService
from api.studies.sets import known_set, load_set, published_meanings
from calibration.eval_sets import FOLDER, Source, Split, load_eval_set, place_of, set_names
from calibration.eval_sets.lint import Known, lint_sets
from calibration.eval_sets.splitting import By
from calibration.labelling import Defaults, Format, read_labels, sheets_of, write_sheets
from calibration.labelling.merging import merge_labels, resplit
from calibration.staleness import find_stale

router = APIRouter(prefix="/v1/eval_sets", tags=["studies"])
_SPLITS: tuple[Split, ...] = ("dev", "test")
_SUFFIX: dict[Format, str] = {"jsonl": ".jsonl", "csv": ".csv", "label-studio": ".json"}
_MEDIA: dict[Format, str] = {
    "jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8", "label-studio": "application/json",
}  # fmt: skip
_FILE = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_EXPORTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "In the format asked for",
        "content": {
            "application/x-ndjson": {"schema": {"type": "string"}, "example": "{}"},
            "text/csv": {"schema": {"type": "string"}, "example": "case_id,…"},
            "application/json": {"schema": {}, "example": []},
        },
    }
}
AsFormat = Annotated[Format, Query(description="label-studio: its JSON")]


@router.get("", summary="The eval sets there are", responses=returns(tuple[SetSummary, ...], [examples.SET]))
async def list_sets(_: Reader) -> Response:
    """Cases per split, which rules and acts have labels, and where those come from."""
    return reply([summary_of(*(load_eval_set(name, split) for split in _SPLITS)) for name in set_names()])


@router.get(
    "/{name}", summary="One eval set", responses=returns(SetDetails, examples.DETAILS) | problems(404)
)
async def read_set(name: str, service: UsesService, _: Reader) -> Response:
    """Labels per split and rule, versions, and labels that a change of meaning has left behind, in the files of the set or
    by a publication.
    """
    meanings = await published_meanings(service)
    sides = [load_set(name, split, meanings) for split in _SPLITS]
    return reply(details_of(sides, [each for side in sides for each in find_stale(side)]))


@router.get(
    "/{name}/findings",
    summary="What is wrong with an eval set",
    responses=returns(tuple[SetFinding, ...], [examples.FINDING]) | problems(404),
)
async def lint_set(name: str, service: UsesService, _: Reader) -> Response:
    """Leaks between dev and test, ids, rules, messages, quotes, sizes, few-shot examples: what `mingjian eval lint`
    says.
    """
    standard = service.inspector.editions.newest.standard
    known = Known(standard.catalogue, standard.prompts)
    return reply([finding_of(each) for each in lint_sets([known_set(name)], FOLDER, known)])


@router.get(
    "/{name}/export",
    summary="An eval set for labellers",
    response_class=Response,
    responses=_EXPORTED | problems(404, 422),
)
async def export_set(
    name: str,
    service: UsesService,
    _: Reader,
    format: AsFormat = "jsonl",
    split: Annotated[Split, Query(description="which half")] = "dev",
    blind: Annotated[bool, Query(description="without the labels there are: for one more labeller")] = False,
) -> Response:
    """JSONL, CSV for spreadsheets, or Label Studio's JSON; what was filled in comes back by import."""
    standard = service.inspector.editions.newest.standard
    titles = {each.id: each.title for each in (*standard.prompts.values(), *standard.catalogue.rules)}
    versions = {
        each.id: each.version for each in standard.prompts.values()
    } | standard.catalogue.rule_versions
    sheets = sheets_of(load_eval_set(known_set(name), split), (), versions, titles, blind=blind)
    file = f"{name}-{split}{_SUFFIX[format]}"
    disposition = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(write_sheets(sheets, Path(file), format), media_type=_MEDIA[format], headers=disposition)


@router.post(
    "/{name}/import",
    summary="Add labels to an eval set",
    openapi_extra=_FILE,
    responses=returns(Imported, examples.IMPORTED) | problems(400, 404, 422),
)
async def import_labels(
    name: str,
    request: Request,
    caller: Configurer,
    format: AsFormat = "jsonl",
    labeller: Annotated[str | None, Query(description="of labels that name none; absent: the caller")] = None,
    source: Annotated[Source | None, Query(description="of labels that do not say")] = None,
    split: Annotated[
        Literal["dev", "test", "auto"], Query(description="of new cases; auto: without leaks")
    ] = "auto",
) -> Response:
    """What export and `mingjian eval plan` write, filled in. What is there stays: labels are only ever added.

    A record that cannot be used stands in `problems`; the others are added.
    """
    place = place_of(known_set(name))
    content = await request.body()
    if not content.strip():
        raise BodyInvalid("expected a file with labels")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"labels{_SUFFIX[format]}"
        file.write_bytes(content)
        read = read_labels(file, Defaults(labeller or caller.name, source), format)
        labelled = [case for case in read.cases if case.labels]
        done = merge_labels(place, labelled, split=None if split == "auto" else split, source=file)
        wrong = tuple(finding_of(each) for each in (*read.problems, *done.problems))
    cases = {str(side): number for side, number in done.per_split.items()}
    return reply(
        Imported(cases=cases, labels=done.labels, known=done.known, open=read.open_ones, problems=wrong)
    )


@router.post(
    "/{name}/split",
    summary="Divide an eval set",
    responses=returns(Divided, examples.DIVIDED) | problems(404, 422),
)
async def split_set(
    name: str,
    _: Configurer,
    test_share: Annotated[float, Query(ge=0.05, le=0.95, description="of the test split")] = 0.4,
    seed: Annotated[int, Query(description="the same divides the same cases the same way")] = 0,
    by: Annotated[By, Query(description="kept on one side too; auto: if there are 8")] = "auto",
    again: Annotated[bool, Query(description="draw anew what is divided already")] = False,
) -> Response:
    """Into dev and test with no session, customer or near-duplicate text in common. What is divided already stays,
    unless it leaks: then all that belongs together is dev.
    """
    place = place_of(known_set(name))
    done = await asyncio.to_thread(resplit, place, test_share=test_share, seed=seed, by=by, again=again)
    kept = ("session", "customer", "text", *(() if done.by == "session" else (done.by,)))
    cases = {str(side): number for side, number in done.per_split.items()}
    return reply(
        Divided(cases=cases, moved=done.moved, kept_together=kept, tuned_on=again and done.moved > 0)
    )
