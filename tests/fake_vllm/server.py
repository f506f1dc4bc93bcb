"""A vLLM server made of paper: real HTTP on a loopback port, scripted answers, faults, and a GPU's costs."""

import socket
import threading
import time
from types import TracebackType

import uvicorn

from tests.fake_vllm.app import FakeApp, Fault
from tests.fake_vllm.brain import Brain
from tests.fake_vllm.engine import Costs
from tests.fake_vllm.model import Ability


class FakeVllm:
    """`with FakeVllm(brain) as server: server.base_url`. It can be stopped and started again on its port."""

    def __init__(
        self, brain: Brain | None = None, ability: Ability | None = None, costs: Costs | None = None
    ) -> None:
        self.app = FakeApp(brain, ability, costs)
        self._port = 0
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    def asked(self, path: str) -> list[dict[str, object]]:
        """The bodies of all requests to a path."""
        return [body for each, body in self.app.requests if each == path]

    def fail(self, path: str, times: int = 1, **fault: object) -> None:
        """The next so many requests to the path go wrong; see `Fault`."""
        self.app.faults.setdefault(path, []).append(Fault(times, **fault))  # type: ignore[arg-type]

    def start(self) -> None:
        # The protocol is named so that asyncio turns Nagle's algorithm off: else every answer takes 40 ms.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        self._port = listener.getsockname()[1]
        config = uvicorn.Config(
            self.app.starlette, log_level="critical", lifespan="off", timeout_graceful_shutdown=0
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)

    def stop(self) -> None:
        """Everything under way is cut off."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(timeout=10)
        self._server = self._thread = None

    def __enter__(self) -> "FakeVllm":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
