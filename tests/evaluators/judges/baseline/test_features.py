"""What the baseline sees of a message, and what it does not."""

import pytest

from evaluators.judges.baseline.features import LONGEST, cues_of, words_of
from evaluators.phrases.text import fold
from evaluators.types import Message
from tests.builders import a_session, agent, customer

CHAT = a_session(customer("有货吗？", at=0), agent("您好，有的", at=5), ended=9).messages


def said(text: str, cues: list[str] | None = None) -> set[str]:
    messages = a_session(agent(text, at=0), ended=9).messages
    return words_of(messages, 0) | cues_of(fold(text[:LONGEST]), [fold(cue) for cue in cues or []])


def test_nothing_but_punctuation_has_next_to_no_features() -> None:
    assert said("。") == {"=^", "=$", "=^$"}


def test_punctuation_case_and_zero_width_characters_do_not_matter() -> None:
    assert said("O\u200bK，好的！") == said("ok好的")


def test_a_wall_of_text_is_cut() -> None:
    assert said("好" * LONGEST + "滚") == said("好" * LONGEST)


def test_start_and_end_are_seen() -> None:
    assert {"=^好", "=的$", "=^好的$"} <= said("好的")


@pytest.mark.parametrize(
    ("text", "cues", "seen"), [("您好ＯＫ", ["OK"], {"cue:ok"}), ("您好", ["OK"], set())]
)
def test_cues_are_folded_like_the_text(text: str, cues: list[str], seen: set[str]) -> None:
    assert {each for each in said(text, cues) if each.startswith("cue:")} == seen


def test_what_was_answered_is_seen_apart_from_what_is_said() -> None:
    features = words_of(CHAT, 1)
    assert "<货" in features
    assert "=货" not in features
    assert not any(each.startswith("<") for each in words_of(CHAT, 0))


def test_a_question_mark_is_a_feature_of_its_own() -> None:
    assert "asks" in words_of(CHAT, 0)
    assert "asks" not in words_of(CHAT, 1)


def test_attachments_say_what_they_are() -> None:
    picture = [Message(sender="customer", text="", content_type="image", message_id="m1")]
    assert "type:image" in words_of(picture, 0)


def test_what_an_act_depends_on_is_seen_however_long_ago_and_by_whom_it_was_said() -> None:
    chat = a_session(
        customer("我再考虑考虑", at=0), agent("稍等", at=5), customer("嗯", at=9), agent("送您一张券", at=12), ended=20
    ).messages  # fmt: skip
    assert "earlier theirs is:hesitate" in words_of(chat, 3)
    assert "earlier own is:holding" in words_of(chat, 3)
    assert not any(each.startswith("earlier") for each in words_of(chat, 0))
    assert not any(each.startswith("earlier own") for each in words_of(chat, 1))
