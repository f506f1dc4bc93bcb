"""The one scan finds what looking for each phrase in each message would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluators.phrases.hits import Hit
from evaluators.phrases.index import PhraseIndex
from evaluators.phrases.text import NUL, fold
from evaluators.timeline.timeline import Timeline
from tests.builders import a_session, agent, customer

GROUPS = (("您好", "急什么", "什么"), ("着急什么", "AB"), ("b", "您"))
PIECES = ("您好", "着急什么", "急什么", "aB", "ａｂ", "\u200b", "…", "👌\ufe0f", NUL, " ", "的")
TEXTS = st.lists(st.lists(st.sampled_from(PIECES), max_size=5).map("".join), max_size=6)


def an_index(further: int = 0) -> PhraseIndex:
    index = PhraseIndex()
    for phrases in (*GROUPS, tuple(f"没人说的话{number}" for number in range(further))):
        index.group(phrases)
    index.build()
    return index


SMALL, LARGE = an_index(), an_index(further=3000)


def scanned(index: PhraseIndex, texts: list[str]) -> Timeline:
    messages = [agent(text, at=at, content_type="text" if text else "image") for at, text in enumerate(texts)]
    timeline = Timeline(a_session(*messages))
    index.scan([timeline])
    return timeline


@pytest.mark.parametrize("index", [SMALL, LARGE], ids=["a table", "too many phrases for a table"])
@given(texts=TEXTS)
def test_finds_every_phrase_in_every_message(index: PhraseIndex, texts: list[str]) -> None:
    timeline = scanned(index, texts)
    folded = [fold(text.replace(NUL, " ")) for text in texts]
    assert timeline.texts == (folded or [""])
    for phrases in GROUPS:
        group = index.group(phrases)
        for place, text in enumerate(folded):
            wanted = {
                Hit(start, start + len(phrase))
                for phrase in map(fold, phrases)
                for start in range(len(text))
                if text.startswith(phrase, start)
            }
            assert set(index.hits_in(timeline, group, place)) == wanted
            assert bool(timeline.said.get(group, 0) & 1 << place) == bool(wanted)


def test_nothing_is_found_across_messages() -> None:
    timeline = scanned(SMALL, ["您", "好", "着急", "什么"])
    assert not SMALL.hits_in(timeline, SMALL.group(GROUPS[1]), 3)
    assert timeline.said[SMALL.group(GROUPS[0])] == 1 << 3


def test_who_asks_for_a_person_is_found_beside() -> None:
    timeline = Timeline(
        a_session(customer("转人工", at=0), agent("转人工请稍等", at=1), customer("人工客服", at=2))
    )
    SMALL.scan([timeline])
    assert timeline.asks_human == 0b101
