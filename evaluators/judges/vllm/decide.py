"""Asks for decisions: up to 64 questions about a chat in one request, or one token per question."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from itertools import islice

import msgspec

from evaluators.judges.cache import JudgeCache
from evaluators.judges.vllm.accounting import Account, Usage
from evaluators.judges.vllm.asking import AT_ONCE, decisions_body, logprobs_body, systemone_body
from evaluators.judges.vllm.capability import Capability
from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.reading import Book, Reading, after_chat
from evaluators.judges.vllm.replica import Replica
from evaluators.judges.vllm.replicas import Replicas
from evaluators.judges.vllm.replies import (
    Decided,
    Decision,
    read_decisions,
    read_logprobs,
    read_systemone,
)
from evaluators.judges.vllm.room import Room, too_long
from evaluators.judges.vllm.settings import VllmSettings

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Decision).decode


class Decider:
    """Decides questions about a chat, once per content."""

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

    async def decide(
        self, reading: Reading, questions: Sequence[str], model: Capability, *, urgent: bool
    ) -> Decided:
        """A decision or the reason there is none, for each question."""
        wordings = self._book.letters if model.decide_by == "logprobs" else self._book.choices
        keys = self._keys(reading, {each: wordings[each] for each in questions}, model)
        known = self._cache.find(keys.values())
        self._account.remembered += len(known)
        decided: Decided = {each: _decode(known[key]) for each, key in keys.items() if key in known}
        open_questions = [each for each in questions if each not in decided]
        if open_questions:
            decided |= await self._ask(reading, open_questions, model, urgent=urgent)
        fresh = {each: decided[each] for each in open_questions}
        self._cache.keep(
            {keys[each]: _encode(told) for each, told in fresh.items() if isinstance(told, Decision)}
        )
        return decided

    def _keys(self, reading: Reading, wordings: Mapping[str, str], model: Capability) -> dict[str, str]:
        """Everything the model reads, its name, and how it is asked."""
        common = [
            "decide", model.model, model.decide_by, self._book.layout, self._book.digest, reading.text,
            self._settings.attempt,
        ]  # fmt: skip
        so_far = hashlib.sha256(_encode(common))
        keys = {}
        for each, wording in wordings.items():
            digest = so_far.copy()
            digest.update(_encode([each, wording]))
            keys[each] = digest.hexdigest()
        return keys

    async def _ask(
        self, reading: Reading, questions: list[str], model: Capability, *, urgent: bool
    ) -> Decided:
        size = 1 if model.decide_by == "logprobs" else AT_ONCE
        rest = iter(questions)
        parts = iter(lambda: list(islice(rest, size)), [])
        decided: Decided = {}
        for part in await asyncio.gather(*(self._ask_part(reading, part, urgent) for part in parts)):
            decided |= part
        return decided

    async def _ask_part(self, reading: Reading, questions: list[str], urgent: bool) -> Decided:
        async def send(replica: Replica) -> Decided:
            return await self._send(replica, reading, questions, urgent)

        try:
            found = await self._replicas.call(reading.session_id, send, urgent=urgent)
        except CallFailed as failure:
            return dict.fromkeys(questions, failure)
        missing = CallFailed("answer_invalid", "the server left this question out")
        return {each: found.get(each, missing) for each in questions}

    async def _send(self, replica: Replica, reading: Reading, questions: list[str], urgent: bool) -> Decided:
        capability = await self._replicas.capability(replica)
        book, timeout = self._book, self._settings.decide_timeout
        by_letter = capability.decide_by == "logprobs"
        wordings = {each: (book.letters if by_letter else book.choices)[each] for each in questions}
        await self._check_room(replica, capability, reading, wordings)
        if capability.decide_by == "systemone":
            body = systemone_body(capability, book.head, reading.text, wordings, urgent=urgent)
            return self._counted(*read_systemone(await replica.post("/v1/systemone", body, timeout)))
        if capability.decide_by == "decisions":
            body = decisions_body(capability, book.head, reading.text, wordings)
            return self._counted(*read_decisions(await replica.post("/v1/decisions", body, timeout)))
        decided: Decided = {}
        for each, wording in wordings.items():
            body = logprobs_body(capability, book.head, reading.text, wording, urgent=urgent)
            answer, usage = read_logprobs(await replica.post("/v1/chat/completions", body, timeout))
            decided |= self._counted({each: answer}, usage)
        return decided

    def _counted(self, decided: Decided, usage: Usage) -> Decided:
        self._account.usage += usage
        return decided

    async def _check_room(
        self, replica: Replica, capability: Capability, reading: Reading, wordings: Mapping[str, str]
    ) -> None:
        longest = max(wordings.values(), key=len)
        text = after_chat(reading.text, longest)
        left = await self._room.left(replica, capability, text, wanted=1)
        if left is not None and left < 1:
            raise too_long(capability, left)
