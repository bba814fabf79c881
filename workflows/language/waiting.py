"""What a case waits for: who or what moves it on from where it stands, and what happens by itself, when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from models.roles import OPERATIONS, Role
from workflows.language import clock, judging
from workflows.language.context import StepContext
from workflows.language.memory import Actor, Alarm
from workflows.language.sentences import Named, Sentence, sentence
from workflows.language.stages import Transition

Kind = Literal[
    "people",
    "condition",
    "message",
    "effect",
    "incident",
    "case",
    "signal",
    "rule",
    "clock",
    "late",
    "limit",
    "reminder",
]
WAYS_ON: frozenset[Kind] = frozenset(
    {"people", "message", "effect", "incident", "case", "signal", "rule", "clock"}
)
"""What may move a case on."""

_NOBODY = Actor(id="", roles=frozenset())


@dataclass(frozen=True)
class UnderWay:
    """An effect that was asked for and isn't done."""

    key: str
    kind: str
    since: datetime
    failed: bool = False
    """Whether operations must decide about it."""


@dataclass(frozen=True)
class WaitsFor:
    """One thing that a case waits for, or that will happen to it."""

    kind: Kind
    said: Sentence
    since: datetime | None = None
    at: datetime | None = None
    """When it happens by itself."""
    roles: tuple[Role, ...] = ()
    """Who acts, or hears of it."""
    actions: tuple[str, ...] = ()
    """The events that it sends."""
    key: str = ""
    """Of an effect or incident its key, of another case its id, of a limit what it is the limit of."""
    in_short: bool = True
    """Whether the sentence that says it all names it."""


def waits_for(context: StepContext, under_way: Iterable[UnderWay] = ()) -> tuple[WaitsFor, ...]:
    """All that the case waits for; nothing where it has ended."""
    if context.finished or not context.stages:
        return ()
    found = (
        *_people(context),
        *_messages(context),
        *_effects(context, under_way),
        *_children(context),
        *_signals(context),
        *_rules(context),
        *_late(context),
        *_by_the_clock(context),
    )
    if any(one.in_short and one.kind in WAYS_ON for one in found):
        return found
    return tuple(replace(one, in_short=one.in_short or one.kind in WAYS_ON) for one in found)


def stands(context: StepContext) -> Sentence | None:
    """Where the case stands, since when; None where it has ended."""
    since = _since(context)
    if since is None or context.finished:
        return None
    return sentence("At {stage} since {since}.", stage=Named("stage", context.stages[0]), since=since)


def _since(context: StepContext) -> datetime | None:
    return context.memory.entered.get(next(iter(context.stages), ""))


def _leads_on(transition: Transition) -> bool:
    return transition.goes_to != transition.source.id


def _is_open(context: StepContext, transition: Transition, event: str) -> bool:
    """Whether it can be taken now, by whoever may."""
    return not judging.why_blocked(context, transition, event, _NOBODY) and context.guards.all_hold(
        transition
    )


def _actions(events: Iterable[str]) -> list[Named]:
    return [Named("action", event) for event in events]


# --- people


def _people(context: StepContext) -> Iterator[WaitsFor]:
    """The stage's own roles first: what they may do, and what keeps them from the rest. Then all others."""
    here, main = context.roles_here, context.declaration.main_events.get(context.stages[0])
    possible = _possible(context, main)
    ahead = [event for event in possible if event == main or _leads_away(context, event)]
    own = [event for event in ahead if possible[event] & here]
    kept = judging.blocked(context, Actor(id="", roles=here), possible)
    unmet = {event: why for event, why in kept.items() if _leads_away(context, event)}
    for roles, events in _by_roles(own or _records(context, unmet, possible), possible, here):
        yield _of_people(context, roles, events)
    for event, why in unmet.items():
        in_short = event == main or not own
        yield WaitsFor("condition", why, actions=(event,), roles=tuple(sorted(here)), in_short=in_short)
    others = {event: possible[event] - here for event in ahead if possible[event] - here}
    for roles, events in _by_roles(others, others, frozenset()):
        yield _of_people(context, roles, events, too=True)


