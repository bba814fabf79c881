"""A store is played while its processes are killed: it comes out as recorded, and nothing was done twice."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col
from temporalio.client import Client

from cases import policies
from cases.connection import connect, data_converter
from cases.rebuild import rebuild
from models.database import open_database, reading
from models.migrate import upgrade
from models.tables.cases import CaseRow, StepRow, Task
from models.tables.money import Refund
from models.tables.performed import Performed
from settings.environment import Settings
from tests.kills.rounds import damaged, under_way, wrong_in_books, wrong_in_effects, wrong_in_log
from tests.start.running import Run, clean_up, eventually
from tests.whole.entered import entered, told_by_cases

SEED = int(os.environ.get("KILL_SEED", "7"))
KILLS = int(os.environ.get("KILLS", "8"))
ORDERS = Path(__file__).parent.parent.parent / "demo" / "orders.csv"
EVERY = float(os.environ.get("KILL_EVERY", "1.2"))
"""Seconds between two kills, more or less."""
COPIES = int(os.environ.get("COPIES", "5"))
"""How often the orders are played, under other numbers: long enough for some kills."""
VICTIMS = ("worker", "api", "temporal", "all")


@pytest.fixture
def runs(own_settings: Settings) -> Generator[list[Run]]:
    """Runs that the test starts, ended with it."""
    started: list[Run] = []
    yield started
    clean_up(started)


def begin(runs: list[Run], settings: Settings) -> Run:
    run = Run(settings, ["-m", "start.command", "run"])
    runs.append(run)
    run.until("Ctrl-C stops it.")
    return run


def more_orders(file: Path) -> Path:
    head, *rows = ORDERS.read_text().splitlines()
    file.write_text("\n".join([head, *(f"{n}-{row}" for n in range(COPIES) for row in rows)]) + "\n")
    return file


def play(settings: Settings, orders: Path) -> subprocess.Popen[str]:
    site, key = f"http://127.0.0.1:{settings.port}", settings.api_key_file.read_text().strip()
    return subprocess.Popen(
        [sys.executable, "-m", "demo", str(orders)],
        env={**os.environ, "PYTHONPATH": str(Path.cwd()), "URL": site, "KEY": key},
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_at_random(runs: list[Run], settings: Settings, demo: subprocess.Popen[str]) -> list[str]:
    """Kill one process or all, again and again while the demo plays. Returns whom."""
    chance, run, killed = random.Random(SEED), runs[-1], list[str]()
    while demo.poll() is None and len(killed) < KILLS:
        pause = time.monotonic() + chance.uniform(0.4, 1.6) * EVERY
        eventually(lambda pause=pause: demo.poll() is not None or time.monotonic() > pause)
        if demo.poll() is not None:
            break
        victim = chance.choice(VICTIMS)
        killed.append(victim)
        if victim == "all":
            run.kill_everything()
            run = begin(runs, settings)
        else:
            pid = run.pid_of(victim)
            os.kill(pid, signal.SIGKILL)
            eventually(lambda victim=victim, pid=pid, run=run: run.pid_of(victim) != pid, within=60)
    return killed


def heads(url: str) -> dict[str, tuple[Any, ...]]:
    """What the read model says of each case, its steps and open tasks."""
    with reading(open_database(url)) as session:
        steps = Counter(session.scalars(select(col(StepRow.case))))
        tasks = Counter(session.scalars(select(col(Task.case)).where(col(Task.open))))
        rows = session.scalars(select(CaseRow)).all()
        return {
            row.id: (row.revision, row.state, row.outcome, row.hash, steps[row.id], tasks[row.id])
            for row in rows
        }


async def rebuilt(settings: Settings, url: str) -> list[Any]:
    upgrade(url)
    policies.look_in(open_database(settings.sqlalchemy_url))  # no history brings those back
    client: Client = await connect(settings)
    return await rebuild(client, open_database(url), converter=data_converter(settings))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_demo_under_kills_comes_out_as_recorded(
    runs: list[Run], own_settings: Settings, tmp_path: Path
) -> None:
    begin(runs, own_settings)
    demo = play(own_settings, more_orders(tmp_path / "orders.csv"))
    killed = kill_at_random(runs, own_settings, demo)
    output, _ = demo.communicate(timeout=300)
    summary = json.loads(output.splitlines()[-1])
    assert summary["differ"] == 0, f"seed {SEED}, killed {killed}: {output}"
    assert len(killed) >= min(3, KILLS)
    engine = open_database(own_settings.sqlalchemy_url)
    cases = list(heads(own_settings.sqlalchemy_url))
    eventually(lambda: not under_way(engine, cases))
    assert damaged(engine) == [], f"seed {SEED}, killed {killed}"
    assert wrong_in_log(engine, cases) == []
    assert wrong_in_effects(engine, cases) == [], f"seed {SEED}, killed {killed}"
    assert wrong_in_books(engine) == []

    # nothing was done twice
    with reading(open_database(own_settings.sqlalchemy_url)) as session:
        refunds = session.scalars(select(Refund)).all()
        assert len({refund.order for refund in refunds}) == len(refunds) == 4 * COPIES
        effects = session.scalars(select(col(Performed.key))).all()
        assert len(set(effects)) == len(effects)

    # the books hold what the cases say
    books = entered(open_database(own_settings.sqlalchemy_url))
    assert books == told_by_cases(open_database(own_settings.sqlalchemy_url))
    assert min(len(books["orders"]), len(books["milestones"])) >= summary["orders"]

    # and the read model says what the histories say
    other = f"sqlite:///{tmp_path / 'rebuilt.db'}"
    assert asyncio.run(rebuilt(own_settings, other)) == []
    assert heads(other) == heads(own_settings.sqlalchemy_url)
    assert entered(open_database(other)) == books
