"""What must hold of a declaration; checked when its class is made, so that a fault shows before a case runs.

Each fault is a sentence behind its place, such as `order_fulfilment.py:12: …`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from statemachine import StateMachine

from models.effect import EFFECTS
from models.roles import PARTY_ROLES
from workflows.language.declaration import Declaration, place_of
from workflows.language.forms import Form, Told, in_history, kept
from workflows.language.leading import faults_of_leads
from workflows.language.marks import faults_of_marks
from workflows.language.memory import ChildReport
from workflows.language.source import clocks_in
from workflows.language.stages import A_NUMBER, Entry, Stage, Transition, hooks_of
from workflows.language.timing import At, CaseSpan, Due, Earliest, FirstKnown, Repeat

_LIBRARY = frozenset(dir(StateMachine)) | {"model", "name", "id", "start", "position"}
_BY_NAME = ("on_", "before_", "after_", "prepare")

SAID_ANEW = frozenset({"result", "by_calendar", "migrate_case", "book_entry", "when_aborted"})
"""The methods of the vocabulary that a procedure may write for itself."""


def faults_of(declared: Declaration, attributes: Mapping[str, Any], vocabulary: frozenset[str]) -> list[str]:
    """All that contradicts itself. `vocabulary`: the names that a procedure's `self` has of its own."""
    return [*_strange_hooks(declared)] or [
        *_names(declared, attributes, vocabulary),
        *_reading(declared),
        *_methods(declared, vocabulary),
        *_forms(declared),
        *_hooks(declared),
        *_transitions(declared),
        *_stages(declared),
        *_senders(declared),
        *faults_of_leads(declared),
    ]


def _reading(declared: Declaration) -> Iterator[str]:
    """Who reads a case, and what of it."""
    if wrong := sorted(declared.readers & PARTY_ROLES):
        yield f"readers: {', '.join(wrong)} see only what is their own; name the field with their number in parties"
    for kind, fields in declared.parties.items():
        yield from (
            f"parties: {kind} is to be found in {name}, which the case doesn't hold"
            for name in fields
            if name not in declared.case_type.model_fields and not hasattr(declared.case_type, name)
        )
    if wrong := _never_asked(declared):
        yield f"kept_back: no start asks {', '.join(wrong)}"
    if declared.blind is not None and (wrong := _never_given(declared, declared.blind.fields)):
        yield f"blind: no form asks {', '.join(wrong)}, and the case doesn't keep it"
    if wrong := [name for name in declared.about if name not in declared.case_type.model_fields]:
        yield f"about: the case keeps no {', '.join(wrong)}"
    for paper, fields in declared.papers.items():
        if wrong := [name for name in fields if not _has(declared, name)]:
            yield f"papers: {paper} can't show {', '.join(wrong)}, which the case doesn't keep"


def _never_asked(declared: Declaration) -> list[str]:
    """What is kept back that no start asks."""
    starts = [one.form.model_fields for _, one in declared.all_transitions if one.form and one.is_start]
    return [name for name in declared.kept_back if not any(name in fields for fields in starts)]


def _never_given(declared: Declaration, names: Iterable[str]) -> list[str]:
    """The names of what neither a form asks nor the case keeps."""
    shapes = [one.form for _, one in declared.all_transitions if one.form is not None]
    fields = {name for shape in (declared.case_type, *shapes) for name in shape.model_fields}
    return sorted(set(names) - fields)


def _names(declared: Declaration, attributes: Mapping[str, Any], vocabulary: frozenset[str]) -> Iterator[str]:
    if not declared.summary:
        yield "it has no docstring: say in its first line what it is for"
    if "key" not in attributes:
        yield 'it has no key: write key = "…", as its file is called'
    places = {key: stage.place for key, stage in declared.stages.items()}
    places |= {event: some[0].spec.place for event, some in declared.transitions.items()}
    for name, place in places.items():
        if name in _LIBRARY or name in vocabulary:
            yield f"{place}: {name} is a name of the library or the vocabulary; call it otherwise"


