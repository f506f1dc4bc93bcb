"""Outcomes as JSON lines for whole files of sessions: the same bytes as encoding them one by one, sooner.

Most outcomes of a session say no more than verdict and reason, and differ from those of the next session in
their first field only, the session id. Their rest is encoded once per plan.
"""

from datetime import datetime

import msgspec

from evaluators.answers import NOBODY_ASKED
from evaluators.exclusion import settle
from evaluators.finding import PLAIN, Finding
from evaluators.plan import Plan
from evaluators.timeline import Timeline
from evaluators.types import ChatSession

_encode = msgspec.json.Encoder().encode
_NO_SESSION = len(b'{"session_id":""')


class LineWriter:
    """Inspects sessions under one plan, without a judge."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        #: Per rule, the rest of the line of each plain finding by its number; last (-1) None: there is more to say.
        self._rests: list[list[bytes | None]] = [
            [*(_encode(compiled.plain_outcome("", finding))[_NO_SESSION:] for finding in PLAIN), None]
            for compiled in plan.compiled
        ]

    def lines(self, session: ChatSession, now: datetime | None = None) -> bytes:
        """What `inspect_deterministic` finds, a line per outcome."""
        timeline = self._plan.timeline(session, now)
        findings = self._plan.find(timeline, NOBODY_ASKED)
        rests = [known[finding.plain] for known, finding in zip(self._rests, findings, strict=True)]
        start = b'\n{"session_id":' + _encode(session.session_id)
        if None in rests:
            self._tell(timeline, findings, rests, len(start) - 1)
        return start[1:] + start.join(rests) + b"\n" if rests else b""  # type: ignore[arg-type]

    def _tell(
        self, timeline: Timeline, findings: list[Finding], rests: list[bytes | None], length: int
    ) -> None:
        """Fills in the rest of the lines, `length` left out, for hits and for windows that are still open."""
        plan = self._plan
        places = [place for place, rest in enumerate(rests) if rest is None]
        outcomes = [plan.compiled[place].outcome(timeline, findings[place], NOBODY_ASKED) for place in places]
        settled = settle(outcomes, plan.catalogue, plan.policy, plan.occurrences(timeline, findings))
        for place, outcome in zip(places, settled, strict=True):
            rests[place] = _encode(outcome)[length:]
