"""Every operator of the grammar has an example that works as it says."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from msgspec import Struct

import evaluators
from evaluators.catalogue.loading import Catalogue, build_catalogue
from evaluators.catalogue.rule_files import CheckedRule, RuleFile, checked
from evaluators.engine.plan import compile_plan
from evaluators.grammar.fields import KINDS, choices_in, fields_of, table_in
from evaluators.grammar.kinds import Rule, RuleBase
from evaluators.inspection import inspect_deterministic
from prompts.library import load_prompts
from tests.builders import Record, a_session, clock, message, order, rating, transfer

FOLDER = Path(evaluators.__file__).parent / "grammar" / "examples"
EXAMPLES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))
}
LINE = re.compile(
    r"(?P<at>-?[\d.]+) (?P<who>\w+)(?:/(?P<kind>\w+))?: (?P<text>.*?)(?: \[recalled (?P<recalled>\d+)\])?"
)
SENDER_IDS = {"agent": "a-1", "bot": "b-1"}
HEAD = set(fields_of(RuleBase))
PROMPTS = load_prompts()


def _thing(line: str) -> Record:
    """`5 agent: 您好`, `0 customer/image: `, `9 transfer a-1 a-2`, `-9 order paid`, `5 rating 2`."""
    said = LINE.fullmatch(line)
    if said is not None:
        more = {} if said["recalled"] is None else {"recalled_at": clock(float(said["recalled"]))}
        kind = said["kind"] or "text"
        sender_id = SENDER_IDS.get(said["who"])
        return message(said["who"], said["text"], float(said["at"]), sender_id, kind=kind, **more)
    at, what, *rest = line.split()
    if what == "order":
        return order(rest[0], float(at))
    if what == "transfer":
        return transfer(float(at), *rest)
    assert what == "rating", line
    return rating(int(rest[0]), float(at))


def _rule(name: str) -> Rule:
    file = RuleFile(Path(f"{name}.toml"), tomllib.loads(EXAMPLES[name]["rule"]))
    outcome = checked(file, frozenset(PROMPTS))
    assert isinstance(outcome, CheckedRule), [str(problem) for problem in outcome]
    return outcome.rule


@cache
def _catalogue(name: str) -> Catalogue:
    return build_catalogue([_rule(name)], {}, PROMPTS)


@pytest.mark.parametrize(
    ("name", "number"),
    [(name, number) for name, each in EXAMPLES.items() for number in range(len(each["sessions"]))],
)
def test_example_comes_out_as_it_says(name: str, number: int) -> None:
    example = dict(EXAMPLES[name]["sessions"][number])
    why, verdict, reason = example.pop("why"), example.pop("verdict"), example.pop("reason", None)
    session = a_session(*(_thing(line) for line in example.pop("chat")), **example)
    (outcome,) = inspect_deterministic(session, compile_plan(_catalogue(name)))
    assert (outcome.verdict, outcome.reason_code) == (verdict, reason), why


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_shows_both_what_holds_and_what_does_not(name: str) -> None:
    verdicts = {(each["verdict"], each.get("reason")) for each in EXAMPLES[name]["sessions"]}
    assert len(verdicts) > 1


def _used(value: Any, table: type[Struct]) -> set[tuple[str, str]]:
    """(table, key) of every key written in the document."""
    found = set()
    for key, inner in value.items():
        if key == "kind":
            continue
        found.add((table.__name__, key))
        deeper = table_in(fields_of(table)[key].annotation)
        if deeper is not None:
            for each in inner if isinstance(inner, list) else [inner]:
                found |= _used(each, deeper)
    return found


def _tables(table: type[Struct], seen: set[type[Struct]]) -> set[type[Struct]]:
    if table in seen:
        return seen
    seen.add(table)
    for field in fields_of(table).values():
        inner = table_in(field.annotation)
        if inner is not None:
            _tables(inner, seen)
    return seen


def test_every_kind_and_every_key_has_an_example() -> None:
    documents = [tomllib.loads(example["rule"]) for example in EXAMPLES.values()]
    used = set().union(*(_used(document, KINDS[document["kind"]]) for document in documents))
    tables = set[type[Struct]]()
    for kind in get_args(Rule):
        _tables(kind, tables)
    wanted = {(table.__name__, key) for table in tables for key in fields_of(table) if key not in HEAD}
    assert wanted - used == set()


def _words(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*(_words(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(_words(inner) for inner in value))
    return {value} if isinstance(value, str) else set()


def test_every_word_of_a_closed_list_has_an_example() -> None:
    written = set().union(*(_words(tomllib.loads(example["rule"])) for example in EXAMPLES.values()))
    tables = set[type[Struct]]()
    for kind in get_args(Rule):
        _tables(kind, tables)
    wanted = {
        word
        for table in tables
        for key, field in fields_of(table).items()
        if key not in HEAD and key != "content_type"
        for word in choices_in(field.annotation)
    }
    assert wanted - written == set()
