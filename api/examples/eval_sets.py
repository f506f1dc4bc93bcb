"""Examples of the OpenAPI document: eval sets and label plans."""

from typing import Any

SET: dict[str, Any] = {
    "name": "agent_abuse", "title": "客服骂人（构造）", "title_en": "Agent abuses someone (constructed)",
    "source": "constructed", "dev": 56, "test": 38, "rules": ["agent_abuse"],
}  # fmt: skip
DETAILS = SET | {
    "note": "",
    "versions": {"dev": "sha256:5a1f…", "test": "sha256:91c0…"},
    "labels": [
        {
            "split": "dev", "rule_id": "agent_abuse", "cases": 56, "hit": 23, "no_hit": 33, "not_applicable": 0,
            "disputed": 0, "labellers": ["author"],
        }
    ],
    "stale": [],
}  # fmt: skip
FINDING = {
    "file": "dev.jsonl",
    "line": 12,
    "field": "labels[0].quotes",
    "message": "is in none of the messages",
}
IMPORTED = {"cases": {"dev": 3, "test": 2}, "labels": 5, "known": 0, "open": 1, "problems": [FINDING]}
DIVIDED = {
    "cases": {"dev": 56, "test": 38},
    "moved": 0,
    "kept_together": ["session", "customer", "text"],
    "tuned_on": False,
}
PLAN_REQUEST = {"rules": ["agent_abuse"], "precision": 0.05, "shop": "shop-a", "budget": 100}
_WIDTHS = {"precision": 0.05, "recall": None, "prevalence": 0.02}
_PLAN_OF_RULE: dict[str, Any] = {
    "plan": {
        "flagged": 35, "unflagged": 25, "now": {"precision": None, "recall": None, "prevalence": None},
        "expected": _WIDTHS, "enough": False, "reached": True,
    },
    "drawn": [{"case_id": "s-1001", "stratum": "flagged", "inclusion_probability": 0.35}],
    "flagged": [100, 0],
    "unflagged": [900, 0],
    "undecided": 0,
}  # fmt: skip
PLAN: dict[str, Any] = {"rules": {"agent_abuse": _PLAN_OF_RULE}, "sessions": 60}
