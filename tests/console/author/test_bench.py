"""The author's bench: what is wrong with a draft, what it changes, and what becomes of it."""

import re
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.auth import make_key
from api.console.author.drafting import RuleText, problems_of, tidy
from api.console.author.publishing import Change, change_of
from api.settings import Settings
from evaluators.catalogue.loading import load_catalogue, prompts_for
from tests.api.building import a_session, said

SOURCES = load_catalogue().sources
PHRASES = SOURCES["hostile_phrase"].read_text("utf-8")
PROMPT = SOURCES["agent_abuse"].read_text("utf-8")
WORDED = PROMPT.replace("没有骂人。", "没有骂人，也没有讽刺。")
WIDER = PHRASES.replace('"急什么", ', '"急什么", "随便你", ')
CHAT = """顾客小李 2026-11-01 10:00:00
能不能快点发货
客服:小美 2026-11-01 10:00:20
亲，随便你
"""


@pytest.fixture
def stored(console: TestClient) -> TestClient:
    """With two chats in it, one of which says what the wider draft forbids."""
    chats = [
        a_session("s-rude", said("m1", "10:00:00", "在吗"), said("m2", "10:00:05", "随便你", "agent")),
        a_session("s-kind", said("m1", "10:00:00", "在吗"), said("m2", "10:00:05", "在的", "agent")),
    ]
    assert console.post("/v1/sessions", json=chats).status_code == 202
    return console


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("wanted", ["R33", "hostile", "自定义违禁词", "激化矛盾"])
def test_a_rule_is_found_by_number_name_and_reason(console: TestClient, wanted: str) -> None:
    page = console.get("/author", params={"text": wanted})
    assert 'href="/author/hostile_phrase"' in page.text
    assert 'href="/author/slow_first_reply"' not in page.text


def test_a_search_that_finds_nothing_says_what_to_do(console: TestClient) -> None:
    assert "没有这样的规则" in console.get("/author?text=zzzz").text


@pytest.mark.parametrize("rule", sorted(SOURCES))
def test_every_published_text_is_in_order_and_changes_nothing(rule: str) -> None:
    text = RuleText(rule, SOURCES[rule].name, SOURCES[rule].read_text("utf-8"), SOURCES[rule].suffix == ".j2")
    assert problems_of(text, tidy(text.text)) == []
    assert change_of(text, tidy(text.text)) == Change({}, ())


def test_a_signal_has_its_text_and_names_who_asks_about_it(console: TestClient) -> None:
    listed = console.get("/author", params={"text": "售后"}).text
    assert 'href="/author/asks_about_after_sales"' in listed[listed.index('id="signals"') :]
    page = console.get("/author/asks_about_after_sales").text
    assert "asks_about_after_sales.md.j2" in page
    assert 'href="/author/after_sales_concern_not_addressed"' in page
    assert 'href="/calibration/asks_about_after_sales"' not in page
    assert (
        'href="/author/asks_about_after_sales"'
        in console.get("/author/after_sales_concern_not_addressed").text
    )


def test_a_mistake_is_told_with_line_and_field(console: TestClient) -> None:
    wrong = PHRASES.replace("score = -100", 'score = "viel"')
    line = wrong.splitlines().index('score = "viel"') + 1
    told = console.post("/author/hostile_phrase/problems", data={"text": wrong}).json()["problems"]
    assert (line, "score") in [(each["line"], each["field"]) for each in told]
    page = console.post("/author/hostile_phrase", data={"text": wrong})
    assert f"第 {line} 行" in page.text
    assert 'aria-invalid="true"' in page.text


def test_a_broken_file_is_told_by_line(console: TestClient) -> None:
    told = console.post("/author/hostile_phrase/problems", data={"text": 'id = "x\n'}).json()["problems"]
    assert told[0]["line"] == 1
    told = console.post("/author/agent_abuse/problems", data={"text": PROMPT.replace("+++", "---", 1)}).json()
    assert told["problems"][0]["line"] == 1


def test_the_id_of_a_rule_stays(console: TestClient) -> None:
    renamed = PHRASES.replace('id = "hostile_phrase"', 'id = "other"')
    told = console.post("/author/hostile_phrase/problems", data={"text": renamed}).json()["problems"]
    assert [each["field"] for each in told] == ["id"]


