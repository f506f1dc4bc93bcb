"""A vLLM server for the tests of a file. They all stand in one, so that no second server is started."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evaluators.judges.vllm.judge import VllmJudge
from prompts.library import load_prompts
from tests.builders import a_session, customer
from tests.calibration.sets import case, write_set
from tests.evaluators.judges.asking import asking
from tests.vllm.environment import VARIABLE, NotHere
from tests.vllm.server import RealVllm

SLOW = {"decide_timeout": 300.0, "explain_timeout": 300.0, "connect_timeout": 5.0}
QUESTIONS = [act for act, prompt in load_prompts().items() if prompt.asks == act][:25]
#: An act whose wording may be changed.
WORDED = "agent_abuse"


def judge_of(server: RealVllm, **settings: Any) -> AbstractAsyncContextManager[VllmJudge]:
    """A judge that waits as long as a CPU may take."""
    return asking(server.base_url, **{**SLOW, **settings})


async def _warm_up(server: RealVllm) -> None:
    async with judge_of(server) as judge:
        await judge.answer(a_session(customer("热身")), QUESTIONS[:1])


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def server() -> Iterator[RealVllm]:
    if not os.environ.get(VARIABLE):
        pytest.skip(f"{VARIABLE} names no Python that has vLLM (tests/vllm/environment.py)")
    try:
        with RealVllm() as running:
            # The first requests of a model's life are slow: not part of what is tested.
            asyncio.run(_warm_up(running))
            yield running
    except NotHere as why:
        pytest.skip(str(why))


@pytest.fixture
def small_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Eight cases of an act in each split, and settings that are quick on a CPU."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINGJIAN_JUDGE_CACHE", ":memory:")
    options = {**SLOW, "layout": "transcript_first", "audit_share": 0}
    monkeypatch.setenv("MINGJIAN_JUDGE_OPTIONS", msgspec.json.encode(options).decode())
    verdicts = ("hit", "no_hit")
    return str(
        write_set(tmp_path, [case(f"s{n}", {WORDED: verdicts[n % 2]}, f"好的{n}") for n in range(8)], WORDED)
    )
