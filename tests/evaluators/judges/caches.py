"""The contract of a judge's cache, for each adapter."""

from evaluators.judges.cache import JudgeCache


def check_cache(cache: JudgeCache) -> None:
    """Finds what was kept, byte for byte, and nothing else."""
    assert cache.find([]) == {}
    assert cache.find(["a", "b"]) == {}
    cache.keep({})
    cache.keep({"a": b"\x00\xff", "b": b""})
    assert cache.find(["a", "b", "c"]) == {"a": b"\x00\xff", "b": b""}
    cache.keep({"a": b"new"})
    assert cache.find(["a"]) == {"a": b"new"}
    many = {str(number): str(number).encode() for number in range(1500)}
    cache.keep(many)
    assert cache.find(many.keys()) == many
