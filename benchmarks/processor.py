"""The processor time of processes, as Linux tells it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    """A process, and the seconds of processor time that it has used so far."""

    pid: int
    command: tuple[str, ...]
    own: float
    of_ended: float
    """What those have used that it started and that have ended."""


def descendants(root: int) -> Iterator[Process]:
    """A process and all that it has started, directly or not, as far as they run."""
    parents = {int(directory.name): directory for directory in Path("/proc").glob("[0-9]*")}
    for pid in parents:
        try:
            if pid == root or root in _ancestors(pid):
                command = Path(f"/proc/{pid}/cmdline").read_text("utf-8").rstrip("\0").split("\0")
                own_user, own_system, ended_user, ended_system = map(int, _stat(pid)[11:15])
                yield Process(
                    pid,
                    tuple(command),
                    (own_user + own_system) / _TICKS,
                    (ended_user + ended_system) / _TICKS,
                )
        except OSError:  # it has ended
            continue


def used_in_all(root: int) -> float:
    """Seconds that a process and all that it has started have used, those that have ended too."""
    return sum(process.own + process.of_ended for process in descendants(root))


def _ancestors(pid: int) -> Iterator[int]:
    while pid > 1:
        pid = int(_stat(pid)[1])
        yield pid


def _stat(pid: int) -> list[str]:
    # The command's name, in brackets, may hold anything: fields are counted from its end.
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
