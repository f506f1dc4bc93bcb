"""The pages of the session desk, as HTML."""

import csv
import io
import json
import re

import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from api.console.desk.listing import number_of
from api.console.language import translator
from tests.api.building import a_session, said
from tests.console.desk.conftest import submit


def listed(text: str) -> list[str]:
    return re.findall(r'name="session_id" value="([^"]+)"', text)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["s/odd id?", "s-praise", "s-late"]),
        ("shop=shop-b", ["s-praise"]),
        ("group=presale", ["s/odd id?", "s-praise", "s-late"]),
        ("agent=a-1", ["s-praise", "s-late"]),
        ("rule_hit=R05", ["s-late"]),
        ("rule_hit=late_reply_without_apology", ["s-late"]),
        ("satisfaction=5", ["s-praise"]),
        ("order_state=none", ["s/odd id?", "s-praise", "s-late"]),
        ("order_state=paid", []),
        ("red_line=true", ["s-praise"]),
        ("score_max=50", ["s-praise"]),
        ("inspected=false", ["s/odd id?"]),
        ("text=优惠", ["s-late"]),
        ("from_day=2026-11-01&to_day=2026-11-01", ["s/odd id?", "s-praise", "s-late"]),
        ("from_day=2026-11-02", []),
        ("to_day=2026-10-31", []),
    ],
)
def test_the_list_is_filtered(desk: TestClient, query: str, expected: list[str]) -> None:
    response = desk.get(f"/desk?{query}")
    assert response.status_code == 200
    assert listed(response.text) == sorted(expected, reverse=True)


def test_the_days_of_a_filter_are_those_of_the_shop(console: TestClient) -> None:
    early = said("m1", "10:00:00", "在吗", sent_at="2026-10-31T16:30:00+00:00")
    submit(console, a_session("s-1", early, started_at="2026-10-31T16:30:00+00:00"))
    assert listed(console.get("/desk?from_day=2026-11-01").text) == ["s-1"]
    assert listed(console.get("/desk?to_day=2026-10-31").text) == []


def test_page_after_page_shows_every_session_once(desk: TestClient) -> None:
    found, address = [], "/desk?limit=2"
    while address:
        text = desk.get(address).text
        found += listed(text)
        following = re.search(r'rel="next"[^>]*href="([^"]+)"', text)
        address = following[1].replace("&amp;", "&") if following else ""
    assert found == ["s/odd id?", "s-praise", "s-late"]


def test_a_row_says_what_hit_and_what_waits(fresh_desk: TestClient) -> None:
    text = fresh_desk.get("/desk").text
    assert "长时间等待客服未致歉" in text
    assert "红线" in text
    assert "等待质检" in text
    submit(fresh_desk, a_session("s-late", said("m1", "10:00:00", "新内容")))
    assert "有新内容待质检" in fresh_desk.get("/desk").text


def test_filters_that_are_set_can_be_dropped_one_by_one(desk: TestClient) -> None:
    text = desk.get("/desk?shop=shop-b&satisfaction=5").text
    assert 'href="/desk?shop=shop-b"' in text
    assert 'href="/desk?satisfaction=5"' in text


@pytest.mark.parametrize(
    ("query", "said"),
    [("", "共 3 个"), ("?limit=1", "共 3 个"), ("?shop=shop-b", "共 1 个"), ("?shop=nowhere", "共 0 个")],
)
def test_the_list_says_how_many_sessions_it_has(desk: TestClient, query: str, said: str) -> None:
    assert said in desk.get(f"/desk{query}").text


def test_a_number_that_was_not_counted_to_its_end_says_so() -> None:
    assert number_of(9_999, 10_000, translator("zh")) == "共 9999 个"
    assert number_of(10_000, 10_000, translator("zh")) == "10,000 个以上"


@pytest.mark.parametrize(
    ("before", "back"),
    [
        ("http://127.0.0.1/desk?shop=shop-b", "/desk?shop=shop-b"),
        ("http://127.0.0.1/desk", "/desk"),
        ("http://127.0.0.1/reports?shop=shop-b", "/desk"),
        ("http://elsewhere.invalid/desk?shop=shop-b", "/desk"),
        ("http://[", "/desk"),
    ],
)
def test_a_session_leads_back_to_the_list_with_its_filters(desk: TestClient, before: str, back: str) -> None:
    text = desk.get("/desk/sessions/s-praise", headers={"Referer": before}).text
    assert f'<a href="{back}" data-key="u"' in text


def test_conditions_that_cannot_be_used_can_be_dropped(desk: TestClient) -> None:
    response = desk.get("/desk?score_min=many&shop=shop-b")
    assert response.status_code == 422
    assert '<a class="button primary" href="/desk">' in response.text
    assert "去掉条件" not in desk.get("/desk/sessions/none").text


def test_an_empty_list_says_what_to_do(console: TestClient) -> None:
    assert "mingjian import" in console.get("/desk").text
    assert "清除筛选" in console.get("/desk?shop=nowhere").text


def test_filters_are_saved_and_forgotten(fresh_desk: TestClient) -> None:
    text = fresh_desk.post("/desk/filters", data={"name": "红线 <b>", "query": "red_line=true&limit=9"}).text
    assert listed(text) == ["s-praise"]
    assert '<a href="/desk?red_line=true">红线 &lt;b&gt;</a>' in text
    assert "常用筛选" in fresh_desk.get("/desk").text
    assert "常用筛选" not in fresh_desk.post("/desk/filters/forget", data={"name": "红线 <b>"}).text


