"""Drives one procedure at random, lawfully and not, and goes on from the places where it has been least."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from pydantic import BaseModel

from activities.cases.contract import OpenCase
from models.effect import Outcome
from models.roles import Role
from tests.procedures.chance import Chance, Json
from tests.procedures.invariants import (
    POLICY,
    Broken,
    Spot,
    case_after,
    check_offers,
    check_refusal,
    check_somebody_goes_on,
)
from tests.scenario import MONDAY
from workflows.language.forms import UNDECLARED
from workflows.language.machine import Machine
from workflows.language.memory import ENGINE, Actor, Ask, ChildReport, Parent, Position, Step
from workflows.language.procedure import Procedure
from workflows.language.refusals import Refusal
from workflows.registry import registry

BURST = 6
"""Moves from one place, before another is chosen."""
_ROLES = sorted(Role)
_PEOPLE = ("li", "wang", "zhao")


@dataclass
class Found:
    """What the random walks of one procedure have shown."""

    steps: int = 0
    refused: int = 0
    stages: set[str] = field(default_factory=set[str])
    events: set[str] = field(default_factory=set[str])


class Explorer:
    """Walks of one procedure."""

    def __init__(self, procedure: type[Procedure], corpus: Json, seed: str = "") -> None:
        """corpus: what the scenarios of this procedure have shown; see `learnt`."""
        self.procedure = procedure
        self.chance = Chance(f"{procedure.key}{seed}")
        self.found = Found()
        self._forms = corpus.get("forms", {})
        self._outcomes = corpus.get("outcomes", {})
        self._children = corpus.get("children", {})
        self._ways: Json = corpus.get("ways", {})
        self._subjects = sorted({way["subject"] for way in self._ways.values()}) or ["1"]
        self._spots: dict[tuple[str, ...], list[Spot]] = {}
        self._visits: dict[tuple[str, ...], int] = {}
        self._known: set[tuple[Any, ...]] = set()
        self.ends = {name for name, stage in procedure.declaration.stages.items() if stage.final}
        self._starts = [
            e
            for e, moves in procedure.declaration.transitions.items()
            if any(move.is_start for move in moves)
        ]

    @property
    def unreached(self) -> set[str]:
        return self.ends - self.found.stages

    def walk(self, steps: int) -> Found:
        """So many tries more, lawful and not."""
        until = self.found.steps + self.found.refused + steps
        while self.found.steps + self.found.refused < until:
            spot = self._choose()
            for _ in range(BURST):
                spot = self._move(spot)
                if spot.finished and not spot.pending and self.chance.dice.random() < 0.7:
                    break
        return self.found

    def retrace(self) -> None:
        """Go the ways that scenarios went, so that the walks go on from everywhere on them."""
        for _, way in sorted(self._ways.items()):
            parent = Parent.model_validate(way["parent"]) if way["parent"] else None
            now = datetime.fromisoformat(way["now"])
            machine = Machine.begin(
                self.procedure, store="shop", subject=way["subject"], policy=POLICY, now=now, parent=parent
            )
            spot = Spot(
                self.procedure,
                machine.position.model_dump_json(),
                now,
                (),
                (),
                (),
                finished=False,
                events=frozenset(),
            )
            for step in way["steps"]:
                spot = self._again(replace(spot, now=datetime.fromisoformat(step["now"])), step)

    def _again(self, spot: Spot, step: Json) -> Spot:
        machine = self._machine(spot)
        match step:
            case {"act": event}:
                actor = Actor.model_validate(step["actor"])
                return self._took(spot, machine, event, lambda: machine.act(event, step["form"], actor=actor))
            case {"outcome": key}:
                asked = {ask.key: ask for ask in spot.pending}
                if key not in asked:
                    return spot
                return self._take_outcome(spot, machine, asked[key], Outcome.model_validate(step["result"]))
            case {"child": report}:
                ended = ChildReport.model_validate(report)
                return self._took(spot, machine, ended.stage, lambda: machine.child_reported(ended))
            case _:
                alarm = next((alarm for alarm in machine.alarms() if alarm.key == step["ring"]), None)
                if alarm is None:
                    return spot
                return self._took(spot, machine, alarm.key, lambda: machine.fire(alarm))

    # --- where to go on

    def _choose(self) -> Spot:
        if not self._spots or self.chance.dice.random() < 0.05:
            return self._begin()
        places = list(self._visits)
        place = min(self.chance.dice.sample(places, min(4, len(places))), key=lambda p: self._visits[p])
        self._visits[place] += 1
        return self.chance.dice.choice(self._spots[place])

    def _begin(self) -> Spot:
        """A case before its first event; perhaps one that another has started."""
        parent = None
        if self.chance.dice.random() < 0.4:
            parent = Parent(
                case="order_fulfilment:shop:1",
                link="some",
                waits=self.chance.dice.random() < 0.8,
                wants=tuple(self.chance.dice.sample(sorted(self.procedure.declaration.stages), 1)),
            )
        machine = Machine.begin(
            self.procedure,
            store="shop",
            subject=self.chance.dice.choice(self._subjects),
            policy=POLICY,
            now=MONDAY,
            parent=parent,
        )
        whole = machine.position.model_dump_json()
        return Spot(self.procedure, whole, MONDAY, (), (), (), finished=False, events=frozenset())

    def _remember(self, spot: Spot) -> None:
        place = spot.stages
        mark = (place, spot.events, frozenset(ask.kind for ask in spot.pending))
        if mark not in self._known and not (spot.finished and not spot.pending):
            self._known.add(mark)
            self._visits.setdefault(place, 0)
            kept = self._spots.setdefault(place, [])
            if len(kept) < 60:
                kept.append(spot)
            else:
                kept[self.chance.dice.randrange(60)] = spot

    # --- one move

    def _machine(self, spot: Spot) -> Machine:
        return Machine.at(self.procedure, Position.model_validate_json(spot.position), POLICY, spot.now)

    def _move(self, spot: Spot) -> Spot:
        dice = self.chance.dice.random()
        machine = self._machine(spot)
        if not spot.stages:
            return self._start(spot, machine)
        if dice < 0.08:
            return self._unlawful(spot, machine)
        if spot.pending and dice < 0.6:
            return self._outcome(spot, machine)
        if dice < 0.66 and machine.memory.children:
            return self._child(spot, machine)
        if dice < 0.74:
            return self._time(spot, machine)
        if dice < 0.745:
            return self._cancel(spot, machine)
        return self._act(spot, machine)

    def _start(self, spot: Spot, machine: Machine) -> Spot:
        if self.procedure.declaration.entry.role and self.chance.dice.random() < 0.2:
            return self._took(spot, machine, "await_start", lambda: machine.await_start({}), must=True)
        event = self.chance.dice.choice(self._starts)
        rows = [move for move in self.procedure.declaration.transitions[event] if move.is_start]
        roles = sorted(frozenset[Role]().union(*(move.by for move in rows)))
        actor = self._person(self.chance.dice.choice(roles)) if roles else ENGINE
        return self._send(spot, machine, event, actor)

    def _act(self, spot: Spot, machine: Machine) -> Spot:
        """Something that somebody may do here, or a message of another case."""
        role = self.chance.dice.choice(_ROLES)
        actor = self._person(role)
        offers = machine.offers(actor)
        check_offers(spot, machine, actor)
        if not offers:
            for name in self.chance.dice.sample(_PEOPLE, len(_PEOPLE)):
                actor = Actor(id=name, roles=frozenset(_ROLES) - ENGINE.roles)
                check_offers(spot, machine, actor)
                if offers := machine.offers(actor):
                    break
        sent = [e for e in self.procedure.signalled if self.chance.dice.random() < 0.3]
        if sent and (not offers or self.chance.dice.random() < 0.3):
            return self._send(spot, machine, self.chance.dice.choice(sent), ENGINE)
        if not offers:
            check_somebody_goes_on(spot, machine)
            return self._time(spot, machine)
        fresh = [event for event in offers if event not in spot.events]
        event = self.chance.dice.choice(fresh if fresh and self.chance.dice.random() < 0.5 else offers)
        return self._send(spot, machine, event, actor)

    def _unlawful(self, spot: Spot, machine: Machine) -> Spot:
        """Any event by anybody, with a form that may be nonsense."""
        event = self.chance.dice.choice(
            [*self.procedure.declaration.transitions, *UNDECLARED, "no_such_event"]
        )
        actor = self._person(self.chance.dice.choice(_ROLES))
        shape = self._shape(event)
        form: Any = (
            self.chance.broken(shape, spot.now) if shape else self.chance.dice.choice([None, {}, {"x": 1}])
        )
        return self._took(spot, machine, event, lambda: machine.act(event, form, actor=actor))

    def _send(self, spot: Spot, machine: Machine, event: str, actor: Actor) -> Spot:
        shape = self._shape(event, spot.stages)
        form: Json | None = None
        if shape is not None:
            case = _plain(machine)
            form = self.chance.form(shape, spot.now, case, self._forms.get(event, []))
        return self._took(spot, machine, event, lambda: machine.act(event, form, actor=actor))

    def _outcome(self, spot: Spot, machine: Machine) -> Spot:
        ask = self.chance.dice.choice(spot.pending)
        variants = self._outcomes.get(ask.kind, [])
        fails = _may_refuse(ask) and self.chance.dice.random() < 0.25
        data: Json = self.chance.dice.choice(variants) if variants and self.chance.dice.random() < 0.9 else {}
        return self._take_outcome(
            spot, machine, ask, Outcome(ok=not fails, reason="no" if fails else "", data=data)
        )

    def _take_outcome(self, spot: Spot, machine: Machine, ask: Ask, outcome: Outcome) -> Spot:
        """The outcome of an effect, as the runner takes it: it sends its event, or it is noted why not."""
        rest = replace(spot, pending=tuple(other for other in spot.pending if other.key != ask.key))
        happening = f"{ask.kind} {'yes' if outcome.ok else 'no'}"
        event = ask.then if outcome.ok else ask.otherwise

        def take() -> Step | None:
            step = machine.outcome(ask, outcome)
            if (step is None) != (event is None):
                raise Broken.at(spot, happening, "its outcome was lost")
            if step is not None and event is not None:
                happened = machine.memory.happened.get(event)
                took = happened is not None and happened.revision == step.revision
                if step.effect != ask.key or not (took or step.note):
                    raise Broken.at(spot, happening, f"{event} neither happened nor is it said why")
            missing = not outcome.ok or outcome.data.get("recorded")
            if isinstance(ask.effect, OpenCase) and ask.effect.waits and missing:
                machine.child_missing(f"{ask.effect.procedure}:shop:{ask.effect.subject}")
            return step

        return self._took(rest, machine, happening, take, must=True)

    def _child(self, spot: Spot, machine: Machine) -> Spot:
        children = sorted(machine.memory.children.items(), key=lambda one: one[0])
        case, child = self.chance.dice.choice(children)
        link = next(link for link in self.procedure.declaration.links if link.key == child.link)
        other = registry().get(child.procedure)
        stage = self.chance.dice.choice(sayable(other, frozenset(link.ends)))
        of_any = (known for at, known in self._children.items() if at.startswith(f"{child.procedure}."))
        known_results = self._children.get(f"{child.procedure}.{stage}") or [
            one for known in of_any for one in known
        ]
        result: Json = self.chance.dice.choice(known_results) if known_results else {}
        ended = other.declaration.stages[stage].final
        report = ChildReport(
            case=case, procedure=child.procedure, link=child.link, stage=stage, ended=ended, result=result
        )
        return self._took(
            spot, machine, f"{child.procedure} {stage}", lambda: machine.child_reported(report), must=True
        )

    def _time(self, spot: Spot, machine: Machine) -> Spot:
        alarms = machine.alarms()
        if not alarms or self.chance.dice.random() < 0.1:
            return replace(spot, now=spot.now + timedelta(hours=self.chance.dice.choice((1, 5, 24))))
        alarm = alarms[0]
        machine.context.now = now = max(spot.now, alarm.at)
        spot = replace(spot, now=now)
        return self._took(spot, machine, alarm.key, lambda: machine.fire(alarm), must=True)

    def _cancel(self, spot: Spot, machine: Machine) -> Spot:
        return self._took(spot, machine, "cancel_by_parent", lambda: machine.cancel_by_parent("so"))

    # --- what must hold

    def _took(self, spot: Spot, machine: Machine, happening: str, do: Any, *, must: bool = False) -> Spot:
        """The case after it; as it was, where it was refused."""
        try:
            step: Step | None = do()
        except Refusal as refused:
            self.found.refused += 1
            check_refusal(spot, machine, happening, refused, must=must)
            return spot
        except Broken:
            raise
        except Exception as error:
            raise Broken.at(spot, happening, f"{type(error).__name__}: {error}") from error
        self.found.steps += 1
        if step is not None:
            self._note(step, machine)
            if "could not be judged" in step.note:
                raise Broken.at(spot, happening, step.note)
        after = case_after(spot, machine, happening, step)
        self._remember(after)
        return after

    def _note(self, step: Step, machine: Machine) -> None:
        if not machine.memory.aborted:
            self.found.stages |= {*step.after}
        self.found.events |= {step.event, *step.followed}

    def _person(self, role: Role) -> Actor:
        if role.is_engine:
            return ENGINE
        return Actor(id=self.chance.dice.choice(_PEOPLE), roles=frozenset({role}))

    def _shape(self, event: str, stages: tuple[str, ...] = ()) -> Any:
        rows = self.procedure.declaration.transitions.get(event, ())
        if not rows and event in UNDECLARED:
            return UNDECLARED[event]
        here = [move for move in rows if not stages or move.source.id in stages] or list(rows)
        return next((move.form for move in here if move.form), None)


def _plain(machine: Machine) -> Any:
    return machine.case.model_dump(mode="json") if isinstance(machine.case, BaseModel) else machine.case


def _may_refuse(ask: Ask) -> bool:
    return ask.otherwise is not None or "Refused" in (ask.effect.__doc__ or "")


@cache
def sayable(procedure: type[Procedure], wanted: frozenset[str]) -> list[str]:
    """The stages that a child can name first: its ends, and what is wanted, as far as no other of them lies before."""
    moves = [
        (move.source.id, move.goes_to) for row in procedure.declaration.transitions.values() for move in row
    ]
    named = wanted | {name for name, stage in procedure.declaration.stages.items() if stage.final}
    here = {
        move.source.id for row in procedure.declaration.transitions.values() for move in row if move.is_start
    }
    seen: set[str] = set()
    while here:
        seen |= here
        here = {to for of, to in moves if of in here - named} - seen
    return sorted(seen & named)
