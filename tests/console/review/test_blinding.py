"""What waits for a blind review is told to its reviewer on no page, in no list and in no file of the console."""

import io
import re
from collections.abc import Callable

import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from tests.api.reviewing import RULE
from tests.console.review.conftest import MANY, draw

Person = Callable[[str], TestClient]
TITLE = "自定义违禁词"


@pytest.fixture
def secret(person: Person) -> str:
    """A session that is drawn blind for two reviewers."""
    lead = person("lead")
    draw(lead, what="random", size="1", blind="true", reviewers="2")
    [case] = lead.get("/v1/review/cases", headers={"Authorization": f"Bearer {_key(lead)}"}).json()
    return str(case["session_id"])


def _key(client: TestClient) -> str:
    return str(client.cookies["mingjian_key"])


def _listed(client: TestClient, query: str) -> set[str]:
    return set(re.findall(r'href="/desk/sessions/([^"?]+)"', client.get(f"/desk?limit=200{query}").text))


def test_the_filters_of_the_desk_do_not_find_it(person: Person, secret: str) -> None:
    lead, ann = person("lead"), person("ann")
    assert secret in _listed(ann, "")
    for query in (
        f"&rule_hit={RULE}",
        "&score_max=99",
        "&undetermined=true",
        f"&rule_hit={RULE}&charged_to=a-1",
    ):
        assert _listed(lead, query) - _listed(ann, query) == {secret}, query


def test_the_report_counts_it_as_not_inspected_and_its_numbers_lead_to_as_many(
    person: Person, secret: str
) -> None:
    lead, ann = person("lead").get("/reports").text, person("ann").get("/reports").text
    for text, hits in ((lead, MANY), (ann, MANY - 1)):
        found = re.search(rf'<a href="(/desk\?[^"]*rule_hit={RULE})">(\d+)</a>', text)
        assert found is not None
        assert int(found[2]) == hits
        assert f"/ {MANY} · {hits / MANY:.1%}" in text
    assert len(_listed(person("ann"), f"&rule_hit={RULE}")) == MANY - 1
    assert "1 个会话等您盲审，在这里当作没有质检。" in ann
    assert "等您盲审" not in lead


@pytest.mark.parametrize("ticked", [True, False])
@pytest.mark.parametrize("what", ["outcomes", "scorecards"])
def test_files_leave_it_out(person: Person, secret: str, what: str, ticked: bool) -> None:
    form = {"what": what, "format": "csv"} | ({"session_id": [secret, "s-00", "s-01"]} if ticked else {})
    lead, ann = [person(who).post("/desk/export", data=form).text for who in ("lead", "ann")]
    assert secret in lead
    assert secret not in ann
    assert ann.count("\n") > 1


def test_the_workbook_has_the_numbers_of_the_page(person: Person, secret: str) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(person("ann").get("/reports/workbook").content))
    rows = book.get_sheet_by_name("规则").to_python()
    assert [row[2] for row in rows if TITLE in str(row[1])] == [MANY - 1]


def test_pages_of_alerts_and_of_what_goes_on_leave_it_out(person: Person, secret: str) -> None:
    for path in ("/alerts", "/live"):
        page = person("ann").get(path)
        assert page.status_code == 200
        assert f"/desk/sessions/{secret}" not in page.text
