"""The limit: what the same input and output cost with no rule in between.

Decodes into the product's own structs, scans the text of a session in one call with one automaton that holds
every phrase of the catalogue, and encodes ready-made outcomes, as many as the engine gives and of its sizes.
No completion of defaults, no normalisation, no sorting: nothing that a rule could need beyond the scan.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import cycle
from typing import Any

import msgspec
from ahocorasick_rs import AhoCorasick

from evaluators.types import ChatSession, Outcome
from tests.benchmarks.rules import lists


def all_phrases() -> list[str]:
    """Every phrase of the catalogue once."""
    phrases = {*lists.read_list("closers"), *lists.read_list("asks_for_human")}
    for value in vars(lists).values():
        if isinstance(value, tuple) and all(isinstance(each, str) for each in value):
            phrases.update(value)
    return sorted(phrases)


def at_the_limit(
    lines: Iterable[bytes],
    automaton: AhoCorasick,
    ready_made: Sequence[Sequence[Outcome]],
    write: Callable[[bytes], Any],
) -> None:
    """Sessions in, outcome lines out; `ready_made` are outcomes of whole sessions, used in turn."""
    decode = msgspec.json.Decoder(ChatSession).decode
    encode = msgspec.json.Encoder().encode_lines
    for line, outcomes in zip(lines, cycle(ready_made), strict=False):
        session = decode(line)
        automaton.find_matches_as_indexes(
            "\n".join([message.text for message in session.messages]), overlapping=True
        )
        write(encode(outcomes))
