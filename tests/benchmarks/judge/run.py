"""What judging costs: `./dev bench judge [--sessions N] [--rounds N] [--only stub|vllm] [--json]`.

20 sessions of 40 to 80 messages, 25 questions about each. Three ask the same server, each from a cold prefix
cache: the judge, the loop a user would write by hand, and a raw client that sends what the judge sent. In a round
the loop asks once, judge and raw client in pairs before and after it, in changing order. First a stub that takes as
long as a GPU would (three quarters of a minute a round), then real vLLM on this machine's CPU if it is installed
(`python -m tests.vllm.environment`; eight minutes on two cores). Ratios are taken between neighbours in time; their
median counts, and of both servers the worse. Exit status 2: a target is missed.
"""

import argparse
import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from evaluators.judges.vllm.settings import VllmSettings
from tests.benchmarks.judge.contest import QUESTIONS, Task, a_task
from tests.benchmarks.judge.ratios import Ratios, judged, print_table, worst
from tests.benchmarks.judge.rounds import Comparison, Course
from tests.benchmarks.judge.stub import HIT_SHARE
from tests.vllm.environment import MODEL_NAME, NotHere
from tests.vllm.server import RealVllm

#: Pairs of judge and raw client in a round: on the stub, and on real vLLM, where there is one round.
STUB_PAIRS, VLLM_PAIRS = 2, 4
SHOWN = ("prompt_ratio", "generated_ratio", "wall_ratio", "limit_ratio")
#: The random model finds nothing; as many of its answers are explained as the stub finds hits.
RANDOM_MODEL = VllmSettings(audit_share=HIT_SHARE, decide_timeout=3600, explain_timeout=3600)


@contextmanager
def stub_server() -> Iterator[str]:
    """In a process of its own: its time is not ours."""
    command = [sys.executable, "-m", "tests.benchmarks.judge.stub"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


async def contest(course: Course, rounds: int, pairs: int) -> list[Comparison]:
    """Everybody warm (libraries, what the server compiles), every prefix cache cold."""
    await course.rehearse()
    return [each for _ in range(rounds) for each in await course.round(pairs)]


def on_the_stub(task: Task, rounds: int) -> tuple[Ratios, bool]:
    """The contest where the client has a core for itself."""
    print(f"stub of a GPU, {rounds} rounds", flush=True)
    with stub_server() as base_url:
        found = asyncio.run(contest(Course(base_url, "fake-8b", task, VllmSettings()), rounds, STUB_PAIRS))
    print_table(found, len(task.sessions))
    return judged(found, alone=True)


def on_real_vllm(task: Task) -> tuple[Ratios, bool]:
    """The contest against vLLM on this CPU. Raises `NotHere`."""
    with RealVllm() as server:
        print(f"real vLLM on this CPU, the loop once, the others {VLLM_PAIRS} times", flush=True)
        found = asyncio.run(contest(Course(server.base_url, MODEL_NAME, task, RANDOM_MODEL), 1, VLLM_PAIRS))
    print_table(found, len(task.sessions))
    return judged(found, alone=False)


def run(count: int, rounds: int, only: str | None) -> tuple[Ratios, bool]:
    """All contests; the worse of their ratios, and whether all targets are met."""
    task = a_task(count)
    print(f"{count} sessions, {QUESTIONS} questions each", flush=True)
    found = []
    if only != "vllm":
        found.append(on_the_stub(task, rounds))
    if only != "stub":
        try:
            found.append(on_real_vllm(task))
        except NotHere as why:
            print(f"real vLLM on this CPU: left out, {why}")
    if not found:
        return {}, False
    return worst(ratios for ratios, _ in found), all(fine for _, fine in found)


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
