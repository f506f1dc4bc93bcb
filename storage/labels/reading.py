"""Labels as they are kept, and reading them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.errors import LabelNotFound
from storage.review import blinding
from storage.session_filters import SessionFilters, meeting
from storage.tables.review import LabelRow

Verdict = Literal["hit", "no_hit", "not_applicable", "unsure"]
Source = Literal["constructed", "human_random", "human_flagged", "appeal"]
WITHDRAWN = "withdrawn"
_ALL_SESSIONS = SessionFilters()


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


class Document(msgspec.Struct, frozen=True):
    message_ids: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    note: str = ""


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
    sessions: SessionFilters = _ALL_SESSIONS,
    after: str | None = None,
    blind_for: str | None = None,
    limit: int = 500,
) -> tuple[Label, ...]:
    """Labels in the order in which they were given; `current=False`: corrected and withdrawn ones too.

    `sessions`: only labels on sessions that meet these. `after`: only labels given after the one of this id, to page on.
    `blind_for`: without those of sessions that this reviewer is still to judge blind.
    """
    row = LabelRow
    given = (
        (row.session_id, session_id),
        (row.rule_id, rule_id),
        (row.labeller, labeller),
        (row.source, source),
    )
    conditions = [col(column) == value for column, value in given if value is not None]
    if sessions != _ALL_SESSIONS:
        conditions.append(col(row.session_id).in_(meeting(sessions)))
    if after is not None:
        conditions.append(col(row.label_id) > after)
    if blind_for is not None:
        conditions.append(~blinding.withheld(col(row.session_id), blind_for))
    return await _read(db, conditions, current=current, limit=limit)


async def history(db: AsyncSession, session_id: str, rule_id: str) -> tuple[Label, ...]:
    """Everything anybody ever said of a rule in a session, oldest first."""
    return await select_labels(db, session_id=session_id, rule_id=rule_id, current=False)


async def newest(db: AsyncSession) -> str | None:
    """The id of the label, or correction, that was given last; None: there are none."""
    return (await db.execute(select(func.max(col(LabelRow.label_id))))).scalar_one()


def is_current() -> ColumnElement[bool]:
    """On `labels`: neither corrected nor withdrawn."""
    return and_(~superseded(), col(LabelRow.verdict) != WITHDRAWN)


def superseded() -> ColumnElement[bool]:
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
    document = msgspec.json.decode(row.document, type=Document)
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
