"""Whether a request fits the model's context, by the server's own tokenizer, before it is sent."""

from msgspec import Struct

from evaluators.judges.vllm.asking import NO_THINKING, turns
from evaluators.judges.vllm.capability import Capability
from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.replica import PROBE_TIMEOUT, Replica, decoded

#: Tokens that templates and label lists add to what we send, at most.
_FRAME = 128


class _Count(Struct):
    count: int


async def count_tokens(replica: Replica, messages: list[dict[str, str]], model: str) -> int:
    """Of a chat as the model gets it. Raises `CallFailed`."""
    body = {"model": model, "messages": messages, "chat_template_kwargs": NO_THINKING}
    return decoded(await replica.post("/tokenize", body, PROBE_TIMEOUT), _Count).count


class Room:
    """What is left of a server's context after the head that every request begins with."""

    def __init__(self, head: str) -> None:
        self._head = head
        self._head_tokens: dict[str, int] = {}

    async def left(
        self, replica: Replica, capability: Capability, content: str, *, wanted: int
    ) -> int | None:
        """Tokens left for the answer after head and `content`; None: the server does not say how much there is.

        A token is at least one byte, so bytes bound tokens: the tokenizer is only asked where that bound does not
        leave the tokens `wanted`. The result may be less than there is, but not less than both. Raises `CallFailed`.
        """
        if capability.context is None or not capability.tokenizer:
            return None
        if replica.base_url not in self._head_tokens:
            messages = turns(capability.decide_by, self._head, "")
            self._head_tokens[replica.base_url] = await count_tokens(replica, messages, capability.model)
        used = self._head_tokens[replica.base_url] + len(content.encode()) + _FRAME
        if capability.context - used >= wanted:
            return capability.context - used
        messages = turns(capability.decide_by, self._head, content)
        return capability.context - _FRAME - await count_tokens(replica, messages, capability.model)


def too_long(capability: Capability, left: int) -> CallFailed:
    """The chat does not fit."""
    over = f"{-left} tokens more than the {capability.context} the server was started with"
    return CallFailed("input_too_long", f"the chat is too long: {over}; serve with a larger --max-model-len")
