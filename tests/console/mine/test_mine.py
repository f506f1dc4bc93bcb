"""An agent's own pages as HTML: only one's own, and every way to answer a hit."""

import re
from collections.abc import Callable

from starlette.testclient import TestClient

from tests.api.reviewing import RULE, WORDS, rude
from tests.console.desk.conftest import submit
from tests.console.review.conftest import MANY, desk, fresh, person, rude_sessions
from tests.console.review.test_review import form_of

__all__ = ["desk", "fresh", "person", "rude_sessions"]
Person = Callable[[str], TestClient]
HIT = {"session_id": "s-04", "rule_id": RULE}


def test_an_agent_starts_at_their_own_hits_and_sees_nobody_elses(person: Person) -> None:
    agent, other = person("a-1"), person("a-2")
    response = agent.get("/")
    assert response.url.path == "/mine"
    assert f"“{WORDS}”" in response.text
    assert 'href="/mine/sessions/s-04#m-m2"' in response.text
    assert "没有命中" in other.get("/mine").text
    assert other.get("/mine/sessions/s-04").status_code == 404
    assert agent.get("/mine?agent=a-2").status_code == 403
    assert [agent.get(path).status_code for path in ("/desk/sessions/s-04", "/review")] == [403, 403]


def test_the_chat_of_ones_own_session_marks_the_evidence(person: Person) -> None:
    text = person("a-1").get("/mine/sessions/s-04").text
    assert re.search(rf'<mark data-hits="[^"]+">{WORDS}</mark>', text)
    assert "可申诉到" in text


def test_a_hit_is_acknowledged_and_cannot_be_appealed_against_then(person: Person) -> None:
    agent = person("a-1")
    after = agent.post("/mine/acknowledge", data=HIT)
    assert after.url.path == "/mine/sessions/s-04"
    assert "已确认这条命中" in after.text
    refused = agent.post("/mine/appeal", data=HIT | {"reason": "改主意了"})
    assert (refused.status_code, "已经确认过、申诉过，或已是最终结论<" in refused.text) == (409, True)


def test_whoever_answers_in_the_list_comes_back_to_it(person: Person) -> None:
    agent, here = person("a-1"), "/mine?which=appealable"
    text = agent.get(here).text
    assert f'<input type="hidden" name="back" value="{here}">' in text
    assert '<li class="card" id="s-s-04">' in text
    after = agent.post("/mine/acknowledge", data=HIT | {"back": here})
    assert str(after.url).endswith("/mine?which=appealable#s-s-04")
    assert "已确认这条命中" in after.text
    other = agent.post(
        "/mine/appeal", data=HIT | {"session_id": "s-05", "reason": "是玩笑", "back": "//evil.invalid/mine"}
    )
    assert other.url.path == "/mine/sessions/s-05"


def test_hits_are_shown_by_what_can_still_be_said_of_them(person: Person) -> None:
    agent = person("a-1")
    agent.post("/mine/appeal", data=HIT | {"reason": "是玩笑"})
    appealed = agent.get("/mine?which=appealed").text
    assert (appealed.count('<li class="finding'), "申诉中，等待裁定" in appealed) == (1, True)
    assert "申诉中，等待裁定" not in agent.get("/mine?which=appealable").text
    praise = agent.get("/mine?which=praise").text
    assert "您的其他命中在“全部”里" in praise
    assert agent.get("/mine?which=none").status_code == 422


def test_page_after_page_shows_every_hit_once(desk: TestClient) -> None:
    for number in range(40):
        submit(desk, rude(f"t-{number:02}"))
        assert desk.post(f"/v1/sessions/t-{number:02}/inspect").status_code == 200
    found, address = [], "/mine?agent=a-1"
    while address:
        text = desk.get(address).text
        found += re.findall(r'<li class="card" id="s-([^"]+)">', text)
        following = re.search(r'rel="next"[^>]*href="([^"]+)"', text)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(found) > 50
    assert len(found) == len(set(found)) == MANY + 40


def test_an_appeal_goes_through_two_levels_to_an_end(person: Person) -> None:
    agent = person("a-1")
    assert "申诉中，等待裁定" in agent.post("/mine/appeal", data=HIT | {"reason": "是玩笑"}).text
    assert reject(person("ann")) == "是玩笑"
    text = agent.get("/mine/sessions/s-04").text
    assert "看不出是玩笑" in text
    [further] = re.findall(r'action="(/mine/appeal/[^"]+)"', text)
    assert "二次申诉中" in agent.post(further, data={"reason": "真的是玩笑"}).text
    assert "没有要您复核的了" in person("ann").get("/review/case").text, "who decided it is not asked again"
    assert "首次驳回的理由</p><p>看不出是玩笑</p>" in person("ben").get("/review/case").text
    assert reject(person("ben")) == "真的是玩笑"
    text = agent.get("/mine/sessions/s-04").text
    assert "申诉未成立，已是最终结论" in text
    assert "/mine/appeal/" not in text


def reject(reviewer: TestClient) -> str:
    """Confirms the hit that is appealed against; the last of the agent's reasons."""
    text = reviewer.get("/review/case").text
    path, form = form_of(text)
    assert "理由（驳回申诉时必填，客服会看到）" in text
    refused = reviewer.post(path, data=form | {"answer": "confirm", "note": " "})
    assert refused.status_code == 422
    assert "请写明为什么驳回申诉，客服会看到<" in refused.text
    assert re.search(r'<textarea name="note"[^>]*aria-invalid="true"', refused.text)
    reviewer.post(path, data=form | {"answer": "confirm", "note": "看不出是玩笑"})
    return re.findall(r'<blockquote class="objection">.*?</p><p>(.*?)</p>', text)[-1]


def test_an_appeal_without_a_reason_is_refused(person: Person) -> None:
    for reason in ("", " "):
        assert person("a-1").post("/mine/appeal", data=HIT | {"reason": reason}).status_code == 422


def test_praise_cannot_be_appealed_against(person: Person) -> None:
    praise = HIT | {"rule_id": "rating_very_satisfied", "reason": "不好意思"}
    refused = person("a-1").post("/mine/appeal", data=praise)
    assert (refused.status_code, "表扬是加分的，不能申诉" in refused.text) == (422, True)


def test_whoever_is_no_agent_chooses_one_and_acts_in_their_own_name(desk: TestClient) -> None:
    assert '<a href="/mine?agent=a-1">a-1</a>' in desk.get("/mine").text
    page = desk.get("/mine?agent=a-1").text
    assert 'action="/mine/acknowledge?agent=a-1"' in page
    after = desk.post("/mine/acknowledge?agent=a-1", data=HIT)
    assert str(after.url).endswith("/mine/sessions/s-04?agent=a-1")
    entry = desk.get("/v1/audit").json()[0]
    assert (entry["actor"], entry["details"]["agent_id"]) == ("local", "a-1")


def test_without_hits_there_is_nobody_to_choose(console: TestClient) -> None:
    assert "还没有命中" in console.get("/mine").text


def test_earlier_sessions_are_on_the_next_page(desk: TestClient) -> None:
    assert "没有更早的命中" in desk.get("/mine?agent=a-1&before=2020-01-01T00:00:00Z").text
