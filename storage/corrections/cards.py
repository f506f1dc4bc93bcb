"""What the sums of an inspection come to without the hits that do not count, kept for lists and reports."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from evaluators.types import AgentCard, Scorecard
from storage import inspections
from storage.batches import batches
from storage.corrections.counting import not_yet_counting
from storage.corrections.overrides import overturned, with_overrides
from storage.inspections import Inspection, StoredInspection
from storage.tables.review import CorrectedCardRow, CorrectedHitRow
from storage.tables.sessions import InspectionRow, table_of
from storage.trust import certificates
from storage.trust.stages import stages_at

#: The card of an inspection without the hits of these rules; None: its rules or profile are not here any more.
Rescore = Callable[[AsyncSession, StoredInspection, frozenset[str]], Awaitable[Scorecard | None]]
_hits, _cards = table_of(CorrectedHitRow), table_of(CorrectedCardRow)
_SUMS = ("raw_total", "score", "red_line", "bonus", "deductions", "undetermined")


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """What of an inspection does not count. `scorecard` None: its rules are not here any more, the sums stay."""

    not_counted: tuple[str, ...]
    scorecard: Scorecard | None


async def correct(db: AsyncSession, session_id: str, revision: int, rescore: Rescore) -> None:
    """Brings the sums of every inspection of this content in line with what counts. Does not commit."""
    row = InspectionRow
    query = select(col(row.inspection_id)).where(
        col(row.session_id) == session_id, col(row.revision) == revision
    )
    ids = (await db.execute(query)).scalars().all()
    off = await overturned(db, session_id, revision)
    for kept in (await inspections.get_many(db, ids)).values():
        hits = {each.rule_id for each in kept.inspection.outcomes if each.verdict == "hit"}
        await _correct_one(db, kept, hits, (off & hits) | await not_yet_counting(db, kept, hits), rescore)


async def correct_new(db: AsyncSession, kept: Mapping[str, Inspection], rescore: Rescore) -> None:
    """For inspections just kept, by id: what people have said of the same content holds for them too."""
    staged = {*await stages_at(db, "scoring"), *await certificates.holding(db)}
    spoken_of = await with_overrides(db, sorted({each.session_id for each in kept.values()}))
    for inspection in kept.values():
        hits = {each.rule_id for each in inspection.outcomes if each.verdict == "hit"}
        if inspection.session_id in spoken_of or hits & staged:
            await correct(db, inspection.session_id, inspection.revision, rescore)


async def _correct_one(
    db: AsyncSession, kept: StoredInspection, hits: set[str], gone: frozenset[str], rescore: Rescore
) -> None:
    connection = await db.connection()
    for table in (_hits, _cards):
        await connection.execute(delete(table).where(table.c.inspection_id == kept.inspection_id))
    if not gone:
        return
    rows = [{"inspection_id": kept.inspection_id, "rule_id": rule_id} for rule_id in sorted(gone)]
    await connection.execute(_hits.insert(), rows)
    card = await rescore(db, kept, gone)
    if card is not None:
        await connection.execute(_cards.insert(), _card_rows(kept.inspection_id, card, len(hits - gone)))


def _card_rows(inspection_id: str, card: Scorecard, hits: int) -> list[dict[str, Any]]:
    """That of the session has no agent; `hits` is counted there only."""
    cards: dict[str, Scorecard | AgentCard] = {"": card, **card.agents}
    return [
        {"inspection_id": inspection_id, "agent_id": agent_id, "hits": 0 if agent_id else hits}
        | {name: getattr(each, name) for name in _SUMS}
        for agent_id, each in cards.items()
    ]


async def of_inspections(db: AsyncSession, inspection_ids: Sequence[str]) -> dict[str, Correction]:
    """By id; an inspection all of whose hits count is left out."""
    gone: dict[str, list[str]] = {}
    cards: dict[str, dict[str, CorrectedCardRow]] = {}
    for some in batches(inspection_ids):
        query = select(_hits.c.inspection_id, _hits.c.rule_id).where(_hits.c.inspection_id.in_(some))
        for inspection_id, rule_id in await db.execute(query.order_by(_hits.c.rule_id)):
            gone.setdefault(inspection_id, []).append(rule_id)
        found = select(CorrectedCardRow).where(col(CorrectedCardRow.inspection_id).in_(some))
        for row in (await db.execute(found)).scalars():
            cards.setdefault(row.inspection_id, {})[row.agent_id] = row
    sessions = {
        each: kept.inspection.session_id for each, kept in (await inspections.get_many(db, [*cards])).items()
    }
    return {
        each: Correction(
            not_counted=tuple(rules),
            scorecard=_scorecard(sessions[each], cards[each]) if each in cards else None,
        )
        for each, rules in gone.items()
    }


async def counting_cards(db: AsyncSession, kept: Mapping[str, StoredInspection]) -> dict[str, Scorecard]:
    """The card of each inspection as it counts: the corrected one where there is one."""
    corrected = await of_inspections(db, [*kept])
    return {each: counting_card(stored, corrected.get(each)) for each, stored in kept.items()}


def counting_card(kept: StoredInspection, correction: Correction | None) -> Scorecard:
    """The corrected card where there is one."""
    return (correction.scorecard if correction else None) or kept.inspection.scorecard


def _scorecard(session_id: str, rows: dict[str, CorrectedCardRow]) -> Scorecard:
    sums = {agent_id: {name: getattr(row, name) for name in _SUMS} for agent_id, row in rows.items()}
    whole = sums.pop("")
    return Scorecard(
        session_id=session_id, agents={agent_id: AgentCard(**own) for agent_id, own in sums.items()}, **whole
    )
