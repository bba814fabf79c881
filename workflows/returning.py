"""What whoever acts in a return is asked: the forms of `return_refund`, and what such a case knows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, Literal, Self

from activities.orders.contract import Addressee, InspectedLine, LinesQuoted, ReturnedGoods
from models.roles import Role
from models.values import (
    NOTHING,
    Address,
    Code,
    FormRows,
    LineQty,
    Moment,
    Money,
    Order,
    Paid,
    Photos,
    Price,
    Remark,
    Some,
    Text,
    Ticked,
    line_rows,
    per_line,
)
from workflows.language.forms import Case, Form, Keep, Problems
from workflows.language.sources import TimeOrEarlier, from_case, own_number, proposed, rows_of
from workflows.outside_words import ToCustomer
from workflows.returned_goods import FIT, InspectedPart, LateParcel, ParcelIn, worth_of
from workflows.returned_money import AtFault, ReturnMoney
from workflows.shared_forms import Agreed

NOT_TAKEN = ("expired", "cancelled", "sent_back_closed")
"""The declared ends in which the customer has the goods."""
KEPT = frozenset({*NOT_TAKEN, "aborted"})
"""All ends in which the customer has them."""


class Authorisation(Form):
    """What is to come back, and who pays for posting it."""

    order_no: Order
    lines: Some[LineQty]
    reason: Text
    shop_pays_postage: bool
    address: Address


class CameUnasked(Authorisation):
    """What has come though the case that asked for it had ended, or was paid for without it."""

    waybill_no: Code | None = None
    settled: Price = NOTHING
    """What went back for it already."""


class Inspection(Form):
    """What came of the goods, piece by piece."""

    lines: Annotated[FormRows[InspectedPart], rows_of("lines")]
    """What was in the parcel; none where nothing was."""
    photos: Photos = ()
    fault_owner: Keep[AtFault]
    note: ToCustomer[Remark] = ""


class AgreedDeduction(Agreed):
    """What the customer agrees to be taken off, as the goods aren't as they were."""

    deduction: Annotated[Keep[Price], proposed("agreed_deduction", at_most="value")]
    reason: Text


class DeductionTaken(Form):
    """What was agreed is taken off."""

    deduction: Annotated[Price, from_case("deduction")]
    reason: Text
    customer_agrees: Ticked


class Waiver(Form):
    """The customer gets all the money though the goods aren't as they were."""

    extra_cost: Annotated[Price, from_case("spoilt")]
    """What that costs the shop; asked only where the books can't tell."""
    approval_note: Text


class Ruling(Form):
    """The platform has ruled for the customer, and paid."""

    amount: Paid | None = None
    ruling_no: Remark = ""


class RefundPaid(Form):
    """What was paid for goods that came back. Asked only where the books can't tell what is due."""

    goods_amount: Annotated[Price, from_case("goods_due")]
    freight_refund: Annotated[Price, from_case("delivery_due")] = NOTHING
    deduction: Annotated[Price, from_case("deduction_due")] = NOTHING
    total: Annotated[Price, from_case("sum_due")]
    route: Literal["original", "manual"]
    refund_no: Annotated[Text, own_number("RF")]

    def problems(self) -> Problems:
        if self.total != self.goods_amount + self.freight_refund - self.deduction:
            yield "total", "Must be goods and freight, less the deduction."


class PostagePaid(Form):
    """Finance has repaid what a customer had paid for posting goods."""

    payment_no: Text
    paid_at: TimeOrEarlier[Moment]


# --- what several rows share: who sends an event, with which form, on which message from outside

Row = dict[str, Any]
ARRIVED: Row = {"by": Role.WAREHOUSE_KEEPER | Role.FACTORY_RESIDENT, "form": ParcelIn}
ARRIVED_LATE: Row = {**ARRIVED, "form": LateParcel}
INSPECTED: Row = {"by": Role.QC, "form": Inspection}
PAID: Row = {"by": Role.PAYMENT_FEED, "form": RefundPaid}
PAID_BY_HAND: Row = {"by": Role.PAYMENT_FEED | Role.FINANCE, "form": RefundPaid}
RULED: Row = {"by": Role.PLATFORM_FEED, "form": Ruling, "on": "platform.refund.ruled"}


class ReturnCase(Case, ReturnMoney):
    """A return."""

    order_no: Order
    lines: Some[LineQty]
    reason: Text
    address: Address
    waybill_no: Code | None = None
    declared_value: Price = NOTHING
    goods: FormRows[ReturnedGoods] = ()
    receiver: Addressee | None = None
    trusted: bool = False
    inspected: FormRows[InspectedLine] = ()
    by_hand: bool = False
    """The provider can't return the money."""

    @property
    def to_be_placed(self) -> tuple[LineQty | InspectedLine, ...]:
        """What came back, or was to."""
        return self.inspected or self.lines

    @property
    def still_out(self) -> tuple[LineQty, ...]:
        """What didn't come, by the inspection."""
        return line_rows(per_line(self.lines) - per_line(self.inspected))

    @property
    def is_as_sold(self) -> bool:
        """Whether all of it is here and as new, by the inspection."""
        return not self.still_out and all(row.condition == "as_new" for row in self.inspected)

    @property
    def terms(self) -> dict[str, Any]:
        """What a case about more goods of the return is told as this one was."""
        return self.model_dump(include={"order_no", "reason", "shop_pays_postage", "address"})

    def fault_of_supplier(self, note: str) -> dict[str, Any]:
        """What is written down against the supplier."""
        goods = [row.model_dump(mode="json") for row in self.goods]
        return {"order_no": self.order_no, "goods": goods, "note": note}

    def with_quote(self, quote: LinesQuoted) -> Self:
        """The case with what the books say of its goods."""
        known: dict[str, Any] = {
            "value": quote.value,
            "left": quote.value if quote.left is None else quote.left,
            "goods": tuple(ReturnedGoods.model_validate(dict(row)) for row in quote.goods),
            "trusted": quote.trusted,
            "freight": quote.freight,
        }
        if quote.receiver is not None and quote.receiver.address is not None:
            known["receiver"] = Addressee.model_validate(dict(quote.receiver))
        return self.model_copy(update=known)

    def with_inspection(self, found: Inspection, *, but_for: Collection[str] = FIT) -> Self:
        """The case with what was found, and what of it the customer has spoilt: all but what is in one of these
        conditions. What somebody else has spoilt is owed all the same.
        """
        spoilt: Money | None = NOTHING
        if found.fault_owner == "customer":
            fit = worth_of(self.goods, (row for row in found.lines if row.condition in but_for))
            spoilt = None if self.value is None or fit is None else max(self.value - fit, NOTHING)
        nothing_agreed = {"deduction": NOTHING, "extra_cost": NOTHING}
        return self.model_copy(update={"inspected": found.lines, "spoilt": spoilt, **nothing_agreed})
