"""What judging costs: `./dev bench judge [--sessions N] [--rounds N] [--only stub|vllm] [--json]`.

20 sessions of 40 to 80 messages, 25 questions about each. A round lets three ask the same server, each from a
cold prefix cache: the judge, the loop a user would write by hand, and a raw client that sends what the judge
sent. First a stub that takes as long as a GPU would (half a minute a round), then real vLLM on this machine's CPU if
it is installed (`python -m tests.vllm.environment`; six minutes on two cores). Ratios are taken within a round; the
median of the rounds counts, and of both servers the worse. Exit status 2: a target is missed.
"""

import argparse
import asyncio
import json
import signal
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from evaluators.judges.vllm.settings import VllmSettings
from tests.benchmarks.judge.contest import QUESTIONS, Measured, Task, a_task, measured
from tests.benchmarks.judge.contestants import Loop, Ours, Raw
from tests.benchmarks.judge.stub import HIT_SHARE
from tests.vllm.environment import MODEL_NAME, NotHere
from tests.vllm.server import RealVllm

CPU_PAIRS = 3
#: `cpu_ratio` is judged on the stub only: real vLLM keeps all cores busy, and what a client's work takes then says
#: more about the machine's caches than about the client.
TARGETS: dict[str, tuple[str, float]] = {
    "prompt_ratio": ("at least", 8.0),
    "generated_ratio": ("at least", 10.0),
    "wall_ratio": ("at least", 5.0),
    "cpu_ratio": ("at least", 10.0),
    "limit_ratio": ("at most", 1.2),
}
SHOWN = ("prompt_ratio", "generated_ratio", "wall_ratio", "limit_ratio")
#: The random model finds nothing; as many of its answers are explained as the stub finds hits.
RANDOM_MODEL = VllmSettings(audit_share=HIT_SHARE, decide_timeout=3600, explain_timeout=3600)


@dataclass(frozen=True)
class Round:
    """One after the other on the same server."""

    ours: Measured
    loop: Measured
    raw: Measured

    def ratios(self) -> dict[str, float]:
        return {
            "prompt_ratio": self.loop.computed / self.ours.computed,
            "generated_ratio": self.loop.generated / self.ours.generated,
            "wall_ratio": self.loop.wall / self.ours.wall,
            "cpu_ratio": self.loop.cpu / self.ours.cpu,
            "limit_ratio": self.ours.wall / self.raw.wall,
        }


async def a_round(base_url: str, model: str, task: Task, settings: VllmSettings, pairs: int) -> list[Round]:
    """Everybody warm (libraries, connections), every cache cold. The loop once, the other two `pairs` times."""
    by_loop, failed = await _by_the_loop(base_url, model, task)
    rounds = []
    for _ in range(pairs):
        ours = Ours(base_url, task, settings)
        await ours.prepare()
        by_us = await measured(base_url, ours.judge)
        await ours.close()
        raw = Raw(base_url, ours.sent)
        by_raw = await measured(base_url, raw.judge)
        await raw.close()
        told = f"{ours.explained} of {len(task.sessions) * QUESTIONS} answers explained"
        print(f"  {told}; unanswered by us: {ours.unanswered or 'none'}, by the loop: {failed}", flush=True)
        rounds.append(Round(by_us, by_loop, by_raw))
    return rounds


async def _by_the_loop(base_url: str, model: str, task: Task) -> tuple[Measured, int]:
    first = Task(task.sessions[:1], task.warm_up, dict(list(task.prompts.items())[:1]))
    warm = Loop(base_url, model, first)
    await warm.judge()
    await warm.close()
    loop = Loop(base_url, model, task)
    by_loop = await measured(base_url, loop.judge)
    await loop.close()
    return by_loop, loop.failed


