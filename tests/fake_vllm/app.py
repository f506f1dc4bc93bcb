"""The fake server's routes: what is asked is kept, and faults come before answers."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.fake_vllm.brain import Brain, Scripted
from tests.fake_vllm.engine import Costs, Engine
from tests.fake_vllm.model import Ability, FakeModel, Refused


@dataclass
class Fault:
    """What happens to a request instead of, or before, its answer; not to the first `skip` of them."""

    times: int
    skip: int = 0
    status: int | None = None
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False
    completion: dict[str, Any] = field(default_factory=dict)


class FakeApp:
    """State and routes of one fake server. `requests`: path and body of everything that was asked."""

    def __init__(
        self, brain: Brain | None = None, ability: Ability | None = None, costs: Costs | None = None
    ) -> None:
        self.ability = ability or Ability()
        self.engine = Engine(costs)
        model = self.model = FakeModel(brain or Scripted(), self.ability, self.engine)
        self.faults: dict[str, list[Fault]] = {}
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.in_flight = self.most_in_flight = 0
        posts: dict[str, Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]] = {
            "/tokenize": model.tokenize,
            "/v1/chat/completions": model.chat,
            "/v1/systemone": model.systemone,
            "/v1/decisions": model.decisions,
        }
        self.starlette = Starlette(
            routes=[
                Route("/health", self._health),
                Route("/version", self._version),
                Route("/metrics", self._metrics),
                Route("/v1/models", self._models),
                Route("/reset_prefix_cache", self._forget, methods=["POST"]),
                *(
                    Route(path, self._served(path, answer), methods=["POST"])
                    for path, answer in posts.items()
                ),
            ]
        )

    def _served(
        self, path: str, answer: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            body = json.loads(await request.body())
            self.requests.append((path, body))
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            try:
                if (
                    self.ability.api_key
                    and request.headers.get("authorization") != f"Bearer {self.ability.api_key}"
                ):
                    raise Refused(401, "Unauthorized")
                return await self._faulty(path, answer, body)
            except Refused as refused:
                return _error(refused.status, str(refused))
            finally:
                self.in_flight -= 1

        return handle

    async def _faulty(
        self, path: str, answer: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]], body: dict[str, Any]
    ) -> Response:
        fault = next((each for each in self.faults.get(path, []) if each.times > 0), None)
        if fault is None:
            return JSONResponse(await answer(body))
        if fault.skip:
            fault.skip -= 1
            return JSONResponse(await answer(body))
        fault.times -= 1
        await asyncio.sleep(fault.delay)
        if fault.drop:
            return _Cut()
        if fault.status is not None:
            return Response(fault.body or _error_text("scripted"), fault.status, dict(fault.headers))
        told = await answer(body)
        if fault.completion:
            choice = told["choices"][0]
            choice["message"] |= fault.completion.get("message", {})
            choice["finish_reason"] = fault.completion.get("finish_reason", choice["finish_reason"])
        return JSONResponse(told)

    async def _health(self, request: Request) -> Response:
        fault = next((each for each in self.faults.get("/health", []) if each.times > 0), None)
        if fault is not None:
            fault.times -= 1
            await asyncio.sleep(fault.delay)
            return Response(status_code=fault.status or 500)
        return Response()

    async def _version(self, request: Request) -> Response:
        return JSONResponse({"version": "0.32.0"})

    async def _metrics(self, request: Request) -> Response:
        engine = self.engine
        return PlainTextResponse(
            f'vllm:prefix_cache_queries_total{{engine="0"}} {engine.prompt_tokens}.0\n'
            f'vllm:prefix_cache_hits_total{{engine="0"}} {engine.cached_tokens}.0\n'
            f'vllm:generation_tokens_total{{engine="0"}} {engine.generated_tokens}.0\n'
        )

    async def _forget(self, request: Request) -> Response:
        self.engine.forget()
        return Response()

    async def _models(self, request: Request) -> Response:
        model = {"id": self.ability.model, "object": "model", "max_model_len": self.ability.context}
        return JSONResponse({"object": "list", "data": [model]})


def _error_text(message: str) -> str:
    return json.dumps({"error": {"message": message, "type": "Error", "code": 0}})


def _error(status: int, message: str) -> Response:
    return Response(_error_text(message), status, media_type="application/json")


class _Cut(Response):
    """Hangs up in the middle of an answer."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": False})
