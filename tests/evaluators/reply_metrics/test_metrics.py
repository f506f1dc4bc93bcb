"""The same chats as Taobao, Douyin, Pinduoduo and Kuaishou count them."""

from typing import Any

import pytest
from hypothesis import given

from evaluators.profiles import load_profile, settings_for
from evaluators.reply_metrics.metrics import ReplyMetrics, reply_metrics, reply_metrics_of
from evaluators.reply_metrics.timing import TimingProfile
from evaluators.sessions import convert_session
from tests.builders import MINUTE, START, a_session, agent, auto_reply, bot, customer, transfer
from tests.evaluators.profiles.documents import CATALOGUE
from tests.evaluators.sessions_strategy import records

TIMING = settings_for(CATALOGUE, load_profile("default")).timing
TAOBAO, DOUYIN, PINDUODUO, KUAISHOU = (TIMING[name] for name in ("taobao", "douyin", "pinduoduo", "kuaishou"))
ELEVEN = 13 * 60 * MINUTE  # START is ten in the morning: thirteen hours later the shop closes
DAY = 24 * 60 * MINUTE


def counted(metrics: ReplyMetrics) -> tuple[Any, ...]:
    """asked, answered, mean, of how many, and per limit (in time, of, open)."""
    within = [(each.count, each.of, each.open) for each in metrics.within]
    return metrics.asked, metrics.answered, metrics.mean_seconds, metrics.mean_of, *within


def measured(timing: TimingProfile, *messages: dict[str, Any], **more: Any) -> tuple[Any, ...]:
    return counted(reply_metrics(a_session(*messages, **more), timing))


