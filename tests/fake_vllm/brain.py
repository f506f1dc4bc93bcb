"""What the fake model thinks: a script, or something that looks like real chats."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

LABELS = ("A", "B", "C", "D")
_LINE = re.compile(r"^\[(\d+)\] (顾客|客服|机器人|自动回复|系统)：(.*)$", re.M)
_RULE = re.compile(r"【([a-z_0-9]+)】[^\n]*?（看(顾客|客服|人工客服|机器人|客服和自动回复)）")
Line = tuple[int, str, str]
#: A reason for a hit and for none, as models give them when nobody says how long, and when somebody does.
_SENTENCE = {
    True: "这位说话人在对话中明确说出了规则描述的内容，意思清楚，不是引用别人的话，也不是反话，因此符合命中的标准。",
    False: "通读整段聊天记录，双方主要在谈商品和物流，没有任何一句发言符合规则描述的情形，近似的说法属于易混情形，因此未命中。",
}
_TERSE = {True: "本人明确这样说，不是引用，也不是反话。", False: "没有发言符合，近似的话属易混情形。"}


class Brain(Protocol):
    """`decide`: label to probability, and the label mass. `explain`: evidence, reason and verdict;
    `terse`: as somebody would who was asked to be brief.
    """

    def decide(self, asks: str, lines: Sequence[Line]) -> tuple[Mapping[str, float], float]: ...

    def explain(self, asks: str, side: str, lines: Sequence[Line], *, terse: bool) -> dict[str, Any]: ...


@runtime_checkable
class Literate(Protocol):
    """A brain that goes by what a prompt says: `read` is told the head of each. `write`: what it says to instructions."""

    def read(self, head: str) -> None: ...

    def write(self, instructions: str) -> str: ...


class Scripted:
    """Says what it was told to. `hits`: question to its citations; `labels`: question to probabilities.

    Questions it was told nothing about are no hit.
    """

    def __init__(
        self,
        hits: Mapping[str, Sequence[tuple[int, str]]] | None = None,
        labels: Mapping[str, Mapping[str, float]] | None = None,
        *,
        explained: Mapping[str, str] | None = None,
        mass: float = 0.98,
        reason: str = "有发言为证。",
    ) -> None:
        self.hits, self.labels, self.explained = hits or {}, labels or {}, explained or {}
        self.mass, self.reason = mass, reason

    def decide(self, asks: str, lines: Sequence[Line]) -> tuple[Mapping[str, float], float]:
        if asks in self.labels:
            return dict.fromkeys(LABELS, 0.0) | self.labels[asks], self.mass
        likely = "A" if asks in self.hits else "B"
        return {label: 0.94 if label == likely else 0.02 for label in LABELS}, self.mass

    def explain(self, asks: str, side: str, lines: Sequence[Line], *, terse: bool) -> dict[str, Any]:
        verdict = self.explained.get(asks, "A" if asks in self.hits else "B")
        evidence = [{"line": line, "quote": quote} for line, quote in self.hits.get(asks, ())]
        return {"evidence": evidence, "reason": self.reason, "verdict": verdict}


class Plausible:
    """Hits in `share` of all questions, chosen by a hash of question and chat; cites what is there."""

    def __init__(self, share: float = 0.08) -> None:
        self.share = share

    def decide(self, asks: str, lines: Sequence[Line]) -> tuple[Mapping[str, float], float]:
        likely = "A" if self._drawn(asks, lines) < self.share else "B"
        return {label: 0.94 if label == likely else 0.02 for label in LABELS}, 0.97

    def explain(self, asks: str, side: str, lines: Sequence[Line], *, terse: bool) -> dict[str, Any]:
        hit = self._drawn(asks, lines) < self.share
        own = [line for line in lines if line[1] == ("客服" if "客服" in side else side) and line[2].strip()]
        cited = own[len(asks) % len(own)] if hit and own else None
        evidence = [{"line": cited[0], "quote": cited[2][:16]}] if cited else []
        reason = (_TERSE if terse else _SENTENCE)[hit]
        return {"evidence": evidence, "reason": reason, "verdict": "A" if hit else "B"}

    def _drawn(self, asks: str, lines: Sequence[Line]) -> float:
        text = asks + "".join(line[2] for line in lines)
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) / 2**64


def lines_of(text: str) -> list[Line]:
    """Number, role and text of each line of a transcript."""
    return [(int(number), role, said) for number, role, said in _LINE.findall(text)]


def rules_in(text: str) -> list[tuple[str, str]]:
    """Id and side of each rule named in a text, in order."""
    return _RULE.findall(text)
