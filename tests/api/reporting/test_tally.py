"""The figures of a report, with the arithmetic of each row beside it."""

from typing import Any

import pytest

from api.inspecting.batch import BatchInspector
from api.inspecting.batch import Inspected as Asked
from api.reporting.figures import Report
from api.reporting.tally import Inspected, Tally
from evaluators.catalogue.loading import load_catalogue
from evaluators.judges.answers import Unanswered
from evaluators.profiles import Profile, ProfileSource, load_profile, resolve_profile
from evaluators.testing import ScriptedJudge
from evaluators.types import ChatSession, JudgeRef
from tests.builders import a_session, agent, bot, clock, customer, rating

CATALOGUE = load_catalogue()


def report_on(
    *sessions: ChatSession, profile: Profile | None = None, rules: list[str] | None = None
) -> Report:
    inspector = BatchInspector(CATALOGUE, profile or load_profile("default"), rules)
    tally = Tally()
    for session in sessions:
        found = inspector.inspect(session)
        settings, plan = found.standard
        tally.add(Inspected(session, found.outcomes, found.scorecard(), settings, plan.timeline(session)))
    return tally.report()


def chat(name: str, *things: Any, ended: float | None = 600, **more: Any) -> ChatSession:
    return a_session(*things, ended=ended, session_id=name, **more)


def test_of_nothing_there_are_no_rates() -> None:
    report = Tally().report()
    assert (report.sessions.count, report.mean_score, report.median_score) == (0, None, None)
    assert sum(report.verdicts.values()) == 0
    assert report.rules == report.agents == report.red_lines == report.undecided == ()


def test_undetermined_is_in_no_denominator() -> None:
    answered = chat("s-1", customer(at=0, text="在吗"), agent("您好", at=10))
    late = chat("s-2", customer(at=0, text="在吗"), agent("您好", at=30))
    waiting = chat("s-3", customer(at=0, text="在吗"), ended=None, observed=5)
    [rule] = report_on(answered, late, waiting, rules=["R51"]).rules
    assert (rule.hit, rule.no_hit, rule.undetermined, rule.decided) == (1, 1, 1, 2)


def test_not_applicable_is_in_no_denominator() -> None:
    silent = chat("s-1", agent("您好", at=0))
    [rule] = report_on(silent, rules=["R51"]).rules
    assert (rule.decided, rule.not_applicable) == (0, 1)


def test_every_outcome_is_counted_once() -> None:
    report = report_on(chat("s-1", customer("在吗"), agent("您好", at=10)), chat("s-2", customer("在吗")))
    assert sum(report.verdicts.values()) == 2 * 53
    assert {
        name: sum(getattr(rule, name) for rule in report.rules) for name in report.verdicts
    } == report.verdicts
    assert sum(cause.outcomes for cause in report.undecided) == report.verdicts["undetermined"]


def test_a_red_line_is_quoted_verbatim_and_vetoes() -> None:
    crossed = chat("s-1", customer("在吗"), agent("我们是 全网最 低", at=9), rating(5, at=500))
    report = report_on(crossed, chat("s-2", customer("在吗"), agent("您好", at=9)), rules=["R32", "R39"])
    [quote] = report.red_lines
    assert (quote.session_id, quote.agent_id, quote.rule, quote.quotes) == (
        "s-1",
        "a-1",
        "违禁词",
        ("全网最",),
    )
    assert quote.at is not None
    assert quote.at.isoformat() == clock(9)
    # 100 + 30 (very satisfied) - 100 (red line) = 30, but a red line is a veto.
    assert [(each.session_id, each.raw_total) for each in report.vetoed] == [("s-1", 30)]
    assert (report.mean_score, report.median_score) == (50, 50)


def test_a_hit_that_another_outweighs_is_counted_but_brings_no_points() -> None:
    slow = chat("s-1", customer("在吗", at=0), agent("您好", at=60))
    report = report_on(slow, rules=["R51", "R52"])
    figures = {rule.number: (rule.hit, rule.not_scored, rule.points) for rule in report.rules}
    # Nobody replied within 20 s: one fact, charged as R52.
    assert figures == {"R51": (1, 1, 0), "R52": (1, 0, -5)}
    [(why, hits)] = report.not_scored
    assert ("R52" in why, hits) == (True, 1)


def test_agents_stand_worst_first_with_their_own_cards_and_waits() -> None:
    good = chat("s-1", customer("在吗", at=0), agent("您好", at=10, by="good"), rating(5, at=500))
    bad = chat(
        "s-2", customer("在吗", at=0), agent("急什么", at=30, by="bad"), customer("多少钱", at=40),
        agent("您好", at=50, by="bad"), agents=[{"agent_id": "bad", "name": "小B", "tier": "junior"}],
    )  # fmt: skip
    report = report_on(good, bad, rules=["R33", "R39", "R51"])
    first, second = report.agents
    assert (first.agent_id, first.name, first.tier, first.mean_score, first.red_lines) == (
        "bad", "小B", "junior", 0, 1,
    )  # fmt: skip
    assert dict(first.top) == {"自定义违禁词": 1, "人工客服首响不达标": 1}
    # Turns of 30 s and 10 s.
    assert (first.replies, first.mean_reply) == (2, 20)
    assert (second.agent_id, second.mean_score, second.merits, second.mean_reply) == ("good", 100, 1, 10)


