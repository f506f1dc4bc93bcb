"""The catalogue: all rules of one version, from TOML files and the front matter of prompt files."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from evaluators.catalogue.phrase_lists import lists_version
from evaluators.catalogue.rule_files import (
    CheckedRule,
    RuleFile,
    checked,
    read_file,
    rule_of_prompt,
    toml_files,
)
from evaluators.catalogue.rule_set_checks import check_together
from evaluators.errors import RuleInvalid, RuleNotFound
from evaluators.grammar.kinds import ReplyTime, Response, Rule
from evaluators.grammar.walk import acts_of, behaviours_of
from prompts.errors import PromptInvalid
from prompts.library import find_prompt_problems, load_prompts
from prompts.prompt_file import SUFFIX, Prompt

BUILT_IN = Path(__file__).parents[1] / "rules"
DERIVED = BUILT_IN / "derived"
#: Prompts by id that rules can name beside those of their folders; None: the shipped ones.
Named = Mapping[str, Prompt] | None
_encode = msgspec.json.Encoder().encode
#: Explanations in the other language: a rule is the same rule with and without them.
_NOT_OF_THE_RULE = ("why_en", "known_gaps_en")


class Catalogue(Struct, frozen=True):
    """Rules ordered by number (R01, R02 …), then those without an R-number by number and id.

    `version` and the `rule_versions` (by rule id) are `sha256:…` over everything that can change an outcome:
    the effective rule, the prompts of the acts it names, the lists of closers and of ways to ask for a human.
    `sources`: the file of each rule, by rule id.
    """

    rules: tuple[Rule, ...]
    version: str
    rule_versions: dict[str, str]
    sources: dict[str, Path]

    def find(self, id_or_number: str) -> Rule:
        """The rule of that id or number (`R05`; upper or lower case). Raises `RuleNotFound`."""
        wanted = id_or_number.strip()
        for rule in self.rules:
            if rule.id == wanted or (rule.number is not None and rule.number == wanted.upper()):
                return rule
        # Imported here: only a misspelt name pays for it.
        from evaluators.catalogue.rule_messages import closest

        raise RuleNotFound(f"no rule {wanted!r}{closest(wanted, [rule.id for rule in self.rules])}")


def load_catalogue(
    folders: Sequence[Path] | None = None, *, derived: bool = False, known: Named = None
) -> Catalogue:
    """The built-in rules, or those of `folders` instead; `derived` adds the second catalogue.

    A folder holds rule files (`*.toml`) and, if it likes, prompt files (`*.md.j2`, also in `rules/` and
    `signals/`). Raises `RuleInvalid` for the first problem, `PromptInvalid` where a prompt file is at fault.
    """
    rules, problems, prompts = _read(_places(folders, derived), known, built_in=folders is None)
    if problems:
        raise problems[0]
    return build_catalogue(
        [each.rule for each in rules], {each.rule.id: each.file.path for each in rules}, prompts
    )


def build_catalogue(
    rules: Iterable[Rule], sources: dict[str, Path], prompts: dict[str, Prompt] | None = None
) -> Catalogue:
    """A catalogue of these rules, ordered and versioned.

    `prompts`: those that the acts of the rules name; default the shipped ones.
    """
    known = load_prompts() if prompts is None else prompts
    ordered = tuple(sorted(rules, key=_rank))
    versions = {rule.id: version_of(rule, known) for rule in ordered}
    together = "\n".join(f"{rule_id} {version}" for rule_id, version in versions.items())
    return Catalogue(ordered, _digest(together.encode()), versions, sources)


def prompts_for(folders: Sequence[Path] | None = None) -> dict[str, Prompt]:
    """The prompts that the rules of these folders (None: the built-in ones) can name, by id."""
    prompts = load_prompts()
    for folder in folders or ():
        if _has_prompts(folder):
            prompts.update(load_prompts(folder))
    return prompts


def find_problems(folder: Path | None = None, *, known: Named = None) -> list[RuleInvalid]:
    """Everything that is wrong with the rule and prompt files of `folder` (None: all that are shipped)."""
    built_in = folder is None
    places = _places(None if folder is None else [folder], derived=built_in)
    try:
        _, problems, _ = _read(places, known, built_in=built_in)
        has_prompts = built_in or _has_prompts(places[0])
        prompt_problems = find_prompt_problems(folder, lenders=known) if has_prompts else []
    except PromptInvalid:
        # Which rules there are hangs on the prompt files: first those.
        problems, prompt_problems = [], find_prompt_problems(folder, lenders=known)
    return problems + [_as_rule_problem(problem) for problem in prompt_problems]


def version_of(rule: Rule, prompts: dict[str, Prompt]) -> str:
    """`sha256:…` over all that can change an outcome of the rule."""
    parts = [_encode(hashed(rule))]
    parts += [*(prompts[act].version.encode() for act in acts_of(rule))]
    if _asks_who_waits(rule):
        parts.append(lists_version().encode())
    return _digest(b"\n".join(parts))


def hashed(rule: Rule) -> dict[str, Any]:
    """All of a rule that its version stands for."""
    told = msgspec.to_builtins(rule, order="deterministic")
    return {name: value for name, value in told.items() if name not in _NOT_OF_THE_RULE}


def _asks_who_waits(rule: Rule) -> bool:
    """Whether the lists of closers and of ways to ask for a human matter to it."""
    slow = isinstance(rule, Response) and rule.trigger.slow_reply is not None
    return (
        slow or isinstance(rule, ReplyTime) or any(each.closer is not None for _, each in behaviours_of(rule))
    )


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _places(folders: Sequence[Path] | None, derived: bool) -> list[Path]:
    return [*([BUILT_IN] if folders is None else folders), *([DERIVED] if derived else [])]


def _read(
    folders: list[Path], known: Named, *, built_in: bool
) -> tuple[list[CheckedRule], list[RuleInvalid], dict[str, Prompt]]:
    """The rules in order, what is wrong with the others, and all prompts that can be named."""
    base = load_prompts() if known is None else dict(known)
    own = dict(base) if built_in else {}
    for folder in folders:
        if _has_prompts(folder):
            own.update(load_prompts(folder, lenders=known))
    prompts = base | own
    files = [rule_of_prompt(prompt) for prompt in own.values() if prompt.kind == "rule"]
    problems: list[RuleInvalid] = []
    for folder in folders:
        paths = list(toml_files(folder))
        if not paths and not _has_prompts(folder):
            problems.append(RuleInvalid("expected a folder with rule files (*.toml)", path=str(folder)))
        for path in paths:
            try:
                files.append(read_file(path))
            except RuleInvalid as problem:
                problems.append(problem)
    rules, more = _check_all(files, frozenset(prompts))
    return rules, problems + more, prompts


def _check_all(files: list[RuleFile], acts: frozenset[str]) -> tuple[list[CheckedRule], list[RuleInvalid]]:
    rules: list[CheckedRule] = []
    problems: list[RuleInvalid] = []
    for file in files:
        outcome = checked(file, acts)
        if isinstance(outcome, CheckedRule):
            rules.append(outcome)
        else:
            problems.extend(outcome)
    for placed in check_together([each.rule for each in rules]):
        problems.append(rules[placed.rule].file.problem(placed.message, placed.field))
    return rules, problems


def _has_prompts(folder: Path) -> bool:
    return any(any(place.glob(f"*{SUFFIX}")) for place in (folder, folder / "rules", folder / "signals"))


def _as_rule_problem(problem: PromptInvalid) -> RuleInvalid:
    return RuleInvalid(problem.reason, path=problem.path, line=problem.line, field=problem.field)


def _rank(rule: Rule) -> tuple[bool, str, int, str]:
    letters = (rule.number or "").rstrip("0123456789")
    digits = (rule.number or "").removeprefix(letters)
    return letters != "R", letters, int(digits or 0), rule.id
