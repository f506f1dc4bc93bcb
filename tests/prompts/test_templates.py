"""What the Jinja of a prompt may not do is refused with file and line, before it runs."""

import time

import pytest

from prompts.errors import PromptInvalid
from prompts.library import load_prompts
from prompts.templates import BLOCK_CAP, render_blocks
from tests.prompts.conftest import BODY, BODY_LINE, SIGNAL, Write

HIT = BODY_LINE + 1


@pytest.mark.parametrize(
    ("inside_hit", "reason"),
    [
        ("{{ transcript }}", "undeclared variable 'transcript'"),
        ("{{ message.text }}", "an attribute is not allowed"),
        ("{{ phrases[0] }}", "an index is not allowed"),
        ("{% for p in phrases %}{{ p }}{% endfor %}", "a loop is not allowed"),
        ("{{ range(9) }}", "a call is not allowed"),
        ("{{ title.upper() }}", "a call is not allowed"),
        ("{{ super() }}", "a call is not allowed"),
        ("{% macro m() %}a{% endmacro %}", "a macro is not allowed"),
        ("{% call title() %}a{% endcall %}", "a call is not allowed"),
        ("{% if title %}a{% endif %}", "a condition is not allowed"),
        ("{{ 'a' if title }}", "a condition is not allowed"),
        ("{% set a = 1 %}", "an assignment is not allowed"),
        ("{% set a %}b{% endset %}", "an assignment is not allowed"),
        ("{% with %}a{% endwith %}", "an assignment is not allowed"),
        ("{% filter trim %}a{% endfilter %}", "a filter block is not allowed"),
        ("{% from 'shared/mere_inquiry.md.j2' import a %}", "an import is not allowed"),
        ("{% import 'shared/mere_inquiry.md.j2' as a %}", "an import is not allowed"),
        ("{{ 'a' * 999999999 }}", "Mul is not allowed"),
        ("{{ 'a' ~ 'b' }}", "Concat is not allowed"),
        ("{{ 2 ** 99999999 }}", "Pow is not allowed"),
        ("{{ ['a'] }}", "List is not allowed"),
        ("{{ title is string }}", "a test is not allowed"),
        ("{{ title | upper }}", "filter 'upper' is not allowed"),
        ("{{ title | attr('x') }}", "filter 'attr' is not allowed"),
        ("{% include title %}", "an include names one part in quotes"),
        ("{% include ['shared/mere_inquiry.md.j2'] %}", "an include names one part in quotes"),
        ("{% include 'signals/hesitates.md.j2' %}", "no part 'signals/hesitates.md.j2'"),
        ("{% include 'shared/../secret.md.j2' %}", "no part 'shared/../secret.md.j2'"),
        ("{% block examples %}a{% endblock %}", "has a block inside it"),
        ("{{ title", "expected token 'end of print statement'"),
        ("{% nonsense %}", "unknown tag 'nonsense'"),
    ],
)
def test_what_a_block_may_not_do(write: Write, inside_hit: str, reason: str) -> None:
    folder = write(SIGNAL + BODY.replace("要赠品。", inside_hit, 1))
    with pytest.raises(PromptInvalid) as caught:
        load_prompts(folder)
    assert reason.lower() in caught.value.reason.lower()
    assert caught.value.path == str(folder / "signals" / "asks_for_gift.md.j2")
    assert caught.value.line == HIT


@pytest.mark.parametrize(
    ("body", "line", "field", "reason"),
    [
        (BODY + "尾巴", BODY_LINE + 4, None, "text outside the blocks is never read"),
        ("\n\n  头\n" + BODY, BODY_LINE + 2, None, "text outside the blocks is never read"),
        ("{{ title }}" + BODY, BODY_LINE, None, "text outside the blocks is never read"),
        (BODY.replace("block hit", "block hits"), HIT, "hits", "no such block"),
        (BODY.replace("block hit %}要赠品。", "block hit %} "), HIT, "hit", "missing or empty"),
        (BODY.split("{% block not")[0], BODY_LINE, "not_applicable", "missing or empty"),
        (
            "{% extends 'shared/mere_inquiry.md.j2' %}" + BODY,
            BODY_LINE,
            None,
            "text outside the blocks",
        ),
    ],
)
def test_what_a_body_may_not_be(write: Write, body: str, line: int, field: str | None, reason: str) -> None:
    with pytest.raises(PromptInvalid) as caught:
        load_prompts(write(SIGNAL + body))
    assert reason in caught.value.reason
    assert (caught.value.line, caught.value.field) == (line, field)


