"""Ways of cases through their procedures, up to each stage that waits for somebody, told to the real machines.

What is answered on them is what the procedures' scenarios have shown to be taken.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from activities.cases.contract import CancelCase, OpenCase, SendEvent, TellParent
from benchmarks.stack import ROOT
from models.effect import Outcome
from models.policy import StorePolicy
from models.roles import PartyKind
from workflows.language.memory import Actor
from workflows.language.refusals import Refusal
from workflows.registry import registry
from workflows.runner.commits import commit_of
from workflows.runner.messages import Commit, StartRequest
from workflows.runner.state import CaseState

SHOWN = ROOT / "tests" / "procedures" / "corpus.json.gz"
"""Which forms and outcomes each procedure's scenarios have shown."""
_TO_CASES = (CancelCase, OpenCase, SendEvent, TellParent)
_NUMBER = re.compile(r'("(?!supplier_no")[a-z_]+_no": )"[^"]+"')
_PHONE = re.compile(r"\b1[3-9]\d{9}\b")
_NAMES = ("王芳", "王小明", "王经理", "陈经理")

Json = dict[str, Any]


class Persona(NamedTuple):
    """What tells a case from all others of the same way."""

    store: str
    subject: str
    name: str
    phone: str
    supplier: str
    """The number of the supplier, where the case has one."""

    def instead_of(self, other: Persona, text: str) -> str:
        """The text with all that is of this one in the place of what was the other's."""
        for old, new in zip(other, self, strict=True):
            text = text.replace(old, new)
        return text


SOMEBODY = Persona("l0adedst0re", "LB00000000", "欧阳某", "13911112222", "SU31415926")
"""Whose the ways are until they are somebody else's: none of these words is anywhere else in them."""


class Move(NamedTuple):
    """What somebody does."""

    event: str
    form: Json | None
    actor: Actor
    at: datetime


@dataclass(frozen=True)
class Walk:
    """A case's way up to a stage."""

    procedure: str
    stage: str
    moves: tuple[Move, ...]
    outcomes: dict[str, Json]
    """By kind of effect, what one tells that was done."""

    def of(self, persona: Persona) -> Walk:
        """The same way of somebody else's case."""
        return replace(
            self, moves=tuple(move._replace(form=_told(move.form, persona)) for move in self.moves)
        )

    def outcome(self, kind: str) -> Outcome:
        """What an effect of this kind comes to."""
        return Outcome(data=self.outcomes.get(kind, {}))


class _Elsewhere(Exception):
    """The way needs another case, or somebody's decision."""


def walks() -> list[Walk]:
    """The shortest way to each stage that waits for a role, of those that need no other case."""
    found: dict[tuple[str, str], Walk] = {}
    shown = json.loads(gzip.decompress(SHOWN.read_bytes()))
    for procedure, known in sorted(shown.items()):
        for _, way in sorted(known.get("ways", {}).items()):
            for walk in _walks_along(procedure, way, known.get("outcomes", {})):
                before = found.get((procedure, walk.stage))
                if before is None or len(walk.moves) < len(before.moves):
                    found[procedure, walk.stage] = walk
    return [found[key] for key in sorted(found)]


def _walks_along(procedure: str, way: Json, shown: Json) -> Iterator[Walk]:
    if way["parent"]:
        return
    moves: list[Move] = []
    supplier = _supplier_in(procedure, way)
    for step in way["steps"]:
        if "outcome" in step:
            continue
        if "act" not in step:
            break
        form, actor = _general(step["form"], way["subject"], supplier), Actor.model_validate(step["actor"])
        moves.append(Move(step["act"], form, actor, datetime.fromisoformat(step["now"])))
    outcomes = {kind: variants[0] for kind, variants in shown.items() if variants}
    walk = Walk(procedure, "", tuple(moves), outcomes)
    for number, state in enumerate(_states(walk, SOMEBODY), 1):
        machine = state.machine()
        for stage in machine.stages:
            if machine.declaration.stage(stage).role and not state.finished:
                yield replace(walk, stage=stage, moves=walk.moves[:number])


