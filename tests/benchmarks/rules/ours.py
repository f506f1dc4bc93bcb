"""The product's side of the benchmark: the path of `mingjian inspect --judge none`, from lines to lines."""

import random
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from evaluators.catalogue import build_catalogue, load_catalogue
from evaluators.grammar import Existence
from evaluators.inspection import inspect_deterministic
from evaluators.plan import Plan, compile_plan
from evaluators.sessions import decode_session
from evaluators.types import Outcome
from tests.benchmarks.rules.generate import SAID

_encode = msgspec.json.Encoder().encode_lines


def inspect_lines(lines: Iterable[bytes], plan: Plan, write: Callable[[bytes], Any]) -> None:
    """Sessions in, settled outcome lines out."""
    for line in lines:
        write(_encode(inspect_deterministic(decode_session(line), plan)))


def outcomes_of(lines: Iterable[bytes], plan: Plan) -> list[list[Outcome]]:
    """The same, kept."""
    return [inspect_deterministic(decode_session(line), plan) for line in lines]


def plain_plan() -> Plan:
    """The built-in catalogue."""
    return compile_plan(load_catalogue())


def plan_with(extra: int) -> Plan:
    """The built-in catalogue with that many more hostile phrases, none of which anybody says.

    They are made of the characters of the talk itself, so that the automaton has something to follow.
    """
    catalogue = load_catalogue()
    rule = catalogue.find("hostile_phrase")
    assert isinstance(rule, Existence), "the rule of forbidden phrases is about their existence"
    says = rule.behaviour.says
    assert says is not None, "the rule of forbidden phrases has phrases"
    wider = msgspec.structs.replace(says, any=says.any + tuple(sorted(_unsaid(extra))))
    behaviour = msgspec.structs.replace(rule.behaviour, says=wider)
    changed = msgspec.structs.replace(rule, behaviour=behaviour)
    rules = [changed if each.id == changed.id else each for each in catalogue.rules]
    return compile_plan(build_catalogue(rules, catalogue.sources))


def _unsaid(count: int) -> set[str]:
    chance = random.Random(5_000)
    said = "\n".join(text for pool in SAID.values() for text in pool)
    characters = [character for character in said if character.isalpha()]
    phrases: set[str] = set()
    while len(phrases) < count:
        phrase = "".join(chance.choices(characters, k=chance.randint(3, 8)))
        if phrase.casefold() not in said.casefold():
            phrases.add(phrase)
    return phrases
