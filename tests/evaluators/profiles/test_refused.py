"""What is wrong with a profile is named with its line."""

import pytest

from evaluators.errors import ProfileInvalid
from evaluators.profiles import (
    settings_for,
)
from tests.evaluators.profiles.documents import CATALOGUE, problems, profile

REFUSED = [
    (
        "unknown rule",
        "[rules.R05]\n[rules.R99]\nscore = -1",
        "2: rules.R99: no rule of that id or R-number in the catalogue",
    ),
    (
        "misspelt rule",
        "[rules.slow_frist_reply]",
        "1: rules.slow_frist_reply: no rule of that id or R-number in the catalogue; did you mean slow_first_reply?",
    ),
    (
        "misspelt key",
        "[rules.R52]\nscore = -1\nlonger_then = '5s'",
        "3: rules.R52.longer_then: unknown key; did you mean longer_than?",
    ),
    (
        "misspelt edit",
        "[rules.R05]\nphrase = { add = ['x'] }",
        "2: rules.R05.phrase: unknown key; did you mean phrases?",
    ),
    (
        "misspelt inner key",
        "[rules.R05]\nwindow.mesages = 3",
        "2: rules.R05.window.mesages: unknown key; did you mean 'messages'?",
    ),
    (
        "no duration",
        "[rules.R52]\nlonger_than = 'soon'",
        "2: rules.R52.longer_than: expected a duration such as 20s, 3m, 2h or 1d, got 'soon'",
    ),
    (
        "no level",
        "[rules.R52]\nalert = 'loud'",
        "2: rules.R52.alert: expected one of none, low, medium, high, got 'loud'",
    ),
    ("a number as score", "[rules.R52]\nscore = 'many'", "2: rules.R52.score: expected a number, got 'many'"),
    ("nan", "[rules.R52]\nscore = nan", "2: rules.R52.score: expected a finite number, got nan"),
    ("id", "[rules.R52]\nid = 'other'", "2: rules.R52.id: cannot be overridden: it says which rule this is"),
    ("no table", "rules.R52 = false", "1: rules.R52: expected a table, got False"),
    (
        "two limits",
        "[rules.R52]\nat_least = '5s'",
        "1: rules.R52.longer_than: expected exactly one of longer_than and at_least",
    ),
    (
        "standard missing",
        "[rules.R02]\nenabled = true",
        "1: rules.R02.behaviour.says: no phrases yet: expected any, all or none, or `enabled = false` until the shop sets them",
    ),
    (
        "red line without points",
        "[rules.R39]\nred_line = true",
        "2: rules.R39.red_line: expected a negative `score`: a red line is a fault",
    ),
    (
        "an act of its own",
        "[rules.R33]\nbehaviour.act = 'made_up'",
        "2: rules.R33.behaviour.act: no prompt file 'made_up'",
    ),
    (
        "phrases where there are none",
        "[rules.R52]\nphrases.add = ['x']",
        "2: rules.R52.phrases: expected a rule with a phrase list; this one has none",
    ),
    (
        "removing what is not there",
        "[rules.R05]\nphrases.remove = ['抱歉', '对不住']",
        "2: rules.R05.phrases.remove[1]: '对不住' is not among the phrases; did you mean 对不起?",
    ),
    (
        "nothing left",
        "[rules.R05]\nphrases.set = []",
        "2: rules.R05.phrases: expected at least one phrase to be left (or `enabled = false`)",
    ),
    (
        "empty phrase",
        "[rules.R05]\nphrases.add = ['a', '']",
        "2: rules.R05.phrases.add[1]: expected `str` of length >= 1",
    ),
    ("misspelt phrase edit", "[rules.R05]\nphrases = { ad = ['a'] }", "2: rules.R05.phrases.ad: unknown key"),
    (
        "idle exception",
        "[rules.R33]\nadd_except = ['全然无关']",
        "1: rules.R33.behaviour.says.except[2]: has no effect: '全然无关' contains none of the phrases it is an exception to",
    ),
    (
        "unset nothing",
        "[rules.R52]\nunset = ['longerthan']",
        "2: rules.R52.unset[0]: expected a key of the rule, got 'longerthan'; did you mean longer_than?",
    ),
    (
        "unset what it is",
        "[rules.R52]\nunset = ['id']",
        "2: rules.R52.unset[0]: expected a key of the rule, got 'id'",
    ),
    (
        "unset what is needed",
        "[rules.R52]\nunset = ['title']",
        "1: rules.R52.title: required, but missing: expected a string, not empty",
    ),
    (
        "the same rule twice",
        "[rules.R52]\nscore = -1\n[rules.slow_first_reply]\nscore = -2",
        "3: rules.slow_first_reply: the same rule as R52: expected it once",
    ),
    (
        "a group of two minds",
        "[rules.R54]\nexclusion_per = 'session'",
        "2: rules.R54.exclusion_per: late_reply_without_apology competes per turn in this group: expected the same here",
    ),
    (
        "in a layer",
        "[[layer]]\nshop = 'a'\n[[layer]]\ntier = 'x'\n[layer.rules.R52]\nscore = '5'",
        "6: layer[1].rules.R52.score: expected a number, got '5'",
    ),
]


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED])
def test_what_is_wrong_is_named_with_its_line(body: str, expected: str) -> None:
    found = problems(body)
    assert len(found) == 1
    assert found[0].startswith(expected)
    with pytest.raises(ProfileInvalid) as caught:
        settings_for(CATALOGUE, profile(body), shop="a", tier="x")
    assert str(caught.value).startswith("mine.toml:")


def test_all_problems_are_found_once_and_the_first_stops() -> None:
    body = "[rules.R52]\nscore = 'x'\n[rules.R99]\n[scoring]\nfloor = -1\n"
    body += "[[layer]]\nshop='a'\nrules.R01.alert = 'x'\n[[layer]]\nshop='b'"
    fields = [line.split(": ")[1] for line in problems(body)]
    assert fields == ["rules.R52.score", "rules.R99", "scoring.floor", "layer[0].rules.R01.alert"]


def test_what_two_layers_do_to_each_other_is_found() -> None:
    body = "\n".join(
        f"[[layer]]\n{each}\nrules.R05.phrases.remove = ['抱歉']" for each in ("shop = 'a'", "tier = 'x'")
    )
    assert problems(body) == ["6: layer[1].rules.R05.phrases.remove[0]: '抱歉' is not among the phrases"]
