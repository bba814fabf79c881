"""All pages of the reference, and the list of them in each language."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.labels import LANGUAGES, Language, group_of, label
from workflows.language.procedure import Procedure
from workflows.reference.exceptions import exceptions
from workflows.reference.pages import Page, summary
from workflows.reference.phrases import GROUPS, group_title, listed, phrase
from workflows.reference.registers import registers
from workflows.reference.rights import rights
from workflows.registry import Registry


def pages(known: Registry) -> dict[str, str]:
    """The text of every page by its path: `en/after_sales/return_refund.md`. The same declarations, the same text."""
    written = {f"{language}/README.md": _index(known, language) for language in LANGUAGES}
    written |= {f"{language}/rights.md": rights(known, language) for language in LANGUAGES}
    written |= {f"{language}/exceptions.md": exceptions(known, language) for language in LANGUAGES}
    written |= {f"{language}/registers.md": registers(known, language) for language in LANGUAGES}
    for procedure in known:
        for language in LANGUAGES:
            path = f"{language}/{group_of(procedure)}/{procedure.key}.md"
            written[path] = Page(procedure, known, language).text()
    return written


def _index(known: Registry, language: Language) -> str:
    groups: dict[str, list[type[Procedure]]] = {group: [] for group in GROUPS}
    for procedure in known:
        groups.setdefault(group_of(procedure), []).append(procedure)
    lines = [f"<!-- {phrase(language, 'generated')} -->", f"# {phrase(language, 'title')}"]
    lines += ["", f"[{phrase(language, 'rights')}](rights.md)"]
    lines += ["", f"[{phrase(language, 'exceptions')}](exceptions.md)"]
    lines += ["", f"[{phrase(language, 'registers')}](registers.md)"]
    for group, procedures in groups.items():
        if procedures:
            lines += ["", f"## {group_title(language, group)}", "", *_table(procedures, group, language)]
    return "\n".join(lines) + "\n"


def _table(procedures: list[type[Procedure]], group: str, language: Language) -> Iterator[str]:
    heads = (phrase(language, name) for name in ("procedure", "summary", "starts_on"))
    yield f"| {' | '.join(heads)} |"
    yield "| --- | --- | --- |"
    for procedure in procedures:
        title = label("procedure", procedure.key, language, procedure.key)
        link = f"[{title}]({group}/{procedure.key}.md) `{procedure.key}`"
        yield f"| {link} | {summary(procedure, language)} | {_starts(procedure, language)} |"


def _starts(procedure: type[Procedure], language: Language) -> str:
    starts = [move for moves in procedure.declaration.transitions.values() for move in moves if move.is_start]
    return listed(
        language,
        [
            *(label("role", role, language) for move in starts for role in sorted(move.by)),
            *(f"`{heard.topic}`" for move in starts for heard in move.spec.on),
            *(
                phrase(language, "cron", cron=c)
                for move in starts
                if move.spec.every
                for c in move.spec.every.crons
            ),
        ],
    ) or phrase(language, "by_case")
