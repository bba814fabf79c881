"""What look-ups give: what codes are, what fields can be, people, the store, customers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.documents.cases import CaseLine, HeadlinePart
from api.documents.fields import Page
from models.roles import Role
from models.values import Address, Money
from workflows.commands import Verb


class FoundThing(BaseModel):
    """One thing that a code is."""

    kind: Literal["waybill", "order", "product", "bin", "person", "command", "case"]
    code: str = Field(description="As the store writes it.")
    label: str
    detail: str
    store: str | None = Field(description="Null where it is the same in every store.")
    case: str | None = Field(description="The case that it is, or belongs to.")
    order: str | None = Field(
        description="Of a waybill, its order; of an order, the number under which the customer placed it."
    )
    family: list[str] = Field(description="Of an order, all numbers under which its goods are shipped.")
    return_no: str | None = Field(description="Of a waybill, where the goods come back.")
    sku: str | None
    qty: int | None = Field(description="Of a product, how many the code stands for.")
    location: str | None = Field(description="Of a bin.")
    verb: Verb | None = Field(description="Of a command: what it does with the case or task at hand.")
    action: str | None = Field(description="Of the command `do`, which action.")
    headline: list[HeadlinePart] = Field(description="Of an order and a case: what it is about.")


class FoundThings(BaseModel):
    """All that a code is; nothing where it is nothing that the caller may see."""

    code: str
    items: list[FoundThing]


class RefEntry(BaseModel):
    """An entry of a book, as a field offers it."""

    code: str = Field(description="What the form takes.")
    label: str
    detail: str


class RefPage(Page[RefEntry]):
    """The entries that suit best; there are no further pages."""


class Colleague(BaseModel):
    """Somebody of the caller's stores."""

    id: str
    name: str
    roles: list[Role]


class ColleaguePage(Page[Colleague]):
    """Those that suit best; there are no further pages."""


class OpeningHours(BaseModel):
    opens: str = Field(pattern=r"^\d\d:\d\d$")
    closes: str = Field(pattern=r"^\d\d:\d\d$", description="Not after `opens`: on the next day.")


class StoreHours(BaseModel):
    service: OpeningHours = Field(description="Of customer service, every day.")
    office: OpeningHours = Field(description="Of the office, on working days.")


class StretchOfDays(BaseModel):
    """From the first day to the last, both included."""

    first: date
    last: date


class ApprovalLimit(BaseModel):
    """The most that a role may grant alone."""

    role: Role
    label: str
    limit: Money


class StoreLimits(BaseModel):
    approval: list[ApprovalLimit] = Field(
        description="The gm has no limit; roles that aren't listed grant nothing."
    )
    spending: Money = Field(description="From here up the gm decides.")
    times: dict[str, str] = Field(description="The store's own limits of time, `{procedure}.{alarm}`.")


class StoreProcedures(BaseModel):
    on: list[str]
    off: list[str] = Field(description="No new case of these begins.")


class StoreDocument(BaseModel):
    """How a store works now. A case keeps what it began with."""

    store: str
    stores: list[str] = Field(description="All that the caller sees.")
    timezone: str
    hours: StoreHours
    days_off: list[date] = Field(description="Public holidays, from this year on; weekends are off too.")
    make_up_days: list[date] = Field(description="Days of weekends that are worked for them.")
    campaign_days: list[StretchOfDays]
    currency: str
    returns_to: Address = Field(description="Where customers send goods back.")
    limits: StoreLimits | None = Field(description="For the store's people.")
    procedures: StoreProcedures | None = Field(description="For the store's people.")


class CustomerMember(BaseModel):
    """A customer as a member."""

    member: str
    level: str
    points: int


class CustomerOrder(BaseModel):
    order: str
    placed_as: str | None = Field(
        description="The order that the customer placed, where this one ships goods of it."
    )
    case: str
    placed_at: datetime
    ended_at: datetime | None
    worth: Money | None = Field(description="Of its goods, less what the customer pays less.")
    paid: Money | None
    refunded: Money | None
    left: Money | None = Field(description="What can still be refunded.")
    given: Money | None = Field(
        description="What was given for it beyond what was owed; for roles that deal with customers."
    )


class CustomerRefund(BaseModel):
    refund_no: str
    order: str
    amount: Money
    route: str
    reason: str
    state: Literal["asked", "paid", "declined"]
    asked_at: datetime
    paid_at: datetime | None


class CustomerLimit(BaseModel):
    """What a role may still give this customer alone. It counts with what was given for the order, if that is more."""

    role: Role
    label: str
    limit: Money
    given: Money = Field(description="Beyond what was owed, in the last 24 hours.")
    left: Money


class CustomerDocument(BaseModel):
    """A customer: the newest fifty orders, cases that the caller reads, and refunds."""

    number: str
    store: str
    name: str = Field(description="As in the latest order; empty where none is known.")
    phone: str = Field(description="Masked for roles that neither ship to customers nor call them.")
    member: CustomerMember | None
    orders: list[CustomerOrder]
    cases: list[CaseLine]
    refunds: list[CustomerRefund]
    limits: list[CustomerLimit] | None = Field(description="For roles that deal with customers.")
