"""What is wrong with the shape of a rule document, all of it, in words a rule author can act upon.

`msgspec` stops at the first thing it cannot use: this takes that thing out and tries again.
"""

import copy
import difflib
import re
from collections.abc import Iterable
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Struct

from evaluators.grammar.fields import KINDS, GrammarField, choices_in, expected, fields_of, table_in
from evaluators.grammar.kinds import Rule

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_PLACE = re.compile(r"^(?P<reason>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)
_GOT = re.compile(r"got `(\w+)`")
_NAMES = {
    "str": "a string", "int": "a whole number", "float": "a number", "bool": "true or false",
    "array": "a list", "object": "a table", "datetime": "a date", "date": "a date", "time": "a time",
}  # fmt: skip


class Wrong(Struct, frozen=True):
    """`field` is the dotted path in the document, empty for the whole of it."""

    field: str
    message: str


def closest(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` if a known word is close, else nothing."""
    found = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


def wrong_shape(document: dict[str, Any]) -> tuple[list[Wrong], Rule | None]:
    """All that is wrong with the shape of `document`, and the rule that is left (None: too little is)."""
    rest, found = copy.deepcopy(document), list[Wrong]()
    while True:
        try:
            return found, msgspec.convert(rest, Rule)
        except msgspec.ValidationError as error:
            match = _PLACE.match(str(error))
            assert match is not None, "the pattern matches any text"
            wrong, culprit = _explain(match["reason"], match["path"] or "", rest)
            if all(wrong.field != seen.field for seen in found):
                found.append(wrong)
            if not _take_out(rest, culprit):
                return found, None


def _explain(reason: str, path: str, document: dict[str, Any]) -> tuple[Wrong, str]:
    """What is wrong, and the path of what has to go (empty: nothing can)."""
    if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", reason, re.DOTALL):
        keys = [*fields_of(_table_at(path, document)), *([] if path else ["kind"])]
        field = _inside(path, unknown[1])
        return Wrong(field, f"unknown key{closest(unknown[1], keys) or '; known: ' + ', '.join(keys)}"), field
    if missing := re.fullmatch(r"Object missing required field `(.+)`", reason):
        field = _inside(path, missing[1])
        what = (
            "one of " + ", ".join(KINDS)
            if field == "kind"
            else expected(_field_at(field, document).annotation)
        )
        return Wrong(field, f"required, but missing: expected {what}"), ""
    value = _value_at(path, document)
    if path == "kind":
        return Wrong(
            path, f"expected one of {', '.join(KINDS)}, got {value!r}{closest(str(value), KINDS)}"
        ), ""
    annotation = _field_at(path, document).annotation
    if path.endswith("]"):
        annotation = _element_of(annotation)
    got = _GOT.search(reason)
    shown = repr(value) if not isinstance(value, dict | list) else _NAMES[got[1] if got else "object"]
    hint = closest(str(value), choices_in(annotation))
    return Wrong(path, f"expected {expected(annotation)}, got {shown}{hint}"), path


def _inside(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _steps(path: str) -> list[str | int]:
    return [int(index) if index else key for index, key in _STEP.findall(path)]


def _table_at(path: str, document: dict[str, Any]) -> type[Struct]:
    table = KINDS[document["kind"]]
    for step in _steps(path):
        if isinstance(step, str):
            inner = table_in(fields_of(table)[step].annotation)
            assert inner is not None, "only tables have something inside"
            table = inner
    return table


def _field_at(path: str, document: dict[str, Any]) -> GrammarField:
    """The key that `path` ends with; of an element of a list, the key of the list."""
    parent, _, key = re.sub(r"(\[\d+\])+$", "", path).rpartition(".")
    return fields_of(_table_at(parent, document))[key]


def _element_of(annotation: Any) -> Any:
    parts = get_args(annotation)
    if get_origin(annotation) is tuple:
        return parts[0]
    return _element_of(parts[0]) if parts else annotation


def _value_at(path: str, document: dict[str, Any]) -> Any:
    value: Any = document
    for step in _steps(path):
        value = value[step]
    return value


def _take_out(document: dict[str, Any], path: str) -> bool:
    """Whether there was something to take out."""
    steps = _steps(path)
    if not steps:
        return False
    parent: Any = document
    for step in steps[:-1]:
        parent = parent[step]
    del parent[steps[-1]]
    return True
