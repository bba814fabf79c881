"""Orders as a commit's demo plays them: the main path of order fulfilment, with all its effects."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.load import Measured
from benchmarks.stack import Stack

PLAYERS = Path(__file__).parent / "players.py"


class NotAsRecorded(Exception):
    """An order ended otherwise than its file says, so that what it cost means nothing."""


class Orders:
    """Orders of one stack, as many as are asked for, each like the first of the file, and some that wait."""

    def __init__(self, players: asyncio.subprocess.Process, first: str) -> None:
        self._players = players
        self.first = first
        """The case of the first order."""
        self.cpu_s = 0.0
        """Seconds of processor time that whoever plays them has used for playing."""

    async def play(self, count: int) -> Measured:
        """Play so many, 16 at a time. Raises NotAsRecorded.

        What each action took isn't told: a player also waits for effects.
        """
        played = await self._ask({"play": count})
        return Measured(played["seconds"], (0.0,) * played["actions"])

    async def leave_some_waiting(self) -> list[str]:
        """Play those that stop on their way: their cases. Raises NotAsRecorded."""
        return (await self._ask({"leave_waiting": True}))["cases"]

    async def _ask(self, what: dict[str, Any]) -> dict[str, Any]:
        assert self._players.stdin is not None
        self._players.stdin.write(json.dumps(what).encode() + b"\n")
        played = await _answer(self._players)
        if played["differ"]:
            raise NotAsRecorded(played["differ"][0])
        self.cpu_s += played["cpu_s"]
        return played


@asynccontextmanager
async def open_store(stack: Stack, tree: Path, count: int) -> AsyncGenerator[Orders]:
    """A store with keys for its staff and goods for so many orders, as the demo in `tree` opens it. Raises
    NotAsRecorded where it doesn't open.
    """
    import_from = os.pathsep.join([str(tree), str(tree / "clients" / "python")])
    players = await asyncio.create_subprocess_exec(
        # without -P this script's own folder would hide packages of that tree
        *(sys.executable, "-P", str(PLAYERS)),
        *(stack.url, stack.key, str(tree / "demo" / "orders.csv"), str(count)),
        cwd=tree,
        env={**os.environ, "PYTHONPATH": import_from},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    try:
        yield Orders(players, (await _answer(players))["first"])
    finally:
        assert players.stdin is not None
        players.stdin.close()
        await players.wait()


async def _answer(players: asyncio.subprocess.Process) -> dict[str, Any]:
    assert players.stdout is not None
    if not (line := await players.stdout.readline()):
        raise NotAsRecorded("whoever plays the orders has ended; what it said stands above")
    return json.loads(line)
