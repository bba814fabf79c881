"""Makes Temporal's namespace and the database ready, and the first API key: `guicheng prepare`.

`guicheng run` does it at each start. Where API and worker run elsewhere, run it once a deployment. Doing it again
changes nothing.
"""

import asyncio
import sys

from temporalio.service import RPCError

from api.keys import ensure_first_key
from cases.connection import TemporalAway, connect
from models.database import DatabaseError, open_database, writing
from models.migrate import upgrade
from settings.environment import Settings, SettingsError, settings, write_private
from start.namespace import keep_histories, register_search_attributes
from start.temporal_server import TemporalUnusable


async def prepare_namespace(chosen: Settings) -> None:
    """Search attributes, and how long histories are kept where the server is ours."""
    client = await connect(chosen)
    added = await register_search_attributes(client)
    if added:
        print(f"Added search attributes: {', '.join(added)}")
    if chosen.is_embedded:
        await keep_histories(client, chosen.history_days)


def prepare_database(chosen: Settings) -> None:
    """The newest tables, and a first API key in `data_dir`, readable by its owner alone."""
    upgrade(chosen.sqlalchemy_url)
    engine = open_database(chosen.sqlalchemy_url)
    with writing(engine) as session:
        key = ensure_first_key(session)
        if key is not None:
            # Before the commit: a key that only the database knew could never be read again.
            chosen.data_dir.mkdir(parents=True, exist_ok=True)
            write_private(chosen.api_key_file, key)
            print(f"Made the first API key: {chosen.api_key_file}")
    engine.dispose()


def main() -> int:
    """Prepare; on failure one sentence, and 1."""
    try:
        chosen = settings()
        _ = chosen.signing_secret  # made now, before two processes look for it
        asyncio.run(prepare_namespace(chosen))
        prepare_database(chosen)
    except (SettingsError, TemporalAway, TemporalUnusable, DatabaseError, RPCError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
