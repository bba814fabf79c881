"""What the books show: plain values, money in the API's shape."""

from __future__ import annotations

from datetime import date, datetime
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from models.values import Money

V = TypeVar("V", bound="View")


class View(BaseModel):
    """Something read from a book."""

    model_config = ConfigDict(frozen=True)


class Page(View, Generic[V]):
    """A part of a list, in the order of its key."""

    items: tuple[V, ...]
    after: tuple[str, ...] | None
    """The key to go on behind; None where the list ends."""


class StockView(View):
    sku: str
    location: str
    on_hand: int
    held: int
    reserved: int
    set_aside: int
    quarantined: int
    free: int


class ClaimView(View):
    """Goods that are kept."""

    kind: str
    """`hold`, `reservation`, `back_order` or `set_aside`."""
    store: str
    holder: str
    """The order or campaign."""
    sku: str
    location: str
    qty: int
    until: date | None
    at: datetime


class MovementView(View):
    """A row of the stock journal."""

    key: str
    effect: str
    store: str
    reference: str
    sku: str
    location: str
    bin: str
    bucket: str
    change: int
    at: datetime


class PaymentView(View):
    payment_no: str
    amount: Money
    method: str
    state: str
    at: datetime


class RefundView(View):
    refund_no: str
    amount: Money
    route: str
    reason: str
    state: str
    asked_at: datetime
    paid_at: datetime | None


class PaperView(View):
    number: str
    kind: str
    amount: Money
    reason: str
    at: datetime


class MoneyView(View):
    """An order's money."""

    order: str
    store: str
    paid: Money
    refunded: Money
    shared: Money
    """Handed to the parts that the order was split into."""
    left: Money
    """What can still be refunded."""
    commission_base: Money
    payments: tuple[PaymentView, ...]
    refunds: tuple[RefundView, ...]
    papers: tuple[PaperView, ...]


class PriceView(View):
    store: str
    kind: str
    price: Money
    since: datetime
    until: datetime | None
    campaign: str | None


class ProductView(View):
    sku: str
    title: str
    category: str
    for_sale: bool
    off_sale: tuple[str, ...]
    """Why it isn't for sale just now."""
    prices: tuple[PriceView, ...]
    """Those that hold now."""


class MemberView(View):
    member: str
    store: str
    name: str
    level: str
    points: int


class PartnerView(View):
    kind: str
    partner: str
    name: str
    active: bool


class WaybillView(View):
    order: str
    store: str
    waybill_no: str
    carrier: str
    freight: Money
    state: str
    pickup: str
    label: str
    return_no: str


class MessageView(View):
    """A message, in the language that was asked for."""

    message: str
    case: str
    store: str
    channel: str
    to: str
    template: str
    title: str
    body: str
    state: str
    at: datetime
