"""What must hold of the marks of a form's fields; checked with the rest of a declaration."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.language.declaration import Declaration
from workflows.language.forms import Form
from workflows.language.sources import OfBook, Source, rows_of_form, sources_of
from workflows.language.stages import Transition


def faults_of_marks(declared: Declaration, some: tuple[Transition, ...], form: type[Form]) -> Iterator[str]:
    """What they name must be there. Of a start there is no case yet."""
    is_start = any(one.is_start for one in some)
    from_outside = any(one.spec.on for one in some)
    for name, source in sources_of(form).items():
        where = f"{form.__name__}.{name}"
        for path in () if is_start else _of_case(name, source):
            if not _has(declared, path):
                yield f"{where} is marked by {path}, which the case doesn't have"
        if source.kind == "rows" and name not in rows_of_form(form):
            yield f"{where} has rows of the case, and no field of a row says what it takes from them"
        for question in source.questions:
            yield from (f"{where} {fault}" for fault in _question(declared, form, question))
        is_filled_in = source.kind == "known" and source.asks is not None
        if is_filled_in and from_outside and form.model_fields[name].is_required():
            yield f"{where} is for a book to fill in, and a message brings the form: nobody asks a book for it"


def _of_case(name: str, source: Source) -> Iterator[str]:
    """Which of the case's answers and properties a mark names."""
    if source.of == "case" and source.kind not in ("bounded", "checked"):
        yield source.path or name
    elif source.of == "case" and source.path:
        yield source.path
    for bound in (source.at_least, source.at_most):
        if isinstance(bound, str) and bound not in ("", "now"):
            yield bound


def _question(declared: Declaration, form: type[Form], question: OfBook) -> Iterator[str]:
    for _, path in question.by:
        if path not in form.model_fields and path != "subject" and not _has(declared, path):
            yield f"asks {question.reading.name} with {path}, which neither form nor case has"


def _has(declared: Declaration, path: str) -> bool:
    name = path.partition(".")[0]
    return name in declared.case_type.model_fields or hasattr(declared.case_type, name)
