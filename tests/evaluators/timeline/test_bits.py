"""Sets of messages as integers, against sets as sets."""

from hypothesis import given
from hypothesis import strategies as st

from evaluators.timeline.bits import bits, first_of, indices, last_of, next_after, picked, positions, stretch

messages = st.sets(st.integers(0, 70))


@given(chosen=messages)
def test_there_and_back(chosen: set[int]) -> None:
    assert indices(bits(chosen)) == sorted(chosen)


@given(chosen=messages, number=st.integers(1, 12))
def test_first_and_last(chosen: set[int], number: int) -> None:
    assert indices(first_of(bits(chosen), number)) == sorted(chosen)[:number]
    assert indices(last_of(bits(chosen), number)) == sorted(chosen)[-number:]


@given(first=st.integers(0, 70), last=st.integers(-1, 70))
def test_stretch(first: int, last: int) -> None:
    assert indices(stretch(first, last)) == list(range(first, last + 1))


@given(among=messages, of=messages)
def test_next_after(among: set[int], of: set[int]) -> None:
    of &= among
    following = dict(zip(sorted(among), sorted(among)[1:], strict=False))
    expected = {following[each] for each in of if each in following}
    assert set(indices(next_after(bits(of), bits(among)))) == expected


@given(chosen=messages)
def test_picked(chosen: set[int]) -> None:
    assert list(picked(range(71), bits(chosen))) == sorted(chosen)


@given(values=st.lists(st.integers(0, 3)), wanted=st.integers(0, 3))
def test_positions(values: list[int], wanted: int) -> None:
    assert positions(values, wanted) == [place for place, value in enumerate(values) if value == wanted]
