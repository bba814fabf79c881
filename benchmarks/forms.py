"""Forms filled in, and the cases that they stand on: what the API needs for the one and for the other."""

from __future__ import annotations

from urllib.parse import quote

from benchmarks.load import Http
from benchmarks.stack import Stack

TIMES = 12
"""How often each form is asked for in a round, and as often its case."""


class Forms:
    """All forms that somebody of every role may be given on some cases."""

    def __init__(self, stack: Stack, cases: list[str]) -> None:
        self._http = Http(stack.settings.port, stack.key)
        self._forms: list[tuple[str, str]] = []
        """Where each is given, and where its case is."""
        for case in cases:
            where = f"/api/v1/cases/{quote(case, safe='')}"
            actions = [offered["key"] for offered in self._http.call("GET", where)["actions"]]
            self._forms += [(f"{where}/actions/{action}", where) for action in actions]

    @property
    def are_given(self) -> bool:
        """Whether this commit fills in forms."""
        try:
            self._http.call("GET", self._forms[0][0])
        except RuntimeError:
            return False
        return True

    def fill_in(self) -> None:
        """Be given every form."""
        for form, _ in self._forms * TIMES:
            self._http.call("GET", form)

    def look_at_cases(self) -> None:
        """Be shown the case of every form."""
        for _, case in self._forms * TIMES:
            self._http.call("GET", case)
