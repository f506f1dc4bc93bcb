"""From outcomes to a scorecard, and the same arithmetic line by line.

The outcomes are those that `exclusion.settle` has settled: their `score` is what goes on the card.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from evaluators.catalogue.loading import Catalogue
from evaluators.errors import RuleNotFound
from evaluators.grammar.kinds import Rule
from evaluators.scoring.contest import contest_of
from evaluators.scoring.exclusion import settle
from evaluators.scoring.points import Points, added, signed
from evaluators.scoring.policy import ScoreCap, ScoringPolicy
from evaluators.types import AgentCard, ChatSession, Outcome, Scorecard

__all__ = [
    "ScoreCap",
    "ScoreLine",
    "ScoringPolicy",
    "explain_score",
    "score_session",
    "served_by",
    "settle",
    "written",
]


_ORDER = {"bonus": 0, "deduction": 1, "not_counted": 2}


class ScoreLine(Struct, frozen=True, kw_only=True):
    """One line of the arithmetic. The `points` of all lines add up to the score."""

    kind: Literal["base", "bonus", "deduction", "not_counted", "limit", "red_line"]
    points: Points
    title: str
    rule_id: str | None = None
    number: str | None = None
    agent_id: str | None = None
    note: str = ""


class _Sums(NamedTuple):
    bonus: Points
    deductions: Points
    raw_total: Points
    score: Points
    red_line: bool


def score_session(
    session_id: str,
    outcomes: Sequence[Outcome],
    catalogue: Catalogue,
    policy: ScoringPolicy,
    agents: Iterable[str] = (),
) -> Scorecard:
    """The card of a session and of each agent in it.

    An agent has a card if an outcome or `agents` (`served_by`) names him: serving without a fault is worth
    the full base. Alert-only rules bring no points, but are counted while they are undetermined.
    Raises `RuleNotFound` for a hit of a rule that the catalogue does not have.
    """
    rules = contest_of(catalogue, policy).rules
    hits = [outcome for outcome in outcomes if outcome.verdict == "hit"]
    of_agent: dict[str, list[Outcome]] = {agent_id: [] for agent_id in agents}
    open_of_agent: defaultdict[str, int] = defaultdict(int)
    for outcome in outcomes:
        if outcome.agent_id is not None:
            of_agent.setdefault(outcome.agent_id, [])
            open_of_agent[outcome.agent_id] += outcome.verdict == "undetermined"
    for hit in hits:
        if hit.agent_id is not None and _on_agents_card(_rule(rules, hit), policy):
            of_agent[hit.agent_id].append(hit)
    sums = _sums(hits, rules, policy)
    return Scorecard(
        session_id=session_id,
        undetermined=sum(outcome.verdict == "undetermined" for outcome in outcomes),
        agents={
            agent_id: AgentCard(undetermined=open_of_agent[agent_id], **_sums(own, rules, policy)._asdict())
            for agent_id, own in of_agent.items()
        },
        **sums._asdict(),
    )


def explain_score(
    outcomes: Sequence[Outcome],
    catalogue: Catalogue,
    policy: ScoringPolicy,
    agent_id: str | None = None,
) -> list[ScoreLine]:
    """How the score of the session (or of one agent) comes about: base, every hit, limits, veto.

    The heaviest first; hits that bring nothing come last, with 0 and the reason. Raises like `score_session`.
    """
    contest = contest_of(catalogue, policy)
    rules = contest.rules
    hits = [outcome for outcome in outcomes if outcome.verdict == "hit"]
    if agent_id is not None:
        own = [hit for hit in hits if hit.agent_id == agent_id]
        hits = [hit for hit in own if _on_agents_card(_rule(rules, hit), policy)]
    sums = _sums(hits, rules, policy)
    hits.sort(key=lambda hit: (_ORDER[_kind(hit)], -abs(hit.score), contest.places[hit.rule_id]))
    lines = [ScoreLine(kind="base", points=policy.base, title="基础分")]
    lines += [_line(hit, _rule(rules, hit)) for hit in hits]
    within = min(max(sums.raw_total, policy.floor), policy.cap)
    if within != sums.raw_total:
        title = f"不高于 {policy.cap:g} 分" if within == policy.cap else f"不低于 {policy.floor:g} 分"
        lines.append(ScoreLine(kind="limit", points=added((within, -sums.raw_total)), title=title))
    if sums.red_line:
        lines.append(ScoreLine(kind="red_line", points=-within, title="触犯红线,一票否决"))
    return lines


def written(lines: Sequence[ScoreLine]) -> str:
    """The lines as text: points, what for, whose; the score beneath."""
    rows = [(signed(line.points), _words(line)) for line in lines]
    total = added(line.points for line in lines)
    width = max(len(points) for points, _ in [*rows, (f"{total:g}", "")])
    body = [f"{points:>{width}}  {words}" for points, words in rows]
    return "\n".join([*body, "-" * (width + 8), f"{total:>{width}g}  得分"])


def served_by(session: ChatSession) -> tuple[str, ...]:
    """Ids of all who served the session and so have a card: sub-accounts and bots that wrote or are listed.

    A bot without an id is `bot`.
    """
    found = dict.fromkeys(agent.agent_id for agent in session.agents)
    for message in session.messages:
        if message.sender == "bot":
            found[message.sender_id or "bot"] = None
        elif message.sender == "agent" and message.sender_id is not None:
            found[message.sender_id] = None
    return tuple(found)


def _sums(hits: Sequence[Outcome], rules: dict[str, Rule], policy: ScoringPolicy) -> _Sums:
    bonus = added(hit.score for hit in hits if hit.score > 0)
    deductions = added(hit.score for hit in hits if hit.score < 0)
    raw_total = added((policy.base, bonus, deductions))
    red_line = any(_rule(rules, hit).red_line for hit in hits)
    score = 0 if red_line else min(max(raw_total, policy.floor), policy.cap)
    return _Sums(bonus, deductions, raw_total, score, red_line)


def _on_agents_card(rule: Rule, policy: ScoringPolicy) -> bool:
    return rule.attribute_to != "shop" or policy.shop_faults_count_for_agents


def _rule(rules: dict[str, Rule], outcome: Outcome) -> Rule:
    try:
        return rules[outcome.rule_id]
    except KeyError:
        raise RuleNotFound(f"{outcome.rule_id}: the catalogue used for scoring has no such rule") from None


def _line(hit: Outcome, rule: Rule) -> ScoreLine:
    note = "仅告警,不计分" if rule.score is None else hit.explanation
    return ScoreLine(
        kind=_kind(hit),
        points=hit.score,
        title=rule.title,
        rule_id=rule.id,
        number=rule.number,
        agent_id=hit.agent_id,
        note=note,
    )


def _kind(hit: Outcome) -> Literal["bonus", "deduction", "not_counted"]:
    if not hit.score:
        return "not_counted"
    return "bonus" if hit.score > 0 else "deduction"


def _words(line: ScoreLine) -> str:
    who = f"({line.agent_id})" if line.agent_id else ""
    note = f"  {line.note}" if line.note else ""
    return f"{line.number or ''} {line.title}{who}{note}".strip()
