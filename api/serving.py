"""How uvicorn serves the application: in one place for the process, and for the tests."""

from __future__ import annotations

from typing import Any

from api.connections import bounded
from settings.environment import CERTIFICATE, TLS_KEY, Settings
from settings.limits import LimitSettings


def listening(chosen: Settings) -> dict[str, Any]:
    """Where uvicorn listens, and with which certificate."""
    where: dict[str, Any] = {"host": chosen.host, "port": chosen.port}
    if chosen.tls is not None:
        where |= {"ssl_certfile": chosen.tls / CERTIFICATE, "ssl_keyfile": chosen.tls / TLS_KEY}
    return where


def server_options(limits: LimitSettings) -> dict[str, Any]:
    """What uvicorn is told, beside where to listen."""
    return {
        "http": bounded(limits),
        "ws": "none",
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "timeout_keep_alive": limits.http_idle_seconds,
    }
