"""What one person has found out, and others are to find out for themselves."""

from __future__ import annotations

from collections.abc import Collection

from models.roles import Role, Who, one_or_more
from workflows.language.stages import AnyOf, Stage


class Blind:
    """Answers of a case's forms, and what the case keeps of them, that nobody reads while others work on the same.

    during: the stages in which nobody does, but who gave an answer that answer. then: the roles that read them from
    then on, as they decide; everybody else once the case is closed.
    """

    def __init__(self, *fields: str, during: Stage | AnyOf, then: Who) -> None:
        self.fields = frozenset(fields)
        self.during = during.stages if isinstance(during, AnyOf) else (during,)
        self.then = one_or_more(then)

    def hidden_from(
        self, roles: Collection[Role], stages: Collection[str], *, is_closed: bool
    ) -> frozenset[str]:
        """What somebody with these roles doesn't read of a case that stands there."""
        is_under_way = any(stage.id in stages for stage in self.during)
        decides = not self.then.isdisjoint(roles)
        return frozenset() if is_closed or (decides and not is_under_way) else self.fields
