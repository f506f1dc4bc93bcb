"""What a judge is sent, letter by letter. `UPDATE_SNAPSHOTS=1 pytest tests/prompts` writes it anew."""

import os
from itertools import permutations
from pathlib import Path

import pytest

from prompts.errors import PromptInvalid
from prompts.labels import LABEL_MEANINGS, LABEL_WORDS, LABELS
from prompts.library import load_prompts
from prompts.rendering import (
    choice,
    explanation,
    instructions,
    pointer,
    rulebook,
    single,
    transcript,
    wording,
)
from prompts.transcript import BEGIN, END, SAMPLE
from tests.prompts.conftest import BODY, SIGNAL, Write

SNAPSHOTS = Path(__file__).parent / "snapshots"
PROMPTS = load_prompts()
FRAMES = {
    "_instructions": instructions(),
    "_single": single(PROMPTS["customer_abuse"]),
    "_choice": choice(PROMPTS["customer_abuse"]),
    "_explanation": explanation(PROMPTS["customer_abuse"], in_rulebook=False),
    "_explanation_of_the_rulebook": explanation(PROMPTS["agent_abuse"], in_rulebook=True),
    "_transcript": transcript(SAMPLE),
}


def _compare(name: str, text: str) -> None:
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text + "\n"


@pytest.mark.parametrize("prompt_id", PROMPTS)
def test_the_wording_and_pointer_of_each_prompt(prompt_id: str) -> None:
    prompt = PROMPTS[prompt_id]
    _compare(prompt_id, f"{wording(prompt)}\n\n{pointer(prompt)}")


@pytest.mark.parametrize("name", FRAMES)
def test_the_frames(name: str) -> None:
    _compare(name, FRAMES[name])


def test_there_is_no_snapshot_of_a_prompt_that_is_gone() -> None:
    assert {path.stem for path in SNAPSHOTS.glob("*")} == {*PROMPTS, *FRAMES}


def test_the_rulebook_is_the_instructions_and_each_wording_once() -> None:
    text = rulebook(PROMPTS.values())
    asked = sorted({prompt.asks for prompt in PROMPTS.values()})
    assert text == "\n\n".join([instructions(), *(wording(PROMPTS[asks]) for asks in asked)])


def test_the_rulebook_is_the_same_prefix_in_whatever_order() -> None:
    three = [PROMPTS[each] for each in ("hesitates", "out_of_stock_recovery", "alternative_recommended")]
    assert len({rulebook(order) for order in permutations(three)}) == 1


def test_a_rulebook_of_nothing_is_the_instructions() -> None:
    assert rulebook([]) == instructions()


def test_a_pointer_names_one_rule_of_the_rulebook_and_repeats_nothing() -> None:
    book = rulebook(PROMPTS.values())
    for prompt in PROMPTS.values():
        assert book.count(f"\n【{prompt.asks}】{prompt.title}（") == 1
        assert f"【{prompt.asks}】{prompt.title}" in pointer(prompt)
        assert len(pointer(prompt)) < 90


def test_the_instructions_explain_the_marks_and_every_label() -> None:
    text = instructions()
    assert BEGIN in text
    assert END in text
    for label in LABELS:
        assert f"\n{label} {LABEL_WORDS[label]}：{LABEL_MEANINGS[label]}" in text


def test_labels_are_single_latin_letters_for_the_four_answers() -> None:
    assert "".join(LABELS) == "".join(LABEL_WORDS) == "".join(LABEL_MEANINGS) == "ABCD"
    assert list(LABELS.values()) == ["hit", "no_hit", "not_applicable", "cannot_tell"]


def test_examples_stand_after_the_cases(write: Write) -> None:
    folder = write(SIGNAL + BODY + "{% block examples %}“送袜子吗”→A{% endblock %}\n")
    text = wording(load_prompts(folder)["asks_for_gift"])
    assert text.endswith("C 不适用：顾客没有发过言。\n例：“送袜子吗”→A")


def test_a_bad_template_is_refused_by_whatever_renders_it(write: Write) -> None:
    folder = write()
    prompt = load_prompts(folder)["asks_for_gift"]
    write("{{", name="part.md.j2", place="shared")
    broken = type(prompt)(
        **{
            name: getattr(prompt, name)
            for name in prompt.__struct_fields__
            if name not in ("body", "version")
        },
        body=BODY.replace("问优惠", "{{ gift }}"),
        version="sha256:other",
    )
    for render in (wording, single, lambda prompt: explanation(prompt, in_rulebook=False)):
        with pytest.raises(PromptInvalid, match="undeclared variable 'gift'"):
            render(broken)
