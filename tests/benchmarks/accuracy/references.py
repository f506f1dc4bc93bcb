"""What people and bare keywords reach on STC-3, for comparison: no judge is asked."""

import re
from collections.abc import Iterator, Sequence
from statistics import mean, median

from scipy.stats import spearmanr

from evaluators.judges.port import Judge
from tests.benchmarks.accuracy.research_chats import Chat, chats
from tests.benchmarks.accuracy.table import Line, nothing

_THANKS = re.compile("谢|感谢|辛苦")


def measure(judge: Judge, limit: int) -> Iterator[Line]:
    """Spearman of one rater with the mean of the others (median over raters), and of thanks with the mean."""
    dialogues = list(chats("stc3_dev"))[:limit]
    rated = [chat.labels["quality"]["S"].get("ratings", []) for chat in dialogues]
    people, thanks = "one rater against the others, median", "customer says thanks, keywords only"
    if len(dialogues) < 10 or not all(len(each) == len(rated[0]) > 1 for each in rated):
        yield nothing("STC-3", people, 0, len(dialogues), "too few ratings")
        yield nothing("STC-3", thanks, 0, len(dialogues), "too few ratings")
        return
    alone = [_one_against_rest(rated, place) for place in range(len(rated[0]))]
    n = len(dialogues)
    yield Line("STC-3", people, median(alone), None, None, n, 0, "Spearman, no interval")
    said = [float(_thanks(chat)) for chat in dialogues]
    value = float(spearmanr(said, [mean(each) for each in rated]).statistic)
    yield Line("STC-3", thanks, value, None, None, n, 0, "Spearman, no interval")


def _one_against_rest(rated: Sequence[Sequence[int]], place: int) -> float:
    own = [each[place] for each in rated]
    rest = [mean([*each[:place], *each[place + 1 :]]) for each in rated]
    return float(spearmanr(own, rest).statistic)


def _thanks(chat: Chat) -> bool:
    return any(
        message.sender == "customer" and _THANKS.search(message.text) for message in chat.session.messages
    )
