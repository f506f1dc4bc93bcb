"""Asks for the messages, the reason and the verdict behind a decision, as JSON the server has to keep to.

One request per question: they are decoded side by side, and one that goes wrong takes no other with it. How to
answer is said in the head that all requests share, so that each of them adds little more than the rule's name.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

import instructor
import msgspec
import openai
from instructor.core.exceptions import InstructorError
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field

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
from prompts.labels import MOST_EVIDENCE

#: Code points a quote or reason may have: the model is asked for less, and cut off only when it runs away.
_MOST_QUOTED, _MOST_REASONED = 60, 40
#: Tokens of the longest and of a sensible answer.
_MOST_TOKENS, _LEAST_TOKENS = 480, 120


class Cited(BaseModel):
    model_config = ConfigDict(extra="forbid")
    line: int = Field(ge=1, le=9999)
    quote: str = Field(max_length=_MOST_QUOTED)


class Explained(instructor.ResponseSchema):
    """Evidence before reason before verdict: the model reads its evidence when it decides.

    Of instructor's own kind, and with a schema that is made once: it would make both anew for every request.
    """

    model_config = ConfigDict(extra="forbid")
    evidence: list[Cited] = Field(max_length=MOST_EVIDENCE)
    reason: str = Field(max_length=_MOST_REASONED)
    verdict: Literal["A", "B", "C", "D"]

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        return _schema()


@cache
def _schema() -> dict[str, Any]:
    return super(Explained, Explained).model_json_schema()


class Explanation(Struct, frozen=True):
    """What the model says on one question; nothing of it is verified."""

    label: str
    reason: str
    citations: tuple[Citation, ...]


ExplainedAs = dict[str, Explanation | CallFailed]
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Explanation).decode


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
        """An explanation or the reason there is none, for each question."""
        told = await asyncio.gather(*(self._one(reading, each, model, urgent) for each in questions))
        return dict(zip(questions, told, strict=True))

    async def _one(
        self, reading: Reading, asks: str, model: Capability, urgent: bool
    ) -> Explanation | CallFailed:
        content = after_chat(reading.text, self._book.explain(asks))
        key = self._key(content, model)
        known = self._cache.find([key])
        if key in known:
            return _decode(known[key])

        async def send(replica: Replica) -> Explanation:
            return await self._send(replica, content, urgent)

        try:
            told = await self._replicas.call(reading.session_id, send, urgent=urgent)
        except CallFailed as failure:
            return failure
        self._cache.keep({key: _encode(told)})
        return told

    def _key(self, content: str, model: Capability) -> str:
        """Everything the model reads, and its name."""
        parts = [
            "explain", model.model, self._book.layout, self._book.digest, content, self._settings.attempt
        ]  # fmt: skip
        return hashlib.sha256(_encode(parts)).hexdigest()

    async def _send(self, replica: Replica, content: str, urgent: bool) -> Explanation:
        capability = await self._replicas.capability(replica)
        left = await self._room.left(replica, capability, content, wanted=_MOST_TOKENS)
        if left is not None and left < _LEAST_TOKENS:
            raise too_long(capability, left - _LEAST_TOKENS)
        try:
            told, completion = await self._client(replica).create_with_completion(
                model=capability.model,
                messages=turns(capability.decide_by, self._book.head, content),
                response_model=Explained,
                max_retries=0,
                temperature=0,
                max_tokens=_MOST_TOKENS if left is None else min(_MOST_TOKENS, left),
                timeout=self._settings.explain_timeout,
                extra_body={"chat_template_kwargs": NO_THINKING, **priority(capability, urgent=urgent)},
            )
        except InstructorError as error:
            self._account.usage += usage_of(error)
            raise failure_of(error, replica.base_url) from error
        self._account.usage += usage_of(completion)
        return _explanation(told)

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


def _explanation(told: Explained) -> Explanation:
    citations = tuple(Citation(each.line, each.quote) for each in told.evidence)
    return Explanation(told.verdict, told.reason.strip(), citations)
