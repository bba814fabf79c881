"""Serves the API: `python -m api`. Any number of processes may serve one database."""

from __future__ import annotations

import logging
import sys

import uvicorn

from api.app import create_app
from api.definitions import prepare
from settings.collector import freeze_gc
from settings.environment import SettingsError, settings
from stores.current import store_settings
from workflows.runner.words import speak


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        chosen = settings()
        store_settings(chosen)
    except SettingsError as error:
        sys.exit(str(error))
    speak(chosen.locale)
    prepare()
    freeze_gc()
    uvicorn.run(
        create_app(chosen),
        host=chosen.host,
        port=chosen.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
