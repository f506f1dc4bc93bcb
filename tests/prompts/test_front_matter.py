"""A bad head is refused with file, line and field."""

from pathlib import Path

import pytest

from prompts.errors import PromptInvalid
from prompts.front_matter import line_of_field, split_file
from prompts.library import load_prompts
from tests.prompts.conftest import BODY, SIGNAL, Write

RULE = """+++
kind = "existence"
id = "asks_for_gift"
title = "顾客要赠品"

[behaviour]
by = "customer"
act = "asks_for_gift"

[prompt]
looks_at = "customer"
+++
"""


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "must start with a +++ line"),
        ("id = 1\n+++\n", 1, "must start with a +++ line"),
        ("+++\nid = 1\n", 1, "not closed"),
        ("+++\nid = 1\ntitle = ?\n+++\n", 3, "not TOML: Invalid value"),
        ("+++\nid = 1\nid = 2\n+++\n", 3, "not TOML: Cannot overwrite a value"),
        ("+++\nid = [1,\n2\n+++\n", 3, "not TOML: Unclosed array"),
    ],
)
def test_what_is_no_front_matter(write: Write, text: str, line: int, reason: str) -> None:
    path = write(text) / "signals" / "asks_for_gift.md.j2"
    with pytest.raises(PromptInvalid) as caught:
        split_file(path)
    assert (caught.value.path, caught.value.line) == (str(path), line)
    assert reason in caught.value.reason


def test_a_file_that_is_not_utf8_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.md.j2"
    path.write_bytes('+++\nid = "a"\ntitle = "优惠"\n'.encode("gbk"))
    with pytest.raises(PromptInvalid, match="is not UTF-8 text") as caught:
        split_file(path)
    assert caught.value.line == 3


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PromptInvalid, match="cannot be read"):
        split_file(tmp_path / "a.md.j2")


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_byte_order_mark_and_line_ends_do_not_matter(tmp_path: Path, mark: str, newline: str) -> None:
    path = tmp_path / "a.md.j2"
    path.write_bytes((mark + "+++\nid = 1\n+++\n一\n二\n").replace("\n", newline).encode())
    split = split_file(path)
    assert (split.front, split.body, split.body_line) == ({"id": 1}, "一\n二\n", 4)


@pytest.mark.parametrize(
    ("change", "field", "line", "reason"),
    [
        (('id = "asks_for_gift"', 'id = "other"'), "id", 2, "must be the file's name, 'asks_for_gift'"),
        (('id = "asks_for_gift"\n', ""), "id", 1, "missing required field `id`"),
        (('title = "顾客要赠品"', "title = 3"), "title", 3, "Expected `str`, got `int`"),
        (('by = "customer"', 'by = "buyer"'), "by", 5, "Invalid enum value 'buyer'"),
        (('why = "开口要赠品，就该说清送什么。"', 'whi = ""'), "whi", 6, "unknown field `whi`"),
        (('looks_at = "customer"', 'looks_at = "all"'), "prompt.looks_at", 9, "Invalid enum value 'all'"),
        (('looks_at = "customer"', ""), "prompt.looks_at", 8, "missing required field `looks_at`"),
        (('looks_at = "customer"', 'looks_at = "both"\nlen = 1'), "prompt.len", 10, "unknown field `len`"),
        (('looks_at = "customer"', 'looks_at = "both"\ncontext = -1'), "prompt.context", 10, "`int` >= 0"),
        (('looks_at = "customer"', 'looks_at = "both"\nphrases = [1]'), "prompt.phrases", 10, "`str`"),
    ],
)
def test_a_bad_field_of_a_signal(
    write: Write, change: tuple[str, str], field: str, line: int, reason: str
) -> None:
    assert change[0] in SIGNAL
    folder = write(SIGNAL.replace(*change) + BODY)
    with pytest.raises(PromptInvalid) as caught:
        load_prompts(folder)
    assert reason in caught.value.reason
    assert (caught.value.line, caught.value.field) in ((line, field), (line, f"{field}[0]"))
    assert str(caught.value).startswith(f"{folder}/signals/asks_for_gift.md.j2:{line}: ")


@pytest.mark.parametrize(
    ("change", "field", "line", "reason"),
    [
        (('kind = "existence"\n', ""), "kind", 1, "a rule says its kind"),
        (('act = "asks_for_gift"', 'act = "hesitates"'), "behaviour.act", 8, "no behaviour of the rule asks"),
        (('act = "asks_for_gift"', 'says.any = ["a"]'), "behaviour.act", 6, "no behaviour of the rule asks"),
        (('by = "customer"', 'by = "system"'), "behaviour.by", 7, "must be one of customer, service"),
        (('by = "customer"\n', ""), "behaviour.by", 6, "must be one of customer, service"),
        (('[prompt]\nlooks_at = "customer"\n', ""), "prompt", 1, "says what they look at"),
    ],
)
def test_a_bad_field_of_a_rule(
    write: Write, change: tuple[str, str], field: str, line: int, reason: str
) -> None:
    assert change[0] in RULE
    folder = write(RULE.replace(*change) + BODY, place="rules")
    with pytest.raises(PromptInvalid) as caught:
        load_prompts(folder)
    assert reason in caught.value.reason
    assert (caught.value.line, caught.value.field) == (line, field)


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("id", 2),
        ("behaviour", 3),
        ("behaviour.act", 4),
        ("behaviour.any_of[1].act", 3),
        ("behaviour.says.any[0]", 5),
        ("prompt.context", 6),
        ("nothing", 1),
    ],
)
def test_line_of_field(field: str, line: int) -> None:
    text = 'id = "a"\n[behaviour]\nact = "a"\nsays.any = ["a"]\n[prompt]\nlooks_at = "both"'
    assert line_of_field(text, field) == line
