"""Several servers: sessions stay whole, dead servers are passed over."""

from collections import Counter
from collections.abc import Iterator

import pytest

from evaluators.judges.vllm.reading import read_session
from evaluators.judges.vllm.replica import normal_url
from tests.builders import a_session, customer
from tests.evaluators.judges.asking import asking, reason
from tests.fake_vllm.server import FakeVllm

pytestmark = pytest.mark.anyio
SESSIONS = [a_session(customer(f"你好{number}"), session_id=f"s-{number}") for number in range(60)]
ACTS = ["hesitates", "customer_abuse"]


@pytest.fixture
def three() -> Iterator[list[FakeVllm]]:
    with FakeVllm() as first, FakeVllm() as second, FakeVllm() as third:
        yield [first, second, third]


def _states(server: FakeVllm) -> list[str]:
    """The chats a server was asked about, without the probe's."""
    return [str(body["state"]) for body in server.asked("/v1/systemone") if "聊天记录" in str(body["state"])]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("http://a:8000", "http://a:8000/v1"),
        ("http://a:8000/", "http://a:8000/v1"),
        ("http://a:8000/v1", "http://a:8000/v1"),
        ("https://host/llm/v1/", "https://host/llm/v1"),
    ],
)
def test_base_urls_may_be_written_in_several_ways(given: str, expected: str) -> None:
    assert normal_url(given) == expected


async def test_all_questions_of_a_session_go_to_one_server_and_sessions_to_all(three: list[FakeVllm]) -> None:
    async with asking(*three) as judge:
        for session in SESSIONS:
            await judge.answer(session, ACTS[:1])
            await judge.answer(session, ACTS)
    counts = [Counter(_states(server)) for server in three]
    assert all(sum(1 for each in counts if state in each) == 1 for state in counts[0] | counts[1] | counts[2])
    assert all(8 <= len(each) <= 40 for each in counts)


async def test_the_same_sessions_prefer_the_same_servers_after_a_restart(three: list[FakeVllm]) -> None:
    async with asking(*three) as judge, asking(*reversed(three)) as other:
        for session in SESSIONS:
            first, second = (
                judge.replicas.ranked(session.session_id)[0],
                other.replicas.ranked(session.session_id)[0],
            )
            assert first.base_url == second.base_url


async def test_a_dead_server_is_passed_over_and_only_its_sessions_move(three: list[FakeVllm]) -> None:
    dead, alive = three[0].base_url, three[1:]
    async with asking(*three, most_failures=1) as judge:
        home = {
            read_session(each).text: judge.replicas.ranked(each.session_id)[0].base_url for each in SESSIONS
        }
        await judge.answer(a_session(customer("热身")), ACTS)
        three[0].stop()
        for session in SESSIONS:
            answers = await judge.answer(session, ACTS)
            assert {reason(answer) for answer in answers.values()} == {""}
    served = {state: server.base_url for server in alive for state in _states(server)}
    assert {state for state, url in home.items() if url != dead and served[state] != url} == set()
    assert {served[state] for state, url in home.items() if url == dead} == {each.base_url for each in alive}


async def test_a_server_named_twice_is_one(server: FakeVllm) -> None:
    async with asking(server, server) as judge:
        assert len(judge.replicas.all) == 1


async def test_a_server_with_another_model_is_passed_over(three: list[FakeVllm]) -> None:
    three[1].app.ability.model = "other"
    async with asking(*three[:2], model="fake-8b") as judge:
        for session in SESSIONS:
            answers = await judge.answer(session, ACTS)
            assert {reason(answer) for answer in answers.values()} == {""}
    assert _states(three[1]) == []


async def test_a_server_that_has_become_slow_loses_its_sessions_to_the_others(three: list[FakeVllm]) -> None:
    async with asking(*three, decide_timeout=1.0) as judge:
        await judge.answer(SESSIONS[0], ["hesitates"])
        slow = next(each for each in three if _states(each))
        slow.fail("/v1/systemone", 99, delay=9.0)
        answers = await judge.answer(SESSIONS[0], ["customer_abuse"])
        figures = judge.figures
    assert reason(answers["customer_abuse"]) == ""
    assert (figures.retries, figures.unanswered) == ({"judge_timeout": 1}, {})
