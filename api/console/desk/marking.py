"""A message's text cut where evidence begins and ends, so that each piece can be highlighted by itself."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from evaluators.types import Evidence, Outcome


class Piece(NamedTuple):
    """A stretch of text; `hits`: keys of the findings that quote it, in order, separated by spaces; maybe empty."""

    text: str
    hits: str


#: Per message id: the findings that cite it, by their key, with what they quote.
Citations = Mapping[str, Sequence[tuple[str, Evidence]]]


def citations_of(outcomes: Sequence[tuple[str, Outcome]]) -> Citations:
    """Of findings given as (key, outcome)."""
    found: dict[str, list[tuple[str, Evidence]]] = {}
    for key, outcome in outcomes:
        for evidence in outcome.evidence:
            found.setdefault(evidence.message_id, []).append((key, evidence))
    return found


def pieces_of(text: str, cited: Sequence[tuple[str, Evidence]]) -> tuple[Piece, ...]:
    """The text in pieces; joined they are the text again. Quotes may overlap or touch."""
    edges = {0, len(text)}
    for _, evidence in cited:
        edges |= {min(evidence.start, len(text)), min(evidence.end, len(text))}
    cuts = sorted(edges)
    return tuple(
        Piece(text[start:end], _keys(key for key, it in cited if it.start <= start and end <= it.end))
        for start, end in pairwise(cuts)
    )


def keys_of(cited: Sequence[tuple[str, Evidence]]) -> str:
    """Everything that cites the message, once each."""
    return _keys(key for key, _ in cited)


def _keys(keys: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(keys))
