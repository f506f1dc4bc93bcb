"""Who may do what: open on this machine only, or by key; and what the service answers to strangers."""

from pathlib import Path
from typing import Any

import pytest

from api import auth
from api.app import create_app
from api.auth import Role, hash_key, load_keys, make_key
from api.errors import KeysInvalid, NotOpenBeyondLoopback
from api.settings import Settings
from tests.api.building import a_session
from tests.api.client import Client

ROLES: list[Role] = ["feed", "viewer", "reviewer", "agent", "lead", "admin"]


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, str]:
    """A key per role; their hashes are in keys.toml."""
    made = {role: make_key(f"{role} key", role, "a-1" if role == "agent" else None) for role in ROLES}
    (tmp_path / "keys.toml").write_text("\n".join(table for _, table in made.values()))
    return {role: key for role, (key, _) in made.items()}


@pytest.fixture
def guarded(local_settings: Settings, keys: dict[str, str], tmp_path: Path) -> Any:
    settings = local_settings.model_copy(update={"api_keys_file": tmp_path / "keys.toml"})
    with Client(create_app(settings)) as client:
        yield client


def _with(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


CHANGE = {"document": {"name": "p", "title": "p"}, "reason": "r"}
READERS = {"viewer", "reviewer", "lead", "admin"}
PLAN = {"title": "抽检", "what": "random", "size": 1}
#: What a request takes, and the roles that may make it.
REQUESTS: list[tuple[str, str, dict[str, Any], set[str]]] = [
    ("POST", "/v1/sessions", {"json": a_session()}, {"feed", "lead", "admin"}),
    ("POST", "/v1/inspect", {"json": a_session()}, {"feed", "lead", "admin"}),
    ("GET", "/v1/sessions", {}, READERS),
    ("GET", "/v1/jobs", {}, READERS),
    ("GET", "/v1/export/outcomes", {}, READERS),
    ("GET", "/v1/catalogue", {}, READERS),
    ("GET", "/metrics", {}, READERS),
    ("GET", "/v1/audit", {}, {"lead", "admin"}),
    ("GET", "/v1/labels", {}, READERS),
    ("POST", "/v1/review/plans", {"json": PLAN}, {"lead", "admin"}),
    ("GET", "/v1/review/cases", {}, {"lead", "admin"}),
    ("GET", "/v1/review/agreement", {}, {"lead", "admin"}),
    ("POST", "/v1/review/next", {}, {"reviewer", "lead", "admin"}),
    ("GET", "/v1/my/hits?agent=a-1", {}, {"agent", "admin"}),
    ("GET", "/v1/my/hits?agent=a-2", {}, {"admin"}),
    ("GET", "/v1/appeals", {}, {"lead", "admin"}),
    ("PUT", "/v1/profiles/p", {"json": CHANGE}, {"lead", "admin"}),
    ("PUT", "/v1/profiles/p", {"json": CHANGE | {"hot_fix": True}}, {"admin"}),
]


@pytest.mark.parametrize(("method", "path", "options", "allowed"), REQUESTS)
def test_every_role_may_do_its_own(
    guarded: Client, keys: dict[str, str], method: str, path: str, options: dict[str, Any], allowed: set[str]
) -> None:
    statuses = {
        role: guarded.request(method, path, headers=_with(key), **options).status_code
        for role, key in keys.items()
    }
    assert {role for role, status in statuses.items() if status != 403} == allowed
    assert all(statuses[role] in (200, 202) for role in allowed), statuses


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({}, "key-missing"),
        ({"Authorization": "Basic abc"}, "key-missing"),
        (_with("mj_wrong"), "key-unknown"),
        (_with(""), "key-missing"),
    ],
)
def test_strangers_are_told_what_is_missing(guarded: Client, headers: dict[str, str], kind: str) -> None:
    response = guarded.get("/v1/sessions", headers=headers)
    assert (response.status_code, response.json()["type"]) == (401, f"/problems/{kind}")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_refused_role_is_told_who_may(guarded: Client, keys: dict[str, str]) -> None:
    response = guarded.get("/v1/sessions", headers=_with(keys["feed"]))
    assert "lead" in response.json()["detail"]
    assert "'feed key' may not read" in response.json()["detail"]


