"""The cache in memory. What holds for every cache is in `caches.py`."""

from evaluators.judges.cache import MemoryCache
from tests.evaluators.judges.caches import check_cache


def test_it_is_a_cache() -> None:
    check_cache(MemoryCache())


def test_it_forgets_what_was_not_used_for_the_longest_time() -> None:
    cache = MemoryCache(most=2)
    cache.keep({"a": b"1", "b": b"2"})
    cache.find(["a"])
    cache.keep({"c": b"3"})
    assert cache.find(["a", "b", "c"]) == {"a": b"1", "c": b"3"}
    assert len(cache) == 2
