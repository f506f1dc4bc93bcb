"""What the vLLM judge asks and answers, by each endpoint and in each layout."""

from collections.abc import Iterator
from typing import get_args

import pytest
from msgspec.structs import replace

from evaluators.catalogue.loading import load_catalogue
from evaluators.engine.plan import compile_plan
from evaluators.inspection import inspect_session
from evaluators.judges.answers import Span
from evaluators.judges.cache import MemoryCache
from evaluators.judges.vllm.capability import DecideBy
from evaluators.judges.vllm.settings import Layout
from evaluators.types import JudgeRef
from prompts.library import load_prompts
from tests.builders import a_session, agent, customer
from tests.evaluators.judges.asking import ABUSED, ACTS, HITS, answers_of, asking, located, reason
from tests.fake_vllm.brain import Scripted
from tests.fake_vllm.model import Ability
from tests.fake_vllm.server import FakeVllm
from tests.fake_vllm.tokens import BLOCK, chat_prompt, tokens_of

pytestmark = pytest.mark.anyio
PROMPTS = load_prompts()
ENDPOINTS: dict[DecideBy, str | None] = {"systemone": "systemone", "decisions": "decisions", "logprobs": None}


@pytest.fixture(params=get_args(DecideBy))
def ability(request: pytest.FixtureRequest) -> Ability:
    return Ability(decisions=ENDPOINTS[request.param])


@pytest.fixture(params=get_args(Layout))
def layout(request: pytest.FixtureRequest) -> Layout:
    kind: Layout = request.param
    return kind


@pytest.fixture
def abused(ability: Ability) -> Iterator[FakeVllm]:
    with FakeVllm(Scripted(HITS), ability) as running:
        yield running


async def test_hits_are_located_and_the_rest_is_absent(abused: FakeVllm, layout: Layout) -> None:
    answers = await answers_of(abused, layout=layout)
    abuse, hesitates, agent_abuse = (located(answers[act]) for act in ACTS)
    assert abuse.messages == pytest.approx({"m1": 0.94})
    assert abuse.spans == {"m1": Span(6, 8)}
    assert abuse.reason == "有发言为证。"
    assert abuse.judge == JudgeRef(
        name="vllm", model="fake-8b", prompt_version=PROMPTS["customer_abuse"].version
    )
    assert hesitates.messages == pytest.approx({"m3": 0.94})
    assert (agent_abuse.messages, agent_abuse.spans) == ({}, {})
    assert agent_abuse.absent == pytest.approx(0.98)


async def test_one_request_decides_and_one_explains_each_hit(abused: FakeVllm, layout: Layout) -> None:
    async with asking(abused, layout=layout) as judge:
        await judge.answer(ABUSED, ["agent_abuse"])
        abused.app.requests.clear()
        await judge.answer(ABUSED, ["customer_abuse", "hesitates", "complaint_mentioned"])
    paths = [path for path, _ in abused.app.requests]
    decisions = ["/v1/chat/completions"] * 3
    if abused.app.ability.decisions:
        decisions = [f"/v1/{abused.app.ability.decisions}"]
    assert paths == [*decisions, *["/v1/chat/completions"] * 2]


async def test_explanations_begin_as_decisions_do(abused: FakeVllm, layout: Layout) -> None:
    async with asking(abused, layout=layout) as judge:
        await judge.answer(ABUSED, ACTS)
        head, question = judge.book.head, judge.book.explain("hesitates")
    explained = next(body for body in abused.asked("/v1/chat/completions") if question in str(_said(body)))
    assert explained["temperature"] == 0
    assert explained["chat_template_kwargs"] == {"enable_thinking": False}
    assert _said(explained).endswith(f"</聊天记录>\n\n{question}")
    assert any(head in turn["content"] for turn in explained["messages"])  # type: ignore[attr-defined]
    # Head and chat were there already: only the questions had to be computed.
    prompt = chat_prompt(explained["messages"])  # type: ignore[arg-type]
    computed = prompt.length - abused.app.engine.last_cached
    assert computed <= len(tokens_of(question)) + 3 * BLOCK


def _said(body: dict[str, object]) -> str:
    text: str = body["messages"][-1]["content"]  # type: ignore[index]
    return text


async def test_the_rulebook_is_one_prefix_for_all_sessions_and_questions(abused: FakeVllm) -> None:
    async with asking(abused, layout="rulebook") as judge:
        await judge.answer(ABUSED, ["agent_abuse"])
        before = abused.app.engine.prompt_tokens - abused.app.engine.cached_tokens
        other = a_session(customer("在吗，有活动吗", at=1), agent("亲，在的", at=2))
        await judge.answer(other, ["asks_about_promotion", "hesitates"])
        head = len(judge.book.head)
    computed = abused.app.engine.prompt_tokens - abused.app.engine.cached_tokens - before
    assert computed < head / 10


async def test_another_rule_costs_its_pointer_and_not_another_transcript(server: FakeVllm) -> None:
    """What is computed for one question more is its pointer, what the server adds to it, and a part of a block."""
    long = a_session(*(customer(f"第{number}句话，说得不短", at=number) for number in range(100)))
    engine, computed = server.app.engine, []
    questions = sorted({prompt.asks for prompt in PROMPTS.values()})[:11]
    for count in (10, 11):
        engine.forget()
        async with asking(server) as judge:
            await judge.answer(a_session(customer("在吗", at=1)), questions[:1])
            before = engine.prompt_tokens - engine.cached_tokens
            await judge.answer(long, questions[:count])
            computed.append(engine.prompt_tokens - engine.cached_tokens - before)
            pointer = judge.book.choices[questions[10]]
    assert computed[0] > 1000
    assert 0 < computed[1] - computed[0] <= len(tokens_of(pointer)) + 3 * BLOCK


