"""Further examples of the OpenAPI document: what is read back."""

from typing import Any

from api.examples.sessions import ARITHMETIC, JOB, OUTCOME, SCORECARD, SESSION, VERSION

_RECEIVED = "2026-11-01T10:31:00Z"
_PROFILE = "default@built-in#1a2b3c4d5e6f"
SESSION_SUMMARY = {
    "session_id": "s-1001",
    "revision": 1,
    "platform": "taobao",
    "shop": "shop-a",
    "group": "presale",
    "customer_id": "c-77",
    "started_at": SESSION["started_at"],
    "ended_at": SESSION["ended_at"],
    "received_at": _RECEIVED,
    "message_count": 2,
    "agents": ["a-1"],
    "order_state": "created_unpaid",
    "satisfaction": 4,
    "inspection_id": "insp-01jd8m3a",
    "inspected_revision": 1,
    "score": 90,
    "red_line": False,
    "hits": 1,
    "undetermined": 0,
    "withheld": False,
}
SESSION_PAGE = {"items": [SESSION_SUMMARY], "next_cursor": None}
SESSION_VIEW = {
    "session_id": "s-1001",
    "revision": 1,
    "received_at": _RECEIVED,
    "content_hash": VERSION,
    "session": SESSION,
}
INSPECTION = {
    "session_id": "s-1001",
    "revision": 1,
    "catalogue_version": VERSION,
    "profile_version": _PROFILE,
    "judge_version": "none",
    "attempt": 1,
    "official": True,
    "outcomes": [OUTCOME],
    "scorecard": SCORECARD,
    "reply_times": {"first_reply": 240.0, "first_human_reply": 240.0, "average_reply": 240.0},
}
STORED_INSPECTION = {"inspection_id": "insp-01jd8m3a", "inspected_at": _RECEIVED, "inspection": INSPECTION}
INSPECTION_VIEW = STORED_INSPECTION | {"arithmetic": ARITHMETIC}
TRIAL = {
    "session_id": "s-1001",
    "catalogue_version": VERSION,
    "profile_version": _PROFILE,
    "judge_version": "none",
    "outcomes": [OUTCOME],
    "scorecard": SCORECARD,
    "arithmetic": ARITHMETIC,
}
SCORECARD_PAGE = {
    "items": [
        {
            "inspection_id": "insp-01jd8m3a",
            "shop": "shop-a",
            "started_at": SESSION["started_at"],
            "scorecard": SCORECARD,
        }
    ],
    "next_cursor": None,
}
JOB_PROGRESS = {
    "job_id": JOB,
    "kind": "inspect",
    "status": "running",
    "created_at": _RECEIVED,
    "finished_at": None,
    "total": 80,
    "waiting": 30,
    "running": 20,
    "done": 30,
    "failed": 0,
    "superseded": 0,
}
FAILED_TASK = {
    "session_id": "s-1001",
    "revision": 1,
    "attempts": 5,
    "error_kind": "DatabaseUnavailable",
    "error": "the database cannot be reached: connection refused",
    "failed_at": _RECEIVED,
}
OVERVIEW = {
    "sessions": 80,
    "inspected": 80,
    "not_inspected": 0,
    "mean_score": 87.5,
    "red_line_sessions": 2,
    "sessions_with_undetermined": 41,
}
RULE_COUNTS: dict[str, Any] = {
    "rule_id": "late_reply_without_apology",
    "agent_id": None,
    "hit": 7,
    "no_hit": 12,
    "not_applicable": 60,
    "undetermined": {"session_open": 1},
}
SATISFACTION = {"1": 1, "2": 0, "3": 4, "4": 20, "5": 31, "none": 24}
REPLY_TIMES = {
    "sessions": 78,
    "first_reply": 14.2,
    "first_replies": 78,
    "first_human_reply": 31.0,
    "first_human_replies": 76,
    "average_reply": 44.8,
    "average_replies": 75,
}
SCORE_SUMMARY = {
    "key": "a-1",
    "sessions": 12,
    "mean_score": 91.5,
    "lowest_score": 60.0,
    "red_lines": 0,
    "bonus": 6.0,
    "deductions": -108.0,
    "undetermined": 3,
}
RULE = {
    "rule": {
        "kind": "reply_time",
        "id": "slow_first_reply",
        "number": "R52",
        "title": "首响时间不达标",
        "measure": "first_reply",
        "clock": "shop",
        "longer_than": "20s",
        "score": -5,
    },
    "version": VERSION,
}
CATALOGUE = {"version": VERSION, "rules": [RULE["rule"]], "rule_versions": {"slow_first_reply": VERSION}}
PROFILE_DOCUMENT = {
    "name": "double11",
    "title": "大促标准",
    "base": "default",
    "rules": {"slow_first_reply": {"longer_than": "40s"}},
}
PROFILE_CHANGE = {"document": PROFILE_DOCUMENT, "reason": "大促期间放宽首响", "base_version": 0}
PROFILE_VERSION = {
    "name": "double11",
    "version": 1,
    "document": PROFILE_DOCUMENT,
    "effective_from": "2026-11-01T16:00:00Z",
    "created_at": _RECEIVED,
    "author": "lead-1",
    "reason": "大促期间放宽首响",
    "hot_fix": False,
}
PROFILE_VIEW = {
    "name": "double11",
    "version": 1,
    "effective_from": "2026-11-01T16:00:00Z",
    "document": PROFILE_DOCUMENT,
}
PROFILE_SUMMARY = {"name": "default", "built_in": True, "newest_version": None, "effective_from": None}
ASSIGNMENT = {"shop": "shop-a", "profile": "double11", "at": "2026-11-01T16:00:00Z"}
AUDIT_ENTRY = {
    "entry_id": 1,
    "at": _RECEIVED,
    "actor": "lead-1",
    "action": "profile.put",
    "subject": "profile:double11@1",
    "reason": "大促期间放宽首响",
    "details": {"effective_from": "2026-11-01T16:00:00Z", "replaces": None},
}
READY = {
    "ready": True,
    "checks": {
        "database": {"ok": True, "detail": "sqlite, migrated"},
        "worker": {"ok": True, "detail": "host:4711, last seen 2026-11-01T10:31:00+00:00"},
        "judge": {"ok": True, "detail": "none: what needs language understanding stays undetermined"},
        "catalogue": {"ok": True, "detail": "56 rules"},
    },
}
NOT_READY = {
    "ready": False,
    "checks": READY["checks"] | {"database": {"ok": False, "detail": "the database has not been migrated"}},  # type: ignore[operator]
}
PROBLEM_PAGE = {
    "slug": "session-not-found",
    "title": "No such session",
    "status": 404,
    "meaning": "No session of that id (or no such revision of it).",
}
