"""What cases can be told apart by: whoever looks at one number looks at the worst slice next."""

from calibration.eval_sets.cases import Case

#: Most messages of a session of that length.
_LENGTHS = (("short", 3), ("medium", 8), ("long", 20))


def slices_of(case: Case, rule_id: str) -> dict[str, str]:
    """Name to value: what the case says of itself, and what its session shows."""
    session = case.session
    tiers = sorted({agent.tier for agent in session.agents if agent.tier})
    sources = sorted({label.source for label in case.labels if label.rule_id == rule_id})
    found = {
        "shop": session.shop,
        "group": session.group,
        "tier": "+".join(tiers),
        "length": _length(len(session.messages)),
        "hard": "yes" if case.hard else "no",
        "source": "+".join(sources),
        **case.slices,
    }
    return {name: value for name, value in found.items() if value}


def _length(messages: int) -> str:
    return next((name for name, most in _LENGTHS if messages <= most), "very long")
