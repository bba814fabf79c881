"""Writes a revision that brings the tables to where the code declares them: `python -m models.migrations.renew WORDS`.

With `--initial` the one initial revision is written anew, which only suits a schema that nobody runs yet. Its id tells
its content, so that a database of another first revision is recognised, and refused.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from models.database import open_database
from models.migrate import upgrade
from models.revisions import INITIAL, MIGRATIONS

_HASH_LENGTH = 8


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
    if initial:
        (written,) = versions.glob("*.py")
        name_by_content(written)


def name_by_content(written: Path) -> Path:
    """Give an initial revision an id that tells its content; the file that it is in then."""
    text = written.read_text("utf-8")
    revision = INITIAL + hashlib.sha256(text.encode()).hexdigest()[:_HASH_LENGTH]
    named = written.with_name(written.name.replace(INITIAL, revision, 1))
    named.write_text(text.replace(f"revision = '{INITIAL}'", f"revision = '{revision}'", 1), "utf-8")
    written.unlink()
    return named


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit("say in a few words what changes, or --initial")
    main(sys.argv[1:])
