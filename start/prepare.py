"""Makes the database, Temporal's namespace, the first API key and the first account ready: `guicheng prepare`.

Where API and worker run elsewhere, run it once a deployment. Doing it again changes nothing. `guicheng run` does the
same at each start: the database before Temporal runs, the namespace afterwards.
"""

import asyncio
import sys
from datetime import UTC, datetime

from temporalio.service import RPCError

from api.people.keys import ensure_first_key, ensure_first_person
from cases.connection import TemporalAway
from models.copies import CannotCopy, copy_databases
from models.database import DatabaseError, open_database, writing
from models.migrate import upgrade
from models.revisions import UnknownTables, newest
from settings.environment import Settings, SettingsError, settings, write_private
from start.namespace import prepare_namespace
from start.private import make_private
from start.temporal_server import TemporalUnusable


def prepare_database(chosen: Settings) -> None:
    """The newest tables; and a first API key and a first person's password in `data_dir`, readable by its owner alone.

    Databases with older tables are copied before they are migrated. Raises UnknownTables, CannotCopy, DatabaseError.
    """
    upgrade(chosen.sqlalchemy_url, before=lambda at: _before_migrating(chosen, at))
    engine = open_database(chosen.sqlalchemy_url)
    with writing(engine) as session:
        key = ensure_first_key(session)
        if key is not None:
            # Before the commit: a key that only the database knew could never be read again.
            chosen.data_dir.mkdir(parents=True, exist_ok=True)
            write_private(chosen.api_key_file, key)
            print(f"Made the first API key: {chosen.api_key_file}")
            if (first := ensure_first_person(session)) is not None:
                account, password = first
                write_private(chosen.first_sign_in_file, f"{account} {password}")
                print(f"Made the first account, and its password: {chosen.first_sign_in_file}")
    engine.dispose()


def _before_migrating(chosen: Settings, at: str) -> None:
    """Copy what lies in files: the application's database, and then Temporal's, which may know more than the books."""
    files = [file for file in (chosen.database_file, chosen.temporal_file) if file and file.exists()]
    if files:
        to = chosen.data_dir / "backups" / f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}-from-{at}"
        copy_databases(files, to)
        print(f"Copied {' and '.join(file.name for file in files)} to {to}")
    if not chosen.database_file:
        print("PostgreSQL's database is not copied: docs/operations.md, Back up, says how")
    print(f"Migrating the database from {at} to {newest()}", flush=True)


def main(*, only_database: bool = False) -> int:
    """Prepare; on failure one sentence, and 1."""
    try:
        chosen = settings()
        if chosen.data_dir.exists() and (said := make_private(chosen.data_dir)):
            print(said, flush=True)
        _ = chosen.signing_secrets  # made now, before two processes look for it
        prepare_database(chosen)
        if not only_database:
            asyncio.run(prepare_namespace(chosen))
    except (
        SettingsError,
        TemporalAway,
        TemporalUnusable,
        DatabaseError,
        UnknownTables,
        CannotCopy,
        RPCError,
        OSError,
    ) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
