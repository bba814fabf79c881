"""What the code may say no with: the sentences in its source, so that each can be translated."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from models.faults import FAULTS

_ROOT = Path(__file__).resolve().parent.parent
_SHARED = (
    "models/values.py",
    "models/money.py",
    "models/spelling.py",
    "activities/*/*.py",
    "cases/starting.py",
    "api/completing.py",
    "api/events/delivery.py",
    "api/events/intake.py",
    "api/events/outcomes.py",
    "workflows/buying.py",
    "workflows/campaigning.py",
    "workflows/complaining.py",
    "workflows/consenting.py",
    "workflows/dispatching.py",
    "workflows/events_under_way.py",
    "workflows/exchanging.py",
    "workflows/ordering.py",
    "workflows/outside_words.py",
    "workflows/preshipping.py",
    "workflows/receiving.py",
    "workflows/returned_goods.py",
    "workflows/returning.py",
    "workflows/settling.py",
    "workflows/shared_forms.py",
    "workflows/shared_hooks.py",
    "workflows/shelf_counts.py",
    "workflows/shortages.py",
    "workflows/wholesaling.py",
    "workflows/language/engine.py",
    "workflows/language/filling.py",
    "workflows/language/forms.py",
    "workflows/language/hooks.py",
    "workflows/language/judging.py",
    "workflows/language/machine.py",
    "workflows/language/standing_in.py",
    "workflows/language/stopping.py",
    "workflows/language/undeclared.py",
    "workflows/language/waiting.py",
    "workflows/runner/gate.py",
    "workflows/runner/messages.py",
    "workflows/runner/state.py",
)
"""Where what every procedure may say stands."""
_SAY = {
    "sentence": 0, "Refusal": 0, "NotPossibleNow": 0, "NotYourRole": 0, "MovedOn": 0, "InvalidForm": 0,
    "UnknownAction": 0, "require": 1, "PydanticCustomError": 1, "refusal": 1, "NotAllowed": 1,
    "word": 0,
}  # fmt: skip
"""What says a sentence, and which of its arguments the sentence is."""
_BARE = ("{message}", "{reasons}", "{where}: {what}")
"""Templates without a word of their own."""
OF_PYDANTIC = (
    "Field required",
    "String should have at least {min_length} character{expected_plural}",
    "String should have at most {max_length} character{expected_plural}",
    "Input should be a valid number",
    "Input should be a valid number, unable to parse string as a number",
    "Input should be greater than {gt}",
    "Input should be greater than or equal to {ge}",
    "Input should be less than {lt}",
    "Input should be less than or equal to {le}",
    "Input should be {expected}",
    "Input should be a valid tuple",
    "Input should be a valid dictionary",
    "Input should be a valid date",
    "Input should be a valid date or datetime, {error}",
    "Input should be a valid date in the format YYYY-MM-DD, {error}",
    "Datetimes provided to dates should have zero time - e.g. be exact dates",
    "Input should be a valid datetime",
    "Input should be a valid datetime, {error}",
    "Input should be a valid datetime or date, {error}",
    "Input should have timezone info",
)
"""What pydantic says of single answers, by its templates. A tuple's length is told by the next two."""
OF_LENGTHS = (
    "{field_type} should have at least {min_length} item{expected_plural} after validation, not {actual_length}",
    "{field_type} should have at most {max_length} item{expected_plural} after validation, not {actual_length}",
)


@cache
def said_in(path: Path) -> tuple[str, ...]:
    """The templates of a file's sentences, each once, in the order of the source."""
    tree = ast.parse(path.read_text("utf-8"))
    texts = (node.value for node in _sentences(tree) if isinstance(node, ast.Constant))
    return tuple(dict.fromkeys(text for text in texts if isinstance(text, str)))


@cache
def unfit_in(path: Path) -> tuple[str, ...]:
    """A file's sentences that no catalogue can translate, as they are put together on the spot."""
    tree = ast.parse(path.read_text("utf-8"))
    return tuple(
        f"{path.name}:{node.lineno}: {ast.unparse(node)}"
        for node in _sentences(tree)
        if isinstance(node, ast.JoinedStr | ast.BinOp)
    )


@cache
def said_by_all() -> tuple[str, ...]:
    """The templates of what belongs to no procedure."""
    files = [path for pattern in _SHARED for path in sorted(_ROOT.glob(pattern))]
    ours = (template for path in files for template in said_in(path))
    return tuple(dict.fromkeys((*ours, *FAULTS, *OF_PYDANTIC, *OF_LENGTHS)))


def _sentences(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Name(name) | ast.Attribute(attr=name), arguments) if name in _SAY:
                if len(arguments) > _SAY[name]:
                    yield from _texts(arguments[_SAY[name]])
            case ast.Call(ast.Name("DeliveryResult"), _, named):
                yield from (text for one in named if one.arg == "reason" for text in _texts(one.value))
            case ast.Raise(ast.Call(ast.Name("ValueError"), [text])):
                yield from _texts(text)
            case ast.FunctionDef(name="problems"):
                for part in ast.walk(node):
                    if isinstance(part, ast.Yield) and isinstance(part.value, ast.Tuple):
                        yield from _texts(part.value.elts[1])
            case _:
                pass


def _texts(said: ast.expr) -> Iterator[ast.expr]:
    match said:
        case ast.IfExp(_, one, other):
            yield from (*_texts(one), *_texts(other))
        case ast.Constant(text) if text in _BARE:
            return
        case ast.Constant(str()):
            yield said
        case ast.JoinedStr() | ast.BinOp():
            yield said
        case _:
            return
