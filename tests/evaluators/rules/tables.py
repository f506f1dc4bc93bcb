"""Tables of sessions with what a rule must say about them."""

from functools import cache
from typing import Any, NamedTuple

from evaluators.catalogue.loading import Catalogue, load_catalogue
from evaluators.engine.plan import Plan, compile_plan
from evaluators.inspection import inspect_deterministic
from evaluators.types import ChatSession, Outcome
from tests.builders import a_session, clock


class Expected(NamedTuple):
    """What is to come out. `quotes`: of the evidence, where it matters which words were found."""

    verdict: str
    reason: str | None = None
    evidence: tuple[str, ...] = ()
    quotes: tuple[str, ...] | None = None
    agent: str | None = None
    decides_at: str | None = None


class Case(NamedTuple):
    """One row: why it is there, the session, what is to come out."""

    name: str
    session: ChatSession
    expected: Expected


NO_HIT = Expected("no_hit")
NOT_APPLICABLE = Expected("not_applicable")


def hit(*evidence: str, agent: str | None = "a-1", quotes: tuple[str, ...] | None = None) -> Expected:
    """A hit with these messages as evidence, on the card of `agent`."""
    return Expected("hit", evidence=evidence, agent=agent, quotes=quotes)


def undetermined(reason: str, decides_at: float | None = None) -> Expected:
    """`decides_at` in seconds after the start."""
    return Expected("undetermined", reason, decides_at=None if decides_at is None else clock(decides_at))


NO_JUDGE = undetermined("judge_unavailable")


def case(name: str, expected: Expected, *things: dict[str, Any], **more: Any) -> Case:
    return Case(name, a_session(*things, **more), expected)


@cache
def whole_catalogue() -> Catalogue:
    return load_catalogue(derived=True)


@cache
def plan_for(rule_id: str) -> Plan:
    return compile_plan(whole_catalogue(), [rule_id])


def outcome_of(rule_id: str, session: ChatSession) -> Outcome:
    """What the rule alone says about the session, without a judge."""
    (outcome,) = inspect_deterministic(session, plan_for(rule_id))
    return outcome


def check(rule_id: str, row: Case) -> None:
    """Asserts all that the row says, and that every quote is verbatim."""
    outcome = outcome_of(rule_id, row.session)
    expected = row.expected
    assert (outcome.verdict, outcome.reason_code) == (expected.verdict, expected.reason), row.name
    texts = {message.message_id: message.text for message in row.session.messages}
    for quote in outcome.evidence:
        assert texts[quote.message_id][quote.start : quote.end] == quote.quote, row.name
    if expected.verdict == "hit":
        assert tuple(quote.message_id for quote in outcome.evidence) == expected.evidence, row.name
        assert outcome.agent_id == expected.agent, row.name
        assert outcome.score == (whole_catalogue().find(rule_id).score or 0), row.name
    else:
        assert outcome.score == 0, row.name
    if expected.quotes is not None:
        assert tuple(quote.quote for quote in outcome.evidence) == expected.quotes, row.name
    assert outcome.decides_at == expected.decides_at, row.name
