"""Folding and the way back: quotes are verbatim whatever Unicode does."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluators.phrases.text import ZERO_WIDTH, bare, fold, original_span

_NASTY = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            list("急什么您好，！…～（ＶＸ①ﬃßİ\u0301\u0308각가👌🏽\u200d㎏℡") + list(ZERO_WIDTH[:6])
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("急 什么", "急 什么"),  # nothing matches across spaces
        ("急😀什么", "急😀什么"),
        ("急什\u200b么", "急什么"),
        ("ＶＸ", "vx"),
        ("稍等，马上……", "稍等,马上......"),
        ("e\u200b\u0301", "é"),
        ("ᄀ\u200bᅡ", "가"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(_NASTY)
def test_folding_is_nfkc_casefold_without_zero_width(text: str) -> None:
    visible = "".join(character for character in text if character not in ZERO_WIDTH)
    assert fold(text) == unicodedata.normalize("NFKC", visible).casefold()


@given(_NASTY, st.data())
def test_the_original_span_folds_to_text_that_holds_the_match(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded)))
    end = data.draw(st.integers(start, len(folded)))
    begin, stop = original_span(text, start, end)
    assert 0 <= begin <= stop <= len(text)
    assert folded[start:end] in fold(text[begin:stop])


def test_the_original_span_is_exact_where_characters_map_one_to_one() -> None:
    text = "…亲，您急什\u200b么呀"
    start = fold(text).index("急什么")
    begin, stop = original_span(text, start, start + 3)
    assert text[begin:stop] == "急什\u200b么"


def test_bare_text_has_no_punctuation_or_emoji() -> None:
    assert bare(fold("好的，谢谢～👌 OK!")) == "好的谢谢ok"
