"""Examples of the OpenAPI document: calibration and alerts."""

from typing import Any

from api.examples.review import AGREEMENT, JUDGED_CASE, RULE
from api.examples.sessions import VERSION

_AT = "2026-11-02T09:00:00Z"
_INTERVAL = {"low": 0.84, "high": 0.97, "level": 0.95, "method": "Hájek, Wilson on effective labels"}
_SHARE = {"value": 0.92, "interval": _INTERVAL, "labels": 60, "effective_n": 54.1}
MEASURED = {
    "precision": _SHARE, "recall": _SHARE | {"value": 0.81, "labels": 41}, "drawn": 100, "undrawn": 3,
    "undetermined": 2, "disputed": 1,
}  # fmt: skip
SLICE_RATE = {
    "slice": "shop-a",
    "week": "2026-10-26",
    "rate": {
        "estimator": "stratified (MOVER)",
        "reason": "labels drawn among flagged and unflagged",
        "value": 0.041,
        "interval": {"low": 0.029, "high": 0.058, "level": 0.95, "method": "stratified (MOVER)"},
        "raw": 0.052,
        "labels": 100,
        "judged": 4210,
        "effective_labels": 812.0,
        "labels_needed": None,
    },
    "assumes": "cases of one agent are independent: 8 agents have labels",
    "second": None,
}
STAGE_CHANGE = {"purpose": "notification", "stage": "automatic", "reason": "60 条复核,准确率下限 0.84"}
RULE_STAGE = {
    "rule_id": RULE,
    "purpose": "notification",
    "stage": "automatic",
    "actor": "lihua",
    "reason": "60 条复核,准确率下限 0.84",
    "at": _AT,
    "measured": MEASURED,
}
NEW_CERTIFICATE = {"level": 0.95, "delta": 0.05}
_PROVEN = {
    "confidence": 0.92,
    "level": 0.95,
    "delta": 0.05,
    "n": 112,
    "agreed": 111,
    "coverage": 0.78,
    "needed": 59,
}
PROOF = {
    "level": 0.95,
    "delta": 0.05,
    "least": {"hit": 0.92, "no_hit": None},
    "thresholds": {
        "hit": _PROVEN,
        "no_hit": _PROVEN | {"confidence": None, "n": 0, "agreed": 0, "coverage": 0.0},
    },
    "judge": {"name": "vllm", "model": "qwen3", "prompt_version": None},
    "left_out": 14,
    "reference": 1000,
}
EXPIRED_CERTIFICATE = {"cause": "withdrawn", "detail": "换季,话术全变了"}
CERTIFICATE: dict[str, Any] = {
    "certificate_id": "certificate_065f35c4cdf0",
    "rule_id": RULE,
    "rule_version": VERSION,
    "judge_version": "vllm/qwen3",
    "issued_at": _AT,
    "actor": "lihua",
    "document": PROOF,
    "expired_by": None,
    "expired_at": None,
    "expiry_detail": "",
}
WRONG_SPLIT = {
    "rule_id": RULE, "judge_wrong": 14, "label_wrong": 2, "rule_unclear": 3, "waiting": 1, "bottleneck": "judge_wrong",
}  # fmt: skip
ADJUDICATION_REQUEST = {"inspection_id": "insp-01jd8m3a", "rule_id": RULE, "cause": "rule_unclear"}
ADJUDICATION = {
    "inspection_id": "insp-01jd8m3a",
    "session_id": "s-1001",
    "revision": 1,
    "rule_id": RULE,
    "expected": "no_hit",
    "judged": "hit",
    "cause": "rule_unclear",
    "actor": "lihua",
    "reason": "“致歉”包不包括“让您久等”没有写",
    "at": _AT,
}
DISAGREEMENT = {"case": JUDGED_CASE, "between": "label_and_verdict", "adjudication": ADJUDICATION}
RULE_TRUST = {
    "rule_id": RULE,
    "number": "R05",
    "title": "长时间等待客服未致歉",
    "rule_version": VERSION,
    "notification": "automatic",
    "earned": "automatic",
    "scoring": "automatic",
    "measured": MEASURED,
    "rate": SLICE_RATE | {"slice": None, "week": None},
    "agreement": AGREEMENT,
    "stale": 0,
    "wrong": WRONG_SPLIT,
    "provable": {
        "hit": {
            "confidence": 0.92,
            "level": 0.95,
            "delta": 0.05,
            "n": 112,
            "agreed": 111,
            "coverage": 0.78,
            "needed": 59,
        }
    },
    "certificate": CERTIFICATE,
    "evidence": {"values": 1240, "capital": 0.41, "highest": 3.2, "bound": 100.0},
}
ALERT = {
    "alert_id": "alert_065f35c4cdf0",
    "at": _AT,
    "kind": "hit",
    "level": "high",
    "mode": "manual",
    "state": "held",
    "text": "客服骂人 “你有病吧”",
    "shop": "shop-a",
    "session_id": "s-1001",
    "revision": 1,
    "inspection_id": "insp-01jd8m3a",
    "rule_id": "agent_abuse",
    "agent_id": "a-1",
    "by": {},
}
REGRESSION_CASE = {
    "case_id": f"s-1001/1/{RULE}",
    "session": {
        "session_id": "s-1001",
        "messages": [{"sender": "customer", "text": "在吗", "message_id": "m1"}],
    },
    "labels": [
        {"rule_id": RULE, "verdict": "no_hit", "labeller": "lihua", "source": "appeal", "message_ids": ["m1"]}
        | {"labelled_at": _AT, "note": "", "inclusion_probability": None}
    ],
    "hard": True,
    "slices": {"regression": "appeal"},
}
RULE_DRAFT = {
    "rules": [
        'kind = "existence"\nid = "hostile_phrase"\ntitle = "自定义违禁词"\nscore = -100\nred_line = true\n'
        '[behaviour]\nby = "shop"\nsays.any = ["急什么", "爱买不买"]\n'
    ],
    "shop": "shop-a",
    "limit": 200,
}
PROFILE_DRAFT = {"profile": {"name": "double11", "title": "双11", "extends": "default"}, "shop": "shop-a"}
REPLAY = {
    "sessions": 200,
    "rules": [
        {
            "rule_id": "hostile_phrase", "hits_before": 3, "hits_after": 5, "gained": 2, "lost": 0,
            "undetermined_before": 0, "undetermined_after": 0,
        }
    ],
    "agents": [{"agent_id": "a-1", "sessions": 20, "before": 96.5, "after": 91.5, "changed": 1}],
    "changes": [
        {
            "session_id": "s-1001", "rule_id": "hostile_phrase", "before": "no_hit", "after": "hit",
            "agent_id": "a-1", "quotes": ["爱买不买"], "explanation": "说了“爱买不买”",
        }
    ],
}  # fmt: skip
ANCHOR = {"session_id": "s-1001", "revision": 1, "pinned_at": _AT, "actor": "lihua"}
DRIFT_RUN = {
    "number": 7,
    "job_id": "job_065f35c4cdf0",
    "cause": "change",
    "identity": f"{VERSION} vllm/qwen3",
    "actor": "worker",
    "started_at": _AT,
    "report": {
        "compared": 1650, "flips": 51, "undecided": 3, "rate": 0.0309, "by_rule": {RULE: [30, 4]},
        "flipped": [{"session_id": "s-1001", "rule_id": RULE, "before": "hit", "after": "no_hit"}],
    },
}  # fmt: skip
