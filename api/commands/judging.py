"""What a run with a vLLM judge costs: said before it, during it and after it, on standard error."""

import asyncio
import time
from collections.abc import Iterable
from itertools import chain, islice
from pathlib import Path

from api.commands.output import say
from api.inspecting.batch import BatchInspector
from api.judging.vllm import vllm_judge_in
from evaluators.errors import JudgeUnusable
from evaluators.judges.port import Judge
from evaluators.judges.vllm.estimate import Estimate, estimate
from evaluators.judges.vllm.progress import Run
from evaluators.judges.vllm.served import Served, served_by
from evaluators.judges.vllm.summary import summary
from evaluators.types import ChatSession
from storage.intake.records import BadRecord

#: Sessions that are looked at before a run begins.
AHEAD = 16
_PER = 1000
#: Seconds between looks at what the servers count.
_LOOK = 5.0
Item = ChatSession | BadRecord


def counted(place: Path | str) -> int | None:
    """How many records a file has, where counting them is cheap: one per line."""
    path = Path(place)
    if path.suffix != ".jsonl" or not path.is_file():
        return None
    with path.open("rb") as lines:
        return sum(1 for line in lines if not line.isspace())


class JudgedRun:
    """Watches a run over sessions read from `place`, with a judge that asks vLLM in the end."""

    def __init__(self, judge: Judge, place: Path | str) -> None:
        self._judge, self._total = vllm_judge_in(judge), counted(place)
        self._run = Run(self._judge, self._total)
        self._before = self._served()
        self._share: float | None = None
        self._looked = 0.0

    def begin(self, found: Iterable[Item], inspector: BatchInspector) -> Iterable[Item]:
        """The same items, of which some have been read: says what all of them will cost."""
        coming = iter(found)
        ahead = list(islice(coming, AHEAD))
        sample = [(each, inspector.acts(each)) for each in ahead if isinstance(each, ChatSession)]
        if len(ahead) < AHEAD:
            self._total = len(sample)
        if sample:
            asyncio.run(self._say_estimate(sample))
        self._run = Run(self._judge, self._total)
        return chain(ahead, coming)

    async def _say_estimate(self, sample: list[tuple[ChatSession, frozenset[str]]]) -> None:
        try:
            told: Estimate = await estimate(self._judge, sample, self._total or _PER)
        except JudgeUnusable as error:
            say(f"judge: what it will cost cannot be said: {error}")
            return
        say(f"judge: {'' if self._total else 'for every '}{told.line()}")

    def line(self, done: int) -> str:
        """How far it is."""
        if time.monotonic() > self._looked + _LOOK:
            self._look()
        return self._run.progress(done, self._share).line()

    def end(self) -> None:
        """Says what was asked, what came of it, and what it cost."""
        self._look()
        figures = self._judge.figures
        usage = figures.usage.supposing(self._share)
        for line in summary(figures, usage, self._judge.settings.prices):
            say(f"judge: {line}")

    def _look(self) -> None:
        """Decisions do not say how much was cached. The server does, of everything it was asked meanwhile."""
        after = self._served()
        if self._before is not None and after is not None:
            self._share = after.share_since(self._before)
        self._looked = time.monotonic()

    def _served(self) -> Served | None:
        return asyncio.run(served_by(self._judge.base_urls, self._judge.settings))
