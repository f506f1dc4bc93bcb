"""What becomes of new inspections: alerts in the way that was earned, and cases for people where a certificate ends."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from evaluators.types import Outcome
from storage import alerts
from storage.alerts import NewAlert
from storage.automation import ending, probabilities
from storage.automation.gate import Gate
from storage.inspections import Inspection
from storage.instants import utc_now
from storage.review import cases
from storage.review.cases import NewCase

WHO = "worker"
#: When somebody should have looked at what no certificate covers: alerts wait for it.
DUE = timedelta(hours=24)


class New(msgspec.Struct, frozen=True):
    """An inspection that was just kept. `alerts`: of its hits, as their rules want it. `over`: nothing more is to
    come, the session was inspected as a whole."""

    inspection: Inspection
    alerts: Sequence[NewAlert] = ()
    over: bool = True


async def act(db: AsyncSession, new: Mapping[str, New], *, now: datetime | None = None) -> None:
    """For official inspections, by id: tells, queues, and keeps what judges told. Does not commit."""
    official = {key: each for key, each in new.items() if each.inspection.official}
    if not official:
        return
    now, gate = now or utc_now(), await Gate.at(db)
    told = [alert for key, each in official.items() for alert in _alerts(gate, key, each)]
    await alerts.raise_alerts(db, told, now=now)
    await alerts.release(db, told, actor=WHO, now=now)
    await cases.create(
        db, [case for key, each in official.items() for case in _cases(gate, key, each.inspection, now)], now=now
    )  # fmt: skip
    await _end_foreign(db, gate, official, now)
    over = {key: each.inspection for key, each in official.items() if each.over}
    await probabilities.keep(db, gate.certificates, over)


def _alerts(gate: Gate, inspection_id: str, new: New) -> list[NewAlert]:
    """None in shadow; by itself only where that is wanted and earned."""
    outcomes = {each.rule_id: each for each in new.inspection.outcomes}
    found = []
    for each in new.alerts:
        outcome = outcomes[each.rule_id or ""]
        mode: Literal["automatic", "manual"] = (
            "automatic" if each.mode == "automatic" and gate.notifies(outcome) else "manual"
        )
        if gate.stage(outcome.rule_id, "notification") != "shadow":
            found.append(msgspec.structs.replace(each, inspection_id=inspection_id, mode=mode))
    return found


def _cases(gate: Gate, inspection_id: str, inspection: Inspection, now: datetime) -> list[NewCase]:
    return [
        NewCase(
            kind="below_threshold", session_id=inspection.session_id, revision=inspection.revision,
            inspection_id=inspection_id, rule_id=outcome.rule_id, agent_id=outcome.agent_id,
            judged=outcome.verdict, source="human_flagged", due_at=now + DUE, stratum=gate.standing(outcome),
        )
        for outcome in inspection.outcomes
        if gate.waits(outcome)
    ]  # fmt: skip


async def _end_foreign(db: AsyncSession, gate: Gate, new: Mapping[str, New], now: datetime) -> None:
    """A server that answers with another model than the one certified says so with its first outcome."""
    ended = set()
    for each in new.values():
        for outcome in each.inspection.outcomes:
            certificate = gate.certificates.get(outcome.rule_id)
            if (
                certificate is None
                or outcome.rule_id in ended
                or not _other_model(certificate.judge, outcome)
            ):
                continue
            ended.add(outcome.rule_id)
            model = outcome.judge.model if outcome.judge else None
            await ending.end(db, certificate, "judge_changed", actor=WHO, detail=str(model), now=now)


def _other_model(certified: tuple[str | None, str | None], outcome: Outcome) -> bool:
    """The same kind of judge with another model; another kind (the baseline before vLLM) has merely no certificate."""
    judge = outcome.judge
    return judge is not None and judge.name == certified[0] and judge.model != certified[1]
