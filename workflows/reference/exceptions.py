"""What every procedure has, and where one hasn't, with the reason: of all procedures in one table."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.labels import Context, Language, group_of, label
from workflows.language.leads import Without
from workflows.language.procedure import Procedure
from workflows.reference.phrases import GROUPS, group_title, listed, phrase
from workflows.registry import Registry


def exceptions(known: Registry, language: Language) -> str:
    """The page."""
    lines = [f"<!-- {phrase(language, 'generated')} -->", f"# {phrase(language, 'exceptions')}", ""]
    lines.append(phrase(language, "exceptions_text"))
    for group in GROUPS:
        rows = [
            f"| {' | '.join(_row(procedure, one, group, language))} |"
            for procedure in known
            if group_of(procedure) == group
            for one in procedure.declaration.exceptions
        ]
        if rows:
            heads = (phrase(language, name) for name in ("procedure", "not_asked", "where", "why"))
            lines += ["", f"## {group_title(language, group)}", ""]
            lines += [f"| {' | '.join(heads)} |", "| --- | --- | --- | --- |", *rows]
    return "\n".join(lines) + "\n"


def _row(procedure: type[Procedure], one: Without, group: str, language: Language) -> Iterator[str]:
    key, declared = procedure.key, procedure.declaration
    yield f"[{label('procedure', key, language, key)}]({group}/{key}.md)"
    yield phrase(language, f"lead_{one.lead}")
    contexts: dict[str, Context] = {
        name: "stage" if name in declared.stages else "action" for name in one.names
    }
    named = [label(context, name, language, key) for name, context in contexts.items()]
    yield listed(language, named) if named else phrase(language, "all_of_it")
    yield label("exception", one.because, language, key)
