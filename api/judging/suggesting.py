"""A prompt reworded through vLLM servers: one that judges, one (maybe the same) that writes."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import openai

from api.errors import SettingsInvalid
from api.judging.vllm import judge_settings, open_vllm_judge, servers_of
from api.settings import load_settings
from calibration.drafts import published
from calibration.errors import WordingFixed
from calibration.eval_sets import EvalSet
from calibration.runs.subjects import subject_of
from calibration.suggesting import (
    Budget,
    Search,
    Suggestion,
    accepted,
    find_wording,
    read_wording,
    write_draft,
)
from evaluators.errors import JudgeUnusable
from evaluators.judges.vllm.judge import VllmJudge
from prompts.library import Prompt

#: Tokens of a new wording at most.
_LONGEST = 800


class Servers(NamedTuple):
    """Who judges and who writes; what is not given is taken from the settings, the writer's from the judge's."""

    base_url: str | None
    model: str | None
    writer_url: str | None
    writer_model: str | None


class Found(NamedTuple):
    """`suggestion`: None where no wording did better on dev."""

    suggestion: Suggestion | None
    spent: int


class _Counted:
    """A vLLM judge with what it has cost."""

    def __init__(self, judge: VllmJudge) -> None:
        self._judge = judge

    @property
    def judge(self) -> VllmJudge:
        return self._judge

    def tokens(self) -> int:
        """Prompt tokens, cached ones included, and generated ones."""
        usage = self._judge.figures.usage
        return usage.prompt + usage.generated

    async def close(self) -> None:
        """Gives its connections back."""
        await self._judge.close()


def suggest_wording(
    rule: str, dev: EvalSet, test: EvalSet, servers: Servers, tokens: int, output: Path, seed: int
) -> Found:
    """Searches on dev within a budget of tokens, tests on test, writes the draft.

    Raises `WordingFixed`, `SettingsInvalid`, `JudgeUnusable`.
    """
    standard, settings, budget = published(), load_settings(), Budget(tokens)
    rule_id = subject_of(rule, standard.catalogue, standard.prompts).rule_id
    prompt = standard.prompts.get(rule_id)
    if prompt is None:
        raise WordingFixed(f"{rule_id} is decided by code: it has no wording")
    urls = ",".join(servers_of(servers.base_url or settings.judge_base_url))

    def opened(prompts: Mapping[str, Prompt]) -> _Counted:
        return _Counted(
            open_vllm_judge(urls, servers.model, settings=settings, prompts=prompts, must_answer=False)
        )

    search = Search(prompt, rule_id, opened, _writer(servers, urls, budget), budget)
    before = read_wording(prompt)
    after = find_wording(search, dev.cases, seed)
    spent = budget.spent
    if after == before:
        return Found(None, spent)
    write_draft(prompt, after, output)
    return Found(asyncio.run(accepted(search, before, after, test.cases)), spent)


class _Writer:
    """A chat model; what it costs comes out of the budget."""

    def __init__(self, client: openai.OpenAI, model: str, budget: Budget) -> None:
        self._client, self._model, self._budget = client, model, budget

    def __call__(self, instructions: str) -> str:
        if self._budget.is_over:
            return ""
        try:
            told = self._client.chat.completions.create(
                model=self._model, messages=[{"role": "user", "content": instructions}], max_tokens=_LONGEST,
                extra_body={"chat_template_kwargs": {"enable_thinking": False}},
            )  # fmt: skip
        except openai.OpenAIError as error:
            raise JudgeUnusable(f"{self._client.base_url}: cannot write: {error}") from error
        self._budget.spent += told.usage.total_tokens if told.usage is not None else 0
        return told.choices[0].message.content or ""


def _writer(servers: Servers, urls: str, budget: Budget) -> _Writer:
    asked = judge_settings(load_settings(), servers.model)
    client = openai.OpenAI(
        base_url=servers.writer_url or urls.split(",")[0], api_key=asked.api_key or "none", max_retries=2
    )
    model = servers.writer_model or asked.model
    if not model:
        raise SettingsInvalid("who rewords? --writer-model NAME, or --model NAME")
    return _Writer(client, model, budget)
