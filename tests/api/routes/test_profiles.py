"""Profiles over REST: versions that take effect tomorrow, hot fixes that are audited, and who may do what."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.api.building import a_session, said, verdicts
from tests.api.client import Client

PATIENT = {
    "name": "patient",
    "title": "宽松标准",
    "rules": {"slow_first_human_reply": {"longer_than": "40s"}},
}


def _change(document: dict[str, Any] = PATIENT, **fields: Any) -> dict[str, Any]:
    return {"document": document, "reason": "大促"} | fields


def _after_thirty_seconds(started: datetime) -> dict[str, Any]:
    """A session whose first human reply takes 30 seconds."""
    first, reply = started.isoformat(), (started + timedelta(seconds=30)).isoformat()
    messages = (
        said("m1", "10:00:00", "在吗") | {"sent_at": first},
        said("m2", "10:00:30", "您好,欢迎", "agent") | {"sent_at": reply},
    )
    return a_session("s-1", *messages, started_at=first, ended_at=reply)


def _first_reply(client: Client, started: datetime, **query: str) -> str:
    trial = client.post("/v1/inspect", json=_after_thirty_seconds(started), params=query).json()
    return verdicts(trial)["slow_first_human_reply"]


def test_a_new_version_holds_from_the_next_midnight_in_the_zone_of_the_service(idle: Client) -> None:
    version = idle.put("/v1/profiles/patient", json=_change(base_version=0)).json()
    takes_effect = datetime.fromisoformat(version["effective_from"]).astimezone(ZoneInfo("Asia/Shanghai"))
    tomorrow = datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=1)
    assert (version["version"], version["author"], takes_effect.date()) == (1, "local", tomorrow)
    assert takes_effect.strftime("%H:%M:%S") == "00:00:00"
    assert idle.get("/v1/profiles/patient").status_code == 404
    assert "takes effect at" in idle.get("/v1/profiles/patient").json()["detail"]
    assert idle.get("/v1/profiles/patient", params={"version": 1}).json()["document"] == PATIENT
    later = (takes_effect + timedelta(hours=1)).isoformat()
    assert idle.get("/v1/profiles/patient", params={"as_of": later}).json()["version"] == 1


def test_a_session_is_judged_by_what_was_in_force_when_it_started(idle: Client) -> None:
    before = datetime(2026, 1, 1, tzinfo=UTC)
    idle.put("/v1/profiles/patient", json=_change())
    assigned = idle.put("/v1/shops/shop-a/profile", json={"profile": "patient"}).json()
    start = datetime.fromisoformat(assigned["at"])
    assert idle.get("/v1/shops/shop-a/profile").json()["profile"] == "default"
    later = (start + timedelta(hours=1)).isoformat()
    assert idle.get("/v1/shops/shop-a/profile", params={"as_of": later}).json()["profile"] == "patient"
    assert _first_reply(idle, before) == "hit"
    assert _first_reply(idle, start - timedelta(seconds=1)) == "hit"
    assert _first_reply(idle, start) == "no_hit"
    assert _first_reply(idle, before, as_of=later) == "no_hit"


def test_all_shops_without_their_own_share_one(idle: Client) -> None:
    idle.put("/v1/profiles/patient", json=_change())
    given = idle.put("/v1/shops", json={"profile": "patient"}).json()
    own = idle.put("/v1/shops/shop-b/profile", json={"profile": "ten_nodes"}).json()
    assert (given["shop"], own["shop"]) == (None, "shop-b")
    names = {
        shop: idle.get(f"/v1/shops/{shop}/profile", params={"as_of": given["at"]}).json()["profile"]
        for shop in ("shop-a", "shop-b")
    }
    assert names == {"shop-a": "patient", "shop-b": "ten_nodes"}


def test_a_hot_fix_holds_at_once_and_is_audited(idle: Client) -> None:
    fixed = idle.put("/v1/profiles/patient", json=_change(hot_fix=True, reason="词表误伤")).json()
    assert (fixed["hot_fix"], fixed["reason"]) == (True, "词表误伤")
    assert idle.get("/v1/profiles/patient").json()["version"] == 1
    entry = idle.get("/v1/audit", params={"action": "profile.hot_fix"}).json()[0]
    assert (entry["actor"], entry["subject"], entry["reason"]) == ("local", "profile:patient@1", "词表误伤")


def test_every_version_stays_readable(idle: Client) -> None:
    idle.put("/v1/profiles/patient", json=_change())
    stricter = PATIENT | {"rules": {"slow_first_human_reply": {"longer_than": "10s"}}}
    idle.put("/v1/profiles/patient", json=_change(stricter, base_version=1))
    assert [each["version"] for each in idle.get("/v1/profiles/patient/history").json()] == [2, 1]
    assert idle.get("/v1/profiles/patient", params={"version": 1}).json()["document"] == PATIENT
    listed = {each["name"]: each for each in idle.get("/v1/profiles").json()}
    assert listed["patient"]["newest_version"] == 2
    assert (listed["default"]["built_in"], listed["default"]["newest_version"]) == (True, None)


def test_a_profile_may_build_on_another_stored_one(idle: Client) -> None:
    idle.put("/v1/profiles/patient", json=_change(hot_fix=True))
    child = {"name": "child", "title": "子方案", "base": "patient"}
    assert idle.put("/v1/profiles/child", json=_change(child, hot_fix=True)).status_code == 200
    assert _first_reply(idle, datetime(2026, 1, 1, tzinfo=UTC), profile="ten_nodes") == "hit"
    now = datetime.now(UTC).isoformat()
    assert _first_reply(idle, datetime(2026, 1, 1, tzinfo=UTC), profile="child", as_of=now) == "no_hit"


def test_an_inspection_explains_its_score_by_the_version_it_used(client: Client) -> None:
    client.submit(_after_thirty_seconds(datetime(2026, 1, 1, tzinfo=UTC)))
    first = client.inspected("s-1")
    assert first["arithmetic"]
    changed = {"name": "default", "title": "默认", "scoring": {"base": 90}}
    client.put("/v1/profiles/default", json=_change(changed, hot_fix=True))
    again = client.get(f"/v1/inspections/{first['inspection_id']}").json()
    assert again["arithmetic"] == first["arithmetic"]
    session = _after_thirty_seconds(datetime.now(UTC)) | {"session_id": "s-2"}
    client.submit(session)
    second = client.inspected("s-2")
    assert second["inspection"]["profile_version"].startswith("default@1#")
    assert second["arithmetic"][0]["points"] == 90


def _with(**fields: Any) -> dict[str, Any]:
    return PATIENT | fields


REFUSED = [
    (_change(_with(name="other")), 422, "profile-rejected", "expected 'patient' as in the address"),
    (_change(_with(rules={"slow_first_repl": {}})), 422, "profile-rejected", "slow_first_repl"),
    (_change(_with(rules={"R51": {"longer_than": "soon"}})), 422, "profile-rejected", "longer_than"),
    (_change(_with(scorng={})), 422, "profile-rejected", "did you mean scoring?"),
    (_change(_with(base="nobody")), 422, "profile-rejected", "nobody"),
    (_change({}), 422, "profile-rejected", "required, but missing"),
    (_change(reson="x"), 422, "request-invalid", "reson"),
    ({"reason": "x"}, 422, "request-invalid", "document"),
    (_change(hot_fix=True, reason=" "), 422, "parameter-invalid", "reason"),
    (_change(base_version=4), 409, "profile-conflict", "not at 4"),
]


@pytest.mark.parametrize(("body", "status", "kind", "detail"), REFUSED)
def test_says_everything_that_is_wrong_with_a_profile(
    local: Client, body: dict[str, Any], status: int, kind: str, detail: str
) -> None:
    response = local.put("/v1/profiles/patient", json=body)
    assert (response.status_code, response.json()["type"]) == (status, f"/problems/{kind}")
    assert detail in response.json()["detail"]
    assert local.get("/v1/profiles/patient/history").status_code == 404


def test_tells_of_several_problems_at_once(local: Client) -> None:
    rules = {"R51": {"longer_than": "soon"}, "R52": {"clock": "sun"}}
    problem = local.put("/v1/profiles/patient", json=_change(_with(rules=rules))).json()
    assert len(problem["errors"]) == 2


def test_assigns_only_profiles_that_are_there(local: Client) -> None:
    response = local.put("/v1/shops/shop-a/profile", json={"profile": "nobody"})
    assert (response.status_code, response.json()["type"]) == (404, "/problems/profile-not-found")


def test_shows_rules_as_a_profile_makes_them(local: Client) -> None:
    shipped = local.get("/v1/catalogue/R53").json()
    strict = local.get("/v1/catalogue/slow_average_reply", params={"profile": "ten_nodes"}).json()
    assert (shipped["rule"]["longer_than"], strict["rule"]["longer_than"]) == ("60s", "15s")
    assert shipped["version"] != strict["version"]
    catalogue = local.get("/v1/catalogue", params={"profile": "ten_nodes"}).json()
    assert catalogue["rule_versions"]["slow_average_reply"] == strict["version"]
    assert len(catalogue["rules"]) >= 55
