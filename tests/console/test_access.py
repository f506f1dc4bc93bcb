"""Who gets in: open on this machine, by key from elsewhere; and nothing that a page on another site sends."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient

from api.app import create_app
from api.auth import Role, make_key
from api.console.assets import static_root
from api.console.routing import console_router
from api.console.site import ROUTERS
from api.settings import Settings

OWN = {"Origin": "http://127.0.0.1"}


@pytest.fixture
def keys(tmp_path: Path) -> dict[Role, str]:
    roles: list[Role] = ["feed", "viewer"]
    made = {role: make_key(f"{role} key", role) for role in roles}
    (tmp_path / "keys.toml").write_text("\n".join(table for _, table in made.values()))
    return {role: key for role, (key, _) in made.items()}


@pytest.fixture
def guarded(settings: Settings, keys: dict[Role, str], tmp_path: Path) -> Iterator[TestClient]:
    app = create_app(settings.model_copy(update={"api_keys_file": tmp_path / "keys.toml"}))
    with TestClient(app, base_url="http://127.0.0.1", headers=OWN, follow_redirects=False) as client:
        yield client


def sign_in(client: TestClient, key: str, back: str = "/desk") -> Any:
    return client.post("/login", data={"key": key, "back": back})


def test_without_keys_nobody_signs_in(console: TestClient) -> None:
    response = console.get("/")
    assert (response.status_code, response.url.path) == (200, "/desk")
    assert console.get("/login?back=/desk").url.path == "/desk"


def test_without_keys_a_foreign_host_gets_a_page_that_says_so(console: TestClient) -> None:
    response = console.get("/desk", headers={"Host": "evil.example"})
    assert response.status_code == 421
    assert "MINGJIAN_ALLOWED_HOSTS" in response.text


def test_a_stranger_is_asked_for_a_key_and_comes_back(guarded: TestClient, keys: dict[Role, str]) -> None:
    response = guarded.get("/desk?shop=a&limit=5")
    assert (response.status_code, response.headers["location"]) == (
        303, "/login?back=/desk%3Fshop%3Da%26limit%3D5",
    )  # fmt: skip
    assert 'value="/desk?shop=a&amp;limit=5"' in guarded.get(response.headers["location"]).text
    response = sign_in(guarded, f" {keys['viewer']}\n", "/desk?shop=a")
    assert (response.status_code, response.headers["location"]) == (303, "/desk?shop=a")
    assert guarded.get("/desk?shop=a").status_code == 200


def test_the_key_is_kept_out_of_reach(guarded: TestClient, keys: dict[Role, str]) -> None:
    cookie = sign_in(guarded, keys["viewer"]).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    secured = TestClient(guarded.app, base_url="https://127.0.0.1", follow_redirects=False)
    response = secured.post("/login", data={"key": keys["viewer"]}, headers={"Origin": "https://127.0.0.1"})
    assert "secure" in response.headers["set-cookie"].lower()


@pytest.mark.parametrize("wrong", ["", "mj_wrong"])
def test_a_wrong_key_is_refused_with_advice(guarded: TestClient, wrong: str) -> None:
    response = sign_in(guarded, wrong)
    assert response.status_code == 401
    assert "python -m api.auth" in response.text
    assert "set-cookie" not in response.headers


def test_a_key_that_is_gone_is_asked_for_again(guarded: TestClient) -> None:
    guarded.cookies.set("mingjian_key", "mj_old")
    assert guarded.get("/desk").headers["location"] == "/login?back=/desk"


def test_signing_out_forgets_the_key(guarded: TestClient, keys: dict[Role, str]) -> None:
    sign_in(guarded, keys["viewer"])
    assert guarded.post("/logout").headers["location"] == "/login"
    assert guarded.get("/desk").status_code == 303


def test_a_key_without_a_page_is_told_so(guarded: TestClient, keys: dict[Role, str]) -> None:
    sign_in(guarded, keys["feed"])
    for path in ("/", "/desk"):
        response = guarded.get(path)
        assert response.status_code == 403
        assert "feed key" in response.text


def test_the_key_of_the_cookie_does_not_open_the_api(guarded: TestClient, keys: dict[Role, str]) -> None:
    sign_in(guarded, keys["viewer"])
    assert guarded.get("/v1/sessions").status_code == 401


def test_a_link_from_elsewhere_opens_once_more_from_here(guarded: TestClient) -> None:
    response = guarded.get("/desk?shop=a", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 200
    assert '<meta http-equiv="refresh" content="0">' in response.text
    assert 'href="/desk?shop=a"' in response.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
@pytest.mark.parametrize("path", ["/login", "/logout", "/language"])
def test_a_form_from_elsewhere_is_refused(console: TestClient, headers: dict[str, str], path: str) -> None:
    response = console.post(path, data={"code": "en", "key": "x"}, headers=headers)
    assert response.status_code == 403
    assert "set-cookie" not in response.headers


def test_every_router_of_the_console_refuses_foreign_forms_and_unknown_parameters() -> None:
    def named(router: APIRouter) -> set[str]:
        return {each.dependency.__name__ for each in router.dependencies if each.dependency}

    assert named(console_router()) == {"refuse_foreign_forms", "refuse_unknown_parameters", "keep_up"}
    assert all(named(router) == named(console_router()) for router in ROUTERS)


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "desk", "/a\nb"]
)
def test_nobody_is_led_elsewhere(console: TestClient, back: str) -> None:
    response = console.post("/language", data={"code": "en", "back": back}, follow_redirects=False)
    assert response.headers["location"] == "/"


def test_the_language_is_kept(console: TestClient) -> None:
    assert '<html lang="zh-CN">' in console.get("/desk").text
    response = console.post("/language", data={"code": "en", "back": "/desk?limit=9"})
    assert (response.url.path, response.url.query) == ("/desk", b"limit=9")
    assert '<html lang="en">' in response.text
    assert "No sessions yet" in response.text


def test_pages_say_what_they_may_load(console: TestClient) -> None:
    for path in ("/desk", "/desk?nope=1"):
        headers = console.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]


def test_files_are_kept_for_ever_under_the_digest_of_what_they_are(console: TestClient) -> None:
    response = console.get(f"{static_root()}/base.css")
    assert response.status_code == 200
    assert "immutable" in response.headers["cache-control"]
    assert f"{static_root()}/base.css" in console.get("/desk").text
    assert console.get("/static/000000000000/base.css").status_code == 404


def test_a_misspelt_filter_is_refused_and_an_empty_one_dropped(console: TestClient) -> None:
    response = console.get("/desk?shpo=a")
    assert response.status_code == 422
    assert "shpo" in response.text
    response = console.get("/desk?shop=&limit=5&text=")
    assert (response.status_code, response.url.query) == (200, b"limit=5")


def test_what_is_shown_is_escaped(console: TestClient) -> None:
    text = console.get("/desk", params={"shop": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
