"""The product's side of the benchmark: the path of `mingjian inspect --judge none`, from lines to lines."""

import random
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from api.inspecting.batch import BatchInspector
from evaluators.catalogue.loading import Catalogue, build_catalogue, load_catalogue
from evaluators.grammar.kinds import Existence
from evaluators.profiles import load_profile
from evaluators.sessions import decode_session
from evaluators.types import Outcome
from tests.benchmarks.rules.generate import SAID


def inspect_lines(lines: Iterable[bytes], inspector: BatchInspector, write: Callable[[bytes], Any]) -> None:
    """Sessions in, settled outcome lines out."""
    for written in inspector.lines(map(decode_session, lines)):
        write(written)


def outcomes_of(lines: Iterable[bytes], inspector: BatchInspector) -> list[list[Outcome]]:
    """What those lines say."""
    decode = msgspec.json.Decoder(Outcome).decode_lines
    return [decode(written) for written in inspector.lines(map(decode_session, lines))]


def inspector_of(catalogue: Catalogue) -> BatchInspector:
    """As `mingjian inspect` has it unless it is told otherwise."""
    return BatchInspector(catalogue, load_profile("default"))


def catalogue_with(extra: int) -> Catalogue:
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
    return build_catalogue(rules, catalogue.sources)


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
