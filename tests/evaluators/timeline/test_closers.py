"""What merely closes is the same whether the text came before or not."""

from hypothesis import given
from hypothesis import strategies as st

from evaluators.phrases.text import fold
from evaluators.timeline.closers import closes, is_closer_text

PIECES = ("好的", "谢谢", "嗯", "👌", "！", " ", "\u200b", "吗", "ＯＫ", "ok", "可以换货", "")


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_asked_twice_of_short_and_long_texts(text: str) -> None:
    assert closes(text) is closes(text) is is_closer_text(fold(text))


def test_many_different_texts() -> None:
    """More than are kept."""
    assert not any(closes(f"第{number}个怎么还没到") for number in range(20_000))
    assert closes("好的")