def test_a_bot_is_an_agent_of_its_own_kind_without_waits() -> None:
    report = report_on(chat("s-1", customer("在吗", at=0), bot("您好", at=1)), rules=["R01"])
    [figures] = report.agents
    assert (figures.agent_id, figures.kind, figures.replies, figures.mean_reply) == ("b-1", "bot", 0, None)


def test_reply_times_are_measured_with_the_rules_own_clock_and_limit() -> None:
    helped = chat("s-1", customer("在吗", at=0), bot("您好", at=2), agent("您好", at=40))
    alone = chat("s-2", customer("在吗", at=0), agent("您好", at=20))
    report = report_on(helped, alone, rules=["R51", "R52"])
    human, anyone = report.replies
    assert (human.limits, human.waits, human.median, human.longest) == ((20.0,), 2, 30.0, 40.0)
    assert (anyone.waits, anyone.median, anyone.longest) == (2, 11.0, 20.0)
    # 40 s is late, exactly 20 s is in time.
    assert [(each.late, each.decided) for each in (human, anyone)] == [(1, 2), (0, 2)]


def test_one_wait_is_its_own_ninetieth_percentile() -> None:
    [figures] = report_on(chat("s-1", customer("在吗", at=0), agent("您好", at=7)), rules=["R51"]).replies
    assert figures.p90 == figures.median == 7.0


def test_limits_of_shops_that_differ_stand_side_by_side() -> None:
    profile = _profile('[[layer]]\nshop = "b"\n[layer.rules.R51]\nlonger_than = "30s"\n')
    things = (customer("在吗", at=0), agent("您好", at=25))
    report = report_on(
        chat("s-1", *things, shop="a"), chat("s-2", *things, shop="b"), rules=["R51"], profile=profile
    )
    [figures] = report.replies
    assert (figures.limits, figures.late, figures.decided) == ((20.0, 30.0), 1, 2)
    assert len(report.catalogues) == 2


def _profile(layers: str) -> Profile:
    return resolve_profile(ProfileSource("own.toml", f'name = "own"\ntitle = "自定"\n{layers}'))


def test_each_platform_is_measured_by_its_own_definition() -> None:
    things = (customer("在吗", at=0), customer("人呢", at=100), agent("您好", at=200))
    report = report_on(
        chat("s-1", *things, platform="taobao"), chat("s-2", *things, platform="douyin"), chat("s-3", *things),
        rules=["R51"],
    )  # fmt: skip
    measured = {each.platform: each.metrics.within[0] for each in report.platforms}
    # Within 3 minutes: Taobao sees one turn of 200 s, Douyin two messages of 200 s and 100 s.
    assert {name: (within.count, within.of) for name, within in measured.items()} == {
        "taobao": (0, 1), "douyin": (1, 2),
    }  # fmt: skip


def test_the_last_rating_counts_and_sessions_without_one_are_apart() -> None:
    rated = chat("s-1", customer("在吗"), rating(1, at=100), rating(4, at=200))
    report = report_on(rated, chat("s-2", customer("在吗")), rules=["R01"])
    assert report.sessions.ratings == {5: 0, 4: 1, 3: 0, 2: 0, 1: 0, None: 1}


def test_what_is_undecided_says_when_the_first_window_closes() -> None:
    early = chat("s-1", customer("在吗", at=0), ended=None, observed=1)
    later = chat("s-2", customer("在吗", at=100), ended=None, observed=101)
    [cause] = report_on(later, early, rules=["R51", "R54"]).undecided
    assert (cause.cause, cause.outcomes, cause.sessions) == ("window_open", 4, 2)
    assert cause.next_decision == clock(20)
    assert cause.rules == (("人工客服首响不达标", 2), ("超时未回复", 2))


@pytest.mark.parametrize(("ended", "decided"), [(600, 1), (None, 0)])
def test_a_session_is_fully_decided_only_without_anything_open(ended: float | None, decided: int) -> None:
    session = chat("s-1", customer("在吗", at=0), agent("您好", at=5), ended=ended)
    assert report_on(session, rules=["R51", "R07"]).sessions.fully_decided == decided


def test_sessions_may_come_in_any_order() -> None:
    sessions = [
        chat("s-1", customer("在吗", at=0), agent("急什么", at=30)),
        chat("s-2", customer("在吗", at=0), agent("您好", at=10), rating(5, at=90)),
        chat("s-3", customer("在吗", at=5)),
    ]
    forward, backward = report_on(*sessions), report_on(*reversed(sessions))
    assert (forward.rules, forward.agents, forward.replies) == (
        backward.rules,
        backward.agents,
        backward.replies,
    )
    assert (forward.sessions, forward.verdicts) == (backward.sessions, backward.verdicts)


def test_a_judge_that_has_not_learned_is_another_cause_than_a_shop_without_a_standard() -> None:
    session = chat("s-1", customer("在吗"), agent("您好", at=5))
    inspector = BatchInspector(CATALOGUE, load_profile("default"), ["R02", "R34"])
    answer = Unanswered(reason_code="not_configured", judge=JudgeRef(name="baseline"))
    [found] = inspector.inspect_all([session], ScriptedJudge({"agent_abuse": answer}))
    assert isinstance(found, Asked)
    settings, plan = found.standard
    tally = Tally()
    tally.add(Inspected(session, found.outcomes, found.scorecard(), settings, plan.timeline(session)))
    causes = {cause.cause: cause.rules for cause in tally.report().undecided}
    assert causes == {"not_configured": (("结束语不规范", 1),), "not_learned": (("客服骂人", 1),)}
