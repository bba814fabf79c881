"""Partners in trade: contracts with their papers, distributors with their price lists and credit, deliveries for
the exchange centre.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from models.effect import Effect, Undo
from models.values import Code, Day, File, Moment, Money, Paid, Pct, Remark, SkuQty, Some, Text, User


class SealContract(Effect):
    """A contract's final text is fixed: from now on only a signed supplement changes it.

    Data: `seal`, the hash of the text, and `edition`, counted from 1.
    """

    contract: Code
    terms: Annotated[dict[str, Any], Field(max_length=100)]
    """All that was agreed, as JSON."""


class EndContract(Undo):
    """A contract is in force no more; what was done under it stands."""


class EnterContract(Effect):
    """A contract signed by both sides is in force. A supplement of the same contract replaces the edition before it.

    Data: `edition`. No when the seal isn't that of the text that was fixed.
    """

    undone_by: ClassVar[type[Undo] | None] = EndContract

    contract: Code
    party: Code
    seal: Text
    signed_file: File
    signer_ours: User
    signer_theirs: Text
    signed_at: Moment
    until: Day | None = None


class FilePaper(Effect):
    """A trade paper is filed with its contract; a corrected copy stands beside the one that it corrects.

    Data: `paper`, its number. No when the contract has another paper of that number.
    """

    shows: ClassVar[tuple[str, ...]] = ("contract", "document_kind")

    contract: Code
    document_kind: Code
    number: Code
    file: File
    amount: Money | None = None
    correction_of: Code | None = None


class ClosePriceList(Undo):
    """A distributor's prices hold no more. Data: `open_orders`."""


class OpenPriceList(Effect):
    """A distributor buys at this price level, with this rebate and credit, and has the sales material.

    Data: `created`.
    """

    undone_by: ClassVar[type[Undo] | None] = ClosePriceList

    distributor: Code
    company: Text
    level: Code
    rebate_pct: Pct | None = None
    payment: Code
    drop_ship: bool = False


class UnblockDistributor(Undo):
    """A distributor may order again."""


class BlockDistributor(Effect):
    """A distributor's new orders are refused; the open ones stay. Data: `open_orders`."""

    undone_by: ClassVar[type[Undo] | None] = UnblockDistributor

    distributor: Code
    reason: Text


class GiveCreditBack(Undo):
    """Credit that an order had drawn is free again. Data: `left`."""


class DrawCredit(Effect):
    """An order is delivered on credit: the partner's credit is lower until it has paid.

    Data: `amount`, `left`. No when the partner is blocked or its credit doesn't reach; data then has `left`.
    """

    undone_by: ClassVar[type[Undo] | None] = GiveCreditBack
    quick: ClassVar[bool] = True
    shows: ClassVar[tuple[str, ...]] = ("order", "amount")

    partner: Text
    order: Code
    lines: Some[SkuQty]
    amount: Paid | None = None
    """What was agreed; without it, the lines at the partner's price list."""


class SettleCredit(Effect):
    """A partner has paid for an order, and gets its rebate. Data: `left` of its credit, `owed` on the order."""

    shows: ClassVar[tuple[str, ...]] = ("order", "paid")

    partner: Text
    order: Code
    paid: Money
    rebate: Money


class CallDeliveryOff(Undo):
    """The delivery unit leaves the goods with the seller. No when it has them already."""


class OrderDelivery(Effect):
    """A local delivery unit is to take the seller's goods to the buyer. Data: `delivery_no`."""

    undone_by: ClassVar[type[Undo] | None] = CallDeliveryOff
    shows: ClassVar[tuple[str, ...]] = ("trade", "pickup")

    trade: Code
    unit: Text
    pickup: Day
    note: Remark = ""
