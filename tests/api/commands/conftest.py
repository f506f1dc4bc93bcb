"""Commands of tests see no settings but those of the test."""

import os

import pytest


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("MINGJIAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MINGJIAN_JUDGE_CACHE", ":memory:")
