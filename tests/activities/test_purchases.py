"""Suppliers, purchases and what came of them: three ways to match, and every way back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from activities.answering import Asked, answer_to
from activities.partners.reading import partners
from activities.purchasing.contract import (
    BookVoucher,
    CancelPurchase,
    ClaimPrepayment,
    CostedLine,
    DebitSupplier,
    ExpectPurchase,
    PaySupplier,
    PlacePurchase,
    PostReceipt,
    PrepaySupplier,
    Regraded,
    RegradeStock,
    ReturnToSupplier,
    ReverseReceipt,
    ReverseVoucher,
    ShortenPurchase,
)
from activities.registers.contract import LayDown, TakeUp
from activities.stock.contract import BackOrder, Disposition, ReserveStock
from activities.suppliers.contract import (
    RATING,
    AdmitSupplier,
    CheckSupplier,
    RateSupplier,
    RestoreSupplierRating,
    SupplierRating,
    WithdrawSupplier,
)
from models.database import reading
from models.effect import Effect, Undo
from models.values import Money, PricedLine, SkuQty, yuan
from tests.activities.desk import NOON, Books, rows

TODAY = NOON.date()
ADMIT = AdmitSupplier(
    supplier="S-1",
    company="Jingdezhen Kilns",
    contract="K-1",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
)
PLACE = PlacePurchase(
    purchase="PO-1",
    supplier="S-1",
    contract="K-1",
    lines=(
        PricedLine(sku="cup", qty=10, unit_price=yuan(5)),
        PricedLine(sku="pot", qty=2, unit_price=yuan(40)),
    ),
    delivery_date=TODAY + timedelta(days=7),
)
POST = PostReceipt(
    note="IN-1",
    purchase="PO-1",
    lines=(CostedLine(sku="cup", qty=8, unit_cost=yuan(5)), CostedLine(sku="pot", qty=2, unit_cost=yuan(40))),
)


@pytest.fixture
def placed(books: Books) -> Books:
    assert books.do(ADMIT, "1.1").ok
    assert books.do(PLACE, "2.1").data == {"value": {"amount": "130.00", "currency": "CNY"}}
    return books


@pytest.fixture
def posted(placed: Books) -> Books:
    assert placed.do(POST, "3.1").ok
    return placed


def regrade(
    sku: str, qty: int, becomes: Disposition, was: Disposition = Disposition.QUARANTINE
) -> RegradeStock:
    return RegradeStock(note="IN-1", lines=(Regraded(sku=sku, qty=qty, was=was, becomes=becomes, bin="A-1"),))


def test_an_admitted_supplier_is_a_partner_until_withdrawn(books: Books) -> None:
    assert books.do(ADMIT, "1.1").data == {"created": True}
    assert books.do(ADMIT, "1.2").data == {"created": False}
    assert books.do(WithdrawSupplier(of="1.1"), of="1.1").data == {"open_orders": []}, "admitted anew since"
    with reading(books.engine) as session:
        assert partners(session, kind="supplier").items[0].active
    books.do(WithdrawSupplier(of="1.2"), of="1.2")
    with reading(books.engine) as session:
        assert not partners(session, kind="supplier").items[0].active
    assert books.do(PLACE).reason == "supplier S-1 isn't admitted"


@pytest.mark.parametrize(
    ("before", "place", "reason"),
    [
        (None, PLACE.model_copy(update={"supplier": "S-9"}), "supplier S-9 isn't admitted"),
        (
            RateSupplier(supplier="S-1", rating=SupplierRating.FROZEN, reason="late"),
            PLACE,
            "supplier S-1 is frozen",
        ),
        (
            ADMIT.model_copy(update={"valid_to": date(2026, 1, 31)}),
            PLACE,
            "contract K-1 with S-1 isn't valid on 2026-05-04",
        ),
        (PLACE, PLACE, "there is a purchase PO-1 already"),
    ],
    ids=["unknown", "frozen", "run out", "twice"],
)
def test_what_may_not_be_ordered(
    books: Books, before: Effect | None, place: PlacePurchase, reason: str
) -> None:
    books.do(ADMIT)
    if before is not None:
        assert books.do(before).ok
    outcome = books.do(place)
    assert (outcome.ok, outcome.reason) == (False, reason)


def test_a_rating_can_be_restored(placed: Books) -> None:
    assert not placed.do(RateSupplier(supplier="S-9", rating=SupplierRating.FROZEN, reason="late")).ok
    frozen = placed.do(RateSupplier(supplier="S-1", rating=SupplierRating.FROZEN, reason="late"), "5.1")
    assert frozen.data == {"before": "active", "rating": "frozen", "open_orders": ["PO-1"]}
    assert placed.do(RestoreSupplierRating(of="5.1"), of="5.1").data == {"rating": "active"}


def test_kind_45_a_weaker_rating_doesnt_undo_a_stronger_one(placed: Books) -> None:
    placed.do(RateSupplier(supplier="S-1", rating=SupplierRating.FROZEN, reason="late"), "5.1")
    weaker = placed.do(RateSupplier(supplier="S-1", rating=SupplierRating.DOWNGRADED, reason="dear"), "6.1")
    assert (weaker.data["before"], weaker.data["rating"]) == ("frozen", "frozen")
    assert placed.do(PLACE.model_copy(update={"purchase": "PO-2"})).reason == "supplier S-1 is frozen"
    with reading(placed.engine) as session:
        assert not partners(session, kind="supplier").items[0].active
    placed.do(RestoreSupplierRating(of="6.1"), of="6.1")
    assert not placed.do(CheckSupplier(supplier="S-1")).ok
    placed.do(ADMIT)
    assert placed.do(CheckSupplier(supplier="S-1")).ok


def test_kind_45_one_evaluation_of_a_supplier_at_a_time(books: Books) -> None:
    assert books.do(TakeUp(book="evaluations", thing="S-1"), "1.1").ok
    assert books.do(TakeUp(book="evaluations", thing="S-2"), "1.2").ok
    second = books.do(TakeUp(book="evaluations", thing="S-1"), "1.3")
    assert (second.ok, second.data) == (False, {"running": "SO-1"})
    books.do(LayDown(of="1.1"), of="1.1")
    assert books.do(TakeUp(book="evaluations", thing="S-1"), "1.4").ok


def test_a_replacement_is_a_supplier_that_may_be_bought_from(placed: Books) -> None:
    rate = RateSupplier(supplier="S-1", rating=SupplierRating.FROZEN, reason="late", replacement="S-9")
    assert placed.do(rate).reason == "supplier S-9 isn't admitted"


def test_goods_wait_for_inspection_and_then_sell(posted: Books) -> None:
    assert (posted.stock("cup").on_hand, posted.stock("cup").quarantined) == (0, 8)
    posted.do(BackOrder(order="SO-1", lines=(SkuQty(sku="cup", qty=3),)))
    passed = posted.do(regrade("cup", 6, Disposition.SELLABLE))
    assert passed.data == {"filled": [{"order": "SO-1", "sku": "cup", "qty": 3, "location": "main"}]}
    assert posted.do(regrade("cup", 1, Disposition.SCRAP)).ok
    cup = posted.stock("cup")
    assert (cup.on_hand, cup.reserved, cup.quarantined) == (6, 3, 1)
    too_many = posted.do(regrade("cup", 2, Disposition.SELLABLE))
    assert too_many.reason == "1 of cup are quarantine in note IN-1, not 2"
    posted.do(ReserveStock(order="SO-2", lines=(SkuQty(sku="cup", qty=3),)))
    kept = posted.do(regrade("cup", 1, Disposition.DEFECTIVE, Disposition.SELLABLE))
    assert not kept.ok, "all that passed is kept for orders"


def test_kind_16_what_is_kept_though_it_failed_is_counted_apart(posted: Books) -> None:
    posted.do(regrade("cup", 8, Disposition.DEFECTIVE))
    assert posted.do(regrade("cup", 3, Disposition.SECONDS, Disposition.DEFECTIVE)).ok
    cup = posted.stock("cup")
    assert (cup.on_hand, cup.quarantined, cup.damaged, cup.free) == (0, 5, 3, 0)
    back = ReturnToSupplier(
        note="IN-1", return_note="RN-1", purchase="PO-1", lines=(SkuQty(sku="cup", qty=6),)
    )
    assert not posted.do(back).ok, "what is kept doesn't go back"


def test_kind_17_goods_are_put_where_the_keeper_says(posted: Books) -> None:
    away = [
        Regraded(sku="cup", qty=5, was=Disposition.QUARANTINE, becomes=Disposition.SELLABLE, bin="A-1"),
        Regraded(
            sku="cup", qty=2, was=Disposition.QUARANTINE, becomes=Disposition.SELLABLE, location="annex"
        ),
        Regraded(sku="cup", qty=1, was=Disposition.QUARANTINE, becomes=Disposition.SUPPLIER_RETURN),
    ]
    assert posted.do(RegradeStock(note="IN-1", lines=tuple(away))).ok
    assert (posted.stock("cup").on_hand, posted.stock("cup").quarantined) == (5, 1)
    assert (posted.stock("cup", "annex").on_hand, posted.stock("cup", "annex").quarantined) == (2, 0)


def test_the_purchase_knows_what_came(placed: Books) -> None:
    came = placed.do(POST)
    assert came.data == {
        "received": [{"sku": "cup", "qty": 8}, {"sku": "pot", "qty": 2}],
        "outstanding": [{"sku": "cup", "qty": 2}],
    }
    assert placed.do(POST).reason == "inbound note IN-1 is in the books already"
    short = placed.do(ShortenPurchase(purchase="PO-1", lines=(SkuQty(sku="cup", qty=3),), reason="sold out"))
    assert short.reason == "only 2 of cup are outstanding in purchase PO-1"
    off = placed.do(ShortenPurchase(purchase="PO-1", lines=(SkuQty(sku="cup", qty=1),), reason="sold out"))
    assert rows(off) == [{"sku": "cup", "qty": 1}]


def test_a_refusal_is_repeated_until_somebody_has_the_effect_tried_again(posted: Books) -> None:
    assert not posted.do(POST, "4.1").ok
    posted.do(ReverseReceipt(of="3.1"), of="3.1")
    assert not posted.do(POST, "4.1").ok, "a late attempt of the same round gets the first outcome"
    assert posted.do(POST, "4.1", again=1).ok
    assert posted.do(POST, "4.1", again=1).ok
    assert posted.stock("cup").quarantined == 8
    assert posted.do(ReverseReceipt(of="4.1"), of="4.1").ok
    posted.do(POST, "4.1", again=2)
    assert posted.stock("cup").quarantined == 0, "what was taken back stays away"


def test_a_cancelled_purchase_keeps_what_has_come(posted: Books) -> None:
    off = posted.do(CancelPurchase(of="2.1"), of="2.1")
    assert rows(off) == [{"sku": "cup", "qty": 2}]
    assert posted.stock("cup").quarantined == 8


def test_a_receipt_is_reversed_while_its_goods_still_wait(posted: Books) -> None:
    assert posted.do(ReverseReceipt(of="3.1"), of="3.1").ok
    assert posted.stock("cup").quarantined == 0
    again = posted.do(POST, "4.1")
    assert rows(again, "outstanding") == [{"sku": "cup", "qty": 2}]
    posted.do(regrade("pot", 1, Disposition.SELLABLE))
    late = posted.do(ReverseReceipt(of="4.1"), of="4.1")
    assert (late.ok, late.reason) == (
        False,
        "goods of inbound note IN-1 have been put away or set apart already",
    )
    assert posted.stock("cup").quarantined == 8


def test_three_ways_match_before_a_supplier_is_paid(posted: Books) -> None:
    assert not posted.do(PrepaySupplier(purchase="PO-1", amount=yuan(131), payment_no="B-1")).ok
    assert posted.do(PrepaySupplier(purchase="PO-1", amount=yuan(30), payment_no="B-1"), "5.1").ok
    assert posted.do(PrepaySupplier(purchase="PO-1", amount=yuan(30), payment_no="B-1")).data == {
        "prepaid": {"amount": "30.00", "currency": "CNY"}
    }, "the same payment counts once"
    posted.do(regrade("cup", 1, Disposition.SUPPLIER_RETURN))
    back = ReturnToSupplier(
        note="IN-1", return_note="RN-1", purchase="PO-1", lines=(SkuQty(sku="cup", qty=1),), debit=yuan(5)
    )
    assert posted.do(back).ok
    euros = Money(amount=Decimal(2), currency="EUR")
    other = posted.do(DebitSupplier(note="IN-1", purchase="PO-1", amount=euros, reason="chipped"))
    assert (other.ok, other.reason) == (False, "purchase PO-1 is in CNY")
    assert posted.do(DebitSupplier(note="IN-1", purchase="PO-1", amount=yuan(2), reason="chipped")).ok
    dear = posted.do(PaySupplier(purchase="PO-1", invoice_no="F-1", amount=yuan("83.01")))
    assert (dear.ok, dear.reason) == (False, "the invoice asks for 83.01 CNY, 83.00 CNY are due")
    assert posted.do(PaySupplier(purchase="PO-1", invoice_no="F-1", amount=yuan(83))).ok
    assert posted.do(PaySupplier(purchase="PO-1", invoice_no="F-1", amount=yuan(1))).reason == (
        "invoice F-1 was paid already"
    )


def test_a_prepayment_can_be_claimed_back(placed: Books) -> None:
    placed.do(PrepaySupplier(purchase="PO-1", amount=yuan(30), payment_no="B-1"), "5.1")
    assert str(placed.do(ClaimPrepayment(of="5.1"), of="5.1").data["receivable_no"]).startswith("AR-")
    again = placed.do(PrepaySupplier(purchase="PO-1", amount=yuan(130), payment_no="B-2"))
    assert again.data == {"prepaid": {"amount": "130.00", "currency": "CNY"}}


def test_only_what_is_set_apart_goes_back(posted: Books) -> None:
    posted.do(regrade("cup", 7, Disposition.SELLABLE))
    back = ReturnToSupplier(
        note="IN-1", return_note="RN-1", purchase="PO-1", lines=(SkuQty(sku="cup", qty=2),)
    )
    assert posted.do(back).reason == "1 of cup are set apart in note IN-1, not 2"
    never_posted = back.model_copy(update={"note": "IN-9", "posted": False})
    assert posted.do(never_posted).ok
    assert posted.stock("cup").quarantined == 1


def test_finance_enters_a_receipt_under_one_voucher(posted: Books) -> None:
    voucher = BookVoucher(note="IN-1", voucher_no="V-1", booked_on=TODAY)
    assert posted.do(voucher, "6.1").data == {"amount": {"amount": "120.00", "currency": "CNY"}}
    assert posted.do(voucher).reason == "voucher number V-1 is in use"
    other = voucher.model_copy(update={"voucher_no": "V-2"})
    assert posted.do(other).reason == "inbound note IN-1 has a voucher already"
    assert posted.do(ReverseVoucher(of="6.1"), of="6.1").ok
    assert posted.do(other).ok


def test_another_day(placed: Books) -> None:
    later = placed.do(ExpectPurchase(purchase="PO-1", day=TODAY + timedelta(days=9)))
    assert later.data == {"before": "2026-05-11"}
    assert not placed.do(ExpectPurchase(purchase="PO-9", day=TODAY)).ok


@pytest.mark.parametrize(
    ("effect", "undo"),
    [
        (ADMIT, WithdrawSupplier(of="9.1")),
        (PLACE, CancelPurchase(of="9.1")),
        (POST, ReverseReceipt(of="9.1")),
        (PrepaySupplier(purchase="PO-1", amount=yuan(1), payment_no="B"), ClaimPrepayment(of="9.1")),
        (BookVoucher(note="IN-1", voucher_no="V", booked_on=TODAY), ReverseVoucher(of="9.1")),
    ],
    ids=lambda effect: effect.kind(),
)
def test_undone_before_it_was_done(posted: Books, effect: Effect, undo: Undo) -> None:
    assert posted.do(undo, "10.1", of="9.1").ok
    assert posted.do(effect, "9.1").reason == "it was taken back before it was done"


def test_kind_45_nothing_is_ordered_from_a_downgraded_supplier_unless_somebody_allows_it(
    books: Books,
) -> None:
    books.do(ADMIT)
    rate = RateSupplier(supplier="S-1", rating=SupplierRating.DOWNGRADED, reason="late")
    assert books.do(rate).ok
    refused = books.do(PLACE)
    assert refused.reason == "supplier S-1 is downgraded: nobody has allowed to buy from it"
    assert books.do(PLACE.model_copy(update={"allowed_by": "the.manager"})).ok
    with reading(books.engine) as session:
        asked = Asked(session, "tmall", NOON)
        assert answer_to(RATING)(asked, supplier="S-1") == "downgraded"
        assert answer_to(RATING)(asked, supplier="S-9") is None