def _methods(declared: Declaration, vocabulary: frozenset[str]) -> Iterator[str]:
    methods = declared.methods
    asked = {guard for _, transition in declared.all_transitions for guard in transition.guards}
    asked |= {deadline.unless for deadline in declared.deadlines if deadline.unless}
    for name, method in methods.items():
        place = place_of(method)
        if name.startswith(_BY_NAME):
            yield f"{place}: {name}: hooks are declared with @event.on or @stage.enter, not by name"
        if name not in SAID_ANEW and name in vocabulary:
            yield f"{place}: {name} hides a name of the vocabulary"
        is_guard = name.startswith(("is_", "has_"))
        if is_guard and name not in asked and not any(name in m.__code__.co_names for m in methods.values()):
            yield f"{place}: guard {name} guards nothing"
        if is_guard and not inspect.getdoc(method):
            yield f"{place}: guard {name} has no docstring to show as the reason"
        for clock in clocks_in(method):
            yield f"{place}: {name} asks {clock}: use self.now or self.today, which a replay gives again"
    yield from (f"there is no guard {guard}" for guard in sorted(asked - methods.keys()))


def _forms(declared: Declaration) -> Iterator[str]:
    for event, some in declared.transitions.items():
        place = some[0].spec.place
        if len({transition.form for transition in some}) > 1:
            yield f"{place}: {event} has several forms"
        form = some[0].form
        if form is not None:
            yield from (
                f"{place}: {fault}"
                for fault in (*_kept(declared, form), *faults_of_marks(declared, some, form))
            )
        for transition in some:
            if transition.is_start:
                yield from (f"{place}: {fault}" for fault in _start(declared, event, transition))


def _kept(declared: Declaration, form: type[Form]) -> Iterator[str]:
    fields = declared.case_type.model_fields
    for name in kept(form):
        there, of = fields.get(name), form.model_fields[name]
        if there is None:
            yield f"the case has no {name} to keep {form.__name__}.{name}"
        elif _plain(there.annotation) != _plain(of.annotation):
            yield f"{form.__name__}.{name} is {of.annotation}, the case's is {there.annotation}"


def _start(declared: Declaration, event: str, transition: Transition) -> Iterator[str]:
    fields = declared.case_type.model_fields
    asked = set(transition.form.model_fields) if transition.form else set[str]()
    if missing := {name for name, field in fields.items() if field.is_required()} - asked:
        yield f"a case started by {event} lacks {', '.join(sorted(missing))}"
    aside = in_history(transition.form) if transition.form else frozenset[str]()
    if lost := asked - fields.keys() - aside:
        yield (
            f"{event} asks for {', '.join(sorted(lost))}, which the case has no place for: add it to the case, or mark "
            "it InHistory[…]"
        )
    if kept_too := aside & fields.keys():
        yield f"{event} marks {', '.join(sorted(kept_too))} InHistory[…], and the case keeps it"


def _strange_hooks(declared: Declaration) -> Iterator[str]:
    """Hooks that the procedure would not find at itself."""
    put = [(one.spec.place, hook) for _, one in declared.all_transitions for hook in one.hooks]
    for stage in declared.stages.values():
        put += [(stage.place, hook) for hook in (*hooks_of(stage.enter), *hooks_of(stage.exit))]
    for place, hook in dict.fromkeys(put):
        if hook not in declared.methods:
            yield f"{place}: {hook} is of a class that {declared.name} doesn't name before Procedure"


def _hooks(declared: Declaration) -> Iterator[str]:
    """What hooks take must be what comes with their events."""
    for event, some in declared.transitions.items():
        for hook in dict.fromkeys(hook for transition in some for hook in transition.hooks):
            method, place = declared.methods[hook], place_of(declared.methods[hook])
            taken = declared.takes(hook)
            hints = get_type_hints(method, include_extras=False) if taken else {}
            if "form" in taken and (fault := _form_fault(declared, event, hook, hints.get("form", Any))):
                yield f"{place}: {fault}"
            if "outcome" in taken and (
                fault := _outcome_fault(declared, event, hook, hints.get("outcome", Any))
            ):
                yield f"{place}: {fault}"
            if "report" in taken and hints.get("report") not in (ChildReport, ChildReport | None):
                yield f"{place}: {hook} takes report: ChildReport | None"


