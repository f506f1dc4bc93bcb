"""The small requests of a probe. Each returns what it saw; None where it could not see."""

from typing import Any

import msgspec
from msgspec import Struct

from evaluators.judges.vllm.asking import (
    NO_THINKING,
    TOP_LOGPROBS,
    decisions_body,
    systemone_body,
)
from evaluators.judges.vllm.capability import Capability, DecideBy
from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.replica import Replica, decoded
from evaluators.judges.vllm.replies import ChatUsage, Decision, read_decisions, read_systemone
from prompts.labels import LABELS

TIMEOUT = 60.0
_QUESTION = {"q": "这段文字是中文吗？"}
_TEXT = "今天天气很好。"
#: Many times the block of any prefix cache.
_LONG = "质检员依据规则判断聊天记录。" * 60
_UNASKED = "法国的首都是哪里？只用一个词回答。"
_LETTER = "请只回答一个字母：A、B、C、D 中的 A。"


class _Tokens(Struct):
    tokens: list[int]


class _Version(Struct):
    version: str


class _Top(Struct):
    token: str


class _Position(Struct):
    token: str
    top_logprobs: list[_Top] = []


class _Logprobs(Struct):
    content: list[_Position] | None = None


class _Message(Struct):
    content: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None


class _Choice(Struct):
    message: _Message
    logprobs: _Logprobs | None = None


class _Completion(Struct):
    choices: list[_Choice]
    usage: ChatUsage


async def version(replica: Replica) -> str | None:
    """Of vLLM. Other servers have no such page."""
    try:
        return "vllm " + decoded(await replica.get("/version"), _Version).version
    except CallFailed:
        return None


class Asker:
    """Asks one server about one model. A refused request is an answer, not an error."""

    def __init__(self, replica: Replica, model: str) -> None:
        self._replica, self._model = replica, model
        self._asked = Capability(base_url=replica.base_url, model=model)

    async def _post(self, path: str, body: Any) -> bytes | None:
        try:
            return await self._replica.post(path, body, TIMEOUT)
        except CallFailed as failure:
            if failure.down or failure.overload:
                raise
            return None

    async def _chat(self, text: str, **more: Any) -> _Completion | None:
        messages = [{"role": "user", "content": text}]
        body = {
            "model": self._model,
            "messages": messages,
            "temperature": 0,
            "chat_template_kwargs": NO_THINKING,
        }
        content = await self._post("/v1/chat/completions", body | more)
        return None if content is None else decoded(content, _Completion)

    async def decide_by(self, *, can_logprobs: bool) -> DecideBy | None:
        """The best way there is. systemone first: it says the label mass and knows priorities."""
        body = systemone_body(self._asked, "", _TEXT, _QUESTION, urgent=True)
        content = await self._post("/v1/systemone", body)
        if content is not None and isinstance(read_systemone(content)[0].get("q"), Decision):
            return "systemone"
        content = await self._post("/v1/decisions", decisions_body(self._asked, "", _TEXT, _QUESTION))
        if content is not None and isinstance(read_decisions(content)[0].get("q"), Decision):
            return "decisions"
        return "logprobs" if can_logprobs else None

    async def label_ids(self) -> dict[str, int] | None:
        """The token of each label; empty: one of them is not a single token; None: the server does not say."""
        found: dict[str, int] = {}
        for label in LABELS:
            body = {"model": self._model, "prompt": label, "add_special_tokens": False}
            content = await self._post("/tokenize", body)
            if content is None:
                return None
            tokens = decoded(content, _Tokens).tokens
            if len(tokens) != 1:
                return {}
            found[label] = tokens[0]
        return found

    async def first_token(self, labels: dict[str, int] | None) -> tuple[bool | None, bool | None]:
        """Whether the answer starts at once, told not to think; and about log-probabilities of chosen tokens:
        True: honoured, False: ignored or not asked for, None: there are no log-probabilities.
        """
        chosen = {"logprob_token_ids": list(labels.values())} if labels else {}
        asked = {"max_tokens": 4, "logprobs": True, "top_logprobs": TOP_LOGPROBS}
        told = await self._chat(_LETTER, **asked, **chosen)
        if told is None and chosen:
            told, chosen = await self._chat(_LETTER, **asked), {}
        if told is None or not told.choices:
            return None, None
        answer = told.choices[0]
        positions = answer.logprobs.content if answer.logprobs is not None else None
        thinks = bool(answer.message.reasoning or answer.message.reasoning_content)
        if not positions:
            thinks = thinks or "<think" in (answer.message.content or "")
            return not thinks, None
        listed = {each.token for each in positions[0].top_logprobs}
        starts = not thinks and "<think" not in positions[0].token
        return starts, bool(chosen) and set(LABELS) <= listed

    async def cached_share(self, nonce: str) -> float | None:
        """Of a long prompt sent a second time. `nonce` keeps what others sent out of it."""
        text = f"{nonce} {_LONG}"
        await self._chat(text, max_tokens=1)
        told = await self._chat(text, max_tokens=1)
        if told is None:
            return None
        return told.usage.tokens().cached_share

    async def enforces_schema(self, nonce: str) -> bool:
        """A schema whose only legal answer nobody would give unasked: an ignored schema shows."""
        only = f"zq-{nonce}"
        schema = {
            "type": "object",
            "properties": {"answer": {"type": "string", "enum": [only]}},
            "required": ["answer"],
            "additionalProperties": False,
        }
        wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
        told = await self._chat(_UNASKED, max_tokens=64, response_format=wanted)
        if told is None or not told.choices:
            return False
        try:
            return bool(msgspec.json.decode(told.choices[0].message.content or "") == {"answer": only})
        except msgspec.MsgspecError:
            return False

    async def priorities(self) -> bool:
        """Whether requests may say that they can wait."""
        return await self._chat(_LETTER, max_tokens=1, priority=1) is not None
