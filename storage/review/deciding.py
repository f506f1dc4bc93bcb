"""What becomes of an answer: a decision, labels, the end of the case and of a misjudged hit, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import alerts, audit, corrections, inspections, labels
from storage.appeals.settling import settle
from storage.corrections import Rescore
from storage.errors import AnswerUnfit, CaseNotFound, CaseNotHeld, RejectionUnexplained
from storage.ids import new_id
from storage.instants import utc_now
from storage.labels import Label, NewLabel, Verdict
from storage.review import cases
from storage.review.answers import Finding, Reply, verdict_of
from storage.review.cases import Case
from storage.review.decisions import Decision, insert, of_round, standing
from storage.tables.review import CaseRow


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """`case` shows the verdict now, even if it was a blind one. `overturned`: rules whose hit no longer counts."""

    decision: Decision
    case: Case
    labels: tuple[Label, ...]
    overturned: tuple[str, ...]


async def decide(
    db: AsyncSession,
    case_id: str,
    reviewer: str,
    reply: Reply,
    *,
    rescore: Rescore,
    now: datetime | None = None,
) -> Decided:
    """Keeps a decision on a case that is reserved for the reviewer. Audited. Does not commit.

    The same reply again (its answer got lost) is answered with the decision that is there. A hit that every
    reviewer the case wanted calls none is overturned. Raises `CaseNotFound`, `CaseNotHeld`, `AnswerUnfit`,
    `RejectionUnexplained`, `LabelInvalid`.
    """
    now = now or utc_now()
    row = await lock(db, case_id)
    if (row.holder, row.round, row.state) != (reviewer, reply.round, "open"):
        return await _repeated(db, cases.from_row(row), reviewer, reply)
    case = cases.from_row(row)
    verdict = _verdict(case, reply)
    given = [
        await labels.add(db, new, labeller=reviewer, now=now)
        for new in await _labels(db, case, verdict, reply)
    ]
    decision = Decision(
        decision_id=new_id("decision", now),
        case_id=case_id,
        round=reply.round,
        reviewer=reviewer,
        answer=reply.answer,
        verdict=verdict,
        decided_at=now,
        undoes=None,
        labels=tuple(each.label_id for each in given),
        note=reply.note,
    )
    await insert(db, decision)
    await cases.exclude(db, [(case_id, reviewer)])
    row.decided += counts(case, verdict)
    row.state = "done" if row.decided >= row.wanted else "open"
    row.holder = row.lease_until = None
    await db.flush()
    await audit.record(
        db, actor=reviewer, action="review.decide", subject=f"case:{case_id}", reason=reply.note,
        details={"answer": reply.answer, "session_id": case.session_id, "rule_id": case.rule_id}, now=now,
    )  # fmt: skip
    off = await _overturn(db, cases.from_row(row), given, reviewer, reply.note, now)
    if off or verdict == "hit":
        await corrections.correct(db, case.session_id, case.revision, rescore)
    if case.rule_id is not None and row.state == "done" and (off or verdict == "hit"):
        await alerts.decided(db, case.session_id, case.rule_id, is_hit=not off, actor=reviewer, now=now)
    if case.kind == "appeal" and row.state == "done":
        await settle(db, case_id, upheld=verdict != "hit", reviewer=reviewer, reason=reply.note, now=now)
    return Decided(decision=decision, case=cases.from_row(row), labels=tuple(given), overturned=off)


def counts(case: Case, verdict: str | None) -> bool:
    """Whether a decision is one of those the case wants. Who is unsure leaves an appeal to somebody else."""
    return verdict is not None and not (case.kind == "appeal" and verdict == "unsure")


async def lock(db: AsyncSession, case_id: str) -> CaseRow:
    """The row of a case, which nobody else changes until the transaction ends. Raises `CaseNotFound`."""
    query = select(CaseRow).where(col(CaseRow.case_id) == case_id).with_for_update()
    # What this session has read of the row before may be older than the lock.
    found = (await db.execute(query, execution_options={"populate_existing": True})).scalar_one_or_none()
    if found is None:
        raise CaseNotFound(f"there is no review case {case_id!r}")
    return found


async def _repeated(db: AsyncSession, case: Case, reviewer: str, reply: Reply) -> Decided:
    known = await of_round(db, case.case_id, reply.round)
    if known is None or (known.reviewer, known.answer) != (reviewer, reply.answer):
        raise CaseNotHeld(f"case {case.case_id!r} is not reserved for {reviewer!r} any more")
    given = [await labels.get(db, label_id) for label_id in known.labels]
    off = await corrections.overturned(db, case.session_id, case.revision)
    return Decided(
        decision=known,
        case=case,
        labels=tuple(given),
        overturned=tuple(sorted(off & {each.rule_id for each in given})),
    )


def _verdict(case: Case, reply: Reply) -> Verdict | None:
    if case.rule_id is not None:
        if reply.findings:
            raise AnswerUnfit("`findings` are for a case that is a whole session")
        verdict = verdict_of(reply.answer, case.judged or "undetermined", blind=case.blind)
        if case.kind == "appeal" and verdict == "hit" and not reply.note.strip():
            raise RejectionUnexplained
        return verdict
    if reply.answer not in ("confirm", "unsure", "skip"):
        raise AnswerUnfit(
            "a whole session is confirmed with what is otherwise in `findings`, unsure or skipped"
        )
    if reply.answer != "confirm" and reply.findings:
        raise AnswerUnfit("`findings` go with the answer 'confirm'")
    return {"confirm": "hit", "unsure": "unsure"}.get(reply.answer)  # type: ignore[return-value]


async def _labels(db: AsyncSession, case: Case, verdict: Verdict | None, reply: Reply) -> list[NewLabel]:
    if verdict is None or (case.rule_id is None and verdict == "unsure"):
        return []
    if case.rule_id is not None:
        own = Finding(
            rule_id=case.rule_id, verdict=verdict,
            message_ids=reply.message_ids, quotes=reply.quotes, note=reply.note,
        )  # fmt: skip
        return [_new_label(case, own)]
    inspection = (await inspections.get(db, case.inspection_id)).inspection
    named = {each.rule_id for each in reply.findings}
    hits = [
        each.rule_id for each in inspection.outcomes if each.verdict == "hit" and each.rule_id not in named
    ]
    found = [*reply.findings, *(Finding(rule_id=rule_id, verdict="hit") for rule_id in hits)]
    return [_new_label(case, each) for each in found]


def _new_label(case: Case, finding: Finding) -> NewLabel:
    given: dict[str, Any] = {name: getattr(finding, name) for name in Finding.__struct_fields__}
    return NewLabel(
        session_id=case.session_id,
        revision=case.revision,
        inspection_id=case.inspection_id,
        source=case.source,
        inclusion_probability=case.inclusion_probability,
        **given,
    )


async def _overturn(
    db: AsyncSession, case: Case, given: Sequence[Label], reviewer: str, reason: str, now: datetime
) -> tuple[str, ...]:
    """Hits of which every reviewer the case wanted says that they are none."""
    if case.state != "done":
        return ()
    inspection = (await inspections.get(db, case.inspection_id)).inspection
    hits = {each.rule_id for each in inspection.outcomes if each.verdict == "hit"}
    if case.rule_id is None:
        denied = [each.rule_id for each in given if each.verdict in ("no_hit", "not_applicable")]
    else:
        said = [each.verdict for each in await standing(db, case.case_id) if counts(case, each.verdict)]
        denied = [case.rule_id] if all(each in ("no_hit", "not_applicable") for each in said) else []
    cause: corrections.Cause = "appeal" if case.kind == "appeal" else "misjudged"
    return tuple([
        rule_id
        for rule_id in denied
        if rule_id in hits
        and await corrections.overturn(
            db, case.session_id, case.revision, rule_id, cause=cause, actor=reviewer,
            case_id=case.case_id, reason=reason, now=now,
        )
    ])  # fmt: skip
