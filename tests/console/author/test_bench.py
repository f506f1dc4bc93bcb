"""The author's bench: what is wrong with a draft, and what it changes on chats."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.auth import make_key
from api.console.author.drafting import RuleText, problems_of, tidy
from api.console.author.publishing import Change, change_of
from api.settings import Settings
from evaluators.catalogue.loading import prompts_for
from tests.api.drafts import PHRASES, PROMPT, SOURCES, WIDER
from tests.console.author.reading import text_of

CHAT = """顾客小李 2026-11-01 10:00:00
能不能快点发货
客服:小美 2026-11-01 10:00:20
亲，随便你
"""


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
