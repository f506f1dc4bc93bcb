"""For whom a profile holds."""

from typing import Any

import pytest

from evaluators.catalogue.loading import Catalogue
from evaluators.profiles import (
    ProfileSource,
    apply_profile,
    built_in,
    find_profile_problems,
    resolve_profile,
    settings_for,
)
from evaluators.scoring.policy import NEGATIVE_EMOTIONS
from tests.evaluators.profiles.documents import CATALOGUE, HEAD, LAYERED, profile, rule

SEGMENTS: list[tuple[dict[str, str], str]] = [
    ({}, "10s"),
    ({"shop": "z", "group": "aftersale", "tier": "senior"}, "10s"),
    ({"shop": "a"}, "20s"),
    ({"shop": "b"}, "21s"),
    ({"group": "presale"}, "30s"),
    ({"shop": "b", "group": "presale"}, "30s"),
    ({"shop": "a", "group": "presale"}, "35s"),
    ({"tier": "junior"}, "40s"),
    ({"shop": "a", "group": "presale", "tier": "junior"}, "40s"),
    ({"shop": "c"}, "10s"),
]


@pytest.mark.parametrize(("segment", "expected"), SEGMENTS, ids=[str(case[0]) for case in SEGMENTS])
def test_the_most_specific_layer_wins(segment: dict[str, str], expected: str) -> None:
    changed = rule("R52", LAYERED, **segment)
    assert changed.longer_than == expected
    assert changed.score == (-7 if segment.get("shop") == "c" else -5)


def test_a_profile_beats_all_of_its_base() -> None:
    below = ProfileSource(
        "below.toml",
        'name = "below"\ntitle = "下"\n[[layer]]\ntier = "junior"\nrules.R52 = { longer_than = "40s", score = -1 }',
    )
    above = ProfileSource("mine.toml", HEAD + 'base = "below"\nrules.R52.longer_than = "15s"')
    found = resolve_profile(above, lambda name: below if name == "below" else built_in(name))
    changed: Any = apply_profile(CATALOGUE, found, tier="junior").find("R52")
    assert (changed.longer_than, changed.score) == ("15s", -1)


def test_scoring_hours_and_timing_are_layered_too() -> None:
    mine = profile("""
        [scoring]
        cap = 120
        [scoring.caps.negative_emotions]
        per_session = -15
        [scoring.caps.bonuses]
        rules = ["R35", "rating_neutral"]
        per_session = 20
        [service_hours]
        start = "08:00"
        end = "23:00"
        closed = [2026-02-17]
        [timing.taobao]
        limits = ["1m", "3m"]
        [[layer]]
        shop = "a"
        scoring.without_exclusion = ["overdue"]
        service_hours.end = "24:00"
        [layer.timing.jd]
        title = "30秒应答率"
        unit = "message"
        limits = ["30s"]
    """)
    assert find_profile_problems(CATALOGUE, mine) == []
    everywhere, in_a = settings_for(CATALOGUE, mine), settings_for(CATALOGUE, mine, shop="a")
    assert everywhere.scoring.cap == in_a.scoring.cap == 120
    caps = everywhere.scoring.caps
    assert (caps["negative_emotions"].per_message, caps["negative_emotions"].per_session) == (-5, -15)
    assert caps["negative_emotions"].rules == NEGATIVE_EMOTIONS.rules
    assert caps["bonuses"].rules == ("rating_neutral", "rating_neutral")
    assert (everywhere.scoring.without_exclusion, in_a.scoring.without_exclusion) == ((), ("overdue",))
    assert everywhere.service_hours is not None
    assert in_a.service_hours is not None
    assert (everywhere.service_hours.end, in_a.service_hours.end) == ("23:00", "24:00")
    assert in_a.service_hours.closed == ("2026-02-17",)
    assert everywhere.timing["taobao"].limits == ("1m", "3m")
    assert everywhere.timing["taobao"].per_agent
    assert sorted(in_a.timing) == ["douyin", "jd", "kuaishou", "pinduoduo", "taobao"]


def test_faults_of_the_shop_can_count_for_agents() -> None:
    def charged(catalogue: Catalogue) -> set[str]:
        return {each.number or "" for each in catalogue.rules if each.attribute_to == "shop"}

    assert charged(CATALOGUE) == {"R44", "R45", "R46", "R47"}
    changed = apply_profile(CATALOGUE, profile("scoring.shop_faults_count_for_agents = true"))
    assert charged(changed) == set()
    assert changed.find("R44").attribute_to == "on_duty"
