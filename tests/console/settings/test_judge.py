"""The judge and its servers: what a probe found out, what is wrong and how to put it right, and probing again."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.console.language import translator
from api.console.settings.judge import PROBLEMS, server_cards
from api.settings import Settings
from evaluators.judges.breaker import Paused
from evaluators.judges.vllm import probe
from evaluators.judges.vllm.capability import Capability, Problem
from evaluators.judges.vllm.condition import ServerCondition
from tests.fake_vllm.server import FakeVllm

ZH, EN = translator("zh"), translator("en")
ZONE = ZoneInfo("Asia/Shanghai")
ABLE = Capability(
    base_url="http://a/v1", model="fake-8b", server="vllm 0.32.0", decide_by="systemone", context=32_768,
    logprobs=True, prefix_cache=0.97, structured_output=False, probed_at=datetime(2026, 11, 1, 2, tzinfo=UTC),
)  # fmt: skip


@pytest.fixture
def asked() -> Iterator[FakeVllm]:
    with FakeVllm() as server:
        yield server


@pytest.fixture
def judged(settings: Settings, asked: FakeVllm) -> Iterator[TestClient]:
    """A console whose judge has a server, and one more that is away."""
    urls = f"{asked.base_url},http://127.0.0.1:9/v1"
    update = {"judge": "vllm", "judge_base_url": urls, "judge_cache": ":memory:"}
    app = create_app(Settings(**{**settings.model_dump(), **update}))
    with TestClient(app, base_url="http://127.0.0.1", headers={"Origin": "http://127.0.0.1"}) as client:
        yield client


def test_without_a_judge_the_page_says_how_to_get_one(console: TestClient) -> None:
    assert "MINGJIAN_JUDGE=baseline" in console.get("/settings/judge").text


def test_a_judge_in_this_process_says_what_it_can_answer_and_has_no_servers(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"judge": "baseline"}))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        text = client.get("/settings/judge").text
    assert "可以作答" in text
    assert re.search(r"linear-[0-9a-f]{12}", text)
    assert "熔断" not in text


def test_every_server_is_shown_and_probed_again_when_asked(judged: TestClient, asked: FakeVllm) -> None:
    page = judged.get("/settings/judge").text
    there, away = page[page.index(asked.base_url) :], page[page.index("http://127.0.0.1:9/v1") :]
    for told in (
        "fake-8b",
        "结构化判定（/v1/systemone）",
        "32,768 个词元",
        "前缀缓存",
        "探测时间",
        "没有暂停",
    ):
        assert told in there
    assert "mingjian judge serve" in away
    before = len(asked.asked("/v1/chat/completions"))
    judged.get("/settings/judge")
    assert len(asked.asked("/v1/chat/completions")) == before, "looking does not probe"
    assert "已重新探测。" in judged.post("/settings/judge/probe").text
    assert len(asked.asked("/v1/chat/completions")) > before


def test_a_paused_server_says_why_and_when_it_is_tried_again() -> None:
    rest = Paused("no answer", 3, 75.0)
    found = ServerCondition(base_url="http://b/v1", capability=ABLE, paused=rest)
    (card,) = server_cards([found], ZONE, ZH)
    assert (card.pause, card.pause_why) == ("连续失败 3 次，1 分 15 秒 后再试", "no answer")
    assert not card.usable


def test_what_was_found_out_is_told_with_the_time_of_the_shop() -> None:
    (card,) = server_cards([ServerCondition(base_url="http://a/v1", capability=ABLE)], ZONE, EN)
    facts = {fact.name: (fact.value, fact.good) for fact in card.facts}
    assert facts["Probed at"] == ("2026-11-01 10:00", None)
    assert facts["Prefix cache"] == ("97% of a repeated prompt not computed again", True)
    assert facts["Structured output enforced"] == ("no", False)
    assert facts["Live requests go first"] == ("unknown", None)


def test_every_problem_a_probe_tells_has_its_chinese() -> None:
    known = [each for each in vars(probe).values() if isinstance(each, Problem)]
    assert len(known) > 5
    assert {each.what for each in known} == set(PROBLEMS)
    bad = ServerCondition(
        base_url="http://a/v1", capability=Capability(base_url="http://a/v1", problems=tuple(known))
    )
    (card,) = server_cards([bad], ZONE, ZH)
    assert all(re.search("[\u3400-\u9fff]", each.what + each.remedy) for each in card.problems)
