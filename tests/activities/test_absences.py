"""Absences: who has the tasks meanwhile, and who has them after that."""

from __future__ import annotations

import pytest

from activities.people.absences import give
from activities.people.contract import CoverAbsence, EndAbsence
from models.database import reading
from models.tables.cases import Task
from tests.activities.desk import NOON, Books

TODAY = NOON.date()


def away(books: Books, employee: str, stand_in: str, key: str) -> None:
    leave = CoverAbsence(
        employee=employee, stand_in=stand_in, first=TODAY, last=TODAY, kind_of_leave="annual"
    )
    assert books.do(leave, key).ok


def back(books: Books, key: str) -> None:
    assert books.do(EndAbsence(of=key), of=key).ok


def held_by(holder: str) -> Task:
    return Task(
        id="c-1/s",
        case="c-1",
        procedure="p",
        version=1,
        revision=1,
        turn=1,
        store="tmall",
        subject="s",
        stage="s",
        entered_at=NOON,
        open=True,
        claimed_by=holder,
    )


def holder_of_it(books: Books) -> str | None:
    with reading(books.engine) as session:
        return session.get_one(Task, "c-1/s").claimed_by


def test_a_stand_in_gets_the_tasks_and_gives_back_what_is_left(books: Books) -> None:
    with books.write() as session:
        for number in range(3):
            session.add(
                Task(
                    id=f"c-{number}/s",
                    case=f"c-{number}",
                    procedure="p",
                    version=1,
                    revision=1,
                    turn=1,
                    store="tmall",
                    subject="s",
                    stage="s",
                    entered_at=NOON,
                    open=number < 2,
                    claimed_by="wang",
                )
            )
    away = CoverAbsence(employee="wang", stand_in="li", first=TODAY, last=TODAY, kind_of_leave="annual")
    assert books.do(away, "2.1").data == {"tasks": 2}
    with books.write() as session:
        session.get_one(Task, "c-0/s").open = False
    assert books.do(EndAbsence(of="2.1"), of="2.1").data == {"tasks": 1}
    with reading(books.engine) as session:
        assert [session.get_one(Task, f"c-{number}/s").claimed_by for number in range(3)] == [
            "li",
            "wang",
            "wang",
        ]


def test_kind_48_who_is_away_is_given_nothing_meanwhile(books: Books) -> None:
    """The stand-in has it, or whoever stands in for that one; and it is theirs when they are back."""

    def away(employee: str, stand_in: str, key: str) -> None:
        cover = CoverAbsence(
            employee=employee, stand_in=stand_in, first=TODAY, last=TODAY, kind_of_leave="annual"
        )
        assert books.do(cover, key).ok

    def holder(employee: str) -> str:
        with books.write() as session:
            return give(session, "tmall", employee, [])

    assert holder("wang") == "wang"
    away("wang", "li", "2.1")
    away("li", "wu", "3.1")
    assert [holder(name) for name in ("wang", "li", "wu")] == ["wu", "wu", "wu"]
    away("wu", "wang", "4.1")
    assert holder("wang") == "wang"  # nobody of them is there
    assert books.do(EndAbsence(of="3.1"), of="3.1").ok
    assert holder("wang") == "li"


@pytest.mark.parametrize("first", ["wang", "li"])
def test_kind_48_a_task_comes_back_from_whoever_stands_in_for_the_stand_in(books: Books, first: str) -> None:
    with books.write() as session:
        session.add(held_by("wang"))
    away(books, "wang", "li", "2.1")
    away(books, "li", "wu", "3.1")
    assert holder_of_it(books) == "wu"
    for key in ("2.1", "3.1") if first == "wang" else ("3.1", "2.1"):
        back(books, key)
    assert holder_of_it(books) == "wang"


def test_kind_48_nor_does_the_stand_in_get_as_theirs_what_went_back(books: Books) -> None:
    with books.write() as session:
        session.add(held_by("wang"))
    away(books, "wang", "li", "2.1")
    away(books, "li", "wu", "3.1")
    back(books, "2.1")
    with books.write() as session:
        session.get_one(Task, "c-1/s").claimed_by = "wu"  # who is given it for good
    back(books, "3.1")
    assert holder_of_it(books) == "wu"


def test_kind_48_what_is_given_meanwhile_comes_back_by_two_stand_ins(books: Books) -> None:
    away(books, "wang", "li", "2.1")
    away(books, "li", "wu", "3.1")
    with books.write() as session:
        session.add(held_by(give(session, "tmall", "wang", ["c-1/s"])))
    assert holder_of_it(books) == "wu"
    back(books, "2.1")
    assert holder_of_it(books) == "wang"


def test_kind_48_who_is_away_by_another_absence_gets_nothing_yet(books: Books) -> None:
    with books.write() as session:
        session.add(held_by("wang"))
    away(books, "wang", "li", "2.1")
    away(books, "wang", "wu", "3.1")
    back(books, "2.1")
    assert holder_of_it(books) == "wu"
    back(books, "3.1")
    assert holder_of_it(books) == "wang"