ASKED_TWICE = (customer("有货吗", at=0), customer("在不在", at=100), agent("有", at=200))
CASES: list[tuple[str, TimingProfile, tuple[dict[str, Any], ...], dict[str, Any], tuple[Any, ...]]] = [
    ("nobody asked", TAOBAO, (agent("您好"),), {}, (0, 0, None, 0, (0, 0, 0))),
    ("no message", TAOBAO, (), {}, (0, 0, None, 0, (0, 0, 0))),
    ("several questions are one turn, by the first's clock", TAOBAO, ASKED_TWICE, {}, (1, 1, 200, 1, (0, 1, 0))),
    ("for Douyin they are two messages", DOUYIN, ASKED_TWICE, {}, (2, 2, 150, 2, (1, 2, 0))),
    ("for Kuaishou one consumer, spoilt", KUAISHOU, ASKED_TWICE, {}, (1, 1, 150, 2, (0, 1, 0))),
    ("for Pinduoduo one consumer, three limits", PINDUODUO, ASKED_TWICE, {},
     (1, 1, 150, 2, (1, 1, 0), (1, 1, 0), (1, 1, 0))),
    ("exactly three minutes is in time", TAOBAO, (customer("?", at=0), agent("在", at=180)), {},
     (1, 1, 180, 1, (1, 1, 0))),
    ("a second later is not", TAOBAO, (customer("?", at=0), agent("在", at=181)), {}, (1, 1, 181, 1, (0, 1, 0))),
    ("a late reply counts 600 s at most", TAOBAO, (customer("?", at=0), agent("在", at=5000)), {},
     (1, 1, 600, 1, (0, 1, 0))),
    ("no reply counts 600 s", TAOBAO, (customer("?", at=0),), {"observed": 600}, (1, 0, 600, 1, (0, 1, 0))),
    ("a second before it is open", TAOBAO, (customer("?", at=0),), {"observed": 599}, (1, 0, None, 0, (0, 1, 0))),
    ("three minutes without a reply are decided", TAOBAO, (customer("?", at=0),), {"observed": 180},
     (1, 0, None, 0, (0, 1, 0))),
    ("before that nothing is", TAOBAO, (customer("?", at=0),), {"observed": 179}, (1, 0, None, 0, (0, 0, 1))),
    ("no reply has no time where nothing caps it", DOUYIN, (customer("?", at=0),), {"observed": 9999},
     (1, 0, None, 0, (0, 1, 0))),
    ("bots and automatic messages are no replies", TAOBAO,
     (customer("?", at=0), auto_reply("稍等", at=1), bot("亲", at=2), agent("在", at=50)), {}, (1, 1, 50, 1, (1, 1, 0))),
    ("a closer asks nothing", TAOBAO,
     (customer("?", at=0), agent("在", at=10), customer("好的谢谢", at=20), customer("👌", at=30, kind="emoji")),
     {"observed": 9999}, (1, 1, 10, 1, (1, 1, 0))),
    ("a second turn", TAOBAO, (customer("?", at=0), agent("在", at=10), customer("多少钱", at=20), agent("9", at=50)), {},
     (2, 2, 20, 2, (2, 2, 0))),
    ("out of order", TAOBAO, (agent("在", at=10), customer("?", at=0)), {}, (1, 1, 10, 1, (1, 1, 0))),
    ("before eight", TAOBAO, (customer("?", at=-2 * 60 * MINUTE - 1), agent("在", at=0)), {}, (0, 0, None, 0, (0, 0, 0))),
    ("at eight", TAOBAO, (customer("?", at=-2 * 60 * MINUTE), agent("在", at=0)), {}, (1, 1, 600, 1, (0, 1, 0))),
    ("at eleven at night", TAOBAO, (customer("?", at=ELEVEN), agent("在", at=ELEVEN + 9)), {},
     (0, 0, None, 0, (0, 0, 0))),
    ("a second earlier, answered after hours", TAOBAO, (customer("?", at=ELEVEN - 1), agent("在", at=ELEVEN + 9)), {},
     (1, 1, 10, 1, (1, 1, 0))),
    ("handed over without a reply: the first is charged", TAOBAO,
     (customer("?", at=0), transfer(at=30), agent("您好", at=40, by="a-2")), {}, (1, 0, 600, 1, (0, 1, 0))),
    ("and the second starts anew", TAOBAO,
     (customer("?", at=0), transfer(at=30), customer("在?", at=40), agent("您好", at=45, by="a-2")), {},
     (2, 1, 302.5, 2, (1, 2, 0))),
    ("handed over last of all", TAOBAO, (customer("?", at=0), transfer(at=30)), {}, (1, 0, 600, 1, (0, 1, 0))),
    ("a reply at the instant of the hand-over is before it", TAOBAO,
     (customer("?", at=0), transfer(at=30), agent("转您", at=30)), {}, (1, 1, 30, 1, (1, 1, 0))),
    ("a bot that hands over leaves the question open", TAOBAO,
     (customer("?", at=0), bot("亲", at=1), transfer(at=30, source="b-1"), agent("您好", at=40)), {},
     (1, 1, 40, 1, (1, 1, 0))),
    ("so does a listed bot", TAOBAO, (customer("?", at=0), transfer(at=30, source="b-9"), agent("您好", at=40)),
     {"agents": [{"agent_id": "b-9", "kind": "bot"}]}, (1, 1, 40, 1, (1, 1, 0))),
    ("and an unnamed one before any human", TAOBAO,
     (customer("?", at=0), transfer(at=30, source=None), agent("您好", at=40)), {}, (1, 1, 40, 1, (1, 1, 0))),
    ("an unnamed human after one", TAOBAO,
     (agent("您好", at=0), customer("?", at=1), transfer(at=30, source=None), agent("您好", at=40)), {},
     (1, 0, 600, 1, (0, 1, 0))),
    ("Douyin does not ask who answers", DOUYIN, (customer("?", at=0), transfer(at=30), agent("您好", at=40, by="a-2")), {},
     (1, 1, 40, 1, (1, 1, 0))),
    ("two days are two consumers", KUAISHOU,
     (customer("?", at=0), agent("在", at=999), customer("在?", at=DAY), agent("在", at=DAY + 9)), {},
     (2, 2, 504, 2, (1, 2, 0))),
    ("one open question keeps the consumer open", KUAISHOU,
     (customer("?", at=0), agent("在", at=9), customer("几点发货", at=20)), {"observed": 100}, (1, 0, 9, 1, (0, 0, 1))),
    ("but not if another is lost already", KUAISHOU,
     (customer("?", at=0), agent("在", at=999), customer("几点发货", at=1000)), {"observed": 1001},
     (1, 0, 999, 1, (0, 1, 0))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("timing", "messages", "fields", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_each_platform_counts_its_own_way(
    timing: TimingProfile,
    messages: tuple[dict[str, Any], ...],
    fields: dict[str, Any],
    expected: tuple[Any, ...],
) -> None:
    assert measured(timing, *messages, **fields) == expected


def test_now_decides_what_was_open() -> None:
    session = a_session(customer("?", at=0))
    assert counted(reply_metrics(session, TAOBAO)) == (1, 0, None, 0, (0, 0, 1))
    later = START.replace(hour=11)
    assert counted(reply_metrics(session, TAOBAO, later)) == (1, 0, 600, 1, (0, 1, 0))


def test_a_profile_may_count_closers_and_other_replies() -> None:
    timing = TimingProfile(title="自定", unit="message", limits=("30s",), clock="shop", count_closers=True)
    messages = (customer("?", at=0), auto_reply("稍等", at=5), customer("好的", at=10), bot("亲", at=50))
    assert measured(timing, *messages) == (2, 2, 22.5, 2, (1, 2, 0))
    service = TimingProfile(title="自定", unit="message", limits=("30s",), clock="service")
    assert measured(service, *messages) == (1, 1, 50, 1, (0, 1, 0))


def test_a_share_is_of_what_is_decided_and_none_of_nothing() -> None:
    within = reply_metrics(a_session(*ASKED_TWICE), DOUYIN).within[0]
    assert (within.limit_seconds, within.share) == (180, 0.5)
    assert reply_metrics(a_session(agent("您好")), DOUYIN).within[0].share is None


def test_sessions_without_times_are_counted_apart() -> None:
    sessions = [a_session(customer("?", at=None), agent("在", at=3)), a_session(*ASKED_TWICE)]
    metrics = reply_metrics_of(sessions, DOUYIN)
    assert (metrics.unmeasured, metrics.asked) == (1, 2)


def test_a_consumer_with_two_sessions_on_one_day_is_one() -> None:
    late = a_session(customer("?", at=0), agent("在", at=999), session_id="s-1", customer_id="c", shop="a")
    quick = a_session(
        customer("?", at=2000), agent("在", at=2001), session_id="s-2", customer_id="c", shop="a"
    )
    elsewhere = a_session(customer("?", at=0), agent("在", at=1), session_id="s-3", customer_id="c", shop="b")
    unknown = [a_session(customer("?", at=0), agent("在", at=1), session_id=f"s-{n}") for n in (4, 5)]
    assert counted(reply_metrics_of([late, quick], KUAISHOU)) == (1, 1, 500, 2, (0, 1, 0))
    assert counted(reply_metrics_of([late, quick], TAOBAO)) == (2, 2, 300.5, 2, (1, 2, 0))
    assert reply_metrics_of([late, quick, elsewhere, *unknown], KUAISHOU).asked == 4


@given(records())
def test_laws_of_every_measure(record: dict[str, Any]) -> None:
    session = convert_session(record)
    for timing in TIMING.values():
        metrics = reply_metrics(session, timing)
        assert 0 <= metrics.answered <= metrics.asked
        assert (metrics.mean_seconds is None) == (metrics.mean_of == 0)
        assert metrics.mean_seconds is None or 0 <= metrics.mean_seconds <= (600 if timing.cap else 1e9)
        for within in metrics.within:
            assert 0 <= within.count <= within.of
            assert within.of + within.open == metrics.asked
    turns, messages, consumers = (reply_metrics(session, each).asked for each in (TAOBAO, DOUYIN, KUAISHOU))
    assert consumers <= messages
    assert turns <= messages
