"""Contracts, distributors, settlements, pay and people."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from activities.carriers.contract import BookWaybill, InstructCarrier, Instruction
from activities.catalogue.contract import SetPrice, SetProduct
from activities.people import audit
from activities.people.contract import GrantRole, RevokeRole
from activities.registers.contract import KeepRecord, StrikeRecord
from activities.settlement.contract import (
    HoldTradeMoney,
    ReleaseTradeMoney,
    ReturnTradeMoney,
)
from activities.trade.contract import (
    BlockDistributor,
    CallDeliveryOff,
    ClosePriceList,
    DrawCredit,
    EndContract,
    EnterContract,
    FilePaper,
    GiveCreditBack,
    LowerCredit,
    OpenPriceList,
    OrderDelivery,
    PriceOrder,
    SealContract,
    SettleCredit,
    UnblockDistributor,
)
from models.database import reading
from models.roles import Role
from models.tables.accounts import Account, AccountKind
from models.tables.trade import ContractText, Delivery, Distributor
from models.values import DateRange, Money, SkuQty, yuan
from tests.activities.desk import NOON, Books

TODAY = NOON.date()
PERIOD = DateRange(first=TODAY, last=TODAY)
OPEN = OpenPriceList(distributor="D-1", company="South Trading", level="gold", payment="30d")
TWO_CUPS = (SkuQty(sku="cup", qty=2),)


def test_only_the_sealed_text_comes_into_force(books: Books) -> None:
    sealed = books.do(SealContract(contract="K-1", terms={"price": "5.00", "goods": "杯"}))
    assert sealed.data["edition"] == 1
    enter = EnterContract(
        contract="K-1",
        party="S-1",
        seal=str(sealed.data["seal"]),
        signed_file="file:1",
        signer_ours="wang",
        signer_theirs="Li",
        signed_at=NOON,
    )
    forged = books.do(enter.model_copy(update={"seal": "0" * 64}))
    assert (forged.ok, forged.reason) == (False, "what was signed isn't the text that was fixed for K-1")
    assert books.do(enter, "2.1").data == {"edition": 1}
    supplement = books.do(SealContract(contract="K-1", terms={"price": "6.00"}))
    assert books.do(enter.model_copy(update={"seal": str(supplement.data["seal"])}), "3.1").data == {
        "edition": 2
    }
    assert books.do(EndContract(of="3.1"), of="3.1").ok
    with reading(books.engine) as session:
        states = [session.get_one(ContractText, ("tmall", "K-1", edition)).state for edition in (1, 2)]
    assert states == ["replaced", "ended"]


def test_a_contract_has_one_paper_of_a_number(books: Books) -> None:
    paper = FilePaper(contract="K-1", document_kind="invoice", number="F-1", file="file:1", amount=yuan(5))
    assert books.do(paper).data == {"paper": "F-1"}
    assert books.do(paper).reason == "contract K-1 has another paper F-1"


def test_credit_is_drawn_at_the_partners_prices_and_settled(books: Books) -> None:
    draw = DrawCredit(partner="D-1", order="WO-1", lines=TWO_CUPS)
    assert books.do(draw).reason == "D-1 has no prices with the store"
    books.do(OPEN, "1.1")
    assert books.do(draw).reason == "not every product has a price on that list"
    books.do(SetProduct(sku="cup", title="Porcelain cup"))
    books.do(SetPrice(sku="cup", price=yuan(9)))
    assert books.do(draw, "2.1").data == {"amount": {"amount": "18.00", "currency": "CNY"}, "left": None}
    with books.write() as session:
        session.get_one(Distributor, ("tmall", "D-1")).credit = 200_000
    more = DrawCredit(partner="D-1", order="WO-2", lines=TWO_CUPS, amount=yuan("2.01"))
    refused = books.do(more)
    assert refused.reason == "D-1's credit doesn't reach for 2.01 CNY"
    assert refused.data["left"] == {"amount": "2.00", "currency": "CNY"}
    settled = books.do(SettleCredit(partner="D-1", order="WO-1", paid=yuan(10), rebate=yuan(1)))
    assert settled.data == {
        "left": {"amount": "13.00", "currency": "CNY"},
        "owed": {"amount": "7.00", "currency": "CNY"},
    }
    assert books.do(ClosePriceList(of="1.1"), of="1.1").data == {"open_orders": ["WO-1"]}
    assert books.do(GiveCreditBack(of="2.1"), of="2.1").data == {
        "left": {"amount": "20.00", "currency": "CNY"}
    }


def test_kind_04_an_order_is_priced_by_its_level_and_shows_what_is_owed(books: Books) -> None:
    ask = PriceOrder(partner="D-1", lines=TWO_CUPS)
    books.do(SetProduct(sku="cup", title="Porcelain cup"))
    assert books.do(ask).data["amount"] is None
    books.do(SetPrice(sku="cup", price=yuan("9.99")))
    assert books.do(ask).data["amount"] == {
        "amount": "19.98",
        "currency": "CNY",
    }  # nobody that the book knows
    books.do(OPEN.model_copy(update={"level": "B", "credit": yuan(20), "rebate_pct": Decimal(3)}), "1.1")
    books.do(DrawCredit(partner="D-1", order="WO-1", lines=TWO_CUPS), "2.1")
    assert books.do(ask).data == {
        "prices": [{"sku": "cup", "price": {"amount": "7.99", "currency": "CNY"}}],
        "amount": {"amount": "15.98", "currency": "CNY"},
        "level": "B",
        "rebate_pct": "3",
        "owed": {"amount": "15.98", "currency": "CNY"},
        "limit": {"amount": "20.00", "currency": "CNY"},
    }
    beyond = DrawCredit(partner="D-1", order="WO-2", lines=TWO_CUPS)
    refused = books.do(beyond)
    assert (refused.ok, refused.data["owed"], refused.data["limit"]) == (
        False,
        {"amount": "15.98", "currency": "CNY"},
        {"amount": "20.00", "currency": "CNY"},
    )
    assert books.do(beyond.model_copy(update={"allowed": True})).ok
    books.do(BlockDistributor(distributor="D-1", reason="sold below the list"))
    assert books.do(ask).reason == "D-1 is blocked: sold below the list"


def test_kind_04_an_ended_distributor_has_no_prices(books: Books) -> None:
    books.do(OPEN, "1.1")
    books.do(ClosePriceList(of="1.1"), of="1.1")
    priced = books.do(PriceOrder(partner="D-1", lines=TWO_CUPS))
    assert priced.reason == "D-1 has no prices with the store any more"


def test_a_blocked_distributor_orders_nothing(books: Books) -> None:
    books.do(OPEN)
    books.do(BlockDistributor(distributor="D-1", reason="sold below the list"), "2.1")
    draw = DrawCredit(partner="D-1", order="WO-1", lines=TWO_CUPS, amount=yuan(1))
    assert books.do(draw).reason == "D-1 is blocked: sold below the list"
    assert books.do(UnblockDistributor(of="2.1"), of="2.1").ok
    assert books.do(draw).ok


@pytest.mark.parametrize("collected", [True, False])
def test_a_delivery_is_called_off_unless_it_was_collected(books: Books, *, collected: bool) -> None:
    number = str(books.do(OrderDelivery(trade="T-1", unit="Yiwu", pickup=TODAY), "3.1").data["delivery_no"])
    if collected:
        with books.write() as session:
            session.get_one(Delivery, number).state = "collected"
    assert books.do(CallDeliveryOff(of="3.1"), of="3.1").ok is not collected


def test_money_of_a_trade_goes_to_one_of_the_two(books: Books) -> None:
    assert not books.do(ReleaseTradeMoney(trade="T-1", less=yuan(0))).ok
    books.do(HoldTradeMoney(trade="T-1", amount=yuan(100)), "3.1")
    released = books.do(ReleaseTradeMoney(trade="T-1", less=yuan(30)))
    assert released.data == {"released": {"amount": "70.00", "currency": "CNY"}}
    late = books.do(ReturnTradeMoney(of="3.1"), of="3.1")
    assert (late.ok, late.reason) == (False, "the seller has the money of T-1 already")
    books.do(HoldTradeMoney(trade="T-2", amount=yuan(5)), "4.1")
    assert books.do(ReturnTradeMoney(of="4.1"), of="4.1").data == {
        "returned": {"amount": "5.00", "currency": "CNY"}
    }


def test_kind_30_one_payment_is_held_for_one_trade(books: Books) -> None:
    assert books.do(HoldTradeMoney(trade="T-1", amount=yuan(100), payment_no="B-1"), "3.1").ok
    again = books.do(HoldTradeMoney(trade="T-2", amount=yuan(100), payment_no="B-1"), "3.2")
    assert (again.ok, again.reason) == (False, "payment B-1 belongs to T-1")
    assert books.do(HoldTradeMoney(trade="T-2", amount=yuan(100), payment_no="B-1"), "3.3", store="jd").ok
    assert not books.do(ReleaseTradeMoney(trade="T-2", less=yuan(0))).ok


def test_a_role_holds_until_its_last_grant_is_revoked(books: Books) -> None:
    grant = GrantRole(employee="wang", role=Role.PICKER, scope="warehouse", account="wang")
    assert books.do(grant, "1.1").data == {"before": [], "after": ["picker"]}
    assert books.do(grant, "1.2").data == {"before": ["picker"], "after": ["picker"]}
    assert books.do(RevokeRole(of="1.1"), of="1.1").data["after"] == ["picker"]
    assert books.do(RevokeRole(of="1.2"), of="1.2").data["after"] == []
    yesterday = grant.model_copy(update={"until": TODAY - timedelta(days=1)})
    assert books.do(yesterday).data["after"] == []


def test_kind_35_a_granted_role_is_the_accounts_until_it_is_taken_back(books: Books) -> None:
    with books.write() as session:
        session.add(
            Account(
                id="wang",
                spelling="wang",
                name="Wang",
                kind=AccountKind.PERSON,
                roles={"tmall": ["packer"]},
                parties=[],
                made_at=NOON,
                made_by="li",
            )
        )

    def held() -> list[str]:
        with reading(books.engine) as session:
            return session.get_one(Account, "wang").roles.get("tmall", [])

    grant = GrantRole(employee="wang", role=Role.PICKER, scope="warehouse", account="wang")
    assert books.do(grant, "1.1").data == {
        "before": ["packer"],
        "after": ["packer", "picker"],
        "changed": True,
    }
    assert "changed" not in books.do(grant, "1.2").data
    assert books.do(RevokeRole(of="1.1"), of="1.1").ok
    assert held() == ["packer", "picker"]
    assert books.do(RevokeRole(of="1.2"), of="1.2").data["changed"] is True
    assert held() == ["packer"]
    books.do(grant.model_copy(update={"role": Role.PACKER}), "1.3")
    assert books.do(RevokeRole(of="1.3"), of="1.3").data["after"] == ["packer"]
    with books.write() as session:
        log = [(line.what, line.about) for line in audit.lines(session)]
        assert (log, list(audit.faults(session))) == ([("rights_changed", "wang")] * 2, [])


def test_a_register_keeps_every_edition(books: Books) -> None:
    record = KeepRecord(book="lessons", entry="TR-1", data={"who": ["wang"]})
    assert [books.do(record, key).data for key in ("1.1", "1.2", "1.1")] == [
        {"edition": 1},
        {"edition": 2},
        {"edition": 1},
    ]
    assert books.do(StrikeRecord(of="1.2"), of="1.2").data == {"entry": "TR-1"}


def test_a_carrier_is_instructed_only_about_a_parcel_that_it_has(books: Books) -> None:
    instruction = InstructCarrier(waybill_no="SF-1", instruction=Instruction.HOLD, place="Yiwu depot")
    assert books.do(instruction).reason == "the book has no waybill SF-1"
    books.do(BookWaybill(order="SO-1", carrier="sf", waybill_no="SF-1"))
    assert books.do(instruction).data == {"waybill_no": "SF-1"}


def test_no_more_is_paid_for_an_order_on_credit_than_is_owed(books: Books) -> None:
    books.do(OPEN)
    books.do(DrawCredit(partner="D-1", order="WO-1", lines=TWO_CUPS, amount=yuan(30)))

    def settled(paid: int, rebate: int = 0) -> str:
        asked = SettleCredit(partner="D-1", order="WO-1", paid=yuan(paid), rebate=yuan(rebate))
        return books.do(asked).reason

    assert settled(10**7) == "30.00 CNY is owed for order WO-1, not 10000000.00 CNY"
    assert settled(30, 1) == "30.00 CNY is owed for order WO-1, not 31.00 CNY"
    assert (settled(20), settled(-21)) == ("", "not so much was paid for order WO-1")
    assert (settled(-20), settled(29, 1)) == ("", "")


def test_goods_that_never_came_are_not_owed(books: Books) -> None:
    books.do(OPEN.model_copy(update={"credit": yuan(40)}))
    books.do(DrawCredit(partner="D-1", order="WO-1", lines=TWO_CUPS, amount=yuan(30)))
    lowered = books.do(LowerCredit(partner="D-1", order="WO-1", amount=yuan(10)))
    assert [Money.model_validate(lowered.data[name]) for name in ("left", "owed")] == [yuan(20), yuan(20)]
    books.do(SettleCredit(partner="D-1", order="WO-1", paid=yuan(15), rebate=yuan(0)))
    assert books.do(LowerCredit(partner="D-1", order="WO-1", amount=yuan(10))).data["owed"] == {
        "amount": "0.00",
        "currency": "CNY",
    }
    refused = [
        books.do(LowerCredit(partner=partner, order=order, amount=amount)).reason
        for partner, order, amount in (
            ("D-1", "WO-1", yuan(11)),
            ("D-2", "WO-1", yuan(1)),
            ("D-1", "WO-2", yuan(1)),
            ("D-1", "WO-1", Money(amount=Decimal(1), currency="EUR")),
        )
    ]
    assert refused == [
        "10.00 CNY was drawn for order WO-1, not 11.00 CNY",
        "D-2 owes nothing for order WO-1",
        "D-1 owes nothing for order WO-2",
        "order WO-1 is owed in CNY",
    ]


def test_sums_in_another_currency_are_refused(books: Books) -> None:
    books.do(OpenPriceList(distributor="D-1", company="South", level="gold", payment="30d"))
    books.do(DrawCredit(partner="D-1", order="WO-1", lines=(SkuQty(sku="cup", qty=1),), amount=yuan(30)))
    books.do(HoldTradeMoney(trade="T-1", amount=yuan(100)))
    euros = Money(amount=Decimal(10), currency="EUR")
    assert [
        books.do(SettleCredit(partner="D-1", order="WO-1", paid=euros, rebate=yuan(0))).reason,
        books.do(ReleaseTradeMoney(trade="T-1", less=euros)).reason,
    ] == ["order WO-1 is owed in CNY", "the money of T-1 is in CNY"]
