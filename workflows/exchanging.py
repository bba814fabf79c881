"""What whoever acts in an exchange is asked: the forms of `exchange`, and what such a case knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from activities.orders.contract import Addressee, InspectedLine, ReplacementReserved, ReturnedGoods
from models.roles import Role
from models.values import (
    NOTHING,
    Address,
    Bin,
    Code,
    FormRows,
    LineQty,
    Location,
    Moment,
    Money,
    Order,
    Paid,
    Photos,
    Price,
    Remark,
    SkuQty,
    Some,
    Text,
    User,
)
from workflows.language.forms import Case, Channel, Form, Keep, Problems, Reason
from workflows.language.sources import TimeOrEarlier, ToCheck, from_case, own_number, proposed, rows_of
from workflows.outside_words import ToCustomer
from workflows.returned_goods import UNFIT, InspectedPart, PackageState, worth_of
from workflows.returned_money import AtFault, ExchangeMoney
from workflows.shared_forms import Agreed, LessIfAgreed

KEPT = frozenset({"expired", "cancelled", "aborted"})
"""The ends in which the customer has the old goods."""


class Authorisation(Form):
    """What is to come back, and what goes in its place."""

    order_no: Order
    lines: Some[LineQty]
    reason: Remark = ""
    shop_pays_postage: bool = False
    wanted: FormRows[SkuQty] = ()
    """What is to come instead; the same goods where it is empty."""
    are_here: bool = False
    """The old goods are with the shop already: after a repair, or as they came late."""


class InsteadChoice(Form):
    """What the customer chooses where nothing is there to replace the old goods."""

    channel: Channel
    customer_choice: Literal["refund", "wait"]
    old_goods: Keep[Literal["come_back", "stay"]] = "come_back"
    """Whether the customer sends the old goods back before the money goes, or keeps them."""

    def problems(self) -> Problems:
        if self.customer_choice == "wait":
            yield "customer_choice", "To wait for the goods, leave the case here and reserve again later."


class TryAgain(Form):
    """The goods are looked for once more; or others, where the customer takes them instead."""

    wanted: Keep[Annotated[FormRows[SkuQty], proposed("wanted")]] = ()


class ShipFirst(Form):
    """The new goods go before the old ones are back."""

    approver: User
    deposit_held: Annotated[Keep[Price], proposed("deposit_held", at_most="goods_value")] = NOTHING
    reason: Text


class OldGoodsHere(Form):
    """The old goods have arrived."""

    package_state: ToCheck[PackageState]
    received_at: TimeOrEarlier[Moment]


class Inspection(Form):
    """What came of the old goods, piece by piece."""

    lines: Annotated[FormRows[InspectedPart], rows_of("lines")]
    """What was in the parcel; none where nothing was."""
    photos: Photos = ()
    location: Keep[Location | None] = None
    """Where the goods are put; without it, where they left from."""
    fault_owner: Keep[AtFault | None] = None
    """Who has spoilt what isn't as it was."""
    note: ToCustomer[Remark] = ""

    @property
    def passes(self) -> bool:
        """Whether the customer has spoilt nothing."""
        others = self.fault_owner not in (None, "customer")
        return others or all(row.condition not in UNFIT for row in self.lines)


class Terms(Agreed):
    """What the customer adds, as the old goods aren't as they were."""

    fee: Annotated[Keep[Price], proposed("spoilt", at_most="goods_value")]


class ToRefund(LessIfAgreed):
    """The customer gets money in place of other goods."""

    reason: Text
    amount: Annotated[Keep[Paid], proposed("owed", at_most="goods_value")]


class PaidInstead(Form):
    """What finance has paid in place of other goods."""

    refund_no: Annotated[Text, own_number("RF")]
    amount: Annotated[Price, from_case("instead_due")]


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


# --- what several rows share: who sends an event, and with which form

Row = dict[str, Any]
SENT_FIRST: Row = {"by": Role.AFTER_SALES, "form": ShipFirst}
ARRIVED: Row = {"by": Role.WAREHOUSE_KEEPER | Role.FACTORY_RESIDENT, "form": OldGoodsHere}
OLD_GOODS: Row = {"by": Role.WAREHOUSE_KEEPER, "form": OldGoods}
REFUSED: Row = {"by": Role.AFTER_SALES | Role.CS_SUPERVISOR, "form": Reason}
SETTLED: Row = {"by": Role.PAYMENT_FEED, "form": DifferenceSettled, "on": "payment.charge.paid"}
SETTLED_BY_HAND: Row = {"by": Role.PAYMENT_FEED | Role.FINANCE, "form": DifferenceSettled}
PAID_INSTEAD: Row = {"by": Role.PAYMENT_FEED | Role.FINANCE, "form": PaidInstead}


