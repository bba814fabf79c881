"""State diagrams as Mermaid text: git hosts draw it, and a change of one row changes one line."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.labels import Language, label
from workflows.language.procedure import Procedure
from workflows.language.stages import Entry

_RESERVED = frozenset(
    {"end", "graph", "subgraph", "style", "class", "click", "default", "call", "flowchart", "link"}
)
"""What Mermaid takes for its own words."""


def chart(procedure: type[Procedure], language: Language) -> Iterator[str]:
    """The lines of the diagram. Records, which leave a case where it is, are not drawn."""
    yield "flowchart TD"
    for stage in procedure.declaration.stages.values():
        text = _quoted(label("stage", stage.id, language, procedure.key))
        if isinstance(stage, Entry):
            yield f"  {_node(stage.id)}(( ))"
        elif stage.final:
            yield f"  {_node(stage.id)}([{text}])"
        else:
            yield f"  {_node(stage.id)}[{text}]"
    ways: dict[tuple[str, str, bool], list[str]] = {}
    for event, moves in procedure.declaration.transitions.items():
        for move in moves:
            if move.source.id != move.goes_to:
                by_people = any(role.is_person for role in move.who)
                ways.setdefault((move.source.id, move.goes_to, by_people), []).append(event)
    for (source, target, by_people), events in ways.items():
        labels = dict.fromkeys(label("action", event, language, procedure.key) for event in events)
        arrow = "-->" if by_people else "-.->"
        yield f"  {_node(source)} {arrow}|{_quoted('<br>'.join(labels))}| {_node(target)}"


def _node(key: str) -> str:
    return f"{key}_" if key in _RESERVED else key


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "#quot;") + '"'
