"""A wording is searched on dev, believed only after a paired test, and never spends more than it may by much."""

import asyncio
import re
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from calibration.drafts import drafted, published
from calibration.errors import BudgetTooSmall, WordingFixed
from calibration.eval_sets import Case, load_eval_set
from calibration.suggesting import (
    Budget,
    Rewordings,
    Search,
    Told,
    accepted,
    find_wording,
    read_wording,
    write_draft,
)
from calibration.suggesting.rewording import Reword
from evaluators.errors import JudgeUnusable
from evaluators.judges.answers import Answers, Located
from evaluators.types import ChatSession
from prompts.library import Prompt
from tests.calibration.sets import ACT, case, write_cases

PROMPT = published().prompts[ACT]
#: Tokens that eight cases take.
COST = 100


class Reading:
    """A judge that finds the messages in which a word stands that the wording quotes as `“…”`."""

    name = "reading"

    def __init__(self, prompts: Mapping[str, Prompt]) -> None:
        hit = re.search(r"block hit %}(.*?){%", prompts[ACT].body, re.DOTALL)
        assert hit is not None
        self.answered = 0
        self.words = re.findall("“(.*?)”", hit[1])

    @property
    def judge(self) -> "Reading":
        return self

    async def answer(self, session: ChatSession, acts: Collection[str]) -> Answers:
        self.answered += 1
        found = {
            message.message_id or "": 0.9
            for message in session.messages
            if message.sender == "agent" and any(word in message.text for word in self.words)
        }
        return {act: Located(messages=found, absent=0.9) for act in acts}

    def tokens(self) -> int:
        return self.answered * COST // 8

    async def close(self) -> None:
        return


def cases(folder: Path, word: str, count: int = 40) -> list[Case]:
    told = [
        case(str(n), [{"rule_id": ACT, "verdict": "hit" if n % 2 else "no_hit", "message_ids": ["m2"] if n % 2 else []}],
             f"亲{word}{n}" if n % 2 else f"亲{n}号发货")
        for n in range(count)
    ]  # fmt: skip
    return list(load_eval_set(str(write_cases(folder / ACT, told)), "dev").cases)


class Writer:
    """Says the same every time, and keeps what it was told."""

    def __init__(self, text: str, whole: bool = True) -> None:
        self.answer, self.told = Told(text, whole), list[str]()

    def __call__(self, instructions: str) -> Told | None:
        self.told.append(instructions)
        return self.answer


BETTER = "客服问了顾客的喜好，如“喜欢哪种”。"


def fenced(text: str) -> Writer:
    return Writer(f"```\n{text}\n```")


def a_search(writer: Reword, tokens: int = 15_000, per_case: float | None = None, rounds: int = 3) -> Search:
    return Search(PROMPT, ACT, Reading, writer, Budget(tokens, per_case, rounds), Rewordings())


def test_mistakes_on_dev_lead_to_a_wording_that_test_confirms(tmp_path: Path) -> None:
    writer = fenced(BETTER)
    search, before = a_search(writer), read_wording(PROMPT)
    on_dev = find_wording(search, cases(tmp_path / "dev", "喜欢哪种"))
    assert on_dev.wording["hit"] == BETTER
    assert (on_dev.cases, on_dev.right, on_dev.right_before) == (20, 20, 10)
    assert "喜欢哪种" in writer.told[0], "the writer sees what was missed"
    found = asyncio.run(accepted(search, before, on_dev.wording, cases(tmp_path / "test", "喜欢哪种", 30)))
    assert (found.fixed, found.broken, found.cases, found.accepted) == (15, 0, 30, True)
    assert (found.told, found.undetermined) == ("accepted", ({}, {}))


def test_what_did_well_on_dev_alone_is_not_accepted(tmp_path: Path) -> None:
    search, before = a_search(fenced(BETTER)), read_wording(PROMPT)
    after = find_wording(search, cases(tmp_path / "dev", "喜欢哪种")).wording
    found = asyncio.run(accepted(search, before, after, cases(tmp_path / "test", "偏好什么", 30)))
    assert (found.accepted, found.p_value) == (False, 1.0)
    assert found.told == "not accepted: held-out test did not improve"
    few = cases(tmp_path / "few", "喜欢哪种", 4)
    found = asyncio.run(accepted(search, before, after, few))
    assert (found.fixed, found.told) == (2, "not accepted: the improvement on held-out test may be chance")


