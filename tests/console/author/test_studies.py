"""Eval runs and replays of the bench: begun with a draft, followed, cancelled, and read with matrix and flips."""

import re

import pytest
from starlette.testclient import TestClient

from tests.api.drafts import ALARMING, DIVERSION, PROMPT, WIDER
from tests.api.studying import work
from tests.console.author.reading import text_of


def begun(console: TestClient, path: str, **form: str) -> str:
    """The address of the study that the form leads to."""
    answer = console.post(f"/author/{path}", data=form, follow_redirects=False)
    assert answer.status_code == 303, text_of(answer.text)
    return answer.headers["location"]


@pytest.mark.parametrize(
    ("rule", "text", "told"),
    [
        (DIVERSION, ALARMING, "这份草稿在评测集上变差了，或说不准："),
        ("agent_abuse", PROMPT.replace("score = -100", "score = -50"), "这份草稿在评测集上："),
    ],
)
def test_beside_the_button_that_publishes_stands_what_the_eval_set_said(
    console: TestClient, rule: str, text: str, told: str
) -> None:
    address = begun(console, f"{rule}/evaluate", text=text)
    assert "还没有在评测集上跑过" in console.post(f"/author/{rule}", data={"text": text}).text
    assert work(console)
    page = console.post(f"/author/{rule}", data={"text": text}).text
    assert told in page
    assert f'href="{address}"' in page[page.index('id="publish"') : page.index('id="studies"')]
    other = console.post(
        f"/author/{rule}", data={"text": text.replace('title_en = "', 'title_en = "X ')}
    ).text
    assert "还没有在评测集上跑过" in other


def test_a_run_waits_is_done_and_shows_matrix_intervals_and_no_flip_for_the_same_text(
    console: TestClient,
) -> None:
    address = begun(console, "agent_abuse/evaluate", text=PROMPT)
    waiting = console.get(address).text
    assert "排队中" in waiting
    assert f'data-live="{address}/events"' in waiting
    assert work(console)
    page = console.get(address).text
    assert "data-over" in page
    told = text_of(page)
    assert "客服骂人（构造） agent_abuse · 56 个用例" in told
    assert "日常服务（构造） agent_abuse · 444 个用例" in told
    assert "1000 / 1000" in told
    assert "其中 500 个以前判过" in told, "the same text is judged once"
    rows = re.findall(r"(已发布|草稿) (\d+) (\d+) (\d+) (\d+) (\d+) [\d.]+% \[", told)
    assert [row[0] for row in rows] == ["已发布", "草稿"]
    assert rows[0][1:] == rows[1][1:]
    assert sum(map(int, rows[0][1:])) == 56
    assert "与已发布的没有一处不同" in told
    assert "0：代码和基线判断器" in told


def test_a_wording_that_the_baseline_cannot_read_is_not_called_worse(console: TestClient) -> None:
    address = begun(console, "agent_abuse/evaluate", text=PROMPT.replace("没有骂人。", "没有骂谁。"))
    work(console)
    told = text_of(console.get(address).text)
    assert "基线判断器不读措辞，改了提示词要用服务的模型判" in told
    assert "改坏" not in told


def test_a_worse_draft_is_shown_with_what_it_breaks(console: TestClient) -> None:
    address = begun(console, f"{DIVERSION}/evaluate", text=ALARMING)
    work(console)
    page = console.get(address).text
    assert page.count('<b class="broken">改坏</b>') > 5
    assert "变差了" in page
    assert "变差超出容许" in page
    assert "<q>" in page[page.index('aria-label="翻转"') :]


def test_the_draft_comes_back_to_the_bench_and_runs_are_listed(console: TestClient) -> None:
    worded = PROMPT.replace("没有骂人。", "没有骂人，也没有讽刺。")
    address = begun(console, "agent_abuse/evaluate", text=worded)
    link = re.search(r'href="(/author/agent_abuse\?study=[^"]+)"', console.get(address).text)
    assert link is not None
    assert "也没有讽刺" in console.get(link[1]).text
    assert address in console.get("/author/agent_abuse").text
    assert address not in console.get("/author/hostile_phrase").text
    elsewhere = address.replace("agent_abuse", "hostile_phrase")
    assert console.get(elsewhere).status_code == 404


def test_stored_sessions_are_replayed_with_hits_and_scores(stored: TestClient) -> None:
    address = begun(stored, "hostile_phrase/replay", text=WIDER)
    work(stored)
    page = stored.get(address).text
    assert "2 个会话：多命中 1，少命中 0；1 位客服的分数会变。" in page
    assert 'href="/desk/sessions/s-rude"' in page
    assert re.search(r"a-1 \d+\.\d \d+\.\d 1 / 2", text_of(page))


def test_a_prompt_is_replayed_too(stored: TestClient) -> None:
    address = begun(stored, "agent_abuse/replay", text=PROMPT.replace("score = -100", "score = -50", 1))
    work(stored)
    assert "2 个会话" in stored.get(address).text


def test_a_study_is_cancelled_and_resumed_by_button(console: TestClient) -> None:
    address = begun(console, "agent_abuse/evaluate", text=PROMPT)
    page = console.post(f"{address}/cancel").text
    assert "已取消。" in page
    assert "接着跑" in page
    assert not work(console)
    console.post(f"{address}/resume")
    assert work(console)
    assert "完成" in console.get(address).text


@pytest.mark.parametrize(
    ("path", "form", "told"),
    [
        ("agent_abuse/evaluate", {"text": PROMPT, "judge": "service"}, "MINGJIAN_JUDGE"),
        ("hostile_phrase/replay", {"text": WIDER, "limit": "viele"}, "viele"),
        ("hostile_phrase/evaluate", {"text": WIDER}, "no eval set labels them"),
    ],
)
def test_what_cannot_be_run_is_told_on_the_bench_and_the_draft_is_not_lost(
    console: TestClient, path: str, form: dict[str, str], told: str
) -> None:
    answer = console.post(f"/author/{path}", data=form)
    assert answer.status_code == 422
    assert told in answer.text
    assert 'role="alert"' in answer.text
    assert "</textarea>" in answer.text


def test_a_draft_with_a_mistake_is_not_run(console: TestClient) -> None:
    answer = console.post("/author/hostile_phrase/replay", data={"text": "id = "})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert not work(console)
