"""Whoever sends passwords without end takes little from the others."""

from __future__ import annotations

import asyncio
import os
import sys
import threading

import pytest

from api.people.signing_in import Judges
from api.problems import Problem


async def test_one_password_more_than_may_wait_is_refused() -> None:
    looked_at, go_on = threading.Event(), threading.Event()

    def judge(_given: str, _kept: str | None) -> bool:
        looked_at.set()
        return go_on.wait(30)

    judges = Judges(judge, most_waiting=2)
    waiting = [asyncio.create_task(judges.is_right("a password", None)) for _ in range(2)]
    assert await asyncio.to_thread(looked_at.wait, 30)
    with pytest.raises(Problem) as refused:
        await judges.is_right("a password", None)
    assert (refused.value.code, refused.value.headers) == ("too_many", {"Retry-After": "2"})
    go_on.set()
    assert await asyncio.gather(*waiting) == [True, True]
    assert await judges.is_right("a password", None)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere niceness is a whole process's")
async def test_who_looks_at_passwords_lets_everybody_else_go_first() -> None:
    nice: list[int] = []

    def judge(_given: str, _kept: str | None) -> bool:
        nice.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return True

    assert await Judges(judge).is_right("a password", None)
    assert nice[0] == max(10, os.getpriority(os.PRIO_PROCESS, 0))
