"""Running cases go on under another version of their procedure.

Each is judged first: a case whose stages or data the version can't carry over is refused, and stays as it is.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
from collections.abc import Sequence
from functools import partial

from cases.client import CaseClient
from cases.connection import TemporalAway, connect
from cases.errors import CaseNotRunning, NoAnswerYet
from cases.signing import sign
from models.database import DatabaseError, open_database
from models.roles import Role
from settings.environment import Settings, SettingsError, settings
from workflows.language.memory import Actor
from workflows.language.refusals import Refusal
from workflows.runner.messages import MigrationRequest


async def migrate(cases: CaseClient, names: Sequence[str], version: int, by: str) -> dict[str, str]:
    """Move each case to the version, in `by`'s name. Returns why, for those that stay as they are."""
    stay: dict[str, str] = {}
    message = MigrationRequest(actor=Actor(id=by, roles=frozenset({Role.SYSTEM})), version=version)
    for name in names:
        try:
            await cases.migrate(name, message, f"migrate-{version}-{secrets.token_hex(4)}")
        except (Refusal, NoAnswerYet) as error:
            stay[name] = str(error)
        except CaseNotRunning:
            stay[name] = "It has ended, or there never was such a case: it needs no other version."
    return stay


async def _migrate_all(chosen: Settings, names: Sequence[str], version: int, by: str) -> int:
    engine = open_database(chosen.sqlalchemy_url)
    cases = CaseClient(await connect(chosen), engine, partial(sign, chosen.signing_secret))
    stay = await migrate(cases, names, version, by)
    engine.dispose()
    for name in names:
        sys.stdout.write(f"{name}: {stay.get(name, f'goes on under version {version}.')}\n")
    return 1 if stay else 0


def main(argv: Sequence[str] | None = None) -> int:
    """Move the named cases. Returns the exit status: 1 where one stays on its version."""
    parser = argparse.ArgumentParser(prog="python -m cases.migrate", description=__doc__)
    parser.add_argument("cases", nargs="+", metavar="CASE")
    parser.add_argument("--to", type=int, required=True, metavar="VERSION")
    parser.add_argument("--by", required=True, metavar="NAME", help="who the case's history names")
    options = parser.parse_args(argv)
    try:
        return asyncio.run(_migrate_all(settings(), options.cases, options.to, options.by))
    except (SettingsError, TemporalAway, DatabaseError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    sys.exit(main())
