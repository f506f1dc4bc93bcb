"""Rule files in: TOML files, and the front matter of prompt files, to rules. Every problem knows its line."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from evaluators.catalogue.rule_checks import check_rule
from evaluators.errors import RuleInvalid
from evaluators.grammar.kinds import Rule
from prompts.front_matter import split_file
from prompts.prompt_file import SUFFIX, Prompt

_TOML_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


class RuleFile(Struct, frozen=True):
    """One rule document as written, and where it is written."""

    path: Path
    document: dict[str, Any]

    def problem(self, message: str, field: str = "") -> RuleInvalid:
        """The error that names the line on which `field` is set; of a missing one, of what is around it."""
        # Imported here: only a broken file pays for finding the line.
        from evaluators.catalogue.toml_places import line_of

        if self.path.name.endswith(SUFFIX):
            text, first = split_file(self.path).front_text, 2
        else:
            text, first = _text(self.path), 1
        line = line_of(text, field) or 1
        return RuleInvalid(message, path=str(self.path), line=line + first - 1, field=field or None)


class CheckedRule(Struct, frozen=True):
    """A rule that is in order as far as one can see without the others."""

    file: RuleFile
    rule: Rule


def toml_files(folder: Path) -> Iterator[Path]:
    """The rule files directly in `folder`, sorted by name."""
    yield from sorted(folder.glob("*.toml"))


def read_file(path: Path) -> RuleFile:
    """Raises `RuleInvalid` if `path` is no TOML."""
    try:
        return RuleFile(path, tomllib.loads(_text(path)))
    except tomllib.TOMLDecodeError as error:
        place = _TOML_LINE.search(str(error))
        line = int(place[1]) if place else _text(path).count("\n") + 1
        raise RuleInvalid(f"not TOML: {_TOML_LINE.sub('', str(error))}", path=str(path), line=line) from error


def rule_of_prompt(prompt: Prompt) -> RuleFile:
    """The rule document in the front matter of a prompt file, without what concerns the question only."""
    return RuleFile(prompt.path, {key: value for key, value in prompt.front.items() if key != "prompt"})


def checked(file: RuleFile, acts: frozenset[str]) -> CheckedRule | list[RuleInvalid]:
    """The rule of a file, or all that is wrong with it. `acts`: the ids a behaviour may name."""
    try:
        rule: Rule | None = msgspec.convert(file.document, Rule)
        problems, pruned = list[RuleInvalid](), list[str]()
    except msgspec.ValidationError:
        # Imported here: only a broken file pays for explaining it.
        from evaluators.catalogue.rule_messages import wrong_shape

        found, rule = wrong_shape(file.document)
        problems = [file.problem(wrong.message, wrong.field) for wrong in found]
        pruned = [wrong.field for wrong in found]
    if rule is None:
        return problems
    for field, message in check_rule(rule, _stem(file.path), acts):
        if not any(_touches(field, culprit) for culprit in pruned):
            problems.append(file.problem(message, field))
    return problems or CheckedRule(file, rule)


def _touches(field: str, culprit: str) -> bool:
    """Whether a finding about `field` may only be there because `culprit` was taken out."""
    parent = culprit.rpartition(".")[0]
    return field.startswith(culprit) or (
        bool(parent) and (field.startswith(parent) or parent.startswith(field))
    )


def _stem(path: Path) -> str:
    return path.name.removesuffix(SUFFIX).removesuffix(".toml")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise RuleInvalid("is not UTF-8 text", path=str(path), line=line) from error
    except OSError as error:
        raise RuleInvalid(f"cannot be read: {error.strerror}", path=str(path)) from error
