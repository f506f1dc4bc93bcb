"""After a misjudged hit: the score as inspected and as it counts, who said so, and the effective verdict in files."""

import csv
import io
import json
import re

import pytest
from starlette.testclient import TestClient

from tests.api.reviewing import RULE, rude
from tests.console.desk.conftest import submit
from tests.console.review.conftest import draw
from tests.console.review.test_review import form_of, session_of


@pytest.fixture
def overturned(desk: TestClient) -> str:
    """The session of a hit that a reviewer called misjudged, with a reason."""
    draw(desk, size="1")
    text = desk.get("/review/case").text
    path, form = form_of(text)
    desk.post(path, data=form | {"answer": "misjudged", "note": "对方在催自己"})
    return session_of(text)


def _sum(page: str) -> tuple[list[tuple[str, str, str]], tuple[str, str]]:
    """Points as inspected, points as they count, and the words of each line; the totals."""
    table = re.search(r'<table class="sum">(.*?)</table>', page, re.DOTALL)
    assert table is not None
    rows = [
        [
            " ".join(re.sub("<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr.*?</tr>", table[1], re.DOTALL)
    ]
    lines = [(cells[0], cells[1], cells[2]) for cells in rows if len(cells) == 3]
    return lines[:-1], lines[-1][:2]


@pytest.mark.parametrize("query", ["", "?agent=a-1"])
def test_the_sum_is_told_as_inspected_and_as_it_counts(desk: TestClient, overturned: str, query: str) -> None:
    page = desk.get(f"/desk/sessions/{overturned}{query}").text
    lines, totals = _sum(page)
    [gone] = [line for line in lines if "自定义违禁词" in line[2]]
    assert (gone[0][0], gone[1]) == ("-", "—")
    assert re.search(r"local 于 .* 判为误判：对方在催自己", gone[2])
    for place, total in enumerate(totals):
        numbers = [float(line[place]) for line in lines if line[place] != "—"]
        assert sum(numbers) == float(total), "the lines of each column add up to its total"
    card = desk.get(f"/v1/sessions/{overturned}/inspections/latest").json()["corrected"]
    assert float(totals[1]) == (card["agents"]["a-1"] if query else card)["score"]
    assert float(totals[0]) < float(totals[1])


def test_a_session_without_a_correction_has_one_column(desk: TestClient, overturned: str) -> None:
    other = "s-00" if overturned != "s-00" else "s-01"
    page = desk.get(f"/desk/sessions/{other}").text
    assert "改判后" not in page
    assert "改判后" in desk.get(f"/desk/sessions/{overturned}").text


def _outcomes(desk: TestClient) -> list[dict[str, str]]:
    answer = desk.post("/desk/export", data={"what": "outcomes", "format": "csv"})
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_files_have_the_effective_verdict_beside_the_judged_one(desk: TestClient, overturned: str) -> None:
    found = [each for each in _outcomes(desk) if each["rule_id"] == RULE]
    [gone] = [each for each in found if each["session_id"] == overturned]
    assert (gone["verdict"], gone["effective_verdict"]) == ("hit", "no_hit")
    assert (gone["not_counted_because"], gone["overturned_by"]) == ("misjudged", "local")
    assert gone["overturned_at"].startswith("20")
    assert gone["overturned_reason"] == "对方在催自己"
    others = [each for each in found if each is not gone]
    assert {(each["verdict"], each["effective_verdict"], each["overturned_by"]) for each in others} == {
        ("hit", "hit", ""),
    }  # fmt: skip
    [counted] = [each for each in desk.get("/v1/reports/rules").json() if each["rule_id"] == RULE]
    assert counted["hit"] == len(others), "reports count what is effective"


def test_json_lines_keep_the_shape_of_the_contract(desk: TestClient, overturned: str) -> None:
    answer = desk.post("/desk/export", data={"what": "outcomes", "format": "jsonl"})
    [line] = [
        each for each in map(json.loads, answer.text.splitlines())
        if (each["session_id"], each["rule_id"]) == (overturned, RULE)
    ]  # fmt: skip
    assert (line["verdict"], "effective_verdict" in line) == ("hit", False)


def test_a_rule_in_shadow_does_not_count_and_nobody_overturned_it(desk: TestClient) -> None:
    stage = {"purpose": "scoring", "stage": "shadow", "reason": "先观察"}
    assert desk.post(f"/v1/calibration/rules/{RULE}/stages", json=stage).status_code == 200

    submit(desk, rude("s-shadow"))
    assert desk.post("/v1/sessions/s-shadow/inspect").status_code == 200
    [found] = [
        each for each in _outcomes(desk) if (each["session_id"], each["rule_id"]) == ("s-shadow", RULE)
    ]
    assert (found["effective_verdict"], found["not_counted_because"], found["overturned_by"]) == (
        "no_hit",
        "stage",
        "",
    )
    assert "规则的计分阶段还不是自动" in desk.get("/desk/sessions/s-shadow").text
