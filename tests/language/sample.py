"""A procedure that uses every word of the vocabulary once."""

from activities.catalogue.contract import SetNotForSale
from activities.money.contract import PayRefund
from activities.stock.contract import HoldStock, ReserveStock
from workflows.vocabulary import *


class PlaceOrder(Form):
    order_no: Code
    lines: Some[SkuQty]
    promise_hours: Count | None = None
    start: Moment | None = None


class Check(Form):
    ok: Ticked
    note: Keep[Remark] = ""
    waybill_no: Keep[Code | None] = None

    def problems(self) -> Problems:
        if self.note == "?":
            yield "note", "Say more."


class Refund(Form):
    refund_no: Text
    amount: Price


class SampleCase(Case):
    order_no: Code
    lines: Some[SkuQty]
    promise_hours: Count | None = None
    start: Moment | None = None
    note: Remark = ""
    waybill_no: Code | None = None
    refund_no: str = ""
    left: Count = 0


class Sample(Procedure):
    """Sells something."""

    key = "sample"
    case: SampleCase

    new = Entry()
    received = Stage(
        role=CS_AGENT, due=service_hours(2), tell={service_hours(2): CS_SUPERVISOR, hours(40): GM}
    )
    checked = Stage(role=PICKER | PACKER, remind=repeated(hours(2), during=hours(4), then=days(1)))
    waiting = Stage()
    on_hold = Stage(role=CS_SUPERVISOR)
    refunding = Stage(role=FINANCE)
    done = Stage(final=True)
    dropped = Stage(final=True, undo=True)

    place = new.to(received, by=CUSTOMER | CS_AGENT, form=PlaceOrder, on="store.order.placed")
    auto_check = received.to(checked, as_soon_as="is_small")
    check = received.to(checked, by=CS_AGENT, form=Check)
    recheck = checked.stay(by=PACKER, form=Check, other_than=check, once=True)
    weigh = checked.stay(by=PACKER, on=on_message("scale.weighed", about="waybill_no"))
    finish = checked.to(done, by=PICKER, needs=(recheck, weigh), when="is_noted or not is_big")
    short = checked.to(waiting)
    resolved = waiting.to(checked)
    refused = waiting.to(dropped, when="is_empty")
    hold = (received | checked).to(on_hold, by=CS_SUPERVISOR, form=Reason)
    release = on_hold.to(received, by=CS_SUPERVISOR)
    give_up = (received | checked | on_hold).to(
        dropped, by=CS_SUPERVISOR | CUSTOMER, on="store.order.cancelled", back=True
    )
    lapse = on_hold.to(dropped, after=days(3), when="has_no_note")
    start_refund = checked.to(refunding, by=CS_SUPERVISOR)
    pay_refund = refunding.to(done, by=FINANCE, form=Refund)
    refund_failed = refunding.stay()
    praise = done.stay(by=CUSTOMER, form=Note)

    ship_within = Deadline(
        hours_in("promise_hours"),
        since=place,
        until=finish,
        paused_in=on_hold,
        tell={hours(18): PACKER, hours_in("promise_hours"): GM},
    )
    by_start = Deadline(
        at("start") - hours(4), since=check, until=finish, tell=GM, unless="is_big", sends=hold
    )

    kpis = (count(place), elapsed(place, finish), share(short, of=check))

    def is_small(self) -> bool:
        """There is one piece only."""
        return total(self.case.lines) == 1

    def is_big(self) -> bool:
        """There are more than ten pieces."""
        return total(self.case.lines) > 10

    def is_noted(self) -> bool:
        """A note was made."""
        return bool(self.case.note)

    def is_empty(self, report: ChildReport | None) -> bool:
        """Nothing is left to ship."""
        return report is not None and not report.result.get("left")

    def has_no_note(self) -> bool:
        """No note was made."""
        return not self.case.note

    @place.on
    def keep_goods(self) -> None:
        self.do(HoldStock(order=self.case.order_no, lines=self.case.lines))

    @checked.enter
    def reserve(self) -> None:
        self.do(ReserveStock(order=self.case.order_no, lines=self.case.lines), otherwise=self.short)

    @check.on
    def look(self, form: Check) -> None:
        self.require(form.waybill_no != "BAD", "No such parcel.", "waybill_no")

    @hold.on
    def give_back(self) -> None:
        self.undo(ReserveStock)

    @short.on
    def stop_selling(self) -> None:
        self.do(SetNotForSale(sku=self.case.lines[0].sku, reason="short"))

    @resolved.on
    def count_left(self, report: ChildReport | None) -> None:
        self.case.left = report.result.get("left", 0) if report else 0

    @refunding.enter
    def refund(self) -> None:
        self.do(
            PayRefund(order=self.case.order_no, amount=yuan(5)),
            then=self.pay_refund,
            otherwise=self.refund_failed,
        )

    @pay_refund.on
    def note_refund(self, form: Refund | None) -> None:
        self.case.refund_no = form.refund_no if form else ""
        self.make_permanent(HoldStock, ReserveStock)

    @starts("search", on=short, ends={"found": resolved, "nothing": refused | resolved})
    def look_for_it(self) -> Opening:
        return opening(f"{self.subject}-{self.revision}", lines=self.case.lines)

    @starts("survey", on=finish)
    def ask_customer(self) -> Opening | None:
        return opening(self.subject) if self.case.note else None

    def result(self) -> dict[str, object]:
        return {"refund_no": self.case.refund_no}
