"""What databases are asked: through SQLAlchemy, and past it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from models.statements import _Compiled

Note = Callable[[str, Any], None]


@contextmanager
def noted(engine: Engine | type[Engine], note: Note) -> Generator[None]:
    """Have `note` called meanwhile with each statement and its parameters; those past SQLAlchemy are of any engine."""
    values, expanded = _Compiled.values, _Compiled.expanded

    def through(_connection: Any, _cursor: Any, statement: str, given: Any, _: Any, many: bool) -> None:  # noqa: FBT001
        note(statement, given[0] if many else given)

    def past(compiled: _Compiled, given: Any) -> Any:
        note(compiled.text, found := values(compiled, given))
        return found

    def past_with_lists(compiled: _Compiled, given: Any) -> Any:
        note(*(found := expanded(compiled, given)))
        return found

    event.listen(engine, "before_cursor_execute", through)
    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(_Compiled, "values", past)
            patched.setattr(_Compiled, "expanded", past_with_lists)
            yield
    finally:
        event.remove(engine, "before_cursor_execute", through)
