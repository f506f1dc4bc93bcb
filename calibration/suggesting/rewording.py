"""Asking a model for another wording, and reading what it says: what cannot be used is counted by cause."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

#: Code points of a wording at most; the model is asked for half of it.
LONGEST = 400
#: After so many in a row that cannot be used the model is not asked any more.
_GIVE_UP = 5
Cause = Literal["cut_off", "no_text", "too_long", "unchanged", "no_valid_prompt"]
_FENCE = "```"
_ASK = """\
下面是一个客服会话质检项的判定文字，供另一个模型逐会话判断。现在的文字：
{current}

用它判断的会话、判断的结果、以及标注：
{shown}

请改写这段文字，使判断与标注一致，不改变质检项的含义。写一般规律，不照抄会话原文，不超过{most}字，只写中文，不用花括号。
把新的文字放在 ``` 之间。"""


class Told(NamedTuple):
    """What a model said. `whole`: it came to its end, and was not cut off."""

    text: str
    whole: bool = True


#: Instructions to what a model says to them; it counts its own tokens. None: the budget does not allow it.
Reword = Callable[[str], Told | None]


class Rewordings:
    """What became of the wordings asked for. `failure`: why the writer is not asked any more."""

    def __init__(self) -> None:
        self.asked = 0
        self.unusable: Counter[Cause] = Counter()
        self.failure: str | None = None
        self._in_a_row = 0

    def count(self, cause: Cause | None) -> None:
        """One more, and why it cannot be used, if so."""
        self.asked += 1
        self.unusable.update([cause] if cause else [])
        self._in_a_row = self._in_a_row + 1 if cause else 0
        if self._in_a_row == _GIVE_UP:
            self.failure = f"{_GIVE_UP} rewordings in a row could not be used: take a stronger --writer-model"

    @property
    def usable(self) -> int:
        """Those that could be tried."""
        return self.asked - self.unusable.total()

    def line(self) -> str:
        """For a terminal."""
        causes = ", ".join(f"{cause} {count}" for cause, count in sorted(self.unusable.items()))
        told = f"{self.asked:,} rewordings: {self.usable:,} tried, {self.unusable.total():,} unusable"
        return told + (f" ({causes})" if causes else "")


def instructions(current: str, shown: Sequence[str]) -> str:
    """What the writing model is told: the wording as it is, and what it led to."""
    examples = "\n\n".join(f"【例{number}】\n{each}" for number, each in enumerate(shown, 1))
    return _ASK.format(current=current, shown=examples, most=LONGEST // 2)


def read_rewording(told: Told, current: str) -> tuple[str, Cause | None]:
    """The new wording, in one line; or why there is none."""
    parts = told.text.split(_FENCE)
    text = " ".join(parts[1].split()) if len(parts) == 3 else ""
    cause: Cause | None = None
    if not told.whole:
        cause = "cut_off"
    elif not text:
        cause = "no_text"
    elif len(text) > LONGEST:
        cause = "too_long"
    elif text == " ".join(current.split()):
        cause = "unchanged"
    return ("" if cause else text), cause
