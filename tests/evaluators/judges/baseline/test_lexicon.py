"""Word classes: used, negated, quoted, and not where a Latin word merely contains them."""

import pytest

from evaluators.judges.baseline.lexicon import Lexicon, lexicon_version, load_lexicon
from evaluators.phrases.text import fold
from prompts.library import load_prompts

LEXICON = Lexicon(words={"praise": ["满意", "好用"], "insult": ["sb", "骗子"]}, leading={"act": ["praise"]})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今天天气", set()),
        ("很满意", {"is:praise"}),
        ("不满意", {"not:praise"}),
        ("不是很满意", {"is:praise"}),  # the reach of a negation is two characters
        ("不满意,但是好用", {"is:praise"}),
        ("SB", {"is:insult"}),
        ("usb坏了", set()),
        ("您说“骗子”我理解", {"quoted:insult"}),
        ("您说“骗子”,你才是骗子", {"is:insult"}),
        ("“我就是骗子", {"is:insult"}),  # a quotation that nobody closes is none
    ],
)
def test_a_class_is_used_negated_or_quoted(text: str, expected: set[str]) -> None:
    assert LEXICON.classes_of(fold(text)) == expected


def test_the_shipped_classes_hold_words_that_can_be_found() -> None:
    lexicon = load_lexicon()
    assert "is:insult" in lexicon.classes_of("你们客服都是废物")
    assert "is:thanks" in lexicon.classes_of("谢谢")
    assert lexicon_version().startswith("sha256:")


def test_every_leading_class_exists_and_every_act_is_one() -> None:

    lexicon, prompts = load_lexicon(), load_prompts()
    named = {name for names in lexicon.leading.values() for name in names}
    assert named <= set(lexicon.names)
    assert set(lexicon.leading) <= set(prompts)


def test_what_an_act_depends_on_is_a_class_that_exists_and_one_side_says() -> None:
    lexicon, prompts = load_lexicon(), load_prompts()
    assert set(lexicon.before) <= set(prompts)
    for said in lexicon.preceding:
        _, side, used = said.split(" ")
        assert side in ("own", "theirs")
        assert used.removeprefix("is:") in lexicon.names
