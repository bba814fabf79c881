"""Many customers at once, members' points and levels, known questions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from activities.audiences.contract import MessageAudience
from activities.audiences.people import people
from activities.configured_ports import open_ports
from activities.members.contract import (
    AdjustPoints,
    EarnPoints,
    EraseMember,
    GivePointsBack,
    IssueCoupon,
    ReviewLevel,
    SetMember,
    SpendPoints,
)
from activities.members.reading import members
from activities.messages.port import Delivery, Letter
from activities.messages.reading import messages
from activities.milestones.contract import Milestone
from activities.money.contract import RecordPayment, RecordRefund, ReverseBenefits
from activities.performers import World
from activities.port_errors import PortError
from activities.registers.contract import FindEntry, KeepRecord, StrikeRecord
from models.database import reading, writing
from models.tables.campaigns import Coupon
from models.values import DateRange, yuan
from tests.activities.desk import NOON, Books
from tests.activities.test_orders import an_order, reach

NEWS = MessageAudience(audience="all", template="waybill_sent")


@pytest.fixture
def shoppers(books: Books) -> Books:
    """Three customers; the first ordered twice."""
    for order, phone in (("SO-1", "1"), ("SO-2", "2"), ("SO-3", "3"), ("SO-4", "1")):
        an_order(books, order, phone=phone)
    return books


def says(number: str, *, wants: bool = False) -> KeepRecord:
    """What somebody has said about words that advertise."""
    return KeepRecord(book="consents", entry=number, data={"wants": wants})


def readers(books: Books) -> list[str]:
    with reading(books.engine) as session:
        return sorted(message.to for message in messages(session).items)


def test_each_customer_is_written_to_once(shoppers: Books) -> None:
    first = shoppers.do(NEWS, "3.1")
    assert first.data == {"reached": 3, "left_out": 0}
    assert shoppers.do(NEWS, "3.1") == first
    assert readers(shoppers) == ["SO-2", "SO-3", "SO-4"]


def test_who_wants_no_words_gets_none(shoppers: Books) -> None:
    shoppers.do(says("SO-3"), "1.1")
    capped = NEWS.model_copy(update={"monthly_cap": 1})
    assert shoppers.do(capped).data == {"reached": 2, "left_out": 1}
    nobody = shoppers.do(capped)
    assert (nobody.ok, nobody.reason) == (False, "nobody of the audience is left to write to")
    shoppers.do(StrikeRecord(of="1.1"), of="1.1")
    assert shoppers.do(capped).data == {"reached": 1, "left_out": 2}


def test_an_audience_can_be_small_or_of_a_period(shoppers: Books) -> None:
    assert shoppers.do(NEWS.model_copy(update={"most": 2})).data == {"reached": 2, "left_out": 1}
    day = NOON.date() - timedelta(days=9)
    assert not shoppers.do(NEWS.model_copy(update={"period": DateRange(first=day, last=day)})).ok
    shoppers.do(SetMember(member="M-1", name="Li Lei"))
    assert shoppers.do(NEWS.model_copy(update={"audience": "members"})).data["reached"] == 1


class Post:
    """Delivers nothing to some readers."""

    def __init__(self, *unreachable: str) -> None:
        self.letters: list[str] = []
        self.unreachable = set(unreachable)

    def reaches(self, channel: str) -> bool:
        return channel == "customer"

    def deliver(self, letter: Letter) -> None:
        if letter.to in self.unreachable:
            raise PortError("not now")
        self.letters.append(letter.to)


def test_a_reader_who_cannot_be_reached_keeps_nobody_waiting(shoppers: Books) -> None:
    delivery = Post("SO-4")
    shoppers.world = World(shoppers.engine, open_ports().using(Delivery, delivery))
    with pytest.raises(PortError):
        shoppers.do(NEWS, "3.1")
    with pytest.raises(PortError):
        shoppers.do(NEWS, "3.1")
    assert delivery.letters == ["SO-2", "SO-3"], "who has it gets it no second time"
    delivery.unreachable.clear()
    assert shoppers.do(NEWS, "3.1").data == {"reached": 3, "left_out": 0}
    assert delivery.letters == ["SO-2", "SO-3", "SO-4"]


def test_a_large_audience_is_written_to_in_parts(shoppers: Books) -> None:
    for number in range(50):
        an_order(shoppers, f"SO-1{number:02}", phone=f"1{number}")
    delivery = Post("SO-120")
    shoppers.world = World(shoppers.engine, open_ports().using(Delivery, delivery))
    with pytest.raises(PortError):
        shoppers.do(NEWS, "3.1")
    delivery.unreachable.clear()
    assert shoppers.do(NEWS, "3.1").data == {"reached": 53, "left_out": 0}
    assert len(delivery.letters) == len(set(delivery.letters)) == 53


def test_who_wants_no_words_is_known_by_any_order_and_as_a_member(shoppers: Books) -> None:
    shoppers.do(SetMember(member="M-2", name="Han Meimei"))
    shoppers.do(EarnPoints(order="SO-2", member="M-2", points=1))
    shoppers.do(says("M-2"))
    shoppers.do(says("SO-1"))
    assert shoppers.do(NEWS).data == {"reached": 1, "left_out": 2}
    assert readers(shoppers) == ["SO-3"]
    shoppers.do(EraseMember(member="M-2"))
    assert not shoppers.do(NEWS.model_copy(update={"audience": "members"})).ok


def test_a_month_begins_with_the_stores_day(shoppers: Books) -> None:
    may_in_the_store = datetime(2026, 4, 30, 17, tzinfo=UTC)
    capped = NEWS.model_copy(update={"monthly_cap": 1})
    assert shoppers.do(capped, at=may_in_the_store).ok
    assert not shoppers.do(capped, at=may_in_the_store + timedelta(days=2)).ok
    assert shoppers.do(capped, at=may_in_the_store + timedelta(days=31)).ok


@pytest.fixture
def member(books: Books) -> Books:
    books.do(SetMember(member="M-1", name="Li Lei"))
    for order in ("SO-1", "SO-2"):
        an_order(books, order)
    books.do(EarnPoints(order="SO-1", member="M-1", points=10))
    return books


def test_points_are_spent_once_and_can_come_back(member: Books) -> None:
    spend = SpendPoints(order="SO-2", member="M-1", points=7)
    assert member.do(spend, "2.1").data == {"points": 3}
    assert member.do(spend).reason == "member M-1 has 3 points, not 7"
    assert member.do(GivePointsBack(of="2.1"), of="2.1").data == {"points": 10}
    assert not member.do(spend.model_copy(update={"member": "M-9"})).ok


def test_kind_59_points_are_earned_once_with_an_order_that_stands(member: Books) -> None:
    earn = EarnPoints(order="SO-1", member="M-1", points=10)
    assert member.do(earn).reason == "order SO-1 has earned its points already"
    assert member.do(earn.model_copy(update={"order": "SO-9"})).reason == "there is no order SO-9"
    an_order(member, "SO-3", closed_at=NOON)
    assert member.do(earn.model_copy(update={"order": "SO-3"})).reason == "order SO-3 was cancelled"


def test_kind_59_points_are_not_worth_more_than_the_order(member: Books) -> None:
    member.do(AdjustPoints(member="M-1", delta=9000, reason="a gift"))
    spend = SpendPoints(order="SO-2", member="M-1", points=5999)  # it costs 60.00
    assert member.do(spend).ok
    more = member.do(spend.model_copy(update={"points": 2}))
    assert more.reason == "order SO-2 costs 1 points more at most, not 2"
    assert member.do(spend.model_copy(update={"order": "SO-9"})).reason == "there is no order SO-9"


def test_kind_59_spent_points_are_given_back_when_the_order_is_cancelled(member: Books) -> None:
    member.do(AdjustPoints(member="M-1", delta=90, reason="a gift"))
    member.do(RecordPayment(order="SO-2", amount=yuan(60)))
    member.do(EarnPoints(order="SO-2", member="M-1", points=60))
    assert member.do(SpendPoints(order="SO-2", member="M-1", points=100)).data == {"points": 60}
    member.do(RecordRefund(order="SO-2", amount=yuan(60), refund_no="R"))
    assert member.do(ReverseBenefits(order="SO-2", amount=yuan(60))).data["points"] == 60
    with reading(member.engine) as session:
        assert members(session, member="M-1").items[0].points == 100


def test_kind_59_many_points_are_not_one_persons_to_give(member: Books) -> None:
    adjust = AdjustPoints(member="M-1", delta=1_000_000, reason="a gift")
    assert member.do(adjust).reason == (
        "1000000 points beside 0 corrected within a day: more than 10000 need the gm"
    )
    assert member.do(adjust.model_copy(update={"approved_by": "wu"})).ok


def test_kind_02_points_that_people_correct_add_up(member: Books) -> None:
    adjust = AdjustPoints(member="M-1", delta=6_000, reason="a gift")
    assert member.do(adjust, "1.1").ok
    again = member.do(adjust, "1.2")
    assert (again.ok, again.reason[:34]) == (False, "6000 points beside 6000 corrected ")
    assert not member.do(adjust.model_copy(update={"delta": -5_000}), "1.3").ok
    assert member.do(adjust, "1.4", at=NOON + timedelta(hours=25)).ok


@pytest.mark.parametrize(("delta", "answer"), [(5, 15), (-10, 0), (-11, None)])
def test_points_are_corrected_never_below_zero(member: Books, delta: int, answer: int | None) -> None:
    outcome = member.do(AdjustPoints(member="M-1", delta=delta, reason="wrong"))
    assert outcome.ok is (answer is not None)
    assert outcome.data == {"points": 10 if answer is None else answer}


@pytest.mark.parametrize(("paid", "refunded", "level"), [("999", "1", "ordinary"), ("6000", "1", "gold")])
def test_a_level_follows_what_was_bought_in_a_year(
    member: Books, paid: str, refunded: str, level: str
) -> None:
    member.do(RecordPayment(order="SO-1", amount=yuan(90000)), at=NOON - timedelta(days=400))
    member.do(RecordPayment(order="SO-1", amount=yuan(paid)))
    member.do(RecordRefund(order="SO-1", amount=yuan(refunded), refund_no="R"))
    answer: dict[str, Any] = {"level": level, "before": "ordinary", "changed": level != "ordinary"}
    assert member.do(ReviewLevel(member="M-1")).data == answer


def test_an_erased_member_leaves_no_name(member: Books) -> None:
    member.do(IssueCoupon(order="SO-1", worth=yuan(5), reason="late"))
    assert member.do(EraseMember(member="M-1")).data == {"points": 10}
    with reading(member.engine) as session:
        assert members(session, member="M-1").items[0].name == "erased"
        assert [coupon.state for coupon in session.query(Coupon)] == ["void"]


def test_a_known_question_is_found_by_its_words(books: Books) -> None:
    for entry, question in (("F-1", "这个杯子可以用微波炉加热吗"), ("F-2", "When will my order arrive?")):
        books.do(KeepRecord(book="faq", entry=entry, data={"question": question, "answer": "…"}))
    found = books.do(FindEntry(book="faq", words="杯子能用微波炉加热吗？"))
    assert (found.ok, found.data["entry"], found.data["answer"]) == (True, "F-1", "…")
    assert not books.do(FindEntry(book="faq", words="Do you sell teapots?")).ok
    assert not books.do(FindEntry(book="faq", words="?")).ok


def test_kind_60_only_those_who_are_named(shoppers: Books) -> None:
    shoppers.do(SetMember(member="M-9", name="Han Mei"))
    named = NEWS.model_copy(update={"only": ("SO-1", "SO-2", "M-9")})
    assert shoppers.do(named).data == {"reached": 3, "left_out": 0}
    assert readers(shoppers) == ["M-9", "SO-2", "SO-4"]


def test_kind_60_dormant_buyers_have_not_ordered_lately(books: Books) -> None:
    an_order(books, "SO-1", phone="1", opened_at=NOON - timedelta(days=300))
    an_order(books, "SO-2", phone="2", opened_at=NOON - timedelta(days=300))
    an_order(books, "SO-3", phone="2", opened_at=NOON - timedelta(days=3))
    assert books.do(NEWS.model_copy(update={"audience": "dormant"})).data == {"reached": 1, "left_out": 0}
    assert readers(books) == ["SO-1"]


def test_kind_60_who_is_asked_has_signed_and_was_not_asked_before(shoppers: Books) -> None:
    for order in ("SO-2", "SO-3"):
        case = f"order_fulfilment:tmall:{order}"
        reach(shoppers, case, 9, Milestone.ORDER_SIGNED, NOON - timedelta(days=1))
    survey = NEWS.model_copy(
        update={
            "delivered": True,
            "period": DateRange(first=NOON.date() - timedelta(days=3), last=NOON.date()),
            "not_since": NOON.date() - timedelta(days=3),
        }
    )
    assert shoppers.do(survey).data == {"reached": 2, "left_out": 0}
    assert shoppers.do(survey).ok is False


def test_kind_60_a_survey_of_members_reaches_no_others(shoppers: Books) -> None:
    shoppers.do(SetMember(member="M-9", name="Han Mei"))
    shoppers.do(EarnPoints(order="SO-2", member="M-9", points=5))
    period = DateRange(first=NOON.date() - timedelta(days=3), last=NOON.date())
    members_only = NEWS.model_copy(update={"audience": "members", "period": period})
    assert shoppers.do(members_only).data == {"reached": 1, "left_out": 0}


@pytest.mark.parametrize("number", ["C-7", "SO-2", "SO-5", "M-9"])
def test_kind_60_who_refused_under_one_number_is_greeted_under_no_other(books: Books, number: str) -> None:
    """A customer with two phones, who is a member too."""
    an_order(books, "SO-2", phone="2", customer_no="C-7")
    an_order(books, "SO-5", phone="5", customer_no="C-7")
    an_order(books, "SO-6", phone="6")
    books.do(SetMember(member="M-9", name="Han Mei", customer_no="C-7"))
    books.do(says(number))
    assert books.do(NEWS).data == {"reached": 1, "left_out": 1}
    assert readers(books) == ["SO-6"]
    assert not books.do(NEWS.model_copy(update={"audience": "members"})).ok


def test_kind_60_a_member_who_refused_with_an_order_is_no_other_person(shoppers: Books) -> None:
    shoppers.do(SetMember(member="M-9", name="Han Mei"))
    shoppers.do(EarnPoints(order="SO-2", member="M-9", points=5))
    shoppers.do(says("SO-2"))
    assert not shoppers.do(NEWS.model_copy(update={"audience": "members"})).ok


def test_whoever_is_looked_up_alone_is_who_they_are_among_all(books: Books) -> None:
    """By any of their numbers, however far apart these stand: an order's phone, its customer, a member's points."""
    for order, phone, customer in (
        ("SO-1", "1", ""),
        ("SO-2", "1", "C-7"),
        ("SO-3", "3", "C-7"),
        ("SO-4", "4", ""),
    ):
        an_order(books, order, phone=phone, customer_no=customer)
    books.do(SetMember(member="M-9", name="Han Mei"))
    books.do(EarnPoints(order="SO-3", member="M-9", points=5))
    books.do(SetMember(member="M-10", name="Li Na"))
    with writing(books.engine) as session:
        everybody = people(session, "tmall")
        for number in ("SO-1", "SO-2", "SO-3", "SO-4", "C-7", "M-9", "M-10"):
            (alone,) = people(session, "tmall", (number,))
            assert alone.names == next(one.names for one in everybody if number in one.names)
        assert people(session, "tmall", ("SO-5",)) == []


def test_kind_64_what_a_person_said_last_counts(books: Books) -> None:
    an_order(books, "SO-2", phone="2", customer_no="C-7")
    books.do(says("SO-2"))
    books.do(says("C-7", wants=True), at=NOON + timedelta(hours=1))
    assert books.do(NEWS).data == {"reached": 1, "left_out": 0}
    books.do(says("SO-2"), at=NOON + timedelta(hours=2))
    assert not books.do(NEWS).ok


def test_kind_60_who_refuses_while_it_goes_out_gets_none(shoppers: Books) -> None:
    delivery = Post("SO-3", "SO-4")
    shoppers.world = World(shoppers.engine, open_ports().using(Delivery, delivery))
    with pytest.raises(PortError):
        shoppers.do(NEWS, "3.1")
    shoppers.do(says("SO-1"), at=NOON + timedelta(minutes=5))  # the one who is written to as SO-4
    delivery.unreachable.clear()
    assert shoppers.do(NEWS, "3.1").data == {"reached": 2, "left_out": 1}
    assert delivery.letters == ["SO-2", "SO-3"]


@pytest.mark.parametrize(
    ("born", "today", "is_greeted"),
    [
        (date(1990, 5, 4), NOON, True),
        (date(1990, 5, 3), NOON, False),
        (date(1990, 5, 5), NOON.replace(hour=17), True),  # the store's day has begun
        (date(1992, 2, 29), datetime(2026, 2, 28, 4, tzinfo=UTC), True),
        (date(1992, 2, 29), datetime(2028, 2, 28, 4, tzinfo=UTC), False),
    ],
)
def test_kind_60_birthday_wishes_are_for_those_whose_birthday_it_is(
    shoppers: Books, born: date, today: datetime, *, is_greeted: bool
) -> None:
    shoppers.do(SetMember(member="M-1", name="Li Lei", birthday=born))
    shoppers.do(SetMember(member="M-2", name="Han Mei"))
    assert shoppers.do(NEWS.model_copy(update={"audience": "birthday"}), at=today).ok is is_greeted
    assert readers(shoppers) == ["M-1"] * is_greeted
    shoppers.do(EraseMember(member="M-1"))
    assert not shoppers.do(NEWS.model_copy(update={"audience": "birthday"}), at=today).ok


def test_kind_60_a_customer_is_asked_about_what_came_and_not_about_what_is_on_its_way(books: Books) -> None:
    for order in ("SO-1", "SO-2"):
        an_order(books, order, phone="1")
    reach(books, "order_fulfilment:tmall:SO-1", 9, Milestone.ORDER_SIGNED, NOON)
    assert books.do(NEWS.model_copy(update={"delivered": True})).ok
    own = NEWS.model_copy(update={"audience": "case_closed", "delivered": True, "only": ("SO-2",)})
    assert not books.do(own).ok
    assert readers(books) == ["SO-1"]
