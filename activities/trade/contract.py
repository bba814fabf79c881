"""Partners in trade: contracts with their papers, distributors with their price lists and credit, deliveries for
the exchange centre.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import Field

from models.book_reading import BookReading
from models.effect import Effect, OutcomeRow, Refused, Success, Undo
from models.values import (
    NOTHING,
    Code,
    Day,
    File,
    Moment,
    Money,
    Paid,
    Pct,
    Price,
    Remark,
    SkuQty,
    Some,
    Text,
    User,
)

LEVEL_PRICE = BookReading("trade.price", by=("partner", "sku"))
"""What a product costs a partner now: its level's own price, or its share of the list price."""
CREDIT_LEFT = BookReading("trade.credit_left", by=("partner",))
"""What a partner may still draw; nothing for whom no credit was agreed."""


class ContractSealed(Success):
    """The text that is fixed."""

    seal: str = ""
    """The hash of the text."""
    edition: int = 0
    """Counted from 1."""


class SealContract(Effect):
    """A contract's final text is fixed: from now on only a signed supplement changes it."""

    success: ClassVar[type[Success]] = ContractSealed

    contract: Code
    terms: Annotated[dict[str, Any], Field(max_length=100)]
    """All that was agreed, as JSON."""


class ContractEntered(Success):
    """The edition that is in force."""

    edition: int = 0


class EndContract(Undo):
    """A contract is in force no more; what was done under it stands."""


class EnterContract(Effect):
    """A contract signed by both sides is in force. A supplement of the same contract replaces the edition
    before it.

    Refused when the seal isn't that of the text that was fixed.
    """

    success: ClassVar[type[Success]] = ContractEntered
    undone_by: ClassVar[type[Undo] | None] = EndContract

    contract: Code
    party: Code
    seal: Text
    signed_file: File
    signer_ours: User
    signer_theirs: Text
    signed_at: Moment
    until: Day | None = None


class PaperFiled(Success):
    """The paper's number."""

    paper: str = ""


class FilePaper(Effect):
    """A trade paper is filed with its contract; a corrected copy stands beside the one that it corrects.

    Refused when the contract has another paper of that number.
    """

    success: ClassVar[type[Success]] = PaperFiled
    shows: ClassVar[tuple[str, ...]] = ("contract", "document_kind")

    contract: Code
    document_kind: Code
    number: Code
    file: File
    amount: Money | None = None
    correction_of: Code | None = None


class OrdersOpen(Success):
    """The partner's orders that aren't paid wholly."""

    open_orders: tuple[str, ...] = ()


class PriceListOpened(Success):
    """Whether the distributor is new to the book."""

    created: bool = False


class ClosePriceList(Undo):
    """A distributor's prices hold no more."""

    success: ClassVar[type[Success]] = OrdersOpen


class OpenPriceList(Effect):
    """A distributor buys at this price level, with this rebate and credit, and has the sales material."""

    success: ClassVar[type[Success]] = PriceListOpened
    undone_by: ClassVar[type[Undo] | None] = ClosePriceList

    distributor: Code
    company: Text
    level: Code
    rebate_pct: Pct | None = None
    payment: Code
    drop_ship: bool = False
    credit: Price | None = None
    """The most that may be owed at once; None is no limit."""


class UnblockDistributor(Undo):
    """A distributor may order again."""


class BlockDistributor(Effect):
    """A distributor's new orders are refused; the open ones stay."""

    success: ClassVar[type[Success]] = OrdersOpen
    undone_by: ClassVar[type[Undo] | None] = UnblockDistributor

    distributor: Code
    reason: Text


class LevelPrice(OutcomeRow):
    """What one of a product costs a partner."""

    sku: str = ""
    price: Money = NOTHING


class OrderPriced(Success):
    """What an order costs its partner, and what the partner may owe."""

    prices: tuple[LevelPrice, ...] = ()
    """By the partner's level; a product without a price isn't there."""
    amount: Money | None = None
    """All lines together; None where one has no price."""
    level: str = ""
    """Empty where the book doesn't know the partner."""
    rebate_pct: Pct = Decimal(0)
    owed: Money = NOTHING
    """By the partner, for the orders before this one."""
    limit: Money | None = None
    """The most that the partner may owe; None where there is no limit."""


class PriceOrder(Effect):
    """What a partner's order costs at its level's prices: the level's own, else its share of the list price; whoever
    isn't in the book pays the list price.

    Refused when the partner is blocked, or has no prices with the store any more.
    """

    success: ClassVar[type[Success]] = OrderPriced
    quick: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("partner", "lines")

    partner: Code
    lines: Some[SkuQty]


class CreditGivenBack(Success):
    """What the partner may still draw."""

    left: Money | None = None
    """None where there is no limit."""


class CreditDrawn(Success):
    """What was drawn."""

    amount: Money = NOTHING
    left: Money | None = None
    """What the partner may still draw; None where there is no limit."""


class CreditRefused(Refused):
    """What the partner may still draw."""

    left: Money | None = None
    """None where there is no limit, or no such partner."""
    owed: Money = NOTHING
    """For the orders before this one."""
    limit: Money | None = None
    """The most that the partner may owe, where this order would go beyond it."""


class GiveCreditBack(Undo):
    """Credit that an order had drawn is free again."""

    success: ClassVar[type[Success]] = CreditGivenBack


class DrawCredit(Effect):
    """An order is delivered on credit: the partner's credit is lower until it has paid.

    Refused when the partner is blocked or its credit doesn't reach.
    """

    success: ClassVar[type[Success]] = CreditDrawn
    refusal: ClassVar[type[Refused]] = CreditRefused
    undone_by: ClassVar[type[Undo] | None] = GiveCreditBack
    quick: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("order", "amount")

    partner: Text
    order: Code
    lines: Some[SkuQty]
    amount: Paid | None = None
    """What was agreed; without it, the lines at the partner's price list."""
    allowed: bool = False
    """Whether somebody who saw both figures has allowed that it goes beyond the limit."""


class CreditSettled(Success):
    """What is left to draw and to pay."""

    left: Money | None = None
    """What the partner may still draw; None where there is no limit."""
    owed: Money = NOTHING
    """On the order."""


class SettleCredit(Effect):
    """A partner has paid for an order, and gets its rebate. What was counted by mistake is taken off again, as less
    than nothing.

    Refused when the partner owes nothing for the order, or less than that.
    """

    success: ClassVar[type[Success]] = CreditSettled
    shows: ClassVar[tuple[str, ...]] = ("order", "paid")

    partner: Text
    order: Code
    paid: Money
    rebate: Money


class LowerCredit(Effect):
    """Goods of an order on credit never came: so much of what was drawn for it isn't owed.

    Refused when the partner owes nothing for the order, or more is named than was drawn.
    """

    success: ClassVar[type[Success]] = CreditSettled
    shows: ClassVar[tuple[str, ...]] = ("order", "amount")

    partner: Text
    order: Code
    amount: Paid


class DeliveryOrdered(Success):
    """The delivery's number."""

    delivery_no: str = ""


class CallDeliveryOff(Undo):
    """The delivery unit leaves the goods with the seller. Refused when it has them already."""


class OrderDelivery(Effect):
    """A local delivery unit is to take the seller's goods to the buyer."""

    success: ClassVar[type[Success]] = DeliveryOrdered
    undone_by: ClassVar[type[Undo] | None] = CallDeliveryOff
    shows: ClassVar[tuple[str, ...]] = ("trade", "pickup")

    trade: Code
    unit: Text
    pickup: Day
    note: Remark = ""
