"""What a run with vLLM judges costs: said before it, during it and after it, on standard error."""

import asyncio
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path

from api.commands.output import say
from api.inspecting.batch import BatchInspector, Inspected
from api.judging.vllm import vllm_judge_in
from evaluators.errors import JudgeUnusable
from evaluators.judges.port import Judge
from evaluators.judges.vllm.accounting import Estimate
from evaluators.judges.vllm.estimate import estimate
from evaluators.judges.vllm.progress import Run
from evaluators.judges.vllm.served import Served, served_by
from evaluators.judges.vllm.settings import Prices
from evaluators.judges.vllm.summary import WAITING, summary
from evaluators.types import ChatSession
from storage.intake.records import BadRecord

#: Sessions that are looked at before a run begins.
AHEAD = 16
_PER = 1000
#: Seconds between looks at what the servers count.
_LOOK, _LOOK_FIRST = 5.0, 0.5
Item = ChatSession | BadRecord
#: A session and the acts that a judge is asked about.
Asked = tuple[ChatSession, Collection[str]]


class JudgedRun:
    """Watches a run with judges that ask vLLM in the end: one, or one per vote. `what`: what the sessions are called.

    `total`: of them, None where nobody knows.
    """

    def __init__(self, judges: Sequence[Judge], total: int | None = None, what: str = "sessions") -> None:
        self._judges, self._what = [vllm_judge_in(each) for each in judges], what
        self._total = total
        self._run = Run(self._judges, total)
        self._before = self._served()
        self._share: float | None = None
        self._looked = 0.0

    @property
    def prices(self) -> Prices | None:
        """What tokens cost, where somebody has said it."""
        return self._judges[0].settings.prices

    def expect(self, sample: Sequence[Asked], total: int) -> Estimate | None:
        """What `total` sessions like these will cost; None, and said, where no server can tell."""
        try:
            return asyncio.run(estimate(self._judges[0], sample, total))
        except JudgeUnusable as error:
            say(f"judge: what it will cost cannot be said: {error}")
            return None

    def say_expected(self, expected: Estimate, every: str = "") -> None:
        """Before the run. `every`: what the estimate is for, if not for all of it."""
        say(f"judge: {every}{expected.line(self._what)}")

    def start(self) -> None:
        """Time and counts begin now."""
        self._run = Run(self._judges, self._total)

    def line(self, done: int) -> str:
        """How far it is."""
        # At first nobody knows what is cached, and the cost shown is too high.
        if time.monotonic() > self._looked + (_LOOK_FIRST if self._share is None else _LOOK):
            self._look()
        return self._run.progress(done, self._share).line(self._what)

    def end(self) -> None:
        """Says what was asked, what came of it, and what it cost."""
        self._look()
        for line in summary(self._run.figures.supposing(self._share), self.prices, self._what):
            say(f"judge: {line}")

    def _look(self) -> None:
        """Decisions do not say how much was cached. The server does, of everything it was asked meanwhile."""
        after = self._served()
        if self._before is not None and after is not None:
            self._share = after.share_since(self._before)
        self._looked = time.monotonic()

    def _served(self) -> Served | None:
        # In a thread of its own: whoever draws the line of progress may be in an event loop, which cannot wait.
        with ThreadPoolExecutor(1) as alone:
            judge = self._judges[0]
            return alone.submit(asyncio.run, served_by(judge.base_urls, judge.settings)).result()


class JudgedFiles(JudgedRun):
    """Watches a run over sessions read from `places`."""

    def __init__(self, judge: Judge, places: Sequence[Path | str]) -> None:
        counts = [counted(each) for each in places]
        known = [each for each in counts if each is not None]
        super().__init__([judge], sum(known) if len(known) == len(counts) else None)
        self._outcomes = self._waiting = 0

    def begin(self, found: Iterable[Item], inspector: BatchInspector) -> Iterable[Item]:
        """The same items, of which some have been read: says what all of them will cost."""
        coming = iter(found)
        ahead = list(islice(coming, AHEAD))
        sample = [(each, inspector.acts(each)) for each in ahead if isinstance(each, ChatSession)]
        if len(ahead) < AHEAD:
            self._total = len(sample)
        expected = self.expect(sample, self._total or _PER) if sample else None
        if expected is not None:
            self.say_expected(expected, "" if self._total else "for every ")
        self.start()
        return chain(ahead, coming)

    def counting(self, items: Iterable[Inspected | BadRecord]) -> Iterator[Inspected | BadRecord]:
        """The same items; counts the outcomes that the judge was not there for."""
        for item in items:
            if isinstance(item, Inspected):
                self._outcomes += len(item.outcomes)
                self._waiting += sum(each.reason_code in WAITING for each in item.outcomes)
            yield item

    def say_waiting(self) -> None:
        """Last of all, where there are such outcomes."""
        if self._waiting:
            say(
                f"{self._waiting:,} of {self._outcomes:,} outcomes stay undetermined because the judge was not there; "
                "the same command goes on from here"
            )


def counted(place: Path | str) -> int | None:
    """How many records a file has, where counting them is cheap: one per line."""
    path = Path(place)
    if path.suffix != ".jsonl" or not path.is_file():
        return None
    with path.open("rb") as lines:
        return sum(1 for line in lines if not line.isspace())