@pytest.mark.parametrize(
    ("writer", "cause"),
    [
        (fenced("{{ secrets }} {% for x in y %}"), "no_valid_prompt"),
        (fenced("长" * 401), "too_long"),
        (fenced(""), "no_text"),
        (Writer("没有围栏的话"), "no_text"),
        (Writer("```只开了头"), "no_text"),
        (Writer("```一个``` 和 ```两个```"), "no_text"),
        (Writer(""), "no_text"),
        (Writer("```\n好的\n```", whole=False), "cut_off"),
    ],
)
def test_what_cannot_be_used_is_counted_by_cause_and_judges_nothing(
    writer: Writer, cause: str, tmp_path: Path
) -> None:
    search = a_search(writer)
    dev = cases(tmp_path, "喜欢哪种")
    assert find_wording(search, dev).wording == read_wording(PROMPT)
    rewordings = search.rewordings
    assert rewordings.asked == rewordings.unusable[cause] > 0  # type: ignore[index]
    assert rewordings.usable == 0
    assert f"0 tried, {rewordings.asked} unusable ({cause} {rewordings.asked})" in rewordings.line()


def test_a_writer_that_says_nothing_usable_is_not_asked_for_ever(tmp_path: Path) -> None:
    search = a_search(Writer("没有围栏的话"), tokens=1_000_000, rounds=200)
    find_wording(search, cases(tmp_path, "喜欢哪种"))
    assert search.rewordings.asked == 5
    assert search.rewordings.failure == (
        "5 rewordings in a row could not be used: take a stronger --writer-model"
    )


def test_the_same_wording_again_is_none(tmp_path: Path) -> None:
    before = read_wording(PROMPT)

    def same(instructions: str) -> Told:
        return Told(f"```{next(text for text in before.values() if text in instructions)}```")

    search = a_search(same)
    assert find_wording(search, cases(tmp_path, "喜欢哪种")).wording == before
    assert search.rewordings.unusable["unchanged"] == search.rewordings.asked > 0


def failing(after: int) -> Reword:
    """Rewords so often, then cannot be reached."""
    left = iter([Told("```如“喜欢哪种1”。```")] * after)

    def reword(_: str) -> Told:
        told = next(left, None)
        if told is None:
            raise JudgeUnusable("cannot write: no connection")
        return told

    return reword


def test_a_writer_that_was_never_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(JudgeUnusable, match="no connection"):
        find_wording(a_search(failing(0)), cases(tmp_path, "喜欢哪种"))


def test_a_writer_that_goes_away_ends_the_search_with_what_was_found(tmp_path: Path) -> None:
    search = a_search(failing(1))
    assert find_wording(search, cases(tmp_path, "喜欢哪种")).wording["hit"] == "如“喜欢哪种1”。"
    assert (search.rewordings.asked, search.rewordings.failure) == (1, "cannot write: no connection")


@pytest.mark.parametrize("tokens", [1000, 2500])
@pytest.mark.parametrize("text", ["没有用的话。", BETTER])
def test_the_budget_is_kept(text: str, tokens: int, tmp_path: Path) -> None:
    search = a_search(fenced(text), tokens, per_case=COST / 8, rounds=200)
    find_wording(search, cases(tmp_path, "喜欢哪种"))
    assert 0 < search.budget.spent <= tokens
    assert not search.budget.allows()


def test_a_budget_that_cannot_suffice_is_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    search = a_search(fenced(BETTER), tokens=300, per_case=COST / 8)
    with pytest.raises(BudgetTooSmall, match="judging 20 cases of dev takes about 250"):
        find_wording(search, cases(tmp_path, "喜欢哪种"))
    assert search.budget.spent == 0


def test_a_budget_that_turns_out_too_small_is_an_error_and_no_verdict_on_the_wording(tmp_path: Path) -> None:
    search = a_search(fenced(BETTER), tokens=150)
    with pytest.raises(BudgetTooSmall, match="150 tokens are too few"):
        find_wording(search, cases(tmp_path, "喜欢哪种"))


def test_a_draft_changes_the_blocks_and_nothing_else(tmp_path: Path) -> None:
    standard = write_draft(PROMPT, {"hit": "新\n说法", "no_hit": "没有。"}, tmp_path)
    assert standard is not None
    new = standard.prompts[ACT]
    assert read_wording(new) == {"hit": "新 说法", "no_hit": "没有。"}
    assert (new.front, new.settings) == (PROMPT.front, PROMPT.settings)
    assert standard.changed_from(published()) == drafted(tmp_path).changed_from(published()) != []


def test_what_borrows_or_includes_its_wording_is_refused() -> None:
    borrowed = next(each for each in published().prompts.values() if each.asks != each.id)
    with pytest.raises(WordingFixed, match="borrows the wording"):
        read_wording(borrowed)
