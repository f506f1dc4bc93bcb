"""Several servers as one: a session stays on one of them, a dead one is passed over."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from evaluators.judges.vllm.accounting import Account
from evaluators.judges.vllm.capability import Capability
from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.probe import probe, usable
from evaluators.judges.vllm.replica import NotAdmitted, Observer, Replica
from evaluators.judges.vllm.settings import VllmSettings

Result = TypeVar("Result")
#: Seconds between looks at servers that are all away. Their pauses are longer.
_LOOK = 0.25


class Replicas:
    """The servers of one judge. All retrying of requests happens here, and only for transport failures.

    `capabilities`: by base URL, what is known of them; added to.
    """

    def __init__(
        self,
        base_urls: Sequence[str],
        settings: VllmSettings,
        account: Account,
        capabilities: dict[str, Capability],
        observe: Observer | None = None,
    ) -> None:
        self.all = tuple(Replica(url, settings, observe) for url in dict.fromkeys(base_urls))
        self._settings, self._account = settings, account
        self._capabilities = capabilities
        self._probing = asyncio.Lock()
        self._backoff = wait_random_exponential(multiplier=settings.retry_wait, max=settings.retry_wait * 16)

    def ranked(self, session_id: str) -> list[Replica]:
        """The servers in the order in which this session prefers them (rendezvous hashing)."""
        return sorted(self.all, key=lambda replica: _rank(session_id, replica.base_url))

    async def capability(self, replica: Replica) -> Capability:
        """What the server can do; asked once, and again where that failed. Raises `CallFailed`."""
        known = self._capabilities.get(replica.base_url)
        if known is None:
            async with self._probing:
                known = self._capabilities.get(replica.base_url)
                if known is None:
                    known = usable(await probe(replica, self._model()))
                    self._capabilities[replica.base_url] = known
        return known

    def forget(self) -> None:
        """What servers can do is found out anew, each when it is asked next."""
        self._capabilities.clear()

    def _model(self) -> str:
        """The one that was set, else the first that was found: all servers have to have the same."""
        return next((each.model for each in self._capabilities.values()), self._settings.model)

    async def any_capability(self, session_id: str, *, urgent: bool) -> Capability:
        """What the servers can do, from the first that was or can be asked. Raises `CallFailed`."""
        if self._capabilities:
            return next(iter(self._capabilities.values()))
        return await self.call(session_id, self.capability, urgent=urgent)

    async def call(
        self, session_id: str, send: Callable[[Replica], Awaitable[Result]], *, urgent: bool
    ) -> Result:
        """The result from the session's server, or from the next that is up. Raises `CallFailed`."""
        patience = self._settings.live_patience if urgent else self._settings.patience
        trying = AsyncRetrying(
            retry=retry_if_exception(_is_transient), wait=self._wait, before_sleep=self._count_retry,
            stop=stop_after_attempt(self._settings.tries), reraise=True,
        )  # fmt: skip
        try:
            return await trying(
                self._once, self.ranked(session_id), send, urgent, time.monotonic() + patience
            )
        except CallFailed as failure:
            self._account.failed_requests[failure.reason_code] += 1
            raise

    async def _once(
        self,
        ranked: list[Replica],
        send: Callable[[Replica], Awaitable[Result]],
        urgent: bool,
        until: float,
    ) -> Result:
        """Asks the first server that may be asked; while patience lasts, waits for one that may."""
        while True:
            for replica in ranked:
                if replica.may_be_asked:
                    try:
                        result = await replica.send(send, urgent=urgent)
                    except NotAdmitted:
                        # It was paused while this waited for a slot, or somebody else tries it.
                        continue
                    except CallFailed as failure:
                        if failure.down:
                            # The next try goes elsewhere if there is elsewhere.
                            ranked.remove(replica)
                            ranked.append(replica)
                        raise
                    self._account.requests += 1
                    return result
            if time.monotonic() >= until:
                raise ranked[0].away()
            await asyncio.sleep(min(_LOOK, max(0.0, until - time.monotonic())))

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome is not None else None
        asked = error.wait if isinstance(error, CallFailed) else 0.0
        return max(asked, self._backoff(state))

    def _count_retry(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome is not None else None
        if isinstance(error, CallFailed):
            self._account.retries[error.reason_code] += 1

    async def close(self) -> None:
        """Gives all connections back."""
        for replica in self.all:
            await replica.close()


def _rank(session_id: str, base_url: str) -> bytes:
    return hashlib.blake2b(f"{session_id}\x00{base_url}".encode(), digest_size=8).digest()


def _is_transient(error: BaseException) -> bool:
    return isinstance(error, CallFailed) and error.transient
