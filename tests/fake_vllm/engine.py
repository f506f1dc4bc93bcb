"""What a GPU would take: continuous batching, chunked prefill, a prefix cache, one token per step.

The default is an 8B model in bfloat16 on one H200, estimated: 16 GFLOP per token at 400 TFLOP/s is 25,000 tokens/s;
a step reads 16 GB of weights at 4.8 TB/s and launches its kernels, 6 ms; 144 KiB of cache per token of context.
Attention over a long context makes a prefilled token dearer, by as much again at 27,000 tokens.
"""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from tests.fake_vllm.tokens import BLOCK, Prompt


@dataclass(frozen=True)
class Costs:
    """Seconds, tokens and sequences."""

    prefill_token: float = 1 / 25_000
    context_doubling: float = 27_000
    step: float = 0.006
    context_token: float = 144 * 1024 / 4.8e12
    most_tokens_per_step: int = 8192
    most_sequences: int = 256
    cache_tokens: int = 500_000


@dataclass(eq=False)
class Sequence:
    """One prompt on its way. `done` is set when its last token is there."""

    prompt: Prompt
    generate: int
    done: asyncio.Event = field(default_factory=asyncio.Event)
    cached: int = 0
    computed: int = 0
    generated: int = 0


class Engine:
    """Runs sequences; `prompt_tokens`, `cached_tokens` and `generated_tokens` are totals,
    `last_cached` is of the sequence that was done last.
    """

    def __init__(self, costs: Costs | None) -> None:
        self.costs = costs
        self._cache: OrderedDict[int, None] = OrderedDict()
        self._most_blocks = (costs or Costs()).cache_tokens // BLOCK
        self._waiting: deque[Sequence] = deque()
        self._running: list[Sequence] = []
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self.prompt_tokens = self.cached_tokens = self.generated_tokens = self.last_cached = 0

    async def run(self, prompt: Prompt, generate: int) -> int:
        """Tokens of the prompt that were in the cache."""
        sequence = Sequence(prompt, generate)
        if self.costs is None:
            self._start(sequence)
            self._store(prompt.blocks)
        else:
            self._waiting.append(sequence)
            self._wake.set()
            if self._loop is None:
                self._loop = asyncio.create_task(self._steps(self.costs))
            await sequence.done.wait()
        self.generated_tokens += generate
        self.last_cached = sequence.cached
        return sequence.cached

    def forget(self) -> None:
        """A cold cache."""
        self._cache.clear()

    def _start(self, sequence: Sequence) -> None:
        """Looks the prompt up; at least its last token is computed."""
        found = 0
        for block in sequence.prompt.blocks:
            if block not in self._cache:
                break
            self._cache.move_to_end(block)
            found += 1
        length = sequence.prompt.length
        sequence.cached = sequence.computed = min(found * BLOCK, (length - 1) // BLOCK * BLOCK)
        self.prompt_tokens += length
        self.cached_tokens += sequence.cached

    def _store(self, blocks: tuple[int, ...]) -> None:
        for block in blocks:
            self._cache[block] = None
        while len(self._cache) > self._most_blocks:
            self._cache.popitem(last=False)

    async def _steps(self, costs: Costs) -> None:
        while True:
            if not self._running and not self._waiting:
                self._wake.clear()
                await self._wake.wait()
            seconds, finished = self._step(costs)
            await asyncio.sleep(seconds)
            for sequence in finished:
                sequence.done.set()

    def _step(self, costs: Costs) -> tuple[float, list[Sequence]]:
        """One step of the GPU: how long it takes, and which sequences have their last token then."""
        compute, budget, reading = 0.0, costs.most_tokens_per_step, 0
        finished: list[Sequence] = []
        for sequence in list(self._running):
            if sequence.computed >= sequence.prompt.length:
                budget -= 1
                reading += sequence.computed + sequence.generated
                self._advance(sequence, finished)
        for sequence in [each for each in self._running if each.computed < each.prompt.length]:
            budget, part = self._prefill(sequence, budget, costs, finished)
            compute += part
        while self._waiting and budget > 0 and len(self._running) < costs.most_sequences:
            sequence = self._waiting.popleft()
            self._start(sequence)
            self._running.append(sequence)
            budget, part = self._prefill(sequence, budget, costs, finished)
            compute += part
        return max(costs.step, compute) + reading * costs.context_token, finished

    def _prefill(
        self, sequence: Sequence, budget: int, costs: Costs, finished: list[Sequence]
    ) -> tuple[int, float]:
        part = min(budget, sequence.prompt.length - sequence.computed)
        context = sequence.computed + part / 2
        sequence.computed += part
        # As vLLM does: blocks can be found as soon as they are scheduled.
        self._store(sequence.prompt.blocks[: sequence.computed // BLOCK])
        if sequence.computed >= sequence.prompt.length:
            self._advance(sequence, finished)
        return budget - part, part * costs.prefill_token * (1 + context / costs.context_doubling)

    def _advance(self, sequence: Sequence, finished: list[Sequence]) -> None:
        sequence.generated += 1
        if sequence.generated >= sequence.generate:
            self._running.remove(sequence)
            finished.append(sequence)
