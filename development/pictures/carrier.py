"""A carrier that the store calls, and that refuses orders: what fails for good is an incident."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def carrier(refuses: Callable[[str], bool]) -> Generator[str]:
    """Its address. refuses: says of an order's number whether it won't carry it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            order = asked.get("order", "")
            answer = json.dumps({"waybill_no": asked.get("waybill_no") or f"SF-{order}"}).encode()
            self.send_response(403 if refuses(order) else 200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