def _possible(context: StepContext, main: str | None) -> dict[str, frozenset[Role]]:
    """By event, the people who may send it now; what is done as a rule comes first."""
    found: dict[str, frozenset[Role]] = {}
    transitions = context.transitions
    for event in sorted(transitions, key=lambda event: event != main):
        some = transitions[event]
        roles = frozenset[Role]().union(*(one.by for one in some if one.by and _is_open(context, one, event)))
        if judging.child_may_be_answered_for(context, event):
            roles |= context.roles_here | {Role.OPS_MANAGER}
        if people := frozenset(role for role in roles if role.is_person):
            found[event] = people
    return found


def _records(
    context: StepContext, unmet: Iterable[str], possible: Mapping[str, frozenset[Role]]
) -> list[str]:
    """What can be written down at the stage: what must be, before it can be left; else whatever its roles may."""
    needs = (
        name
        for event in unmet
        for one in context.transitions[event]
        for needed in one.spec.needs
        for name in needed.names
    )
    found = [event for event in dict.fromkeys(needs) if event in possible]
    return found or [event for event, roles in possible.items() if roles & context.roles_here]


def _leads_away(context: StepContext, event: str) -> bool:
    return any(map(_leads_on, context.transitions[event]))


def _by_roles(
    events: Iterable[str], who: Mapping[str, frozenset[Role]], first: frozenset[Role]
) -> Iterator[tuple[frozenset[Role], list[str]]]:
    """The events of each set of roles; of those whose turn it is, where they are among them."""
    found: dict[frozenset[Role], list[str]] = {}
    for event in events:
        found.setdefault(who[event] & first or who[event], []).append(event)
    yield from found.items()


def _of_people(
    context: StepContext, roles: frozenset[Role], events: list[str], *, too: bool = False
) -> WaitsFor:
    names, actions = tuple(sorted(roles)), _actions(events)
    said = (
        sentence("{roles} can also move it on: {actions}.", roles=names, actions=actions)
        if too
        else sentence("It waits for {roles}: {actions}.", roles=names, actions=actions)
    )
    return WaitsFor("people", said, _since(context), roles=names, actions=tuple(events), in_short=not too)


# --- what comes from elsewhere


def _messages(context: StepContext) -> Iterator[WaitsFor]:
    """Messages from outside, by whose they are. In short those that come where nobody has the turn, or in the place of
    what whoever has it does.
    """
    here = context.roles_here
    found: dict[frozenset[Role], list[str]] = {}
    for event, some in context.transitions.items():
        senders = frozenset(
            role
            for one in some
            if one.spec.on and _leads_on(one) and _is_open(context, one, event)
            for role in one.by
            if role.is_feed
        )
        if senders:
            found.setdefault(senders, []).append(event)
    for senders, events in found.items():
        names = tuple(sorted(senders))
        said = sentence("A message moves it on ({roles}): {actions}.", roles=names, actions=_actions(events))
        in_short = not here or any(one.by & here for event in events for one in context.transitions[event])
        yield WaitsFor(
            "message", said, _since(context), roles=names, actions=tuple(events), in_short=in_short
        )


def _effects(context: StepContext, under_way: Iterable[UnderWay]) -> Iterator[WaitsFor]:
    """Those whose outcome sends an event here; and all that have failed."""
    for one in under_way:
        effect, events = Named("effect", one.kind), _answers_of(context, one.kind)
        if one.failed:
            said = sentence("{effect} has failed; who decides: {roles}.", effect=effect, roles=OPERATIONS)
            roles = tuple(sorted(OPERATIONS))
            yield WaitsFor("incident", said, one.since, roles=roles, actions=events, key=one.key)
        elif events:
            said = sentence("{effect} is under way since {since}.", effect=effect, since=one.since)
            yield WaitsFor("effect", said, one.since, actions=events, key=one.key)


