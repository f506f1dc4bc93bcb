"""Who asks when: everybody on the same server, close together in time and in changing order."""

from dataclasses import dataclass

from evaluators.judges.vllm.settings import VllmSettings
from tests.benchmarks.judge.contest import QUESTIONS, Measured, Task, measured
from tests.benchmarks.judge.contestants import Loop, Ours, Raw, Sent


@dataclass(frozen=True)
class Comparison:
    """The judge and the raw client one after the other, and the loop of the same round."""

    ours: Measured
    loop: Measured
    raw: Measured

    def ratios(self) -> dict[str, float]:
        return {
            "prompt_ratio": self.loop.computed / self.ours.computed,
            "generated_ratio": self.loop.generated / self.ours.generated,
            "wall_ratio": self.loop.wall / self.ours.wall,
            "cpu_ratio": self.loop.cpu / self.ours.cpu,
            "limit_ratio": self.ours.wall / self.raw.wall,
        }


class Course:
    """One server and what is asked of it."""

    def __init__(self, base_url: str, model: str, task: Task, settings: VllmSettings) -> None:
        self._base_url, self._model, self._task, self._settings = base_url, model, task, settings
        self._sent: Sent = {}

    async def rehearse(self) -> None:
        """Not counted. Whoever is first has the server compile schemas, and the raw client needs something to send."""
        await self._by_us()
        await self._by_the_loop(Task(self._task.sessions[:1], self._task.warm_up, self._task.prompts))

    async def round(self, pairs: int) -> list[Comparison]:
        """Half of the pairs, the loop, the other half. The loop takes longest, so it comes once a round."""
        before = [await self._pair(number) for number in range(pairs // 2)]
        loop = await self._by_the_loop(self._task)
        after = [await self._pair(number) for number in range(pairs // 2, pairs)]
        return [Comparison(ours, loop, raw) for ours, raw in (*before, *after)]

    async def _pair(self, number: int) -> tuple[Measured, Measured]:
        """The judge first, or the raw client, which then sends what the judge sent the last time."""
        if number % 2:
            raw = await self._by_raw()
            return await self._by_us(), raw
        return await self._by_us(), await self._by_raw()

    async def _by_us(self) -> Measured:
        ours = Ours(self._base_url, self._task, self._settings)
        await ours.prepare()
        found = await measured(self._base_url, ours.judge)
        await ours.close()
        self._sent = ours.sent
        asked = len(self._task.sessions) * QUESTIONS
        print(
            f"  {ours.explained} of {asked} answers explained; unanswered: {ours.unanswered or 'none'}",
            flush=True,
        )
        return found

    async def _by_raw(self) -> Measured:
        raw = Raw(self._base_url, self._sent)
        found = await measured(self._base_url, raw.judge)
        await raw.close()
        return found

    async def _by_the_loop(self, task: Task) -> Measured:
        loop = Loop(self._base_url, self._model, task)
        found = await measured(self._base_url, loop.judge)
        await loop.close()
        if loop.failed:
            print(f"  unanswered by the loop: {loop.failed}", flush=True)
        return found
