"""The money of goods that come back, or for which others go."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from models.values import NOTHING, Money, Price, yuan

MOST_POSTAGE = yuan(30)
"""Of what the customer paid for posting goods, so much is repaid; default."""

AtFault = Literal["customer", "shop", "carrier", "supplier"]


class ReturnMoney(BaseModel):
    """What is due for goods that come back."""

    shop_pays_postage: bool
    value: Price | None = None
    """What was paid for the goods; None where the books can't tell."""
    left: Price | None = None
    """What can still be refunded of the order; None where the books can't tell."""
    freight: Price = NOTHING
    """What was paid for the delivery, where all of the order comes back."""
    postage: Price = NOTHING
    """What the customer has paid for posting the goods."""
    fault_owner: AtFault | None = None
    deduction: Price = NOTHING
    payable: Price | None = None
    """What the money book said could still be refunded, when more was asked for."""

    @property
    def is_shops_fault(self) -> bool:
        """Whether the shop answers for the return, to its customer."""
        return self.shop_pays_postage if self.fault_owner is None else self.fault_owner != "customer"

    @property
    def delivery(self) -> Money:
        """What goes back beside the goods."""
        return self.freight + min(self.postage, MOST_POSTAGE) if self.is_shops_fault else NOTHING

    @property
    def owed(self) -> Money:
        """What is the customer's."""
        return (self.value or NOTHING) - self.deduction + self.delivery

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
        """What is taken off by agreement; None before that."""
        return self.deduction or None

    @property
    def sum_due(self) -> Money | None:
        """What goes back; None where the books can't tell."""
        return None if self.value is None else self.due

    @property
    def goods_due(self) -> Money | None:
        """What of it is for the goods, before the deduction."""
        return None if self.value is None else self.due - self.delivery_due + self.deduction

    @property
    def delivery_due(self) -> Money:
        """What of it is for delivery and postage."""
        return min(self.delivery, self.due) if self.value is not None else self.delivery

    @property
    def settlement(self) -> dict[str, object]:
        """How the sum that goes back is made up, as `ReturnPaid` asks it."""
        return {
            "goods_amount": self.goods_due,
            "freight_refund": self.delivery_due,
            "deduction": self.deduction,
            "total": self.due,
            "route": "original",
        }

    @property
    def postage_due(self) -> Money:
        """Postage that wasn't paid to the shop and can't go back that way."""
        short = NOTHING if self.payable is None else self.owed - self.due
        return min(short, self.postage, MOST_POSTAGE) if self.is_shops_fault else NOTHING


class ExchangeMoney(BaseModel):
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
    def price(self) -> Money:
        """What the customer pays for the new goods, all in all."""
        return self.new_value + self.fee

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
