"""Examples of texts of rules and signals."""

from typing import Any

_TEXT = """id = "reply_overdue"
number = "R54"
kind = "reply_time"
"""
SUMMARY: dict[str, Any] = {
    "subject": "reply_overdue", "kind": "rule", "file": "reply_overdue.toml", "newest_version": 2,
    "effective_from": "2026-11-01T16:00:00Z",
}  # fmt: skip
VIEW: dict[str, Any] = {
    "subject": "reply_overdue", "file": "reply_overdue.toml", "version": 2,
    "effective_from": "2026-11-01T16:00:00Z", "text": _TEXT, "unusable": None,
}  # fmt: skip
VERSION: dict[str, Any] = {
    "subject": "reply_overdue", "version": 2, "text": _TEXT, "based_on": "sha256:6f1c…",
    "effective_from": "2026-11-01T16:00:00Z", "created_at": "2026-11-01T02:31:00Z", "author": "lead-1",
    "reason": "收尾语不算未回复",
}  # fmt: skip
CHANGE: dict[str, Any] = {"text": _TEXT, "change": "meaning", "reason": "收尾语不算未回复", "base_version": 1}
FILE_AGAIN: dict[str, Any] = {"text": None, "reason": "新版自带的措辞更好", "base_version": 2}
