"""What is done to many sessions at once: inspect them again, or take them away as a file."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from io import BytesIO
from typing import Literal

from starlette.responses import StreamingResponse

from api.exports.files import row_writer
from api.exports.rows import Row, What, json_lines, rows_of
from api.exports.stored import Kept, read_stored, with_corrections
from api.service import Service
from storage import inspections, sessions
from storage.errors import InspectionNotFound, VerdictWithheld
from storage.review import blinding
from storage.sessions import SessionFilters

Format = Literal["jsonl", "csv", "xlsx"]
_MEDIA = {
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


async def inspect_again(service: Service, session_ids: Sequence[str]) -> int:
    """Queues the newest content of each; how many. Raises `SessionNotFound`."""
    async with service.database.transaction() as db:
        stored = [await sessions.get(db, session_id) for session_id in dict.fromkeys(session_ids)]
        revisions = [(each.session.session_id, each.revision) for each in stored]
        await service.jobs.enqueue(db, revisions)
    service.worker.wake()
    return len(revisions)


async def read_chosen(
    service: Service, session_ids: Sequence[str], blind_for: str | None
) -> AsyncIterator[Kept]:
    """Each with its latest inspection, in the order given, but for what `blind_for` is still to judge blind.

    Raises `SessionNotFound`.
    """
    for session_id in dict.fromkeys(session_ids):
        async with service.database.reading() as db:
            try:
                await blinding.refuse(db, session_id, blind_for)
                kept = await inspections.latest(db, session_id)
            except (InspectionNotFound, VerdictWithheld):
                kept = None
            revision = None if kept is None else kept.inspection.revision
            stored = await sessions.get(db, session_id, revision)
            [whole] = await with_corrections(db, [(stored, kept)])
        yield whole


def chosen(
    service: Service, session_ids: Sequence[str], filters: SessionFilters, blind_for: str | None
) -> AsyncIterator[Kept]:
    """The sessions that are ticked; if none is, all that meet the filters."""
    if session_ids:
        return read_chosen(service, session_ids, blind_for)
    return read_stored(service.database, filters)


async def download(
    service: Service, found: AsyncIterator[Kept], what: What, format: Format
) -> StreamingResponse:
    """A file, sent while it is written; a workbook when it is complete.

    Raises what reading the first session raises, and `FileError` for a workbook with too many rows.
    """
    rules = {rule.id: rule for rule in service.inspector.catalogue.rules}
    content = _lines(found, what) if format == "jsonl" else _rows(found, rows_of(what, rules), what, format)
    first = await anext(content, b"")
    disposition = {"Content-Disposition": f'attachment; filename="{what}.{format}"'}
    return StreamingResponse(_after(first, content), headers=disposition, media_type=_MEDIA[format])


async def _after(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for each in rest:
        yield each


async def _lines(found: AsyncIterator[Kept], what: What) -> AsyncIterator[bytes]:
    async for kept in found:
        yield json_lines(what, kept)


async def _rows(
    found: AsyncIterator[Kept], rows: Callable[[Kept], Iterator[Row]], what: What, format: Format
) -> AsyncIterator[bytes]:
    buffer = BytesIO()
    with row_writer(format, buffer, what) as writer:
        async for kept in found:
            writer.write(rows(kept))
            # A workbook writes at its end, and then back and forth: only then may the buffer be emptied.
            if format == "csv":
                yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: BytesIO) -> bytes:
    written = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return written