def _answers_of(context: StepContext, effect: str) -> tuple[str, ...]:
    """The events of the outcomes of this kind of effect that are taken here."""
    asked = (one for one in context.declaration.effects if one.effect == effect)
    events = dict.fromkeys(event for one in asked for event in (one.then, one.otherwise) if event)
    here = context.transitions
    return tuple(event for event in events if event in here)


def _children(context: StepContext) -> Iterator[WaitsFor]:
    """The cases that were started from here and have something to answer."""
    if not context.memory.children:
        return
    here, links = context.transitions, {link.key: link for link in context.declaration.links}
    for case, child in context.memory.children.items():
        link = links.get(child.link)
        if link is None or not child.started:
            continue
        events = tuple(event for event in link.answers if event in here)
        if events or link.awaited:
            said = sentence(
                "It waits for another case: {procedure} {subject}.",
                procedure=Named("procedure", child.procedure),
                subject=case.rpartition(":")[2],
            )
            yield WaitsFor("case", said, _since(context), actions=events, key=case, in_short=bool(events))


def _signals(context: StepContext) -> Iterator[WaitsFor]:
    here = context.transitions
    events = [event for event in context.declaration.signalled if event in here]
    if events:
        said = sentence("Another case can move it on: {actions}.", actions=_actions(events))
        yield WaitsFor("signal", said, _since(context), actions=tuple(events), in_short=False)


def _rules(context: StepContext) -> Iterator[WaitsFor]:
    """What it does by itself once a condition holds."""
    for event, some in context.transitions.items():
        for one in some:
            unmet = context.guards.failing(one) if one.spec.rule else []
            if unmet:
                said = sentence(
                    "{action} follows by itself once this holds: {conditions}.",
                    action=Named("action", event),
                    conditions=unmet,
                )
                yield WaitsFor("rule", said, _since(context), actions=(event,), in_short=False)


# --- the clock


def _late(context: StepContext) -> Iterator[WaitsFor]:
    """The limits that have fallen, and that still concern the case."""
    running = context.memory.running
    for of, at in context.memory.missed.items():
        if of in context.stages or (of in running and running[of].ended_at is None):
            said = sentence("{of} is late since {at}.", of=_limit_of(context, of), at=at)
            yield WaitsFor("late", said, since=at, key=of)


def _limit_of(context: StepContext, of: str) -> Named:
    return Named("stage" if of in context.declaration.stages else "deadline", of)


def _by_the_clock(context: StepContext) -> Iterator[WaitsFor]:
    """What the clock will do, soonest first. Of what it sends, and of limits, the next one is told in short."""
    told: set[Kind] = set()
    for alarm in clock.alarms(context):
        one = _of_alarm(alarm, _limit_of(context, alarm.of))
        in_short = one.kind not in told and one.kind != "reminder"
        yield one if in_short else replace(one, in_short=False)
        told.add(one.kind)


def _of_alarm(alarm: Alarm, of: Named) -> WaitsFor:
    roles = tuple(sorted(alarm.tell))
    kind: Kind = "limit"
    if alarm.event is not None:
        kind = "clock"
        said = sentence("By itself at {at}: {action}.", at=alarm.at, action=Named("action", alarm.event))
    elif not alarm.is_limit:
        kind = "reminder"
        said = sentence("At {at} {roles} will be told about {of}.", at=alarm.at, roles=roles, of=of)
    elif roles:
        said = sentence("{of} is due by {at}; then {roles} will be told.", of=of, at=alarm.at, roles=roles)
    else:
        said = sentence("{of} is due by {at}.", of=of, at=alarm.at)
    events = (alarm.event,) if alarm.event is not None else ()
    return WaitsFor(kind, said, at=alarm.at, roles=roles, actions=events, key=alarm.of)
