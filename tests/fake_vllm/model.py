"""What the fake model answers, endpoint by endpoint, in vLLM's shapes."""

import asyncio
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.fake_vllm import decisions
from tests.fake_vllm.brain import LABELS, Brain, Literate, lines_of, rules_in
from tests.fake_vllm.decisions import WORDS
from tests.fake_vllm.engine import Engine
from tests.fake_vllm.tokens import Prompt, chat_prompt, tokens_of

_POINTED = re.compile(r"【([a-z_0-9]+)】")
#: A prompt that says this gets short reasons; others get sentences, cut off where the schema ends them.
TERSE = "不超过"
_LABEL_IDS = {label: 32 + at for at, label in enumerate(LABELS)}


@dataclass
class Ability:
    """What this server can do. The defaults are a server that `mingjian judge serve` started."""

    decisions: str | None = "systemone"
    model: str = "fake-8b"
    context: int = 32_768
    logprobs: bool = True
    label_ids: bool = True
    tokenizer: bool = True
    schema: bool = True
    thinks: bool = False
    priorities: bool = True
    tells_cached: bool = True
    api_key: str = ""


class Refused(Exception):
    """An error document of vLLM."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class FakeModel:
    """One model on one engine."""

    def __init__(self, brain: Brain, ability: Ability, engine: Engine) -> None:
        self.brain, self.ability, self.engine = brain, ability, engine

    async def tokenize(self, body: dict[str, Any]) -> dict[str, Any]:
        if not self.ability.tokenizer:
            raise Refused(404, "Not Found")
        if "messages" in body:
            return {
                "count": chat_prompt(body["messages"]).length,
                "max_model_len": self.ability.context,
                "tokens": [],
            }
        tokens = [_LABEL_IDS.get(each, 999) for each in tokens_of(body["prompt"])]
        return {"count": len(tokens), "max_model_len": self.ability.context, "tokens": tokens}

    def _checked(self, body: dict[str, Any], prompt: Prompt, generate: int) -> None:
        if body.get("model") not in (None, self.ability.model):
            raise Refused(404, f"The model `{body['model']}` does not exist.")
        if body.get("priority") and not self.ability.priorities:
            raise Refused(400, "Got priority 1 but Priority scheduling is not enabled.")
        if prompt.length + generate > self.ability.context:
            raise Refused(400, f"This model's maximum context length is {self.ability.context} tokens.")

    async def _reads(
        self, body: dict[str, Any], head: str, text: str, questions: list[tuple[str, str]]
    ) -> tuple[list[tuple[Mapping[str, float], float]], int, int]:
        """Label probabilities, label mass per question; prompt tokens, and how many were cached."""
        prompts = []
        for _, tail in questions:
            system = [{"role": "system", "content": head}] if head else []
            prompts.append(chat_prompt([*system, {"role": "user", "content": f"{text}\n\n{tail}"}]))
            self._checked(body, prompts[-1], 1)
        cached = await asyncio.gather(*(self.engine.run(prompt, 1) for prompt in prompts))
        lines = lines_of(text)
        if isinstance(self.brain, Literate):
            self.brain.read(head)
        reads = [self.brain.decide(each, lines) for each, _ in questions]
        return reads, sum(prompt.length for prompt in prompts), sum(cached)

    async def systemone(self, body: dict[str, Any]) -> dict[str, Any]:
        if self.ability.decisions != "systemone":
            raise Refused(501 if self.ability.decisions is None else 404, "not supported")
        if len(body["questions"]) > 64:
            raise Refused(400, "questions: at most 64 for this model")
        asked = [(each, _listed(spec["instructions"])) for each, spec in body["questions"].items()]
        head = body.get("instructions") or ""
        reads, prompt, _ = await self._reads(body, head, body["state"], asked)
        answers, diagnostics = {}, {}
        for (each, _), (probabilities, mass) in zip(asked, reads, strict=True):
            by_word = dict(zip(WORDS, (probabilities[label] for label in LABELS), strict=True))
            answers[each] = {
                "type": "choice",
                "choice": max(by_word, key=by_word.__getitem__),
                "probabilities": by_word,
            }
            diagnostics[each] = {"label_mass": mass, "argmax_is_label": mass > 0.5}
        usage = {"input_tokens": prompt, "output_tokens": len(asked)}
        return {"model": self.ability.model, "answers": answers, "usage": usage, "diagnostics": diagnostics}

    async def decisions(self, body: dict[str, Any]) -> dict[str, Any]:
        if self.ability.decisions != "decisions":
            raise Refused(501 if self.ability.decisions is None else 404, "not supported")
        if (told := decisions.problem(body)) is not None:
            raise Refused(400, told)
        asked = [(each["name"], _listed(each["instructions"])) for each in body["questions"]]
        reads, prompt, cached = await self._reads(body, "", body["input"], asked)
        answers = [decisions.answer(name, *read) for (name, _), read in zip(asked, reads, strict=True)]
        usage = decisions.usage(prompt, len(asked), cached)
        return {"model": self.ability.model, "answers": answers, "usage": usage}

    async def chat(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("logprob_token_ids") and not self.ability.label_ids:
            raise Refused(400, "logprob_token_ids is not supported")
        prompt = chat_prompt(body["messages"])
        user, system = body["messages"][-1]["content"], body["messages"][0]["content"]
        schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
        if schema is not None and self.ability.schema:
            content = json.dumps(
                self._composed(schema, system, user), ensure_ascii=False, separators=(",", ":")
            )
        elif "logprobs" not in body and isinstance(self.brain, Literate):
            content = self.brain.write(user)
        else:
            content = "A" if "A" in user else "巴黎"
        most = body.get("max_tokens", 16)
        count = min(len(tokens_of(content)), most)
        self._checked(body, prompt, count)
        cached = await self.engine.run(prompt, count)
        message: dict[str, Any] = {
            "role": "assistant",
            "content": "".join(tokens_of(content)[:count]),
            "refusal": None,
        }
        if self.ability.thinks:
            message |= {"content": "<think>\n好的"}
        choice: dict[str, Any] = {"index": 0, "message": message}
        choice["finish_reason"] = "length" if len(tokens_of(content)) > most else "stop"
        if body.get("logprobs") and self.ability.logprobs:
            choice["logprobs"] = {"content": [self._logprobs(user, body)]}
        usage: dict[str, Any] = {"prompt_tokens": prompt.length, "completion_tokens": count}
        usage["total_tokens"] = prompt.length + count
        if self.ability.tells_cached:
            usage["prompt_tokens_details"] = {"cached_tokens": cached}
        return {
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": self.ability.model,
            "choices": [choice], "usage": usage,
        }  # fmt: skip

    def _logprobs(self, user: str, body: dict[str, Any]) -> dict[str, Any]:
        if self.ability.thinks:
            return {
                "token": "<think>",
                "logprob": 0.0,
                "top_logprobs": [{"token": "<think>", "logprob": 0.0}],
            }
        named = _POINTED.findall(user.rpartition("</聊天记录>")[2])
        probabilities, mass = self.brain.decide(named[0] if named else "", lines_of(user))
        listed = [
            {"token": label, "logprob": math.log(max(part * mass, 1e-9))}
            for label, part in probabilities.items()
        ]
        if not body.get("logprob_token_ids"):
            listed = sorted(listed, key=lambda each: -each["logprob"])[: body.get("top_logprobs", 0)]
        return {"token": "A", "logprob": 0.0, "top_logprobs": listed}

    def _composed(self, schema: dict[str, Any], system: str, user: str) -> Any:
        """What the schema demands: an enumeration's first value, else what the brain says on the rule named."""
        properties = schema["properties"]
        if "enum" in properties.get("answer", {}):
            return {"answer": properties["answer"]["enum"][0]}
        text, _, asked = user.rpartition("</聊天记录>")
        each, side = (rules_in(asked) or rules_in(system))[0]
        terse = TERSE in system
        told = self.brain.explain(each, side, lines_of(text), terse=terse)
        if not terse:
            told["reason"] = told["reason"][: properties["reason"].get("maxLength")]
        return {key: told[key] for key in properties}


def _listed(instructions: str) -> str:
    """A question as the endpoint words it."""
    options = "\n".join(f"{label}: {word}" for label, word in zip(LABELS, WORDS, strict=True))
    return f"Question: {instructions}\n{options}\nAnswer with the letter of one option only."
