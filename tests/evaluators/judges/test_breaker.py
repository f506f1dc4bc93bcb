"""When an endpoint is left alone, for how long, and what is said about it."""

import pytest

from evaluators.judges.breaker import Breaker


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(3, pause=1.0, longest=5.0, clock=clock)


def _fail(breaker: Breaker, times: int) -> list[bool]:
    return [breaker.failed("nobody there: start it") for _ in range(times)]


def test_pauses_after_so_many_failures_in_a_row_and_says_why(breaker: Breaker) -> None:
    assert _fail(breaker, 3) == [False, False, True]
    paused = breaker.paused
    assert paused is not None
    assert (paused.why, paused.failures, paused.retry_in) == ("nobody there: start it", 3, 1.0)
    assert not breaker.admits()


def test_a_success_in_between_starts_the_count_anew(breaker: Breaker) -> None:
    _fail(breaker, 2)
    assert not breaker.succeeded()
    _fail(breaker, 2)
    assert breaker.paused is None
    assert breaker.admits()


def test_after_the_pause_one_request_tries_and_no_other(breaker: Breaker, clock: Clock) -> None:
    _fail(breaker, 3)
    clock.now += 1.0
    assert [breaker.admits() for _ in range(3)] == [True, False, False]


def test_a_trial_that_succeeds_ends_the_pause(breaker: Breaker, clock: Clock) -> None:
    _fail(breaker, 3)
    clock.now += 1.0
    assert breaker.admits()
    assert breaker.succeeded()
    assert breaker.paused is None


def test_each_trial_that_fails_doubles_the_pause_up_to_the_longest(breaker: Breaker, clock: Clock) -> None:
    _fail(breaker, 3)
    pauses = []
    for _ in range(4):
        clock.now += 100
        assert breaker.admits()
        assert not breaker.failed("still nobody")
        pauses.append(breaker.paused.retry_in if breaker.paused else None)
    assert pauses == [2.0, 4.0, 5.0, 5.0]


def test_a_trial_that_nobody_reports_on_is_repeated(breaker: Breaker, clock: Clock) -> None:
    _fail(breaker, 3)
    clock.now += 1.0
    assert breaker.admits()
    clock.now += 1.0
    assert breaker.admits()


def test_after_a_success_the_next_pause_is_the_shortest_again(breaker: Breaker, clock: Clock) -> None:
    _fail(breaker, 3)
    clock.now += 1.0
    breaker.admits()
    breaker.failed("again")
    clock.now += 2.0
    breaker.admits()
    breaker.succeeded()
    _fail(breaker, 3)
    assert breaker.paused is not None
    assert breaker.paused.retry_in == 1.0
