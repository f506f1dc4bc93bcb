"""The pages of the review desk as HTML: one case after the other, blind ones, whole sessions, undo, leads."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.reviewing import RULE, WORDS
from tests.console.review.conftest import MANY, draw

Person = Callable[[str], TestClient]


def form_of(text: str) -> tuple[str, dict[str, Any]]:
    """Where the form of a case is sent, and the round in it."""
    [path] = re.findall(r'action="(/review/case/[^"]+)"', text)
    [round] = re.findall(r'name="round" value="(\d+)"', text)
    return path, {"round": round}


def session_of(text: str) -> str:
    return re.findall(r"s-\d\d", text)[0]


def test_a_case_shows_rule_verdict_and_evidence_and_the_next_one_follows(desk: TestClient) -> None:
    assert f"抽出 {MANY} 条" in draw(desk).text
    text = desk.get("/review/case").text
    assert "尖锐、激化矛盾的话一出口" in text
    assert re.search(rf'<mark data-hits="f0[^"]*">{WORDS}</mark>', text)
    assert "为您预留到" in text
    path, form = form_of(text)
    after = desk.post(path, data=form | {"answer": "confirm", "message_ids": ["m2"], "note": " 确实 "})
    assert after.url.path == "/review/case"
    assert "已记：确认。自定义违禁词" in after.text
    assert f"还有 {MANY - 1} 条，今天已复核 1 条" in after.text
    [label] = desk.get("/v1/labels").json()["items"]
    assert (label["verdict"], label["message_ids"], label["note"]) == ("hit", ["m2"], "确实")


def test_with_the_script_the_answer_is_the_next_case(desk: TestClient) -> None:
    draw(desk)
    path, form = form_of(desk.get("/review/case").text)
    after = desk.post(
        path, data=form | {"answer": "misjudged"}, headers={"Mingjian-Swap": "1"}, follow_redirects=False
    )
    assert after.status_code == 200
    assert "这条命中不再计分" in after.text
    assert form_of(after.text)[0] != path


def test_a_reload_of_an_answer_changes_nothing(desk: TestClient) -> None:
    draw(desk)
    path, form = form_of(desk.get("/review/case").text)
    first, again = (desk.post(path, data=form | {"answer": "confirm"}) for _ in range(2))
    assert form_of(first.text) == form_of(again.text)
    assert len(desk.get("/v1/labels").json()["items"]) == 1


def test_an_answer_that_does_not_fit_is_refused_with_a_page(desk: TestClient) -> None:
    draw(desk)
    path, form = form_of(desk.get("/review/case").text)
    assert desk.post(path, data=form | {"answer": "missed"}).status_code == 422
    assert desk.post(path, data=form | {"answer": "maybe"}).status_code == 422
    assert desk.post(path, data=form | {"answer": "confirm", "message_ids": ["m9"]}).status_code == 422


def test_undo_brings_the_case_back_instead_of_the_one_on_the_desk(desk: TestClient) -> None:
    draw(desk)
    path, form = form_of(desk.get("/review/case").text)
    following, _ = form_of(desk.post(path, data=form | {"answer": "confirm"}).text)
    back = desk.post("/review/undo", data={"on_desk": following.rpartition("/")[2]})
    assert "已撤销" in back.text
    assert form_of(back.text)[0] == path
    assert "没有可以撤销的决定" in desk.post("/review/undo").text
    assert desk.get("/v1/labels").json()["items"] == []


def test_a_case_can_be_put_back(desk: TestClient) -> None:
    draw(desk)
    path, _ = form_of(desk.get("/review/case").text)
    after = desk.post("/review/release", data={"on_desk": path.rpartition("/")[2]})
    assert (after.url.path, "已放回队列" in after.text) == ("/review", True)
    assert "您正在看" not in after.text


def test_whoever_lost_a_case_is_told_and_given_the_next(person: Person) -> None:
    lead, ann, ben = person("lead"), person("ann"), person("ben")
    draw(lead)
    path, form = form_of(ann.get("/review/case").text)
    ann.post("/review/release", data={"on_desk": path.rpartition("/")[2]})
    assert form_of(ben.get("/review/case").text)[0] == path
    after = ann.post(path, data=form | {"answer": "confirm"})
    assert "那一条已不归您" in after.text
    assert form_of(after.text)[0] != path


def test_a_blind_case_shows_nothing_until_it_is_decided(person: Person) -> None:
    lead, ann = person("lead"), person("ann")
    draw(lead, what="random", size="1", blind="true", reviewers="2")
    text = ann.get("/review/case").text
    session = session_of(text)
    assert "盲审" in text
    assert "<mark" not in text
    assert "扣分项" not in text
    assert f'href="/desk/sessions/{session}"' not in text
    shown = ann.get(f"/desk/sessions/{session}").text
    assert "这个会话等您盲审" in shown
    assert "自定义违禁词" not in shown
    assert "待您盲审" in ann.get("/desk").text
    path, form = form_of(text)
    after = ann.post(path, data=form | {"answer": "no_hit"}).text
    assert "机器判的是：命中，与您不同。" in after
    assert "没有要您复核的了" in after
    assert "自定义违禁词" in ann.get(f"/desk/sessions/{session}").text
    undone = ann.post("/review/undo").text
    assert "盲审的结论您已经看到了" in undone
    assert "没有要您复核的了" in undone
    assert session_of(person("ben").get("/review/case").text) == session


def test_a_blind_case_does_not_say_that_it_was_drawn_from_hits(person: Person) -> None:
    lead, ann = person("lead"), person("ann")
    draw(lead, what="flagged", blind="true")
    assert "命中复核" in lead.get("/review").text
    assert "命中复核" not in ann.get("/review").text
    text = ann.get("/review/case").text
    assert "随机抽检" in text
    assert "命中复核" not in text


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


def test_a_whole_session_is_confirmed_with_what_was_misjudged_and_missed(desk: TestClient) -> None:
    draw(desk, what="random", rules="", size="1")
    text = desk.get("/review/case").text
    assert "整段会话" in text
    path, form = form_of(text)
    missed = re.findall(r'name="missed" value="([^"]+)"', text)[0]
    answer = {"answer": "confirm", "misjudged": [RULE], "missed": [missed], "message_ids": ["m2"]}
    assert "这条命中不再计分" in desk.post(path, data=form | answer).text
    said = {each["rule_id"]: each["verdict"] for each in desk.get("/v1/labels").json()["items"]}
    assert (said[RULE], said[missed]) == ("no_hit", "hit")


def test_an_appeal_shows_why_the_agent_objects(person: Person) -> None:
    agent = person("a-1")
    hit = {"session_id": "s-03", "rule_id": RULE, "reason": "这是玩笑 <b>"}
    assert "申诉已提交" in agent.post("/mine/appeal", data=hit).text
    text = person("ann").get("/review/case").text
    assert "这是玩笑 &lt;b&gt;" in text
    path, form = form_of(text)
    person("ann").post(path, data=form | {"answer": "misjudged", "note": "同意"})
    own = agent.get("/mine/sessions/s-03").text
    assert "申诉成立，不计分" in own
    assert "ann" not in re.sub(r"<[^>]+>", "", own)


def test_quotas_and_what_is_late_are_told(desk: TestClient) -> None:
    draw(desk, quota="3", due_hours="0.0001")
    path, form = form_of(desk.get("/review/case").text)
    desk.post(path, data=form | {"answer": "confirm"})
    text = desk.get("/review").text
    assert re.search(r'<progress value="1" max="3"', text)
    assert "逾期" in text
    assert "您正在看" in text


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


def test_an_empty_queue_says_what_to_do(person: Person) -> None:
    assert "在下面抽一批样本" in person("lead").get("/review").text
    assert "组长抽样后" in person("ann").get("/review").text
    assert "没有要您复核的了" in person("ann").get("/review/case").text


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