def commits(walk: Walk, persona: Persona, policy: StorePolicy | None = None) -> Iterator[Commit]:
    """The commits of this persona's case on its way; what each effect has come to is in a commit after it was asked."""
    for number, (state, is_first) in enumerate(_changes(walk.of(persona), persona, policy), 1):
        yield commit_of(
            state,
            state.machine(),
            (state.drain(),),
            run_id=f"run-of-{persona.subject}",
            fence=number,
            at=state.now(),
            is_first=is_first,
        )


def _states(walk: Walk, persona: Persona) -> Iterator[CaseState]:
    """The case after each move, with nothing pending; up to the first move that isn't taken."""
    changes = _changes(walk, persona, None)
    while True:
        try:
            state, _ = next(changes)
        except (StopIteration, Refusal, _Elsewhere):
            return
        if not state.pending:
            state.drain()
            yield state


def _changes(
    walk: Walk, persona: Persona, policy: StorePolicy | None
) -> Generator[tuple[CaseState, bool], None, None]:
    """The state where the engine would commit it, and whether for the first time: once a move is taken, and once its
    effects are done.
    """
    at = [walk.moves[0].at]
    state = _begun(walk, persona, policy or StorePolicy(), at)
    yield from _with_effects(walk, state, is_first=True)
    for move in walk.moves[1:]:
        at[0] = move.at
        _take(state, move)
        yield from _with_effects(walk, state, is_first=False)


def _begun(walk: Walk, persona: Persona, policy: StorePolicy, at: list[datetime]) -> CaseState:
    first = walk.moves[0]
    start = StartRequest(
        actor=first.actor,
        procedure=walk.procedure,
        version=registry().get(walk.procedure).version,
        store=persona.store,
        subject=persona.subject,
        policy=policy,
        event=first.event,
        form=first.form,
        request=f"start-of-{persona.subject}",
    )
    return CaseState(f"{walk.procedure}:{persona.store}:{persona.subject}", start, now=lambda: at[0])


def _take(state: CaseState, move: Move) -> None:
    state.take(
        lambda machine: machine.act(move.event, move.form, actor=move.actor),
        request=f"{move.event}-of-{state.start.subject}",
    )


def _with_effects(walk: Walk, state: CaseState, *, is_first: bool) -> Iterator[tuple[CaseState, bool]]:
    while asked := list(state.pending.values()):
        if any(isinstance(one.ask.effect, _TO_CASES) or one.standing == "incident" for one in asked):
            raise _Elsewhere
        yield state, is_first
        is_first = False
        for one in asked:
            state.ended(one.ask.key, walk.outcome(one.ask.kind))
    yield state, is_first


# --- the words of a form


def _supplier_in(procedure: str, way: Json) -> str:
    """The number that the way's forms give as the supplier's; empty where they give none, or several."""
    names = registry().get(procedure).declaration.parties.get(PartyKind.SUPPLIER, ())
    forms = [step["form"] for step in way["steps"] if step.get("form")]
    given = {form[name] for form in forms for name in names if isinstance(form.get(name), str)}
    return given.pop() if len(given) == 1 else ""


def _general(form: Json | None, subject: str, supplier: str) -> Json | None:
    """A form whose numbers, names and phones are SOMEBODY's."""
    if not form:
        return form
    text = json.dumps(form, ensure_ascii=False)
    if supplier:
        text = text.replace(f'"{supplier}"', f'"{SOMEBODY.supplier}"')
    text = text.replace(f'"{subject}"', f'"{SOMEBODY.subject}"')
    text = _NUMBER.sub(rf'\1"{SOMEBODY.subject}"', _PHONE.sub(SOMEBODY.phone, text))
    for name in _NAMES:
        text = text.replace(f'"{name}"', f'"{SOMEBODY.name}"')
    return json.loads(text)


def _told(form: Json | None, persona: Persona) -> Json | None:
    return form and json.loads(persona.instead_of(SOMEBODY, json.dumps(form, ensure_ascii=False)))
