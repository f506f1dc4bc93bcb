"""How fast the whole deterministic catalogue is, in one run: `./dev bench rules [--sessions N] [--json]`.

Generated sessions of 40 messages, JSONL in, outcome lines out, one process, no judge. A round sends one slice
of the input through the naive version (a part of it), the engine, the limit, and the engine with
5,000 more phrases, in changing order; ratios are taken within a round, and the median of the rounds counts.
Times are CPU seconds of this process. Exit status 2: a target is missed or naive and engine disagree.
"""

import argparse
import gc
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from api.inspecting.batch import BatchInspector
from evaluators.catalogue.loading import load_catalogue
from tests.benchmarks.rules import naive, ours
from tests.benchmarks.rules.comparison import differences
from tests.benchmarks.rules.generate import write_sessions
from tests.benchmarks.rules.limit import all_phrases, at_the_limit, automaton_of, ready_made
from tests.benchmarks.rules.processes import peak_memory, start_up

ROUNDS = 10
EXTRA_PHRASES = 5_000
TARGETS: dict[str, tuple[str, float]] = {
    "naive_ratio": ("at least", 8.0),
    "limit_ratio": ("at most", 3.0),
    "phrases_ratio": ("at most", 1.3),
}
MOST_START_UP_SECONDS, MOST_GROWTH_MIB = 0.5, 8.0


class Contestants:
    """The four ways through, each from lines to bytes written."""

    def __init__(self, sample: list[bytes], sink: BinaryIO) -> None:
        self.catalogue = load_catalogue()
        self.inspector = ours.inspector_of(self.catalogue)
        self.wider = ours.inspector_of(ours.catalogue_with(EXTRA_PHRASES))
        self.said = ready_made(ours.outcomes_of(sample, self.inspector))
        self.automaton = automaton_of(all_phrases())
        self.write = sink.write

    def naive(self, lines: list[bytes]) -> None:
        for written in naive.inspect_lines(iter(lines), self.catalogue.rule_versions):
            self.write(written)

    def engine(self, lines: list[bytes]) -> None:
        ours.inspect_lines(lines, self.inspector, self.write)

    def phrases(self, lines: list[bytes]) -> None:
        ours.inspect_lines(lines, self.wider, self.write)

    def limit(self, lines: list[bytes]) -> None:
        at_the_limit(lines, self.automaton, self.said, self.write)


def cpu_per_session(contestant: Callable[[list[bytes]], None], lines: list[bytes]) -> float:
    """Milliseconds."""
    gc.collect()
    started = time.process_time()
    contestant(lines)
    return (time.process_time() - started) * 1000 / len(lines)


def measure(
    contestants: Contestants, slices: Iterator[list[bytes]], naive_part: int
) -> list[dict[str, float]]:
    """Per round and contestant, milliseconds per session."""
    rounds = []
    for number, lines in enumerate(slices):
        inputs = {"naive": lines[:naive_part], "engine": lines, "limit": lines, "phrases": lines}
        order = random.Random(number).sample(sorted(inputs), len(inputs))
        rounds.append({name: cpu_per_session(getattr(contestants, name), inputs[name]) for name in order})
    return rounds


def ratios_of(rounds: list[dict[str, float]]) -> dict[str, float]:
    """The three ratios, medians over the rounds."""
    pairs = {
        "naive_ratio": ("naive", "engine"),
        "limit_ratio": ("engine", "limit"),
        "phrases_ratio": ("phrases", "engine"),
    }
    return {
        name: round(statistics.median(each[above] / each[below] for each in rounds), 3)
        for name, (above, below) in pairs.items()
    }


def disagreements(lines: Iterator[bytes], inspector: BatchInspector) -> Iterator[str]:
    """Where the naive version and the engine differ, a line per field."""
    for line in lines:
        session: dict[str, Any] = json.loads(line)
        engine = [msgspec.to_builtins(outcome) for outcome in ours.outcomes_of([line], inspector)[0]]
        for difference in differences(naive.settle(naive.inspect(session)), engine):
            yield f"{session['session_id']}: {difference}"


