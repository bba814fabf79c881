"""Exchange (换货): take one item back and send another, settling any price difference.

Sources: 000-c 三; 000-d 五; 000-e 五3; 001-d 5; 001-l/t 驻厂人员 4; 001-t 二(四)2; 003 四4.2; 004-d 6; 004-g 客服 4.
The replacement ships as an order of its own, at no price, under the exchange's number; it is to leave within the same
time as any order (D8). What posting the old goods has cost is repaid as for a return. What the shop gives up where they
come spoilt is what was paid for them, less the fee: it counts with what the order and its buyer got before. Goods that
come after the case has ended begin a case of their own.
"""

from activities.carriers.contract import PrepareReturnLabel
from activities.compensation.contract import AllowCompensation
from activities.money.contract import (
    BookReceivable,
    ChargeDifference,
    PayRefund,
    RecordPayment,
    RecordRefund,
    ReverseBenefits,
    paid_by_hand,
)
from activities.orders.contract import InspectedLine, ReplacementReserved, ReserveReplacement, ReturnEntry
from activities.registers.contract import KeepRecord
from activities.stock.contract import ReceiveStock
from workflows.vocabulary import *


class Exchange(GoodsComeBack, Procedure):
    """Take one item back and send another, settling any price difference."""

    key = "exchange"
    case: exchanging.ExchangeCase
    about = ("lines", "wanted", "reason")
    papers = {Paper.RETURN_SLIP: ("reason", "wanted"), Paper.LABEL: ()}
    parties = {PartyKind.CUSTOMER: ()}  # those of the case that it comes from

    new = Entry()
    authorised = Stage(
        role=AFTER_SALES, due=hours(24), tell={hours(24): AFTER_SALES, hours(48): CS_SUPERVISOR}
    )
    replacement_reserved = Stage(role=AFTER_SALES)
    taking_deposit = Stage()
    awaiting_shipment = Stage(role=CUSTOMER, due=days(7), tell={days(5): CUSTOMER})
    in_return_transit = Stage(**GOODS_ON_THEIR_WAY)
    received = Stage(role=QC)
    inspecting = Stage(role=QC, ways_equal=True)
    difference_pending = Stage(role=FINANCE, due=hours(48), tell=AFTER_SALES)
    replacement_shipping = Stage(role=WAREHOUSE_KEEPER, due=days(15), tell=AFTER_SALES)
    awaiting_old_goods = Stage(
        role=WAREHOUSE_KEEPER, due=days(14), tell={days(7): CUSTOMER, days(14): CS_SUPERVISOR}
    )
    converted_to_refund = Stage(role=FINANCE)
    negotiating = Stage(role=AFTER_SALES | CS_SUPERVISOR, due=hours(72), tell=CS_SUPERVISOR)
    sending_back = Stage(role=LOGISTICS, due=hours(48), tell=AFTER_SALES)
    completed = Stage(final=True)
    completed_with_loss = Stage(final=True)
    cancelled = Stage(final=True, undo=True)
    expired = Stage(final=True, undo=True)
    closed_refunded = Stage(final=True, undo=True)

    being_looked_at = received | inspecting
    new_goods_out = replacement_shipping | awaiting_old_goods

    # the replacement                                                                001-d 5, 001-t 二(四)2
    authorise = new.to(authorised, form=exchanging.Authorisation)
    reserve_replacement = authorised.to(replacement_reserved)
    try_again = authorised.stay(by=AFTER_SALES, form=exchanging.TryAgain, main=True)
    replacement_missing = authorised.to(converted_to_refund, by=AFTER_SALES, form=exchanging.InsteadChoice)
    ship_first = (replacement_reserved | in_return_transit).to(
        replacement_shipping, **exchanging.SENT_FIRST, when="is_safe_to_ship_first and is_without_deposit"
    ) | (replacement_reserved | in_return_transit).to(
        taking_deposit, **exchanging.SENT_FIRST, when="is_safe_to_ship_first and not is_without_deposit"
    )  # 004-g 客服 4
    deposit_taken = taking_deposit.to(replacement_shipping)
    deposit_declined = taking_deposit.to(in_return_transit, when="is_posted") | taking_deposit.to(
        replacement_reserved, when="not is_posted"
    )

    # the old goods                                                                  000-e 五3
    goods_are_here = replacement_reserved.to(received, as_soon_as="is_here")
    send_instructions = replacement_reserved.to(
        awaiting_shipment, as_soon_as="not is_here and not is_safe_to_ship_first"
    ) | replacement_reserved.to(awaiting_shipment, by=AFTER_SALES, after=hours(4), main=True)
    customer_ships = (
        awaiting_shipment.to(in_return_transit, **GOODS_POSTED, main=True)
        | in_return_transit.stay(**GOODS_POSTED)  # the number was wrong
        | new_goods_out.stay(**GOODS_POSTED, when="not has_old_goods")
    )
    parcel_seen = awaiting_shipment.to(in_return_transit, **GOODS_SEEN) | (
        in_return_transit | being_looked_at | new_goods_out
    ).stay(**GOODS_SEEN)
    label_ready = (awaiting_shipment | new_goods_out).stay()
    label_ready.on(PostedToUs.send_label)
    no_shipment = awaiting_shipment.to(expired, after=days(7))
    parcel_in = (
        awaiting_shipment.to(received, **exchanging.ARRIVED)
        | in_return_transit.to(received, **exchanging.ARRIVED, main=True)
        | taking_deposit.to(received, **exchanging.ARRIVED)
        | being_looked_at.stay(**exchanging.ARRIVED)
        | negotiating.to(received, **exchanging.ARRIVED)
    )  # goods may come in several parcels
    never_came = in_return_transit.to(expired, after=GIVEN_UP, when="not is_our_label or not is_seen")
    lost_return = (
        in_return_transit.to(difference_pending, **GOODS_LOST, when="is_our_label")
        | awaiting_old_goods.to(completed, **GOODS_LOST, when="is_our_label")
        | replacement_shipping.stay(**GOODS_LOST, when="is_our_label and not has_old_goods")
    )
    start_inspection = received.to(inspecting, by=QC, form=Inspector, main=True)
    inspect_ok = being_looked_at.to(difference_pending, by=QC, form=exchanging.Inspection)
    inspect_bad = inspecting.to(negotiating, by=QC, form=exchanging.Inspection)
    (inspect_ok | inspect_bad).on(GoodsComeBack.tell_label_price)
    agree_terms = negotiating.to(
        difference_pending, by=AFTER_SALES | DECIDERS, form=exchanging.Terms, main=True
    )
    allowed = difference_pending.stay()
    beyond_limit = difference_pending.to(negotiating)
    beyond_limit.on(GoodsComeBack.learn_what_was_given)
    to_refund = negotiating.to(converted_to_refund, by=AFTER_SALES | CS_SUPERVISOR, form=exchanging.ToRefund)
    refuse = negotiating.to(sending_back, **exchanging.REFUSED, when="has_pieces_of_theirs") | negotiating.to(
        cancelled, **exchanging.REFUSED, when="has_nothing_of_theirs"
    )
    sending_back.enter(GoodsComeBack.tell_refusal)
    goods_sent_back = sending_back.to(cancelled, by=LOGISTICS, form=SentBack)
    goods_sent_back.on(GoodsComeBack.post_to_owner)
    lost_on_way = cancelled.stay(**LOST_ON_THE_WAY_BACK, when="has_gone_back", once=True)
    lost_on_way.on(GoodsComeBack.tell_loss_on_the_way_back)
    withdraw = (authorised | replacement_reserved | awaiting_shipment).to(
        cancelled, **GOODS_KEPT, when="not is_here"
    ) | authorised.to(sending_back, **GOODS_KEPT, when="is_here")

    # the difference
    settle_difference = (
        difference_pending.to(
            replacement_shipping, as_soon_as="is_even and is_granted", form=exchanging.DifferenceSettled
        )
        | difference_pending.to(replacement_shipping, **exchanging.SETTLED)
        | difference_pending.to(replacement_shipping, **exchanging.SETTLED_BY_HAND, when="is_by_hand")
    )
    difference_declined = difference_pending.stay()
    difference_unpaid = difference_pending.to(
        converted_to_refund, after=hours(48), when="is_customers_debt and not is_spoilt"
    ) | difference_pending.to(negotiating, when="is_customers_debt and is_spoilt")

    # the new goods
    handed_over = replacement_shipping.stay()
    replacement_signed = replacement_shipping.to(completed, when="has_old_goods")
    first_signed = replacement_shipping.to(awaiting_old_goods, when="not has_old_goods")
    replacement_failed = replacement_shipping.to(negotiating)
    old_goods_in = awaiting_old_goods.to(completed, **exchanging.OLD_GOODS) | (
        replacement_shipping | completed | completed_with_loss
    ).stay(**exchanging.OLD_GOODS, when="is_still_out")
    old_goods_never = awaiting_old_goods.to(completed_with_loss, after=days(14))
    came_late = (expired | cancelled | closed_refunded).stay(
        **exchanging.ARRIVED, when="is_out_at_the_end", once=True
    )

    # money instead                                                                  001-t 二(四)2
    refund_instead = converted_to_refund.to(
        closed_refunded, **exchanging.PAID_INSTEAD, when="not is_refund_under_way"
    )
    money_refused = converted_to_refund.to(negotiating)
    return_settled = converted_to_refund.to(closed_refunded)
    goods_kept = converted_to_refund.to(cancelled)

    inspection_limit = Deadline(**SOON_INSPECTED, since=parcel_in, until=inspect_ok | inspect_bad)
    ship_limit = Deadline(  # 001-t 二(四)2, as for any order
        hours(48),
        since=inspect_ok | agree_terms,
        until=handed_over | replacement_signed | difference_unpaid | beyond_limit,
        paused_in=difference_pending,
        tell={hours(24): WAREHOUSE_SUPERVISOR, hours(48): OPS_MANAGER},
    )

    kpis = (
        *(count(authorise), elapsed(authorise, replacement_signed | first_signed)),
        *(share(replacement_missing | difference_unpaid | to_refund, of=authorise), count(settle_difference)),
        share(old_goods_never, of=ship_first),
    )

    # --- rules

    def is_safe_to_ship_first(self) -> bool:
        """The customer is trusted or has posted the parcel, the shop is at fault, and the price is the same."""
        fair = self.case.shop_pays_postage and self.case.trusted
        return self.is_even() and (fair or self.is_posted())

    def is_posted(self) -> bool:
        """The customer has posted the old goods."""
        return self.has_happened(self.customer_ships | self.parcel_seen)

    def is_without_deposit(self, form: exchanging.ShipFirst) -> bool:
        """Nothing is held until the old goods are back."""
        return not form.deposit_held

    def is_here(self) -> bool:
        """The old goods are with the shop already."""
        return self.case.are_here

    def has_pieces_of_theirs(self) -> bool:
        """Old goods are here that are the customer's."""
        return bool(self.case.inspected) and not self.case.taken_over

    def has_nothing_of_theirs(self) -> bool:
        """Nothing of the old goods is with the shop, or was lost on its label."""
        lost = self.has_happened(self.lost_return)
        return not (self.case.inspected or self.case.taken_over or lost)

    def is_granted(self) -> bool:
        """Nothing is given up, or it is within the limits."""
        return not self.case.extra_cost or self.has_happened(self.allowed, since=self.agree_terms)

    def is_even(self) -> bool:
        """There is no difference to settle."""
        return self.case.difference == NOTHING

    def is_customers_debt(self) -> bool:
        """The customer owes the difference."""
        return self.case.difference > NOTHING

    def is_spoilt(self) -> bool:
        """The old goods came spoilt, or not all of them."""
        return bool(self.case.spoilt)

    def is_by_hand(self) -> bool:
        """The provider declined, so that finance settles it by another way."""
        return self.has_happened(self.difference_declined, since=self.inspect_ok | self.agree_terms)

    def is_still_out(self) -> bool:
        """The old goods haven't come."""
        return not self.case.are_here and not self.has_happened(self.parcel_in | self.old_goods_in)

    def has_old_goods(self) -> bool:
        """The old goods have arrived, or were lost on a label that the shop bought."""
        return not self.is_still_out() or self.has_happened(self.lost_return)

    def is_out_at_the_end(self) -> bool:
        """The customer has the old goods, and no other case takes them back."""
        asked_back = self.has_happened(self.return_settled | self.goods_kept)
        return not asked_back and (self.stage is not self.closed_refunded or self.is_still_out())

    def is_refund_under_way(self) -> bool:
        """A refund case or a return pays the money back."""
        return self.children(self.money_back).any_running or self.children(self.ask_back).any_running

    # --- the replacement

    @(authorise | try_again).on
    def reserve(self) -> None:
        order, number, wanted = self.case.order_no, self.replacement_no, self.case.wanted
        goods = ReserveReplacement(order=order, replacement=number, lines=self.case.lines, wanted=wanted)
        self.do(goods, then=self.reserve_replacement)

    @reserve_replacement.on
    def learn(self, outcome: ReplacementReserved | None) -> None:
        self.case = self.case.with_quote(outcome or ReplacementReserved())

    @ship_first.on
    def hold_deposit(self, form: exchanging.ShipFirst) -> None:
        self.require(form.approver != self.actor.id, "It must be somebody else, not you.", "approver")
        if form.deposit_held:
            deposit = ChargeDifference(order=self.case.order_no, amount=form.deposit_held, reason="Deposit")
            self.do(deposit, then=self.deposit_taken, otherwise=self.deposit_declined)

    @deposit_declined.on
    def hold_nothing(self, outcome: Refused | None) -> None:
        self.case.deposit_held = NOTHING
        why = outcome.reason if outcome is not None else "-"
        self.tell(AFTER_SALES, "deposit_declined", order=self.case.order_no, why=why)

    # --- the old goods

    @send_instructions.on
    def instruct(self) -> None:
        order, to = self.case.order_no, self.policy.returns_to
        if self.case.shop_pays_postage:
            label = PrepareReturnLabel(order=order, return_no=self.subject, to=to)
            self.do(label, then=self.label_ready)
        self.say("return_instructions", to=to)

    @(parcel_in | lost_return).on
    def return_deposit(self) -> None:
        self.case.deposit_held = NOTHING
        self.undo(ChargeDifference)

    @(expired | cancelled).enter
    def tell_end(self) -> None:
        self.say("exchange_ended")

    def compare(self, rows: tuple[InspectedLine, ...]) -> None:
        more = per_line(rows) - per_line(self.case.lines)
        self.require(not more, "Must not be more than was to come back.", "lines")

    @inspect_ok.on
    def all_is_there(self, form: exchanging.Inspection) -> None:
        self.compare(form.lines)
        less = per_line(self.case.lines) - per_line(form.lines)
        self.require(not less, "Must add up to the lines that were to come back.", "lines")
        self.require(form.passes, "What the customer spoilt doesn't pass: say who else did.", "fault_owner")
        self.case = self.case.with_inspection(form, has_failed=False)

    @inspect_bad.on
    def explain(self, form: exchanging.Inspection) -> None:
        self.compare(form.lines)
        self.require(form.note, "Say what is wrong.", "note")
        self.case = self.case.with_inspection(form, has_failed=True)
        self.say("return_not_accepted", why=form.note)

    @agree_terms.on
    def give_up_the_rest(self, form: exchanging.Terms) -> None:
        """What is given up is granted by whoever may, with what was given before."""
        given = self.case.given_up_for(form.fee)
        self.require_grant(given, self.case.given_before, "fee")
        self.case = self.case.giving_up(given, self.policy.grant_limit(self.actor.roles))

    @to_refund.on
    def hold_to_what_is_owed(self, form: exchanging.ToRefund) -> None:
        owed = self.case.owed if self.has_old_goods() else NOTHING
        self.require_owed(form.amount, owed, "amount", is_agreed=form.is_agreed)

    @(settle_difference | refund_instead).on
    def put_away(self) -> None:
        if not self.case.taken_over:
            self.case.taken_over = True
            self.receive(self.case.inspected, self.case.location)

    def receive(self, rows: tuple[InspectedLine, ...], location: str | None, into: str = "") -> None:
        if found := inspected_receipts(rows, self.case.goods, location=location, into=into):
            self.do(ReceiveStock(reference=self.subject, lines=found))

    @old_goods_in.on
    def take_in(self, form: exchanging.OldGoods) -> None:
        """Nobody has inspected them: what looks as new waits for that before it is sold."""
        rows = form.rows(self.case.lines)
        self.compare(rows)
        self.case.taken_over = True
        self.receive(uninspected(rows), form.location, form.bin)
        if any(row.condition == "as_new" for row in rows):
            self.tell(QC, "old_goods_to_inspect", order=self.case.order_no, bin=form.bin)
        if self.has_happened(self.lost_return):
            waybill_no = self.case.waybill_no
            self.tell(LOGISTICS, "lost_return_came", order=self.case.order_no, waybill_no=waybill_no)
        self.undo(BookReceivable, KeepRecord)
        self.keep_of_deposit(self.case.lost_of(rows))

    @old_goods_never.on
    def book_loss(self) -> None:
        self.keep_of_deposit(self.case.old_value)

    def keep_of_deposit(self, loss: Money) -> None:
        """The deposit pays for what is lost of the old goods, or goes back; the customer owes the rest."""
        order, held = self.case.order_no, self.case.deposit_held
        if not loss:
            self.undo(ChargeDifference)
            return
        if held > loss:
            self.do(PayRefund(order=order, amount=held - loss, reason="Deposit"))
        elif rest := loss - held:
            self.do(BookReceivable(order=order, amount=rest, reason="Old goods of an exchange are missing."))
        self.say("exchange_claimed", loss=loss, held=held)

    # --- the difference

    @difference_pending.enter
    def settle_what_is_granted(self) -> None:
        order, given, limit = self.case.order_no, self.case.extra_cost, self.case.granted_limit
        if self.is_granted():
            self.settle()
        else:
            within = AllowCompensation(order=order, amount=given, limit=limit, cause=self.undecided_cause)
            self.do(within, then=self.allowed, otherwise=self.beyond_limit)

    @allowed.on
    def settle(self) -> None:
        order, owes, known = self.case.order_no, self.case.difference, self.case.settlement
        if owes > NOTHING:
            charge = ChargeDifference(order=order, amount=owes, reason="Exchange")
            self.do(charge, then=self.settle_difference, otherwise=self.difference_declined, **known)
        elif owes < NOTHING:
            refund = PayRefund(order=order, amount=-owes, reason="Exchange")
            self.do(refund, then=self.settle_difference, otherwise=self.difference_declined, **known)

    @difference_declined.on
    def ask_finance(self, outcome: Refused | None) -> None:
        why = outcome.reason if outcome is not None else "-"
        self.tell(FINANCE, "difference_declined", amount=self.case.difference, why=why)

    @difference_unpaid.on
    def grant_nothing(self) -> None:
        self.undo(AllowCompensation)
        self.case.extra_cost = self.case.fee = NOTHING

    @settle_difference.on
    def write_down(self, form: exchanging.DifferenceSettled | None) -> None:
        order, owes = self.case.order_no, self.case.difference
        by_hand = paid_by_hand(form, self.actor.roles) is not None
        self.case = self.case.with_difference_settled(by_hand=by_hand)
        if by_hand and owes > NOTHING:
            self.do(RecordPayment(order=order, amount=owes, method="by hand"))
        elif by_hand and owes < NOTHING:
            self.do(RecordRefund(order=order, amount=-owes, refund_no=self.subject, reason="Exchange"))

    # --- the new goods

    @replacement_shipping.enter
    def announce(self) -> None:
        """Who gets the new goods first is told where the old ones go."""
        self.say("replacement_under_way")
        if not self.has_old_goods() and not self.is_posted():
            self.instruct()

    @replacement_failed.on
    def take_back(self) -> None:
        self.undo(ChargeDifference, ReserveReplacement, AllowCompensation)
        self.case.old_value += self.case.added - self.case.refunded
        self.case.added = self.case.refunded = self.case.deposit_held = self.case.extra_cost = NOTHING
        self.tell(AFTER_SALES, "replacement_failed", order=self.case.order_no)

    @refund_instead.on
    def write_refund_down(self, form: exchanging.PaidInstead | None) -> None:
        by_hand = paid_by_hand(form, self.actor.roles)
        if by_hand and by_hand.amount:
            order, paid, number = self.case.order_no, by_hand.amount, by_hand.refund_no
            self.do(RecordRefund(order=order, amount=paid, refund_no=number, reason="Exchange"))
            self.do(ReverseBenefits(order=order, amount=paid))

    @property
    def replacement_no(self) -> str:
        """The number of the order that ships the replacement: the exchange's own, unless an earlier one failed."""
        return self.next_subject if self.has_happened(self.replacement_failed) else self.subject

    def result(self) -> dict[str, object]:
        return {"order_no": self.case.order_no, "refused": self.has_happened(self.refuse)}

    def book_entry(self) -> ReturnEntry:
        """A case that takes the goods back instead, or a repair that has them, says so itself."""
        is_kept = self.stage is not None and self.stage.id in exchanging.KEPT
        is_kept = is_kept and not self.has_happened(self.lost_on_way)
        elsewhere = self.has_happened(self.replacement_missing) and not self.case.are_here
        return ReturnEntry(order=self.case.order_no, lines=() if is_kept or elsewhere else self.case.lines)

    # --- what it starts

    @starts(
        "order_fulfilment",
        on=settle_difference | ship_first | deposit_taken,
        ends={"shipped": handed_over}
        | dict.fromkeys(("delivered", "completed"), replacement_signed | first_signed)
        | dict.fromkeys(ORDER_FAILED, replacement_failed),
    )
    def ship(self) -> Opening | None:
        if self.stage is not self.replacement_shipping:
            return None
        goods = self.case.wanted or self.case.goods
        return replacement_case(self.replacement_no, self.case.order_no, self.case.receiver, goods)

    @starts(
        "return_refund",
        on=replacement_missing,
        ends={"closed": return_settled, **dict.fromkeys(returning.NOT_TAKEN, goods_kept)},
    )
    def ask_back(self) -> Opening | None:
        """Without a replacement the customer sends the goods back for their money, unless a person says otherwise."""
        known = self.case.asking_back(self.policy.returns_to)
        return opening(self.next_subject, **known) if self.case.comes_back_apart else None

    @starts(
        "refund_only",
        on=replacement_missing | difference_unpaid | to_refund,
        ends={"refunded": refund_instead, "rejected": money_refused, "cancelled": money_refused},
    )
    def money_back(self) -> Opening | None:
        """Goods that are back are owed for, as they came; where the customer keeps them, it is granted."""
        apart = self.has_happened(self.replacement_missing) and self.case.comes_back_apart
        asked = self.case.asked_instead(is_back=self.has_old_goods())
        refund = refund_case(self.next_subject, order_no=self.case.order_no, **asked)
        return refund if self.stage is self.converted_to_refund and not apart else None

    @starts("refund_only", on=inspect_ok | old_goods_in)
    def postage_back(self) -> Opening | None:
        due = self.case.postage_owed
        return refund_case(self.next_subject, "returned", self.case.order_no, due) if due else None

    @starts("exchange", "return_refund", on=came_late)
    def late_goods(self) -> Opening:
        """An exchange of its own, with the goods here; or, where the money went back without them, a return."""
        if self.stage is self.closed_refunded:
            known = self.case.came_back_after(self.policy.returns_to)
            return opening(self.next_subject, "return_refund", "take_in", **known)
        return opening(self.next_subject, "exchange", **self.case.with_goods_here)

    @starts("lost_parcel_claim", on=lost_return | lost_on_way)
    def claim(self) -> Opening:
        return self.claim_of_loss()
