"""What procedures ask of goods that customers send back, and what may become of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal, TypedDict

from activities.orders.contract import Addressee, Condition, InspectedLine, ReturnedGoods
from activities.stock.contract import Disposition, Receipt
from models.values import (
    NOTHING,
    Address,
    Bin,
    Carrier,
    Code,
    Day,
    FormRow,
    FormRows,
    LineQty,
    Location,
    Moment,
    Money,
    Paid,
    Photos,
    Price,
    Qty,
    Remark,
    Text,
    Ticked,
    User,
    in_one_currency,
    per_line,
)
from workflows.language.forms import Form, Keep, Problems, Told
from workflows.language.sources import (
    FromCase,
    TimeOrEarlier,
    ToCheck,
    from_case,
    own_number,
    proposed,
    rows_of,
    to_check,
)
from workflows.returned_money import AtFault, ExchangeMoney, ReturnMoney

__all__ = [
    "UNFIT",
    "AgreedDeduction",
    "AtFault",
    "DeductionTaken",
    "DifferenceSettled",
    "ExchangeMoney",
    "ExchangeTerms",
    "InspectedPart",
    "InsteadChoice",
    "LateParcel",
    "OldGoods",
    "OldGoodsHere",
    "OldGoodsInspection",
    "PackageState",
    "PaidInstead",
    "ParcelIn",
    "Placing",
    "PostagePaid",
    "Posted",
    "RefundRuling",
    "ReturnMoney",
    "ReturnPaid",
    "ReturnWaiver",
    "SentBack",
    "ShipFirst",
    "ToRefund",
    "inspected_receipts",
    "is_within",
    "label_to",
    "oversold",
    "placed_receipts",
    "uninspected",
]

UNFIT = ("damaged", "missing_parts", "wrong_item")
"""The conditions in which goods aren't what was sold."""
BECOMES = {
    "as_new": Disposition.SELLABLE,
    "opened": Disposition.QUARANTINE,
    "damaged": Disposition.DEFECTIVE,
    "missing_parts": Disposition.DEFECTIVE,
    "wrong_item": Disposition.QUARANTINE,
}
"""What becomes of goods that nobody places by hand."""

PackageState = Literal["intact", "opened", "crushed"]


class Label(TypedDict):
    """Whom a parcel goes to."""

    to: Address | None
    receiver: str
    phone: str


class Posted(Told):
    """The customer has given the goods to a carrier."""

    carrier: Text
    waybill_no: Keep[Code]
    shipped_at: TimeOrEarlier[Day | None] = None
    photo: Photos = ()
    postage: Keep[Price] = NOTHING
    """What the customer has paid for it."""


class Placed(FormRow):
    """So many pieces of a line, and where they are put. Without a location: where they left from."""

    line: FromCase[Qty]
    qty: Annotated[Qty, proposed("qty")]
    location: Location | None = None
    disposition: Literal["sellable", "repair", "supplier_return", "scrap"]
    bin: Remark = ""


class InspectedPart(InspectedLine):
    """So much of a line, as it was found."""

    line: FromCase[Qty]
    qty: Annotated[Qty, to_check("qty")]
    condition: ToCheck[Condition]


class Placing(Form):
    """Where goods that came back are put. None where nothing came."""

    placements: Annotated[FormRows[Placed], rows_of("to_be_placed")]


class ParcelIn(Form):
    """Goods that a customer sent back have arrived."""

    waybill_no: Annotated[Keep[Code], to_check("waybill_no")]
    package_state: ToCheck[PackageState]
    received_at: TimeOrEarlier[Moment]


class LateParcel(ParcelIn):
    """They have arrived though the money has gone back already."""

    note: Remark = ""


class AgreedDeduction(Form):
    """What the customer agrees to be taken off, as the goods aren't as they were."""

    deduction: Annotated[Keep[Price], proposed("agreed_deduction", at_most="value")]
    reason: Text
    customer_agrees: Ticked


class DeductionTaken(Form):
    """What was agreed is taken off."""

    deduction: Annotated[Price, from_case("deduction")]
    reason: Text
    customer_agrees: Ticked


class ReturnWaiver(Form):
    """The customer gets the money though the goods aren't as they were."""

    extra_cost: Keep[Price]
    approval_note: Text


class RefundRuling(Form):
    """The platform has ruled for the customer, and paid."""

    amount: Paid | None = None
    ruling_no: Remark = ""


class SentBack(Form):
    """Goods go back to the customer."""

    carrier: Carrier
    waybill_no: Code
    freight_payer: Literal["customer", "shop"] = "shop"


class ReturnPaid(Form):
    """What was paid for goods that came back."""

    goods_amount: Annotated[Price, proposed("goods_due")]
    freight_refund: Annotated[Price, proposed("delivery_due")] = NOTHING
    deduction: Annotated[Price, proposed("deduction")] = NOTHING
    total: Annotated[Price, proposed("sum_due")]
    route: Literal["original", "manual"]
    refund_no: Annotated[Text, own_number("RF")]

    def problems(self) -> Problems:
        if self.total != self.goods_amount + self.freight_refund - self.deduction:
            yield "total", "Must be goods and freight, less the deduction."


