"""A wording is searched on dev, believed only after a paired test, and never spends more than it may by much."""

import asyncio
import re
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from calibration.drafts import drafted, published
from calibration.errors import WordingFixed
from calibration.eval_sets import Case, load_eval_set
from calibration.suggesting import Budget, Search, accepted, find_wording, read_wording, write_draft
from evaluators.judges.answers import Answers, Located
from evaluators.types import ChatSession
from prompts.library import Prompt
from tests.calibration.sets import ACT, case, write_cases

PROMPT = published().prompts[ACT]
COST = 100


class Reading:
    """A judge that finds the messages in which a word stands that the wording quotes as `“…”`."""

    name = "reading"

    def __init__(self, prompts: Mapping[str, Prompt]) -> None:
        hit = re.search(r"block hit %}(.*?){%", prompts[ACT].body, re.DOTALL)
        assert hit is not None
        self.words = re.findall("“(.*?)”", hit[1])

    @property
    def judge(self) -> "Reading":
        return self

    async def answer(self, session: ChatSession, acts: Collection[str]) -> Answers:
        found = {
            message.message_id or "": 0.9
            for message in session.messages
            if message.sender == "agent" and any(word in message.text for word in self.words)
        }
        return {act: Located(messages=found, absent=0.9) for act in acts}

    def tokens(self) -> int:
        return COST

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
    """Rewords the same way every time, and keeps what it was told."""

    def __init__(self, text: str) -> None:
        self.text, self.told = text, list[str]()

    def __call__(self, instructions: str) -> str:
        self.told.append(instructions)
        return f"```\n{self.text}\n```"


def a_search(writer: Writer, tokens: int = 1500) -> Search:
    return Search(PROMPT, ACT, Reading, writer, Budget(tokens))


def test_mistakes_on_dev_lead_to_a_wording_that_test_confirms(tmp_path: Path) -> None:
    writer = Writer("客服问了顾客的喜好，如“喜欢哪种”。")
    search, before = a_search(writer), read_wording(PROMPT)
    after = find_wording(search, cases(tmp_path / "dev", "喜欢哪种"))
    assert after["hit"] == writer.text
    assert "喜欢哪种" in writer.told[0], "the writer sees what was missed"
    assert search.budget.spent >= COST
    found = asyncio.run(accepted(search, before, after, cases(tmp_path / "test", "喜欢哪种", 30)))
    assert (found.fixed, found.broken, found.cases, found.accepted) == (15, 0, 30, True)


def test_what_did_well_on_dev_alone_is_not_accepted(tmp_path: Path) -> None:
    writer = Writer("客服问了顾客的喜好，如“喜欢哪种”。")
    search, before = a_search(writer), read_wording(PROMPT)
    after = find_wording(search, cases(tmp_path / "dev", "喜欢哪种"))
    found = asyncio.run(accepted(search, before, after, cases(tmp_path / "test", "偏好什么", 30)))
    assert (found.accepted, found.p_value) == (False, 1.0)


def test_a_wording_that_is_no_prompt_is_never_taken(tmp_path: Path) -> None:
    before = read_wording(PROMPT)
    search = a_search(Writer("{{ secrets }} {% for x in y %}"), tokens=1500)
    assert find_wording(search, cases(tmp_path, "喜欢哪种")) == before


def test_the_budget_ends_the_search(tmp_path: Path) -> None:
    search = a_search(Writer("没有用的话。"), tokens=1000)
    assert find_wording(search, cases(tmp_path, "喜欢哪种")) == read_wording(PROMPT)
    assert search.budget.spent == 1000


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
