"""Insults: ChineseHarm and COLD, where people labelled short texts; and sessions in which there should be none."""

from collections.abc import Iterator, Sequence

from evaluators.judges.baseline.lexicon import load_lexicon
from evaluators.judges.port import Judge
from evaluators.phrases.text import fold
from tests.benchmarks.accuracy.asking import told
from tests.benchmarks.accuracy.research_chats import Chat, chats
from tests.benchmarks.accuracy.table import Case, Line, classified, counted, reached, share

ABUSE = "customer_abuse"
RARE = (ABUSE, "agent_abuse", "complaint_mentioned", "third_party_exposure", "dissatisfied_with_attitude")
#: Published for this data.
_OTHERS = (
    "keywords: P 0.84 R 0.40 F1 0.54; Qwen2.5-7B prompted: F1 0.42, 0.48; GPT-4o 0.83; DeepSeek-R1 0.84, 0.87"
)


def chineseharm(judge: Judge, limit: int) -> Iterator[Line]:
    """谩骂引战 against 不违规; the other classes are something else."""
    chosen = [chat for chat in chats("chineseharm_dev") if chat.labels["category"] in ("谩骂引战", "不违规")]
    texts = chosen[:limit]
    expected = [chat.labels["category"] == "谩骂引战" for chat in texts]
    yield _judged(
        judge,
        texts,
        expected,
        "ChineseHarm, 谩骂引战 against 不违规",
        "people, published with the data",
        _OTHERS,
    )


def cold(judge: Judge, limit: int) -> Iterator[Line]:
    """Offensive against not. Hate of groups is offensive there and not what our rule means: recall is bound to be low."""
    texts = list(chats("cold_dev"))[:limit]
    expected = [chat.labels["offensive"] == 1 for chat in texts]
    insults = [Case(each, _insults(chat)) for chat, each in zip(texts, expected, strict=True)]
    words = reached("insult words of the lexicon", insults)
    yield _judged(
        judge,
        texts,
        expected,
        "COLD, offensive, hate of groups included",
        "people, published with the data",
        words,
    )


def _judged(
    judge: Judge, texts: Sequence[Chat], expected: Sequence[bool], data: str, labels: str, compare: str
) -> Line:
    said = [each[ABUSE] for each in told(judge, texts, [ABUSE])]
    cases = [Case(hit, each.hit) for hit, each in zip(expected, said, strict=True) if each.cause is None]
    return classified(ABUSE, data, labels, cases, counted(each.cause for each in said), compare)


def _insults(chat: Chat) -> bool:
    return any("is:insult" in load_lexicon().classes_of(fold(each.text)) for each in chat.session.messages)


def false_positives(judge: Judge, limit: int) -> Iterator[Line]:
    """JDDC: complaints were scrubbed, so nearly every hit is false."""
    said = told(judge, list(chats("jddc_unlabelled"))[:limit], RARE)
    for act in RARE:
        decided = [each[act] for each in said if each[act].cause is None]
        hits = share(sum(each.hit for each in decided), len(decided))
        yield Line(
            act, "JDDC, complaints scrubbed", "nobody: a hit is nearly always false", len(decided), None,
            {"sessions hit": hits}, counted(each[act].cause for each in said), "none: 0.00",
        )  # fmt: skip
