"""Asks for messages, reason and verdict of several questions at once, as JSON the server has to keep to."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

import instructor
import msgspec
import openai
from instructor.core.exceptions import InstructorError
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, create_model

from evaluators.judges.cache import JudgeCache
from evaluators.judges.vllm.accounting import Account
from evaluators.judges.vllm.asking import NO_THINKING, priority, turns
from evaluators.judges.vllm.capability import Capability
from evaluators.judges.vllm.completions import failure_of, usage_of
from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.quotes import Citation
from evaluators.judges.vllm.reading import Book, Reading, after_chat
from evaluators.judges.vllm.replica import Replica
from evaluators.judges.vllm.replicas import Replicas
from evaluators.judges.vllm.room import Room, too_long
from evaluators.judges.vllm.settings import VllmSettings
from prompts.rendering import MOST_EVIDENCE, REASON_LENGTH

QUOTE_LENGTH = 60
#: Tokens of the longest and of a sensible answer to one question.
_MOST_TOKENS, _LEAST_TOKENS = 480, 120
_FRAME_TOKENS = 32


class Cited(BaseModel):
    model_config = ConfigDict(extra="forbid")
    line: int = Field(ge=1, le=9999)
    quote: str = Field(max_length=QUOTE_LENGTH)


class Explained(BaseModel):
    """Evidence before reason before verdict: the model reads its evidence when it decides."""

    model_config = ConfigDict(extra="forbid")
    rule: int
    evidence: list[Cited] = Field(max_length=MOST_EVIDENCE)
    reason: str = Field(max_length=REASON_LENGTH)
    verdict: Literal["A", "B", "C", "D"]


class Explanation(Struct, frozen=True):
    """What the model says on one question; nothing of it is verified."""

    label: str
    reason: str
    citations: tuple[Citation, ...]


ExplainedAs = dict[str, Explanation | CallFailed]
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[Explanation]).decode


@lru_cache(maxsize=128)
def answers_to(count: int) -> type[BaseModel]:
    """The shape of the answers to that many questions: each once, in order, saying which it is."""
    each = tuple(_answer_to(number) for number in range(1, count + 1))
    shape: Any = tuple.__class_getitem__(each)
    return create_model("Explanations", __config__=ConfigDict(extra="forbid"), answers=(shape, ...))


class Explainer:
    """Explains decisions about a chat, once per content."""

    def __init__(
        self,
        book: Book,
        replicas: Replicas,
        settings: VllmSettings,
        cache: JudgeCache,
        account: Account,
        room: Room,
    ) -> None:
        self._book, self._replicas, self._settings = book, replicas, settings
        self._cache, self._account, self._room = cache, account, room
        self._clients: dict[str, instructor.AsyncInstructor] = {}

    async def explain(
        self, reading: Reading, questions: Sequence[str], model: Capability, *, urgent: bool
    ) -> ExplainedAs:
        """An explanation or the reason there is none, for each question; one request for all of them."""
        content = after_chat(reading.text, self._book.explain(questions))
        parts = [
            "explain",
            model.model,
            self._book.layout,
            self._book.digest,
            content,
            self._settings.attempt,
        ]
        key = hashlib.sha256(_encode(parts)).hexdigest()
        known = self._cache.find([key])
        if key in known:
            return dict(zip(questions, _decode(known[key]), strict=True))

        async def send(replica: Replica) -> list[Explanation]:
            return await self._send(replica, content, len(questions), urgent)

        try:
            told = await self._replicas.call(reading.session_id, send, urgent=urgent)
        except CallFailed as failure:
            return dict.fromkeys(questions, failure)
        self._cache.keep({key: _encode(told)})
        return dict(zip(questions, told, strict=True))

    async def _send(self, replica: Replica, content: str, count: int, urgent: bool) -> list[Explanation]:
        capability = await self._replicas.capability(replica)
        left = await self._room.left(replica, capability, content)
        if left is not None and left < count * _LEAST_TOKENS:
            raise too_long(capability, left - count * _LEAST_TOKENS)
        most = count * _MOST_TOKENS + _FRAME_TOKENS
        try:
            answers, completion = await self._client(replica).create_with_completion(
                model=capability.model,
                messages=turns(capability.decide_by, self._book.head, content),
                response_model=answers_to(count),
                max_retries=0,
                temperature=0,
                max_tokens=most if left is None else min(most, left),
                timeout=self._settings.explain_timeout,
                extra_body={"chat_template_kwargs": NO_THINKING, **priority(capability, urgent=urgent)},
            )
        except InstructorError as error:
            self._account.usage += usage_of(error)
            raise failure_of(error, replica.base_url) from error
        self._account.usage += usage_of(completion)
        return [_explanation(each) for each in answers.answers]

    def _client(self, replica: Replica) -> Any:
        """Never `context=`: instructor would run what customers write as templates."""
        if replica.base_url not in self._clients:
            client = openai.AsyncOpenAI(
                base_url=replica.base_url,
                api_key=self._settings.api_key or "none",
                http_client=replica.client,
                max_retries=0,
            )
            self._clients[replica.base_url] = instructor.from_openai(client, mode=instructor.Mode.JSON_SCHEMA)
        return self._clients[replica.base_url]


def _answer_to(number: int) -> type[Explained]:
    said: Any = Literal[number]
    return create_model(f"Answer{number}", __base__=Explained, rule=(said, ...))


def _explanation(told: Explained) -> Explanation:
    citations = tuple(Citation(each.line, each.quote) for each in told.evidence)
    return Explanation(told.verdict, told.reason.strip(), citations)
