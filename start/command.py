"""`guicheng`: one command for all that is done with an instance. `guicheng --help` lists it.

Each command imports what it runs when it runs: help comes at once, and starts nothing.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING

import click

from settings import __version__

if TYPE_CHECKING:
    from settings.environment import Settings

_ENVIRONMENT = "Settings come from the environment, like PORT and DATA_DIR; docs/settings.md explains them."


def _run(task: Callable[[Settings], Coroutine[None, None, int]]) -> None:
    """Run it with this process's settings, and exit with what it returns; on failure with one sentence and 1."""
    from cases.connection import TemporalAway, end_process
    from models.database import DatabaseError
    from settings.environment import SettingsError, settings

    try:
        code = asyncio.run(task(settings()))
    except (SettingsError, TemporalAway, DatabaseError) as error:
        end_process(1, str(error))
    end_process(code)


@click.group(epilog=_ENVIRONMENT, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Run Guicheng, and look after its running cases."""


@main.command()
def run() -> None:
    """Start Temporal, a worker and the API on this machine.

    It prints their addresses when work can be done, starts again what ends, and stops all of it on Ctrl-C. The data
    are in DATA_DIR. `make run` installs what is needed, then does this.
    """
    from start.run import main as start

    sys.exit(start())


@main.command()
def worker() -> None:
    """Run a worker: it carries the cases and performs their effects.

    Any number of workers may serve one Temporal server and one database. SIGTERM stops one in order.
    """
    from worker import main as work

    work([])


@main.command()
def api() -> None:
    """Serve the HTTP API on HOST and PORT.

    Any number of processes may serve one database. SIGTERM stops one in order.
    """
    from api.__main__ import main as serve

    serve([])


@main.command()
def prepare() -> None:
    """Make the database and Temporal's namespace ready.

    It brings the database to the newest tables, registers the search attributes, and writes the first API key to
    DATA_DIR/api-key. Run it once a deployment; doing it again changes nothing. `guicheng run` does it at each start.
    """
    from cases.connection import end_process
    from start.prepare import main as make_ready

    end_process(make_ready())


@main.command()
@click.option("--all", "everything", is_flag=True, help="Look at every case, not only at the latest changes.")
def reconcile(*, everything: bool) -> None:
    """Compare the read model with Temporal, and mend it.

    It prints how many cases were written again, and names those that it could not mend: then the exit status is 1.
    A worker does this by itself every five minutes.
    """
    from cases import reconcile as subject

    _run(lambda chosen: subject.main(chosen, everything=everything))


@main.command()
def rebuild() -> None:
    """Write the whole read model again from Temporal's histories.

    For when the read model was lost, or the database was restored from an older copy. Nobody should be working
    meanwhile.
    """
    from cases import rebuild as subject

    _run(subject.main)


@main.command()
@click.argument("case", required=False, metavar="[CASE]")
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A saved history, or one downloaded in Temporal's UI, instead of a case's id.",
)
@click.option("--every-run", is_flag=True, help="All runs of the case, not only the latest.")
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIRECTORY",
    help="Keep the histories there as JSON files.",
)
def replay(*, case: str | None, file: Path | None, every_run: bool, save: Path | None) -> None:
    """Run this code on recorded histories.

    Without a CASE, on the history of every open case: run it before a deployment. It prints a line for each case that
    this code would break; then the exit status is 1.

    With a CASE, named by its id like order_fulfilment:tmall:SO-1001, on that one's, in this process: its steps are
    listed, and a breakpoint() in a hook of its procedure stops there, with the form, the case's data and the time as
    they were. Nothing outside is reached, and nothing is written.
    """
    from cases import replay as subject

    if case and file:
        raise click.UsageError("Name a case or a file, not both.")
    if save is not None:
        save.mkdir(parents=True, exist_ok=True)
    _run(lambda chosen: subject.main(chosen, case=file or case, every_run=every_run, keep=save))


@main.command()
@click.argument("cases", nargs=-1, required=True, metavar="CASE...")
@click.option(
    "--to", "version", type=int, required=True, metavar="VERSION", help="The version that they go on with."
)
@click.option("--by", required=True, metavar="NAME", help="Who moves them, as their history will name it.")
def migrate(cases: tuple[str, ...], *, version: int, by: str) -> None:
    """Move running cases to another version of their procedure.

    A CASE is named by its id, like campaign:tmall:618. One whose stages or data don't fit the version is named, and
    stays as it is: then the exit status is 1.
    """
    from cases import migrate as subject

    _run(lambda chosen: subject.main(chosen, cases, version, by))


@main.command()
def schedules() -> None:
    """Make Temporal's schedules as the store's settings say.

    It prints what was made, changed and removed, and what the calendar can't start as it is set. A worker does this
    when it starts, and when the settings change.
    """
    from cases import schedules as subject

    _run(subject.main)


@main.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
def check(file: Path | None) -> None:
    """Check a store's settings file.

    FILE is the file; without it, the one that a start would read: STORE_SETTINGS, or store.toml in DATA_DIR. Each
    fault is a line that says where it is, what is wrong, and what may be written; then the exit status is 1.
    """
    from stores.check import main as check_file

    sys.exit(check_file(file))


if __name__ == "__main__":
    main(prog_name="guicheng")
