"""Labels as facts: given, corrected and withdrawn by adding; none is ever changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage import session_writing
from storage.errors import LabelConflict, LabelNotFound
from storage.ids import new_id
from storage.instants import utc_now
from storage.labels.checking import Judged, judged_by, refuse_misquotes
from storage.review_tables import LabelRow
from storage.tables import insert_into

Verdict = Literal["hit", "no_hit", "not_applicable", "unsure"]
Source = Literal["constructed", "human_random", "human_flagged", "appeal"]
WITHDRAWN = "withdrawn"


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


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """A label as kept. `supersedes`: the label of the same labeller that this one corrects.

    The verdict `withdrawn` takes the superseded label back without giving another. `current`: nothing
    supersedes it, and it is no withdrawal.
    """

    label_id: str
    session_id: str
    revision: int
    rule_id: str
    verdict: Literal["hit", "no_hit", "not_applicable", "unsure", "withdrawn"]
    message_ids: tuple[str, ...]
    quotes: tuple[str, ...]
    labeller: str
    labelled_at: datetime
    rule_version: str
    source: Source
    inclusion_probability: float | None
    inspection_id: str | None
    supersedes: str | None
    note: str
    current: bool


class _Document(msgspec.Struct, frozen=True):
    message_ids: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    note: str = ""


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
    document = _Document(new.message_ids, new.quotes, new.note)
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
        ~_superseded(),
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
        "document": msgspec.json.encode(_Document(note=note)).decode(),
    }
    for name in ("message_ids", "quotes", "note", "current"):
        del row[name]
    await _insert(db, row)
    return await get(db, row["label_id"])


async def _insert(db: AsyncSession, row: dict[str, Any]) -> None:
    statement = insert_into(db, LabelRow).values(row).on_conflict_do_nothing(index_elements=["supersedes"])
    if not (await (await db.connection()).execute(statement)).rowcount:
        raise LabelConflict(f"label {row['supersedes']!r} is just being corrected")


async def get(db: AsyncSession, label_id: str) -> Label:
    """Raises `LabelNotFound`."""
    found = await _read(db, [col(LabelRow.label_id) == label_id], current=False, limit=1)
    if not found:
        raise LabelNotFound(f"there is no label {label_id!r}")
    return found[0]


async def select_labels(
    db: AsyncSession,
    *,
    session_id: str | None = None,
    rule_id: str | None = None,
    labeller: str | None = None,
    source: str | None = None,
    current: bool = True,
    after: str | None = None,
    limit: int = 500,
) -> tuple[Label, ...]:
    """Labels in the order in which they were given; `current=False`: corrected and withdrawn ones too.

    `after`: only labels given after the one of this id, to page on.
    """
    row = LabelRow
    given = (
        (row.session_id, session_id),
        (row.rule_id, rule_id),
        (row.labeller, labeller),
        (row.source, source),
    )
    conditions = [col(column) == value for column, value in given if value is not None]
    if after is not None:
        conditions.append(col(row.label_id) > after)
    return await _read(db, conditions, current=current, limit=limit)


async def history(db: AsyncSession, session_id: str, rule_id: str) -> tuple[Label, ...]:
    """Everything anybody ever said of a rule in a session, oldest first."""
    return await select_labels(db, session_id=session_id, rule_id=rule_id, current=False)


def is_current() -> ColumnElement[bool]:
    """On `labels`: neither corrected nor withdrawn."""
    return and_(~_superseded(), col(LabelRow.verdict) != WITHDRAWN)


def _superseded() -> ColumnElement[bool]:
    later = aliased(LabelRow)
    return exists().where(col(later.supersedes) == col(LabelRow.label_id)).correlate(LabelRow)


async def _read(
    db: AsyncSession, conditions: Sequence[ColumnElement[bool]], *, current: bool, limit: int
) -> tuple[Label, ...]:
    query = select(LabelRow, is_current()).where(*conditions).order_by(col(LabelRow.label_id)).limit(limit)
    if current:
        query = query.where(is_current())
    return tuple(_from_row(row, bool(holds)) for row, holds in (await db.execute(query)).all())


def _from_row(row: LabelRow, current: bool) -> Label:
    document = msgspec.json.decode(row.document, type=_Document)
    return Label(
        label_id=row.label_id,
        session_id=row.session_id,
        revision=row.revision,
        rule_id=row.rule_id,
        verdict=row.verdict,  # type: ignore[arg-type]  # written by `add` and `withdraw`
        message_ids=document.message_ids,
        quotes=document.quotes,
        labeller=row.labeller,
        labelled_at=row.labelled_at,
        rule_version=row.rule_version,
        source=row.source,  # type: ignore[arg-type]
        inclusion_probability=row.inclusion_probability,
        inspection_id=row.inspection_id,
        supersedes=row.supersedes,
        note=document.note,
        current=current,
    )
