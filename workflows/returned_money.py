"""The money of goods that come back, or for which others go."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel

from models.values import NOTHING, Code, Money, Price, yuan

MOST_POSTAGE = yuan(30)
"""So much at most is repaid, or asked, for posting goods; default."""
USUAL_POSTAGE = yuan(12)
"""What a label of ours costs where no book knows the carrier's price; default."""

AtFault = Literal["customer", "shop", "carrier", "supplier"]


class MoneyOfReturnedGoods(BaseModel):
    """What goods are worth that came back, what of it is given up, and what posting them has cost."""

    shop_pays_postage: bool = False
    label_no: Code | None = None
    """The waybill of the label that the shop has paid for."""
    label_price: Price | None = None
    """What that cost, by the carriers' book; None where it doesn't know."""
    postage: Price = NOTHING
    """What the customer has paid for posting the goods."""
    fault_owner: AtFault | None = None
    spoilt: Price | None = None
    """What was paid for pieces that didn't come, or came spoilt by the customer; None before that is known."""
    extra_cost: Price = NOTHING
    """What the shop gives up, as the goods didn't pass."""
    granted_limit: Price | None = None
    """How much whoever gives that up may grant; None where they have no limit."""
    given_before: Price | None = None
    """What the order and its buyer were given before that, where it was too much."""

    @property
    def is_shops_fault(self) -> bool:
        """Whether the shop answers for the return, to its customer."""
        return self.shop_pays_postage if self.fault_owner is None else self.fault_owner != "customer"

    @property
    def freight_payer(self) -> Literal["customer", "shop"]:
        """Who pays for what goes back to the customer: whoever is at fault."""
        return "shop" if self.is_shops_fault else "customer"

    @property
    def label_owed(self) -> Money:
        """What the customer owes for a label that the shop has paid for, though it wasn't at fault."""
        if self.label_no is None or self.is_shops_fault:
            return NOTHING
        return min(self.label_price or USUAL_POSTAGE, MOST_POSTAGE)

    @property
    def postage_owed(self) -> Money:
        """What is repaid for posting the goods: nothing where the customer had a label of ours."""
        repaid = self.is_shops_fault and self.label_no is None
        return min(self.postage, MOST_POSTAGE) if repaid else NOTHING

    def given_up_for(self, taken_off: Money) -> Money | None:
        """What the shop gives up where so much is taken off, or asked, for what is spoilt; None where nobody knows what
        that was worth.
        """
        return None if self.spoilt is None else max(self.spoilt - taken_off, NOTHING)

    def giving_up(self, amount: Money | None, limit: Money | None) -> Self:
        """The case where the shop gives up so much, by somebody who may grant as much as `limit`."""
        return self.model_copy(update={"extra_cost": amount or NOTHING, "granted_limit": limit})


class ReturnMoney(MoneyOfReturnedGoods):
    """What is due for goods that come back."""

    value: Price | None = None
    """What was paid for the goods; None where the books can't tell."""
    left: Price | None = None
    """What can still be refunded of the order; None where the books can't tell."""
    freight: Price = NOTHING
    """What was paid for the delivery, where all of the order comes back."""
    deduction: Price = NOTHING
    settled: Price = NOTHING
    """What went back for the goods before they came."""
    payable: Price | None = None
    """What the money book said could still be refunded, when more was asked for."""
    refunded: Price = NOTHING
    """What has gone back."""

    @property
    def delivery(self) -> Money:
        """What goes back beside the goods."""
        return self.freight + self.postage_owed if self.is_shops_fault else NOTHING

    @property
    def balance(self) -> Money:
        """What is the customer's; less than zero where it is the shop's."""
        return (self.value or NOTHING) - self.taken_off + self.delivery - self.settled

    @property
    def taken_off(self) -> Money:
        """What is taken off for goods that aren't as they were, and for the label that brought them."""
        return self.deduction + self.label_owed

    @property
    def owed(self) -> Money:
        """What is the customer's."""
        return max(self.balance, NOTHING)

    @property
    def due(self) -> Money:
        """What of it goes back the way it came."""
        return self.owed if self.payable is None else min(self.owed, self.payable)

    @property
    def goods_value(self) -> Money | None:
        """What the goods were bought for."""
        return self.value

    @property
    def agreed_deduction(self) -> Money | None:
        """What is taken off: as agreed, or, before that, what is spoilt."""
        return self.deduction or self.spoilt or None

    @property
    def sum_due(self) -> Money | None:
        """What goes back; None where the books can't tell."""
        return None if self.value is None else self.due

    @property
    def goods_due(self) -> Money | None:
        """What of it is for the goods, before the deduction."""
        return None if self.value is None else self.due - min(self.delivery, self.due) + self.taken_off

    @property
    def delivery_due(self) -> Money:
        """What of it is for delivery and postage. What the customer paid for posting is known without the books."""
        return self.delivery if self.value is None else min(self.delivery, self.due)

    @property
    def deduction_due(self) -> Money | None:
        """What is taken off; None where the books can't tell what is due."""
        return None if self.value is None else self.taken_off

    @property
    def settlement(self) -> dict[str, object]:
        """How the sum that goes back is made up, as `Paid` of a return asks it."""
        return {
            "goods_amount": self.goods_due,
            "freight_refund": self.delivery_due,
            "deduction": self.taken_off,
            "total": self.due,
            "route": "original",
        }

    @property
    def postage_due(self) -> Money:
        """Postage that wasn't paid to the shop and can't go back that way."""
        short = NOTHING if self.payable is None else self.owed - self.due
        return min(short, self.postage_owed)


class ExchangeMoney(MoneyOfReturnedGoods):
    """What goods cost that take the place of others."""

    old_value: Price = NOTHING
    """What the customer paid for the old goods and hasn't got back."""
    new_value: Price = NOTHING
    refunded: Price = NOTHING
    """What went back because the new goods cost less."""
    added: Price = NOTHING
    """What finance took in by hand because the new goods cost more."""
    fee: Price = NOTHING
    """What the customer adds because the old goods were not as they should be."""
    deposit_held: Price = NOTHING

    @property
    def goods_value(self) -> Money | None:
        """What the old goods were bought for; None where the books can't tell."""
        return self.old_value or None

    @property
    def owed(self) -> Money:
        """What the old goods are worth to the customer, as they came."""
        return max(self.old_value - (self.spoilt or NOTHING) - self.label_owed, NOTHING)

    @property
    def price(self) -> Money:
        """What the customer pays for the new goods, all in all, the label with it that brought the old ones."""
        return self.new_value + self.fee + self.label_owed

    @property
    def difference(self) -> Money:
        """What the customer owes; less than zero where the shop does."""
        return self.price - self.old_value

    @property
    def settled_by(self) -> str:
        """How that is settled as a rule."""
        if not self.difference:
            return "none"
        return "pay_link" if self.price > self.old_value else "refund"
