"""A stub that takes as long as a GPU would: `python -m tests.benchmarks.judge.stub`; prints its base URL."""

import sys
import time

from tests.fake_vllm.brain import Plausible
from tests.fake_vllm.engine import Costs
from tests.fake_vllm.server import FakeVllm

#: Of 25 questions about a chat, one or two are hits.
HIT_SHARE = 0.06

if __name__ == "__main__":
    with FakeVllm(Plausible(HIT_SHARE), costs=Costs()) as server:
        print(server.base_url, flush=True)
        # Ends with the benchmark: it closes our standard input.
        sys.stdin.read()
        time.sleep(0.1)
