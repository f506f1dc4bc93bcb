"""One fact is charged once: of an exclusion group only the worst hit scores, and capped rules share a limit.

The losers keep their verdict `hit` with score 0 (or what the cap left) and an explanation that says why.
Settling what is settled changes nothing, and settling again after a hit was overturned gives the points back.
"""

import re
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from evaluators.catalogue import Catalogue
from evaluators.grammar import Rule
from evaluators.points import Points, signed
from evaluators.score_caps import capped
from evaluators.scoring_policy import ScoreCap, ScoringPolicy
from evaluators.types import Outcome

#: Per rule, the ids of the messages that started the turns the hit is about.
Occurrences = Mapping[str, frozenset[str]]

_NOTE = re.compile(r"【不重复计分:.*】$", re.DOTALL)
_ALERTS = {"none": 0, "low": 1, "medium": 2, "high": 3}
_WHOLE_SESSION = frozenset({""})


class Contest(NamedTuple):
    """A catalogue under a policy: what competes (`rank`: worst first), rules by id, their places in order."""

    catalogue: Catalogue
    policy: ScoringPolicy
    rules: dict[str, Rule]
    places: dict[str, int]
    competing: frozenset[str]
    groups: dict[str, str]
    caps: tuple[tuple[str, ScoreCap], ...]
    rank: dict[str, tuple[Points, int, int]]


class Ruling(NamedTuple):
    """What a hit scores, and the words that say why it is not the full score."""

    points: Points
    note: str = ""


def settle(
    outcomes: Sequence[Outcome],
    catalogue: Catalogue,
    policy: ScoringPolicy,
    occurrences: Occurrences | None = None,
) -> list[Outcome]:
    """The outcomes of one session, in their order, with the scores that go on the card.

    `occurrences` says which turns a hit concerns; without it the messages of its evidence stand in.
    """
    contest = contest_of(catalogue, policy)
    competing = contest.competing
    places = [
        index
        for index, outcome in enumerate(outcomes)
        if outcome.verdict == "hit" and outcome.rule_id in competing
    ]
    settled = list(outcomes)
    if places:
        hits = {outcomes[index].rule_id: outcomes[index] for index in places}
        rulings = _rulings(hits, contest, occurrences or {})
        for index in places:
            settled[index] = _ruled(outcomes[index], rulings[outcomes[index].rule_id])
    return settled


def _ruled(outcome: Outcome, ruling: Ruling) -> Outcome:
    explanation = _NOTE.sub("", outcome.explanation) + ruling.note
    if outcome.score == ruling.points and outcome.explanation == explanation:
        return outcome
    return replace(outcome, score=ruling.points, explanation=explanation)


def _rulings(hits: dict[str, Outcome], contest: Contest, occurrences: Occurrences) -> dict[str, Ruling]:
    rulings = {rule_id: Ruling(contest.rules[rule_id].score or 0) for rule_id in hits}
    groups = defaultdict(list)
    for rule_id in sorted(hits, key=contest.rank.__getitem__):
        if rule_id in contest.groups:
            groups[contest.groups[rule_id]].append(rule_id)
    for members in groups.values():
        if len(members) > 1:
            subjects = _subjects(members, hits, contest, occurrences)
            rulings.update(_losers(members, subjects, contest))
    for name, cap in contest.caps:
        members = sorted(
            (rule_id for rule_id in hits if rule_id in cap.rules), key=contest.places.__getitem__
        )
        charges = [(rulings[rule_id].points, _message_ids(hits[rule_id])) for rule_id in members]
        for rule_id, points in zip(members, capped(cap, charges), strict=True):
            if points != rulings[rule_id].points:
                rulings[rule_id] = Ruling(points, _cap_note(name, cap, points))
    return rulings


def _subjects(
    members: list[str], hits: dict[str, Outcome], contest: Contest, occurrences: Occurrences
) -> dict[str, frozenset[str]]:
    """What each hit competes for. If that is unknown of one of them, they compete for the session."""
    per = {contest.rules[rule_id].exclusion_per for rule_id in members}
    if "session" in per:
        return dict.fromkeys(members, _WHOLE_SESSION)
    subjects = {
        rule_id: occurrences.get(rule_id) or _message_ids(hits[rule_id])
        if contest.rules[rule_id].exclusion_per == "turn"
        else _message_ids(hits[rule_id])
        for rule_id in members
    }
    return subjects if all(subjects.values()) else dict.fromkeys(members, _WHOLE_SESSION)


def _losers(
    ranked: list[str], subjects: dict[str, frozenset[str]], contest: Contest
) -> Iterable[tuple[str, Ruling]]:
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
    return f"【不重复计分:与{names}属同一问题,只计最重的一项】"


def _cap_note(name: str, cap: ScoreCap, points: Points) -> str:
    limits = []
    if cap.per_message is not None:
        limits.append(f"每条消息 {signed(cap.per_message)}")
    if cap.per_session is not None:
        limits.append(f"每会话 {signed(cap.per_session)}")
    title = "负面情绪" if name == "negative_emotions" else name
    return f"【不重复计分:{title}合计最多{'、'.join(limits)} 分,本项计 {signed(points)} 分】"


_contests: OrderedDict[tuple[int, int], Contest] = OrderedDict()
_CONTESTS_KEPT = 64


def contest_of(catalogue: Catalogue, policy: ScoringPolicy) -> Contest:
    """Kept per pair of objects (an entry holds both, so their ids stay theirs): hashing them costs more."""
    key = (id(catalogue), id(policy))
    known = _contests.get(key)
    if known is None:
        known = _contests[key] = _prepared(catalogue, policy)
        while len(_contests) > _CONTESTS_KEPT:
            _contests.popitem(last=False)
    return known


def _prepared(catalogue: Catalogue, policy: ScoringPolicy) -> Contest:
    caps = tuple((name, cap) for name, cap in sorted(policy.caps.items()) if cap.rules)
    capped_ids = {rule_id for _, cap in caps for rule_id in cap.rules}
    groups = {
        rule.id: rule.exclusion_group
        for rule in catalogue.rules
        if rule.exclusion_group and rule.exclusion_group not in policy.without_exclusion
    }
    places = {rule.id: place for place, rule in enumerate(catalogue.rules)}
    return Contest(
        catalogue,
        policy,
        {rule.id: rule for rule in catalogue.rules},
        places,
        frozenset(groups) | (capped_ids & places.keys()),
        groups,
        caps,
        {rule.id: (rule.score or 0, -_ALERTS[rule.alert], -places[rule.id]) for rule in catalogue.rules},
    )
