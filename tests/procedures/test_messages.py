"""Every message that a procedure sends has a template, all of whose places it fills, and is expected by a test."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from activities.messages.templates import templates
from tests.scenario import documented
from workflows.language.procedure import Procedure
from workflows.language.source import syntax

each_procedure = pytest.mark.parametrize("procedure", documented(), ids=lambda one: one.key)


def asked(procedure: type[Procedure]) -> Iterator[tuple[str, str, set[str] | None]]:
    """Place, template and fields of each message of its file, and of what it shares with others; None where the fields
    aren't written out.
    """
    file = Path(inspect.getfile(procedure))
    yield from _asked(file.name, ast.parse(file.read_text("utf-8")))
    for method in procedure.declaration.methods.values():
        home = Path(method.__code__.co_filename)
        if home != file:
            yield from _asked(home.name, syntax(method))


def _asked(file: str, tree: ast.AST) -> Iterator[tuple[str, str, set[str] | None]]:
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
            yield f"{file}:{node.lineno}", str(template.value), fields


def _keys(data: ast.expr | None) -> set[str] | None:
    match data:
        case None:
            return set()
        case ast.Dict(keys=keys) if all(isinstance(key, ast.Constant) for key in keys):
            return {str(key.value) for key in keys if isinstance(key, ast.Constant)}
        case _:
            return None


@each_procedure
def test_messages_have_words(procedure: type[Procedure]) -> None:
    faults: list[str] = []
    for place, key, fields in asked(procedure):
        template = templates().get(key)
        if template is None:
            faults.append(f"{place}: no message is called {key}")
        elif fields is not None and (unfilled := template.places - fields):
            faults.append(f"{place}: {key} isn't told {', '.join(sorted(unfilled))}")
    assert faults == []


def test_kind_60_what_can_be_unsubscribed_from_asks_who_has_refused() -> None:
    """`Message` asks nobody: it is for what concerns an order."""
    advertising = {key for key, one in templates().items() if "TD" in one.words["en"].body} - {"ads_wanted"}
    assert advertising == {"greeting", "survey"}
    for procedure in documented():
        for node in ast.walk(ast.parse(Path(inspect.getfile(procedure)).read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name("Message"), keywords=said):
                    templated = {word.value.value for word in said if isinstance(word.value, ast.Constant)}
                    assert advertising.isdisjoint(templated), f"{procedure.key}: MessageAudience asks first"
                case _:
                    pass


@each_procedure
def test_every_message_is_expected_by_the_test_of_its_procedure(procedure: type[Procedure]) -> None:
    file = Path(inspect.getfile(procedure))
    expectations = Path(__file__).parent / file.parent.name / f"test_{file.name}"
    words = set(re.findall(r'"(\w+)(?: to \w+)?"', expectations.read_text("utf-8")))
    unexpected = {key for _, key, _ in asked(procedure)} - words
    assert unexpected == set(), f"name in MESSAGES of {expectations.name} the event that sends them"
