"""Who reads and who acts, of all procedures in one table."""

from __future__ import annotations

from collections.abc import Iterator

from models.roles import STAFF_ROLES, PartyKind, Role
from workflows.labels import Language, group_of, label
from workflows.language.procedure import Procedure
from workflows.reference.phrases import GROUPS, group_title, listed, phrase
from workflows.registry import Registry


def rights(known: Registry, language: Language) -> str:
    """The page."""
    groups: dict[str, list[type[Procedure]]] = {group: [] for group in GROUPS}
    for procedure in known:
        groups.setdefault(group_of(procedure), []).append(procedure)
    lines = [f"<!-- {phrase(language, 'generated')} -->", f"# {phrase(language, 'rights')}", ""]
    lines.append(phrase(language, "rights_text"))
    for group, procedures in groups.items():
        if procedures:
            lines += ["", f"## {group_title(language, group)}", ""]
            heads = (phrase(language, name) for name in ("procedure", "reads_all", "reads_own", "acts"))
            lines += [f"| {' | '.join(heads)} |", "| --- | --- | --- | --- |"]
            lines += (f"| {' | '.join(_row(procedure, group, language))} |" for procedure in procedures)
    return "\n".join(lines) + "\n"


def _row(procedure: type[Procedure], group: str, language: Language) -> Iterator[str]:
    declared = procedure.declaration
    title = label("procedure", procedure.key, language, procedure.key)
    yield f"[{title}]({group}/{procedure.key}.md)"
    yield _readers(declared.seen_by, language)
    yield listed(language, [_party(kind, names, language) for kind, names in declared.parties.items()])
    yield "<br>".join(_acting(procedure, language))


def _readers(roles: frozenset[Role], language: Language) -> str:
    others = [label("role", role, language) for role in sorted(roles - STAFF_ROLES)]
    if roles >= STAFF_ROLES:
        return listed(language, [phrase(language, "all_staff"), *others])
    return listed(language, [label("role", role, language) for role in sorted(roles)])


def _party(kind: PartyKind, names: tuple[str, ...], language: Language) -> str:
    who = phrase(language, f"party_{kind}")
    if not names:
        return phrase(language, "party_of_parent", who=who)
    return phrase(language, "party_in", who=who, fields=", ".join(f"`{name}`" for name in names))


def _acting(procedure: type[Procedure], language: Language) -> Iterator[str]:
    acts: dict[Role, dict[str, None]] = {}
    for event, one in procedure.declaration.all_transitions:
        for role in one.by:
            acts.setdefault(role, {})[event] = None
    for role, events in sorted(acts.items()):
        done = listed(language, [label("action", event, language, procedure.key) for event in events])
        yield phrase(language, "acts_as", role=label("role", role, language), actions=done)
