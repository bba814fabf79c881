"""Every message that a procedure sends has a template, all of whose places it fills, and is expected by a test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from activities.messages.templates import templates

PROCEDURES = sorted((Path(__file__).parents[2] / "workflows" / "procedures").glob("*/[a-z]*.py"))


def asked(tree: ast.Module) -> Iterator[tuple[int, str, set[str] | None]]:
    """Line, template and fields of each message; None where the fields aren't written out."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        named = {word.arg: word.value for word in node.keywords if word.arg}
        spread = any(word.arg is None for word in node.keywords)
        if isinstance(node.func, ast.Name) and node.func.id in {"Message", "Notify", "MessageAudience"}:
            template, fields = named.get("template"), _keys(named.get("data"))
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "tell" and len(node.args) == 2:
            template, fields = node.args[1], None if spread else set(named)
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "say" and node.args:
            template, fields = node.args[0], None
        else:
            continue
        if isinstance(template, ast.Constant):
            yield node.lineno, str(template.value), fields


def _keys(data: ast.expr | None) -> set[str] | None:
    match data:
        case None:
            return set()
        case ast.Dict(keys=keys) if all(isinstance(key, ast.Constant) for key in keys):
            return {str(key.value) for key in keys if isinstance(key, ast.Constant)}
        case _:
            return None


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda path: path.stem)
def test_messages_have_words(procedure: Path) -> None:
    faults: list[str] = []
    for line, key, fields in asked(ast.parse(procedure.read_text("utf-8"))):
        template = templates().get(key)
        if template is None:
            faults.append(f"{procedure.name}:{line}: no message is called {key}")
        elif fields is not None and (unfilled := template.places - fields):
            faults.append(f"{procedure.name}:{line}: {key} isn't told {', '.join(sorted(unfilled))}")
    assert faults == []


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda path: path.stem)
def test_every_message_is_expected_by_the_test_of_its_procedure(procedure: Path) -> None:
    expectations = Path(__file__).parent / procedure.parent.name / f"test_{procedure.name}"
    words = set(re.findall(r'"(\w+)(?: to \w+)?"', expectations.read_text("utf-8")))
    unexpected = {key for _, key, _ in asked(ast.parse(procedure.read_text("utf-8")))} - words
    assert unexpected == set(), f"name in MESSAGES of {expectations.name} the event that sends them"