def _form_fault(declared: Declaration, event: str, hook: str, wants: Any) -> str | None:
    form = declared.transitions[event][0].form
    allowed = {form} if form is None or not _sent_bare(declared, event) else {form, NoneType}
    takes = _choices(wants)
    if wants is Any or Form in takes:
        return None
    if form not in takes:
        return f"{hook} takes {wants}, {event} has {f'the form {form.__name__}' if form else 'no form'}"
    if missing := allowed - takes:
        return f"{hook} must take None too: the engine may send {event} without a form ({missing})"
    return None


def _outcome_fault(declared: Declaration, event: str, hook: str, wants: Any) -> str | None:
    takes = _choices(wants)
    outcomes: set[type[Any]] = set()
    for effect in declared.effects:
        if effect.then == event:
            outcomes.add(EFFECTS[effect.effect].success)
        if effect.otherwise == event:
            outcomes.add(EFFECTS[effect.effect].refusal)
    if not outcomes:
        return f"{hook} takes an outcome, and no effect's outcome sends {event}"
    if others := [
        one for one in outcomes if not any(isinstance(t, type) and issubclass(one, t) for t in takes)
    ]:
        names = ", ".join(sorted(one.__name__ for one in others))
        return f"{hook} takes the outcome {wants}, {event} may be sent with {names}"
    somebody = any(
        _is_sent_by_others(declared, event, transition) for transition in declared.transitions[event]
    )
    if somebody and NoneType not in takes:
        return f"{hook} must take None too: {event} may be sent without an outcome"
    return None


def _is_sent_by_others(declared: Declaration, event: str, transition: Transition) -> bool:
    spec = transition.spec
    by_deadline = any(d.sends and event in d.sends.names for d in declared.deadlines)
    by_child = any(event in link.answers for link in declared.links)
    return bool(spec.by or spec.clock or spec.rule or spec.every or by_deadline or by_child)


def _transitions(declared: Declaration) -> Iterator[str]:
    for event, transition in declared.all_transitions:
        spec, place = transition.spec, transition.spec.place
        if spec.heard_by and not _is_told(transition):
            yield f"{place}: {event}: heard_by= is for what others may say (by=), in a form that is a Told"
        if spec.on and not spec.by:
            yield f"{place}: {event} listens to {', '.join(map(str, spec.on))} from nobody: say by="
        for trigger in spec.on:
            if trigger.about and not _has(declared, trigger.about):
                yield f"{place}: {event} is found by {trigger.about}, which the case doesn't keep"
            elif trigger.about and not trigger.about.endswith(A_NUMBER):
                yield (
                    f"{place}: {event} is found by {trigger.about}: only an answer …{A_NUMBER} is a number to be "
                    "found by"
                )
        if spec.every is not None and not transition.is_start:
            yield f"{place}: {event}: only a start has every="
        if transition.source.final and {"not", "or"} & set(" ".join(transition.guard_expressions).split()):
            yield f"{place}: {event}: a record at an end takes guards joined by and alone"
        yield from _clock(declared, place, event, spec.clock)
    for deadline in declared.deadlines:
        yield from _clock(declared, deadline.place, deadline.key, deadline.limit)


def _is_told(transition: Transition) -> bool:
    spec = transition.spec
    others = any(not role.is_staff for role in spec.by - spec.heard_by)
    return others and transition.form is not None and issubclass(transition.form, Told)


def _clock(declared: Declaration, place: str, name: str, due: Due | Repeat | None) -> Iterator[str]:
    match due:
        case At(field=field) if not _is_moment(declared, field):
            yield f"{place}: {name}: the case has no moment {field}"
        case CaseSpan(field=field) if not _has(declared, field):
            yield f"{place}: {name}: the case has no number {field}"
        case Earliest(of=parts) | FirstKnown(of=parts):
            for part in parts:
                yield from _clock(declared, place, name, part)
        case _:
            return


