"""Judges that ask a fake server, and what they may be asked."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from evaluators.judges.answers import Answer, Located, Unanswered
from evaluators.judges.cache import JudgeCache
from evaluators.judges.vllm.judge import VllmJudge
from evaluators.judges.vllm.settings import VllmSettings
from evaluators.types import ChatSession
from tests.builders import a_session, agent, customer
from tests.fake_vllm.server import FakeVllm

#: No waiting in tests; audits only where a test wants them.
QUICK = VllmSettings(retry_wait=0.0, patience=0.0, audit_share=0.0, connect_timeout=2.0)

ABUSED = a_session(
    customer("你们客服真是傻x", at=1),
    agent("抱歉给您带来不好的体验", at=5),
    customer("我再考虑一下", at=9),
)
ACTS = ("customer_abuse", "hesitates", "agent_abuse")
HITS = {"customer_abuse": [(1, "傻x")], "hesitates": [(3, "再考虑一下")]}


@asynccontextmanager
async def asking(
    *servers: FakeVllm | str, cache: JudgeCache | None = None, **settings: Any
) -> AsyncIterator[VllmJudge]:
    """A judge for these servers or URLs."""
    urls = [each if isinstance(each, str) else each.base_url for each in servers]
    judge = VllmJudge(urls, msgspec.structs.replace(QUICK, **settings), cache=cache)
    try:
        yield judge
    finally:
        await judge.close()


async def answers_of(
    *servers: FakeVllm | str, session: ChatSession = ABUSED, acts: Collection[str] = ACTS, **settings: Any
) -> dict[str, Answer]:
    """What a new judge says."""
    async with asking(*servers, **settings) as judge:
        return dict(await judge.answer(session, acts))


def located(answer: Answer) -> Located:
    """The answer, which must be one."""
    assert isinstance(answer, Located), answer
    return answer


def reason(answer: Answer) -> str:
    """Why there is no answer; "" if there is one."""
    return answer.reason_code if isinstance(answer, Unanswered) else ""
