"""Outcomes as JSON lines for whole files of sessions: the same bytes as encoding them one by one, sooner.

Most outcomes of a session say no more than verdict and reason, and differ from those of the next session in
their first field only, the session id. What follows it is encoded once per plan.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from evaluators.checks.finding import NOT_PLAIN, PLAIN, UNDETERMINED, Finding
from evaluators.engine.plan import Plan
from evaluators.judges.answers import NOBODY_ASKED
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
        #: Per rule, where what it finds stands in `Plan.find_once`, and what follows the session id for each plain
        #: finding, by its number; for a finding that is not plain nothing yet.
        self._rests = [
            (question, [*(_rest(compiled.plain_outcome("", finding)) for finding in PLAIN), b""])
            for question, compiled in zip(plan.question_of, plan.compiled, strict=True)
        ]
        #: The places of the rules that ask each question.
        self._askers: list[list[int]] = [[] for _ in {*plan.question_of}]
        for place, question in enumerate(plan.question_of):
            self._askers[question].append(place)
        waiting = UNDETERMINED["window_open"]
        #: Per rule, the same for a window that is still open: before and after the instant at which it closes.
        self._open = [
            _rest(compiled.plain_outcome("", waiting, decides_at=_AN_INSTANT)).split(_encode(_AN_INSTANT))
            for compiled in plan.compiled
        ]

    def lines(
        self, sessions: Sequence[ChatSession], now: datetime | None = None, tally: Counter[str] | None = None
    ) -> list[bytes]:
        """Per session what `inspect_deterministic` finds, a line per outcome. `tally` counts the verdicts."""
        timelines = self._plan.timelines(sessions, now)
        findings = self._plan.find_once(timelines)
        if tally is not None:
            for found in findings:
                tally.update([found[question].verdict for question in self._plan.question_of])
        drafts = [self._draft(timeline, each) for timeline, each in zip(timelines, findings, strict=True)]
        hits = [self._hits(draft) for draft in drafts]
        settled = [self._settled(draft, outcomes) for draft, outcomes in zip(drafts, hits, strict=True)]
        return [_together(draft, outcomes) for draft, outcomes in zip(drafts, settled, strict=True)]

    def _draft(self, timeline: Timeline, found: tuple[Finding, ...]) -> "_Draft":
        """What is plain is written, and windows that are still open are."""
        numbers = [finding.plain for finding in found]
        rests = [rest[numbers[question]] for question, rest in self._rests]
        hits = []
        for question in positions(numbers, NOT_PLAIN):
            finding = found[question]
            for place in self._askers[question]:
                if finding.decides_at is None:
                    hits.append((place, finding))
                else:
                    before, after = self._open[place]
                    rests[place] = before + _encode(timeline.written(finding.decides_at)) + after
        hits.sort()
        return _Draft(timeline, rests, hits)

    def _hits(self, draft: "_Draft") -> list[Outcome]:
        compiled = self._plan.compiled
        return [compiled[place].outcome(draft.timeline, hit, NOBODY_ASKED) for place, hit in draft.hits]

    def _settled(self, draft: "_Draft", outcomes: list[Outcome]) -> list[Outcome]:
        plan = self._plan
        return settle(outcomes, plan.catalogue, plan.policy, plan.occurrences(draft.timeline, draft.hits))


class _Draft(NamedTuple):
    """What follows the session id in each line of a session; of `hits`, each with its place, nothing yet."""

    timeline: Timeline
    rests: list[bytes]
    hits: list[tuple[int, Finding]]


def _together(draft: _Draft, settled: list[Outcome]) -> bytes:
    """The lines of a session, its hits filled in."""
    timeline, rests, hits = draft
    start = b'{"session_id":' + _encode(timeline.session.session_id)
    for (place, _), outcome in zip(hits, settled, strict=True):
        rests[place] = _encode(outcome)[len(start) :] + b"\n"
    return start.join([b"", *rests])


def _rest(outcome: Outcome) -> bytes:
    """What follows the session id, which is empty here, to the end of the line."""
    return _encode(outcome).removeprefix(b'{"session_id":""') + b"\n"
