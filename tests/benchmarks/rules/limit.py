"""The limit: what the same input and output cost with no rule in between.

Decodes each session into the product's own structs, scans the text of each message once with an automaton of
every phrase of the catalogue (built as the engine builds its own), forms as many `Outcome` values as the
engine gives, with this session's id and for the rest what the engine said about some session of the sample, so
that they have its sizes, and encodes them as lines. No completion of defaults, no normalisation, no order, no
clock: nothing that a rule could need beyond the scan.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import cycle
from typing import Any

import msgspec
from ahocorasick_rs import AhoCorasick, Implementation

from evaluators.types import ChatSession, Outcome
from tests.benchmarks.rules import lists

Fields = dict[str, Any]


def all_phrases() -> list[str]:
    """Every phrase of the catalogue once."""
    phrases = {*lists.read_list("closers"), *lists.read_list("asks_for_human")}
    for value in vars(lists).values():
        if isinstance(value, tuple) and all(isinstance(each, str) for each in value):
            phrases.update(value)
    return sorted(phrases)


def automaton_of(phrases: Sequence[str]) -> AhoCorasick:
    """As the engine builds it."""
    return AhoCorasick(phrases, implementation=Implementation.DFA)


def ready_made(outcomes: Iterable[Sequence[Outcome]]) -> list[list[Fields]]:
    """What outcomes of whole sessions say beside the session id, defaults left out."""
    return [[_beside_the_session(outcome) for outcome in session] for session in outcomes]


def _beside_the_session(outcome: Outcome) -> Fields:
    plain = Outcome(session_id="", rule_id="", rule_version="", verdict="no_hit")
    fields = {name: getattr(outcome, name) for name in outcome.__struct_fields__ if name != "session_id"}
    required = ("rule_id", "rule_version", "verdict")
    return {
        name: value for name, value in fields.items() if name in required or value != getattr(plain, name)
    }


def at_the_limit(
    lines: Iterable[bytes],
    automaton: AhoCorasick,
    said: Sequence[Sequence[Fields]],
    write: Callable[[bytes], Any],
) -> None:
    """Sessions in, outcome lines out; `said`: see `ready_made`, used in turn."""
    decode = msgspec.json.Decoder(ChatSession).decode
    encode = msgspec.json.Encoder().encode_lines
    for line, outcomes in zip(lines, cycle(said), strict=False):
        session = decode(line)
        for message in session.messages:
            automaton.find_matches_as_indexes(message.text, overlapping=True)
        session_id = session.session_id
        write(encode([Outcome(session_id=session_id, **fields) for fields in outcomes]))
