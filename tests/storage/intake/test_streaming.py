"""Memory stays flat: a large file takes hardly more than a small one."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import pytest

_READ = """
import re, sys
from pathlib import Path
from storage.intake import BadRecord, read_sessions
read = [not isinstance(found, BadRecord) for found in read_sessions(Path(sys.argv[1]))]
# Not ru_maxrss: that starts with what the parent had.
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(sum(read), len(read) - sum(read), peak)
"""
_MESSAGES = [
    {
        "message_id": f"m{n}",
        "sent_at": f"2026-11-01T10:{n:02}:00+08:00",
        "sender": ("customer", "agent")[n % 2],
        "text": "亲，您好，请问有什么可以帮您的吗，这款羽绒服还有优惠吗",
    }
    for n in range(40)
]
_SESSION = {"session_id": "NUMBER", "messages": _MESSAGES}


def write_lines(file: TextIO, size: int) -> int:
    line = json.dumps(_SESSION, ensure_ascii=False) + "\n"
    return _repeat(file, size, line)


def write_array(file: TextIO, size: int) -> int:
    file.write("[")
    count = _repeat(file, size, json.dumps(_SESSION, ensure_ascii=False, indent=1) + ",\n")
    file.write(json.dumps(_SESSION) + "]")
    return count + 1


def write_table(file: TextIO, size: int) -> int:
    """Sessions by tens, their rows in turn."""
    file.write("会话ID,发送时间,发送者,内容\r\n")
    rows = [
        f"NUMBER-{n},{message['sent_at']},{message['sender']},{message['text']}\r\n"
        for message in _MESSAGES
        for n in range(10)
    ]
    return _repeat(file, size, "".join(rows)) * 10


def _repeat(file: TextIO, size: int, text: str) -> int:
    """So many times that the file is about as large."""
    times = max(1, size // len(text.encode()))
    for number in range(times):
        file.write(text.replace("NUMBER", str(number)))
    return times


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
@pytest.mark.parametrize(
    ("write", "name", "megabytes"),
    [(write_lines, "a.jsonl", 100), (write_array, "a.json", 100), (write_table, "a.csv", 16)],
)
def test_memory_stays_flat(
    tmp_path: Path, write: Callable[[TextIO, int], int], name: str, megabytes: int
) -> None:
    small = _peak(tmp_path, write, name, 1 << 18)
    large = _peak(tmp_path, write, name, megabytes << 20)
    assert large - small < 24 << 10, f"{large - small} KiB more for {megabytes} MiB"


def _peak(folder: Path, write: Callable[[TextIO, int], int], name: str, size: int) -> int:
    """KiB at most in use by a process that reads the file."""
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        count = write(file, size)
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, check=True
    )
    path.unlink()
    sessions, bad, peak = map(int, done.stdout.split())
    print(f"{name}: {size} bytes, {sessions} sessions, {peak} KiB")
    assert (sessions, bad) == (count, 0)
    return peak
