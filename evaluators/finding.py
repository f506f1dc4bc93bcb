"""What a check has found, in indices of the timeline; `plan.Plan` words it as an outcome."""

from typing import NamedTuple

from evaluators.phrase_hits import Hit
from evaluators.types import Verdict


class Finding(NamedTuple):
    """`quotes`: message index and the hit to quote (None: the whole text). Who bears it: `agent`, else the
    sender of `actor`, else who was on duty at `duty_at` (instant). `occurrences`: what the hit competes for in
    an exclusion group: message indices (starts of turns). `detail`: words for people.
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


NO_HIT = Finding("no_hit")
NOT_APPLICABLE = Finding("not_applicable")
_OPEN: dict[str, Finding] = {}


def undetermined(reason: str, decides_at: int | None = None) -> Finding:
    """Not decided, and why. Never a verdict."""
    if decides_at is not None and reason == "window_open":
        return Finding("undetermined", reason, decides_at=decides_at)
    if reason not in _OPEN:
        _OPEN[reason] = Finding("undetermined", reason)
    return _OPEN[reason]
