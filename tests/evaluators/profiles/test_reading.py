"""Profiles in files and as JSON."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from evaluators.errors import ProfileInvalid, ProfileNotFound
from evaluators.profiles import (
    ProfileSource,
    apply_profile,
    load_profile,
    resolve_profile,
)
from tests.evaluators.profiles.documents import CATALOGUE, HEAD, LAYERED


def test_a_profile_in_a_file_with_its_base_beside_it(tmp_path: Path) -> None:
    (tmp_path / "house.toml").write_text(
        '\ufeffname = "house"\ntitle = "店"\n[rules.R52]\nlonger_than = "25s"\n', encoding="utf-8"
    )
    (tmp_path / "mine.toml").write_text(HEAD + 'base = "house"\n', encoding="utf-8")
    changed: Any = apply_profile(CATALOGUE, load_profile(tmp_path / "mine.toml")).find("R52")
    assert changed.longer_than == "25s"


def test_the_same_document_as_json(tmp_path: Path) -> None:
    text = HEAD + LAYERED
    table = tomllib.loads(text)
    (tmp_path / "mine.json").write_text(json.dumps(table), encoding="utf-8")
    from_toml = resolve_profile(ProfileSource("mine.toml", text))
    from_file = load_profile(tmp_path / "mine.json")
    from_request = resolve_profile(ProfileSource("request", table))
    assert from_toml.version == from_file.version == from_request.version
    assert apply_profile(CATALOGUE, from_request, "a") == apply_profile(CATALOGUE, from_toml, "a")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (
            {"name": "mine", "title": "x", "rules": {"R52": {"score": None}}},
            "rules.R52.score: expected a value, got null",
        ),
        (
            {"name": "mine", "title": "x", "layer": [{"shop": ["a", None]}]},
            "layer[0].shop[1]: expected a value, got null",
        ),
        ({"name": "mine", "title": 3}, "title: expected `str`, got `int`"),
    ],
)
def test_json_is_checked_without_lines(document: dict[str, Any], expected: str) -> None:
    with pytest.raises(ProfileInvalid) as caught:
        resolve_profile(ProfileSource("request", document))
    assert str(caught.value).startswith(f"request: {expected}")
    assert caught.value.line is None


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(ProfileNotFound, match="did you mean default"):
        load_profile("defualt")
    with pytest.raises(ProfileNotFound, match="no such file"):
        load_profile(tmp_path / "none.toml")
    (tmp_path / "gbk.toml").write_bytes('title = "我"'.encode("gb18030"))
    with pytest.raises(ProfileInvalid, match="UTF-8"):
        load_profile(tmp_path / "gbk.toml")
    (tmp_path / "a.json").write_text('{\n"name": }', encoding="utf-8")
    with pytest.raises(ProfileInvalid, match=r"a\.json:2: not valid JSON"):
        load_profile(tmp_path / "a.json")
    (tmp_path / "b.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ProfileInvalid, match="expected an object"):
        load_profile(tmp_path / "b.json")


UNREADABLE = [
    ("no TOML", 'name = "mine"\ntitle = ', "mine.toml:2: not valid TOML"),
    ("no TOML, in the middle", 'name = "mine\ntitle = "a"', "mine.toml:1: not valid TOML"),
    ("no name", 'title = "我的"', "mine.toml: name: required, but missing"),
    ("no title", 'name = "mine"', "mine.toml: title: required, but missing"),
    ("a bad name", 'title = "a"\nname = "My Profile"', "mine.toml:2: name: expected `str` matching"),
    ("unknown key", HEAD + "rulez = {}", "mine.toml:3: rulez: unknown key; did you mean rules?"),
    (
        "unknown base",
        HEAD + 'base = "ten_node"',
        "mine.toml:3: base: ten_node: no profile of that name; did you mean ten_nodes?",
    ),
    (
        "layer for nobody",
        HEAD + "[[layer]]\nrules = {}",
        "mine.toml:3: layer[0]: expected at least one of shop, group, tier",
    ),
    ("layer for ''", HEAD + "[[layer]]\nshop = ''", "mine.toml:4: layer[0].shop: expected"),
    (
        "misspelt layer key",
        HEAD + "[[layer]]\nshop = 'a'\ntire = 'b'",
        "mine.toml:5: layer[0].tire: unknown key; did you mean tier?",
    ),
    ("no layers", HEAD + "layer = 3", "mine.toml:3: layer: expected `array`, got `int`"),
    ("no table", HEAD + "scoring = 3", "mine.toml:3: scoring: expected `object`, got `int`"),
]


@pytest.mark.parametrize(("text", "expected"), [c[1:] for c in UNREADABLE], ids=[c[0] for c in UNREADABLE])
def test_what_cannot_be_read_is_named_with_its_line(text: str, expected: str) -> None:
    with pytest.raises(ProfileInvalid) as caught:
        resolve_profile(ProfileSource("mine.toml", text))
    assert str(caught.value).startswith(expected)


def test_a_base_that_leads_back_is_refused() -> None:
    texts = {
        name: ProfileSource(f"{name}.toml", f'name = "{name}"\ntitle = "x"\nbase = "{base}"')
        for name, base in (("a", "b"), ("b", "a"))
    }
    with pytest.raises(ProfileInvalid, match=r"\.toml:3: base: ") as caught:
        resolve_profile(texts["a"], texts.__getitem__)
    assert "a → b → a" in str(caught.value)
