"""One server: its connection, its limiter, its breaker."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx2
import msgspec

from evaluators.judges.breaker import Breaker, Paused
from evaluators.judges.limiter import Limiter
from evaluators.judges.vllm.failures import CallFailed, bad_status, no_response
from evaluators.judges.vllm.settings import VllmSettings

Result = TypeVar("Result")
Observer = Callable[[str, Paused | None], None]
#: Seconds for what a server answers at once if it is well.
PROBE_TIMEOUT = 10.0
_JSON = {"content-type": "application/json"}


class NotAdmitted(Exception):
    """The server is paused, and this is not the request that tries it again."""


def normal_url(base_url: str) -> str:
    """Without a trailing slash and with `/v1`, which every endpoint but the operational ones is under."""
    url = base_url.rstrip("/")
    return url if url.endswith("/v1") else f"{url}/v1"


class Replica:
    """A vLLM server under `base_url` (ending in `/v1`). Use it from one event loop.

    `observe` is told when it is paused (with why) and when it goes on (None).
    """

    def __init__(self, base_url: str, settings: VllmSettings, observe: Observer | None = None) -> None:
        self.base_url = normal_url(base_url)
        self.origin = self.base_url.removesuffix("/v1")
        self._observe = observe
        start = min(settings.start_requests, settings.most_requests)
        self.limiter = Limiter(start=start, most=settings.most_requests)
        self.breaker = Breaker(settings.most_failures)
        headers = {"authorization": f"Bearer {settings.api_key}"} if settings.api_key else {}
        # One more than the limiter ever lets through, for probing meanwhile.
        limits = httpx2.Limits(
            max_connections=settings.most_requests + 1, max_keepalive_connections=settings.most_requests + 1
        )
        timeout = httpx2.Timeout(settings.decide_timeout, connect=settings.connect_timeout)
        self.client = httpx2.AsyncClient(
            headers=headers, timeout=timeout, limits=limits, trust_env=False, follow_redirects=False,
            # Reading the certificates takes longer than a request; without TLS nobody looks at them.
            verify=self.base_url.startswith("https:"),
        )  # fmt: skip
        self._connect_timeout = settings.connect_timeout

    async def get(self, path: str) -> bytes:
        """The body of the answer. `path` starts with a slash, `/v1` included. Raises `CallFailed`."""
        return await self._exchange("GET", path, None, PROBE_TIMEOUT)

    async def post(self, path: str, body: Any, timeout: float) -> bytes:
        """The body of the answer to `body` as JSON. Raises `CallFailed`."""
        return await self._exchange("POST", path, msgspec.json.encode(body), timeout)

    async def _exchange(self, method: str, path: str, body: bytes | None, timeout: float) -> bytes:
        patience = httpx2.Timeout(timeout, connect=self._connect_timeout)
        headers = _JSON if body is not None else None
        try:
            response = await self.client.request(
                method, self.origin + path, content=body, headers=headers, timeout=patience
            )
        except httpx2.HTTPError as error:
            raise no_response(error, self.base_url) from error
        if response.status_code != httpx2.codes.OK:
            retry_after = response.headers.get("retry-after")
            raise bad_status(response.status_code, response.text, self.base_url, retry_after)
        return response.content

    async def send(self, call: Callable[["Replica"], Awaitable[Result]], *, urgent: bool) -> Result:
        """The call's result, made when there is a slot; limiter and breaker learn from it."""
        async with self.limiter.slot(urgent=urgent) as slot:
            try:
                if self.breaker.paused is not None:
                    await self._try_again()
                result = await call(self)
            except CallFailed as failure:
                if failure.overload:
                    slot.overloaded()
                self._learn(failure)
                raise
            self._tell(self.breaker.succeeded())
            slot.succeeded()
            return result

    @property
    def may_be_asked(self) -> bool:
        """Not paused, or it is time to try it again."""
        paused = self.breaker.paused
        return paused is None or paused.retry_in == 0

    async def _try_again(self) -> None:
        if not self.breaker.admits():
            raise NotAdmitted
        # A server that hangs is found out here, before a question waits for it.
        await self.get("/health")

    def _learn(self, failure: CallFailed) -> None:
        if failure.down:
            self._tell(self.breaker.failed(failure.detail))
        else:
            self._tell(self.breaker.succeeded())

    def _tell(self, changed: bool) -> None:
        if changed and self._observe is not None:
            self._observe(self.base_url, self.breaker.paused)

    def away(self) -> CallFailed:
        """What to say while it is paused."""
        paused = self.breaker.paused
        told = f"{self.base_url} is not asked at the moment" if paused is None else paused.why
        return CallFailed("judge_unavailable", told)

    async def close(self) -> None:
        """Gives the connections back."""
        await self.client.aclose()


def decoded(content: bytes, kind: type[Result]) -> Result:
    """JSON of that shape. Raises `CallFailed`."""
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.MsgspecError as error:
        raise CallFailed("answer_invalid", f"the server's answer has an unknown shape: {error}") from error
