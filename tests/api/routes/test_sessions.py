"""The session list: every filter, and pages that add up."""

from typing import Any

import pytest

from tests.api.building import a_session, said
from tests.api.client import Client

RED = said("m2", "10:00:05", "您好,我们是国家级品质", "agent")
RATED = {"type": "rating", "at": "2026-11-01T10:20:00+08:00", "level": 2, "agent_id": "a-9"}
PAID = {"type": "order", "at": "2026-11-01T10:02:00+08:00", "order_id": "o-1", "state": "paid"}
SESSIONS = [
    a_session("plain"),
    a_session("red", said("m1", "10:00:00", "在吗"), RED, shop="shop-b"),
    a_session("rated", events=[RATED], group="aftersale", agents=[{"agent_id": "a-9", "kind": "human"}]),
    a_session("ordered", events=[PAID], started_at="2026-11-02T10:00:00+08:00", ended_at=None),
]
FILTERS: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"plain", "red", "rated", "ordered"}),
    ({"shop": "shop-b"}, {"red"}),
    ({"shop": "nobody"}, set()),
    ({"group": "aftersale"}, {"rated"}),
    ({"agent": "a-9"}, {"rated"}),
    ({"started_from": "2026-11-02T00:00:00+08:00"}, {"ordered"}),
    ({"started_to": "2026-11-01T10:00:00+08:00"}, set()),
    ({"order_state": "paid"}, {"ordered"}),
    ({"order_state": "none"}, {"plain", "red", "rated"}),
    ({"satisfaction": 2}, {"rated"}),
    ({"rule_hit": "prohibited_superlative"}, {"red"}),
    ({"rule_hit": "R32"}, {"red"}),
    ({"red_line": "true"}, {"red"}),
    ({"score_max": 0}, {"red"}),
    ({"score_min": 0.5}, {"plain", "rated", "ordered"}),
    ({"undetermined": "true"}, {"plain", "red", "rated", "ordered"}),
    ({"inspected": "false"}, set()),
    ({"text": "国家级"}, {"red"}),
    ({"text": "羽绒服", "shop": "shop-a", "satisfaction": 2}, {"rated"}),
]


def test_finds_sessions_by_every_filter(client: Client) -> None:
    client.submit(*SESSIONS)
    for session in SESSIONS:
        client.inspected(session["session_id"])
    for query, expected in FILTERS:
        page = client.get("/v1/sessions", params=query).json()
        assert {each["session_id"] for each in page["items"]} == expected, query


@pytest.mark.parametrize("limit", [1, 3, 7, 10])
def test_pages_show_every_session_once_newest_first(idle: Client, limit: int) -> None:
    minutes = [3, 0, 5, 5, 1, 2, 5]
    idle.submit(*(a_session(f"s-{n}", started_at=f"2026-11-01T10:{m:02}:00Z") for n, m in enumerate(minutes)))
    seen, cursor = [], None
    while True:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = idle.get("/v1/sessions", params=query).json()
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        assert len(page["items"]) == limit
    assert len({each["session_id"] for each in seen}) == len(seen) == 7
    starts = [each["started_at"] for each in seen]
    assert starts == sorted(starts, reverse=True)


REFUSED = [
    ({"limit": 0}, "limit", "greater than or equal to 1"),
    ({"limit": 501}, "limit", "less than or equal to 500"),
    ({"started_from": "2026-11-01T10:00:00"}, "started_from", "timezone"),
    ({"order_state": "lost"}, "order_state", "created_unpaid"),
    ({"satisfaction": 6}, "satisfaction", "5"),
    ({"score_min": "nan"}, "score_min", "finite"),
    ({"red_line": "perhaps"}, "red_line", "boolean"),
    ({"rule_hit": "R99"}, "rule_hit", "R99"),
    ({"cursor": "of somebody else"}, None, "start again without one"),
]


@pytest.mark.parametrize(("query", "field", "detail"), REFUSED)
def test_names_the_parameter_that_cannot_be_used(
    local: Client, query: dict[str, Any], field: str | None, detail: str
) -> None:
    response = local.get("/v1/sessions", params=query)
    assert (response.status_code, response.json().get("field")) == (422, field)
    assert detail in response.json()["detail"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/v1/sessions/nobody", "session-not-found"),
        ("/v1/sessions/s-1?revision=2", "session-not-found"),
        ("/v1/sessions/nobody/inspections", "session-not-found"),
        ("/v1/sessions/nobody/inspections/latest", "session-not-found"),
        ("/v1/sessions/s-1/inspections/latest", "inspection-not-found"),
        ("/v1/inspections/nothing", "inspection-not-found"),
        ("/v1/jobs/nothing", "job-not-found"),
        ("/v1/jobs/nothing/failures", "job-not-found"),
        ("/v1/profiles/nothing", "profile-not-found"),
        ("/v1/profiles/default?version=3", "profile-version-not-found"),
        ("/v1/profiles/nothing/history", "profile-not-found"),
        ("/v1/catalogue/nothing", "rule-not-found"),
        ("/v1/catalogue?profile=nothing", "profile-not-found"),
        ("/problems/nothing", "not-found"),
        ("/v2/sessions", "not-found"),
    ],
)
def test_what_is_not_there_is_a_problem_that_says_so(local: Client, path: str, kind: str) -> None:
    local.submit(a_session())
    response = local.get(path)
    assert (response.status_code, response.json()["type"]) == (404, f"/problems/{kind}")
    assert response.json()["detail"]


@pytest.mark.parametrize(
    ("path", "query", "said"),
    [
        ("/v1/sessions", {"agnt": "a-1"}, "did you mean 'agent'"),
        ("/v1/sessions", {"shop": "shop-a", "colour": "red"}, "expected agent, "),
        ("/v1/reports/overview", {"satisfied": "1"}, "expected agent, group, shop, started_from, started_to"),
        ("/healthz", {"deep": "1"}, "expected none"),
    ],
)
def test_a_misspelt_filter_is_refused_instead_of_ignored(
    idle: Client, path: str, query: dict[str, str], said: str
) -> None:
    answer = idle.get(path, params=query)
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (422, "/problems/parameter-invalid")
    assert problem["field"] in query
    assert said in problem["detail"]
