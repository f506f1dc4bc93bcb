"""What leads do at the review desk: draw samples, send findings, see how far people agree, decide disagreements."""

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.api.reviewing import RULE
from tests.console.review.conftest import MANY, draw
from tests.console.review.reading import form_of

Person = Callable[[str], TestClient]


def test_agreement_is_shown_to_leads_only(person: Person) -> None:
    lead = person("lead")
    draw(lead, what="random", size="2", blind="true", reviewers="2")
    for who, answers in {"ann": ("hit", "hit"), "ben": ("hit", "no_hit")}.items():
        client = person(who)
        for answer in answers:
            path, form = form_of(client.get("/review/case").text)
            client.post(path, data=form | {"answer": answer})
    assert "50% (1/2)" in lead.get("/review").text
    seen = person("ann").get("/review").text
    assert "一致程度" not in seen
    assert "抽一批样本" not in seen
    assert "2 / 2" in seen, "how far a plan is"


@pytest.mark.parametrize(
    "field", [{"title": ""}, {"size": "-1", "what": "random"}, {"reviewers": "9"}, {"by": "moon"}]
)
def test_a_plan_that_makes_no_sense_is_refused(desk: TestClient, field: dict[str, str]) -> None:
    form = {"title": "x", "what": "flagged", "rules": [RULE]} | field
    assert desk.post("/review/plans", data=form).status_code == 422


def test_a_plan_that_is_refused_keeps_what_was_typed_and_says_where(desk: TestClient) -> None:
    form = {"title": "早班", "what": "flagged", "rules": [RULE], "blind": "true", "due_hours": "1" + "0" * 8}
    text = desk.post("/review/plans", data=form).text
    for kept in ('value="早班"', 'value="100000000"', f'value="{RULE}" selected', 'value="true" checked'):
        assert kept in text
    assert re.search(r'name="due_hours"[^>]*aria-invalid="true"', text)
    assert "几小时内看完：不能大于 8784" in text
    assert "抽出" in desk.post("/review/plans", data=form | {"due_hours": "8"}).text


def test_a_plan_form_sent_twice_draws_once(desk: TestClient) -> None:
    [key] = re.findall(r'name="key" value="([^"]+)"', desk.get("/review").text)
    form = {"title": "早班", "what": "flagged", "rules": [RULE], "key": key}
    for _ in range(2):
        assert f"抽出 {MANY} 条" in desk.post("/review/plans", data=form).text
    assert len(desk.get("/v1/review/plans").json()) == 1


def test_a_finding_is_sent_to_review_and_what_people_overturn_is_shown(desk: TestClient) -> None:
    page = "/desk/sessions/s-05"
    assert 'action="/review/send"' in desk.get(page).text
    sent = desk.post("/review/send", data={"session_id": "s-05", "rule_id": RULE})
    assert (sent.url.path, "已送复核" in sent.text) == (page, True)
    path, form = form_of(desk.get("/review/case").text)
    desk.post(path, data=form | {"answer": "misjudged"})
    text = desk.get(page).text
    assert "有命中不计分。质检时得分 0，现在计 95。" in text
    assert '<span class="tag">不计分</span>' in text
    assert "local 于" in text, "who said so"


def test_only_leads_draw_and_send(person: Person) -> None:
    ann = person("ann")
    assert ann.post("/review/plans", data={"title": "x"}).status_code == 403
    assert ann.post("/review/send", data={"session_id": "s-05", "rule_id": RULE}).status_code == 403
    assert ann.get("/review/disagreements").status_code == 403
    assert "送复核" not in ann.get("/desk/sessions/s-05").text
    assert person("a-1").get("/review").status_code == 403


def test_a_disagreement_is_decided_and_counted(desk: TestClient) -> None:
    assert "没有分歧" in desk.get("/review/disagreements").text
    draw(desk)
    path, form = form_of(desk.get("/review/case").text)
    desk.post(path, data=form | {"answer": "misjudged"})
    text = desk.get("/review/disagreements").text
    [inspection] = re.findall(r'name="inspection_id" value="([^"]+)"', text)
    said = {"inspection_id": inspection, "rule_id": RULE, "cause": "label_wrong", "reason": "看漏了"}
    after = desk.post("/review/disagreements", data=said).text
    assert 'value="看漏了"' in after
    assert re.search(r'value="label_wrong" aria-pressed="true"', after)
    cells = re.findall(r'<td class="number"[^>]*>(?:<b>)?(\d)', after)
    assert cells == ["0", "1", "0", "0"]
    assert "没有分歧" in desk.get("/review/disagreements?rule=R01").text
    assert desk.post("/review/disagreements", data=said | {"cause": "nobody"}).status_code == 422


def test_how_far_people_agree_is_for_leads(person: Person) -> None:
    assert "人的一致率" in person("lead").get("/calibration/missing_welcome").text
    for path in ("/calibration", "/calibration/missing_welcome"):
        assert "人的一致率" not in person("ann").get(path).text
