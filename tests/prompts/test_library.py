"""What is loaded from a folder, what is borrowed, and what changes a version."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from prompts.errors import PromptInvalid
from prompts.labels import LABEL_WORDS
from prompts.library import find_prompt_problems, load_prompts
from prompts.rendering import rulebook, single, wording
from prompts.version import SHIPPED, frame_digest
from tests.prompts.conftest import BODY, BODY_LINE, SIGNAL, Write

BORROWER = """+++
kind = "existence"
id = "gift_wanted"
title = "想要赠品"

[behaviour]
by = "customer"
act = "asks_for_gift"
+++
"""


def test_a_prompt_is_what_its_file_says(write: Write) -> None:
    folder = write()
    prompt = load_prompts(folder)["asks_for_gift"]
    assert (prompt.kind, prompt.asks, prompt.by, prompt.line) == (
        "signal",
        "asks_for_gift",
        "customer",
        BODY_LINE,
    )
    assert prompt.path == prompt.wording == folder / "signals" / "asks_for_gift.md.j2"
    assert (prompt.title, prompt.body, prompt.settings.context) == ("顾客要赠品", BODY, 2)
    assert prompt.front["prompt"] == {"looks_at": "customer"}


def test_files_are_found_in_the_folder_itself_too(write: Write) -> None:
    assert list(load_prompts(write(place="."))) == ["asks_for_gift"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PromptInvalid, match="no such folder"):
        load_prompts(tmp_path / "nowhere")


def test_two_files_of_one_id(write: Write) -> None:
    write()
    folder = write(place=".")
    with pytest.raises(PromptInvalid, match="has the same id"):
        load_prompts(folder)


def test_all_problems_are_found_not_only_the_first(write: Write) -> None:
    write(SIGNAL + BODY.replace("要赠品。", "{{ gift }}"))
    folder = write("nothing", name="b.md.j2")
    assert [(Path(each.path).name, each.line) for each in find_prompt_problems(folder)] == [
        ("b.md.j2", 1),
        ("asks_for_gift.md.j2", BODY_LINE + 1),
    ]


def test_a_rule_without_blocks_borrows_the_wording_of_its_act(write: Write) -> None:
    write()
    prompts = load_prompts(write(BORROWER, name="gift_wanted.md.j2", place="rules"))
    rule, signal = prompts["gift_wanted"], prompts["asks_for_gift"]
    assert rule.kind == "rule"
    assert rule.front["title"] == "想要赠品"
    assert (rule.asks, rule.version, wording(rule)) == (signal.id, signal.version, wording(signal))
    assert rulebook([rule, signal]) == rulebook([signal])


def test_a_rule_may_borrow_from_a_shipped_prompt(write: Write) -> None:
    folder = write(BORROWER.replace("asks_for_gift", "hesitates"), name="gift_wanted.md.j2", place="rules")
    shipped = load_prompts()["hesitates"]
    assert wording(load_prompts(folder)["gift_wanted"]) == wording(shipped)


def test_a_rule_cannot_borrow_what_is_not_there(write: Write) -> None:
    folder = write(BORROWER, name="gift_wanted.md.j2", place="rules")
    with pytest.raises(PromptInvalid, match="no prompt 'asks_for_gift' to borrow"):
        load_prompts(folder)


def test_a_signal_has_blocks(write: Write) -> None:
    with pytest.raises(PromptInvalid, match="question: this block is missing or empty"):
        load_prompts(write(SIGNAL))


def test_reading_the_shipped_prompts_imports_no_jinja() -> None:
    code = (
        "import sys; from prompts.library import load_prompts; load_prompts(); print('jinja2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def _version(folder: Path) -> str:
    return load_prompts(folder)["asks_for_gift"].version


@pytest.mark.parametrize(
    "change",
    [
        ("要赠品。", "要赠品或小样。"),
        ('title = "顾客要赠品"', 'title = "顾客要小样"'),
        ('by = "customer"', 'by = "human"'),
        ('looks_at = "customer"', 'looks_at = "both"'),
        ('looks_at = "customer"', 'looks_at = "customer"\nphrases = ["送什么"]'),
    ],
)
def test_what_the_model_reads_changes_the_version(write: Write, change: tuple[str, str]) -> None:
    before = _version(write())
    assert _version(write((SIGNAL + BODY).replace(*change, 1))) != before


@pytest.mark.parametrize("change", [("说清送什么", "说清"), ("Asks for a gift", "Wants a gift")])
def test_what_only_people_read_does_not(write: Write, change: tuple[str, str]) -> None:
    before = _version(write())
    assert _version(write(SIGNAL.replace(*change) + BODY)) == before


def test_a_part_belongs_to_the_version_and_an_edit_of_it_is_rendered(write: Write) -> None:
    text = SIGNAL + BODY.replace("问优惠；", '{% include "shared/ours.md.j2" %}；')
    write("问优惠", name="ours.md.j2", place="shared")
    before = load_prompts(write(text))["asks_for_gift"]
    assert "易混：问优惠；问包邮" in single(before)
    write("问活动", name="ours.md.j2", place="shared")
    after = load_prompts(write(text))["asks_for_gift"]
    assert after.version != before.version
    assert "易混：问活动；问包邮" in single(after)


def test_a_shipped_part_may_be_included_and_a_missing_one_is_refused(write: Write) -> None:
    text = SIGNAL + BODY.replace("问优惠；", '{% include "shared/mere_inquiry.md.j2" %}；')
    assert "易混：平静的询问、正常的催促；" in single(load_prompts(write(text))["asks_for_gift"])
    with pytest.raises(PromptInvalid, match="no part 'shared/merely") as caught:
        load_prompts(write(text.replace("mere_inquiry", "merely")))
    assert caught.value.line == BODY_LINE + 2


def test_the_frame_covers_layouts_and_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = {frame_digest(SHIPPED)}
    for layout in ("inspector", "wording", "pointer", "single", "explain"):
        folder = tmp_path / layout
        shutil.copytree(SHIPPED / "shared", folder / "shared")
        with (folder / "shared" / f"{layout}.md.j2").open("a", encoding="utf-8") as file:
            file.write("再想一想。")
        digests.add(frame_digest(folder))
    monkeypatch.setitem(LABEL_WORDS, "A", "违规")
    shutil.copytree(SHIPPED / "shared", tmp_path / "labels" / "shared")
    digests.add(frame_digest(tmp_path / "labels"))
    assert len(digests) == 7
