"""Every register: which procedures write it, and what reads it."""

from __future__ import annotations

import ast
from collections import defaultdict

from activities.registers.catalogue import REGISTERS
from activities.registers.contract import KeepRecord
from workflows.labels import Language, group_of, label
from workflows.language.procedure import Procedure
from workflows.language.source import syntax
from workflows.reference.phrases import listed, phrase
from workflows.registry import Registry


def registers(known: Registry, language: Language) -> str:
    """The page."""
    writers: defaultdict[str, list[type[Procedure]]] = defaultdict(list)
    for procedure in known:
        for register in written_by(procedure):
            writers[register].append(procedure)
    heads = (phrase(language, name) for name in ("register", "written_by", "read_by"))
    lines = [f"<!-- {phrase(language, 'generated')} -->", f"# {phrase(language, 'registers')}", ""]
    lines += [phrase(language, "registers_text"), "", f"| {' | '.join(heads)} |", "| --- | --- | --- |"]
    for register, readers in sorted(REGISTERS.items()):
        by = listed(language, [_link(procedure, language) for procedure in writers[register]])
        read = listed(language, [label("reader", reader, language) for reader in readers])
        lines.append(f"| {label('register', register, language)} `{register}` | {by} | {read} |")
    return "\n".join(lines) + "\n"


def written_by(procedure: type[Procedure]) -> tuple[str, ...]:
    """The registers that a procedure writes."""
    found: dict[str, None] = {}
    for method in procedure.declaration.methods.values():
        for node in ast.walk(syntax(method)):
            match node:
                case ast.Call(func=ast.Name(KeepRecord.__name__), keywords=keywords):
                    books = (word.value for word in keywords if word.arg == "book")
                    found |= {str(book.value): None for book in books if isinstance(book, ast.Constant)}
                case _:
                    pass
    return tuple(found)


def _link(procedure: type[Procedure], language: Language) -> str:
    title = label("procedure", procedure.key, language, procedure.key)
    return f"[{title}]({group_of(procedure)}/{procedure.key}.md)"
