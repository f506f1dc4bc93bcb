"""Examples of the OpenAPI document: what agents see of themselves, and appeals."""

from typing import Any

from api.examples.sessions import OUTCOME, SCORECARD, SESSION

_AT = "2026-11-02T09:00:00Z"
APPEAL: dict[str, Any] = {
    "appeal_id": "appeal_065f35c4cdf0",
    "session_id": "s-1001",
    "revision": 1,
    "inspection_id": "insp-01jd8m3a",
    "rule_id": OUTCOME["rule_id"],
    "agent_id": "a-1",
    "filed_at": _AT,
    "level": 1,
    "state": "open",
    "final": False,
    "case_id": "case_065f35c4cdf0",
    "changed_at": _AT,
    "steps": [{"level": 1, "action": "filed", "actor": "xiao-a", "reason": "顾客同意等待", "at": _AT}],
}
APPEAL_REQUEST = {"session_id": "s-1001", "rule_id": OUTCOME["rule_id"], "reason": "顾客同意等待"}
ESCALATION = {"reason": "m3 里顾客说了“不急”"}
ACKNOWLEDGEMENT_REQUEST = {"session_id": "s-1001", "rule_id": OUTCOME["rule_id"]}
ACKNOWLEDGEMENT = {
    "session_id": "s-1001",
    "revision": 1,
    "rule_id": OUTCOME["rule_id"],
    "agent_id": "a-1",
    "actor": "xiao-a",
    "at": _AT,
}
OWN_HIT = {
    "session_id": "s-1001",
    "revision": 1,
    "shop": "shop-a",
    "started_at": SESSION["started_at"],
    "inspected_at": "2026-11-01T10:31:00Z",
    "outcome": OUTCOME,
    "counts": True,
    "acknowledged_at": None,
    "appeal": None,
    "appeal_until": "2026-11-08T10:31:00Z",
}
OWN_SESSION = {
    "session_id": "s-1001",
    "session": SESSION,
    "hits": [OWN_HIT],
    "card": SCORECARD["agents"]["a-1"],  # type: ignore[index]
}
