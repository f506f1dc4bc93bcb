"""Where label and verdict differ, and which of three was wrong: the judge, the label, or the rule's own words."""

from collections import Counter
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit, labels
from storage.errors import DisagreementNotFound
from storage.instants import utc_now
from storage.labels import JudgedCase
from storage.tables.sessions import table_of
from storage.tables.trust import AdjudicationRow

Wrong = Literal["judge_wrong", "label_wrong", "rule_unclear"]


class Adjudication(msgspec.Struct, frozen=True, kw_only=True):
    """Who was wrong, according to `actor`."""

    inspection_id: str
    session_id: str
    revision: int
    rule_id: str
    expected: str
    judged: str
    cause: Wrong
    actor: str
    reason: str
    at: datetime


class Disagreement(msgspec.Struct, frozen=True, kw_only=True):
    """A case in which people and judge differ on whether there is a hit, or people among themselves.

    `between`: `label_and_verdict`, or `labellers` (no majority). `adjudication` None: nobody has decided yet.
    """

    case: JudgedCase
    between: Literal["label_and_verdict", "labellers"]
    adjudication: Adjudication | None


class WrongCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Of one rule: where the bottleneck is. `waiting`: disagreements that nobody has decided."""

    rule_id: str
    judge_wrong: int
    label_wrong: int
    rule_unclear: int
    waiting: int


async def disagreements(db: AsyncSession, rule_id: str | None = None) -> tuple[Disagreement, ...]:
    """Of current labels and the outcomes they were given for, by session."""
    found = [(case, between) for case in await labels.pairs(db, rule_id) if (between := _between(case))]
    decided = await _adjudications(db, rule_id)
    return tuple(
        Disagreement(case=case, between=between, adjudication=decided.get((case.inspection_id, case.rule_id)))
        for case, between in found
    )


def _between(case: JudgedCase) -> Literal["label_and_verdict", "labellers"] | None:
    sure = {verdict == "hit" for verdict in case.said.values() if verdict != "unsure"}
    if case.expected is None:
        return "labellers" if len(sure) > 1 else None
    if case.judged == "undetermined" or (case.expected == "hit") == (case.judged == "hit"):
        return None
    return "label_and_verdict"


async def adjudicate(
    db: AsyncSession,
    inspection_id: str,
    rule_id: str,
    cause: Wrong,
    *,
    actor: str,
    reason: str = "",
    now: datetime | None = None,
) -> Adjudication:
    """Says who was wrong; said again, the last word holds. Audited. Does not commit.

    Raises `DisagreementNotFound`.
    """
    for each in await disagreements(db, rule_id):
        if each.case.inspection_id == inspection_id:
            return await _record(db, each.case, cause, actor, reason, now or utc_now())
    raise DisagreementNotFound(f"label and verdict of {rule_id!r} in {inspection_id!r} do not differ")


async def _record(
    db: AsyncSession, case: JudgedCase, cause: Wrong, actor: str, reason: str, now: datetime
) -> Adjudication:
    made = Adjudication(
        inspection_id=case.inspection_id, session_id=case.session_id, revision=case.revision,
        rule_id=case.rule_id, expected=case.expected or "", judged=case.judged,
        cause=cause, actor=actor, reason=reason, at=now,
    )  # fmt: skip
    row = msgspec.structs.asdict(made)
    await (await db.connection()).execute(table_of(AdjudicationRow).insert(), [row])
    await audit.record(
        db, actor=actor, action="label.adjudicate", subject=f"rule:{case.rule_id}", reason=reason,
        details={"session_id": case.session_id, "cause": cause}, now=now,
    )  # fmt: skip
    return made


async def _adjudications(db: AsyncSession, rule_id: str | None) -> dict[tuple[str, str], Adjudication]:
    query = select(AdjudicationRow).order_by(col(AdjudicationRow.adjudication_id))
    if rule_id is not None:
        query = query.where(col(AdjudicationRow.rule_id) == rule_id)
    names = Adjudication.__struct_fields__
    rows = (await db.execute(query)).scalars()
    return {
        (row.inspection_id, row.rule_id): Adjudication(**{name: getattr(row, name) for name in names})
        for row in rows
    }


def count_by_rule(found: tuple[Disagreement, ...]) -> tuple[WrongCounts, ...]:
    """By rule id."""
    counts: Counter[tuple[str, str]] = Counter()
    for each in found:
        counts[each.case.rule_id, each.adjudication.cause if each.adjudication else "waiting"] += 1
    return tuple(
        WrongCounts(
            rule_id=rule_id,
            judge_wrong=counts[rule_id, "judge_wrong"],
            label_wrong=counts[rule_id, "label_wrong"],
            rule_unclear=counts[rule_id, "rule_unclear"],
            waiting=counts[rule_id, "waiting"],
        )
        for rule_id in sorted({rule_id for rule_id, _ in counts})
    )
