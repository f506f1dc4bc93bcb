"""What is asked, who asks it, and how that is measured."""

import asyncio
import gc
import time
import urllib.request
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from evaluators.judges.vllm.reading import read_session
from evaluators.sessions import convert_session
from evaluators.types import ChatSession
from prompts.library import Prompt, load_prompts
from tests.benchmarks.rules.generate import sessions

QUESTIONS = 25
#: Messages per session, from short to long in turn.
LENGTHS = (40, 50, 60, 70, 80)
_COUNTERS = (
    "vllm:prefix_cache_queries_total",
    "vllm:prefix_cache_hits_total",
    "vllm:generation_tokens_total",
)


@dataclass(frozen=True)
class Task:
    """Sessions, and the questions asked about each of them. `warm_up` is a session that is not counted."""

    sessions: tuple[ChatSession, ...]
    warm_up: ChatSession
    prompts: dict[str, Prompt]

    @property
    def texts(self) -> list[str]:
        """The sessions as everybody gives them to the model."""
        return [read_session(session).text for session in self.sessions]


def a_task(count: int, seed: int = 20261122) -> Task:
    """The same for every run: 21 judged rules and four signals, each with a question of its own."""
    per_length = -(-(count + 1) // len(LENGTHS))
    drawn = [list(sessions(per_length, length, seed + length)) for length in LENGTHS]
    mixed = [each for group in zip(*drawn, strict=True) for each in group][: count + 1]
    chats = [convert_session(each | {"session_id": f"s-{number}"}) for number, each in enumerate(mixed)]
    own = [prompt for prompt in load_prompts().values() if prompt.asks == prompt.id]
    own.sort(key=lambda prompt: prompt.kind)
    return Task(tuple(chats[:count]), chats[count], {prompt.id: prompt for prompt in own[:QUESTIONS]})


@dataclass(frozen=True)
class Measured:
    """Seconds by the clock and of the processor (this process, user and system); tokens as the server counts them."""

    wall: float
    cpu: float
    prompt: float
    computed: float
    generated: float


async def measured(base_url: str, work: Callable[[], Awaitable[object]]) -> Measured:
    """The work from a cold prefix cache, and without the garbage of whoever came before."""
    origin = base_url.removesuffix("/v1")
    await asyncio.to_thread(_post, f"{origin}/reset_prefix_cache")
    before = await asyncio.to_thread(_counters, origin)
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    await work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    queries, hits, generated = (
        after - earlier
        for after, earlier in zip(await asyncio.to_thread(_counters, origin), before, strict=True)
    )
    return Measured(wall, cpu, queries, queries - hits, generated)


def _counters(origin: str) -> list[float]:
    with urllib.request.urlopen(f"{origin}/metrics", timeout=60) as answer:
        lines = answer.read().decode().splitlines()
    return [sum(float(line.split()[-1]) for line in lines if line.startswith(name)) for name in _COUNTERS]


def _post(url: str) -> None:
    urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=60).close()


async def at_most(limit: int, jobs: Sequence[Callable[[], Awaitable[object]]]) -> None:
    """All jobs, so many at a time."""
    slots = asyncio.Semaphore(limit)

    async def one(job: Callable[[], Awaitable[object]]) -> None:
        async with slots:
            await job()

    await asyncio.gather(*map(one, jobs))
