"""Every value of a TOML document is found on the line on which it is written."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluators.catalogue.toml_places import line_of

DOCUMENT = '''\
# line 1
id = "late" # 2
why = """
text with [brackets] and # no comment
ends here"""

[trigger]
slow_reply = { longer_than = "3m", clock = 'service' }
"odd key".inner = 1979-05-27T07:32:00Z

[trigger.message.says] # 11
any = [
  "对不起", # ] 13
  'a"]',

  "third, with = and {",
]
empty = []
nested = [[1, 2], [3,
  4]]

[[layer]] # 22
shop = "a"
[layer.rules.R05]
score = -3
[[layer]]
shop = "b"
  [layer.rules]
  R05.longer_than = "15s"
  [[layer.deep]]
  x = 1
  [[layer.deep]]
  x = 2.5e3
'''

LINES = {
    "id": 2,
    "why": 3,
    "trigger": 7,
    "trigger.slow_reply": 8,
    "trigger.slow_reply.clock": 8,
    "trigger.odd key.inner": 9,
    "trigger.message": 11,
    "trigger.message.says.any": 12,
    "trigger.message.says.any[0]": 13,
    "trigger.message.says.any[1]": 14,
    "trigger.message.says.any[2]": 16,
    "trigger.message.says.empty": 18,
    "trigger.message.says.nested[0][1]": 19,
    "trigger.message.says.nested[1]": 19,
    "trigger.message.says.nested[1][1]": 20,
    "layer": 22,
    "layer[0]": 22,
    "layer[0].shop": 23,
    "layer[0].rules.R05": 24,
    "layer[0].rules.R05.score": 25,
    "layer[1]": 26,
    "layer[1].shop": 27,
    "layer[1].rules.R05": 29,
    "layer[1].rules.R05.longer_than": 29,
    "layer[1].deep[0].x": 31,
    "layer[1].deep[1].x": 33,
    "$.layer[1].deep[1].x": 33,
}


@pytest.mark.parametrize(("path", "line"), LINES.items())
def test_a_value_is_found_on_its_line(path: str, line: int) -> None:
    tomllib.loads(DOCUMENT)
    assert line_of(DOCUMENT, path) == line
    assert line_of(DOCUMENT.replace("\n", "\r\n"), path) == line


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("", None),
        ("absent", None),
        ("absent.too", None),
        ("trigger.absent", 7),
        ("trigger.message.says.any[9]", 12),
        ("layer[7].shop", 22),
        ("layer[1].rules[...]", 28),
    ],
)
def test_of_a_missing_value_the_nearest_place_around_it(path: str, line: int | None) -> None:
    assert line_of(DOCUMENT, path) == line


@pytest.mark.parametrize("text", ["a", "a = ", "[a", "a = [1", "= 1"])
def test_what_is_not_toml_is_refused(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)
    with pytest.raises(ValueError, match="not valid TOML at line 1"):
        line_of(text, "a")


@pytest.mark.parametrize(
    "value",
    [
        '""',
        '""""""',
        '"""a"""""',
        "''''''",
        "'''a'''''",
        '"\\""',
        '"""\\""" """',
        "{}",
        "[]",
        "[[], {}, [{}]]",
    ],
)
def test_the_key_after_a_value_is_found_whatever_the_value(value: str) -> None:
    text = f"a = {value}\nb = 1\n"
    tomllib.loads(text)
    assert line_of(text, "b") == 2


_VALUES = st.recursive(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")).map(
            lambda text: "'''" + text.replace("'", "") + "'''"
        ),
        st.text(alphabet='ab"#[]{}=,.\\\n 字').map(
            lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        ),
        st.sampled_from(["1", "-2.5", "true", "2026-11-01", "nan"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[ # [\n" + ",\n".join(items) + "\n]"),
        st.lists(inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"k{i} = {item}" for i, item in enumerate(items)) + "}"
        ),
    ),
    max_leaves=6,
)


@given(st.lists(_VALUES, min_size=1, max_size=4))
def test_the_line_found_is_where_the_key_stands(values: list[str]) -> None:
    text, expected = "", {}
    for index, value in enumerate(values):
        expected[f"key{index}"] = text.count("\n") + 1
        text += f"key{index} = {value}\n"
    assert {key: line_of(text, key) for key in tomllib.loads(text)} == expected
