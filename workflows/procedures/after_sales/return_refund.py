"""Return and refund (退货退款): take goods back, check them, put them where they belong and return the money.

Sources: 000-d 五; 000-e 五2-3; 001-d 5; 001-e 第七条; 001-k 2.2.6, 3.1.4; 001-l/t 驻厂人员 4; 003 四4.2; 004-d 6;
004-g 客服 4; 002-b 四1. Who pays the postage was settled by the request (D10); the payment provider returns the money,
finance by hand only where that fails (D24). Where the shop is at fault, the delivery goes back too, and what
posting the goods has cost, unless the shop has paid for the label (004-g 客服 4).
What the shop gives up for goods that didn't pass is what was paid for the pieces that are spoilt or missing, less what
is taken off; it counts with what the order and its buyer got before. Goods that come after the case has ended, or has
paid without them, begin a case of their own.
"""

from activities.carriers.contract import PrepareReturnLabel
from activities.compensation.contract import AllowCompensation
from activities.money.contract import (
    BookReceivable,
    PayRefund,
    RecordRefund,
    RefundDeclined,
    ReverseBenefits,
    paid_by_hand,
)
from activities.orders.contract import LinesQuoted, QuoteRefund, QuoteReturn, ReturnEntry
from activities.registers.contract import KeepRecord
from activities.stock.contract import ReceiveStock
from workflows.vocabulary import *

LOW_VALUE = yuan(200)  # up to this value a trusted member's money goes back at the first scan; default


