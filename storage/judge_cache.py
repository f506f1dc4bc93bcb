"""The judge's answers in a SQLite file: a run that was stopped goes on where it was, another one reuses them."""

import sqlite3
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from storage.errors import DatabaseUnavailable

#: Below SQLite's limit on the variables of a statement.
_AT_ONCE = 500
_BUSY_SECONDS = 10


class SqliteCache:
    """A `JudgeCache` in one file, which several processes may share. Raises `DatabaseUnavailable`.

    What is lost when the power fails is asked again. `used_at` is a day number: entries are touched at most
    once a day, so that reading stays reading.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._named():
            path.parent.mkdir(parents=True, exist_ok=True)
            # A service opens it in one thread and asks in that of its event loop; never in two at once.
            self._file = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._file.execute("PRAGMA journal_mode=WAL")
            self._file.execute("PRAGMA synchronous=NORMAL")
            self._file.execute(
                "CREATE TABLE IF NOT EXISTS answers"
                " (key TEXT PRIMARY KEY, value BLOB NOT NULL, used_at INTEGER NOT NULL) WITHOUT ROWID"
            )
        # Chats are quoted in it.
        path.chmod(0o600)

    def find(self, keys: Collection[str]) -> dict[str, bytes]:
        """See `JudgeCache.find`."""
        found: dict[str, bytes] = {}
        stale: list[str] = []
        today = _today()
        with self._named():
            for some in _parts(keys):
                marks = ",".join("?" * len(some))
                query = f"SELECT key, value, used_at FROM answers WHERE key IN ({marks})"
                for key, value, used_at in self._file.execute(query, some):
                    found[key] = value
                    if used_at < today:
                        stale.append(key)
            if stale:
                self._file.executemany(
                    "UPDATE answers SET used_at = ? WHERE key = ?", [(today, key) for key in stale]
                )
        return found

    def keep(self, found: Mapping[str, bytes]) -> None:
        """See `JudgeCache.keep`."""
        if not found:
            return
        rows = [(key, value, _today()) for key, value in found.items()]
        with self._named(), self._transaction():
            self._file.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", rows)

    def forget(self, unused_days: int) -> int:
        """Deletes what nobody asked for in that many days; how many entries that were."""
        with self._named():
            gone = self._file.execute("DELETE FROM answers WHERE used_at < ?", (_today() - unused_days,))
        return gone.rowcount

    def close(self) -> None:
        """Releases the file."""
        self._file.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._file.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            told = f"the judge's cache {self._path}: {error} (MINGJIAN_JUDGE_CACHE names another file)"
            raise DatabaseUnavailable(told) from error


def _today() -> int:
    return int(time.time() // 86_400)


def _parts(keys: Collection[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
