"""What the pages about profiles and scores show is what happens."""

import re
from pathlib import Path

from evaluators.catalogue.loading import load_catalogue
from evaluators.profiles import ProfileSource, find_profile_problems, profile_names, resolve_profile
from evaluators.scoring.policy import ScoringPolicy
from evaluators.scoring.scorecard import explain_score, settle, written
from evaluators.types import Evidence, Outcome

DOCS = Path(__file__).parents[3] / "docs"
CATALOGUE = load_catalogue()


def test_every_profile_shown_is_in_order() -> None:
    shown = re.findall(r"```toml\n(.*?)```", (DOCS / "profiles.md").read_text(encoding="utf-8"), re.DOTALL)
    assert shown
    for text in shown:
        profile = resolve_profile(ProfileSource("profiles.md.toml", text))
        assert find_profile_problems(CATALOGUE, profile) == []


def test_every_built_in_profile_is_listed() -> None:
    listed = re.findall(
        r"^\| `(\w+)` \| .* \|", (DOCS / "profiles.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert set(profile_names()) <= set(listed)


def test_every_exclusion_group_is_listed() -> None:
    page = (DOCS / "scoring.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (R[R\d ]+) \| (\w+) \|", page, re.MULTILINE)
    listed = {(name, number, per) for name, numbers, per in rows for number in numbers.split()}
    assert listed == {
        (rule.exclusion_group, rule.number, rule.exclusion_per)
        for rule in CATALOGUE.rules
        if rule.exclusion_group
    }


def test_the_arithmetic_shown_is_what_is_printed() -> None:
    outcomes = []
    for number in ("R01", "R05", "R39", "R54"):
        rule = CATALOGUE.find(number)
        evidence = (Evidence("m1", "在吗", 0, 2),)
        outcomes.append(
            Outcome(session_id="s", rule_id=rule.id, rule_version="", verdict="hit", agent_id="a-1",
                    score=rule.score or 0, evidence=evidence)
        )  # fmt: skip
    policy = ScoringPolicy()
    printed = written(explain_score(settle(outcomes, CATALOGUE, policy), CATALOGUE, policy))
    page = (DOCS / "scoring.md").read_text(encoding="utf-8")
    assert "\n".join(f"    {line}" for line in printed.splitlines()) in page
