"""The standards that come with the product."""

from typing import Any

import pytest

from evaluators.profiles import (
    apply_profile,
    find_profile_problems,
    load_profile,
    profile_names,
    settings_for,
)
from evaluators.scoring.policy import NEGATIVE_EMOTIONS, ScoringPolicy
from tests.evaluators.profiles.documents import CATALOGUE


def test_four_standards_come_with_the_product() -> None:
    assert profile_names() == ("default", "service_standard", "service_standard_promotion", "ten_nodes")


@pytest.mark.parametrize("name", profile_names())
def test_what_comes_with_the_product_is_in_order(name: str) -> None:
    found = load_profile(name)
    assert found.name == name
    assert find_profile_problems(CATALOGUE, found) == []


def test_the_default_profile_changes_nothing() -> None:
    settings = settings_for(CATALOGUE, load_profile("default"))
    assert settings.catalogue is CATALOGUE
    assert settings.scoring == ScoringPolicy()
    assert settings.scoring.caps == {"negative_emotions": NEGATIVE_EMOTIONS}
    assert settings.service_hours is None


LIMITS = {
    "default": {"R51": "20s", "R52": "20s", "R53": "60s", "R54": "6m"},
    "ten_nodes": {"R51": "20s", "R52": "20s", "R53": "15s", "R54": "20s"},
    "service_standard": {"R51": "30s", "R52": "30s", "R53": "2m", "R54": "2m"},
    "service_standard_promotion": {"R51": "30s", "R52": "30s", "R53": "3m", "R54": "3m"},
}


@pytest.mark.parametrize("name", LIMITS)
def test_the_standards_differ_in_their_limits(name: str) -> None:
    catalogue = apply_profile(CATALOGUE, load_profile(name))
    found: Any = {number: catalogue.find(number) for number in LIMITS[name]}
    assert {number: each.longer_than for number, each in found.items()} == LIMITS[name]


def test_every_standard_has_the_platforms_timing() -> None:
    for name in profile_names():
        timing = settings_for(CATALOGUE, load_profile(name)).timing
        units = {platform: each.unit for platform, each in timing.items()}
        assert units == {
            "taobao": "turn", "douyin": "message", "pinduoduo": "consumer", "kuaishou": "consumer",
        }  # fmt: skip
        assert all(each.service_hours is not None and each.clock == "human" for each in timing.values())
        assert timing["taobao"].cap == "10m"
