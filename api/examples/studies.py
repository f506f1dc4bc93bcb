"""Examples of the OpenAPI document: studies."""

from typing import Any

_AT = "2026-11-02T09:00:00Z"
STUDY = {
    "study_id": "study_065f35c4cdf0", "job_id": "job_065f35c4cdf0", "kind": "evaluation", "subject": "agent_abuse",
    "status": "running", "actor": "lihua", "created_at": _AT, "finished_at": None,
    "progress": {"done": 310, "total": 1120, "reused": 250, "tokens": 412000}, "seconds": 30.0, "rate": 2.0,
    "remaining": 405.0, "error": None,
}  # fmt: skip
EVALUATION: dict[str, Any] = {
    "rules": ["agent_abuse"],
    "draft_prompts": ['+++\nid = "agent_abuse"\n…'],
    "judge": "service",
    "noise": True,
}
PROMPT_REPLAY: dict[str, Any] = {
    "prompts": ['+++\nid = "agent_abuse"\n…'],
    "with_judge": True,
    "shop": "shop-a",
    "limit": 2000,
}
WORDING: dict[str, Any] = {"rule": "agent_abuse", "tokens": 2_000_000, "writer_model": "a-stronger-one"}
RESULT: dict[str, Any] = {
    "before": [], "again": [],
    "after": [{"eval_set": "agent_abuse", "split": "dev", "rules": [{"rule_id": "agent_abuse", "n": 56}], "cases": []}],
}  # fmt: skip
COMPARISON: dict[str, Any] = {
    "verdict": "fail",
    "comparison": {
        "rules": [{"rule_id": "agent_abuse", "n": 56, "fixed": 0, "broken": 14}],
        "cases": [
            {"kind": "broken", "case_id": "c-1", "rule_id": "agent_abuse", "before": "hit", "after": "no_hit"}
        ],
        "only_before": 0,
        "only_after": 0,
    },
}
EVENT = "id: running/310/1120/412000\nevent: changed\ndata: \n\n"
