"""A worker and an API process, forked from one that has read the procedures already, so that they are back at once.

`multiprocessing` imports this module in that process. It opens no connection and starts no thread.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from multiprocessing.process import BaseProcess
from pathlib import Path

import server
import worker
from api.definitions import prepare
from settings.environment import settings
from tests.kills.seams import Trigger, wrap_api, wrap_worker
from workflows.registry import registry

TRIGGER = "trigger"
"""The file in the data directory by which both are told where to kill themselves."""

if multiprocessing.current_process().name == "MainProcess" and os.environ.get("GUICHENG_TEST_FORKS"):
    registry()
    prepare()

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


def start(name: str, home: Path, environment: dict[str, str]) -> BaseProcess:
    """A process that serves: `worker` or `api`."""
    os.environ["GUICHENG_TEST_FORKS"] = "1"  # read when the first of them makes the process that forks
    process = _context.Process(target=_serve, args=(name, home, environment), daemon=True)
    process.start()
    return process


def _serve(name: str, home: Path, environment: dict[str, str]) -> None:
    os.environ.update(environment)
    settings.cache_clear()
    log = os.open(home / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    trigger = Trigger(home / TRIGGER)
    if name == "worker":
        wrap_worker(trigger)
        worker.main([])
    else:
        wrap_api(trigger)
        server.main([])


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
