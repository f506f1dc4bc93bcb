"""A draft leaves the bench: published for all shops or in a profile, taken back, downloaded."""

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.console.author.drafting import tidy
from api.settings import Settings
from tests.api.drafts import PHRASES, PROMPT, WIDER, WORDED


def test_a_change_of_phrases_is_published_as_a_profile(stored: TestClient) -> None:
    given = {"text": WIDER, "profile": "default", "reason": "双十一要求"}
    page = stored.post("/author/hostile_phrase/publish", data=given)
    assert "已发布为 default@1" in page.text
    assert "双十一要求" in page.text[page.text.index('id="history"') :]
    version = stored.get("/v1/profiles/default", params={"version": 1}).json()
    assert "随便你" in version["document"]["rules"]["hostile_phrase"]["behaviour"]["says"]["any"]
    assert stored.get("/v1/profiles/default").json()["version"] is None, "in force from tomorrow"
    entry = stored.get("/v1/audit").json()[0]
    assert (entry["action"], entry["reason"]) == ("profile.put", "双十一要求")


@pytest.mark.parametrize(
    ("text", "reason"), [(WIDER, " "), (PHRASES, "nothing changed"), (PHRASES.replace("-100", "x"), "broken")]
)
def test_what_cannot_be_published_is_told_in_the_form_with_all_that_was_typed(
    console: TestClient, text: str, reason: str
) -> None:
    given = {"text": text, "profile": "ten_nodes", "reason": reason}
    page = console.post("/author/hostile_phrase/publish", data=given)
    assert page.status_code == 422
    assert text.strip() in unescape(page.text)
    assert 'role="alert"' in page.text or 'aria-invalid="true"' in page.text
    assert console.get("/v1/profiles/default/history").json() == []


def test_a_refused_publication_keeps_reason_and_profile(console: TestClient) -> None:
    given = {"text": WIDER, "profile": "ten_nodes", "reason": " "}
    page = console.post("/author/hostile_phrase/publish", data=given).text
    assert "没有发布" in page
    assert re.search(r'<option value="ten_nodes" selected>', page)
    assert "随便你" in page


def test_wording_is_published_for_all_shops_and_for_none_alone(console: TestClient) -> None:
    page = console.post("/author/agent_abuse", data={"text": WORDED})
    assert "wording 的改动方案说不了" in page.text
    given = {"text": WORDED, "reason": "更清楚"}
    assert console.post("/author/agent_abuse/publish", data=given | {"profile": "default"}).status_code == 422
    unsaid = console.post("/author/agent_abuse/publish", data=given)
    assert (unsaid.status_code, "改的是什么：" in unsaid.text) == (422, True)
    assert WORDED.strip() in unescape(unsaid.text)
    page = console.post("/author/agent_abuse/publish", data=given | {"meaning": "wording"})
    assert "已发布为 agent_abuse@1" in page.text
    assert "更清楚" in page.text[page.text.index('id="history"') :]
    assert WORDED.strip() in unescape(page.text), "the bench goes on from what is published"
    assert console.get("/v1/texts/agent_abuse").json()["version"] is None, "in force from tomorrow"
    assert [each["kind"] for each in console.get("/v1/calibration/rules/agent_abuse/changes").json()] == [
        "wording"
    ]


def test_what_a_draft_changes_is_shown_before_it_is_published(console: TestClient) -> None:
    page = console.post("/author/agent_abuse", data={"text": WORDED}).text
    assert re.search(r"<del>.*没有骂人。.*</del>", page)
    assert re.search(r"<ins>.*没有骂人，也没有讽刺。.*</ins>", page)
    assert "这份草稿还没有在评测集上跑过" in page
    assert "与已发布的不同" not in console.get("/author/agent_abuse").text


@pytest.mark.parametrize(("judge", "warned"), [("baseline", True), ("none", False)])
def test_who_publishes_a_wording_is_told_that_the_baseline_has_not_learned_it(
    settings: Settings, judge: str, warned: bool
) -> None:
    app = create_app(settings.model_copy(update={"judge": judge}))
    with TestClient(app, base_url="http://127.0.0.1", headers={"Origin": "http://127.0.0.1"}) as client:
        for text, changed in ((WORDED, True), (PROMPT.replace("score = -100", "score = -50"), False)):
            page = client.post("/author/agent_abuse", data={"text": text}).text
            assert ("它没学过新的措辞" in page) is (warned and changed)


def test_what_is_pending_is_taken_back(console: TestClient) -> None:
    given = {"text": WORDED, "reason": "更清楚", "meaning": "wording"}
    assert 'id="pending"' in console.post("/author/agent_abuse/publish", data=given).text
    refused = console.post("/author/agent_abuse/withdraw", data={"base_version": 1, "reason": " "})
    assert refused.status_code == 422
    page = console.post("/author/agent_abuse/withdraw", data={"base_version": 1, "reason": "太早"}).text
    assert "已撤回：agent_abuse@2 和现在生效的一样" in page
    assert WORDED.strip() not in unescape(page)
    earlier = console.get("/author/agent_abuse?version=1").text
    assert WORDED.strip() in unescape(earlier)
    assert "放弃草稿" in earlier
    assert console.get("/author/agent_abuse?version=9").status_code == 404


def test_a_text_published_meanwhile_is_not_overwritten_unseen(console: TestClient) -> None:
    given = {"text": WORDED, "reason": "更清楚", "meaning": "wording", "base_version": 0}
    console.post("/author/agent_abuse/publish", data=given)
    late = PROMPT.replace("没有骂人。", "没有骂。")
    for step in ("", "/publish"):
        page = console.post(f"/author/agent_abuse{step}", data=given | {"text": late})
        assert "您打开这一页之后，有人发布了第 1 版" in page.text
        assert late.strip() in unescape(page.text), "the draft is not lost"
    assert page.status_code == 409
    assert len(console.get("/v1/texts/agent_abuse/history").json()) == 1


def test_a_draft_is_downloaded(console: TestClient) -> None:
    worded = WORDED
    file = console.post("/author/agent_abuse/draft", data={"text": worded})
    assert file.text == tidy(worded)
    assert "agent_abuse.md.j2" in file.headers["content-disposition"]