@pytest.mark.parametrize("role", [role for role in ROLES if role != "agent"])
def test_whoever_hands_in_may_ask_how_far_it_is(guarded: Client, keys: dict[str, str], role: Role) -> None:
    report = guarded.post("/v1/sessions", json=a_session(), headers=_with(keys["feed"])).json()
    response = guarded.get(f"/v1/jobs/{report['job_id']}", headers=_with(keys[role]))
    assert (response.status_code, response.json()["total"]) == (200, 1)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json"])
def test_probes_need_no_key(guarded: Client, path: str) -> None:
    response = super(Client, guarded).request("GET", path)
    assert response.status_code == 200


def test_who_changes_a_profile_is_on_record(guarded: Client, keys: dict[str, str]) -> None:
    guarded.put("/v1/profiles/p", json=CHANGE, headers=_with(keys["lead"]))
    entry = guarded.get("/v1/audit", headers=_with(keys["lead"])).json()[0]
    assert entry["actor"] == "lead key"


def test_only_hashes_are_kept(keys: dict[str, str], tmp_path: Path) -> None:
    text = (tmp_path / "keys.toml").read_text()
    assert not any(key in text for key in keys.values())
    assert hash_key(keys["feed"]) in text


@pytest.mark.parametrize("host", ["evil.example", "mingjian.evil.example", "127.0.0.1.evil.example"])
def test_without_keys_a_page_on_another_name_reads_nothing(local: Client, host: str) -> None:
    response = local.get("/v1/sessions", headers={"Host": host})
    assert (response.status_code, response.json()["type"]) == (421, "/problems/host-not-allowed")
    assert host in response.json()["detail"]


@pytest.mark.parametrize("host", ["localhost:8300", "127.0.0.1:1", "[::1]:8300"])
def test_without_keys_this_machine_reads(local: Client, host: str) -> None:
    assert local.get("/v1/sessions", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "shop.internal"])
def test_does_not_start_beyond_loopback_without_keys(host: str) -> None:
    with pytest.raises(NotOpenBeyondLoopback, match="MINGJIAN_API_KEYS_FILE"):
        create_app(Settings(host=host))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1"])
def test_starts_on_loopback_without_keys(host: str) -> None:
    assert load_keys(Settings(host=host)) is None


BROKEN_FILES = [
    ("", "at least one"),
    ("[[key]]\nname = 'a'", "role"),
    ("[[key]]\nname = 'a'\nrole = 'king'\nhash = 'sha256:" + "0" * 64 + "'", "king"),
    ("[[key]]\nname = 'a'\nrole = 'feed'\nhash = 'mj_plain'", "hash"),
    ("[[key]]\nname = 'a'\nrole = 'agent'\nhash = 'sha256:" + "0" * 64 + "'", "agent_id"),
    ("[[keys]]\n", "keys"),
    ("not toml", "keys.toml"),
]


@pytest.mark.parametrize(("text", "expected"), BROKEN_FILES)
def test_says_what_is_wrong_with_a_key_file(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "keys.toml"
    path.write_text(text)
    with pytest.raises(KeysInvalid, match=expected) as caught:
        load_keys(Settings(api_keys_file=path))
    assert str(path) in str(caught.value)


def test_makes_a_key_on_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert auth.main(["erp feed", "feed"]) == 0
    shown, said = capsys.readouterr()
    (tmp_path / "keys.toml").write_text(shown)
    keys = load_keys(Settings(api_keys_file=tmp_path / "keys.toml"))
    assert keys is not None
    assert keys[hash_key(said.split()[-1])].name == "erp feed"


@pytest.mark.parametrize("arguments", [[], ["a"], ["a", "king"], ["a", "agent"], ["a", "lead", "b", "c"]])
def test_the_command_line_says_how_it_is_used(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert auth.main(arguments) == 1
    assert "usage: python -m api.auth NAME" in capsys.readouterr().err
