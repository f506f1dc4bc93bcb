"""Sessions from files, inspected one after the other: no database, no server, memory for a few at a time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from evaluators.catalogue.loading import Catalogue
from evaluators.engine.outcome_lines import LineWriter
from evaluators.engine.plan import Plan, compile_plan
from evaluators.inspection import inspect_deterministic, inspect_session
from evaluators.judges.answers import NOBODY_ASKED
from evaluators.judges.port import Judge
from evaluators.profiles import Profile, Settings, find_profile_problems, segment_of, settings_for
from evaluators.scoring.scorecard import score_session, served_by
from evaluators.types import ChatSession, Outcome, Scorecard
from storage.intake.records import BadRecord

#: Messages of the sessions that are inspected step by step together: enough that the code of a step pays for being
#: fetched, few enough that what the steps hand on stays in the processor's caches.
MESSAGES_AT_ONCE = 1000


class Inspected(NamedTuple):
    """A session, what was found in it (settled), and what it was judged by."""

    session: ChatSession
    outcomes: list[Outcome]
    standard: "Standard"

    def scorecard(self) -> Scorecard:
        """Its sums. Added up when asked for: outcomes alone do not need them."""
        plan, served = self.standard.plan, served_by(self.session)
        return score_session(self.session.session_id, self.outcomes, plan.catalogue, plan.policy, served)


class Standard(NamedTuple):
    """What holds for the sessions of a shop, group and tier."""

    settings: Settings
    plan: Plan


class BatchInspector:
    """Inspects sessions under a profile. `rules`: only these (ids or R-numbers), enabled or not.

    `now`: nothing arrived until then, and windows that have passed by then are decided. Raises the first
    problem of the profile with this catalogue, and `RuleNotFound`.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        profile: Profile,
        rules: Sequence[str] | None = None,
        now: datetime | None = None,
    ) -> None:
        for problem in find_profile_problems(catalogue, profile):
            raise problem
        self.catalogue, self._profile = catalogue, profile
        self._rules = None if rules is None else [catalogue.find(name).id for name in rules]
        self._now = now
        # By identity: settings_for gives the same object to everyone for whom the same holds.
        self._standards: dict[int, Standard] = {}
        self._writers: dict[int, LineWriter] = {}
        #: Where no layer can hold, nobody has to ask which do.
        self._for_all: Standard | None = None

    def standard(self, session: ChatSession) -> Standard:
        """What the session is judged by."""
        if self._for_all is not None:
            return self._for_all
        settings = settings_for(self.catalogue, self._profile, *segment_of(session))
        known = self._standards.get(id(settings))
        if known is None:
            hours = settings.service_hours.compiled() if settings.service_hours else None
            plan = compile_plan(settings.catalogue, self._rules, settings.scoring, hours)
            known = self._standards[id(settings)] = Standard(settings, plan)
        if not self._profile.layered:
            self._for_all = known
        return known

    def inspect(self, session: ChatSession) -> Inspected:
        """Without a judge: what needs one is undetermined."""
        standard = self.standard(session)
        return Inspected(session, inspect_deterministic(session, standard.plan, self._now), standard)

    def lines(self, sessions: Iterable[ChatSession], tally: Counter[str] | None = None) -> Iterator[bytes]:
        """Per session the outcomes of `inspect` as JSON lines, sooner than encoding them. `tally` counts their
        verdicts.

        Works through a few sessions at a time, so a line comes some sessions after its session.
        """
        for batch in _batches(sessions):
            for writer, those in groupby(batch, self._writer):
                yield from writer.lines(list(those), self._now, tally)

    def _writer(self, session: ChatSession) -> LineWriter:
        plan = self.standard(session).plan
        writer = self._writers.get(id(plan))
        if writer is None:
            writer = self._writers[id(plan)] = LineWriter(plan)
        return writer

    async def ask(self, session: ChatSession, judge: Judge) -> Inspected:
        """With a judge for what needs language understanding."""
        standard = self.standard(session)
        outcomes, _ = await inspect_session(session, standard.plan, judge, self._now)
        return Inspected(session, outcomes, standard)

    def acts(self, session: ChatSession) -> frozenset[str]:
        """What a judge would be asked about it."""
        plan = self.standard(session).plan
        return plan.open_acts(plan.find(plan.timeline(session, self._now), NOBODY_ASKED))

    def inspect_all(
        self, items: Iterable[ChatSession | BadRecord], judge: Judge | None = None
    ) -> Iterator[Inspected | BadRecord]:
        """Every session inspected, in order; records that could not be read as they are."""
        if judge is None:
            return (self.inspect(item) if isinstance(item, ChatSession) else item for item in items)
        # Imported here: without a judge nobody pays for an event loop at start-up.
        from api.inspecting.asking import ask_in_order

        return ask_in_order(items, lambda session: self.ask(session, judge))


def _batches(sessions: Iterable[ChatSession]) -> Iterator[list[ChatSession]]:
    """By messages, so that long sessions do not fill the memory."""
    batch: list[ChatSession] = []
    held = 0
    for session in sessions:
        batch.append(session)
        held += len(session.messages)
        if held >= MESSAGES_AT_ONCE:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch
