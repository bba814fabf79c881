"""Running cases go on under another version of their procedure.

Each is judged first: a case whose stages or data the version can't carry over is refused, and stays as it is.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence

from cases.client import CaseClient
from cases.connection import connect
from cases.errors import CaseNotRunning, NoAnswerYet
from cases.signing import SigningKeys
from models.database import open_database
from models.roles import Role
from settings.environment import Settings
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


async def main(chosen: Settings, names: Sequence[str], version: int, by: str) -> int:
    """The command. 1 where a case stays on its version."""
    engine = open_database(chosen.sqlalchemy_url)
    cases = CaseClient(await connect(chosen), engine, SigningKeys(chosen.signing_secrets).sign)
    stay = await migrate(cases, names, version, by)
    engine.dispose()
    for name in names:
        sys.stdout.write(f"{name}: {stay.get(name, f'goes on under version {version}.')}\n")
    return 1 if stay else 0
