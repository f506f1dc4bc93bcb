"""The board says what is measured, on how much, and what to do where nothing is."""

import re

from starlette.testclient import TestClient

from api.console.calibration.figures import estimator_words
from api.console.language import translator
from tests.console.calibration.conftest import CASES, RULE, label_of


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_an_unmeasured_board_says_what_to_do(console: TestClient) -> None:
    page = console.get("/calibration")
    assert page.status_code == 200
    assert "还没有一条规则是在你的标注上测量的" in page.text
    assert page.text.count('<th scope="row">') == len(console.get("/v1/calibration/rules").json())
    assert "还没有测量的规则" in page.text


def test_a_measured_rule_stands_first_with_interval_and_denominator(board: TestClient) -> None:
    page = board.get("/calibration").text
    found = board.get("/v1/calibration/rules", params={"rule": RULE}).json()[0]
    precision = found["measured"]["precision"]
    first = text_of(page[page.index("<tbody>") : page.index("</tr>", page.index("<tbody>"))])
    assert "客服骂人" in first
    assert f"{precision['value']:.1%}" in first
    assert f"{precision['labels']} 个抽样标注" in first
    assert estimator_words(found["rate"]["rate"]["estimator"], translator("zh")) in first
    assert "还没有一条规则" not in page


def test_the_page_of_a_rule_draws_its_labels(board: TestClient) -> None:
    page = board.get(f"/calibration/{RULE}")
    assert page.status_code == 200
    assert page.text.count('class="chart"') == 4
    said = text_of(page.text)
    assert f"有标注的会话 {len(CASES)}" in said
    assert f"来源：随机抽样 {len(CASES)}" in said
    assert "不是人工标注的真实会话" in said
    assert "没有两个人评过同一个会话" in said


def test_a_number_of_a_rule_leads_to_its_page_and_an_unknown_one_nowhere(board: TestClient) -> None:
    assert "客服骂人" in board.get("/calibration/R34").text
    assert board.get("/calibration/no_such_rule").status_code == 422


def test_a_stage_is_changed_with_a_reason_and_stands_in_the_history(board: TestClient) -> None:
    change = {"purpose": "scoring", "stage": "shadow", "reason": "太多误报"}
    page = board.post(f"/calibration/{RULE}/stage", data=change)
    assert "计分改为影子。" in page.text
    assert "太多误报" in page.text
    found = board.get(f"/v1/calibration/rules/{RULE}/stages").json()[0]
    assert (found["purpose"], found["stage"], found["reason"]) == ("scoring", "shadow", "太多误报")
    assert found["measured"]["precision"]["labels"] > 0


def test_a_stage_without_a_reason_or_not_earned_is_refused(board: TestClient) -> None:
    change = {"purpose": "notification", "stage": "automatic", "reason": " "}
    assert board.post(f"/calibration/{RULE}/stage", data=change).status_code == 422
    refused = board.post(f"/calibration/{RULE}/stage", data=change | {"reason": "看着不错"})
    assert refused.status_code == 409
    assert "MINGJIAN_AUTOMATIC_PRECISION" in refused.text
    assert board.get(f"/v1/calibration/rules/{RULE}/stages").json() == []


def test_a_sample_is_drawn_blind_into_the_queue(board: TestClient) -> None:
    added = [
        {"session_id": f"more-{n}", "messages": [{"sender": "agent", "text": f"您好 {n}"}]} for n in range(6)
    ]
    assert board.post("/v1/sessions", json=added).status_code == 202
    for each in added:
        assert board.post(f"/v1/sessions/{each['session_id']}/inspect").status_code == 200
    page = board.post(f"/calibration/{RULE}/sample", data={"hits": 3, "others": 2, "reviewers": 2})
    assert "抽了 2 个会话" in page.text, "every hit has a label already"
    [plan] = board.get("/v1/review/plans").json()
    assert (plan["cases"], plan["plan"]["blind"], plan["plan"]["reviewers"]) == (2, True, 2)
    assert {each["session_id"] for each in plan["plan"]["chosen"]} <= {each["session_id"] for each in added}
    others = sum(case["judged"] != "hit" for case in board.get("/v1/calibration/cases").json())
    probability = (others + 2) / (others + 6)
    assert {each["inclusion_probability"] for each in plan["plan"]["chosen"]} == {probability}
    assert "2 个已在复核队列里，不再抽。" in page.text
    again = board.post(f"/calibration/{RULE}/sample", data={"hits": 0, "others": 6, "reviewers": 1})
    assert "抽了 4 个会话" in again.text, "what waits is not drawn twice"


