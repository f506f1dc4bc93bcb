"""What a check has found, in indices of the timeline; `plan.Plan` words it as an outcome."""

from collections.abc import Collection

from msgspec import Struct

from evaluators.phrase_hits import Hit
from evaluators.seen import first_reason
from evaluators.types import REASON_PRECEDENCE, Verdict


class Finding(Struct, frozen=True, gc=False):
    """`quotes`: message index and the hit to quote (None: the whole text). Who bears it: `agent`, else the
    sender of `actor`, else who was on duty at `duty_at` (instant). `occurrences`: what the hit competes for in
    an exclusion group: message indices (starts of turns). `detail`: words for people. `plain`: the number of a
    finding that says no more than verdict and reason, -1 of any other.
    """

    verdict: Verdict
    reason: str | None = None
    quotes: tuple[tuple[int, Hit | None], ...] = ()
    agent: str | None = None
    actor: int | None = None
    duty_at: int | None = None
    decides_at: int | None = None
    occurrences: tuple[int, ...] = ()
    detail: str = ""
    plain: int = -1


NO_HIT = Finding("no_hit", plain=0)
NOT_APPLICABLE = Finding("not_applicable", plain=1)
_OPEN = {
    reason: Finding("undetermined", reason, plain=number)
    for number, reason in enumerate(REASON_PRECEDENCE, 2)
}
#: All findings that say no more than verdict and reason, by number.
PLAIN = (NO_HIT, NOT_APPLICABLE, *_OPEN.values())


def undetermined(reason: str) -> Finding:
    """Not decided, and why. Never a verdict."""
    return _OPEN[reason]


def undetermined_by(reasons: Collection[str]) -> Finding:
    """Not decided, for the first of these reasons by precedence."""
    if len(reasons) == 1:
        (reason,) = reasons
        return _OPEN[reason]
    return _OPEN[first_reason(reasons)]


def undetermined_until(reasons: Collection[str], decides_at: int | None) -> Finding:
    """The same; where that is an open window, with the instant at which it closes if nothing comes."""
    finding = undetermined_by(reasons)
    if decides_at is None or finding.reason != "window_open":
        return finding
    return Finding("undetermined", "window_open", decides_at=decides_at)
