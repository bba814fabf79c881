"""What a procedure's hooks ask for, read from their source: there is no second description of it."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from workflows.language.machine import Procedure


@dataclass(frozen=True)
class Asked:
    """One `self.do(…)`, `self.undo(…)` or `self.make_permanent(…)` of a hook."""

    method: str
    when: tuple[str, ...]
    """The events and stages whose hooks lead there."""
    what: Literal["do", "undo", "make_permanent"]
    effect: str
    then: str | None = None
    otherwise: str | None = None
    tells: bool = False
    """Whether the outcome's event is told more than the outcome."""


@cache
def asked_by(cls: type[Procedure]) -> tuple[Asked, ...]:
    """All that the hooks of a procedure ask of the outside world, in the order of its source."""
    methods = methods_of(cls)
    callers: dict[str, set[str]] = {}
    for name, method in methods.items():
        for called in re.findall(r"self\.(\w+)\(", inspect.getsource(method)):
            callers.setdefault(called, set()).add(name)

    def when(name: str, seen: frozenset[str] = frozenset()) -> Iterator[str]:
        yield from (e for e, moves in cls.rows.items() if any(name in hooks_of(m.on) for m in moves))
        yield from (
            s.id for s in cls.stages_by_key.values() if name in hooks_of(s.enter) or name in hooks_of(s.exit)
        )
        for caller in sorted(callers.get(name, set()) - seen - {name}):
            yield from when(caller, seen | {name})

    return tuple(
        found
        for name, method in methods.items()
        for found in _asked_in(name, method, tuple(dict.fromkeys(when(name))))
    )


def methods_of(cls: type) -> dict[str, Callable[..., Any]]:
    return {name: method for name, method in vars(cls).items() if inspect.isfunction(method)}


def hooks_of(specs: Any) -> list[str]:
    """The names of the hooks that decorators have put on a row or stage."""
    return [spec.attr_name for spec in specs if not spec.is_convention]


def _asked_in(name: str, method: Callable[..., Any], when: tuple[str, ...]) -> Iterator[Asked]:
    for node in ast.walk(syntax(method)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name("self"), attr="do"), args=[effect], keywords=keywords
            ):
                sends = {k.arg: k.value.attr for k in keywords if isinstance(k.value, ast.Attribute)}
                for kind in _effects_in(effect):
                    yield Asked(
                        name,
                        when,
                        "do",
                        kind,
                        then=sends.get("then"),
                        otherwise=sends.get("otherwise"),
                        tells=any(k.arg not in ("then", "otherwise") for k in keywords),
                    )
            case ast.Call(func=ast.Attribute(value=ast.Name("self"), attr="tell")):
                yield Asked(name, when, "do", "Notify")
            case ast.Call(
                func=ast.Attribute(value=ast.Name("self"), attr="undo" | "make_permanent" as what), args=kinds
            ):
                for kind in kinds:
                    if isinstance(kind, ast.Name):
                        yield Asked(name, when, "undo" if what == "undo" else "make_permanent", kind.id)
            case _:
                pass


def _effects_in(effect: ast.expr) -> Iterator[str]:
    """`E(…)`, or `E(…) if … else F(…)`."""
    match effect:
        case ast.Call(func=ast.Name(kind)):
            yield kind
        case ast.IfExp(body=body, orelse=orelse):
            yield from _effects_in(body)
            yield from _effects_in(orelse)
        case _:
            pass


def syntax(method: Callable[..., Any]) -> ast.Module:
    return ast.parse(textwrap.dedent(inspect.getsource(method)))


def bare_source(method: Callable[..., Any]) -> str:
    """The code without decorators, docstring, comments and layout; the same in all versions of Python."""
    source = textwrap.dedent(inspect.getsource(method))
    tree = ast.parse(source).body[0]
    assert isinstance(tree, ast.FunctionDef)
    body = tree.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and len(body) > 1:
        body = body[1:]
    lines = source.splitlines()[body[0].lineno - 1 : body[-1].end_lineno]
    text = "\n".join(re.sub(r"(^|\s)#.*$", "", line) for line in lines)
    return f"{tree.name}({ast.unparse(tree.args)}):" + re.sub(r",(?=[)\]}])", "", re.sub(r"\s+", "", text))
