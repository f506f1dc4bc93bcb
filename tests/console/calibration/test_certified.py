"""Certificates on the board and on the page of a rule: what they let stand, how they are given, why they ended."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from api.console.calibration.certified import last_ended, lines_of, stream_words
from api.console.language import translator
from calibration.watching import StreamEvidence
from storage.trust.certificates import Certificate
from tests.console.calibration.conftest import RULE

T = translator("zh")
AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
PROVEN = {"confidence": 0.92, "level": 0.95, "n": 112, "agreed": 111, "coverage": 0.78}


def certificate(rule_id: str = "r", ended: Any = None, **document: Any) -> Certificate:
    return Certificate(
        certificate_id="c", rule_id=rule_id, rule_version="v", judge_version="j", issued_at=AT, actor="li",
        document=document, expired_by=ended, expired_at=AT if ended else None, expiry_detail="换季" if ended else "",
    )  # fmt: skip


def test_a_certificate_says_per_verdict_what_stands_by_itself() -> None:
    whole = certificate(thresholds={"hit": PROVEN, "no_hit": PROVEN | {"confidence": None}})
    other = certificate(ended="withdrawn", note="口头")
    first, second = lines_of([whole, other], ZoneInfo("Asia/Shanghai"), T)
    assert first.proven == ["命中：把握 ≥ 0.92 的与标注一致至少 95%（111 / 112），覆盖 78%"]
    assert (first.ended, second.proven) == ("", ["没有门槛：全部由人看"])
    assert second.ended.endswith("撤回 换季")


def test_only_a_rule_whose_newest_certificate_has_ended_is_without_one() -> None:
    found = [certificate("a", "rule_changed"), certificate("b"), certificate("b", "replaced")]
    assert last_ended(found) == {"a": found[0]}


@pytest.mark.parametrize(("capital", "full"), [(0.4, 0), (50.0, 50), (1e9, 100)])
def test_the_evidence_stands_beside_its_bound(capital: float, full: int) -> None:
    found = StreamEvidence(values=1240, capital=capital, highest=capital, bound=100)
    words, share = stream_words(found, T)
    assert share == full
    assert words == f"变化的证据 {capital:.1f} / 100，1,240 个会话"
    assert stream_words(None, T) == ("", 0)


def test_a_rule_is_certified_and_the_certificate_taken_back(board: TestClient) -> None:
    refused = board.post(f"/calibration/{RULE}/certificate", data={"level": "99"})
    assert "没有发证书：" in refused.text
    assert "至少要 299 个都一致的" in refused.text
    page = board.post(f"/calibration/{RULE}/certificate", data={"level": "60"})
    assert "已发证书" in page.text
    assert "有效，规则、判断器或来的会话一变就失效" in page.text
    assert "变化的证据 1.0 / 100，0 个会话" in page.text
    listed = board.get("/calibration").text
    assert "一致 ≥ 60%" in listed
    [made] = board.get("/v1/calibration/certificates").json()
    back = {"certificate_id": made["certificate_id"], "reason": "换季"}
    page = board.post(f"/calibration/{RULE}/certificate/withdraw", data=back)
    assert "证书已撤回，自动改回人工。" in page.text
    assert "撤回 换季" in page.text
    assert "已失效：撤回" in board.get("/calibration").text


def test_a_rule_of_code_is_offered_none(board: TestClient) -> None:
    page = board.get("/calibration/hostile_phrase").text
    assert "由代码判定，不需要证书。" in page
    assert "/certificate" not in page
