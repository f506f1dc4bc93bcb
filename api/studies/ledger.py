"""How far a study is and what it has found out: written by whoever works, read by whoever keeps it."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from calibration.runs import Attempt
from storage.studies import Progress

_T = TypeVar("_T")
#: Seconds between looks at whether somebody still wants it.
_LOOK = 0.2
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Attempt).decode


class Stopped(Exception):
    """The study is no longer wanted, or the worker is asked to stop."""


class Ledger:
    """Counts verdicts and keeps the new ones until they are taken. `tokens`: asked of a judge so far.

    The one who works may be another thread than the one who reads.
    """

    def __init__(self) -> None:
        self.done = self.total = self.reused = 0
        self.tokens: Callable[[], int] = lambda: 0
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._known: dict[str, Attempt] = {}
        self._new: dict[str, bytes] = {}

    @property
    def progress(self) -> Progress:
        """How far it is now."""
        return Progress(done=self.done, total=self.total, reused=self.reused, tokens=self.tokens())

    @property
    def stopped(self) -> bool:
        """Whether to give up."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Asks whoever works to give up."""
        self._stopped.set()

    def go_on(self) -> None:
        """Raises `Stopped` where nobody wants the rest."""
        if self.stopped:
            raise Stopped

    def run(self, work: Coroutine[Any, Any, _T], /) -> _T:
        """Does it in this thread, which has no event loop. Raises `Stopped` soon, however long a judge takes."""
        return asyncio.run(self._until_stopped(work))

    async def _until_stopped(self, work: Coroutine[Any, Any, _T]) -> _T:
        task = asyncio.ensure_future(work)
        while not task.done():
            await asyncio.wait([task], timeout=_LOOK)
            if self.stopped:
                task.cancel()
                await asyncio.wait([task])
                raise Stopped
        return task.result()

    def remember(self, verdicts: Mapping[str, bytes]) -> None:
        """Verdicts that need not be asked for."""
        self._known |= {key: _decode(document) for key, document in verdicts.items()}

    def has(self, key: str) -> bool:
        """See `Verdicts.has`."""
        return key in self._known

    def known(self, key: str) -> Attempt | None:
        """See `Verdicts.known`."""
        found = self._known.get(key)
        if found is not None:
            self.reused += 1
            self.done += 1
        return found

    def keep(self, attempt: Attempt) -> None:
        """See `Verdicts.keep`. A failure is asked for again by the next study."""
        self.go_on()
        if attempt.lasts:
            self._known[attempt.key] = attempt
            with self._lock:
                self._new[attempt.key] = _encode(attempt)
        self.done += 1

    def taken(self) -> dict[str, bytes]:
        """What is new since the last time."""
        with self._lock:
            found, self._new = self._new, {}
        return found


class Repetition:
    """The same verdicts asked for once more: under keys of their own, so that nothing of the first time answers."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def reused(self) -> int:
        """See `Verdicts.reused`."""
        return self._ledger.reused

    def has(self, key: str) -> bool:
        """See `Verdicts.has`."""
        return self._ledger.has(again(key))

    def known(self, key: str) -> Attempt | None:
        """See `Verdicts.known`."""
        return self._ledger.known(again(key))

    def keep(self, attempt: Attempt) -> None:
        """See `Verdicts.keep`."""
        self._ledger.keep(msgspec.structs.replace(attempt, key=again(attempt.key)))


def again(key: str) -> str:
    """The key of a repetition."""
    return f"again/{key}"


def all_again(keys: Iterable[str]) -> list[str]:
    """Those of all repetitions."""
    return [again(key) for key in keys]
