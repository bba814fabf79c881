"""What every procedure has, so that each of its cases leads somewhere; and where one says that it hasn't, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from workflows.language.refusals import BadProcedure
from workflows.language.stages import AnyOf, Stage, Transitions, place_of_declaration

Lead: TypeAlias = Literal["limit", "way_back", "by_hand", "second_person", "approval_again"]
"""What is asked of every procedure.

limit: a stage of people has one: its own, one over several, or the usual.
way_back: from a stage people can stop the case or correct it, with a reason.
by_hand: what the calendar starts, people may start too.
second_person: who approves or allows something is another person than who asked for it.
approval_again: who changes what was approved takes the case back to before the approval.
"""


@dataclass(frozen=True)
class Without:
    """Stages or events of which it isn't asked, and why."""

    lead: Lead
    of: Stage | AnyOf | Transitions | None
    because: str
    place: str

    @property
    def names(self) -> tuple[str, ...]:
        """The stages, or the events, once the procedure's class has named them; none where it is all of them."""
        if self.of is None:
            return ()
        if isinstance(self.of, Transitions):
            return self.of.names
        stages = self.of.stages if isinstance(self.of, AnyOf) else (self.of,)
        return tuple(stage.id for stage in stages)


def without(lead: Lead, of: Stage | AnyOf | Transitions | None = None, *, because: str) -> Without:
    """`without("limit", active, because="A member stays one.")`: not here, because. Without `of`: nowhere in it."""
    place = place_of_declaration()
    if not because.endswith("."):
        raise BadProcedure(f"{place}: say in a sentence why: because=")
    return Without(lead, of, because, place)


def leaves_all_out(exceptions: Iterable[Without], lead: Lead) -> bool:
    """Whether this is asked nowhere in the procedure."""
    return any(one.lead == lead and one.of is None for one in exceptions)


def left_out(exceptions: Iterable[Without], lead: Lead) -> frozenset[str]:
    """The stages or events of which this isn't asked."""
    return frozenset(name for one in exceptions if one.lead == lead for name in one.names)
