"""Points, commission and credit notes: what goes back with the money."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from activities.members.contract import AdjustPoints, EarnPoints, SetMember, SpendPoints, TakePointsBack
from activities.money.contract import ReverseBenefits
from models.database import reading
from models.tables.members import Member
from models.values import Money, yuan
from tests.activities.desk import Books
from tests.activities.test_money import pay


def test_benefits_go_back_with_the_money(books: Books) -> None:
    pay(books)
    assert not books.do(EarnPoints(order="SO-1", member="M-1", points=10)).ok
    books.do(SetMember(member="M-1", name="Li Lei"))
    assert books.do(EarnPoints(order="SO-1", member="M-1", points=10)).data == {"points": 10}
    half = books.do(ReverseBenefits(order="SO-1", amount=yuan(55)))
    assert half.data["points"] == 5
    assert half.data["commission_base"] == {"amount": "55.00", "currency": "CNY"}
    rest = books.do(ReverseBenefits(order="SO-1", amount=yuan(100)))
    assert (rest.data["points"], rest.data["commission_base"]) == (5, {"amount": "45.00", "currency": "CNY"})
    assert rest.data["credit_note"] != half.data["credit_note"]
    assert not books.do(ReverseBenefits(order="SO-9", amount=yuan(1))).ok


def test_benefits_in_another_currency_stay(books: Books) -> None:
    pay(books)
    refused = books.do(ReverseBenefits(order="SO-1", amount=Money(amount=Decimal(5), currency="EUR")))
    assert (refused.ok, refused.reason) == (False, "order SO-1 was paid in CNY")


def test_points_of_partial_refunds_add_up(books: Books) -> None:
    books.do(SetMember(member="M-1", name="Li Lei"))
    pay(books)
    books.do(EarnPoints(order="SO-1", member="M-1", points=10))
    taken = [
        books.do(ReverseBenefits(order="SO-1", amount=yuan(part))).data["points"]
        for part in ("33.33", "33.33", "33.34")
    ]
    assert taken == [3, 3, 4]


def test_a_refund_gives_no_points_for_those_that_were_spent(books: Books) -> None:
    books.do(SetMember(member="M-1", name="Li Lei"))
    books.do(AdjustPoints(member="M-1", delta=500, reason="to begin with"))
    pay(books)
    books.do(SpendPoints(order="SO-1", member="M-1", points=100))
    books.do(EarnPoints(order="SO-1", member="M-1", points=30), "4.1")
    assert books.do(ReverseBenefits(order="SO-1", amount=yuan("10"))).data["points"] == 3
    assert books.do(TakePointsBack(of="4.1"), of="4.1").data["points"] == 400, "3 are gone already"


def test_kind_49_who_is_named_anew_keeps_their_level(books: Books) -> None:
    books.do(SetMember(member="M-1", name="Li Lei", level="gold"))
    books.do(SetMember(member="M-1", name="Li Na", level=None))
    books.do(SetMember(member="M-2", name="Wang", level=None))
    with reading(books.engine) as session:
        known = {one.member: (one.name, one.level) for one in session.scalars(select(Member))}
    assert known == {"M-1": ("Li Na", "gold"), "M-2": ("Wang", "ordinary")}
