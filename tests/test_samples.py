"""The sample sessions stay what their notes claim."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from evaluators.catalogue.loading import load_catalogue
from evaluators.engine.plan import Plan, compile_plan
from evaluators.grammar.walk import acts_of
from evaluators.inspection import inspect_deterministic
from evaluators.profiles import load_profile, settings_for
from evaluators.sessions import decode_session
from evaluators.types import ChatSession

SAMPLES = Path(__file__).parents[1] / "eval_sets" / "samples"
CATALOGUE = load_catalogue()
#: Rules without a precondition: they hit or they do not.
ALWAYS_APPLICABLE = {"R04", "R32", "R33"}
NUMBERS = [rule.number or "" for rule in CATALOGUE.rules]
JUDGED = [number for number in NUMBERS if acts_of(CATALOGUE.find(number))]
#: R02 waits for the shop's standard and has a test of its own.
DETERMINISTIC = [number for number in NUMBERS if number not in JUDGED and number != "R02"]
UNDECIDED = ("session_open", "window_open", "orders_unknown", "times_missing")

# Near misses and what they miss by. What follows # is for the reader.
EXPECTED = """
lx-04 R32 hit                         # recalled after six seconds
lx-06 R32 no_hit                      # 国家级别
lx-08 R07 hit                         # the invitation card comes after the end
lx-10 R05 no_hit                      # the apology is the fifth message
lx-11 R05 hit                         # the sixth
lx-13 R11 hit                         # 帮您转给同事 is not on the list
lx-14 R54 no_hit R05 no_hit           # exactly 6 min; late but apologised
lx-15 R55 no_hit R54 hit              # 29 min 59 s
lx-17 R10 no_hit R11 hit              # the phrase was recalled, but it was a reply
lx-18 R05 no_hit R54 no_hit R10 not_applicable  # after 转人工 no bot stops the clock; a bot hands over
lx-19 R04 no_hit                      # 跟机器人讲过一遍了; messages out of order
lx-20 R51 undetermined/times_missing R01 no_hit
lx-21 R08 no_hit                      # both words in one message
lx-22 R01 undetermined/session_open   # two service messages so far
lx-23 R29 no_hit                      # off the platform, but none of the phrases
mh-01 R29 no_hit                      # 其他家具
mh-03 R39 hit                         # rated an hour after the end
mh-05 R51 hit R52 hit                 # 21 s
mh-06 R05 not_applicable              # exactly 180 s
mh-10 R51 not_applicable R53 not_applicable R54 not_applicable  # the customer never writes
mh-12 R54 not_applicable R51 no_hit   # closers only
mh-13 R55 hit                         # exactly 30 min
mh-14 R07 no_hit                      # 这款评价很好
mh-15 R11 hit                         # the phrase is the sixth message before the transfer
mh-17 R36 hit R39 hit                 # two agents, two ratings
mh-20 R51 undetermined/window_open R52 undetermined/window_open R01 not_applicable
mq-04 R01 no_hit R04 hit              # welcomed in the third message; 主播说过了
mq-06 R53 no_hit                      # exactly 60 s on average
mq-07 R01 hit                         # 你好 is not 您好
mq-16 R08 no_hit                      # the first invitation is eleventh from the end
mq-17 R52 no_hit R51 hit              # only an automatic reply in time
tz-07 R32 no_hit                      # 国内最近
tz-09 R33 no_hit                      # abuse without a listed phrase
tz-11 R01 not_applicable R07 not_applicable R55 hit  # nobody there at all
tz-12 R08 no_hit R35 not_applicable   # ended without a rating
tz-16 R06 undetermined/window_open R54 hit
tz-18 R05 hit                         # the apology was recalled
tz-22 R10 no_hit R11 no_hit           # message and transfer at the same instant
zl-06 R08 no_hit                      # one invitation
zl-07 R10 hit R11 not_applicable R04 hit  # transferred without a word
zl-08 R10 no_hit R11 no_hit
zl-09 R05 no_hit R54 no_hit           # late but apologised
zl-14 R33 no_hit R32 no_hit R29 no_hit  # 着急什么, 服务最近, 其他家人
zl-17 R06 hit R53 no_hit              # 稍等 and silence; the unanswered last turn is no average
zl-18 R51 no_hit R52 no_hit           # exactly 20 s
zl-21 R54 undetermined/window_open R53 undetermined/session_open
zl-23 R16 hit                         # a product card and silence
"""
#: With the closing standard of `sample_standard.toml`.
CLOSINGS = {
    "tz-14": "no_hit",  # 祝您购物愉快
    "mh-10": "no_hit",  # said in the last but one of the three messages
    "zl-07": "hit",  # polite, but none of the phrases
    "zl-17": "hit",
    "tz-11": "not_applicable",  # nobody served
    "zl-21": "undetermined/session_open",
}


def lines() -> Iterator[tuple[str, str]]:
    for path in sorted(SAMPLES.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            yield f"{path.name}:{number}", line


@cache
def sessions() -> dict[str, ChatSession]:
    decoded = [decode_session(line) for _, line in lines()]
    return {session.session_id.removeprefix("sample-"): session for session in decoded}


def verdicts_of(session: ChatSession, plan: Plan) -> dict[str, str]:
    """By R-number, undetermined with its reason."""
    return {
        CATALOGUE.find(outcome.rule_id).number or "": outcome.verdict
        if outcome.reason_code is None
        else f"{outcome.verdict}/{outcome.reason_code}"
        for outcome in inspect_deterministic(session, plan)
    }


@cache
def verdicts() -> dict[str, dict[str, str]]:
    plan = compile_plan(CATALOGUE, NUMBERS)
    return {name: verdicts_of(session, plan) for name, session in sessions().items()}


def tally(number: str) -> Counter[str]:
    return Counter(found[number] for found in verdicts().values())


def shown(number: str) -> Counter[str]:
    rule_id = CATALOGUE.find(number).id
    return Counter(
        session.tags["shows"][rule_id] for session in sessions().values() if rule_id in session.tags["shows"]
    )


def test_every_line_is_a_session_of_its_own() -> None:
    ids = [decode_session(line).session_id for _, line in lines()]
    assert len(ids) == len(set(ids)) == len(sessions())
    assert len(ids) >= 80


@pytest.mark.parametrize("name", sessions())
def test_a_sample_says_that_it_is_constructed_and_what_it_shows(name: str) -> None:
    tags = sessions()[name].tags
    assert tags["constructed"] is True
    assert re.search(r"[\u4e00-\u9fff]", tags["note_zh"])
    assert re.match(r"[\"A-Z1-9]", tags["note_en"])
    assert tags["shows"]


def test_nothing_looks_like_a_real_phone_number_or_identity_card() -> None:
    found = [place for place, line in lines() if re.search(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx])(?!\d)", line)]
    assert found == []


@pytest.mark.parametrize("name", sessions())
def test_the_engine_finds_what_a_sample_shows(name: str) -> None:
    found = verdicts()[name]
    for rule_id, wanted in sessions()[name].tags["shows"].items():
        number = CATALOGUE.find(rule_id).number or ""
        allowed = {wanted}
        if number in JUDGED and not wanted.startswith("undetermined"):
            allowed.add("undetermined/judge_unavailable")
        assert found[number] in allowed, f"{name} {number}"


@pytest.mark.parametrize("row", EXPECTED.strip().splitlines(), ids=lambda row: row.split()[0])
def test_near_misses(row: str) -> None:
    name, *pairs = row.split("#")[0].split()
    expected = dict(zip(pairs[::2], pairs[1::2], strict=True))
    assert {number: verdicts()[name][number] for number in expected} == expected


@pytest.mark.parametrize("number", DETERMINISTIC)
def test_a_deterministic_rule_is_hit_missed_and_not_applicable_somewhere(number: str) -> None:
    wanted = {"hit", "no_hit"} | (set() if number in ALWAYS_APPLICABLE else {"not_applicable"})
    assert wanted <= set(tally(number))


@pytest.mark.parametrize("number", JUDGED)
def test_a_judged_rule_waits_for_a_judge_and_has_samples_of_both_kinds(number: str) -> None:
    assert tally(number)["undetermined/judge_unavailable"]
    assert {"hit", "no_hit"} <= set(shown(number))


@pytest.mark.parametrize("reason", UNDECIDED)
def test_some_samples_stay_undecided(reason: str) -> None:
    assert any(f"undetermined/{reason}" in found.values() for found in verdicts().values())


def test_every_derived_rule_is_hit_somewhere() -> None:
    catalogue = load_catalogue(derived=True)
    derived = {rule.id for rule in catalogue.rules if rule.provenance == "derived"}
    plan = compile_plan(catalogue, sorted(derived))
    outcomes = [
        outcome for session in sessions().values() for outcome in inspect_deterministic(session, plan)
    ]
    assert {outcome.rule_id for outcome in outcomes if outcome.verdict == "hit"} == derived


def test_the_sample_standard_switches_the_closing_rule_on() -> None:
    settings = settings_for(CATALOGUE, load_profile(SAMPLES / "sample_standard.toml"))
    plan = compile_plan(settings.catalogue, ["R02"])
    assert set(tally("R02")) == {"undetermined/not_configured"}
    assert {name: verdicts_of(sessions()[name], plan)["R02"] for name in CLOSINGS} == CLOSINGS
