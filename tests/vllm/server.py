"""A real vLLM server, started as `mingjian judge serve` would, with what a CPU needs."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

from evaluators.judges.vllm.serving import server_arguments
from tests.vllm.environment import MODEL_NAME, NotHere, find_model, find_python

CONTEXT = 16_384
#: Seconds; on a machine that does other things too, importing alone takes a minute.
PATIENCE = 600
_ON_A_CPU = (
    "--served-model-name", MODEL_NAME, "--block-size", "32", "--enforce-eager", "--max-num-seqs", "64",
)  # fmt: skip
_ENVIRONMENT = {
    "VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_CPU_OMP_THREADS_BIND": "nobind", "OMP_NUM_THREADS": "2",
    "HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1",
    # Gives us /reset_prefix_cache, for benchmarks that start cold.
    "VLLM_SERVER_DEV_MODE": "1",
}  # fmt: skip


class RealVllm:
    """`with RealVllm() as server: server.base_url`. Raises `NotHere` if it cannot be started, and why."""

    def __init__(self) -> None:
        self._python = find_python()
        self._model = find_model(self._python)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        self.log = Path(tempfile.mkdtemp(prefix="mingjian-vllm-")) / "server.log"

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    def start(self) -> None:
        command = [str(self._python), "-m", "vllm.entrypoints.openai.api_server", "--model", str(self._model)]
        command += server_arguments("127.0.0.1", self._port, CONTEXT, _ON_A_CPU)
        with self.log.open("ab") as log:
            # A session of its own: the server's helpers end with it.
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, env=os.environ | _ENVIRONMENT, start_new_session=True
            )
        until = time.monotonic() + PATIENCE
        while not self._is_up():
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                last = " ".join(self.log.read_text(errors="replace").strip().splitlines()[-3:])
                raise NotHere(f"vLLM does not start ({self.log}): {last}")
            time.sleep(1)

    def _is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """As if the machine had been switched off."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def forget(self) -> None:
        """A cold prefix cache."""
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}/reset_prefix_cache", method="POST")
        urllib.request.urlopen(request, timeout=30).close()

    def __enter__(self) -> "RealVllm":
        try:
            self.start()
        except BaseException:
            # Nobody else ends it when we are told to end meanwhile.
            self.kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
