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
from start.private import keep_private

if TYPE_CHECKING:
    from types import ModuleType

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
    keep_private()


@main.command()
def run() -> None:
    """Start Temporal, a worker and the API on this machine.

    It prints their addresses when work can be done, starts again what ends, and stops all of it on Ctrl-C. The data
    are in DATA_DIR. `make run` installs what is needed, then does this.
    """
    from cases.connection import end_process
    from start.run import main as start

    end_process(start())


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
    from server import main as serve

    serve([])


@main.command()
@click.option("--database", "only_database", is_flag=True, help="The database alone: Temporal isn't asked.")
def prepare(*, only_database: bool) -> None:
    """Make the database and Temporal's namespace ready.

    It brings the database to the newest tables, registers the search attributes, and writes the first API key to
    DATA_DIR/api-key. SQLite files are copied to DATA_DIR/backups before they are migrated. Run it once a deployment;
    doing it again changes nothing. `guicheng run` does it at each start.
    """
    from cases.connection import end_process
    from start.prepare import main as make_ready

    end_process(make_ready(only_database=only_database))


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


@main.group()
def people() -> None:
    """Manage accounts on this machine, without a key.

    Each change stands in the log that `guicheng audit` shows.
    """


@people.command("list")
def list_people() -> None:
    """Print every account with its roles."""
    _with_people(lambda subject, chosen: subject.list_people(chosen))


_ROLE = click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="ROLE",
    help="In every store; STORE:ROLE in one. Any number of times.",
)
_PARTY = click.option(
    "--party", "parties", multiple=True, metavar="KIND:NUMBER", help="For whom it stands, like supplier:S-7."
)


@people.command()
@click.argument("account")
@click.option("--name", default="", help="What histories show beside the id.")
@_ROLE
@_PARTY
@click.option("--administrator", is_flag=True, help="It may manage accounts and keys.")
@click.option("--service", is_flag=True, help="It is no person: it has keys, and no password.")
@click.option("--password", is_flag=True, help="Ask for a password.")
def add(
    account: str, *, name: str, roles: tuple[str, ...], parties: tuple[str, ...], administrator: bool, service: bool,
    password: bool,
) -> None:  # fmt: skip
    """Make an ACCOUNT. Its id is never used again."""
    chosen_password = _ask_password() if password else None
    _with_people(
        lambda subject, chosen: subject.add_person(
            chosen, account, name=name, roles=roles, parties=parties, administrator=administrator, service=service,
            password=chosen_password,
        )
    )  # fmt: skip


@people.command()
@click.argument("account")
@_ROLE
@_PARTY
@click.option(
    "--administrator/--no-administrator", default=None, help="Whether it manages accounts and keys."
)
@click.option("--closed/--open", default=None, help="A closed account can't call; its keys are revoked.")
def change(
    account: str, *, roles: tuple[str, ...], parties: tuple[str, ...], administrator: bool | None,
    closed: bool | None,
) -> None:  # fmt: skip
    """Change an ACCOUNT: the roles or parties that are named replace those that it has; the rest stays."""
    _with_people(
        lambda subject, chosen: subject.change_person(
            chosen, account, roles=roles, parties=parties, administrator=administrator, closed=closed
        )
    )


@people.command("password")
@click.argument("account")
def set_password(account: str) -> None:
    """Give a person's ACCOUNT a password. It ends its sessions."""
    password = _ask_password()
    _with_people(lambda subject, chosen: subject.set_password(chosen, account, password))


@people.command("key")
@click.argument("account")
def print_key(account: str) -> None:
    """Make a key of an ACCOUNT, and print it."""
    _with_people(lambda subject, chosen: subject.print_key(chosen, account))


@people.command("let-in")
def let_in() -> None:
    """Make an administrator's key when all are locked out, and write it to DATA_DIR/api-key."""
    _with_people(lambda subject, chosen: subject.let_in(chosen))


@people.command("export")
@click.argument("person")
def export_person(person: str) -> None:
    """Print all that is kept of a customer as JSON.

    PERSON is a customer's number, a phone, or a name. The log notes that it was done.
    """
    _with_people(lambda subject, chosen: subject.export_person(chosen, person))


@main.group()
def audit() -> None:
    """Look at the log of rights and personal data."""


@audit.command()
def verify() -> None:
    """Find out whether lines were changed or removed: each is named, and the exit status is 1."""
    _with_people(lambda subject, chosen: subject.verify_audit(chosen))


@audit.command()
def show() -> None:
    """Print the log, oldest first."""
    _with_people(lambda subject, chosen: subject.print_audit(chosen))


def _ask_password() -> str:
    return click.prompt("Password", hide_input=True, confirmation_prompt=True)


def _with_people(task: Callable[[ModuleType, Settings], int]) -> None:
    from api import administration as subject
    from models.database import DatabaseError
    from settings.environment import SettingsError, settings

    try:
        code = task(subject, settings())
    except (SettingsError, DatabaseError) as error:
        print(error, file=sys.stderr)
        code = 1
    sys.exit(code)


if __name__ == "__main__":
    main(prog_name="guicheng")
