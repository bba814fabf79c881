"""Notes who has read what is personal."""

from __future__ import annotations

from api.access import Caller
from api.gathered_lines import GatheredLines
from api.privacy import sees_personal


class PersonalReads(GatheredLines):
    """What this process has shown of persons."""

    kind = "personal_read"

    def note(self, caller: Caller, what: str) -> None:
        """The caller was shown a case, by its id, or a page of a book, by its name."""
        if sees_personal(caller):
            self.gather(caller.id, what)
