"""A page of the inbox, and the list of the API that it shows: what the server needs for the one and for the other."""

from __future__ import annotations

import http.client
import json
import uuid

from benchmarks.stack import Stack

TIMES = 40
"""How often each is asked for in a round."""
_ROLES = ["cs_agent", "picker", "packer", "warehouse_keeper", "ops_specialist", "finance", "logistics", "gm"]
_PASSWORD = uuid.uuid4().hex


class Pages:
    """The inbox as somebody of several roles sees it; and how much of it goes over the line."""

    def __init__(self, stack: Stack) -> None:
        """Makes the person's account, and signs them in."""
        self._connection = http.client.HTTPConnection("127.0.0.1", stack.settings.port, timeout=60)
        name = f"bench-{uuid.uuid4().hex[:8]}"
        account = {"id": name, "name": name, "kind": "person", "roles": {"*": _ROLES}, "password": _PASSWORD}
        self._ask("POST", "/api/v1/accounts", account, Authorization=f"Bearer {stack.key}")
        signed_in = {"account": name, "password": _PASSWORD}
        cookie = self._ask("POST", "/api/v1/session", signed_in)[1].get("Set-Cookie", "").partition(";")[0]
        self._headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}

    @property
    def is_served(self) -> bool:
        """Whether this commit has an inbox."""
        return self._ask("GET", "/inbox/", None, **self._headers)[0] == http.HTTPStatus.OK

    def look(self) -> None:
        """See the whole page of the list."""
        for _ in range(TIMES):
            self._ask("GET", "/inbox/", None, **self._headers)

    def list(self) -> None:
        """Be told the same rows by the API."""
        for _ in range(TIMES):
            self._ask("GET", "/api/v1/tasks?limit=50", None, Cookie=self._headers["Cookie"])

    def kilobytes(self) -> float:
        """Of the first load, as it goes over the line: the page with its style, scripts and icons."""
        _, _, page = self._ask("GET", "/inbox/", None, **self._headers)
        _, _, text = self._ask("GET", "/inbox/", None, Cookie=self._headers["Cookie"])
        assets = {part.split('"')[0].partition("#")[0] for part in text.decode().split('"/inbox/assets/')[1:]}
        sizes = [
            len(self._ask("GET", f"/inbox/assets/{asset}", None, **self._headers)[2]) for asset in assets
        ]
        return (len(page) + sum(sizes)) / 1024

    def _ask(
        self, method: str, path: str, body: object, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        sent = {
            "Content-Type": "application/json",
            "Origin": f"http://127.0.0.1:{self._connection.port}",
            **headers,
        }
        self._connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = self._connection.getresponse()
        return answer.status, answer.headers, answer.read()
