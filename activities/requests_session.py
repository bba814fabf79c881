"""The same bounds for libraries that call by `requests`: Stripe's, and all that Apprise brings."""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter

from activities.outbound import LARGEST, in_time
from activities.port_errors import PortError

_PART = 64 * 1024
WITHIN = 30.0
"""Seconds for one call."""


class BoundedAdapter(HTTPAdapter):
    """Reads an answer itself, and no more of it than may be."""

    def send(self, request: requests.PreparedRequest, *args: Any, **named: Any) -> requests.Response:
        """The answer, read. Raises requests' ConnectionError where it takes too long or is too large."""
        try:
            return in_time(lambda: self._read(request, *args, **named), WITHIN)
        except PortError as error:
            raise requests.ConnectionError(str(error), request=request) from error

    def _read(self, request: requests.PreparedRequest, *args: Any, **named: Any) -> requests.Response:
        answer = super().send(request, *args, **{**named, "stream": True})
        body = bytearray()
        for part in answer.iter_content(_PART):
            body += part
            if len(body) > LARGEST:
                answer.close()
                raise PortError(f"the answer is larger than {LARGEST} bytes")
        answer._content = bytes(body)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - as it keeps what it has read
        return answer


class BoundedSession(requests.Session):
    """Follows no redirect: a letter or a payment goes where the operator has it go."""

    def __init__(self) -> None:
        super().__init__()
        for scheme in ("https://", "http://"):
            self.mount(scheme, BoundedAdapter())

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere."""
        del resp


def bound_all() -> None:
    """Have `requests.get`, `requests.post` and the like, as Apprise's plugins call them, use such sessions."""
    requests.sessions.Session = BoundedSession
