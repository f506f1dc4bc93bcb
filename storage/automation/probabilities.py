"""What judges told under certificates: one probability per session, in the order they came, for the test that reads them.

Only sessions that are over count: what a judge says of the beginning of a chat is not like what it says of the whole.
"""

from collections.abc import Iterable, Mapping

import msgspec
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from evaluators.types import Outcome
from storage import inspections
from storage.automation.gate import holds_for
from storage.inspections import Inspection
from storage.tables.sessions import OutcomeRow, SessionRow, insert_into, table_of
from storage.tables.trust import CertificateRow, ProbabilityRow, WatchRow
from storage.trust.certificates import Certificate

_rows = table_of(ProbabilityRow)


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """How the test of a certificate stands. `document`: its state as JSON; `last`: what it has read up to."""

    certificate_id: str
    last: int
    document: str


def of_hit(outcome: Outcome) -> float | None:
    """The probability of a hit that a decided outcome came with, 0..1."""
    if outcome.confidence is None or outcome.verdict not in ("hit", "no_hit"):
        return None
    return outcome.confidence if outcome.verdict == "hit" else 1 - outcome.confidence


async def keep(
    db: AsyncSession, certificates: Mapping[str, Certificate], kept: Mapping[str, Inspection]
) -> None:
    """What new inspections, by id, tell of rules with a certificate. Does not commit."""
    rows = [
        {
            "certificate_id": certificates[outcome.rule_id].certificate_id,
            "session_id": inspection.session_id,
            "inspection_id": inspection_id,
            "probability": probability,
        }
        for inspection_id, inspection in kept.items()
        for outcome in inspection.outcomes
        if outcome.rule_id in certificates
        and holds_for(certificates[outcome.rule_id], outcome)
        and (probability := of_hit(outcome)) is not None
    ]
    if rows:
        statement = insert_into(db, ProbabilityRow).on_conflict_do_nothing()
        await (await db.connection()).execute(statement, rows)


async def unread(db: AsyncSession) -> set[str]:
    """The certificates that something has been told under since their test last read on.

    Numbers are given before they are committed: what a slower transaction adds behind the last one read is left out.
    Which values that happens to does not depend on what they are, so the test stays true.
    """
    watch = table_of(WatchRow)
    newer = exists().where(_rows.c.certificate_id == watch.c.certificate_id, _rows.c.number > watch.c.last)
    return set((await db.execute(select(watch.c.certificate_id).where(newer))).scalars())


async def after(db: AsyncSession, certificate_id: str, last: int, *, limit: int) -> list[tuple[int, float]]:
    """Number and probability, in the order they came."""
    query = select(_rows.c.number, _rows.c.probability).where(
        _rows.c.certificate_id == certificate_id, _rows.c.number > last
    )
    found = await db.execute(query.order_by(_rows.c.number).limit(limit))
    return [(number, probability) for number, probability in found]


async def begin(db: AsyncSession, certificate_id: str, document: str) -> None:
    """The test of a new certificate. Does not commit."""
    row = {"certificate_id": certificate_id, "last": 0, "document": document}
    await (await db.connection()).execute(table_of(WatchRow).insert(), [row])


async def watches(db: AsyncSession, certificate_ids: Iterable[str]) -> dict[str, Watch]:
    """By certificate id."""
    query = select(WatchRow).where(col(WatchRow.certificate_id).in_(sorted(certificate_ids)))
    return {row.certificate_id: _from_row(row) for row in (await db.execute(query)).scalars()}


async def lock(db: AsyncSession, certificate_id: str) -> Watch | None:
    """The test, which nobody else carries on until the transaction ends; None: there is none."""
    # The certificate is locked, not the test: whoever ends it waits, too.
    holder = select(CertificateRow).where(col(CertificateRow.certificate_id) == certificate_id)
    await db.execute(holder.with_for_update())
    query = select(WatchRow).where(col(WatchRow.certificate_id) == certificate_id)
    row = (await db.execute(query, execution_options={"populate_existing": True})).scalar_one_or_none()
    return None if row is None else _from_row(row)


async def go_on(db: AsyncSession, certificate_id: str, last: int, document: str) -> None:
    """Keeps where the test has got to. Does not commit."""
    table = table_of(WatchRow)
    changed = table.update().where(table.c.certificate_id == certificate_id)
    await (await db.connection()).execute(changed.values(last=last, document=document))


def _from_row(row: WatchRow) -> Watch:
    return Watch(certificate_id=row.certificate_id, last=row.last, document=row.document)


async def latest(db: AsyncSession, rule_id: str, judge_name: str, *, limit: int) -> list[Outcome]:
    """Outcomes of a rule that a judge gave a probability with, one per session, of the newest inspections."""
    session, outcome = SessionRow, OutcomeRow
    query = (
        select(col(session.inspection_id))
        .join(OutcomeRow, col(outcome.inspection_id) == col(session.inspection_id))
        .where(col(outcome.rule_id) == rule_id, col(outcome.judge_name) == judge_name)
        .where(col(outcome.confidence).is_not(None), col(outcome.verdict).in_(("hit", "no_hit")))
        .order_by(col(session.inspection_id).desc())
        .limit(limit)
    )
    ids = [each for each in (await db.execute(query)).scalars() if each is not None]
    found = await inspections.get_many(db, ids)
    return [each for key in ids for each in found[key].inspection.outcomes if each.rule_id == rule_id]
