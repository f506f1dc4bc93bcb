"""What a check has found, in indices of the timeline; `plan.Plan` words it as an outcome."""

from msgspec import Struct

from evaluators.phrases.hits import Hit
from evaluators.types import REASON_PRECEDENCE, Verdict

NOT_PLAIN = -1


class Finding(Struct, frozen=True, gc=False):
    """`quotes`: message index and the hit to quote (None: the whole text). Who bears it: `agent`, else the
    sender of `actor`, else who was on duty at `duty_at` (instant). `occurrences`: what the hit competes for in
    an exclusion group: message indices (starts of turns). `detail`: words for people. `plain`: the number of a
    finding that says no more than verdict and reason, `NOT_PLAIN` of any other.
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
    plain: int = NOT_PLAIN


NO_HIT = Finding("no_hit", plain=0)
NOT_APPLICABLE = Finding("not_applicable", plain=1)
#: Not decided, by reason; never a verdict.
UNDETERMINED = {
    reason: Finding("undetermined", reason, plain=number)
    for number, reason in enumerate(REASON_PRECEDENCE, 2)
}
#: All findings that say no more than verdict and reason, by number.
PLAIN = (NO_HIT, NOT_APPLICABLE, *UNDETERMINED.values())


def undetermined_until(reason: str, decides_at: int | None) -> Finding:
    """Not decided; where that is an open window, with the instant at which it closes if nothing comes."""
    if decides_at is None or reason != "window_open":
        return UNDETERMINED[reason]
    return Finding("undetermined", reason, decides_at=decides_at)
