"""The Decisions API (`/v1/decisions`) as vLLM 0.33 has it: what it refuses, and the shape of its answers."""

from collections.abc import Mapping
from typing import Any

from tests.fake_vllm.brain import LABELS

WORDS = ("命中", "未命中", "不适用", "无法判断")
_REQUEST = {"model", "input", "questions", "safety_identifier", "cache_salt"}
_CHOICE = {"type", "name", "instructions", "choices"}


def problem(body: dict[str, Any]) -> str | None:
    """Why a request is refused: fields it does not know, also harmless ones, or too many questions."""
    for each, known in ((body, _REQUEST), *((question, _CHOICE) for question in body["questions"])):
        if unknown := set(each) - known:
            return f"{sorted(unknown)}: Extra inputs are not permitted"
    return "questions: at most 64 for this model" if len(body["questions"]) > 64 else None


def answer(name: str, probabilities: Mapping[str, float], mass: float) -> dict[str, Any]:
    """To one question; without any mass the model declines (the API allows it, vLLM never does)."""
    if mass == 0:
        return {"type": "refusal", "name": name}
    by_word = dict(zip(WORDS, (probabilities[label] for label in LABELS), strict=True))
    best = max(by_word, key=by_word.__getitem__)
    return {
        "type": "choice",
        "name": name,
        "choice": best,
        "probabilities": [{"value": word, "probability": part} for word, part in by_word.items()],
        "confidence": by_word[best] * mass,
    }


def usage(prompt: int, generated: int, cached: int) -> dict[str, Any]:
    """Over all questions of a request."""
    return {
        "input_tokens": prompt,
        "input_tokens_details": {"cached_tokens": cached, "cache_write_tokens": prompt - cached},
        "output_tokens": generated,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": prompt + generated,
    }
