"""Response: after each trigger the behaviour must, or must not, occur within the window."""

from msgspec import Struct
from msgspec.structs import replace

from evaluators.checks.base import Setting, behaviour_of
from evaluators.checks.behaviours import CompiledBehaviour
from evaluators.checks.finding import NO_HIT, NOT_APPLICABLE, UNDETERMINED, Finding, undetermined_until
from evaluators.checks.seen import Seen, first_reason
from evaluators.checks.triggers import CompiledTrigger, Occurrence
from evaluators.checks.windows import CompiledWindow, Extent
from evaluators.grammar.kinds import Response
from evaluators.judges.answers import Answers
from evaluators.timeline.bits import highest, indices
from evaluators.timeline.timeline import Timeline


class _Verdict(Struct, frozen=True, gc=False):
    """What one occurrence of the trigger comes to: hit, no_hit, undetermined, or None (no trigger at all)."""

    verdict: str | None
    occurrence: Occurrence
    extent: Extent
    reason: str | None = None
    done: tuple[int, ...] = ()


class ResponseCheck:
    """Hit when a duty was not met (`hit = absent`) or something forbidden was done (`hit = present`)."""

    def __init__(self, rule: Response, setting: Setting) -> None:
        self._trigger = CompiledTrigger(rule.trigger, setting)
        self._behaviour: CompiledBehaviour = behaviour_of(rule, rule.behaviour, setting)
        self._window = CompiledWindow(rule.window)
        self._absent = rule.hit == "absent"
        self._any = rule.trigger.occurrence == "any"
        self.acts = self._trigger.acts | self._behaviour.acts
        message = self._trigger.message
        #: Nothing triggers, or there is nothing to ask about triggers that only a judge can see, unless phrases of
        #: these groups were found.
        self._needs = [message.needs] if message is not None and message.needs is not None else []
        if not self._absent and self._trigger.acts and self._behaviour.needs is not None:
            self._needs.append(self._behaviour.needs)
        self._last = rule.trigger.occurrence == "last"
        self._every = rule.trigger.occurrence == "each"

    def find(self, timeline: Timeline, answers: Answers) -> Finding:
        """One hit among the occurrences is a hit; else one that is open keeps the rule undetermined."""
        for group in self._needs:
            if group not in timeline.said:
                return NOT_APPLICABLE
        message = self._trigger.message
        if message is None:
            return self._of(timeline, self._trigger.find(timeline, None), answers)
        triggers = message.see(timeline, answers)
        if not triggers.certain:
            if not triggers.possible:
                return NOT_APPLICABLE
            if self._every:
                return self._undecidable(timeline, triggers, answers)
        return self._of(timeline, self._trigger.find(timeline, triggers), answers)

    def _undecidable(self, timeline: Timeline, triggers: Seen, answers: Answers) -> Finding:
        """No trigger is certain, so nothing can be decided; only the reason is left to be found."""
        if not self._absent:
            return self._first_doubt(timeline, triggers, self._behaviour.see(timeline, answers))
        if timeline.times_missing and self._window.runs_on_a_clock:
            return UNDETERMINED[first_reason((triggers.reason, "times_missing"))]
        still_open = self._window.still_open(timeline, triggers.possible)
        if not still_open:
            return UNDETERMINED[triggers.reason]
        met = self._behaviour.see(timeline, answers).certain
        closes_at = self._window.first_open(timeline, still_open, met)
        if closes_at is None:
            return UNDETERMINED[triggers.reason]
        return undetermined_until(first_reason((triggers.reason, "window_open")), closes_at)

    def _first_doubt(self, timeline: Timeline, triggers: Seen, seen: Seen) -> Finding:
        """Why nobody knows whether something forbidden followed a trigger that is only possible."""
        behaviours = seen.certain | seen.possible
        reach = self._window.in_reach(timeline, triggers.possible, behaviours)
        reasons: set[str] = set()
        for index in indices(reach):
            at = None if timeline.times_missing else timeline.at[index]
            within = self._window.extent(timeline, index + 1, at).messages
            if behaviours & within:
                reasons.update(triggers.reasons(1 << index), seen.reasons(within))
                if triggers.several is None and seen.several is None:
                    break  # no other reason could come
        return UNDETERMINED[first_reason(reasons)] if reasons else NOT_APPLICABLE

    def _of(self, timeline: Timeline, occurrences: list[Occurrence] | None, answers: Answers) -> Finding:
        if occurrences is None:
            return UNDETERMINED["times_missing"]
        if not occurrences:
            return NOT_APPLICABLE
        seen = self._behaviour.see(timeline, answers)
        decide = self._duty if self._absent else self._forbidden
        verdicts = [decide(timeline, occurrence, seen) for occurrence in occurrences]
        finding = self._together(timeline, [verdict for verdict in verdicts if verdict.verdict is not None])
        return finding if timeline.over else self._while_open(finding)

    def _duty(self, timeline: Timeline, occurrence: Occurrence, seen: Seen) -> _Verdict:
        extent = self._window.extent(timeline, occurrence.first, occurrence.at)
        reasons = [occurrence.reason] if occurrence.reason else []
        if extent.reason == "times_missing" or not seen.certain & extent.messages:
            if extent.reason is not None:
                reasons.append(extent.reason)
            reasons += seen.reasons(extent.messages)
            if not reasons:
                return _Verdict("hit", occurrence, extent)
        if reasons:
            return _Verdict("undetermined", occurrence, extent, first_reason(reasons))
        return _Verdict("no_hit", occurrence, extent)

    def _forbidden(self, timeline: Timeline, occurrence: Occurrence, seen: Seen) -> _Verdict:
        extent = self._window.extent(timeline, occurrence.first, occurrence.at)
        done = indices(seen.certain & extent.messages)
        reasons = seen.reasons(extent.messages)
        if occurrence.reason is None:
            return self._after_certain_trigger(occurrence, extent, done, reasons)
        if not done and not reasons:
            return _Verdict(None, occurrence, extent)
        return _Verdict("undetermined", occurrence, extent, first_reason([occurrence.reason, *reasons]))

    def _after_certain_trigger(
        self, occurrence: Occurrence, extent: Extent, done: list[int], reasons: list[str]
    ) -> _Verdict:
        if done:
            return _Verdict("hit", replace(occurrence, actor=done[0]), extent, done=tuple(done))
        waiting = [*reasons, extent.reason] if extent.reason is not None else reasons
        if waiting:
            return _Verdict("undetermined", occurrence, extent, first_reason(waiting))
        return _Verdict("no_hit", occurrence, extent)

    def _together(self, timeline: Timeline, verdicts: list[_Verdict]) -> Finding:
        if not verdicts:
            return NOT_APPLICABLE
        if self._any and any(verdict.verdict == "no_hit" for verdict in verdicts):
            return NO_HIT
        hits = [verdict for verdict in verdicts if verdict.verdict == "hit"]
        waiting = [verdict for verdict in verdicts if verdict.reason is not None]
        if hits and not (self._any and waiting):
            return self._hit(timeline, hits)
        if not waiting:
            return NO_HIT
        reasons = {verdict.reason for verdict in waiting if verdict.reason}
        ends = [verdict.extent.closes_at for verdict in waiting if verdict.extent.reason == "window_open"]
        return undetermined_until(
            first_reason(reasons), min((end for end in ends if end is not None), default=None)
        )

    def _while_open(self, finding: Finding) -> Finding:
        """Another occurrence may come: it takes the place of the last one, or the duty is met after it."""
        if self._last or (self._any and finding.verdict == "hit"):
            return UNDETERMINED["session_open"]
        return finding

    def _hit(self, timeline: Timeline, hits: list[_Verdict]) -> Finding:
        shown = {
            index: self._trigger.quote(timeline, index) for hit in hits for index in hit.occurrence.shown
        }
        shown.update((index, self._behaviour.quote(timeline, index)) for hit in hits for index in hit.done)
        starts = (
            hit.occurrence.first - 1 if hit.occurrence.turn is None else hit.occurrence.turn for hit in hits
        )
        first = hits[0]
        actor = first.occurrence.actor
        if actor is None and first.extent.closes_at is None and first.extent.messages:
            actor = highest(first.extent.messages)
        return Finding(
            "hit",
            quotes=tuple(sorted(shown.items(), key=lambda quote: quote[0])),
            actor=actor,
            duty_at=first.extent.closes_at,
            occurrences=tuple(starts),
        )
