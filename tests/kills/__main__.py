"""`make test-kills`: rounds of orders under kills. Each prints its seed, with which it is played again alone."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.kills.rounds import Round, Rounds
from tests.kills.stack import Stack


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def play(home: Path, rounds: list[Round], at_once: int) -> int:
    """Play them; 1 where something was wrong."""
    began = time.monotonic()
    stack = Stack(home)
    async with stack.running():
        wrong = await Rounds(stack, rounds, say).play(at_once)
    say(f"{len(rounds)} rounds in {time.monotonic() - began:.0f} s; killed:")
    for what, times in Counter(stack.killed).most_common():
        say(f"  {times:4} {what}")
    for fault in wrong:
        say(f"WRONG {fault}")
    say("Nothing was lost, and nothing done twice." if not wrong else f"{len(wrong)} faults; data in {home}")
    return 1 if wrong else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="make test-kills", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each next one has the next")
    parser.add_argument("--at-once", type=int, default=4, help="how many rounds are played at a time")
    parser.add_argument("--home", type=Path, help="where the data are kept; by default a new directory")
    chosen = parser.parse_args()
    home = chosen.home or Path(tempfile.mkdtemp(prefix="guicheng-kills-"))
    rounds = [Round.of(number, chosen.seed + number) for number in range(chosen.rounds)]
    return asyncio.run(play(home, rounds, chosen.at_once))


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
