"""Finds out what a server can do by asking it: options that are silently ignored are noticed."""

import secrets
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from evaluators.judges.vllm import probing
from evaluators.judges.vllm.capability import Capability, Problem
from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.replica import Replica, decoded

#: Context below which rulebook, chat and answer will hardly fit.
SMALL_CONTEXT = 8192


class _Model(Struct):
    id: str
    max_model_len: int | None = None


class _Models(Struct):
    data: list[_Model]


async def probe(replica: Replica, model: str = "") -> Capability:
    """What the server can do with that model (empty: the only one it has).

    A dozen small requests. Raises `CallFailed` where the server cannot be reached at all.
    """
    models = decoded(await replica.get("/v1/models"), _Models).data
    found = Capability(
        base_url=replica.base_url, server=await probing.version(replica), probed_at=datetime.now(UTC)
    )
    served = _choose(models, model)
    if isinstance(served, Problem):
        return msgspec.structs.replace(found, model=model, problems=(served,))
    asker = probing.Asker(replica, served.id)
    labels = await asker.label_ids()
    thinking_off, honours_ids = await asker.first_token(labels)
    cached = await asker.cached_share(secrets.token_hex(8))
    found = msgspec.structs.replace(
        found,
        model=served.id,
        context=served.max_model_len,
        decide_by=await asker.decide_by(can_logprobs=honours_ids is not None),
        logprobs=honours_ids is not None,
        label_ids=labels if labels and honours_ids else {},
        tokenizer=labels is not None,
        prefix_cache=cached,
        structured_output=await asker.enforces_schema(secrets.token_hex(4)),
        thinking_off=thinking_off,
        priorities=await asker.priorities(),
    )
    return msgspec.structs.replace(found, problems=tuple(problems_of(found)))


def usable(capability: Capability) -> Capability:
    """The same, or `CallFailed` saying why the judge cannot work with it: it is treated like a server that is away."""
    if capability.usable:
        return capability
    told = "; ".join(f"{each.what}: {each.remedy}" for each in capability.problems if each.fatal)
    raise CallFailed("judge_unavailable", f"{capability.base_url}: {told}", transient=True, down=True)


def problems_of(found: Capability) -> list[Problem]:
    """What is wrong with what was found, and what to do about it."""
    checks: list[tuple[bool, Problem]] = [
        (found.decide_by is None, _NO_DECISIONS),
        (found.tokenizer is False, _NO_TOKENIZER),
        (found.tokenizer is True and found.decide_by == "logprobs" and not found.label_ids, _NO_LABEL_IDS),
        (found.thinking_off is False and found.decide_by == "logprobs", _THINKS),
        (found.thinking_off is False and found.decide_by != "logprobs", _THINKS_ALOUD),
        (found.structured_output is False, _NOT_ENFORCED),
        (found.prefix_cache is not None and found.prefix_cache < 0.5, _NO_PREFIX_CACHE),
        (found.prefix_cache is None, _UNTOLD_CACHE),
        (found.priorities is False, _NO_PRIORITIES),
        (found.context is not None and found.context < SMALL_CONTEXT, _SMALL),
    ]
    return [problem for is_so, problem in checks if is_so]


def _choose(models: list[_Model], wanted: str) -> _Model | Problem:
    names = ", ".join(each.id for each in models) or "none"
    if not wanted:
        if len(models) == 1:
            return models[0]
        return Problem("no model was named", f"name one with --model; the server has: {names}", fatal=True)
    for each in models:
        if each.id == wanted:
            return each
    return Problem(f"the server has no model {wanted!r}", f"it has: {names}", fatal=True)


_NO_DECISIONS = Problem(
    "no way to read a decision: neither structured decisions nor log-probabilities",
    "serve a generation model with --logprobs-mode raw_logprobs (the default)",
    fatal=True,
)
_THINKS = Problem(
    "the model thinks although it is told not to, so its first token is no answer",
    "serve with --default-chat-template-kwargs '{\"enable_thinking\": false}', or a model without forced thinking",
    fatal=True,
)
_THINKS_ALOUD = Problem(
    "the model thinks before it explains, although it is told not to", f"slow explanations; {_THINKS.remedy}"
)
_NO_TOKENIZER = Problem(
    "the server does not tokenize for others", "input_too_long is only noticed when the server refuses a chat"
)
_NO_LABEL_IDS = Problem(
    "log-probabilities of chosen tokens are not available", "labels beyond the 20 likeliest tokens count as 0"
)
_NOT_ENFORCED = Problem(
    "JSON schemas are ignored: explanations will often be answer_invalid",
    'serve with --structured-outputs-config \'{"backend": "xgrammar", "disable_any_whitespace": true}\'',
)
_NO_PREFIX_CACHE = Problem(
    "a prompt sent twice is computed twice",
    "serve with --enable-prefix-caching; every question pays the whole chat",
)
_UNTOLD_CACHE = Problem(
    "the server does not say how much of a prompt it had cached", "serve with --enable-prompt-tokens-details"
)
_NO_PRIORITIES = Problem(
    "live requests cannot overtake others inside the server", "serve with --scheduling-policy priority"
)
_SMALL = Problem("the context is small", f"serve with --max-model-len of at least {SMALL_CONTEXT}")


def as_record(capability: Capability) -> dict[str, Any]:
    """For `--json`: everything, and whether the judge can work with it."""
    record: dict[str, Any] = msgspec.to_builtins(capability)
    return record | {"usable": capability.usable}