def test_a_filter_that_no_cookie_holds_is_not_lost_without_a_word(fresh_desk: TestClient) -> None:
    # Nothing in it repeats, so that it cannot be made shorter.
    text = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(3000))
    response = fresh_desk.post("/desk/filters", data={"name": "长", "query": f"text={text}"})
    assert "这个筛选太长，浏览器存不下" in response.text
    assert "常用筛选" not in fresh_desk.get("/desk").text


@pytest.mark.parametrize("session_id", ["s%2Fodd%20id%3F", "s/odd%20id%3F"])
def test_a_session_of_any_name_has_a_page(desk: TestClient, session_id: str) -> None:
    response = desk.get(f"/desk/sessions/{session_id}")
    assert response.status_code == 200
    assert "&lt;b&gt;价格&lt;/b&gt;" in response.text
    assert "还没有质检" in response.text


def test_a_session_shows_its_evidence_and_its_sum(desk: TestClient) -> None:
    text = desk.get("/desk/sessions/s-praise").text
    [keys] = re.findall(r'<mark data-hits="([^"]+)">全网最</mark>', text)
    assert all(f'data-of="{key}"' in text for key in keys.split())
    assert len(keys.split()) == 2, "the red line, and the message that the missing invitation is about"
    assert "触犯红线，一票否决" in text.replace(",", "，")
    assert '<a href="/calibration/prohibited_superlative">未在你的标注上测量</a>' in text
    assert "规则直接判定" in text
    assert "没有问过判断器" in text


def test_the_sum_of_an_agent(desk: TestClient) -> None:
    text = desk.get("/desk/sessions/s-late?agent=a-1").text
    assert re.search(r'href="/desk/sessions/s-late\?agent=a-1#sum" aria-current="true"', text)
    response = desk.get("/desk/sessions/s-late?agent=nobody")
    assert (response.status_code, "nobody" in response.text) == (422, True)


@pytest.mark.parametrize("day", ["from_day=0001-01-01", "to_day=9999-12-31"])
def test_a_day_that_nobody_means_is_refused(desk: TestClient, day: str) -> None:
    assert desk.get(f"/desk?{day}").status_code == 422


def test_newer_content_is_not_shown_as_inspected(fresh_desk: TestClient) -> None:
    submit(fresh_desk, a_session("s-late", said("m1", "10:00:00", "新内容")))
    text = fresh_desk.get("/desk/sessions/s-late").text
    assert "会话有更新的内容还没有质检" in text
    assert "新内容</p>" not in text


def test_a_session_that_is_not_there(desk: TestClient) -> None:
    response = desk.get("/desk/sessions/none")
    assert response.status_code == 404
    assert "请回到列表重新查找" in response.text


def test_in_english_a_rule_has_its_english_name(fresh_desk: TestClient) -> None:
    fresh_desk.cookies.set("mingjian_language", "en")
    text = fresh_desk.get("/desk/sessions/s-late").text
    assert "How the score comes about" in text
    assert "not measured on your labels" in text


def test_ticked_sessions_are_queued(fresh_desk: TestClient) -> None:
    before = len(fresh_desk.get("/v1/jobs").json())
    response = fresh_desk.post("/desk/inspect?shop=shop-a", data={"session_id": ["s-late", "s/odd id?"]})
    assert str(response.url).endswith("/desk?shop=shop-a")
    assert "2 个会话已排队重新质检" in response.text
    assert "已排队" not in fresh_desk.get("/desk").text
    jobs = fresh_desk.get("/v1/jobs").json()
    assert (len(jobs) - before, jobs[0]["total"]) == (1, 2)


def test_nothing_ticked_queues_nothing(fresh_desk: TestClient) -> None:
    before = fresh_desk.get("/v1/jobs").json()
    assert "先勾选会话" in fresh_desk.post("/desk/inspect").text
    assert fresh_desk.get("/v1/jobs").json() == before


@pytest.mark.parametrize(
    ("query", "ticked", "expected"),
    [
        ("", [], {"s-late", "s-praise"}),
        ("?shop=shop-b", [], {"s-praise"}),
        ("?shop=shop-b", ["s-late"], {"s-late"}),
    ],
)
def test_what_is_ticked_or_else_what_meets_the_filters_is_exported(
    desk: TestClient, query: str, ticked: list[str], expected: set[str]
) -> None:
    def export(format: str) -> bytes:
        form = {"what": "scorecards", "format": format, "session_id": ticked}
        response = desk.post(f"/desk/export{query}", data=form)
        assert f'filename="scorecards.{format}"' in response.headers["content-disposition"]
        return bytes(response.content)

    lines = [json.loads(line) for line in export("jsonl").splitlines()]
    assert {line["session_id"] for line in lines} == expected
    rows = list(csv.DictReader(io.StringIO(export("csv").decode("utf-8-sig"))))
    assert {row["session_id"] for row in rows} == expected
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(export("xlsx"))).get_sheet_by_index(0).to_python()
    assert [[str(row["session_id"]), row["agent_id"]] for row in rows] == [
        [row[0], row[4]] for row in sheet[1:]
    ]


def test_an_export_of_a_session_that_is_gone_is_an_error_page(desk: TestClient) -> None:
    form = {"what": "outcomes", "format": "csv", "session_id": ["none"]}
    assert desk.post("/desk/export", data=form).status_code == 404
