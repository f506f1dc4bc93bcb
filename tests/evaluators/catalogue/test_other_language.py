"""What a rule or profile says in the other language makes no other rule and no other profile."""

import msgspec

from evaluators.catalogue.loading import load_catalogue, version_of
from evaluators.profiles import load_profile, profile_names
from prompts.library import load_prompts


def test_a_rule_is_the_same_with_another_english_explanation() -> None:
    prompts = load_prompts()
    for rule in load_catalogue(derived=True).rules:
        other = msgspec.structs.replace(rule, why_en="otherwise", known_gaps_en=("more",))
        assert version_of(other, prompts) == version_of(rule, prompts)
        changed = msgspec.structs.replace(rule, why="另一个理由")
        assert version_of(changed, prompts) != version_of(rule, prompts)


def test_every_shipped_profile_says_why_in_english() -> None:
    for name in profile_names():
        document = load_profile(name).document
        assert bool(document.why_en) == bool(document.why), name
