"""The pages of the review desk as HTML: one case after the other, blind ones, whole sessions, undo."""

import re
from collections.abc import Callable

from starlette.testclient import TestClient

from tests.api.reviewing import RULE, WORDS
from tests.console.review.conftest import MANY, draw
from tests.console.review.reading import form_of, session_of

Person = Callable[[str], TestClient]


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


def test_an_empty_queue_says_what_to_do(person: Person) -> None:
    assert "在下面抽一批样本" in person("lead").get("/review").text
    assert "组长抽样后" in person("ann").get("/review").text
    assert "没有要您复核的了" in person("ann").get("/review/case").text
