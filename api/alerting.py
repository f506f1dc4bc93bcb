"""Which hits somebody is to be told of: those whose rule has an alert level and a way of notifying."""

from collections.abc import Sequence

from api.inspecting.standards import Standard
from evaluators.types import Outcome
from storage.alerts import NewAlert
from storage.sessions import StoredSession

#: Words of the evidence shown.
_QUOTES = 2


def alerts_of(stored: StoredSession, outcomes: Sequence[Outcome], standard: Standard) -> tuple[NewAlert, ...]:
    """One per hit, in the way its rule asks for; a session is told of once per rule."""
    rules = {rule.id: rule for rule in standard.plan.catalogue.rules}
    session = stored.session
    found = []
    for outcome in outcomes:
        rule = rules[outcome.rule_id]
        if outcome.verdict != "hit" or rule.alert == "none" or rule.notify == "none":
            continue
        quotes = " / ".join(f"“{each.quote}”" for each in outcome.evidence[:_QUOTES] if each.quote)
        found.append(
            NewAlert(
                kind="hit", level=rule.alert, mode="automatic" if rule.notify == "auto" else "manual",
                dedupe=f"hit/{session.session_id}/{rule.id}",
                text=f"{rule.title} {quotes}".strip(), shop=session.shop, session_id=session.session_id,
                revision=stored.revision, rule_id=rule.id, agent_id=outcome.agent_id,
            )
        )  # fmt: skip
    return tuple(found)
