"""How the judge's servers are doing: for `/readyz`, for `mingjian judge probe`, and before a run."""

import asyncio
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from evaluators.errors import JudgeUnusable
from evaluators.judges.breaker import Paused
from evaluators.judges.vllm.capability import Capability
from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.probe import probe
from evaluators.judges.vllm.replica import Replica
from evaluators.judges.vllm.replicas import Replicas
from evaluators.judges.vllm.settings import VllmSettings


class ServerCondition(Struct, frozen=True, kw_only=True):
    """One server: what it can do, else what is wrong with it. `paused`: it is not asked at the moment."""

    base_url: str
    capability: Capability | None = None
    failure: str | None = None
    paused: Paused | None = None

    @property
    def usable(self) -> bool:
        """Whether it can be asked now."""
        return self.failure is None and self.capability is not None and self.capability.usable

    def line(self) -> str:
        """For people."""
        if self.capability is None or self.failure is not None:
            # What went wrong with a request names the server already.
            told = self.failure or ""
            return told if told.startswith(self.base_url) else f"{self.base_url}: {told}"
        found = self.capability
        parts = [f"{found.model} by {found.decide_by}"]
        if found.context is not None:
            parts.append(f"context {found.context:,}")
        if found.logprobs is not None:
            parts.append(f"{'' if found.logprobs else 'NO '}log-probabilities")
        if found.prefix_cache is not None:
            parts.append(f"prefix cache {found.prefix_cache:.0%}")
        parts.append(f"schemas {'enforced' if found.structured_output else 'NOT enforced'}")
        parts += [problem.what for problem in found.problems]
        return f"{found.base_url}: {', '.join(parts)}"


async def condition_of(replicas: Replicas) -> tuple[ServerCondition, ...]:
    """Each server asked whether it is there, and what it can do if nobody has asked it yet."""
    return tuple(await asyncio.gather(*(_condition(replicas, replica) for replica in replicas.all)))


async def _condition(replicas: Replicas, replica: Replica) -> ServerCondition:
    paused = replica.breaker.paused
    try:
        await replica.get("/health")
        found = await replicas.capability(replica)
    except CallFailed as failure:
        return ServerCondition(base_url=replica.base_url, failure=failure.detail, paused=paused)
    return ServerCondition(base_url=replica.base_url, capability=found, paused=paused)


async def probe_servers(base_urls: Sequence[str], settings: VllmSettings) -> list[Capability]:
    """What each server can do, usable or not. Raises `JudgeUnusable` for one that cannot be reached."""
    quick = msgspec.structs.replace(settings, most_requests=1, start_requests=1)
    found = []
    for url in base_urls:
        replica = Replica(url, quick)
        try:
            found.append(await probe(replica, settings.model))
        except CallFailed as failure:
            raise JudgeUnusable(failure.detail) from failure
        finally:
            await replica.close()
    return found
