"""One fact is charged once: of an exclusion group only the worst hit scores, and capped rules share a limit.

The losers keep their verdict `hit` with score 0 (or what the cap left) and an explanation that says why.
Settling what is settled changes nothing, and settling again after a hit was overturned gives the points back.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from evaluators.catalogue.loading import Catalogue
from evaluators.grammar.kinds import Rule
from evaluators.scoring.caps import capped
from evaluators.scoring.contest import Contest, contest_of
from evaluators.scoring.points import Points, signed
from evaluators.scoring.policy import ScoreCap, ScoringPolicy
from evaluators.types import Outcome

#: Per rule, the ids of the messages that started the turns the hit is about.
Occurrences = Mapping[str, frozenset[str]]

_NOTED = "【不重复计分:"
_NOTE = re.compile(f"{_NOTED}.*】$", re.DOTALL)


class Ruling(NamedTuple):
    """What a hit scores, and the words that say why it is not the full score."""

    points: Points
    note: str = ""


def settle(
    outcomes: list[Outcome],
    catalogue: Catalogue,
    policy: ScoringPolicy,
    occurrences: Occurrences | None = None,
) -> list[Outcome]:
    """The outcomes of one session, in their order, with the scores that go on the card.

    `occurrences` says which turns a hit concerns; without it the messages of its evidence stand in.
    Returns `outcomes` itself where nothing changes: it runs for every session, mostly in vain.
    """
    contest = contest_of(catalogue, policy)
    competing = {
        outcome.rule_id: outcome
        for outcome in outcomes
        if outcome.verdict == "hit" and outcome.rule_id in contest.scores
    }
    if not _anything_to_settle(competing, contest):
        return outcomes
    rulings = {rule_id: Ruling(contest.scores[rule_id]) for rule_id in competing}
    rulings.update(_lost(competing, contest, occurrences or {}))
    for name, cap in () if contest.capped.isdisjoint(competing) else contest.caps:
        rulings.update(_over_the_cap(name, cap, competing, rulings, contest))
    return [
        _ruled(outcome, rulings[outcome.rule_id])
        if outcome.verdict == "hit" and outcome.rule_id in rulings
        else outcome
        for outcome in outcomes
    ]


def _anything_to_settle(competing: dict[str, Outcome], contest: Contest) -> bool:
    """Two hits of one group, a hit under a cap, or one that was settled before."""
    for rule_id, hit in competing.items():
        if rule_id in contest.capped or hit.score != contest.scores[rule_id] or _NOTED in hit.explanation:
            return True
    groups = [contest.groups[rule_id] for rule_id in competing if rule_id in contest.groups]
    return len(groups) > len(set(groups))


def _ruled(outcome: Outcome, ruling: Ruling) -> Outcome:
    explanation = outcome.explanation
    if _NOTED in explanation:
        explanation = _NOTE.sub("", explanation)
    if ruling.note:
        explanation += ruling.note
    if outcome.score == ruling.points and outcome.explanation == explanation:
        return outcome
    return replace(outcome, score=ruling.points, explanation=explanation)


def _lost(
    hits: dict[str, Outcome], contest: Contest, occurrences: Occurrences
) -> Iterator[tuple[str, Ruling]]:
    groups = defaultdict(list)
    for rule_id in hits:
        if rule_id in contest.groups:
            groups[contest.groups[rule_id]].append(rule_id)
    for members in groups.values():
        if len(members) > 1:
            members.sort(key=contest.rank.__getitem__)
            subjects = _subjects(members, hits, contest, occurrences)
            if subjects is None:
                lost = Ruling(0, _group_note([contest.rules[members[0]]]))
                yield from [(loser, lost) for loser in members[1:]]
            else:
                yield from _losers(members, subjects, contest)


def _over_the_cap(
    name: str, cap: ScoreCap, hits: dict[str, Outcome], rulings: dict[str, Ruling], contest: Contest
) -> Iterator[tuple[str, Ruling]]:
    members = [rule_id for rule_id in hits if rule_id in cap.rules]
    members.sort(key=contest.places.__getitem__)
    charges = [(rulings[rule_id].points, _message_ids(hits[rule_id])) for rule_id in members]
    for (points, _), rule_id, left in zip(charges, members, capped(cap, charges), strict=True):
        if left != points:
            yield rule_id, Ruling(left, _cap_note(name, cap, left))


def _subjects(
    members: list[str], hits: dict[str, Outcome], contest: Contest, occurrences: Occurrences
) -> dict[str, frozenset[str]] | None:
    """What each hit competes for; None: for the session, also if it is unknown of one of them."""
    if "session" in [contest.rules[rule_id].exclusion_per for rule_id in members]:
        return None
    subjects = {
        rule_id: occurrences.get(rule_id) or _message_ids(hits[rule_id])
        if contest.rules[rule_id].exclusion_per == "turn"
        else _message_ids(hits[rule_id])
        for rule_id in members
    }
    return subjects if all(subjects.values()) else None


def _losers(
    ranked: list[str], subjects: dict[str, frozenset[str]], contest: Contest
) -> Iterator[tuple[str, Ruling]]:
    """A hit loses only if a worse one concerns each of the things it concerns."""
    taken: dict[str, str] = {}
    for rule_id in ranked:
        free = subjects[rule_id] - taken.keys()
        if not free:
            winners = sorted({taken[subject] for subject in subjects[rule_id]}, key=contest.rank.__getitem__)
            yield rule_id, Ruling(0, _group_note([contest.rules[winner] for winner in winners]))
        taken.update(dict.fromkeys(free, rule_id))


def _message_ids(outcome: Outcome) -> frozenset[str]:
    return frozenset(evidence.message_id for evidence in outcome.evidence)


def _group_note(winners: list[Rule]) -> str:
    names = "、".join(f"「{rule.title}」({rule.number or rule.id})" for rule in winners)
    return f"{_NOTED}与{names}属同一问题,只计最重的一项】"


def _cap_note(name: str, cap: ScoreCap, points: Points) -> str:
    limits = []
    if cap.per_message is not None:
        limits.append(f"每条消息 {signed(cap.per_message)}")
    if cap.per_session is not None:
        limits.append(f"每会话 {signed(cap.per_session)}")
    title = "负面情绪" if name == "negative_emotions" else name
    return f"{_NOTED}{title}合计最多{'、'.join(limits)} 分,本项计 {signed(points)} 分】"
