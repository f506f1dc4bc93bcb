"""Shops with groups, agents and tiers as sessions name them, and which profile each uses."""

from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.console.going_on import chat


@pytest.fixture
def shops(console: TestClient) -> TestClient:
    def served(session_id: str, shop: str | None, agent: str, tier: str | None = None) -> dict[str, Any]:
        made = chat(datetime.now(UTC), session_id, "presale", agent, (60, "在吗"), (50, "在的", agent))
        made["agents"] = [{"agent_id": agent, "group": "presale"} | ({"tier": tier} if tier else {})]
        return made | ({"shop": shop} if shop else {"shop": None})

    sessions = [
        served("1", "山茶小店", "zl-01", "金牌"), served("2", "山茶小店", "zl-01", "金牌"),
        served("3", "山茶小店", "zl-02"), served("4", None, "xm-01"),
    ]  # fmt: skip
    assert console.post("/v1/sessions", json=sessions).status_code == 202
    return console


def test_agents_stand_in_their_groups_with_tiers(shops: TestClient) -> None:
    text = shops.get("/settings/shops").text
    first = text[text.index("<h2>山茶小店</h2>") : text.index("<h2>其余店铺</h2>")]
    assert '<td>zl-01</td><td>金牌</td><td class="number">2</td>' in first
    assert '<td>zl-02</td><td>—</td><td class="number">1</td>' in first
    assert "xm-01" not in first
    assert "xm-01" in text


def test_a_shop_is_given_a_profile_from_the_next_day_on(shops: TestClient) -> None:
    form = {"shop": "山茶小店", "profile": "ten_nodes", "reason": "客服监控"}
    text = shops.post("/settings/shops", data=form).text
    assert "起使用方案 ten_nodes。" in text
    assert "起改用 ten_nodes" in text[text.index("<h2>山茶小店</h2>") : text.index("<h2>其余店铺</h2>")]
    assert "起改用 ten_nodes" not in text[text.index("<h2>其余店铺</h2>") :]
    assert "客服监控" in shops.get("/settings/audit").text


def test_all_other_shops_are_given_one_too(shops: TestClient) -> None:
    text = shops.post("/settings/shops", data={"profile": "ten_nodes", "reason": "统一"}).text
    assert text.count("起改用 ten_nodes") == 2


def test_who_looked_before_somebody_else_changed_it_is_told(shops: TestClient) -> None:
    form = {"shop": "山茶小店", "profile": "ten_nodes", "reason": "先", "seen": "default"}
    assert shops.post("/settings/shops", data=form).status_code == 200
    late = shops.post("/settings/shops", data=form | {"profile": "service_standard", "reason": "后来的"})
    assert late.status_code == 409
    assert "方案已被别人改过：it is to use &#39;ten_nodes&#39; by now" in late.text
    assert 'value="后来的"' in late.text, "what was typed stays"
    assert 'name="seen" value="ten_nodes"' in late.text, "sent again, it holds"
    trail = shops.get("/settings/audit?subject=shop:山茶小店").text
    assert "先</td>" in trail
    assert "后来的" not in trail


def test_a_profile_names_the_shops_that_use_it(shops: TestClient) -> None:
    assert "没有店铺用它。" in shops.get("/settings/profiles/ten_nodes").text
    form = {"shop": "山茶小店", "profile": "ten_nodes", "reason": "试用"}
    shops.post("/settings/shops", data=form)
    text = shops.get("/settings/profiles/ten_nodes").text
    used = text[text.index("哪些店铺用它") : text.index("历史")]
    assert "山茶小店" in used
    assert "起生效" in used
    text = shops.get("/settings/profiles/default").text
    assert "其余店铺" in text[text.index("哪些店铺用它") : text.index("历史")]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"profile": "ten_nodes"}, 422),
        ({"profile": "ten_nodes", "reason": ""}, 422),
        ({"profile": "nobody", "reason": "x"}, 404),
    ],
)
def test_what_cannot_be_assigned_is_refused(shops: TestClient, form: dict[str, str], status: int) -> None:
    assert shops.post("/settings/shops", data=form).status_code == status
    assert "起改用" not in shops.get("/settings/shops").text


def test_without_sessions_the_page_says_what_to_do(console: TestClient) -> None:
    assert "还没有店铺" in console.get("/settings/shops").text
