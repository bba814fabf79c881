"""What a procedure's hooks ask for, found in their syntax: there is no second description of it.

Ordinary Python is followed: local variables, choices, methods of the procedure that return an effect. What can't be
followed is refused in a sentence, so that no effect is missing from the definition.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from types import CodeType
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from activities.messages.contract import Notify
from activities.messages.templates import TemplateError, template
from models.effect import Effect
from workflows.language.declaration import Declaration, DeclaredEffect, place_of
from workflows.language.refusals import BadProcedure
from workflows.language.stages import hooks_of

_CLOCKS = frozenset({"datetime", "date", "time", "random", "uuid", "secrets", "os", "socket"})
_ASKS_THE_CLOCK = frozenset(
    {"now", "utcnow", "today", "time", "monotonic", "random", "choice", "uuid4", "getenv"}
)
_ASKS_FOR_EFFECTS = frozenset({"do", "tell", "undo", "make_permanent"})


def methods_of(cls: type) -> dict[str, Callable[..., Any]]:
    """The functions that a class itself declares."""
    return {name: method for name, method in vars(cls).items() if inspect.isfunction(method)}


def effects_of(declared: Declaration) -> tuple[DeclaredEffect, ...]:
    """All that the hooks of a procedure ask of the outside world, in the order of its source.

    Raises BadProcedure where an effect can't be found without running the hook.
    """
    callers: dict[str, set[str]] = {}
    for name, method in declared.methods.items():
        if names_in(method.__code__).isdisjoint(declared.methods):
            continue  # to walk its syntax takes longer
        for called in _methods_called(syntax(method)):
            callers.setdefault(called, set()).add(name)

    def when(name: str, seen: frozenset[str] = frozenset()) -> Iterator[str]:
        yield from (
            event for event, some in declared.transitions.items() if any(name in t.hooks for t in some)
        )
        yield from (
            s.id for s in declared.stages.values() if name in hooks_of(s.enter) or name in hooks_of(s.exit)
        )
        for caller in sorted(callers.get(name, set()) - seen - {name}):
            yield from when(caller, seen | {name})

    return tuple(
        replace(found, when=tuple(dict.fromkeys(when(name))))
        for name, method in declared.methods.items()
        for found in _Hook(declared.methods, name, method).effects()
    )


@dataclass(frozen=True)
class _Hook:
    """One method of a procedure, as it is read."""

    methods: Mapping[str, Callable[..., Any]]
    name: str
    method: Callable[..., Any]

    def effects(self) -> Iterator[DeclaredEffect]:
        if names_in(self.method.__code__).isdisjoint(_ASKS_FOR_EFFECTS):
            return
        for call in (node for node in ast.walk(self._body) if isinstance(node, ast.Call)):
            match call:
                case ast.Call(func=ast.Attribute(value=ast.Name("self"), attr="do"), args=[effect]):
                    yield from self._done(call, effect)
                case ast.Call(func=ast.Attribute(value=ast.Name("self"), attr="do")):
                    raise self._fault(
                        call, "self.do(…) takes one effect, and then=, otherwise= and known answers"
                    )
                case ast.Call(func=ast.Attribute(value=ast.Name("self"), attr="tell")):
                    self._check_words(call, Notify, dict(zip(("role", "template"), call.args, strict=False)))
                    yield self._declared(call, "Notify")
                case ast.Call(
                    func=ast.Attribute(value=ast.Name("self"), attr="undo" | "make_permanent" as what),
                    args=kinds,
                ):
                    for kind in kinds:
                        effect = self._effect_class(call, kind)
                        if what == "undo" and effect.undone_by is None:
                            raise self._fault(
                                call, f"{effect.kind()} can't be undone: its contract names no undone_by"
                            )
                        yield replace(self._declared(call, effect.kind()), what=cast("Any", what))
                case _:
                    pass

    def _done(self, call: ast.Call, asked: ast.expr) -> Iterator[DeclaredEffect]:
        sends = {k.arg: tuple(self._events(k.value)) for k in call.keywords if k.arg in ("then", "otherwise")}
        known = any(k.arg not in ("then", "otherwise") for k in call.keywords)
        for kind in dict.fromkeys(self._effects_in(asked)):
            for then in sends.get("then", (None,)):
                for otherwise in sends.get("otherwise", (None,)):
                    found = self._declared(call, kind)
                    yield replace(found, then=then, otherwise=otherwise, has_known_answers=known)

    def _declared(self, node: ast.AST, effect: str) -> DeclaredEffect:
        return DeclaredEffect(self.name, self._place(node), (), "do", effect)

    def _effects_in(self, value: ast.expr, seen: frozenset[str] = frozenset()) -> Iterator[str]:
        """The kinds of effect that an expression may be."""
        match value:
            case ast.Call(func=ast.Name()):
                effect = self._effect_class(value, value.func)
                self._check_words(value, effect, {k.arg: k.value for k in value.keywords if k.arg})
                self._check_fields(value, effect)
                yield effect.kind()
            case ast.Call(func=ast.Attribute(value=ast.Name("self"), attr=name)) if name in self.methods:
                other = _Hook(self.methods, name, self.methods[name])
                yield from other.effects_returned(seen | {self.name})
            case ast.IfExp(body=body, orelse=orelse):
                yield from self._effects_in(body, seen)
                yield from self._effects_in(orelse, seen)
            case ast.Name(name):
                for found in self._values_of(value, name):
                    yield from self._effects_in(found, seen)
            case _:
                raise self._fault(
                    value,
                    f"which effect {ast.unparse(value)} is can't be read here: write self.do(TheEffect(…)), or a local "
                    "variable or method of the procedure that is one",
                )

    def effects_returned(self, seen: frozenset[str]) -> Iterator[str]:
        """The kinds of effect that a method returns."""
        if self.name in seen:
            return
        returns = [node.value for node in ast.walk(self._body) if isinstance(node, ast.Return) and node.value]
        if not returns:
            raise self._fault(self._body, f"{self.name} returns no effect")
        for value in returns:
            yield from self._effects_in(value, seen)

    def _values_of(self, node: ast.AST, name: str) -> list[ast.expr]:
        """What a local variable may hold: the values assigned to it, or what a loop runs over."""
        found: list[ast.expr] = []
        for one in ast.walk(self._body):
            match one:
                case ast.Assign(targets=[ast.Name(target)], value=value) if target == name:
                    found.append(value)
                case ast.AnnAssign(target=ast.Name(target), value=ast.expr() as value) if target == name:
                    found.append(value)
                case ast.NamedExpr(target=ast.Name(target), value=value) if target == name:
                    found.append(value)
                case ast.For(target=ast.Name(target), iter=ast.Tuple(elts=parts) | ast.List(elts=parts)) if (
                    target == name
                ):
                    found += parts
                case _:
                    pass
        if not found:
            raise self._fault(node, f"what {name} holds can't be read here: it isn't assigned in {self.name}")
        return found

    def _events(self, value: ast.expr) -> Iterator[str | None]:
        """The events that `then=` or `otherwise=` may name."""
        match value:
            case ast.Attribute(value=ast.Name("self"), attr=event):
                yield event
            case ast.Constant(value=None):
                yield None
            case ast.IfExp(body=body, orelse=orelse):
                yield from self._events(body)
                yield from self._events(orelse)
            case ast.Name(name):
                for found in self._values_of(value, name):
                    yield from self._events(found)
            case _:
                raise self._fault(
                    value, f"which event {ast.unparse(value)} is can't be read here: write self.its_name"
                )

    def _effect_class(self, node: ast.AST, value: ast.expr) -> type[Effect]:
        found = self.method.__globals__.get(value.id) if isinstance(value, ast.Name) else None
        if not (isinstance(found, type) and issubclass(found, Effect)):
            raise self._fault(node, f"{ast.unparse(value)} is no effect")
        return found

    def _check_fields(self, call: ast.Call, effect: type[Effect]) -> None:
        named = {k.arg for k in call.keywords}
        if None in named:  # **fields: found when it runs
            return
        fields = effect.model_fields
        if wrong := sorted(str(name) for name in named - fields.keys()):
            raise self._fault(call, f"{effect.kind()} has no field {wrong[0]}; it has {', '.join(fields)}")
        if missing := sorted(n for n, field in fields.items() if field.is_required() and n not in named):
            raise self._fault(call, f"{effect.kind()} lacks {', '.join(missing)}")

    def _check_words(self, call: ast.Call, effect: type[Effect], given: Mapping[str, ast.expr]) -> None:
        """Texts that are written out must be what the contract takes; a message's template must be there."""
        for name, value in given.items():
            if (
                isinstance(value, ast.Constant)
                and isinstance(value.value, str)
                and name in effect.model_fields
            ):
                try:
                    _adapter(effect, name).validate_python(value.value)
                    if name == "template":
                        template(value.value)
                except ValidationError as error:
                    why = error.errors()[0]["msg"].removeprefix("Value error, ")
                    raise self._fault(
                        call, f"{effect.kind()}.{name} can't be {value.value!r}: {why}"
                    ) from None
                except TemplateError as error:
                    raise self._fault(call, str(error)) from None

    @property
    def _body(self) -> ast.FunctionDef:
        return syntax(self.method)

    def _place(self, node: ast.AST) -> str:
        return place_of(self.method, getattr(node, "lineno", None))

    def _fault(self, node: ast.AST, sentence: str) -> BadProcedure:
        return BadProcedure(f"{self._place(node)}: {sentence}")


