"""What a reviewer may answer, and which verdict that is."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from storage.errors import AnswerUnfit
from storage.labels import Verdict

#: `confirm` 确认, `misjudged` 误判, `missed` 漏判 speak of the verdict shown; a blind case takes a verdict itself.
Answer = Literal["confirm", "misjudged", "missed", "hit", "no_hit", "not_applicable", "unsure", "skip"]
_VERDICTS: dict[str, Verdict] = {
    "hit": "hit",
    "no_hit": "no_hit",
    "not_applicable": "not_applicable",
    "unsure": "unsure",
}


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a reviewer found about a rule in a case that is a whole session."""

    rule_id: str
    verdict: Verdict
    message_ids: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    note: Annotated[str, Meta(max_length=4000)] = ""


class Reply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reviewer's answer to a case. `round` is that of the case when it was handed out.

    `findings`: only for a whole session. `confirm` then says that its hits are right but for these, that what
    else is named here was missed; hits that are not named get the label `hit`.
    """

    answer: Answer
    round: int
    message_ids: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    note: Annotated[str, Meta(max_length=4000)] = ""
    findings: tuple[Finding, ...] = ()


def verdict_of(answer: Answer, judged: str, *, blind: bool) -> Verdict | None:
    """The label an answer gives; None for `skip`. Raises `AnswerUnfit`."""
    if answer == "skip":
        return None
    if answer in _VERDICTS:
        return _VERDICTS[answer]
    if blind:
        raise AnswerUnfit(
            f"{answer!r} speaks of a verdict that a blind case does not show: answer with a verdict"
        )
    if answer == "confirm" and judged in _VERDICTS:
        return _VERDICTS[judged]
    if answer == "misjudged" and judged == "hit":
        return "no_hit"
    if answer == "missed" and judged != "hit":
        return "hit"
    raise AnswerUnfit(f"{answer!r} does not fit the verdict {judged!r}")