def slices_of(path: Path, count: int) -> Iterator[list[bytes]]:
    """The lines of the file in `ROUNDS` slices, one in memory at a time."""
    with path.open("rb") as file:
        for _ in range(ROUNDS):
            yield list(islice(file, count // ROUNDS))


def print_table(rounds: list[dict[str, float]], ratios: dict[str, float]) -> None:
    """Milliseconds per session and ratios against their targets."""
    print(f"{'':34}{'ms per session, median':>24}")
    for name, what in (
        ("naive", "naive version"),
        ("engine", "engine"),
        ("limit", "limit (decode, scan, form, encode)"),
        ("phrases", f"engine, {EXTRA_PHRASES:,} more phrases"),
    ):
        print(f"{what:34}{statistics.median(each[name] for each in rounds):>24.4f}")
    for name, (kind, target) in TARGETS.items():
        print(f"{name:34}{ratios[name]:>10.2f}   target: {kind} {target:g}   {_judged(name, ratios[name])}")


def _judged(name: str, ratio: float) -> str:
    kind, target = TARGETS[name]
    return "ok" if (ratio >= target if kind == "at least" else ratio <= target) else "MISSED"


def check_processes(folder: Path, count: int) -> bool:
    """Prints peak memory and start-up time; whether both are within their bounds."""
    peaks = []
    for number in (count, 2 * count):
        path = folder / f"memory-{number}.jsonl"
        write_sessions(path, number)
        peaks.append(peak_memory(path))
    one = folder / "one.jsonl"
    write_sessions(one, 1)
    seconds, nothing = start_up(one)
    print(f"peak memory, {count:,} sessions         {peaks[0]:>10.1f} MiB")
    print(
        f"peak memory, {2 * count:,} sessions        {peaks[1]:>10.1f} MiB   at most {MOST_GROWTH_MIB:g} more"
    )
    print(f"start of `mingjian inspect`       {seconds:>10.3f} s     target: under {MOST_START_UP_SECONDS:g}")
    print(f"  times `python -c pass`          {seconds / nothing:>10.1f}       ({nothing:.3f} s)")
    return peaks[1] - peaks[0] <= MOST_GROWTH_MIB and seconds < MOST_START_UP_SECONDS


def run(count: int, naive_part: int, processes: bool, as_json: bool) -> int:
    """The whole benchmark; the exit status."""
    with tempfile.TemporaryDirectory() as name, Path(os.devnull).open("wb") as sink:
        folder = Path(name)
        path = folder / "sessions.jsonl"
        write_sessions(path, count)
        with path.open("rb") as file:
            contestants = Contestants(list(islice(file, 200)), sink)
        rounds = measure(contestants, slices_of(path, count), naive_part)
        ratios = ratios_of(rounds)
        print(
            f"{count:,} sessions of 40 messages, {len(contestants.said[0])} rules, {ROUNDS} rounds; ",
            end="",
        )
        print(f"naive version on the first {naive_part:,} of every {count // ROUNDS:,} sessions")
        print_table(rounds, ratios)
        parts = (lines[:naive_part] for lines in slices_of(path, count))
        differing = list(disagreements(chain.from_iterable(parts), contestants.inspector))
        compared = naive_part * ROUNDS
        print(f"outcomes of naive version and engine, {compared:,} sessions: {len(differing)} fields differ")
        print("".join(f"  {line}\n" for line in differing[:10]), end="")
        fine = not differing and all(_judged(each, ratios[each]) == "ok" for each in TARGETS)
        if processes:
            fine = check_processes(folder, count // 4) and fine
    if as_json:
        print(json.dumps(ratios))
    return 0 if fine else 2


def main() -> int:
    """Reads the arguments and runs."""
    parser = argparse.ArgumentParser(prog="./dev bench rules", description=__doc__)
    parser.add_argument("--sessions", type=int, default=20_000, help="how many sessions (default 20,000)")
    parser.add_argument("--naive", type=int, default=2_000, help="how many of them the naive version gets")
    parser.add_argument("--no-processes", action="store_true", help="leave out memory and start-up")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON: the ratios")
    arguments = parser.parse_args()
    if arguments.sessions < ROUNDS or arguments.naive < ROUNDS:
        parser.error(f"at least {ROUNDS} sessions are needed, one per round")
    naive_part = min(arguments.naive, arguments.sessions) // ROUNDS
    return run(arguments.sessions, naive_part, not arguments.no_processes, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
