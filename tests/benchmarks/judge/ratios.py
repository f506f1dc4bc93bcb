"""What the ratios have to be, and how they are told: the median of all comparisons counts, its spread is shown."""

import statistics
from collections.abc import Callable, Iterable, Sequence

from tests.benchmarks.judge.contest import Measured
from tests.benchmarks.judge.rounds import Comparison

#: `cpu_ratio` is judged on the stub only: real vLLM keeps all cores busy, and what a client's work takes then says
#: more about the machine's caches than about the client.
TARGETS: dict[str, tuple[str, float]] = {
    "prompt_ratio": ("at least", 8.0),
    "generated_ratio": ("at least", 10.0),
    "wall_ratio": ("at least", 5.0),
    "cpu_ratio": ("at least", 10.0),
    "limit_ratio": ("at most", 1.2),
}
Ratios = dict[str, float]


def print_table(found: Sequence[Comparison], count: int) -> None:
    """Per session, medians."""
    print(
        f"  {'per session':22}{'wall s':>10}{'client CPU ms':>16}{'prompt':>10}{'computed':>10}{'generated':>11}"
    )
    for name, what in (("ours", "the judge"), ("loop", "the loop by hand"), ("raw", "raw client")):
        each = [getattr(one, name) for one in found]
        wall, cpu, prompt, computed, generated = (
            statistics.median(getattr(one, field) for one in each) / count
            for field in Measured.__match_args__
        )
        print(
            f"  {what:22}{wall:>10.2f}{cpu * 1000:>16.1f}{prompt:>10.0f}{computed:>10.0f}{generated:>11.1f}"
        )


def judged(found: Sequence[Comparison], *, alone: bool) -> tuple[Ratios, bool]:
    """The medians of the ratios, and whether all targets are met. `alone`: the client had a core for itself."""
    all_ratios = [one.ratios() for one in found]
    ratios, fine = {}, True
    for name, (kind, target) in TARGETS.items():
        each = [one[name] for one in all_ratios]
        ratios[name] = statistics.median(each)
        met = ratios[name] >= target if kind == "at least" else ratios[name] <= target
        counts = alone or name != "cpu_ratio"
        fine = fine and (met or not counts)
        told = ("ok" if met else "MISSED") if counts else "not judged: the server has the client's cores"
        spread = f"({min(each):.2f} to {max(each):.2f} in {len(each)})"
        print(f"  {name:22}{ratios[name]:>10.2f} {spread:24} target: {kind} {target:g}   {told}")
    return ratios, fine


def worst(found: Iterable[Ratios]) -> Ratios:
    """Of several contests."""
    all_ratios = list(found)
    pick: dict[str, Callable[[Iterable[float]], float]] = {"at least": min, "at most": max}
    return {name: pick[kind](each[name] for each in all_ratios) for name, (kind, _) in TARGETS.items()}
