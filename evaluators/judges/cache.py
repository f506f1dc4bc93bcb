"""Answers kept by what was asked: the same question about the same chat is not paid for twice.

A key is a hash of everything the model reads and of the model's name, so nothing ever has to be invalidated.
Only answers are kept, never failures.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from typing import Protocol


class JudgeCache(Protocol):
    """Keys are hexadecimal digests, values are opaque bytes. Fast enough to be called from an event loop."""

    def find(self, keys: Collection[str]) -> dict[str, bytes]:
        """What is known of these keys."""
        ...

    def keep(self, found: Mapping[str, bytes]) -> None:
        """Remember these; all of them or, if that fails, none."""
        ...


class MemoryCache:
    """Forgets what was not used for the longest time once it holds `most` entries."""

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._known: OrderedDict[str, bytes] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, keys: Collection[str]) -> dict[str, bytes]:
        """See `JudgeCache.find`."""
        found = {key: self._known[key] for key in keys if key in self._known}
        for key in found:
            self._known.move_to_end(key)
        return found

    def keep(self, found: Mapping[str, bytes]) -> None:
        """See `JudgeCache.keep`."""
        for key, value in found.items():
            self._known[key] = value
            self._known.move_to_end(key)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
