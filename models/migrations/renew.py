"""Writes a revision that brings the tables to where the code declares them: `python -m models.migrations.renew WORDS`.

With `--initial` the one initial revision is written anew, which only suits a schema that nobody runs yet.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from models.database import open_database
from models.migrate import MIGRATIONS, upgrade

INITIAL = "0001"


def main(words: list[str]) -> None:
    versions = MIGRATIONS / "versions"
    initial = words == ["--initial"]
    if initial:
        for old in versions.glob("*.py"):
            old.unlink()
    with tempfile.TemporaryDirectory() as home:
        url = f"sqlite:///{Path(home) / 'empty.db'}"
        if not initial:
            upgrade(url)
        engine = open_database(url)
        with engine.connect() as connection:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            number = INITIAL if initial else f"{len(list(versions.glob('*.py'))) + 1:04}"
            message = "the tables" if initial else " ".join(words)
            command.revision(config, message=message, autogenerate=True, rev_id=number)
        engine.dispose()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit("say in a few words what changes, or --initial")
    main(sys.argv[1:])
