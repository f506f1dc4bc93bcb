"""Naive and engine outcomes of one session side by side."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

COMPARED = ("session_id", "rule_id", "verdict", "reason_code", "agent_id", "score", "evidence", "decides_at")


def differences(naive: Sequence[dict[str, Any]], engine: Sequence[dict[str, Any]]) -> list[str]:
    """One line per field that differs; explanations and versions are each side's own affair."""
    ours = {outcome["rule_id"]: outcome for outcome in engine}
    theirs = {outcome["rule_id"]: outcome for outcome in naive}
    found = [f"{rule_id}: only one side has it" for rule_id in sorted(ours.keys() ^ theirs.keys())]
    for rule_id, outcome in theirs.items():
        for field in COMPARED if rule_id in ours else ():
            expected, got = _comparable(outcome, field), _comparable(ours[rule_id], field)
            if expected != got:
                found.append(f"{rule_id}.{field}: naive {expected!r}, engine {got!r}")
    return found


def _comparable(outcome: dict[str, Any], field: str) -> Any:
    value = outcome[field]
    if field == "evidence":
        return [tuple(sorted(each.items())) for each in value]
    return datetime.fromisoformat(value) if field == "decides_at" and value else value
