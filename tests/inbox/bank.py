"""A payment provider that the store calls: it returns what it has taken, while it takes the store's key."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

TAKEN = "pi_"
"""What the numbers of its own payments begin with; what came another way it doesn't return."""
_REFUSED = {"error": {"type": "invalid_request_error", "message": "Invalid API Key provided"}}


@dataclass
class Provider:
    """What the store sees of it."""

    url: str = ""
    refuses_key: bool = False


@contextmanager
def provider() -> Generator[Provider]:
    """A provider on a port of its own."""
    bank = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({"object": "list", "url": "/v1/refunds", "has_more": False, "data": []})

        def do_POST(self) -> None:
            asked = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            self._answer(
                {
                    "id": f"re_{asked['payment_intent'][0]}",
                    "object": "refund",
                    "status": "succeeded",
                    "created": 1_780_000_000,
                    "metadata": {},
                }
            )

        def _answer(self, said: dict[str, Any]) -> None:
            body = json.dumps(_REFUSED if bank.refuses_key else said).encode()
            self.send_response(401 if bank.refuses_key else 200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        bank.url = f"http://127.0.0.1:{server.server_port}"
        yield bank
    finally:
        server.shutdown()
        server.server_close()