class ReturnRefund(GoodsComeBack, Procedure):
    """Take goods back, check them, put them where they belong and return the money."""

    key = "return_refund"
    case: returning.ReturnCase
    about = ("lines", "reason", "value")
    papers = {Paper.RETURN_SLIP: ("reason",), Paper.LABEL: ()}
    parties = {PartyKind.CUSTOMER: ()}  # those of the case that it comes from

    new = Entry()
    authorised = Stage()
    awaiting_shipment = Stage(role=CUSTOMER, due=days(7), tell={days(5): CUSTOMER})
    in_return_transit = Stage(**GOODS_ON_THEIR_WAY)
    received = Stage(role=QC | WAREHOUSE_KEEPER)
    inspecting = Stage(role=QC, ways_equal=True)
    refund_pending = Stage(role=FINANCE, due=hours(24), tell=FINANCE | OPS_MANAGER)
    negotiating = Stage(role=AFTER_SALES | CS_SUPERVISOR, ways_equal=True)
    partial_agreed = Stage(role=AFTER_SALES)
    send_back = Stage(role=LOGISTICS)
    refunded = Stage(role=WAREHOUSE_KEEPER | QC)
    postage_open = Stage(role=FINANCE, due=hours(24), tell=FINANCE | OPS_MANAGER)
    closed = Stage(final=True)
    expired = Stage(final=True, undo=True)
    cancelled = Stage(final=True, undo=True)
    sent_back_closed = Stage(final=True)

    being_looked_at = received | inspecting
    judged = negotiating | partial_agreed | send_back
    ended = closed | expired | cancelled | sent_back_closed

    # the way back                                                                   000-e 五2-3
    authorise = new.to(authorised, form=returning.Authorisation)
    take_in = new.to(received, form=returning.CameUnasked)
    priced = being_looked_at.stay()
    send_instructions = authorised.to(awaiting_shipment)
    customer_ships = awaiting_shipment.to(
        in_return_transit, **GOODS_POSTED, main=True
    ) | in_return_transit.stay(**GOODS_POSTED)  # the number was wrong
    label_ready = awaiting_shipment.stay()
    label_ready.on(PostedToUs.send_label)
    no_shipment = awaiting_shipment.to(expired, after=days(7))
    cancel_return = (authorised | awaiting_shipment).to(cancelled, **GOODS_KEPT)
    parcel_in = (
        awaiting_shipment.to(received, **returning.ARRIVED)
        | in_return_transit.to(received, **returning.ARRIVED, main=True)
        | being_looked_at.stay(**returning.ARRIVED)
        | judged.to(received, **returning.ARRIVED, when="is_rest_out")
    )  # goods may come in several parcels
    lost_return = in_return_transit.to(refund_pending, **GOODS_LOST, when="is_our_label")
    not_seen = in_return_transit.stay(after=days(10), when="not is_seen")
    never_came = in_return_transit.to(expired, after=GIVEN_UP, when="not is_our_label or not is_seen")

    # inspection                                                                     000-e 五3, 002-b 四1
    start_inspection = received.to(inspecting, by=QC | WAREHOUSE_KEEPER, form=Inspector)
    pass_inspection = inspecting.to(refund_pending, **returning.INSPECTED)
    fail_inspection = inspecting.to(negotiating, **returning.INSPECTED)
    (pass_inspection | fail_inspection).on(GoodsComeBack.tell_label_price)
    agree_partial = negotiating.to(partial_agreed, by=AFTER_SALES | DECIDERS, form=returning.AgreedDeduction)
    partial_to_refund = partial_agreed.to(refund_pending, by=AFTER_SALES, form=returning.DeductionTaken)
    refuse_return = negotiating.to(send_back, by=AFTER_SALES, form=Reason)
    waive = negotiating.to(refund_pending, by=DECIDERS, form=returning.Waiver)
    allowed = refund_pending.stay()
    beyond_limit = refund_pending.to(negotiating)
    beyond_limit.on(GoodsComeBack.learn_what_was_given)
    negotiation_timeout = negotiating.to(send_back, after=hours(72))
    (refuse_return | negotiation_timeout).on(GoodsComeBack.tell_refusal)
    goods_sent_back = send_back.to(sent_back_closed, by=LOGISTICS, form=SentBack)
    goods_sent_back.on(GoodsComeBack.post_to_owner)
    lost_on_way = sent_back_closed.stay(**LOST_ON_THE_WAY_BACK, once=True)
    lost_on_way.on(GoodsComeBack.tell_loss_on_the_way_back)

    # the money                                                                      001-k 2.2.6
    pay_refund = refund_pending.to(
        refunded, **returning.PAID, on="payment.refund.paid", when="not is_by_hand"
    ) | refund_pending.to(
        refunded, **returning.PAID_BY_HAND, when="is_by_hand", other_than=(pass_inspection, waive)
    )
    nothing_to_pay = refund_pending.to(refunded, as_soon_as="is_nothing_due and is_granted")
    refund_failed = refund_pending.stay(by=PAYMENT_FEED, on="payment.refund.failed") | refunded.to(
        refund_pending, when="is_instant"
    )
    instant_refund = in_return_transit.to(
        refunded, by=CARRIER_FEED, on=PARCEL_SCANNED, when="is_trusted_and_small"
    )
    parcel_seen = awaiting_shipment.to(in_return_transit, **GOODS_SEEN) | (
        in_return_transit | being_looked_at | refunded
    ).stay(**GOODS_SEEN)
    platform_refund = (awaiting_shipment | in_return_transit | being_looked_at | negotiating).to(
        refunded, **returning.RULED
    ) | refund_pending.to(refunded, **returning.RULED, when="is_by_hand")

    # the goods                                                                      000-e 五3
    restock_done = refunded.to(
        closed, by=WAREHOUSE_KEEPER, form=Placing, when="has_parcel and not is_postage_due"
    ) | refunded.to(postage_open, by=WAREHOUSE_KEEPER, form=Placing, when="has_parcel and is_postage_due")
    inspect_late = refunded.stay(**returning.INSPECTED, when="has_parcel and not has_inspected")
    pay_postage = postage_open.to(closed, by=FINANCE, form=returning.PostagePaid)
    late_parcel = (refund_pending | refunded).stay(**returning.ARRIVED_LATE, when="not has_parcel")
    lost_closed = refunded.to(closed, as_soon_as="is_lost") | refunded.to(
        closed, after=days(15), when="is_ruled and not has_parcel"
    )
    goods_never_came = refunded.to(closed, after=days(15), when="is_instant and not has_parcel")
    came_late = (refund_pending | refunded | postage_open | ended).stay(
        **returning.ARRIVED_LATE, when="is_rest_out", once=True
    )

    inspection_limit = Deadline(
        **SOON_INSPECTED,
        since=parcel_in | take_in,
        until=pass_inspection | fail_inspection | platform_refund,
    )
    # within seven days of receipt the law wants the money back: check with counsel
    refund_limit = Deadline(
        days(7),
        since=parcel_in | take_in,
        until=pay_refund | nothing_to_pay | platform_refund | goods_sent_back,
        tell=OPS_MANAGER,
    )
    restock_limit = Deadline(
        hours(24),
        since=pay_refund | nothing_to_pay | platform_refund | late_parcel,
        until=restock_done,
        unless="is_without_parcel",
        tell=WAREHOUSE_SUPERVISOR,
    )

    kpis = (
        *(count(authorise), elapsed(authorise, pay_refund), share(fail_inspection, of=start_inspection)),
        *(count(instant_refund), share(no_shipment, of=send_instructions), count(lost_return)),
    )

    # --- rules

    def is_trusted_and_small(self) -> bool:
        """The customer is a trusted member, and the goods are of low value."""
        value = self.case.value
        return (
            self.case.trusted and value is not None and value > NOTHING and value.amount <= LOW_VALUE.amount
        )

    def is_by_hand(self) -> bool:
        """The provider can't return the money, so that finance does it by another way."""
        return self.case.by_hand or self.case.value is None

    def is_nothing_due(self) -> bool:
        """Nothing is to be paid."""
        return self.case.value is not None and self.case.owed <= NOTHING

    def is_granted(self) -> bool:
        """Nothing is given up, or it is within the limits."""
        given = self.case.extra_cost
        return not given or self.has_happened(self.allowed, since=self.agree_partial | self.waive)

    def is_postage_due(self) -> bool:
        """What the customer paid for posting the goods is still to be repaid."""
        return self.case.postage_due > NOTHING

    def has_inspected(self) -> bool:
        """Somebody has looked at what came."""
        looked = self.pass_inspection | self.fail_inspection | self.inspect_late
        return self.has_happened(looked, since=self.parcel_in | self.late_parcel | self.take_in)

    def is_lost(self) -> bool:
        """The carrier lost the parcel, so that nothing is there to put away."""
        return self.has_happened(self.lost_return) and not self.has_parcel()

    def is_instant(self) -> bool:
        """The money went back at the first scan."""
        return self.has_happened(self.instant_refund)

    def is_ruled(self) -> bool:
        """The platform ruled for the customer and paid."""
        return self.has_happened(self.platform_refund)

    def has_parcel(self) -> bool:
        """The parcel is here."""
        return self.has_happened(self.parcel_in | self.late_parcel | self.take_in)

    def is_without_parcel(self) -> bool:
        """No parcel is here to put away."""
        return not self.has_parcel()

    def is_kept(self) -> bool:
        """The case has ended, and the goods never came or went back."""
        kept = self.stage is not None and self.stage.id in returning.KEPT
        return kept or (self.stage is self.closed and not self.has_parcel())

    def is_rest_out(self) -> bool:
        """Goods of it are still to come."""
        return bool(self.rest)

    @property
    def rest(self) -> tuple[LineQty, ...]:
        """What comes back in a case of its own, if it comes yet."""
        if self.is_kept():
            return self.case.lines
        return self.case.still_out if self.has_inspected() else ()

    # --- the way back

    @authorise.on
    def quote(self) -> None:
        goods = QuoteReturn(order=self.case.order_no, lines=self.case.lines)
        self.do(goods, then=self.send_instructions, otherwise=self.send_instructions)

    @take_in.on
    def quote_what_came(self) -> None:
        self.do(QuoteRefund(order=self.case.order_no, lines=self.case.lines), then=self.priced)
        self.say("return_arrived")

    @(send_instructions | priced).on
    def learn(self, outcome: LinesQuoted | Refused | None) -> None:
        if isinstance(outcome, LinesQuoted):
            self.case = self.case.with_quote(outcome)
        elif outcome is not None:
            self.tell(AFTER_SALES, "return_doubtful", order=self.case.order_no, why=outcome.reason)

    @send_instructions.on
    def instruct(self) -> None:
        order, to = self.case.order_no, self.case.address
        if self.case.shop_pays_postage:
            label = PrepareReturnLabel(order=order, return_no=self.subject, to=to)
            self.do(label, then=self.label_ready)
        self.say("return_instructions", to=to)

    @no_shipment.on
    def tell_expiry(self) -> None:
        self.say("return_expired")

    @not_seen.on
    def ask_for_number(self) -> None:
        self.say("return_not_seen", waybill_no=self.case.waybill_no)

    @never_came.on
    def tell_not_here(self) -> None:
        self.say("return_given_up", waybill_no=self.case.waybill_no)

    @(parcel_in | late_parcel).on
    def tell_arrival(self) -> None:
        self.say("return_arrived")

    @(late_parcel | came_late).on
    def tell_found(self, form: LateParcel) -> None:
        if self.has_happened(self.lost_return):
            self.tell(LOGISTICS, "lost_return_came", order=self.case.order_no, waybill_no=form.waybill_no)
        if self.is_kept():
            self.undo(BookReceivable)

    @lost_return.on
    def tell_loss(self) -> None:
        self.say("return_lost")

    # --- inspection

    @(pass_inspection | fail_inspection | inspect_late).on
    def compare_with_request(self, form: returning.Inspection) -> None:
        """A parcel with less in it than was to come back doesn't pass."""
        found, wanted = per_line(form.lines), per_line(self.case.lines)
        self.require(found <= wanted, "Must not be more than was to come back.", "lines")
        self.case = self.case.with_inspection(form)
        if form.fault_owner == "supplier":
            fault = self.case.fault_of_supplier(form.note)
            self.do(KeepRecord(book="supplier_faults", entry=self.subject, data=fault))

    @pass_inspection.on
    def whole_or_our_fault(self, form: returning.Inspection) -> None:
        self.require(not self.case.still_out, "Must add up to the lines that were to come back.", "lines")
        whole = all(line.condition not in UNFIT for line in form.lines)
        others = form.fault_owner != "customer"
        self.require(whole or others, "Goods that the customer spoilt don't pass.", "lines")

    @fail_inspection.on
    def show(self, form: returning.Inspection) -> None:
        """In a parcel that doesn't pass all that isn't as new counts as spoilt."""
        self.require(form.photos, "Show what is wrong.", "photos")
        self.require(not self.case.is_as_sold, "All of it is here and as new: it passes.", "lines")
        self.case = self.case.with_inspection(form, but_for=("as_new",))
        self.say("return_not_accepted", why=form.note or "-")

    @inspect_late.on
    def claim_what_is_spoilt(self) -> None:
        """The money went back before anybody had looked."""
        too_much = (self.case.spoilt or NOTHING) + self.case.label_owed
        if self.is_instant() and too_much:
            self.ask_back(too_much, "Goods of an instant refund came spoilt, or not all of them.")

    @agree_partial.on
    def give_up_the_rest(self, form: returning.AgreedDeduction) -> None:
        self.give_up(self.case.given_up_for(form.deduction), "deduction")

    @waive.on
    def give_up_all(self, form: returning.Waiver) -> None:
        """What somebody says that it costs, where the books can't tell, is written down; no limit goes by it."""
        self.case.deduction = NOTHING
        self.give_up(self.case.given_up_for(NOTHING), "extra_cost", said=form.extra_cost)

    def give_up(self, amount: Money | None, field: str, said: Money = NOTHING) -> None:
        self.require_grant(amount, self.case.given_before, field)
        self.case = self.case.giving_up(amount or said, self.policy.grant_limit(self.actor.roles))

    @goods_sent_back.on
    def claim_what_was_paid(self) -> None:
        if self.case.settled:
            self.ask_back(self.case.settled, "Goods that were paid back went back to the customer.")

    # --- the money

    @refund_pending.enter
    def pay_back(self) -> None:
        if self.is_granted():
            self.pay_what_is_due()
            return
        order, given, limit = self.case.order_no, self.case.extra_cost, self.case.granted_limit
        within = AllowCompensation(order=order, amount=given, limit=limit, cause=self.undecided_cause)
        self.do(within, then=self.allowed, otherwise=self.beyond_limit)

    @allowed.on
    def pay_what_is_due(self) -> None:
        case = self.case
        if self.is_nothing_due():
            return
        if self.is_by_hand():
            self.tell(FINANCE, "pay_refund_by_hand", order=case.order_no, amount=case.due, account="-")
        else:
            refund = PayRefund(order=case.order_no, amount=case.due, reason=case.reason)
            self.do(refund, then=self.pay_refund, otherwise=self.refund_failed, **case.settlement)

    @nothing_to_pay.on
    def claim_what_was_too_much(self) -> None:
        if too_much := -min(self.case.balance, NOTHING):
            self.ask_back(too_much, "More went back than the goods are worth as they came.")

    @refund_failed.on
    def pay_less_or_ask_finance(self, outcome: RefundDeclined | None) -> None:
        """Where less is left of the order than is due, that much goes back by itself."""
        left = outcome.left if outcome is not None else None
        if left and self.case.payable is None and left < self.case.due:
            self.case.payable = self.case.left = left
            if self.came_from is self.refund_pending:
                self.pay_what_is_due()
            return
        self.case.by_hand = True
        why = outcome.reason if outcome is not None else "-"
        self.tell(
            FINANCE, "refund_failed", order=self.case.order_no, amount=self.case.due, account="-", why=why
        )

    @pay_refund.on
    def settle(self, form: returning.RefundPaid | None) -> None:
        paid = form.total if form is not None else self.case.due
        by_hand = paid_by_hand(form, self.actor.roles)
        if by_hand and paid:
            order, number, reason = self.case.order_no, by_hand.refund_no, self.case.reason
            self.do(RecordRefund(order=order, amount=paid, refund_no=number, reason=reason))
        if not self.is_instant():
            self.wind_up(paid)

    @instant_refund.on
    def pay_at_once(self) -> None:
        order, due = self.case.order_no, self.case.due
        self.do(PayRefund(order=order, amount=due, reason=self.case.reason), otherwise=self.refund_failed)
        self.wind_up(due)

    @platform_refund.on
    def note_ruling(self, form: returning.Ruling | None) -> None:
        paid = (form.amount if form is not None else None) or self.case.value
        if paid:
            order, number = self.case.order_no, (form.ruling_no if form is not None else "") or self.subject
            self.do(RecordRefund(order=order, amount=paid, refund_no=number, reason=self.case.reason))
            self.wind_up(paid)
        else:
            self.tell(FINANCE, "refund_ruled", order=self.case.order_no)

    def wind_up(self, paid: Money) -> None:
        """Take back the benefits that came with the money, and tell the customer."""
        self.case.refunded = paid
        if paid:
            self.do(ReverseBenefits(order=self.case.order_no, amount=paid))
            self.say("refund_paid", amount=paid, account="-")

    # --- the goods

    @restock_done.on
    def put_away(self, form: Placing) -> None:
        """What the inspection found binds: only what it found fit is for sale again."""
        expected = self.case.inspected if self.has_inspected() else self.case.lines
        all_of_it = per_line(form.placements) == per_line(expected)
        self.require(all_of_it, "Must equal what came back.", "placements")
        fit = not oversold(form.placements, self.case.inspected)
        self.require(fit, "Only pieces that an inspection found fit are for sale again.", "placements")
        if received := placed_receipts(form.placements, self.case.goods):
            self.do(ReceiveStock(reference=self.subject, lines=received))
        if len(received) < len(form.placements):
            self.tell(WAREHOUSE_SUPERVISOR, "count_by_hand", order=self.case.order_no)
        if self.is_postage_due():
            self.tell(FINANCE, "pay_postage", order=self.case.order_no, amount=self.case.postage_due)

    @pay_postage.on
    def tell_postage(self, form: returning.PostagePaid) -> None:
        self.say("refund_paid", amount=self.case.postage_due, account=form.payment_no)

    @goods_never_came.on
    def claim_back(self) -> None:
        self.ask_back(self.case.refunded, "The goods of an instant refund never came.")

    def ask_back(self, amount: Money, reason: str) -> None:
        """The customer has got so much too much."""
        self.do(BookReceivable(order=self.case.order_no, amount=amount, reason=reason))
        self.say("return_never_came" if self.is_without_parcel() else "return_claimed", amount=amount)

    def result(self) -> dict[str, object]:
        return {"order_no": self.case.order_no, "amount": self.case.due, "fault_owner": self.case.fault_owner}

    def book_entry(self) -> ReturnEntry:
        """Goods that came late are told by the case that takes them in."""
        comes = line_rows(per_line(self.case.inspected)) if self.has_inspected() else self.case.lines
        never = self.is_kept() and not (self.is_lost() or self.has_happened(self.lost_on_way))
        gone = never or (self.has_happened(self.came_late) and not self.has_inspected())
        return ReturnEntry(order=self.case.order_no, lines=() if gone else comes)

    # --- what it starts

    @starts("lost_parcel_claim", on=lost_return | lost_on_way)
    def claim(self) -> Opening:
        """What was paid back for goods that went back is claimed from the customer: then they are owed all of them."""
        return self.claim_of_loss()

    @starts("return_refund", on=came_late)
    def rest_of_it(self, form: LateParcel) -> Opening:
        """What was paid without the goods, or given up for them, is settled."""
        case = self.case
        return opening(
            self.next_subject,
            event="take_in",
            lines=self.rest,
            **case.terms,
            waybill_no=form.waybill_no,
            settled=case.refunded + case.settled if self.is_kept() else case.extra_cost,
        )
