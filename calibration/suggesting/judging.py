"""Cases judged by a wording, as long as the budget allows it."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from calibration.drafts import Standard
from calibration.eval_sets import Case
from calibration.runs.judged import Attempt, Judged, together
from calibration.runs.subjects import attempt_at, subject_of
from calibration.suggesting.budget import BATCH, Budget
from calibration.suggesting.rewording import Reword, Rewordings
from calibration.suggesting.wording import write_draft
from evaluators.judges.port import Judge
from prompts.library import Prompt
from storage.batches import batches

#: Why a case has no verdict that nobody was asked about.
NOT_ASKED = "budget_over"


class Counted(Protocol):
    """A judge for one wording, and what it costs."""

    @property
    def judge(self) -> Judge:
        """Who is asked."""
        ...

    def tokens(self) -> int:
        """What it has cost so far."""
        ...

    async def close(self) -> None:
        """It is not asked any more."""
        ...


Open = Callable[[Mapping[str, Prompt]], Counted]
_T = TypeVar("_T")


class Run(Protocol):
    """Does asynchronous work to its end, in a thread without an event loop; or gives it up by raising something."""

    def __call__(self, work: Coroutine[Any, Any, _T], /) -> _T:
        """What came of it."""
        ...


class Search(NamedTuple):
    """What to reword, by whom. `rewordings`: what came of it so far. `watch`: told that something was done.

    `base`: what the prompt is a part of; None: what is shipped.
    """

    prompt: Prompt
    rule_id: str
    open_judge: Open
    reword: Reword
    budget: Budget
    rewordings: Rewordings
    watch: Callable[[], None] = lambda: None
    base: Standard | None = None
    run: Run = asyncio.run


class Trial(NamedTuple):
    """A case and what was found in it."""

    case: Case
    judged: Judged

    @property
    def is_right(self) -> bool:
        """What is undecided is not right."""
        judged = self.judged
        return judged.verdict != "undetermined" and (judged.verdict == "hit") == (judged.expected == "hit")

    def shown(self) -> str:
        """For whoever rewords."""
        messages = "\n".join(f"{each.sender}: {each.text}" for each in self.case.session.messages)
        told = f"会话：\n{messages}\n判断：{self.judged.verdict}\n标注：{self.judged.expected}"
        quotes = "；".join(self.judged.label_quotes)
        return f"{told}\n标注依据：{quotes}" if quotes else told


def undetermined_of(trials: Sequence[Trial]) -> dict[str, int]:
    """By cause."""
    return dict(
        Counter(each.judged.reason_code or "" for each in trials if each.judged.verdict == "undetermined")
    )


async def judge_cases(search: Search, wording: Mapping[str, str], cases: Sequence[Case]) -> list[Trial]:
    """Every case under that wording. A wording that is no valid prompt, or that comes too late for the budget, decides
    nothing."""
    with tempfile.TemporaryDirectory() as folder:
        standard = write_draft(search.prompt, wording, Path(folder), search.base)
    attempts = await _attempts(search, standard, cases) if standard is not None else []
    attempts += [_not_asked(search, case) for case in cases[len(attempts) :]]
    return [
        Trial(case, together([attempt], case, search.rule_id, case.expected(search.rule_id) or ""))
        for case, attempt in zip(cases, attempts, strict=True)
    ]


async def _attempts(search: Search, standard: Standard, cases: Sequence[Case]) -> list[Attempt]:
    """Of as many cases as the budget allows, from the first on."""
    subject = subject_of(search.rule_id, standard.catalogue, standard.prompts)
    opened = search.open_judge(standard.prompts)
    found: list[Attempt] = []
    try:
        for some in batches(cases, BATCH):
            if not search.budget.allows(len(some)):
                break
            before = opened.tokens()
            found += await asyncio.gather(*(attempt_at(case, subject, opened.judge, "") for case in some))
            search.budget.spend(opened.tokens() - before, len(some))
            search.watch()
    finally:
        await opened.close()
    return found


def _not_asked(search: Search, case: Case) -> Attempt:
    return Attempt(
        key="",
        case_id=case.case_id,
        rule_id=search.rule_id,
        verdict="undetermined",
        reason_code=NOT_ASKED,
    )
