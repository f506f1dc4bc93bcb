"""The three ways to ask for a decision, and the one to ask for an explanation, as bodies of requests."""

from collections.abc import Mapping
from typing import Any

from evaluators.judges.vllm.capability import Capability, DecideBy
from evaluators.judges.vllm.reading import after_chat
from prompts.labels import LABEL_WORDS

#: How many questions a server takes in one request.
AT_ONCE = 64
TOP_LOGPROBS = 20
NO_THINKING = {"enable_thinking": False}
#: vLLM: the lower the sooner.
_LIVE, _BATCH = 0, 1
_OPTIONS: dict[str, None] = dict.fromkeys(LABEL_WORDS.values())
_CHOICES = [{"value": word} for word in LABEL_WORDS.values()]


def turns(decide_by: DecideBy | None, head: str, content: str) -> list[dict[str, str]]:
    """A chat that begins as the server's decisions do: only then does it find the chat computed already."""
    if decide_by == "decisions":
        return [{"role": "user", "content": f"{head}\n\n{content}"}]
    return [{"role": "system", "content": head}, {"role": "user", "content": content}]


def priority(capability: Capability, *, urgent: bool) -> dict[str, int]:
    """Live before batch, where the server can."""
    return {"priority": _LIVE if urgent else _BATCH} if capability.priorities else {}


def systemone_body(
    capability: Capability, head: str, text: str, questions: Mapping[str, str], *, urgent: bool
) -> dict[str, Any]:
    """`POST /v1/systemone`. `questions`: id to wording."""
    asked = {
        each: {"type": "choice", "instructions": wording, "criteria": _OPTIONS}
        for each, wording in questions.items()
    }
    body = {"model": capability.model, "instructions": head, "state": text, "questions": asked}
    return body | {"chat_template_kwargs": NO_THINKING} | priority(capability, urgent=urgent)


def decisions_body(
    capability: Capability, head: str, text: str, questions: Mapping[str, str]
) -> dict[str, Any]:
    """`POST /v1/decisions`, which knows neither instructions nor priorities."""
    asked = [
        {"type": "choice", "name": each, "instructions": wording, "choices": _CHOICES}
        for each, wording in questions.items()
    ]
    return {"model": capability.model, "input": f"{head}\n\n{text}", "questions": asked}


def logprobs_body(
    capability: Capability, head: str, text: str, question: str, *, urgent: bool
) -> dict[str, Any]:
    """`POST /v1/chat/completions` for the first token and nothing else."""
    body: dict[str, Any] = {
        "model": capability.model,
        "messages": turns("logprobs", head, after_chat(text, question)),
        "max_tokens": 1,
        "temperature": 0,
        "logprobs": True,
        "top_logprobs": TOP_LOGPROBS,
        "chat_template_kwargs": NO_THINKING,
    }
    if capability.label_ids:
        body["logprob_token_ids"] = list(capability.label_ids.values())
    return body | priority(capability, urgent=urgent)


def explanation_body(
    capability: Capability,
    head: str,
    content: str,
    answer_format: dict[str, Any],
    *,
    most_tokens: int,
    urgent: bool,
) -> dict[str, Any]:
    """`POST /v1/chat/completions` for an answer in that form. `content`: the user's turn."""
    body: dict[str, Any] = {
        "model": capability.model,
        "messages": turns(capability.decide_by, head, content),
        "max_tokens": most_tokens,
        "temperature": 0,
        "chat_template_kwargs": NO_THINKING,
    }
    return body | answer_format | priority(capability, urgent=urgent)
