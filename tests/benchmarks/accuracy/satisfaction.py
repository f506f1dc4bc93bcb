"""Satisfaction on real chats: STC-3 (19 raters a dialogue) and JDDC (USS annotations), with people and keywords beside it.

A dialogue's satisfaction is the expected number of pleased acts minus that of displeased ones.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from statistics import mean, median

from scipy.stats import spearmanr

from evaluators.judges.port import Judge
from tests.benchmarks.accuracy.asking import Said, cause_of, told
from tests.benchmarks.accuracy.research_chats import Chat, chats
from tests.benchmarks.accuracy.table import Case, Line, classified, counted, rank_correlation, reached, share

PLEASED = ("customer_satisfied", "customer_grateful")
DISPLEASED = (
    "dissatisfied_with_attitude", "dissatisfied_with_logistics", "dissatisfied_with_product", "dissatisfied_other",
    "complaint_mentioned", "third_party_exposure", "customer_abuse",
)  # fmt: skip
#: So many of 19 raters who agree make a consensus.
CONSENSUS = 13
_THANKS = re.compile("谢|感谢|辛苦")
_SATISFACTION = "satisfaction (pleased − displeased acts)"
_RATERS, _AGGREGATED = "19 raters, mean", "3 raters, aggregated (0 and 2 weak)"


def stc3(judge: Judge, limit: int) -> Iterator[Line]:
    """Against the mean of 19 raters, and by sign where they agree."""
    dialogues = list(chats("stc3_dev"))[:limit]
    said = told(judge, dialogues, [*PLEASED, *DISPLEASED])
    rated = [chat.labels["quality"]["S"] for chat in dialogues]
    yield _ranked("STC-3", _RATERS, dialogues, said, [each["mean"] for each in rated], _people(rated))
    agreed = [
        (balance > 0, each["pos"] >= CONSENSUS)
        for balance, each in zip(map(_balance, said), rated, strict=True)
        if balance is not None and max(each["pos"], each["neg"]) >= CONSENSUS
    ]
    right, pleased = sum(mine == theirs for mine, theirs in agreed), sum(theirs for _, theirs in agreed)
    constant = max(pleased, len(agreed) - pleased) / len(agreed) if agreed else 0.0
    yield Line(
        _SATISFACTION, "STC-3, consensus", f"{CONSENSUS} of 19 raters agree", len(agreed), pleased,
        {"right sign": share(right, len(agreed))}, counted(map(_open, said)), f"the more frequent sign: {constant:.2f}",
    )  # fmt: skip


def uss(judge: Judge, limit: int) -> Iterator[Line]:
    """Against the level of the dialogue, and message by message: pleased for 2, displeased for 0."""
    dialogues = list(chats("jddc_uss_dev"))[:limit]
    said = told(judge, dialogues, [*PLEASED, *DISPLEASED])
    levels = [float(chat.labels["dialogue_sat3"]) for chat in dialogues]
    yield _ranked("JDDC (USS)", _AGGREGATED, dialogues, said, levels)
    for name, acts, level in (("pleased", PLEASED, 2), ("displeased", DISPLEASED, 0)):
        decided = [
            (chat, each) for chat, each in zip(dialogues, said, strict=True) if cause_of(each, acts) is None
        ]
        cases = [case for chat, each in decided for case in _turns(chat, _located(each, acts), level)]
        thanks = [case for chat, _ in decided for case in _turns(chat, _thanked(chat), level)]
        yield classified(
            f"customer {name}, per message", f"JDDC (USS), turn level {level}", _AGGREGATED, cases,
            counted(cause_of(each, acts) for each in said), reached("谢/感谢/辛苦", thanks) if level else "",
        )  # fmt: skip


def _ranked(
    data: str,
    labels: str,
    dialogues: Sequence[Chat],
    said: Sequence[Mapping[str, Said]],
    levels: Sequence[float],
    people: str = "",
) -> Line:
    balances = list(map(_balance, said))
    pairs = [(own, level) for own, level in zip(balances, levels, strict=True) if own is not None]
    thanks = [float(bool(_thanked(chat))) for chat in dialogues]
    keywords = f"谢/感谢/辛苦: {float(spearmanr(thanks, levels).statistic):.2f}" if len(dialogues) > 9 else ""
    value = rank_correlation([own for own, _ in pairs], [level for _, level in pairs])
    return Line(
        _SATISFACTION, data, labels, len(pairs), None, {"Spearman": value}, counted(map(_open, said)),
        "; ".join(filter(None, (people, keywords))),
    )  # fmt: skip


def _balance(said: Mapping[str, Said]) -> float | None:
    pleased = [value for act in PLEASED if (value := said[act].value) is not None]
    displeased = [value for act in DISPLEASED if (value := said[act].value) is not None]
    return sum(pleased) - sum(displeased) if pleased and displeased else None


def _open(said: Mapping[str, Said]) -> str | None:
    return cause_of(said, PLEASED) or cause_of(said, DISPLEASED)


def _people(rated: Sequence[Mapping[str, Sequence[int]]]) -> str:
    """One rater against the mean of the others, the median over raters."""
    ratings = [each.get("ratings", []) for each in rated]
    if len(ratings) < 10 or not all(len(each) == len(ratings[0]) > 1 for each in ratings):
        return ""
    alone = [
        float(spearmanr([each[at] for each in ratings], [mean([*each[:at], *each[at + 1 :]]) for each in ratings]).statistic)
        for at in range(len(ratings[0]))
    ]  # fmt: skip
    return f"one rater against the others: {median(alone):.2f}"


def _located(said: Mapping[str, Said], acts: Sequence[str]) -> set[str]:
    return {message for act in acts for message, value in said[act].messages.items() if value >= 0.5}


def _thanked(chat: Chat) -> set[str]:
    return {
        each.message_id or ""
        for each in chat.session.messages
        if each.sender == "customer" and _THANKS.search(each.text)
    }


def _turns(chat: Chat, found: set[str], level: int) -> Iterator[Case]:
    """Every customer message with a level; messages are numbered from m1."""
    for turn in chat.labels["turn_sat3"]:
        yield Case(turn["sat3"] == level, f"m{turn['msg'] + 1}" in found, chat.session.session_id)
