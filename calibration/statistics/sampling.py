"""Draws cases to label, with the probability with which each was drawn: without it a label proves nothing about rates."""

import hashlib
from collections.abc import Collection, Mapping
from random import Random

from msgspec import Struct


class Drawn(Struct, frozen=True):
    """A case to label. `inclusion_probability`: share of its stratum that is labelled once this draw is done, 0..1."""

    case_id: str
    stratum: str
    inclusion_probability: float


def draw_stratified(
    strata: Mapping[str, Collection[str]],
    wanted: Mapping[str, int],
    *,
    seed: int,
    labelled: Collection[str] = (),
) -> list[Drawn]:
    """A simple random sample without replacement in each stratum (e.g. `flagged`, `unflagged`), in random order.

    Those with the smallest numbers are taken, and a case has the same number wherever it is drawn from (permanent random
    numbers, Ohlsson 1995): samples for several rules are each as random as alone, and share as many cases as they can.

    `labelled`: cases that were drawn at random before and stay in the sample; a further draw makes, with them, one
    larger sample, whose inclusion probability all of its labels then have (`inclusion_probabilities`). The same ids and
    seed give the same draw. Raises `ValueError` where a stratum has not so many cases left.
    """
    known, found = set(labelled), []
    for name in sorted(wanted):
        rest = sorted(set(strata[name]) - known)
        if not 0 <= wanted[name] <= len(rest):
            raise ValueError(f"stratum {name!r} has {len(rest)} cases without a label, not {wanted[name]}")
        probability = inclusion_probabilities(strata, labelled, wanted)[name]
        chosen = sorted(rest, key=lambda case: _number(seed, case))[: wanted[name]]
        found += [Drawn(case, name, probability) for case in chosen]
    Random(f"{seed}/order").shuffle(found)
    return found


def _number(seed: int, case: str) -> bytes:
    """The permanent random number of a case."""
    return hashlib.sha256(f"{seed}/{case}".encode()).digest()


def inclusion_probabilities(
    strata: Mapping[str, Collection[str]], labelled: Collection[str], wanted: Mapping[str, int]
) -> dict[str, float]:
    """Per stratum, the share of its cases that have a label once `wanted` more are drawn. Empty strata have 0."""
    known = set(labelled)
    return {
        name: (len(known & set(cases)) + wanted.get(name, 0)) / len(cases) if cases else 0.0
        for name, cases in strata.items()
    }
