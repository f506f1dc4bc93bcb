"""The judge's answers in a file."""

import sqlite3
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.errors import DatabaseUnavailable
from storage.judge_cache import SqliteCache
from tests.evaluators.judges.caches import check_cache

DAY = 86_400


def test_it_is_a_cache(tmp_path: Path) -> None:
    cache = SqliteCache(tmp_path / "answers.db")
    check_cache(cache)
    cache.close()


def test_what_one_process_kept_another_finds(tmp_path: Path) -> None:
    path = tmp_path / "made" / "answers.db"
    first, second = SqliteCache(path), SqliteCache(path)
    first.keep({"a": b"1"})
    assert second.find(["a"]) == {"a": b"1"}
    first.close()
    assert second.find(["a"]) == {"a": b"1"}
    second.close()


def test_another_thread_may_use_it(tmp_path: Path) -> None:
    """A service opens it before its event loop runs, perhaps in another thread."""
    cache = SqliteCache(tmp_path / "answers.db")
    with ThreadPoolExecutor(1) as other:
        other.submit(cache.keep, {"a": b"1"}).result()
    assert cache.find(["a"]) == {"a": b"1"}
    cache.close()


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    SqliteCache(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_keeps_all_or_nothing(tmp_path: Path) -> None:
    cache = SqliteCache(tmp_path / "answers.db")
    with pytest.raises(DatabaseUnavailable, match=r"answers\.db"):
        cache.keep({"a": b"1", "b": None})  # type: ignore[dict-item]
    assert cache.find(["a"]) == {}
    cache.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    path.write_text("not a database " * 100)
    with pytest.raises(DatabaseUnavailable, match=r"answers\.db: file is not a database"):
        SqliteCache(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnavailable, match="the judge's cache"):
        SqliteCache(tmp_path / "file" / "answers.db")


def test_it_forgets_what_nobody_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "answers.db"
    cache = SqliteCache(path)
    cache.keep({"old": b"1", "used": b"2", "new": b"3"})
    with sqlite3.connect(path) as file:
        file.execute("UPDATE answers SET used_at = ? WHERE key != 'new'", (int(time.time() // DAY) - 40,))
    file.close()
    cache.find(["used"])
    assert cache.forget(unused_days=30) == 1
    assert cache.find(["old", "used", "new"]) == {"used": b"2", "new": b"3"}
    cache.close()
