"""The answers to the three ways of asking for a decision. What has another shape is no answer."""

import math
from collections.abc import Mapping

from msgspec import UNSET, Struct, UnsetType

from evaluators.judges.vllm.accounting import Usage
from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.replica import decoded
from prompts.labels import LABEL_WORDS, LABELS

_LABEL_OF = {word: label for label, word in LABEL_WORDS.items()}


class Decision(Struct, frozen=True):
    """Label to its probability among the labels (they sum to 1), and what all labels had of everything."""

    probabilities: dict[str, float]
    label_mass: float


class _Details(Struct):
    cached_tokens: int | None = None


class _Usage(Struct):
    input_tokens: int
    output_tokens: int
    input_tokens_details: _Details | None = None


class _Chosen(Struct):
    probabilities: dict[str, float]


class _Diagnostics(Struct):
    label_mass: float


class _Systemone(Struct):
    answers: dict[str, _Chosen]
    diagnostics: dict[str, _Diagnostics]
    usage: _Usage


class _Valued(Struct):
    value: str
    probability: float


class _Answer(Struct):
    type: str
    probabilities: list[_Valued] | UnsetType = UNSET
    confidence: float | UnsetType = UNSET
    name: str | None = None


class _Decisions(Struct):
    answers: list[_Answer]
    usage: _Usage


class _Token(Struct):
    token: str
    logprob: float


class _Position(Struct):
    top_logprobs: list[_Token] = []


class _Logprobs(Struct):
    content: list[_Position] | None = None


class _Said(Struct):
    refusal: str | None = None


class _Choice(Struct):
    message: _Said
    logprobs: _Logprobs | None = None
    finish_reason: str | None = None


class ChatUsage(Struct):
    """As chat completions report it."""

    prompt_tokens: int
    completion_tokens: int = 0
    prompt_tokens_details: _Details | None = None

    def tokens(self) -> Usage:
        """The same in our words."""
        return _usage(self.prompt_tokens, self.completion_tokens, self.prompt_tokens_details)


class _Completion(Struct):
    choices: list[_Choice]
    usage: ChatUsage


#: Question to its decision, or to why there is none.
Decided = dict[str, Decision | CallFailed]


def read_systemone(content: bytes) -> tuple[Decided, Usage]:
    """By question id. Raises `CallFailed`."""
    told = decoded(content, _Systemone)
    found: Decided = {
        each: _decision(answer.probabilities, told.diagnostics[each].label_mass)
        for each, answer in told.answers.items()
        if each in told.diagnostics
    }
    return found, _usage(told.usage.input_tokens, told.usage.output_tokens, told.usage.input_tokens_details)


def read_decisions(content: bytes) -> tuple[Decided, Usage]:
    """By question name. Raises `CallFailed`."""
    told = decoded(content, _Decisions)
    found: Decided = {}
    for answer in told.answers:
        if answer.name is None:
            continue
        if answer.type == "refusal":
            found[answer.name] = CallFailed("judge_refused", "the model declined to answer")
        elif answer.probabilities and answer.confidence is not UNSET:
            probabilities = {each.value: each.probability for each in answer.probabilities}
            # The endpoint's confidence is the chosen label's share of everything.
            best = max(probabilities.values())
            found[answer.name] = _decision(probabilities, answer.confidence / best if best else 0.0)
    return found, _usage(told.usage.input_tokens, told.usage.output_tokens, told.usage.input_tokens_details)


def read_logprobs(content: bytes) -> tuple[Decision, Usage]:
    """The decision in the first token. Raises `CallFailed`."""
    told = decoded(content, _Completion)
    if not told.choices:
        raise CallFailed("answer_invalid", "a completion without a choice")
    answer = told.choices[0]
    if answer.message.refusal or answer.finish_reason == "content_filter":
        raise CallFailed("judge_refused", answer.message.refusal or "stopped by a content filter")
    if answer.logprobs is None or not answer.logprobs.content:
        raise CallFailed(
            "answer_invalid", "no log-probabilities: `mingjian judge probe` says what the server can do"
        )
    mass = dict.fromkeys(LABELS, 0.0)
    for each in answer.logprobs.content[0].top_logprobs:
        if each.token in mass:
            mass[each.token] = math.exp(min(0.0, each.logprob))
    total = sum(mass.values())
    if total <= 0:
        raise CallFailed("answer_invalid", "none of the labels is among the likely first tokens")
    return Decision(
        {label: part / total for label, part in mass.items()}, min(1.0, total)
    ), told.usage.tokens()


def _decision(by_word: Mapping[str, float], label_mass: float) -> Decision | CallFailed:
    """By option as the server names them; a failure where that is no distribution over the labels."""
    if set(by_word) != set(_LABEL_OF):
        return CallFailed("answer_invalid", f"answers for other options than asked: {sorted(by_word)}")
    total = sum(by_word.values())
    if min(by_word.values()) < 0 or not math.isclose(total, 1.0, abs_tol=0.01):
        return CallFailed("answer_invalid", f"probabilities that are none: {dict(by_word)}")
    if not 0 <= label_mass <= 1.001:
        return CallFailed("answer_invalid", f"a label mass of {label_mass}")
    return Decision({_LABEL_OF[word]: part / total for word, part in by_word.items()}, min(1.0, label_mass))


def _usage(prompt: int, generated: int, details: _Details | None) -> Usage:
    cached = details.cached_tokens if details is not None else None
    return Usage(prompt, generated, cached or 0, prompt if cached is not None else 0)
