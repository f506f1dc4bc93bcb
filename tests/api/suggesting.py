"""A fake model that judges better by a better wording, and writes it."""

from collections.abc import Mapping, Sequence
from typing import Any

from calibration.eval_sets import Case, load_eval_set
from tests.fake_vllm.brain import Line, Scripted
from tests.fake_vllm.server import FakeVllm

ACT = "agent_abuse"
BETTER = "客服骂了人，也算挖苦。"


def _cited(case: Case) -> set[str]:
    """What was said in the messages that the labels of a hit cite."""
    hits = [label for label in case.labels if (label.rule_id, label.verdict) == (ACT, "hit")]
    cited = {message_id for label in hits for message_id in label.message_ids}
    return {each.text for each in case.session.messages if each.message_id in cited}


class Pupil(Scripted):
    """Judges cases of the set rightly once the wording is `BETTER`; before that nothing is a hit to it."""

    def __init__(self, says: str = f"```{BETTER}```", *, on_test: bool = True) -> None:
        super().__init__()
        self.says, self.knows = says, False
        sets = [load_eval_set(ACT, "dev"), *([load_eval_set(ACT, "test")] if on_test else [])]
        self.rude = {text for one in sets for case in one.cases for text in _cited(case)}

    def read(self, head: str) -> None:
        self.knows = BETTER in head

    def write(self, instructions: str) -> str:
        return self.says if "请改写" in instructions else "好的"

    def _found(self, lines: Sequence[Line]) -> list[tuple[int, str]]:
        return [(number, said) for number, _, said in lines if self.knows and said in self.rude]

    def decide(self, asks: str, lines: Sequence[Line]) -> tuple[Mapping[str, float], float]:
        self.hits = {asks: found} if (found := self._found(lines)) else {}
        return super().decide(asks, lines)

    def explain(self, asks: str, side: str, lines: Sequence[Line], *, terse: bool) -> dict[str, Any]:
        self.hits = {asks: self._found(lines)}
        return super().explain(asks, side, lines, terse=terse)


def judged_by(server: FakeVllm) -> dict[str, Any]:
    """Settings of a service that asks the server once and does not wait."""
    options = {"tries": 1, "patience": 0, "retry_wait": 0, "audit_share": 0}
    return {
        "judge": "vllm",
        "judge_base_url": server.base_url,
        "judge_model": "fake-8b",
        "judge_options": options,
    }
