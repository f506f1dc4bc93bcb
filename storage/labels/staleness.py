"""Labels of a rule whose meaning has changed since they were given.

The author of a change says whether it was one of meaning or of wording, with a reason. Labels survive changes of
wording; a change of meaning makes those before it stale.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit, inspections
from storage.batches import batches
from storage.errors import RuleChangeConflict
from storage.instants import utc_now
from storage.labels.reading import is_current
from storage.tables.review import LabelRow, RuleChangeRow
from storage.tables.sessions import OutcomeRow, SessionRow, insert_into


class RuleChange(msgspec.Struct, frozen=True, kw_only=True):
    """`meaning`: what counts as a hit is another matter now. `wording`: it says the same in other words."""

    rule_id: str
    from_version: str
    to_version: str
    kind: Literal["meaning", "wording"]
    author: str
    reason: str
    at: datetime


class StaleLabels(msgspec.Struct, frozen=True, kw_only=True):
    """Labels that were given for what the rule meant before.

    `look_again`: sessions to look at first, the smallest set that can have changed sides: those whose outcome
    by the rule as it is now differs from the one the label was given for, or is not there yet. `unmoved`: stale
    too, but judged as before; a random sample of them tells whether they still hold.
    """

    rule_id: str
    current_version: str
    valid_versions: tuple[str, ...]
    labels: int
    look_again: tuple[str, ...]
    unmoved: tuple[str, ...]


async def record_change(
    db: AsyncSession,
    rule_id: str,
    *,
    from_version: str,
    to_version: str,
    kind: Literal["meaning", "wording"],
    author: str,
    reason: str,
    now: datetime | None = None,
) -> RuleChange:
    """What a change was. The same again changes nothing. Audited. Does not commit. Raises `RuleChangeConflict`."""
    now = now or utc_now()
    row = {
        "rule_id": rule_id,
        "from_version": from_version,
        "to_version": to_version,
        "kind": kind,
        "author": author,
        "reason": reason,
        "at": now,
    }
    statement = insert_into(db, RuleChangeRow).values(row)
    statement = statement.on_conflict_do_nothing(index_elements=["rule_id", "to_version"])
    created = (await (await db.connection()).execute(statement)).rowcount
    known = {change.to_version: change for change in await changes(db, rule_id)}[to_version]
    if not created and (known.from_version, known.kind) != (from_version, kind):
        raise RuleChangeConflict(
            f"the change of {rule_id!r} to {to_version} is on record as one of {known.kind}, by {known.author!r}"
        )
    if created:
        await audit.record(
            db, actor=author, action=f"rule.{kind}_changed", subject=f"rule:{rule_id}", reason=reason,
            details={"from": from_version, "to": to_version}, now=now,
        )  # fmt: skip
    return known


async def changes(db: AsyncSession, rule_id: str) -> tuple[RuleChange, ...]:
    """Of one rule, newest first."""
    query = select(RuleChangeRow).where(col(RuleChangeRow.rule_id) == rule_id)
    rows = (await db.execute(query.order_by(col(RuleChangeRow.change_id).desc()))).scalars()
    return tuple(map(_change, rows))


def _change(row: RuleChangeRow) -> RuleChange:
    return RuleChange(**{name: getattr(row, name) for name in RuleChange.__struct_fields__})


async def changes_by_rule(db: AsyncSession) -> dict[str, list[RuleChange]]:
    """Of all rules and signals that have any, newest first."""
    found: dict[str, list[RuleChange]] = {}
    for row in (
        await db.execute(select(RuleChangeRow).order_by(col(RuleChangeRow.change_id).desc()))
    ).scalars():
        found.setdefault(row.rule_id, []).append(_change(row))
    return found


async def valid_versions(db: AsyncSession, rule_id: str, current_version: str) -> tuple[str, ...]:
    """The versions that mean what the rule means now: those that only changes of wording lead to, the current first."""
    return alike(await changes(db, rule_id), current_version)


def alike(changes: Iterable[RuleChange], version: str) -> tuple[str, ...]:
    """The versions of a rule that mean what this one means, this one first: only changes of wording lie between."""
    ends = [(each.from_version, each.to_version) for each in changes if each.kind == "wording"]
    found = [version]
    for one in found:
        near = [a if b == one else b for a, b in ends if one in (a, b)]
        found += [each for each in dict.fromkeys(near) if each not in found]
    return tuple(found)


async def stale(db: AsyncSession, rule_id: str, current_version: str) -> StaleLabels:
    """The labels of a rule that its current version has left behind."""
    valid = await valid_versions(db, rule_id, current_version)
    query = select(LabelRow).where(is_current(), col(LabelRow.rule_id) == rule_id)
    labels = (await db.execute(query.where(col(LabelRow.rule_version).not_in(valid)))).scalars().all()
    seen = await _verdicts(db, rule_id, {each.inspection_id for each in labels if each.inspection_id})
    now = await _latest(db, rule_id, current_version, {each.session_id for each in labels})
    moved: dict[str, bool] = {}
    for each in labels:
        before, after = seen.get(each.inspection_id or ""), now.get((each.session_id, each.revision))
        moved[each.session_id] = moved.get(each.session_id, False) or before is None or before != after
    return StaleLabels(
        rule_id=rule_id,
        current_version=current_version,
        valid_versions=valid,
        labels=len(labels),
        look_again=tuple(sorted(session for session, has in moved.items() if has)),
        unmoved=tuple(sorted(session for session, has in moved.items() if not has)),
    )


async def _verdicts(db: AsyncSession, rule_id: str, inspection_ids: set[str]) -> dict[str, str]:
    """By inspection: what the labels were given for."""
    found: dict[str, str] = {}
    row = OutcomeRow
    for some in batches(sorted(inspection_ids)):
        query = select(col(row.inspection_id), col(row.verdict))
        query = query.where(col(row.inspection_id).in_(some), col(row.rule_id) == rule_id)
        found.update((inspection_id, verdict) for inspection_id, verdict in await db.execute(query))
    return found


async def _latest(
    db: AsyncSession, rule_id: str, version: str, session_ids: set[str]
) -> dict[tuple[str, int], str]:
    """By session and revision: the latest verdict, where it is one by that version of the rule."""
    row = SessionRow
    found: dict[tuple[str, int], str] = {}
    for some in batches(sorted(session_ids)):
        query = select(col(row.inspection_id)).where(col(row.session_id).in_(some))
        ids = [each for each in (await db.execute(query)).scalars() if each is not None]
        for kept in (await inspections.get_many(db, ids)).values():
            for outcome in kept.inspection.outcomes:
                if (outcome.rule_id, outcome.rule_version) == (rule_id, version):
                    found[kept.inspection.session_id, kept.inspection.revision] = outcome.verdict
    return found
