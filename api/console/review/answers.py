"""The answers that fit a case, each with its key, and what is said once one is kept."""

from collections.abc import Mapping
from typing import NamedTuple

from api.console.language import Translator, msg
from api.reviewing import DecidedView
from storage.review.cases import Case

VERDICTS = {
    "hit": msg("命中|结论"), "no_hit": msg("未命中"), "not_applicable": msg("不适用"), "undetermined": msg("待定"),
    "unsure": msg("拿不准"),
}  # fmt: skip
_WORDS = VERDICTS | {
    "confirm": msg("确认"), "misjudged": msg("误判"), "missed": msg("漏判"), "skip": msg("跳过"),
}  # fmt: skip
#: Of an appeal, where one could take "confirm" for a confirmed appeal.
_OF_APPEALS = {"confirm": msg("确认，驳回申诉"), "misjudged": msg("误判，申诉成立")}
_KEYS = {
    "confirm": "c", "misjudged": "x", "missed": "m", "hit": "1", "no_hit": "2", "not_applicable": "3",
    "unsure": "u", "skip": "s",
}  # fmt: skip


class Answer(NamedTuple):
    """A button: `value` is sent, `key` presses it."""

    value: str
    key: str
    text: str


def answers_of(case: Case, t: Translator) -> tuple[Answer, ...]:
    """What a reviewer may say of the case as it is shown to them."""
    words = _words_of(case)
    return tuple(Answer(each, _KEYS[each], t(words[each])) for each in (*_about(case), "unsure", "skip"))


def _words_of(case: Case) -> Mapping[str, str]:
    return _WORDS | _OF_APPEALS if case.kind == "appeal" else _WORDS


def _about(case: Case) -> tuple[str, ...]:
    if case.rule_id is None:
        return ("confirm",)
    if case.blind:
        return ("hit", "no_hit", "not_applicable")
    match case.judged:
        case "hit":
            return ("confirm", "misjudged")
        case "undetermined":
            return ("missed", "no_hit", "not_applicable")
        case _:
            return ("confirm", "missed")


def told(done: DecidedView, title: str, t: Translator) -> str:
    """What became of an answer, in a line; of a blind case also what was judged."""
    decision, case = done.decided.decision, done.decided.case
    if decision.verdict is None:
        return t("已跳过，别人会看到它。")
    parts = [t("已记：{answer}。{title}", answer=t(_words_of(case)[decision.answer]), title=title)]
    if case.blind:
        parts.append(_beside(decision.verdict, case.judged or "undetermined", t))
    if done.decided.overturned:
        parts.append(t("这条命中不再计分。"))
    return " ".join(parts)


def _beside(said: str, judged: str, t: Translator) -> str:
    words = t(VERDICTS[judged])
    if "unsure" in (said, judged) or judged == "undetermined":
        return t("机器判的是：{judged}。", judged=words)
    if said == judged:
        return t("机器判的也是：{judged}。", judged=words)
    return t("机器判的是：{judged}，与您不同。", judged=words)