def print_table(rounds: list[Round], count: int) -> None:
    """Per session, medians over the rounds."""
    print(
        f"  {'per session':22}{'wall s':>10}{'client CPU ms':>16}{'prompt':>10}{'computed':>10}{'generated':>11}"
    )
    for name, what in (("ours", "the judge"), ("loop", "the loop by hand"), ("raw", "raw client")):
        each = [getattr(one, name) for one in rounds]
        wall, cpu, prompt, computed, generated = (
            statistics.median(getattr(one, field) for one in each) / count
            for field in Measured.__match_args__
        )
        print(
            f"  {what:22}{wall:>10.2f}{cpu * 1000:>16.1f}{prompt:>10.0f}{computed:>10.0f}{generated:>11.1f}"
        )


def judged(rounds: list[Round], *, alone: bool) -> tuple[dict[str, float], bool]:
    """The medians of the ratios, and whether all targets are met. `alone`: the client had a core for itself."""
    ratios = {name: statistics.median(one.ratios()[name] for one in rounds) for name in TARGETS}
    fine = True
    for name, (kind, target) in TARGETS.items():
        met = ratios[name] >= target if kind == "at least" else ratios[name] <= target
        counts = alone or name != "cpu_ratio"
        fine = fine and (met or not counts)
        told = ("ok" if met else "MISSED") if counts else "not judged: the server has the client's cores"
        print(f"  {name:22}{ratios[name]:>10.2f}   target: {kind} {target:g}   {told}")
    return ratios, fine


@contextmanager
def stub_server() -> Iterator[str]:
    """In a process of its own: its time is not ours."""
    command = [sys.executable, "-m", "tests.benchmarks.judge.stub"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


def run(count: int, rounds: int, only: str | None) -> tuple[dict[str, float], bool]:
    """All contests; the worse of their ratios, and whether all targets are met."""
    task = a_task(count)
    print(f"{count} sessions, {QUESTIONS} questions each", flush=True)
    found: list[tuple[dict[str, float], bool]] = []
    if only != "vllm":
        print(f"stub of a GPU, {rounds} rounds", flush=True)
        with stub_server() as base_url:
            each = (asyncio.run(a_round(base_url, "fake-8b", task, VllmSettings(), 1)) for _ in range(rounds))
            done = [one for some in each for one in some]
        print_table(done, count)
        found.append(judged(done, alone=True))
    if only != "stub":
        try:
            with RealVllm() as server:
                print(f"real vLLM on this CPU, the loop once, the others {CPU_PAIRS} times", flush=True)
                done = asyncio.run(a_round(server.base_url, MODEL_NAME, task, RANDOM_MODEL, CPU_PAIRS))
            print_table(done, count)
            found.append(judged(done, alone=False))
        except NotHere as why:
            print(f"real vLLM on this CPU: left out, {why}")
    if not found:
        return {}, False
    return worst([ratios for ratios, _ in found]), all(fine for _, fine in found)


def worst(found: list[dict[str, float]]) -> dict[str, float]:
    """Of several contests."""
    pick: dict[str, Callable[[Iterable[float]], float]] = {"at least": min, "at most": max}
    return {name: pick[kind](each[name] for each in found) for name, (kind, _) in TARGETS.items()}


def main() -> int:
    """Reads the arguments and runs."""
    parser = argparse.ArgumentParser(prog="./dev bench judge", description=__doc__)
    parser.add_argument("--sessions", type=int, default=20, help="how many sessions (default 20)")
    parser.add_argument("--rounds", type=int, default=3, help="how many rounds on the stub (default 3)")
    parser.add_argument("--only", choices=("stub", "vllm"), help="only this server")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON: the ratios")
    arguments = parser.parse_args()
    # The server on the CPU ends with us, also when we are told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    ratios, fine = run(arguments.sessions, arguments.rounds, arguments.only)
    if arguments.json:
        print(json.dumps({name: round(ratios[name], 2) for name in SHOWN if name in ratios}))
    return 0 if fine else 2


if __name__ == "__main__":
    sys.exit(main())
