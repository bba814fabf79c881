"""What books answer where a form asks them: each question of a contract has one function, in its subject's
`reading.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from models.book_reading import BookReading
from models.statements import found

Answer = Callable[..., Any]


@dataclass(frozen=True)
class Asked:
    """Of which store's books, and when."""

    session: Session
    store: str
    at: datetime

    def rows(self, statement: Any, **by: Any) -> list[Any]:
        """What a statement finds that names STORE or NOW. Forms are given often: a statement is built once."""
        return found(self.session, statement, {"store": self.store, "at": self.at, **by})

    def first(self, statement: Any, **by: Any) -> Any:
        """Its first row; None where there is none."""
        return next(iter(self.rows(statement, **by)), None)


STORE = cast("Any", bindparam("store"))
NOW = cast("Any", bindparam("at"))
"""The store whose books are asked, and the moment, in a statement that is built once."""

_answers: dict[BookReading, Answer] = {}


def answers(question: BookReading) -> Callable[[Answer], Answer]:
    """The function answers that question: it takes `Asked` and what the question is asked with, and returns None where
    the book knows nothing.
    """

    def register(function: Answer) -> Answer:
        _answers[question] = function
        return function

    return register


def answered() -> frozenset[BookReading]:
    """The questions that have an answer."""
    return frozenset(_answers)


def answer_to(question: BookReading) -> Answer:
    """The function that answers it. LookupError where nobody does."""
    if question not in _answers:
        raise LookupError(f"nobody answers {question.name}")
    return _answers[question]


def books_at(asked: Asked) -> Callable[[BookReading, Mapping[str, Any]], Any]:
    """Answers questions to the store's books, each once. LookupError for a question that nobody answers."""
    known: dict[tuple[BookReading, tuple[Any, ...]], Any] = {}

    def ask(question: BookReading, by: Mapping[str, Any]) -> Any:
        key = question, tuple(by[name] for name in question.by)
        if key not in known:
            known[key] = answer_to(question)(asked, **by)
        return known[key]

    return ask