def clocks_in(method: Callable[..., Any]) -> list[str]:
    """What a method takes from a clock, chance or its surroundings; the runner gives the time, and nothing else is
    the same when a history is replayed.
    """
    code = method.__code__
    found: list[str] = []
    for name in code.co_names:
        thing = method.__globals__.get(name)
        home = thing.__name__ if inspect.ismodule(thing) else getattr(thing, "__module__", None)
        if home in _CLOCKS and (inspect.ismodule(thing) or inspect.isclass(thing)):
            found += [f"{name}.{used}" for used in code.co_names if used in _ASKS_THE_CLOCK]
    return found


@cache
def _adapter(effect: type[Effect], field: str) -> TypeAdapter[Any]:
    info = effect.model_fields[field]
    return TypeAdapter(info.rebuild_annotation())


def _methods_called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("self"), attr=name)):
                yield name
            case _:
                pass


def syntax(method: Callable[..., Any]) -> ast.FunctionDef:
    """The function as it is written."""
    code = inspect.unwrap(method).__code__
    lines, _ = inspect.findsource(code)
    return _functions_in("".join(lines))[code.co_firstlineno]


def names_in(code: CodeType) -> frozenset[str]:
    """The attributes and globals that a function names, and whatever is defined in it."""
    inner = (one for one in code.co_consts if isinstance(one, CodeType))
    return frozenset(code.co_names).union(*map(names_in, inner))


