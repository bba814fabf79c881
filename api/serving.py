"""How uvicorn serves the application: in one place for the process, and for the tests."""

from __future__ import annotations

from typing import Any

from api.connections import bounded
from settings.limits import LimitSettings


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
