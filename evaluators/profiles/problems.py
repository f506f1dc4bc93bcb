"""What is wrong with a profile, and where its author wrote it."""

import re
from collections.abc import Iterable

from msgspec import ValidationError

from evaluators.errors import ProfileInvalid
from evaluators.profiles.documents import ProfileSource
from prompts.errors import MingjianError

_PLACE = re.compile(r"^(?P<expected>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_UNKNOWN = re.compile(r"^Object contains unknown field `(.*)`$")
_MISSING = re.compile(r"^Object missing required field `(.*)`$")


class FieldProblem(MingjianError):
    """Something expected at `field` is not there. Becomes `ProfileInvalid` once the file is known."""

    def __init__(self, field: str, expected: str) -> None:
        self.field, self.expected = field, expected
        super().__init__(f"{field}: {expected}")

    def under(self, place: str) -> "FieldProblem":
        """The same inside the table at `place`."""
        return FieldProblem(joined(place, self.field), self.expected)


def field_problem(error: ValidationError, known: Iterable[str] = ()) -> FieldProblem:
    """The message of msgspec as field and expectation. `known`: keys for a hint about a misspelt one."""
    match = _PLACE.match(str(error))
    assert match is not None, "the pattern matches any text"
    path, expected = (match["path"] or "").removeprefix("$").removeprefix("."), match["expected"]
    if unknown := _UNKNOWN.match(expected):
        hint = did_you_mean(unknown[1], known) if not path else ""
        return FieldProblem(joined(path, unknown[1]), f"unknown key{hint}")
    if missing := _MISSING.match(expected):
        return FieldProblem(joined(path, missing[1]), "required, but missing")
    return FieldProblem(path, expected[:1].lower() + expected[1:])


def invalid(source: ProfileSource, problem: FieldProblem) -> ProfileInvalid:
    """The problem with the file and, in TOML, the line."""
    # Imported here: only a broken profile pays for finding the line.
    from evaluators.catalogue.toml_places import line_of

    text = source.content if isinstance(source.content, str) and not source.path.endswith(".json") else None
    line = line_of(text, problem.field) if text is not None else None
    return ProfileInvalid(problem.expected, path=source.path, line=line, field=problem.field or None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` or nothing."""
    # Imported here: only a misspelt word pays for it.
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def joined(place: str, field: str) -> str:
    """Two parts of a field path."""
    return f"{place}.{field}".strip(".") if not field.startswith("[") else f"{place}{field}"
