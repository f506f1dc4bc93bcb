"""Two attempts at the same session contents, outcome by outcome."""

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.sessions import InspectionRow, OutcomeRow, table_of

#: How many flips a report names; it counts them all.
MOST_NAMED = 200
_inspections, _outcomes = table_of(InspectionRow), table_of(OutcomeRow)


class Flip(msgspec.Struct, frozen=True, kw_only=True):
    """An outcome that became another one."""

    session_id: str
    rule_id: str
    before: str
    after: str


class Flips(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the outcomes of the run before. `compared`: of the same content and rule, in both runs.

    `flips` counts verdicts that became another verdict; `undecided`: decided in one run only. `by_rule`: [compared,
    flips]. `rate` None: there is nothing to compare with. `flipped`: the first of them.
    """

    compared: int
    flips: int
    undecided: int
    rate: float | None
    by_rule: dict[str, tuple[int, int]]
    flipped: tuple[Flip, ...]


async def compared(db: AsyncSession, before: int | None, after: int) -> Flips:
    """The inspections of two attempts; `before` None: there is none before."""
    old = {} if before is None else await _verdicts(db, before)
    new = await _verdicts(db, after)
    by_rule: dict[str, list[int]] = {}
    flipped: list[Flip] = []
    undecided = 0
    both = sorted(old.keys() & new.keys())
    for key in both:
        session_id, _, rule_id = key
        counts = by_rule.setdefault(rule_id, [0, 0])
        counts[0] += 1
        if old[key] == new[key]:
            continue
        if "undetermined" in (old[key], new[key]):
            undecided += 1
            continue
        counts[1] += 1
        flipped.append(Flip(session_id=session_id, rule_id=rule_id, before=old[key], after=new[key]))
    return Flips(
        compared=len(both), flips=len(flipped), undecided=undecided,
        rate=len(flipped) / len(both) if both else None,
        by_rule={rule: (number, flips) for rule, (number, flips) in by_rule.items()},
        flipped=tuple(flipped[:MOST_NAMED]),
    )  # fmt: skip


async def _verdicts(db: AsyncSession, attempt: int) -> dict[tuple[str, int, str], str]:
    query = (
        select(_inspections.c.session_id, _inspections.c.revision, _outcomes.c.rule_id, _outcomes.c.verdict)
        .join(_outcomes, _outcomes.c.inspection_id == _inspections.c.inspection_id)
        .where(_inspections.c.attempt == attempt)
    )
    found = await db.execute(query)
    return {(session_id, revision, rule): verdict for session_id, revision, rule, verdict in found}
