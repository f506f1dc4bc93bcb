"""What only a process of its own shows: peak memory of `mingjian inspect`, and how long it takes to start."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

MINGJIAN = Path(sys.executable).with_name("mingjian")


def peak_memory(sessions: Path) -> float:
    """MiB at the peak of `mingjian inspect` on that file."""
    process = subprocess.Popen(_inspect(sessions))
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return usage.ru_maxrss / 1024


def start_up(one_session: Path, rounds: int = 7) -> tuple[float, float]:
    """Median seconds of `mingjian inspect` on one session, and of a Python that does nothing."""
    ours, nothing = [], []
    for _ in range(rounds):
        nothing.append(_seconds([sys.executable, "-c", "pass"]))
        ours.append(_seconds(_inspect(one_session)))
    return statistics.median(ours), statistics.median(nothing)


def _inspect(sessions: Path) -> list[str]:
    return [str(MINGJIAN), "inspect", str(sessions), "-o", os.devnull, "--judge", "none"]


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started
