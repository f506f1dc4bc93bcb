"""Examples of the OpenAPI document: labels and the review queue."""

from typing import Any

from api.examples.sessions import OUTCOME, SESSION, VERSION

_AT = "2026-11-02T09:00:00Z"
RULE = OUTCOME["rule_id"]
NEW_LABEL = {
    "session_id": "s-1001",
    "rule_id": RULE,
    "verdict": "no_hit",
    "message_ids": ["m2"],
    "quotes": ["亲,这款有货的"],
    "note": "顾客同意等待",
}
LABEL: dict[str, Any] = {
    "label_id": "label_065f35c4cdf0",
    "session_id": "s-1001",
    "revision": 1,
    "rule_id": RULE,
    "verdict": "no_hit",
    "message_ids": ["m2"],
    "quotes": ["亲,这款有货的"],
    "labeller": "lihua",
    "labelled_at": _AT,
    "rule_version": VERSION,
    "source": "human_flagged",
    "inclusion_probability": 0.25,
    "inspection_id": "insp-01jd8m3a",
    "supersedes": None,
    "note": "顾客同意等待",
    "current": True,
}
LABEL_PAGE = {"items": [LABEL], "next_after": None}
LABEL_REPORT = {"labels": [LABEL], "rejected": []}
JUDGED_CASE = {
    "session_id": "s-1001",
    "revision": 1,
    "rule_id": RULE,
    "rule_version": VERSION,
    "inspection_id": "insp-01jd8m3a",
    "said": {"lihua": "no_hit"},
    "sources": ["human_flagged"],
    "expected": "no_hit",
    "judged": "hit",
    "reason_code": None,
    "probability": 0.91,
    "inclusion_probability": 0.25,
    "shop": "shop-a",
    "group": "presale",
    "agent_id": "a-1",
    "started_at": SESSION["started_at"],
    "labelled_at": _AT,
}
RULE_CHANGE_REQUEST = {"from_version": VERSION, "kind": "meaning", "reason": "致歉改为五条之内"}
RULE_CHANGE = {
    "rule_id": RULE,
    "from_version": VERSION,
    "to_version": "sha256:9d20b1c4aa57",
    "kind": "meaning",
    "author": "lihua",
    "reason": "致歉改为五条之内",
    "at": _AT,
}
STALE_LABELS = {
    "rule_id": RULE,
    "current_version": "sha256:9d20b1c4aa57",
    "valid_versions": ["sha256:9d20b1c4aa57"],
    "labels": 64,
    "look_again": ["s-1001"],
    "unmoved": ["s-1002"],
}
PLAN = {"title": "红线复核", "what": "flagged", "rules": ["agent_abuse"], "size": 20, "due_hours": 8}
SPOT_CHECK = {
    "title": "主管每小时抽查",
    "what": "random",
    "by": "agent",
    "size": 1,
    "quota": 10,
    "due_hours": 1,
}
DOUBLE_BLIND = {
    "title": "校准",
    "what": "random",
    "rules": [RULE],
    "by": "verdict",
    "sizes": {"hit": 35, "no_hit": 25},
    "reviewers": 2,
    "blind": True,
}
DRAWN_PLAN = {
    "plan_id": "plan_065f35c4cdf0",
    "created_at": _AT,
    "author": "lihua",
    "plan": {
        "shop": None, "group": None, "agent": None, "started_from": None, "started_to": None, "verdicts": [],
        "causes": ["evidence_unverified"], "by": "all", "share": None, "sizes": {}, "chosen": [], "reviewers": 1,
        "blind": False, "quota": None, "seed": 20261102, **PLAN,
    },
    "cases": 20,
    "strata": {"agent_abuse/all": [20, 31]},
}  # fmt: skip
CASE: dict[str, Any] = {
    "case_id": "case_065f35c4cdf0",
    "plan_id": "plan_065f35c4cdf0",
    "kind": "flagged",
    "session_id": "s-1001",
    "revision": 1,
    "inspection_id": "insp-01jd8m3a",
    "rule_id": RULE,
    "agent_id": "a-1",
    "judged": "hit",
    "stratum": f"{RULE}/all",
    "inclusion_probability": 0.25,
    "source": "human_flagged",
    "blind": False,
    "wanted": 1,
    "decided": 0,
    "state": "open",
    "created_at": _AT,
    "due_at": "2026-11-03T09:00:00Z",
    "holder": "lihua",
    "lease_until": "2026-11-02T09:10:00Z",
    "round": 1,
}
CASE_VIEW = {"case": CASE, "session": SESSION, "outcome": OUTCOME, "others": [], "not_counted": []}
WORKLOAD = {"waiting": 20, "overdue": 0, "decided": 3, "quotas": {"plan_065f35c4cdf0": [3, 10]}}
NEXT_CASE = {"view": CASE_VIEW, "workload": WORKLOAD}
REPLY = {"answer": "misjudged", "round": 1, "message_ids": ["m2"], "note": "顾客同意等待"}
SESSION_REPLY = {
    "answer": "confirm",
    "round": 1,
    "findings": [{"rule_id": "customer_satisfied", "verdict": "hit", "message_ids": ["m1"]}],
}
DECISION = {
    "decision_id": "decision_065f35c4cdf0",
    "case_id": CASE["case_id"],
    "round": 1,
    "reviewer": "lihua",
    "answer": "misjudged",
    "verdict": "no_hit",
    "decided_at": _AT,
    "undoes": None,
    "labels": [LABEL["label_id"]],
    "note": "顾客同意等待",
}
_DONE = CASE | {"state": "done", "decided": 1, "holder": None, "lease_until": None}
DECIDED_VIEW = {
    "decided": {"decision": DECISION, "case": _DONE, "labels": [LABEL], "overturned": [RULE]},
    "view": CASE_VIEW | {"case": _DONE, "not_counted": [RULE]},
    "next": None,
}
UNDONE = {
    "decision": DECISION
    | {"decision_id": "decision_065f35c4ce01", "round": None, "answer": "undo", "verdict": None, "labels": []}
    | {"undoes": DECISION["decision_id"], "note": ""},
    "case": CASE | {"round": 2},
    "held": True,
}
AGREEMENT = {
    "rule_id": RULE,
    "cases": 40,
    "agreed": 37,
    "share": {
        "value": 0.925,
        "numerator": 37,
        "denominator": 40,
        "interval": {"low": 0.801, "high": 0.974, "level": 0.95, "method": "Wilson"},
    },
    "kappa": 0.81,
    "ac1": 0.88,
    "disagreements": [
        {
            "case_id": CASE["case_id"],
            "session_id": "s-1001",
            "rule_id": RULE,
            "judged": "hit",
            "said": {"lihua": "no_hit", "wangwei": "hit"},
        }
    ],
}
