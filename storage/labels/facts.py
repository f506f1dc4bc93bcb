"""Labels as facts: given, corrected and withdrawn by adding; none is ever changed."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import session_writing
from storage.errors import LabelConflict, LabelNotFound
from storage.ids import new_id
from storage.instants import utc_now
from storage.labels.checking import Judged, judged_by, refuse_misquotes
from storage.labels.reading import WITHDRAWN, Document, Label, Source, Verdict, get, superseded
from storage.tables.review import LabelRow
from storage.tables.sessions import insert_into


class NewLabel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A label about to be given. `revision` None: the newest content; `rule_version` None: that of the outcome.

    `inspection_id`: the inspection that was looked at; None: the latest one of that revision, if there is one.
    `quotes` occur verbatim in the messages of `message_ids`. `inclusion_probability`: how probable it was that
    this case was drawn; None: it was not drawn at random, and counts for no estimate.
    """

    session_id: str
    rule_id: str
    verdict: Verdict
    source: Source = "human_flagged"
    revision: int | None = None
    message_ids: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    note: Annotated[str, Meta(max_length=4000)] = ""
    rule_version: str | None = None
    inspection_id: str | None = None
    inclusion_probability: Annotated[float, Meta(gt=0, le=1)] | None = None


async def add(db: AsyncSession, new: NewLabel, *, labeller: str, now: datetime | None = None) -> Label:
    """Keeps a label. One that the labeller gave for the same content and rule before is superseded by it.

    The same label again (its answer got lost) is the one that is there. Does not commit. Raises `SessionNotFound`,
    `InspectionNotFound`, `LabelInvalid`.
    """
    await session_writing.lock(db, new.session_id)
    judged = await judged_by(
        db, new.session_id, new.revision, new.rule_id, new.inspection_id, new.rule_version
    )
    refuse_misquotes(judged.session, new.message_ids, new.quotes)
    before = await _own(db, new, judged, labeller)
    if before is not None and (known := await get(db, before)).current and _same(known, new, judged):
        return known
    document = Document(new.message_ids, new.quotes, new.note)
    row = _row(new, judged, labeller, now or utc_now()) | {
        "supersedes": before,
        "document": msgspec.json.encode(document).decode(),
    }
    await _insert(db, row)
    return await get(db, row["label_id"])


def _same(known: Label, new: NewLabel, judged: Judged) -> bool:
    said = ("verdict", "source", "message_ids", "quotes", "note", "inclusion_probability")
    seen = (known.inspection_id, known.rule_version) == (judged.inspection_id, judged.rule_version)
    return seen and all(getattr(known, name) == getattr(new, name) for name in said)


def _row(new: NewLabel, judged: Judged, labeller: str, now: datetime) -> dict[str, Any]:
    return {
        "label_id": new_id("label", now),
        "session_id": new.session_id,
        "revision": judged.revision,
        "rule_id": new.rule_id,
        "verdict": new.verdict,
        "labeller": labeller,
        "labelled_at": now,
        "rule_version": judged.rule_version,
        "source": new.source,
        "inclusion_probability": new.inclusion_probability,
        "inspection_id": judged.inspection_id,
    }


async def _own(db: AsyncSession, new: NewLabel, judged: Judged, labeller: str) -> str | None:
    """The last link of what the labeller has said of this before, withdrawn or not."""
    row = LabelRow
    query = select(col(row.label_id)).where(
        col(row.session_id) == new.session_id,
        col(row.revision) == judged.revision,
        col(row.rule_id) == new.rule_id,
        col(row.labeller) == labeller,
        ~superseded(),
    )
    return (await db.execute(query.order_by(col(row.label_id).desc()).limit(1))).scalar_one_or_none()


async def withdraw(
    db: AsyncSession, label_id: str, *, labeller: str, note: str = "", now: datetime | None = None
) -> Label:
    """Takes the labeller's own label back. Raises `LabelNotFound`, `LabelConflict`. Does not commit."""
    label = await get(db, label_id)
    if label.labeller != labeller:
        raise LabelNotFound(f"{labeller!r} has given no label {label_id!r}")
    if not label.current:
        raise LabelConflict(f"label {label_id!r} has been corrected or withdrawn already")
    now = now or utc_now()
    row = msgspec.structs.asdict(label) | {
        "label_id": new_id("label", now),
        "verdict": WITHDRAWN,
        "labelled_at": now,
        "supersedes": label_id,
        "document": msgspec.json.encode(Document(note=note)).decode(),
    }
    for name in ("message_ids", "quotes", "note", "current"):
        del row[name]
    await _insert(db, row)
    return await get(db, row["label_id"])


async def _insert(db: AsyncSession, row: dict[str, Any]) -> None:
    statement = insert_into(db, LabelRow).values(row).on_conflict_do_nothing(index_elements=["supersedes"])
    if not (await (await db.connection()).execute(statement)).rowcount:
        raise LabelConflict(f"label {row['supersedes']!r} is just being corrected")
