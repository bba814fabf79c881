"""A few rounds of those that `make test-kills` plays two hundred of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kills.rounds import Round, Rounds
from tests.kills.stack import Stack

SEEDS = (14, 15, 16, 107, 1006)


@pytest.mark.slow
async def test_orders_come_out_as_recorded_whoever_is_killed(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data")
    said: list[str] = []
    async with stack.running():
        rounds = [Round.of(number, seed) for number, seed in enumerate(SEEDS)]
        wrong = await Rounds(stack, rounds, said.append).play(at_once=len(rounds))
    assert not wrong, "\n".join([*said, *stack.killed, *wrong])
    assert stack.killed