async def test_an_act_whose_question_another_asks_too_is_asked_once(server: FakeVllm) -> None:
    borrowed = {act: prompt.asks for act, prompt in PROMPTS.items() if prompt.asks != act}
    act, asks = next(iter(borrowed.items()))
    answers = await answers_of(server, acts=[act, asks])
    assert answers[act] == answers[asks]
    assert len(server.asked("/v1/systemone")[-1]["questions"]) == 1  # type: ignore[arg-type]


async def test_an_act_without_a_prompt_is_not_configured(server: FakeVllm) -> None:
    answers = await answers_of(server, acts=["mood_of_the_moon"])
    assert reason(answers["mood_of_the_moon"]) == "not_configured"
    assert server.app.requests == []


async def test_nothing_asked_is_nothing_sent(server: FakeVllm) -> None:
    assert await answers_of(server, acts=[]) == {}
    assert server.app.requests == []


async def test_what_was_asked_before_is_not_asked_again(abused: FakeVllm) -> None:
    cache = MemoryCache()
    first = await answers_of(abused, cache=cache)
    abused.app.requests.clear()
    async with asking(abused, cache=cache) as judge:
        assert await judge.answer(ABUSED, ACTS) == first
        assert judge.figures.remembered == len(ACTS)
    assert [
        body for path, body in abused.app.requests if path == "/v1/systemone" and len(body["questions"]) > 1
    ] == []


@pytest.mark.parametrize("changed", [{"attempt": 1}, {"layout": "transcript_first"}])
async def test_another_attempt_or_layout_asks_anew(server: FakeVllm, changed: dict[str, object]) -> None:
    cache = MemoryCache()
    await answers_of(server, cache=cache)
    async with asking(server, cache=cache, **changed) as judge:
        await judge.answer(ABUSED, ACTS)
        assert judge.figures.remembered == 0


async def test_another_chat_or_model_asks_anew(server: FakeVllm) -> None:
    cache = MemoryCache()
    await answers_of(server, cache=cache)
    other = a_session(customer("你们客服真是傻x！", at=1))
    async with asking(server, cache=cache) as judge:
        await judge.answer(other, ACTS)
        assert judge.figures.remembered == 0
    server.app.ability.model = "other"
    async with asking(server, cache=cache) as judge:
        await judge.answer(ABUSED, ACTS)
        assert judge.figures.remembered == 0


async def test_clocks_do_not_make_a_chat_another(server: FakeVllm) -> None:
    cache = MemoryCache()
    await answers_of(server, cache=cache, session=a_session(customer("在吗", at=1)))
    async with asking(server, cache=cache) as judge:
        await judge.answer(a_session(customer("在吗", at=500)), ACTS)
        assert judge.figures.remembered == len(ACTS)


async def test_more_questions_than_a_request_takes_are_split(
    server: FakeVllm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evaluators.judges.vllm.decide.AT_ONCE", 8)
    answers = await answers_of(server, acts=PROMPTS)
    assert {reason(answer) for answer in answers.values()} == {""}
    sizes = [len(body["questions"]) for body in server.asked("/v1/systemone")][1:]  # type: ignore[arg-type]
    assert max(sizes) == 8
    assert sum(sizes) == len({prompt.asks for prompt in PROMPTS.values()})


async def test_live_requests_are_marked_as_urgent(server: FakeVllm) -> None:
    async with asking(server) as judge:
        await judge.answer(ABUSED, ACTS)
        await judge.live().answer(a_session(customer("在吗", at=1)), ACTS)
        assert judge.figures.sessions == 2
    assert [body["priority"] for body in server.asked("/v1/systemone")[1:]] == [1, 0]


async def test_the_engine_gets_verified_outcomes_from_it() -> None:
    plan = compile_plan(load_catalogue(), ["R48", "R34", "R24"])
    with FakeVllm(Scripted(HITS)) as server:
        async with asking(server) as judge:
            outcomes, _ = await inspect_session(ABUSED, plan, judge)
    by_rule = {outcome.rule_id: outcome for outcome in outcomes}
    abuse = by_rule["customer_abuse"]
    assert (abuse.verdict, abuse.evidence[0].quote) == ("hit", "傻x")
    assert abuse.judge is not None
    assert abuse.judge.name == "vllm"
    assert by_rule["agent_abuse"].verdict == "no_hit"


async def test_other_wordings_are_judged_without_probing_the_servers_again(abused: FakeVllm) -> None:
    act = "customer_abuse"
    other = {
        act: replace(PROMPTS[act], body=PROMPTS[act].body.replace("block hit %}", "block hit %}新说法。"))
    }
    async with asking(abused) as judge:
        await judge.answer(ABUSED, [act])
        probed, spent = len(abused.app.requests), judge.figures
        view = judge.apart(PROMPTS | other)
        assert located(dict(await view.answer(ABUSED, [act]))[act]).messages
        asked = abused.app.requests[probed:]
        await view.close()
    decided, explained = [body for path, body in asked if path != "/tokenize"]
    assert "新说法" in str(decided)
    assert "新说法" in str(explained)
    assert (view.figures.questions, judge.figures) == (1, spent)
