"""What servers say about all they were asked: the prefix cache's share, where no answer tells it."""

import asyncio
import re
from collections.abc import Sequence

from msgspec import Struct

from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.replica import Replica
from evaluators.judges.vllm.settings import VllmSettings

_COUNTER = re.compile(r"^vllm:prefix_cache_(queries|hits)_total(?:{[^}]*})? ([0-9.e+]+)$", re.M)


class Served(Struct, frozen=True):
    """Prompt tokens that servers looked up in their prefix cache since they started, and those they found."""

    queries: float
    hits: float

    def share_since(self, before: "Served") -> float | None:
        """Of what was looked up in between, by whomever; None: nothing was, or a server was started anew."""
        asked, found = self.queries - before.queries, self.hits - before.hits
        return found / asked if asked > 0 and 0 <= found <= asked else None


async def served_by(base_urls: Sequence[str], settings: VllmSettings) -> Served | None:
    """Over all servers; None: one of them does not say. With connections of its own: for any event loop."""
    replicas = [Replica(url, settings) for url in base_urls]
    try:
        told = await asyncio.gather(*map(_served, replicas))
    finally:
        await asyncio.gather(*(each.close() for each in replicas))
    known = [each for each in told if each is not None]
    if len(known) < len(told):
        return None
    return Served(sum(each.queries for each in known), sum(each.hits for each in known))


async def _served(replica: Replica) -> Served | None:
    try:
        text = (await replica.get("/metrics")).decode(errors="replace")
    except CallFailed:
        return None
    sums = {"queries": 0.0, "hits": 0.0}
    counters = _COUNTER.findall(text)
    for name, value in counters:
        sums[name] += float(value)
    return Served(**sums) if counters else None