def test_a_draft_in_order_has_no_problems(console: TestClient) -> None:
    answer = console.post("/author/hostile_phrase/problems", data={"text": WIDER.replace("\n", "\r\n")})
    assert answer.json() == {"problems": [], "words": "没有问题"}


def test_a_pasted_chat_is_judged_by_both_texts(console: TestClient) -> None:
    page = console.post("/author/hostile_phrase/try", data={"text": WIDER, "chat": CHAT})
    assert page.status_code == 200
    found = text_of(page.text[page.text.index('aria-label="试的结果"') :])
    assert re.search(r"变了.*– 未命中.*✕ 扣分项 随便你", found)
    same = console.post("/author/hostile_phrase/try", data={"text": PHRASES, "chat": CHAT}).text
    assert "– 未命中" in text_of(same)
    assert "· 变了" not in text_of(same)


def test_a_stored_session_is_tried_and_an_unknown_one_refused(stored: TestClient) -> None:
    page = stored.post("/author/hostile_phrase/try", data={"text": WIDER, "session_id": "s-rude"})
    assert "<q>随便你</q>" in page.text
    refused = stored.post("/author/hostile_phrase/try", data={"text": WIDER, "session_id": "none"})
    assert refused.status_code == 422
    assert "随便你" in refused.text, "the draft is not lost"


@pytest.mark.parametrize("chat", ["", "不是聊天", '{"session_id": "x"}'])
def test_what_is_no_chat_is_told(console: TestClient, chat: str) -> None:
    page = console.post("/author/hostile_phrase/try", data={"text": WIDER, "chat": chat})
    assert page.status_code == 422
    assert 'role="alert"' in page.text


def test_a_rule_without_a_set_says_so(console: TestClient) -> None:
    assert "这条规则没有评测集" in console.get("/author/hostile_phrase").text
    assert "这些是它所问的行为的" in console.get("/author/price_concern_not_addressed").text


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


def test_a_draft_is_tried_in_its_own_wording(console: TestClient) -> None:
    abused = CHAT.replace("亲，随便你", "你是傻逼，滚")
    settings = console.app.state.service.settings.model_copy(update={"judge": "baseline"})  # type: ignore[attr-defined]
    with TestClient(
        create_app(settings), base_url="http://127.0.0.1", headers={"Origin": "http://127.0.0.1"}
    ) as judged:
        for subject in ("agent_abuse", "customer_abuse"):
            path = SOURCES[subject]
            text = path.read_text("utf-8").replace("{% block hit %}", "{% block hit %}换个说法。")
            page = judged.post(f"/author/{subject}/try", data={"text": text, "chat": abused})
            found = text_of(page.text[page.text.index('aria-label="试的结果"') :])
            assert "待定：判断器没学过" in found
        signal = prompts_for()["asks_about_after_sales"].path.read_text("utf-8")
        asked = CHAT.replace("能不能快点发货", "坏了保修吗，能退吗")
        page = judged.post("/author/asks_about_after_sales/try", data={"text": signal, "chat": asked})
        assert "<q>坏了保修吗，能退吗</q>" in page.text


def test_a_draft_is_downloaded(console: TestClient) -> None:
    worded = WORDED
    file = console.post("/author/agent_abuse/draft", data={"text": worded})
    assert file.text == tidy(worded)
    assert "agent_abuse.md.j2" in file.headers["content-disposition"]


def test_a_reader_sees_the_text_and_no_forms(settings: Settings, tmp_path: Path) -> None:
    key, table = make_key("viewer key", "viewer")
    (tmp_path / "keys.toml").write_text(table)
    app = create_app(settings.model_copy(update={"api_keys_file": tmp_path / "keys.toml"}))
    with TestClient(app, base_url="http://127.0.0.1", headers={"Origin": "http://127.0.0.1"}) as client:
        client.post("/login", data={"key": key, "back": "/author"})
        for path in ("/author/hostile_phrase", "/calibration/hostile_phrase"):
            assert '<form method="post" action="/calibration' not in client.get(path).text
        assert "readonly" in client.get("/author/hostile_phrase").text
        refused = client.post("/author/hostile_phrase/problems", data={"text": PHRASES})
        assert refused.status_code == 403
        assert client.post("/calibration/hostile_phrase/sample").status_code == 403
