"""Outcomes as JSON lines for whole files of sessions: the same bytes as encoding them one by one, sooner.

Most outcomes of a session say no more than verdict and reason, and differ from those of the next session in
their first field only, the session id. What follows it is encoded once per plan.
"""

from collections import Counter
from datetime import datetime
from operator import getitem

import msgspec

from evaluators.answers import NOBODY_ASKED
from evaluators.checks.finding import NOT_PLAIN, PLAIN, UNDETERMINED, Finding
from evaluators.plan import Plan
from evaluators.scoring.exclusion import settle
from evaluators.timeline.bits import positions
from evaluators.timeline.timeline import Timeline
from evaluators.types import ChatSession, Outcome

_encode = msgspec.json.Encoder().encode
_AN_INSTANT = "@"


class LineWriter:
    """Inspects sessions under one plan, without a judge."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        #: Per rule, what follows the session id for each plain finding, by its number.
        self._rests = [
            [_rest(compiled.plain_outcome("", finding)) for finding in PLAIN] for compiled in plan.compiled
        ]
        waiting = UNDETERMINED["window_open"]
        #: Per rule, the same for a window that is still open: before and after the instant at which it closes.
        self._open = [
            _rest(compiled.plain_outcome("", waiting, decides_at=_AN_INSTANT)).split(_encode(_AN_INSTANT))
            for compiled in plan.compiled
        ]

    def lines(
        self, session: ChatSession, now: datetime | None = None, tally: Counter[str] | None = None
    ) -> bytes:
        """What `inspect_deterministic` finds, a line per outcome. `tally` counts the verdicts."""
        timeline = self._plan.timeline(session, now)
        findings = self._plan.find(timeline, NOBODY_ASKED)
        if tally is not None:
            tally.update([finding.verdict for finding in findings])
        numbers = [finding.plain for finding in findings]
        rests = list(map(getitem, self._rests, numbers))
        start = b'{"session_id":' + _encode(session.session_id)
        if NOT_PLAIN in numbers:
            self._fill_in(timeline, findings, positions(numbers, NOT_PLAIN), rests, len(start))
        return start.join([b"", *rests])

    def _fill_in(
        self, timeline: Timeline, findings: list[Finding], places: list[int], rests: list[bytes], length: int
    ) -> None:
        """What is not plain: hits, and windows that are still open. `length`: of what comes before the rest."""
        plan, hits = self._plan, []
        for place in places:
            closes_at = findings[place].decides_at
            if closes_at is None:
                hits.append(place)
            else:
                before, after = self._open[place]
                rests[place] = before + _encode(timeline.written(closes_at)) + after
        outcomes = [plan.compiled[place].outcome(timeline, findings[place], NOBODY_ASKED) for place in hits]
        settled = settle(outcomes, plan.catalogue, plan.policy, plan.occurrences(timeline, findings))
        for place, outcome in zip(hits, settled, strict=True):
            rests[place] = _encode(outcome)[length:] + b"\n"


def _rest(outcome: Outcome) -> bytes:
    """What follows the session id, which is empty here, to the end of the line."""
    return _encode(outcome).removeprefix(b'{"session_id":""') + b"\n"
