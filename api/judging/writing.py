"""A chat model that rewords prompts, maybe the one that judges."""

import openai
from openai.types.chat import ChatCompletion

from api.errors import SettingsInvalid
from api.judging.vllm import judge_settings
from api.settings import Settings
from calibration.suggesting import Budget, Run, Told
from evaluators.errors import JudgeUnusable

#: Tokens of a new wording at most: some more than it may have characters.
_LONGEST = 320


class Writer:
    """Says what a model answers to instructions; what that costs comes out of the budget.

    Raises `SettingsInvalid` where nobody says which model; when called, `JudgeUnusable`.
    """

    def __init__(
        self, base_url: str, model: str | None, settings: Settings, budget: Budget, run: Run
    ) -> None:
        asked = judge_settings(settings)
        self._url, self._key, self._budget, self._run = base_url, asked.api_key or "none", budget, run
        self._model = model or asked.model
        if not self._model:
            raise SettingsInvalid("who rewords? --writer-model NAME, or --model NAME")

    def __call__(self, instructions: str) -> Told | None:
        # A token is at least a byte; of Chinese at least most of a character.
        if not self._budget.allows(more=len(instructions) + _LONGEST):
            return None
        try:
            told = self._run(self._ask(instructions))
        except openai.OpenAIError as error:
            raise JudgeUnusable(f"{self._url}: cannot write: {error}") from error
        if not told.choices:
            raise JudgeUnusable(f"{self._url}: cannot write: the answer has no choices")
        self._budget.spend(told.usage.total_tokens if told.usage is not None else len(instructions))
        return Told(told.choices[0].message.content or "", whole=told.choices[0].finish_reason != "length")

    async def _ask(self, instructions: str) -> ChatCompletion:
        async with openai.AsyncOpenAI(base_url=self._url, api_key=self._key, max_retries=2) as client:
            return await client.chat.completions.create(
                model=self._model, messages=[{"role": "user", "content": instructions}], max_tokens=_LONGEST,
                extra_body={"chat_template_kwargs": {"enable_thinking": False}},
            )  # fmt: skip
