"""Taking a decision back: its labels are withdrawn, what it overturned counts again, the case is open again."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from storage import audit, corrections, labels
from storage.corrections import Rescore
from storage.errors import UndoRefused
from storage.ids import new_id
from storage.instants import utc_now
from storage.labels import Label
from storage.labels.pairs import majority
from storage.review import cases
from storage.review.cases import Case
from storage.review.deciding import counts, lock
from storage.review.decisions import Decision, insert, last_of
from storage.review.queue import LEASE
from storage.tables.review import CaseRow, ExclusionRow
from storage.tables.sessions import table_of

#: How many of their last decisions reviewers may take back.
REACH = 10
_DENIALS = ("no_hit", "not_applicable")


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """`held`: the case is the reviewer's again. Else somebody else has it now, and it comes back in the queue; a blind
    one goes to somebody else, because the reviewer has been told the verdict.
    """

    decision: Decision
    case: Case
    held: bool


async def undo(
    db: AsyncSession,
    reviewer: str,
    decision_id: str | None = None,
    *,
    rescore: Rescore,
    lease: timedelta = LEASE,
    now: datetime | None = None,
) -> Undone:
    """Takes one of the reviewer's last decisions back; None: the very last. Audited. Does not commit.

    Raises `UndoRefused`: it is none of the last ones, or it has settled an appeal.
    """
    now = now or utc_now()
    wanted = await _wanted(db, reviewer, decision_id)
    row = await lock(db, wanted.case_id)
    if row.kind == "appeal" and counts(cases.from_row(row), wanted.verdict):
        raise UndoRefused("the appeal is settled, and the agent has been told")
    taken_back = Decision(
        decision_id=new_id("decision", now), case_id=wanted.case_id, round=None, reviewer=reviewer,
        answer="undo", verdict=None, decided_at=now, undoes=wanted.decision_id, labels=(), note="",
    )  # fmt: skip
    await insert(db, taken_back)
    await _take_back(db, row, wanted, reviewer, rescore, now)
    held = await _reopen(db, row, wanted, reviewer, lease, now)
    await audit.record(
        db, actor=reviewer, action="review.undo", subject=f"case:{row.case_id}",
        details={"decision_id": wanted.decision_id, "answer": wanted.answer}, now=now,
    )  # fmt: skip
    return Undone(decision=taken_back, case=cases.from_row(row), held=held)


async def _wanted(db: AsyncSession, reviewer: str, decision_id: str | None) -> Decision:
    for each in await last_of(db, reviewer, REACH):
        if decision_id in (None, each.decision_id):
            return each
    raise UndoRefused(
        "there is no decision to take back"
        if decision_id is None
        else f"{decision_id!r} is none of the last {REACH} decisions of {reviewer!r}"
    )


async def _take_back(
    db: AsyncSession, row: CaseRow, wanted: Decision, reviewer: str, rescore: Rescore, now: datetime
) -> None:
    restored = False
    for label_id in wanted.labels:
        label = await labels.get(db, label_id)
        if label.current:
            await labels.withdraw(db, label_id, labeller=reviewer, note="undo", now=now)
        if label.verdict in _DENIALS and not await _still_denied(db, label):
            restored |= await corrections.restore(
                db, row.session_id, row.revision, label.rule_id, actor=reviewer, case_id=row.case_id, now=now
            )
    if restored:
        await corrections.correct(db, row.session_id, row.revision, rescore)


async def _still_denied(db: AsyncSession, label: Label) -> bool:
    """Whether most labels that are left say that there is no hit."""
    left = await labels.select_labels(db, session_id=label.session_id, rule_id=label.rule_id)
    said = majority(each.verdict for each in left if each.revision == label.revision)
    return said in _DENIALS


async def _reopen(
    db: AsyncSession, row: CaseRow, wanted: Decision, reviewer: str, lease: timedelta, now: datetime
) -> bool:
    row.decided -= counts(cases.from_row(row), wanted.verdict)
    row.state = "open"
    if row.blind:
        await db.flush()
        return False
    excluded = table_of(ExclusionRow)
    mine = delete(excluded).where(excluded.c.case_id == row.case_id, excluded.c.reviewer == reviewer)
    await (await db.connection()).execute(mine)
    others = row.holder is not None and row.lease_until is not None and row.lease_until > now
    if not others:
        row.holder, row.lease_until, row.round = reviewer, now + lease, row.round + 1
    await db.flush()
    return not others
