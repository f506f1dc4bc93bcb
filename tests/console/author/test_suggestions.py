"""A better wording searched from the bench, read, and taken over as a draft."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.studying import work
from tests.api.suggesting import ACT, BETTER, Pupil, judged_by
from tests.fake_vllm.server import FakeVllm


@pytest.fixture
def server() -> Iterator[FakeVllm]:
    with FakeVllm(Pupil()) as running:
        yield running


@pytest.fixture
def bench(settings: Settings, server: FakeVllm) -> Iterator[TestClient]:
    """A console whose service asks the fake server."""
    asking = settings.model_copy(update=judged_by(server) | {"judge_cache": Path(":memory:")})
    headers = {"Origin": "http://127.0.0.1"}
    with TestClient(create_app(asking), base_url="http://127.0.0.1", headers=headers) as client:
        yield client


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_wording_is_searched_read_and_taken_over_as_a_draft(bench: TestClient) -> None:
    assert 'formaction="/author/agent_abuse/suggest"' in bench.get(f"/author/{ACT}").text
    answer = bench.post(f"/author/{ACT}/suggest", data={"tokens": "3000000"}, follow_redirects=False)
    assert answer.status_code == 303, text_of(answer.text)
    address = answer.headers["location"]
    waiting = text_of(bench.get(address).text)
    assert "找更好的措辞 排队中" in waiting
    assert "试的草稿" not in waiting
    assert work(bench)
    told = text_of(bench.get(address).text)
    assert "测试集上确有改进：可以采用" in told
    assert "测试集 35 个用例：改好 14，改坏 0，精确 McNemar p=0.000。这是第 1 次看测试集。" in told
    assert BETTER in told
    study = address.rpartition("/")[2]
    taken = bench.get(f"/author/{ACT}?study={study}").text
    assert BETTER in taken.partition('<textarea name="text"')[2].partition("</textarea>")[0]
    assert "找更好的措辞" in text_of(bench.get("/settings/jobs").text)


@pytest.mark.parametrize(
    ("tokens", "said"), [("1000", "1,000 tokens are too few"), ("viel", "a number of tokens")]
)
def test_a_budget_that_will_not_do_is_said_on_the_bench(bench: TestClient, tokens: str, said: str) -> None:
    answer = bench.post(f"/author/{ACT}/suggest", data={"tokens": tokens})
    assert answer.status_code == 422
    assert said in text_of(answer.text)


def test_without_a_judge_that_reads_wording_nothing_is_offered(console: TestClient) -> None:
    assert "/suggest" not in console.get(f"/author/{ACT}").text