class DifferenceSettled(Form):
    """What the customer paid, or got back, as the new goods cost something else."""

    old_value: Annotated[Price, from_case("old_value")]
    new_value: Annotated[Price, from_case("price")]
    difference: Annotated[Money, from_case("difference")]
    settled_by: Annotated[Literal["pay_link", "refund", "none"], proposed("settled_by")]


class OldGoods(Form):
    """The old goods have come after the new ones left."""

    condition: ToCheck[Literal["as_new", "opened", "damaged", "wrong_item"] | None] = None
    """Of all of them, where they are alike."""
    lines: Annotated[FormRows[InspectedPart], rows_of("lines")] = ()
    bin: Bin
    location: Location | None = None

    def problems(self) -> Problems:
        if (self.condition is None) == (not self.lines):
            yield "condition", "Say in which condition they are: all of them, or line by line."

    def rows(self, lines: Iterable[LineQty]) -> tuple[InspectedLine, ...]:
        """Each piece with its condition."""
        alike = self.condition
        return self.lines or tuple(
            InspectedLine(line=row.line, qty=row.qty, condition=alike) for row in lines if alike is not None
        )


class ShipFirst(Form):
    """The new goods go before the old ones are back."""

    approver: User
    deposit_held: Keep[Price] = NOTHING
    reason: Text


class OldGoodsHere(Form):
    """The old goods have arrived."""

    package_state: ToCheck[PackageState]
    received_at: TimeOrEarlier[Moment]


class ExchangeTerms(Form):
    """What the customer adds, as the old goods aren't as they were."""

    fee: Keep[Price]
    customer_agrees: Ticked


class ToRefund(Form):
    """The customer gets money in place of other goods."""

    reason: Text
    amount: Annotated[Keep[Paid], proposed("goods_value", at_most="goods_value")]


class PaidInstead(Form):
    """What finance has paid in place of other goods."""

    refund_no: Annotated[Text, own_number("RF")]
    amount: Annotated[Price, proposed("instead_due")]


class InsteadChoice(Form):
    """What the customer chooses where nothing is there to replace the old goods."""

    customer_choice: Literal["refund", "wait"]
    old_goods: Keep[Literal["come_back", "stay"]] = "come_back"
    """Whether the customer sends the old goods back before the money goes, or keeps them."""

    def problems(self) -> Problems:
        if self.customer_choice == "wait":
            yield "customer_choice", "To wait for the goods, leave the case here and reserve again later."


class OldGoodsInspection(Form):
    """What came of the old goods, piece by piece."""

    lines: Annotated[FormRows[InspectedPart], rows_of("lines")]
    """What was in the parcel; none where nothing was."""
    photos: Photos = ()
    location: Location | None = None
    """Where the goods are put; without it, where they left from."""
    note: Remark = ""


class PostagePaid(Form):
    """Finance has repaid what a customer had paid for posting goods."""

    payment_no: Text
    paid_at: TimeOrEarlier[Moment]


def uninspected(rows: Iterable[InspectedLine]) -> tuple[InspectedLine, ...]:
    """Rows that nobody has inspected yet: what looks as new counts as opened."""
    return tuple(
        row.model_copy(update={"condition": "opened"}) if row.condition == "as_new" else row for row in rows
    )


def is_within(amount: Money, most: Money | None) -> bool:
    """Whether an amount is no more than the books say, in their currency; True where they say nothing."""
    return most is None or (in_one_currency((amount, most)) and amount <= most)


def label_to(receiver: Addressee | None) -> Label:
    """Whom a parcel goes to, as BookWaybill asks it; nobody where the books don't know."""
    if receiver is None:
        return {"to": None, "receiver": "", "phone": ""}
    return {"to": receiver.address, "receiver": receiver.receiver_name, "phone": receiver.phone}


def oversold(placements: Iterable[Placed], inspected: Iterable[InspectedLine]) -> Counter[int]:
    """By line, how many pieces would be put up for sale beyond those that the inspection found fit."""
    sold = per_line(placed for placed in placements if placed.disposition == "sellable")
    return sold - per_line(row for row in inspected if row.condition not in UNFIT)


def placed_receipts(placements: Iterable[Placed], goods: Iterable[ReturnedGoods]) -> tuple[Receipt, ...]:
    """The pieces as they are placed, as far as it is known what they are."""
    known = {row.line: row for row in goods}
    return tuple(
        Receipt(
            sku=known[placed.line].sku,
            qty=placed.qty,
            disposition=Disposition(placed.disposition),
            location=placed.location or known[placed.line].location,
            bin=placed.bin,
        )
        for placed in placements
        if placed.line in known
    )


def inspected_receipts(
    inspected: Iterable[InspectedLine],
    goods: Iterable[ReturnedGoods],
    *,
    location: str | None = None,
    into: str = "",
) -> tuple[Receipt, ...]:
    """Each piece as its own condition has it, where it is named or where it left from."""
    known = {row.line: row for row in goods}
    return tuple(
        Receipt(
            sku=known[row.line].sku,
            qty=row.qty,
            disposition=BECOMES[row.condition],
            location=location or known[row.line].location,
            bin=into,
        )
        for row in inspected
        if row.line in known
    )
