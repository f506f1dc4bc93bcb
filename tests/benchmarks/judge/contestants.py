"""The judge; what a user would write by hand; and the least that could send what the judge sends."""

import asyncio
from contextvars import ContextVar
from functools import partial
from typing import Any, Literal

import httpx2
import instructor
import openai
from pydantic import BaseModel, Field

from evaluators.judges.cache import MemoryCache
from evaluators.judges.vllm.judge import VllmJudge
from evaluators.judges.vllm.settings import VllmSettings
from evaluators.types import ChatSession
from prompts.rendering import wording
from tests.benchmarks.judge.contest import Task, at_most

CONCURRENCY = 32
#: Per session, path and body of each request.
Sent = dict[str, list[tuple[str, bytes]]]
_session: ContextVar[str] = ContextVar("_session", default="")


class Cited(BaseModel):
    line: int
    quote: str = Field(max_length=60)


#: What somebody would write who starts with one rule.
ROLE = "你是电商客服质检员。阅读规则和聊天记录，判断是否命中这条规则。列出依据（行号和原文），写明理由，最后给答案。"


class Verdict(BaseModel):
    """Bounded like the judge's: without bounds the loop's answers would be longer."""

    evidence: list[Cited] = Field(max_length=5)
    reason: str = Field(max_length=40)
    verdict: Literal["A", "B", "C", "D"]


class Loop:
    """By hand: an instructor call per rule, rule text first, 32 at a time. The same wording as ours."""

    def __init__(self, base_url: str, model: str, task: Task) -> None:
        self._model, self._task = model, task
        self._http = openai.AsyncOpenAI(base_url=base_url, api_key="none", timeout=3600)
        self._client = instructor.from_openai(self._http, mode=instructor.Mode.JSON_SCHEMA)
        self._rules = [f"{ROLE}\n\n{wording(prompt)}" for prompt in task.prompts.values()]
        self.failed = 0

    async def judge(self) -> None:
        await at_most(
            CONCURRENCY, [partial(self._ask, rule, text) for text in self._task.texts for rule in self._rules]
        )

    async def close(self) -> None:
        await self._http.close()

    async def _ask(self, rule: str, text: str) -> None:
        try:
            await self._client.create(
                model=self._model,
                messages=[
                    {"role": "system", "content": rule},
                    {"role": "user", "content": f"{text}\n\n先列依据，再写理由，最后给答案。"},
                ],
                response_model=Verdict,
                temperature=0,
                max_tokens=1024,
                extra_body={"chat_template_kwargs": {"enable_thinking": False}},
            )
        except instructor.core.InstructorRetryException:
            self.failed += 1


class Ours:
    """The judge as it ships, but for `settings`."""

    def __init__(self, base_url: str, task: Task, settings: VllmSettings) -> None:
        self._base_url, self._task, self._settings = base_url, task, settings
        self.sent: Sent = {}
        self.unanswered: dict[str, int] = {}
        self.explained = 0
        self._judge: VllmJudge | None = None

    async def prepare(self) -> None:
        """A judge that knows nothing yet but has seen its server."""
        self._judge = VllmJudge(
            [self._base_url], self._settings, prompts=self._task.prompts, cache=MemoryCache()
        )
        self._judge.replicas.all[0].client.event_hooks["request"].append(self._keep)
        await self._answer(self._task.warm_up)
        self.sent.clear()

    async def judge(self) -> None:
        await at_most(CONCURRENCY, [partial(self._answer, session) for session in self._task.sessions])
        assert self._judge is not None
        self.unanswered = self._judge.figures.unanswered
        self.explained = sum(self._judge.figures.explained.values())

    async def close(self) -> None:
        assert self._judge is not None
        await self._judge.close()

    async def _answer(self, session: ChatSession) -> None:
        _session.set(session.session_id)
        assert self._judge is not None
        await self._judge.answer(session, self._task.prompts)

    async def _keep(self, request: httpx2.Request) -> None:
        if request.method == "POST" and not request.url.path.endswith("/tokenize"):
            self.sent.setdefault(_session.get(), []).append((request.url.path, request.content))


class Raw:
    """Sends the same requests, those of a session after its first side by side; looks at nothing but the status."""

    def __init__(self, base_url: str, sent: Sent) -> None:
        self._origin, self._sent = base_url.removesuffix("/v1"), sent
        self._client = httpx2.AsyncClient(timeout=3600, trust_env=False)

    async def judge(self) -> None:
        await at_most(CONCURRENCY, [partial(self._send, requests) for requests in self._sent.values()])

    async def close(self) -> None:
        await self._client.aclose()

    async def _send(self, requests: list[tuple[str, bytes]]) -> None:
        first, *rest = requests
        await self._post(*first)
        await asyncio.gather(*(self._post(*each) for each in rest))

    async def _post(self, path: str, body: bytes) -> None:
        headers = {"content-type": "application/json"}
        answer: Any = await self._client.post(self._origin + path, content=body, headers=headers)
        answer.raise_for_status()
