"""Serves the API: `python -m api`. Any number of processes may serve one database."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence

import uvicorn

from api.app import create_app
from api.definitions import prepare
from settings.collector import freeze_gc
from settings.environment import SettingsError, settings
from stores.current import store_settings
from workflows.runner.words import speak


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. What is to be served is set in the environment."""
    parser = argparse.ArgumentParser(
        prog="python -m api",
        description="Serve the HTTP API on HOST and PORT until SIGTERM or SIGINT.",
        epilog="HOST, PORT, DATABASE_URL, TEMPORAL_ADDRESS and the other settings come from the environment: "
        "see docs/settings.md.",
    )
    parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        chosen = settings()
        store_settings(chosen)
    except SettingsError as error:
        sys.exit(str(error))
    speak("zh" if chosen.locale.startswith("zh") else "en")
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