def _stages(declared: Declaration) -> Iterator[str]:
    for stage in declared.stages.values():
        leaving = [one for _, one in declared.all_transitions if one.source is stage]
        mains = {str(event) for one in leaving if one.spec.main for event in one.events}
        if len(mains) > 1:
            yield f"{stage.place}: {stage.id}: {' and '.join(sorted(mains))} can't both be what is done as a rule"
        if stage.role and not any(transition.by & stage.role for transition in leaving):
            yield f"{stage.place}: {stage.id}: {' or '.join(sorted(stage.role))} can do nothing there"
        if _waits_for_nobody(stage, leaving):
            yield f"{stage.place}: {stage.id} waits for people and names no role"
        yield from _clock(declared, stage.place, stage.id, stage.due)
        for when, _ in stage.tell:
            yield from _clock(declared, stage.place, stage.id, when)
        for hook in hooks_of(stage.enter):
            if "outcome" in declared.takes(hook):
                yield f"{place_of(declared.methods[hook])}: {hook} takes an outcome: write @event.on, not @stage.enter"


def _waits_for_nobody(stage: Stage, leaving: list[Transition]) -> bool:
    if stage.role or stage.final or isinstance(stage, Entry):
        return False
    return all(
        any(role.is_staff for role in transition.by)
        and not transition.spec.clock
        and not any(role.is_feed for role in transition.by)
        for transition in leaving
    )


def _senders(declared: Declaration) -> Iterator[str]:
    for event, some in declared.transitions.items():
        specs = [transition.spec for transition in some]
        somebody = any(s.by or s.clock or s.rule or s.every for s in specs) or any(t.is_start for t in some)
        by_deadline = any(d.sends and event in d.sends.names for d in declared.deadlines)
        if not somebody and not _sent_by_engine(declared, event) and not by_deadline:
            yield f"{specs[0].place}: nothing sends {event}: no by=, no clock, no rule, no effect's outcome, no child"
    for effect in declared.effects:
        for event in (effect.then, effect.otherwise):
            if event and event not in declared.transitions:
                yield f"{effect.place}: {effect.method} sends {event}, which is no event"


def _sent_by_engine(declared: Declaration, event: str) -> bool:
    """Whether an effect's outcome, a child's end, or another case (SendEvent) sends it."""
    return (
        any(event in (effect.then, effect.otherwise) for effect in declared.effects)
        or any(event in link.answers for link in declared.links)
        or event in declared.signalled
    )


def _sent_bare(declared: Declaration, event: str) -> bool:
    """Whether the engine may send it without a form."""
    specs = [transition.spec for transition in declared.transitions[event]]
    return any(spec.clock or spec.rule for spec in specs) or _sent_by_engine(declared, event)


def _has(declared: Declaration, field: str) -> bool:
    case = declared.case_type
    return field in case.model_fields or isinstance(getattr(case, field, None), property)


def _is_moment(declared: Declaration, field: str) -> bool:
    kept_field = declared.case_type.model_fields.get(field)
    if kept_field is not None:
        plain = _plain(kept_field.annotation)
        return plain in (date, datetime) or "datetime" in str(kept_field.annotation).lower()
    return isinstance(getattr(declared.case_type, field, None), property)


def _choices(wants: Any) -> set[Any]:
    return set(get_args(wants)) if get_origin(wants) in (UnionType, Union) else {wants}


def _plain(annotation: Any) -> Any:
    """The plain type: without Optional and Annotated."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    args = [arg for arg in get_args(annotation) if arg is not NoneType]
    if NoneType in get_args(annotation) and len(args) == 1:
        return _plain(args[0])
    if get_origin(annotation) is not None and args:
        return get_origin(annotation), tuple(map(_plain, args))
    return annotation
