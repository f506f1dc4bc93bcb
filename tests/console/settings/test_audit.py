"""The audit trail in words, and narrowed to what is looked for."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from starlette.testclient import TestClient

import api
import calibration
import storage
from api.console.language import translator
from api.console.settings.audit_words import ACTIONS, KINDS, audit_line
from evaluators.catalogue.loading import load_catalogue
from storage.audit import AuditEntry

RULES = {rule.id: rule for rule in load_catalogue().rules}
ZONE, T = ZoneInfo("Asia/Shanghai"), translator("zh")


def entry(action: str, subject: str, **details: object) -> AuditEntry:
    at = datetime(2026, 11, 1, 16, 30, tzinfo=UTC)
    return AuditEntry(
        entry_id=1, at=at, actor="li", action=action, subject=subject, reason="", details=details
    )


def test_every_action_has_words_and_a_kind() -> None:
    roots = [Path(str(each.__file__)).parent for each in (api, calibration, storage)]
    files = [path for root in roots for path in root.rglob("*.py") if path.name != "audit_words.py"]
    recorded = [path.read_text("utf-8") for path in files if "audit.record(" in path.read_text("utf-8")]
    assert recorded
    found = {name for text in recorded for name in re.findall(r'action=f?"([a-z_]+\.[a-z_{}]+)"', text)}
    assert {name for name in found if "{" not in name} <= set(ACTIONS)
    assert {name.partition(".")[0] for name in (*found, *ACTIONS)} == set(KINDS)
    for name in found:
        if "{" in name:
            assert any(known.startswith(name.partition("{")[0]) for known in ACTIONS), name


def test_a_line_says_what_was_done_to_what_and_leads_there() -> None:
    line = audit_line(entry("rule.stage", "rule:agent_abuse", purpose="scoring", to="shadow"), RULES, ZONE, T)
    assert (line.at, line.action, line.subject) == ("2026-11-02 00:30", "改阶段", "R34 客服骂人")
    assert line.href == "/calibration/agent_abuse"
    assert line.details == [("purpose", "scoring"), ("to", "shadow")]
    shop = audit_line(
        entry("profile.assign", "shop:店", effective_from="2026-11-01T16:00:00Z"), RULES, ZONE, T
    )
    assert (shop.subject, shop.href, shop.details) == (
        "店", "/settings/shops", [("effective_from", "2026-11-02 00:00")],
    )  # fmt: skip
    other = audit_line(entry("strange.act", "case:c/1", words=["a", "b"], none=None), RULES, ZONE, T)
    assert (other.action, other.subject, other.href, other.details) == (
        "strange.act", "c/1", "", [("words", "a b")],
    )  # fmt: skip


def test_the_trail_is_narrowed_by_who_what_subject_and_day(console: TestClient) -> None:
    console.put("/v1/shops/shop-a/profile", json={"profile": "ten_nodes", "reason": "试用十节点"})
    body = {"purpose": "scoring", "stage": "shadow", "reason": "先看"}
    console.post("/v1/calibration/rules/R34/stages", json=body)
    for query, shown in {
        "": ("试用十节点", "先看"), "?actor=local": ("试用十节点", "先看"), "?actor=wang": (),
        "?action=rule": ("先看",), "?action=profile.assign": ("试用十节点",),
        "?subject=rule:agent_abuse": ("先看",), "?from_day=2020-01-01": ("试用十节点", "先看"),
        "?to_day=2020-01-01": (),
    }.items():  # fmt: skip
        page = console.get(f"/settings/audit{query}")
        assert page.status_code == 200
        assert [text for text in ("试用十节点", "先看") if f">{text}<" in page.text] == list(shown), query
        assert ("没有这样的变更" in page.text) == (not shown)
    assert console.get("/settings/audit?to_day=soon").status_code == 422


def test_pages_of_the_trail_keep_what_was_asked_for(console: TestClient) -> None:
    for number in range(51):
        body = {"purpose": "scoring", "stage": "shadow", "reason": f"第 {number} 次"}
        console.post("/v1/calibration/rules/R34/stages", json=body)
    page = console.get("/settings/audit?action=rule").text
    assert page.count("改阶段</span>") + page.count("改阶段<details>") == 50
    [older] = re.findall(r'rel="next"[^>]*href="([^"]+)"', page)
    last = console.get(older.replace("&amp;", "&")).text
    assert "第 0 次" in last
    assert 'href="/settings/audit?action=rule' in last
