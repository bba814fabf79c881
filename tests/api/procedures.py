# ruff: noqa: F403, F405 - written as procedures are
"""Small procedures that the API's tests move."""

from typing import ClassVar

from activities.stock.contract import FREE
from models.effect import Effect
from workflows.registry import registry
from workflows.vocabulary import *


class RingBell(Effect):
    """Rings, unless the bell is broken."""

    attempts: ClassVar[int] = 1


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Ordered(Case):
    waybill_no: Code | None = None
    approved: bool = False
    address: Address | None = None
    customer_no: CustomerNo | None = None
    lines: FormRows[SkuQty] = ()
    worth: Price | None = None


class Placed(Form):
    buyer: InHistory[Name]
    total: InHistory[Price] = NOTHING
    phone: InHistory[Phone | None] = None
    address: Keep[Address | None] = None
    customer_no: CustomerNo | None = None
    lines: FormRows[SkuQty] = ()
    worth: Price | None = None


class Packed(Form):
    waybill_no: Keep[Code]
    weight: Weight | None = None


class Weighed(Form):
    weighed_by: TheCaller[User]
    weighed_at: TheTime[Moment]
    note_no: Annotated[Code, own_number("DN")]
    grams: ToCheck[Qty]
    posted_at: TimeOrEarlier[Moment | None] = None


class Taken(Form):
    """What is taken off a shelf, as the stock's book knows it."""

    sku: Sku
    free: Annotated[Count, from_book(FREE)]
    taken: Annotated[Qty, within(at_most=of_book(FREE))]
    address_read: Annotated[Text | None, to_check("address")] = None
    address_now: Annotated[Address | None, proposed("address")] = None


class Visiting(Case):
    begins: Moment | None = None
    address: Address | None = None


class Arranged(Form):
    begins: Keep[Moment]
    address: Keep[Address | None] = None


class Everything(Form):
    """One field of each kind, all of which may be left out."""

    text: Text = "-"
    remark: Remark = ""
    code: Code = "A"
    phone: Phone = "13800138000"
    url: Url = "https://example.com/"
    qty: Qty = 1
    count: Count = 0
    weight: Weight | None = None
    number: Number | None = None
    pct: Pct | None = None
    money: Money = NOTHING
    price: Price = NOTHING
    moment: Moment | None = None
    day: Day | None = None
    dates: DateRange | None = None
    address: Address | None = None
    colour: Colour = Colour.RED
    ticked: bool = True
    lines: FormRows[SkuQty] = ()
    files: Files = ()


class Parcel(Procedure):
    """A parcel on its way, moved by staff and by the carrier's messages."""

    key = "parcel"
    case: Ordered
    parties: ClassVar = {PartyKind.CUSTOMER: "customer_no"}
    numbers = "P"
    about = ("waybill_no", "lines", "worth", "address")

    new = Entry()
    placed = Stage(role=CS_AGENT | PACKER, due=hours(24), tell=CS_SUPERVISOR)
    packed = Stage(role=LOGISTICS)
    in_transit = Stage()
    at_door = Stage()
    delivered = Stage(final=True)
    cancelled = Stage(final=True)

    place = new.to(placed, by=CS_AGENT | PLATFORM_FEED | CUSTOMER, form=Placed, on="test.order.placed")
    pack = placed.to(packed, by=PACKER, form=Packed, main=True)
    weigh = placed.stay(by=PACKER, form=Weighed)
    take = placed.stay(by=PACKER | QC, form=Taken)
    vouch = placed.stay(by=SUPERVISION, other_than=weigh, approves=("worth", "lines", "address"))
    describe = (placed | packed).stay(by=CS_AGENT, form=Everything)
    sound = placed.stay(by=CS_AGENT)
    rung = placed.stay()
    unheard = placed.to(cancelled)
    approve = placed.stay(by=CS_SUPERVISOR, once=True)
    cancel = placed.to(
        cancelled,
        by=CS_AGENT | PLATFORM_FEED,
        form=Reason,
        on="test.order.cancelled",
        when="is_open_to_it",
        back=True,
    )
    collect = packed.to(
        in_transit, by=CARRIER_FEED | LOGISTICS, on=on_message("test.parcel.collected", about="waybill_no")
    )
    remark = packed.stay(by=CS_AGENT | CUSTOMER | PLATFORM_FEED, form=Note, on="test.order.remarked")
    arrive = in_transit.to(at_door, by=CARRIER_FEED, on=on_message("test.parcel.arrived", about="waybill_no"))
    deliver = at_door.to(
        delivered, by=CARRIER_FEED, on=on_message("test.parcel.delivered", about="waybill_no")
    )
    praise = delivered.stay(by=CS_AGENT | CUSTOMER, form=Note)

    @sound.on
    def ring_the_bell(self) -> None:
        self.do(RingBell(), then=self.rung, otherwise=self.unheard)

    @approve.on
    def remember(self) -> None:
        self.case.approved = True

    def is_open_to_it(self) -> bool:
        """The order is not approved yet."""
        return not self.case.approved


class Visit(Procedure):
    """A visit that nobody may begin before its time."""

    key = "visit"
    case: Visiting

    new = Entry()
    arranged = Stage(role=PICKER)
    begun = Stage(role=CS_AGENT)
    over = Stage(final=True)

    arrange = new.to(arranged, by=CS_AGENT | PICKER, form=Arranged)
    begin = arranged.to(begun, by=PICKER, when="is_time")
    call_off = arranged.to(over, by=PICKER | CS_AGENT)
    end = begun.to(over, by=CS_AGENT)

    def is_time(self) -> bool:
        """It is time."""
        return self.case.begins is not None and self.now >= self.case.begins


def register() -> None:
    """Put them beside the store's procedures, in this process."""
    for procedure in (Parcel, Visit):
        registry().add(procedure)
