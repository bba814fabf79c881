"""What must hold of a case wherever it is driven, and the message that says where it didn't."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from activities.cases.contract import CancelCase, SendEvent, TellParent
from models.effect import Undo
from models.policy import StorePolicy
from workflows.language.machine import Machine
from workflows.language.memory import Actor, Ask, Position, Step
from workflows.language.offering import offered_to
from workflows.language.procedure import Procedure
from workflows.language.refusals import Refusal

POLICY = StorePolicy()
LARGEST = 64 * 1024
"""Bytes that a position may come to."""


class Broken(AssertionError):
    """A procedure did what none may do; the message says which, where and after what."""

    @classmethod
    def at(cls, spot: Spot, happening: str, what: str) -> Broken:
        """What was wrong, as something happened to a case."""
        way = ", ".join(spot.way[-25:])
        return cls(f"{spot.procedure.key} at {', '.join(spot.stages)}: {happening}: {what}\nafter {way}")


@dataclass(frozen=True)
class Spot:
    """A case, once: what is needed to go on from there, and how it came there."""

    procedure: type[Procedure]
    position: str
    now: datetime
    stages: tuple[str, ...]
    pending: tuple[Ask, ...]
    way: tuple[str, ...]
    finished: bool
    events: frozenset[str]


def case_after(spot: Spot, machine: Machine, happening: str, step: Step | None) -> Spot:
    whole = machine.position.model_dump_json()
    if len(whole) > LARGEST:
        raise Broken.at(spot, happening, f"its position has grown to {len(whole)} bytes")
    again = Position.model_validate_json(whole)
    finished, stages, events = machine.finished, tuple(machine.stages), frozenset(machine.memory.happened)
    machine = Machine.at(spot.procedure, again, POLICY, spot.now)
    if machine.position.model_dump_json() != whole:
        raise Broken.at(spot, happening, "its position doesn't survive JSON")
    asked = tuple(step.asked) if step is not None else ()
    known = {ask.key for ask in spot.pending}
    if any(ask.key in known for ask in asked):
        raise Broken.at(spot, happening, "two effects have one key")
    for ask in asked:
        text = ask.model_dump_json()
        if Ask.model_validate_json(text).model_dump_json() != text:
            raise Broken.at(spot, happening, f"{ask.kind} doesn't survive JSON")
    taken_back = {ask.effect.of for ask in asked if isinstance(ask.effect, Undo)}
    silent = (TellParent, SendEvent, CancelCase)
    pending = tuple(
        ask
        for ask in (*spot.pending, *asked)
        if ask.key not in taken_back and (ask.then or ask.otherwise or not isinstance(ask.effect, silent))
    )
    return Spot(spot.procedure, whole, spot.now, stages, pending, (*spot.way, happening), finished, events)


def check_refusal(spot: Spot, machine: Machine, happening: str, refused: Refusal, *, must: bool) -> None:
    """`must`: what the engine itself tells a case may be noted as of no use, never refused."""
    if must or "could not be judged" in refused.message:
        raise Broken.at(spot, happening, refused.message)
    if machine.position.model_dump_json() != spot.position:
        raise Broken.at(spot, happening, "it was refused, and something has changed")


def check_offers(spot: Spot, machine: Machine, actor: Actor) -> None:
    """What a list shows of a case, which judges nothing, is what the machine offers. Where the clock has a say in it,
    a list asks the machine.
    """
    if spot.finished or not spot.stages:
        return
    for_all = machine.offers_to_all()
    offered = machine.offers(actor)
    if for_all is not None:
        shown = offered_to(actor, machine.declaration, machine.stages[0], [[*offer] for offer in for_all])
        if shown != offered:
            raise Broken.at(spot, "", f"a list shows {shown}, and {offered} are offered to {actor}")


def check_somebody_goes_on(spot: Spot, machine: Machine) -> None:
    """A case that stands still waits for somebody, the clock, an effect, another case."""
    waits = (
        spot.finished
        or spot.pending
        or machine.alarms()
        or machine.memory.children
        or any(
            move.source.id in spot.stages
            for event in spot.procedure.signalled
            for move in spot.procedure.declaration.transitions[event]
        )
    )
    if not waits:
        raise Broken.at(spot, "", "nobody can move it on any more")