@lru_cache(maxsize=1)
def _functions_in(source: str) -> dict[int, ast.FunctionDef]:
    """The functions of a file by their first line, a decorator's where there is one. A procedure's methods are read one
    after the other: the file is parsed once for all of them, and nothing of it is kept when the next one comes.
    """
    functions = _functions(ast.parse(source).body)
    return {min(line.lineno for line in (one, *one.decorator_list)): one for one in functions}


def _functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef]:
    """Those of a block and of the blocks in it: expressions hold none, and most of a file is expressions."""
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield node
        for block in ("body", "orelse", "finalbody"):
            yield from _functions(getattr(node, block, []))


def shape(method: Callable[..., Any]) -> str:
    """What the function does: without decorators, docstring, comments and layout. All Pythons agree on it."""
    tree = syntax(method)
    body = tree.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and len(body) > 1:
        body = body[1:]
    return f"{tree.name}({_written(tree.args)}):" + ";".join(map(_written, body))


def _written(node: Any) -> str:
    """A syntax tree in one spelling; what newer versions of Python add to it, and hold nothing, is left out."""
    match node:
        case ast.AST():
            parts = (
                (name, getattr(node, name, None)) for name in node._fields if name not in ("ctx", "kind")
            )
            fields = ",".join(f"{name}={_written(value)}" for name, value in parts if value not in (None, []))
            return f"{type(node).__name__}({fields})"
        case list():
            return f"[{','.join(map(_written, cast('list[Any]', node)))}]"
        case _:
            return repr(node)
