"""Hand-made rules and catalogues for tests that are about scores and profiles, not about rules."""

from typing import Any

import msgspec

from evaluators.catalogue.loading import Catalogue, build_catalogue
from evaluators.grammar.kinds import Rule
from evaluators.types import Evidence, Outcome


def a_rule(rule_id: str, number: str, score: float | None, **more: Any) -> Rule:
    """A rule whose behaviour does not matter."""
    record = {"kind": "existence", "id": rule_id, "number": number, "title": f"标题 {rule_id}"} | more
    if score is not None:
        record["score"] = score
    record.setdefault("behaviour", {"by": "service", "says": {"any": ["坏话"]}})
    return msgspec.convert(record, Rule)


def a_catalogue(*rules: Rule) -> Catalogue:
    return build_catalogue(rules, {}, {})


def a_hit(rule: Rule, *message_ids: str, agent: str | None = "a-1", explanation: str = "因为") -> Outcome:
    """A hit as the engine hands it over: with its full score."""
    return an_outcome(
        rule,
        "hit",
        agent_id=agent,
        score=rule.score or 0,
        explanation=explanation,
        evidence=tuple(Evidence(message_id, "坏话", 0, 2) for message_id in message_ids),
    )


def an_outcome(rule: Rule, verdict: Any, **more: Any) -> Outcome:
    return Outcome(session_id="s-1", rule_id=rule.id, rule_version="sha256:1", verdict=verdict, **more)