def test_where_nothing_was_inspected_no_sample_is_drawn(console: TestClient) -> None:
    page = console.post(f"/calibration/{RULE}/sample", data={})
    assert "没有抽到" in page.text


def test_labels_of_what_the_rule_meant_before_are_stale(board: TestClient) -> None:
    changed = board.app.state.service.inspector.catalogue.rule_versions  # type: ignore[attr-defined]
    changed[RULE] = "sha256:new"
    page = board.get("/calibration").text
    assert f"{len(CASES)} 个标注已过时，先看结论变了的会话" in page
    assert "还没有一条规则是在你的标注上测量的" in page
    rule = board.get(f"/calibration/{RULE}").text
    assert f"过时标注 {len(CASES)}" in text_of(rule)
    assert f'href="/desk/sessions/{CASES[0].case_id}"' in rule


def test_who_was_wrong_is_told_once_it_is_decided(board: TestClient) -> None:
    apart = board.get("/v1/calibration/disagreements", params={"rule": RULE}).json()
    assert apart, "the baseline is wrong somewhere"
    assert f"待裁定 {len(apart)} / {len(apart)}" in text_of(board.get(f"/calibration/{RULE}").text)
    first = {"inspection_id": apart[0]["case"]["inspection_id"], "rule_id": RULE, "cause": "rule_unclear"}
    assert board.post("/v1/calibration/disagreements", json=first).status_code == 200
    assert f"规则不清楚 1 / {len(apart)}" in text_of(board.get(f"/calibration/{RULE}").text)


def test_the_page_says_how_many_labels_are_still_worth_it(board: TestClient) -> None:
    page = board.get(f"/calibration/{RULE}").text
    assert "标完这些，精确率约 ±" in page, "every session has a label: the sample buys nothing more"
    asked = board.post("/v1/label_plans", json={"rules": [RULE], "precision": 0.1, "prevalence": 0.05}).json()
    plan = asked["rules"][RULE]["plan"]
    for name in ("flagged", "unflagged"):
        field = {"flagged": "hits", "unflagged": "others"}[name]
        assert re.search(f'name="{field}"[^>]*value="{plan[name]}"', page)


def test_coverage_is_that_of_the_agreement_asked_for(board: TestClient) -> None:
    page = board.get("/calibration?level=60").text
    assert "一致 60% 时的覆盖率，证书" in page
    found = board.get("/v1/calibration/rules", params={"rule": RULE, "level": 0.6}).json()[0]["provable"]
    assert found["hit"]["confidence"] is not None
    assert f"命中 {found['hit']['coverage']:.0%}" in text_of(page)
    assert "命中 证明不了" in text_of(board.get("/calibration?level=99").text)
    rule = board.get(f"/calibration/{RULE}?level=60").text
    assert f"（{found['hit']['agreed']} / {found['hit']['n']}）" in rule
    assert "按一致至少 60% 发证书" in rule
    assert board.get("/calibration?level=100").status_code == 422


def test_a_disagreement_to_decide_is_where_the_next_step_leads(board: TestClient) -> None:
    page = board.get("/calibration").text
    assert f'href="/review/disagreements?rule={RULE}"' in page
    assert f'href="/review/disagreements?rule={RULE}"' in board.get(f"/calibration/{RULE}").text


def test_people_who_label_the_same_sessions_show_how_far_they_agree(board: TestClient) -> None:
    again = [label_of(case) | {"labeller": who} for case in CASES[:10] for who in ("wu", "zhao")]
    again[0]["verdict"] = "no_hit" if again[0]["verdict"] == "hit" else "hit"
    assert board.post("/v1/labels", json=again).status_code == 200
    found = board.get("/v1/calibration/rules", params={"rule": RULE}).json()[0]["agreement"]
    assert (found["cases"], found["agreed"]) == (10, 9)
    assert 0 < found["kappa"] < 1
    assert "10 个几人看过的会话" in board.get("/calibration").text