class ExchangeCase(Case, ExchangeMoney):
    """An exchange."""

    order_no: Order
    lines: Some[LineQty]
    reason: Remark = ""
    wanted: FormRows[SkuQty] = ()
    are_here: bool = False
    taken_over: bool = False
    """The old goods are among the shop's stock."""
    old_goods: Literal["come_back", "stay"] = "come_back"
    goods: FormRows[ReturnedGoods] = ()
    inspected: FormRows[InspectedLine] = ()
    location: Location | None = None
    receiver: Addressee | None = None
    trusted: bool = False
    amount: Paid | None = None
    """What the customer gets in place of other goods, where somebody has said it."""
    waybill_no: Code | None = None
    declared_value: Price = NOTHING

    @property
    def instead_due(self) -> Money | None:
        """What the customer gets in place of other goods."""
        return self.amount or self.owed or None

    @property
    def settlement(self) -> dict[str, object]:
        """How the difference is made up, as `DifferenceSettled` asks it."""
        return {
            "old_value": self.old_value,
            "new_value": self.price,
            "difference": self.difference,
            "settled_by": self.settled_by,
        }

    def asked_instead(self, *, is_back: bool) -> dict[str, Any]:
        """The refund of the old goods, as a case of its own asks it. For goods that aren't back all of it is
        granted.
        """
        asked, owed = self.instead_due, self.owed if is_back else NOTHING
        return {
            "source": "returned" if is_back else "quality",
            "amount": asked,
            "lines": self.lines,
            "goodwill": max((asked or NOTHING) - owed, NOTHING),
        }

    def asking_back(self, address: Address) -> dict[str, Any]:
        """The return of the old goods, as a case of its own asks it, where nothing replaces them."""
        known = self.model_dump(include={"order_no", "lines"})
        return {
            **known,
            "reason": self.reason or "Out of stock",
            "shop_pays_postage": True,
            "address": address,
        }

    def came_back_after(self, address: Address) -> dict[str, Any]:
        """The same, where they have come though the money went back without them."""
        known = {"waybill_no": self.waybill_no, "settled": self.instead_due or NOTHING}
        return {**self.asking_back(address), "reason": self.reason or "-", **known}

    @property
    def with_goods_here(self) -> dict[str, Any]:
        """The same exchange once more, now that the old goods are here."""
        known = {"order_no", "lines", "reason", "shop_pays_postage", "wanted"}
        return {**self.model_dump(include=known), "are_here": True}

    def with_difference_settled(self, *, by_hand: bool) -> Self:
        """The case once the difference has been paid: what went back, or what finance took in by hand."""
        owes = self.difference
        if owes < NOTHING:
            return self.model_copy(update={"refunded": -owes})
        return self.model_copy(update={"added": owes}) if by_hand and owes else self

    @property
    def comes_back_apart(self) -> bool:
        """Whether a case of its own takes the old goods back, where nothing replaces them."""
        return self.old_goods == "come_back" and not self.are_here

    def with_quote(self, quote: ReplacementReserved) -> Self:
        """The case with what the books say of its goods, and of what replaces them."""
        receiver = Addressee.model_validate(dict(quote.receiver)) if quote.receiver else None
        return self.model_copy(
            update={
                "goods": tuple(ReturnedGoods.model_validate(dict(row)) for row in quote.goods),
                "receiver": receiver,
                "old_value": quote.value,
                "new_value": quote.new_value,
                "trusted": quote.trusted,
            }
        )

    def with_inspection(self, found: Inspection, *, has_failed: bool) -> Self:
        """The case with what was found, and what of it the customer has spoilt, where it doesn't pass: all that isn't
        as new. What somebody else has spoilt is owed all the same.
        """
        spoilt: Money | None = NOTHING
        if has_failed and found.fault_owner in (None, "customer"):
            fit = worth_of(self.goods, (row for row in found.lines if row.condition == "as_new"))
            spoilt = None if fit is None else max(self.old_value - fit, NOTHING)
        return self.model_copy(update={"inspected": found.lines, "spoilt": spoilt})

    def lost_of(self, rows: Iterable[InspectedLine]) -> Money:
        """What was paid for old goods that didn't come with these, or came spoilt though the shop wasn't at fault."""
        good = (row for row in rows if self.is_shops_fault or row.condition not in UNFIT)
        fit = worth_of(self.goods, good)
        return NOTHING if fit is None else max(self.old_value - fit, NOTHING)
