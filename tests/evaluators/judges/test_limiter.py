"""How many requests are let through at once, and who goes first."""

import asyncio

import pytest

from evaluators.judges.limiter import Limiter

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("start", "least", "most"), [(0, 0, 1), (2, 3, 4), (5, 1, 4)])
def test_senseless_bounds_are_refused(start: int, least: int, most: int) -> None:
    with pytest.raises(ValueError, match="least <= start <= most"):
        Limiter(start, least, most)


async def test_never_more_than_the_limit_at_once() -> None:
    limiter = Limiter(3, most=3)
    most = 0

    async def work() -> None:
        nonlocal most
        async with limiter.slot():
            most = max(most, limiter.in_flight)
            await asyncio.sleep(0)

    await asyncio.gather(*(work() for _ in range(50)))
    assert (most, limiter.in_flight, limiter.waiting) == (3, 0, 0)


async def test_each_success_adds_a_slot_until_it_was_too_much_once() -> None:
    limiter = Limiter(2)
    slots = [limiter.slot() for _ in range(6)]
    entering = [asyncio.create_task(slot.__aenter__()) for slot in slots]
    await asyncio.sleep(0)
    limits = []
    for slot in slots[:4]:
        slot.succeeded()
        await asyncio.sleep(0)
        limits.append((limiter.limit, limiter.in_flight))
    assert limits == [(3, 3), (4, 4), (5, 5), (6, 6)]
    await asyncio.gather(*entering)


async def test_grows_by_one_for_each_limit_of_successes_in_a_row_after_that() -> None:
    limiter = Limiter(5)
    async with limiter.slot() as slot:
        slot.overloaded()
    slots = [limiter.slot() for _ in range(limiter.limit)]
    limits = []
    for slot in slots:
        await slot.__aenter__()
    for slot in slots:
        slot.succeeded()
        limits.append(limiter.limit)
    assert limits == [3, 3, 4]


async def test_does_not_grow_while_slots_are_free() -> None:
    limiter = Limiter(8)
    for _ in range(100):
        async with limiter.slot() as slot:
            slot.succeeded()
    assert limiter.limit == 8


async def test_shrinks_once_for_all_requests_under_way() -> None:
    limiter = Limiter(10)
    slots = [limiter.slot() for _ in range(10)]
    for slot in slots:
        await slot.__aenter__()
    for slot in slots:
        slot.overloaded()
        await slot.__aexit__(None, None, None)
    assert limiter.limit == 6
    async with limiter.slot() as slot:
        slot.overloaded()
    assert limiter.limit == 3


async def test_never_shrinks_below_the_least() -> None:
    limiter = Limiter(2, least=2)
    for _ in range(5):
        async with limiter.slot() as slot:
            slot.overloaded()
    assert limiter.limit == 2


async def test_live_goes_before_what_waited_longer() -> None:
    limiter, order = Limiter(1, most=1), []

    async def work(name: str, urgent: bool) -> None:
        async with limiter.slot(urgent=urgent):
            order.append(name)

    async with limiter.slot():
        order.append("batch 0")
        tasks = [asyncio.create_task(work(f"batch {number}", False)) for number in (1, 2)]
        await asyncio.sleep(0)
        tasks.append(asyncio.create_task(work("live", True)))
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert order == ["batch 0", "live", "batch 1", "batch 2"]


async def test_a_request_given_up_while_waiting_takes_no_slot() -> None:
    limiter = Limiter(1, most=1)
    async with limiter.slot():
        waiting = asyncio.create_task(limiter.slot().__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert limiter.waiting == 0
    assert limiter.in_flight == 0


async def test_a_request_given_up_at_the_moment_it_gets_its_slot_passes_it_on() -> None:
    limiter = Limiter(1, most=1)
    first = limiter.slot()
    await first.__aenter__()
    given_up = asyncio.create_task(limiter.slot().__aenter__())
    next_one = asyncio.create_task(limiter.slot().__aenter__())
    await asyncio.sleep(0)
    await first.__aexit__(None, None, None)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    await asyncio.wait_for(next_one, 1)
    assert limiter.in_flight == 1
