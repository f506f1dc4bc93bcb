"""Settings from the environment: defaults that work, messages that name the variable."""

import pytest

from api.errors import SettingsInvalid
from api.service import open_service
from api.settings import Settings, find_unknown_variables, load_settings


def test_works_without_any() -> None:
    settings = load_settings()
    assert (settings.host, settings.on_loopback) == ("127.0.0.1", True)
    assert settings.database_url == "sqlite:///data/mingjian.db"
    assert settings.zone_of("any").key == "Asia/Shanghai"


REFUSED = [
    ("PORT", "99999", "65535"),
    ("PORT", "http", "integer"),
    ("TIMEZONE", "Mars/Olympus", "such as Asia/Shanghai, got 'Mars/Olympus'"),
    ("TIMEZONE", "", "such as Asia/Shanghai"),
    ("SHOP_TIMEZONES", '{"shop-a": "nowhere"}', "got 'nowhere'"),
    ("SHOP_TIMEZONES", "shop-a", "expected JSON"),
    ("WORKER_BATCH", "0", "greater than or equal to 1"),
    ("LOG_FORMAT", "xml", "console"),
    ("MAX_BODY_MB", "4096", "1024"),
]


@pytest.mark.parametrize(("name", "value", "expected"), REFUSED)
def test_names_the_variable_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(f"MINGJIAN_{name}", value)
    with pytest.raises(SettingsInvalid, match=f"(?s)MINGJIAN_.*{expected}") as caught:
        load_settings()
    assert name in str(caught.value).upper()


def test_options_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJIAN_PORT", "1111")
    assert (load_settings().port, load_settings(port=2222).port) == (1111, 2222)


def test_a_shop_may_have_its_own_time_zone() -> None:
    settings = Settings(shop_timezones={"berlin": "Europe/Berlin"})
    assert settings.zone_of("berlin").key == "Europe/Berlin"
    assert settings.zone_of_document({"shop": "berlin"}).key == "Europe/Berlin"
    assert settings.zone_of_document({"shop": 7}).key == "Asia/Shanghai"
    assert settings.zone_of(None).key == "Asia/Shanghai"


def test_finds_misspelt_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJIAN_PROT", "1")
    assert "MINGJIAN_PROT" in find_unknown_variables()
    assert "MINGJIAN_PORT" not in find_unknown_variables()


def test_does_not_start_with_a_judge_whose_server_is_not_named() -> None:
    with pytest.raises(SettingsInvalid, match="MINGJIAN_JUDGE_BASE_URL"):
        open_service(Settings(judge="vllm"))