@pytest.mark.parametrize(
    ("part", "line", "reason"),
    [
        ("一\n{% for a in title %}{% endfor %}", 2, "a loop is not allowed"),
        ("一\n\n{{ gift }}", 3, "undeclared variable 'gift'"),
        ("{% include 'shared/part.md.j2' %}", 1, "includes no parts"),
        ("{% block hit %}{% endblock %}", 1, "has no blocks"),
        ("{{", 1, "unexpected"),
    ],
)
def test_a_part_obeys_the_same_rules(write: Write, part: str, line: int, reason: str) -> None:
    write(part, name="part.md.j2", place="shared")
    folder = write(SIGNAL + BODY.replace("问优惠；", '{% include "shared/part.md.j2" %}'))
    with pytest.raises(PromptInvalid) as caught:
        load_prompts(folder)
    assert reason in caught.value.reason
    assert (caught.value.path, caught.value.line) == (str(folder / "shared" / "part.md.j2"), line)


def test_a_block_may_be_as_long_as_the_cap_and_no_longer(write: Write) -> None:
    fits = "a" * BLOCK_CAP
    load_prompts(write(SIGNAL + BODY.replace("要赠品。", fits)))
    with pytest.raises(PromptInvalid, match=f"renders more than {BLOCK_CAP} bytes") as caught:
        load_prompts(write(SIGNAL + BODY.replace("要赠品。", fits + "a")))
    assert (caught.value.line, caught.value.field) == (HIT, "hit")


def test_the_cap_counts_bytes_and_what_parts_print(write: Write) -> None:
    write("赠" * 300, name="part.md.j2", place="shared")
    five = '{% include "shared/part.md.j2" %}' * 5
    with pytest.raises(PromptInvalid, match="renders more than"):
        load_prompts(write(SIGNAL + BODY.replace("要赠品。", five)))


def test_thousands_of_includes_stop_at_the_cap(write: Write) -> None:
    write("赠" * 300, name="part.md.j2", place="shared")
    many = '{% include "shared/part.md.j2" %}' * 2000
    folder = write(SIGNAL + BODY.replace("要赠品。", many))
    started = time.perf_counter()
    with pytest.raises(PromptInvalid):
        load_prompts(folder)
    assert time.perf_counter() - started < 10


def test_declared_values_and_allowed_filters_print(write: Write) -> None:
    head = SIGNAL.replace('looks_at = "customer"', 'looks_at = "customer"\nphrases = ["送什么", "有赠品吗"]')
    body = BODY.replace(
        "要赠品。", "{{ id }} {{ title }} {{ who }}\n  说{{ phrases | join('、') | trim }}\n。"
    )
    prompt = load_prompts(write(head + body))["asks_for_gift"]
    assert render_blocks(prompt).hit == "asks_for_gift 顾客要赠品 顾客说送什么、有赠品吗。"


def test_values_are_not_templates(write: Write) -> None:
    head = SIGNAL.replace("顾客要赠品", "{{ 7 * 7 }}{% for %}")
    prompt = load_prompts(write(head + BODY.replace("要赠品。", "{{ title }}")))["asks_for_gift"]
    assert render_blocks(prompt).hit == "{{ 7 * 7 }}{% for %}"


def test_examples_are_optional_and_printed(write: Write) -> None:
    prompt = load_prompts(write(SIGNAL + BODY + "{% block examples %}“送袜子吗”→A{% endblock %}\n"))
    assert render_blocks(prompt["asks_for_gift"]).examples == "“送袜子吗”→A"
