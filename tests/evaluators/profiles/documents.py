"""Profiles written in the tests themselves."""

from typing import Any

from evaluators.catalogue.loading import Catalogue, load_catalogue
from evaluators.profiles import (
    Profile,
    ProfileSource,
    apply_profile,
    find_profile_problems,
    resolve_profile,
)

CATALOGUE = load_catalogue()
HEAD = 'name = "mine"\ntitle = "我的"\n'
LAYERED = """
[rules.R52]
longer_than = "10s"
[[layer]]
tier = "junior"
rules.R52.longer_than = "40s"
[[layer]]
group = "presale"
rules.R52.longer_than = "30s"
[[layer]]
shop = ["a", "b"]
rules.R52.longer_than = "20s"
[[layer]]
shop = "b"
rules.R52.longer_than = "21s"
[[layer]]
shop = "a"
group = "presale"
rules.R52.longer_than = "35s"
[[layer]]
shop = "c"
rules.R52.score = -7
"""


def profile(body: str, head: str = HEAD) -> Profile:
    return resolve_profile(ProfileSource("mine.toml", head + body))


def rule(number: str, body: str, **segment: str) -> Any:
    """The effective rule."""
    return apply_profile(CATALOGUE, profile(body), **segment).find(number)


def problems(body: str, catalogue: Catalogue = CATALOGUE, head: str = HEAD) -> list[str]:
    """All of them as the author sees them; lines are counted without the head."""
    lines = head.count("\n")
    found = []
    for problem in find_profile_problems(catalogue, profile(body, head)):
        assert problem.path == "mine.toml"
        assert problem.line is not None
        found.append(f"{problem.line - lines}: {problem.field}: {problem.reason}")
    return found
