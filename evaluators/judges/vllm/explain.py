"""Asks for the messages, the reason and the verdict behind a decision, as JSON the server has to keep to.

One request per question: they are decoded side by side, and one that goes wrong takes no other with it. How to
answer is said in the head that all requests share, so that each of them adds little more than the rule's name.
"""

import asyncio
import hashlib
from collections.abc import Sequence

import msgspec

from evaluators.judges.cache import JudgeCache
from evaluators.judges.vllm.accounting import Account
from evaluators.judges.vllm.asking import explanation_body
from evaluators.judges.vllm.capability import Capability
from evaluators.judges.vllm.completions import Explanation, answer_format, read_explanation
from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.reading import Book, Reading, after_chat
from evaluators.judges.vllm.replica import Replica
from evaluators.judges.vllm.replicas import Replicas
from evaluators.judges.vllm.room import Room, too_long
from evaluators.judges.vllm.settings import VllmSettings

#: Tokens of the longest and of a sensible answer.
_MOST_TOKENS, _LEAST_TOKENS = 480, 120

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
        most = _MOST_TOKENS if left is None else min(_MOST_TOKENS, left)
        body = explanation_body(
            capability, self._book.head, content, answer_format(), most_tokens=most, urgent=urgent
        )
        answer = await replica.post("/v1/chat/completions", body, self._settings.explain_timeout)
        told, usage = read_explanation(answer)
        self._account.usage += usage
        if isinstance(told, CallFailed):
            raise told
        return told
