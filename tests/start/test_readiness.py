"""How long a start is waited for."""

from start.readiness import Patience


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_busy_process_is_waited_for_as_long_as_it_is_busy() -> None:
    clock = Clock()
    patience = Patience(90, clock)
    for minute in range(30):
        clock.now += 60
        assert not patience.is_over({"api": "the API"}, used=minute * 0.6)


def test_an_idle_process_is_given_up() -> None:
    clock = Clock()
    patience = Patience(90, clock)
    assert not patience.is_over({"api": "the API"}, used=8.0)
    clock.now += 90
    assert not patience.is_over({"api": "the API"}, used=8.4)
    clock.now += 1
    assert patience.is_over({"api": "the API"}, used=8.4)


def test_a_process_that_writes_into_its_log_is_waited_for() -> None:
    clock = Clock()
    patience = Patience(90, clock)
    for minute in range(30):
        clock.now += 60
        assert not patience.is_over({"prepare": "the database"}, used=0.1, written=minute)
    clock.now += 91
    assert patience.is_over({"prepare": "the database"}, used=0.1, written=29)


def test_a_wait_that_is_over_and_a_new_process_are_progress() -> None:
    clock = Clock()
    patience = Patience(90, clock)
    assert not patience.is_over({"api": "the API", "worker": "the worker"}, used=8.0)
    clock.now += 91
    assert not patience.is_over({"worker": "the worker"}, used=8.0)
    clock.now += 91
    assert not patience.is_over({"worker": "the worker"}, used=0.0)
