"""What a run will cost, costs and has cost: the estimate is near, the account is the server's own."""

import msgspec
import pytest

from evaluators.errors import JudgeUnusable
from evaluators.judges.vllm.accounting import Figures, Usage
from evaluators.judges.vllm.capability import DecideBy
from evaluators.judges.vllm.estimate import estimate
from evaluators.judges.vllm.progress import Run
from evaluators.judges.vllm.served import Served, served_by
from evaluators.judges.vllm.settings import Prices
from evaluators.judges.vllm.summary import summary
from prompts.library import load_prompts
from tests.builders import a_session, agent, customer
from tests.evaluators.judges.asking import asking
from tests.fake_vllm.brain import Plausible
from tests.fake_vllm.model import Ability
from tests.fake_vllm.server import FakeVllm

pytestmark = pytest.mark.anyio
QUESTIONS = [act for act, prompt in load_prompts().items() if prompt.asks == act][:25]
SESSIONS = [
    a_session(
        *(customer(f"第{number}位顾客问的第{line}件事，有没有现货", at=2 * line) for line in range(15)),
        *(agent(f"亲，第{line}件有货的", at=2 * line + 1) for line in range(15)),
        session_id=f"s-{number}",
    )
    for number in range(12)
]
PRICES = Prices(prompt=2.0, cached_prompt=0.5, generated=8.0)


@pytest.mark.parametrize("decisions", ["systemone", None])
async def test_an_estimate_from_a_sample_is_near_what_all_cost(decisions: DecideBy | None) -> None:
    with FakeVllm(Plausible(0.07), Ability(decisions=decisions)) as server:
        async with asking(server, prices=PRICES, audit_share=0.01) as judge:
            expected = await estimate(judge, [(each, QUESTIONS) for each in SESSIONS[:4]], len(SESSIONS))
            before = await served_by(judge.base_urls, judge.settings)
            for session in SESSIONS:
                await judge.answer(session, QUESTIONS)
            after = await served_by(judge.base_urls, judge.settings)
            used, requests = judge.figures.usage, judge.figures.requests
    assert expected.questions == 25 * len(SESSIONS)
    assert (expected.sessions, expected.sampled, expected.currency) == (len(SESSIONS), 4, "CNY")
    assert expected.usage.prompt == pytest.approx(used.prompt, rel=0.05)
    assert expected.usage.generated == pytest.approx(used.generated, rel=0.4)
    assert expected.requests == pytest.approx(requests, rel=0.2)
    assert before is not None
    assert after is not None
    share = after.share_since(before)
    assert share is not None
    assert expected.usage.cached_share == pytest.approx(share, abs=0.03)
    assert expected.cost == pytest.approx(used.supposing(share).cost(PRICES), rel=0.4)


async def test_a_server_that_does_not_tokenize_gives_no_estimate() -> None:
    with FakeVllm(ability=Ability(tokenizer=False)) as server:
        async with asking(server) as judge:
            with pytest.raises(JudgeUnusable, match="does not tokenize"):
                await estimate(judge, [(SESSIONS[0], QUESTIONS)], 1)


async def test_what_a_server_does_not_count_is_unknown() -> None:
    with FakeVllm() as server:
        async with asking(server, "http://127.0.0.1:9/v1") as judge:
            assert await served_by(judge.base_urls, judge.settings) is None


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        (Served(100, 10), Served(300, 160), 0.75),
        (Served(100, 10), Served(100, 10), None),
        # It was started anew in between.
        (Served(100, 90), Served(50, 10), None),
        (Served(100, 90), Served(150, 10), None),
    ],
)
def test_the_share_is_of_what_was_asked_in_between(
    before: Served, after: Served, share: float | None
) -> None:
    assert after.share_since(before) == share


def test_tokens_of_which_nothing_is_known_take_the_servers_share() -> None:
    usage = Usage(prompt=1000, generated=10, cached=50, cached_of=100)
    assert usage.cached_share is None
    assert usage.supposing(None) == usage
    assert usage.supposing(0.9) == Usage(1000, 10, 50 + 810, 1000)
    assert usage.supposing(0.9).cached_share == pytest.approx(0.86)
    known = Usage(1000, 10, 400, 1000)
    assert known.supposing(0.9) == known


async def test_progress_says_how_far_how_fast_how_long_and_what_is_wrong() -> None:
    now = 100.0
    with FakeVllm() as server:
        async with asking(server, most_failures=1, tries=1, prices=PRICES) as judge:
            await judge.answer(SESSIONS[0], QUESTIONS)
            run = Run([judge], 12, clock=lambda: now)
            assert (
                run.progress(0).line() == "0 of 12 sessions, 0.0/s, 0 prompt + 0 generated tokens, 0.00 CNY"
            )
            await judge.answer(SESSIONS[1], QUESTIONS)
            await judge.answer(SESSIONS[1], QUESTIONS)
            now += 4
            told = run.progress(2, cached_share=0.9)
            assert (told.rate, told.seconds_left, told.remembered) == (0.5, 20.0, 25)
            for part in (
                "2 of 12 sessions, 0.5/s, 20 s left",
                "90% of prompts cached",
                "25 of 50 answers known",
            ):
                assert part in told.line()
            server.stop()
            await judge.answer(SESSIONS[2], QUESTIONS)
            line = run.progress(3).line()
    assert "25 unanswered" in line
    assert "\npaused: " in line
    assert "is the server up? `mingjian judge serve` starts one; next try in" in line


FIGURES = Figures(
    sessions=4, questions=100, located=6, absent=90, unanswered={"judge_timeout": 3, "answer_invalid": 1},
    explained={"hit": 6, "audit": 1}, contradictions=1, remembered=20, requests=11, retries={"judge_timeout": 2},
    failed_requests={"judge_timeout": 1}, usage=Usage(2_000_000, 500, 1_500_000, 2_000_000),
)  # fmt: skip


def test_the_summary_has_every_failure_over_what_was_asked() -> None:
    assert summary(FIGURES, PRICES) == [
        "100 questions about 4 sessions: 6 acts found, 90 not there,"
        " 4 unanswered (judge_timeout 3 = 3.0%, answer_invalid 1 = 1.0%)",
        "7 explained (hit 6, audit 1), 1 of them against the decision",
        "11 requests, 2 retried (judge_timeout 2), 1 given up (judge_timeout 1)",
        "2,000,000 prompt tokens, 75.0% of them cached; 500 generated; 1.75 CNY",
        "20 decisions known from before, not asked again",
        "3 questions wait for a server: run the same command again when it is back, only they are asked",
    ]


def test_a_summary_of_nothing_wrong_is_short() -> None:
    fine = msgspec.structs.replace(FIGURES, unanswered={}, remembered=0, usage=Usage(10, 1))
    told = summary(fine, None)
    assert len(told) == 4
    assert told[3] == "10 prompt tokens, unknown how many of them cached; 1 generated"
