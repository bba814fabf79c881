"""What an approval is of: whoever gives it sees that, and who changes it afterwards asks for the approval again.

The order in which stages are declared says which is earlier, as it does for ways back.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

from models.roles import Role
from workflows.language.declaration import Declaration
from workflows.language.forms import kept
from workflows.language.leads import left_out
from workflows.language.stages import Transition


def faults_of_approvals(declared: Declaration) -> Iterator[str]:
    """Where an approval could be given unseen, by whoever asked for it, or be overtaken by a change."""
    fields = declared.case_type
    for event, some in declared.transitions.items():
        for name in dict.fromkeys(name for one in some for name in one.spec.approves):
            if name not in fields.model_fields and not isinstance(getattr(fields, name, None), property):
                yield f"{some[0].spec.place}: {event} approves {name}, which the case doesn't keep"
    excepted = left_out(declared.exceptions, "second_person")
    for event in one_person_approves(declared):
        if event not in excepted:
            place = declared.transitions[event][0].spec.place
            yield f"{place}: who asked for it may send {event} too: say other_than="
    excepted = left_out(declared.exceptions, "approval_again")
    for event, changed in changes_after_approval(declared).items():
        if event not in excepted:
            place = declared.transitions[event][0].spec.place
            names = ", ".join(sorted(changed))
            yield (
                f"{place}: {event} changes {names} after the approval: lead to a stage before it, so that it is asked "
                "for again"
            )


def one_person_approves(declared: Declaration) -> tuple[str, ...]:
    """The events by which staff approve something, and that whoever asked for it may send."""
    return tuple(
        event
        for event, some in declared.transitions.items()
        if any(
            one.spec.approves and not one.spec.other_than and any(role.is_staff for role in one.by)
            for one in some
        )
    )


def judged_by(declared: Declaration, event: str, stage: str) -> tuple[str, ...]:
    """What of the case whoever sends this event from here judges: what it approves; or, where it is another answer to
    the same question, what is approved there otherwise.
    """
    here = declared.leaving(stage)
    ways = here.get(event, ())
    leads_on = any(one.goes_to != stage for one in ways)
    found = dict.fromkeys(name for one in ways for name in one.spec.approves)
    if not found and leads_on:
        who = frozenset[Role]().union(*(one.by for one in ways))
        found = dict.fromkeys(
            name for some in here.values() for one in some if one.by & who for name in one.spec.approves
        )
    return tuple(found)


def changes_after_approval(declared: Declaration) -> dict[str, frozenset[str]]:
    """By event, what people may change by it of what was approved, though nobody is asked again."""
    found: dict[str, frozenset[str]] = {}
    for _, approval in declared.all_transitions:
        judged = _stored(declared, approval.spec.approves)
        if not judged:
            continue
        order = {key: n for n, key in enumerate(declared.stages)}
        asked_at = order[approval.source.id]
        for key in _approved(declared, approval, order):
            for event, some in declared.leaving(key).items():
                for one in some:
                    asks_again = one.goes_to != key and order[one.goes_to] <= asked_at
                    if asks_again or not any(role.is_person for role in one.by) or one.spec.approves:
                        continue
                    if changed := judged & _changed_by(declared, one):
                        found[event] = found.get(event, frozenset()) | changed
    return found


def _approved(declared: Declaration, approval: Transition, order: dict[str, int]) -> frozenset[str]:
    """The stages where a case can stand while the approval holds."""
    asked_at = order[approval.source.id]
    found: set[str] = set()
    to_do = [approval.goes_to]
    while to_do:
        key = to_do.pop()
        if key in found:
            continue
        found.add(key)
        for some in declared.leaving(key).values():
            to_do += [one.goes_to for one in some if order[one.goes_to] > asked_at]
    return frozenset(found)


def _stored(declared: Declaration, names: tuple[str, ...]) -> frozenset[str]:
    """The fields of the case that these fields and properties say something of."""
    seen: set[str] = set()
    to_do = [*names]
    while to_do:
        name = to_do.pop()
        part: Any = getattr(declared.case_type, name, None)
        if name not in seen and isinstance(part, property) and part.fget is not None:
            to_do += [read for code in _codes_in(part.fget.__code__) for read in code.co_names]
        seen.add(name)
    return frozenset(seen & declared.case_type.model_fields.keys())


def _changed_by(declared: Declaration, one: Transition) -> frozenset[str]:
    """What a row changes of the case: the answers that it keeps, and what its hooks write."""
    found = set(kept(one.form)) if one.form is not None else set[str]()
    for hook in one.hooks:
        found |= _written_by(declared, hook, frozenset())
    return frozenset(found)


def _written_by(declared: Declaration, hook: str, seen: frozenset[str]) -> set[str]:
    method: Callable[..., Any] | None = declared.methods.get(hook)
    if method is None or hook in seen:
        return set()
    found = set[str]()
    for code in _codes_in(method.__code__):
        found |= {str(step.argval) for step in dis.get_instructions(code) if step.opname == "STORE_ATTR"}
        for called in declared.methods.keys() & {*code.co_names}:
            found |= _written_by(declared, called, seen | {hook})
    return found


def _codes_in(code: CodeType) -> Iterator[CodeType]:
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _codes_in(part)
