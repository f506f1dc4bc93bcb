"""Dev and test without anything in common: no session, no customer, no near-duplicate, no agent or shop."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from calibration.errors import SplitImpossible
from calibration.eval_sets.cases import Case, Split
from calibration.eval_sets.near_duplicates import find_near_duplicates
from evaluators.types import ChatSession

#: What is kept on one side beside sessions, customers and near-duplicates. `auto`: shops if there are enough of
#: them, else agents if there are enough, else nothing more.
By = Literal["auto", "shop", "agent", "session"]
#: With fewer shops (or agents) each side would be about one or two of them.
ENOUGH = 8


class Group(NamedTuple):
    """Why cases belong together: `what` is `session`, `customer`, `text`, `shop` or `agent`."""

    what: str
    first: int
    second: int


def split_cases(
    cases: Sequence[Case],
    *,
    test_share: float,
    seed: int = 0,
    by: By = "auto",
    known: Mapping[str, Split] | None = None,
) -> dict[str, Split]:
    """The split of every case id; the same for the same cases and seed, in whatever order.

    `known`: where cases are already. What belongs together with a case in dev is in dev: it has been looked at.
    Raises `SplitImpossible` if everything belongs together.
    """
    if not 0 < test_share < 1:
        raise SplitImpossible(f"expected a share of the test split between 0 and 1, got {test_share}")
    fixed = {} if known is None else known
    clusters = _clusters(cases, grouped_by(cases, by, fixed))
    assigned: dict[str, Split] = {}
    free = []
    for cluster in clusters:
        sides = {fixed[case.case_id] for case in cluster if case.case_id in fixed}
        if sides:
            side: Split = "dev" if "dev" in sides else "test"
            assigned |= {case.case_id: side for case in cluster}
        else:
            free.append(cluster)
    wanted = round(test_share * len(cases)) - sum(side == "test" for side in assigned.values())
    assigned |= _drawn(free, wanted, seed)
    if len(set(assigned.values())) < 2 and known is None:
        raise SplitImpossible(f"{len(cases)} cases belong together by session, customer, text or {by}")
    return assigned


def reasons(cases: Sequence[Case], by: By = "session") -> Iterator[Group]:
    """Pairs of cases that must be on one side: each with the first that shares the session, customer, …"""
    for what, keys in _keys(cases, by).items():
        first: dict[str, int] = {}
        for place, own in enumerate(keys):
            for key in own:
                if first.setdefault(key, place) != place:
                    yield Group(what, first[key], place)
    for pair in find_near_duplicates([case.session for case in cases]):
        yield Group("text", pair.first, pair.second)


def grouped_by(cases: Sequence[Case], by: By, known: Mapping[str, Split] | None = None) -> By:
    """What `auto` comes to for these cases: never what `known` has on both sides, for that was not kept together."""
    if by != "auto":
        return by
    for choice in ("shop", "agent"):
        sides: defaultdict[str, set[Split | None]] = defaultdict(set)
        for case in cases:
            for key in _people(case.session, choice):
                sides[key].add((known or {}).get(case.case_id))
        if len(sides) >= ENOUGH and not any({"dev", "test"} <= each for each in sides.values()):
            return choice
    return "session"


def _keys(cases: Sequence[Case], by: By) -> dict[str, list[list[str]]]:
    sessions = [case.session for case in cases]
    keys = {
        "session": [[session.session_id] for session in sessions],
        "customer": [_people(session, "customer") for session in sessions],
    }
    chosen = grouped_by(cases, by)
    if chosen in ("shop", "agent"):
        keys[chosen] = [_people(session, chosen) for session in sessions]
    return keys


def _people(session: ChatSession, what: str) -> list[str]:
    """Shop, customer or human agents, each as one platform and shop knows them; empty where nobody says."""
    place = f"{session.platform}/{session.shop}"
    if what == "shop":
        return [place] if session.shop else []
    if what == "customer":
        return [f"{place}/{session.customer_id}"] if session.customer_id else []
    return [f"{place}/{agent.agent_id}" for agent in session.agents if agent.kind == "human"]


def _clusters(cases: Sequence[Case], by: By) -> list[list[Case]]:
    parents = list(range(len(cases)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    for pair in reasons(cases, by):
        parents[root(pair.first)] = root(pair.second)
    clusters = defaultdict(list)
    for place, case in enumerate(cases):
        clusters[root(place)].append(case)
    return list(clusters.values())


def _drawn(clusters: list[list[Case]], wanted: int, seed: int) -> dict[str, Split]:
    """Clusters in an order drawn by the seed; the next goes to test while that brings test nearer to its size."""
    assigned: dict[str, Split] = {}
    taken = 0
    for cluster in sorted(clusters, key=lambda each: _draw(seed, each)):
        nearer = abs(taken + len(cluster) - wanted) < abs(taken - wanted)
        taken += len(cluster) if nearer else 0
        side: Split = "test" if nearer else "dev"
        assigned |= {case.case_id: side for case in cluster}
    return assigned


def _draw(seed: int, cluster: Sequence[Case]) -> str:
    name = min(case.case_id for case in cluster)
    return hashlib.sha256(f"{seed}/{name}".encode()).hexdigest()
