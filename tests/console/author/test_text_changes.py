"""What a draft changes, line by line."""

from api.console.author.text_changes import changed_lines


def signs(before: str, after: str) -> list[str]:
    return [f"{each.sign}{each.text}" for each in changed_lines(before, after)]


def test_a_change_stands_between_the_lines_around_it() -> None:
    text = "a\nb\nc\nd\ne\nf\n"
    assert signs(text, text.replace("c", "C")) == ["a", "b", "−c", "+C", "d", "e"]


def test_what_lies_between_two_changes_is_left_out() -> None:
    text = "\n".join("abcdefghijklm")
    assert signs(text, text.replace("a", "A").replace("m", "M")) == [
        "−a", "+A", "b", "c", "⋯", "k", "l", "−m", "+M",
    ]  # fmt: skip


def test_nothing_differs_in_the_same_text() -> None:
    assert signs("a\nb\n", "a\nb\n") == []


def test_signs_in_the_text_itself_stay() -> None:
    assert signs("+++\n- x\n", "+++\n- y\n") == ["+++", "−- x", "+- y"]
