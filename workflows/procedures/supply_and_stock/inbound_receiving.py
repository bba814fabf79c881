"""Inbound receiving (收货入库与质检): paper, label and goods agree, and only good goods become sellable.

Sources: 001-n 2(1)-(5); 001-o 三·2(1)-(5); 001-k 3.1.1, 3.1.3; 001-e 第六条. Count, barcode, note, posting, inspection
come in this order, and goods wait in quarantine until they have passed: D5. The listing of 001-k is put-away: D4. What
goods cost and how many are awaited is their purchase's word, which pieces are good is the inspection's. Who approves a
purchase approves what is kept beyond it (001-n 1(1)); the rest goes back.
"""

from activities.cases.contract import SendEvent
from activities.messages.contract import Message
from activities.purchase_plans.contract import (
    Awaited,
    CostSaid,
    CostsDiffer,
    CostsMatch,
    GoodsAwaited,
    MatchCosts,
    ReadAwaited,
    listed,
)
from activities.purchasing.contract import (
    BookVoucher,
    DebitSupplier,
    PostReceipt,
    RegradeStock,
    ReturnToSupplier,
    regraded,
)
from activities.stock.contract import Disposition
from workflows.vocabulary import *

CLOSING = "17:00"  # until when a note is entered on the day of receipt (default)
INCIDENT_SHARE = 10  # per cent of a lot found bad, from which the supplier is reviewed (default)


class InboundReceiving(Procedure):
    """Take goods in so that paper, label and goods agree, and only good goods become sellable."""

    key = "inbound_receiving"
    case: receiving.Receipt
    numbers = "R"
    about = ("lines", "supplier", "purchase_no")
    exceptions = (without("way_back", because="Goods or money are on their way: its own rows settle them."),)
    parties = {PartyKind.SUPPLIER: "supplier"}

    new = Entry()
    announced = Stage(role=RECEIVER, due=at("eta") + days(1), tell=PURCHASING)
    arrived = Stage(role=RECEIVER, due=hours(4), tell=WAREHOUSE_SUPERVISOR)
    count_check = Stage(role=RECEIVER | STATISTICIAN)
    discrepancy = Stage(role=PURCHASING | WAREHOUSE_SUPERVISOR, due=working_days(1), tell=OPS_MANAGER)
    more_approval = Stage(role=GM, ways_equal=True, due=working_days(1), tell=OPS_MANAGER | PURCHASING)
    labelled = Stage(role=RECEIVER)
    note_drafted = Stage(role=WAREHOUSE_KEEPER | WAREHOUSE_SUPERVISOR)
    note_signed = Stage(role=STATISTICIAN)
    posted = Stage(role=WAREHOUSE_KEEPER | FINANCE)
    qc_inspecting = Stage(role=QC, ways_equal=True)
    putaway_pending = Stage(role=WAREHOUSE_KEEPER, due=working_days(1), tell=WAREHOUSE_SUPERVISOR)
    isolated = Stage(
        role=OPS_MANAGER | QC | PURCHASING | WAREHOUSE_SUPERVISOR,
        ways_equal=True,
        due=working_days(3),
        tell=PURCHASING | OPS_MANAGER,
    )
    rejects_left = Stage(
        role=PURCHASING | WAREHOUSE_SUPERVISOR, due=working_days(3), tell=PURCHASING | OPS_MANAGER
    )
    available = Stage(final=True)
    returned_to_supplier = Stage(final=True)
    refused = Stage(final=True)
    called_off = Stage(final=True)

    # unloading and counting                                                         001-n 2(1), 001-o 三·2(1)
    announce = new.to(announced, by=PURCHASING | SUPPLIER, form=receiving.Announced)
    arrive = announced.to(arrived, by=RECEIVER, form=receiving.Arrival, main=True)
    unannounced = new.to(arrived, by=RECEIVER, form=receiving.Arrival)
    call_off = announced.to(called_off, **receiving.CALL_OFF)
    untaken = announced | arrived | count_check | discrepancy
    match_order = untaken.stay(**receiving.MATCH, when="is_unbound")
    order_known = untaken.stay()
    order_unknown = untaken.stay()
    check_count = arrived.to(count_check, **receiving.COUNT, main=True) | (count_check | discrepancy).to(
        count_check, **receiving.COUNT
    )
    refuse = (arrived | count_check).to(refused, **receiving.REFUSAL)
    differs = (count_check | labelled).to(discrepancy, by=RECEIVER, form=receiving.Difference)
    settle_difference = discrepancy.to(
        count_check, **receiving.SETTLEMENT, when="not is_more_kept", main=True
    ) | discrepancy.to(more_approval, **receiving.SETTLEMENT, when="is_more_kept", main=True)
    approve_more = more_approval.to(
        count_check, **receiving.MORE_APPROVAL, other_than=(check_count, differs, settle_difference)
    )
    refuse_more = more_approval.to(discrepancy, by=GM, form=Note)
    reject_lot = discrepancy.to(returned_to_supplier, **receiving.LOT_REFUSAL, when="not has_refused_gone")

    # labels and inbound note, two signatures                                        001-n 2(2)-(3), 001-o 三·2(2)-(4)
    print_labels = count_check.to(labelled, **receiving.LABELS, when="has_goods and is_agreed", main=True)
    draft_note = labelled.to(note_drafted, by=RECEIVER, form=receiving.InboundNote, main=True)
    costs_known = note_drafted.stay()
    costs_differ = note_drafted.to(labelled)
    sign_keeper = note_drafted.stay(**receiving.KEEPER, once=True, when="is_costed")
    sign_supervisor = note_drafted.to(
        note_signed, **receiving.SUPERVISOR, needs=sign_keeper, other_than=sign_keeper
    )
    post = note_signed.to(posted, by=STATISTICIAN, form=receiving.Posting, main=True)
    was_posted = (posted | qc_inspecting | putaway_pending | isolated).stay()
    post_refused = (posted | qc_inspecting).to(labelled)
    book_receipt = (
        posted | qc_inspecting | putaway_pending | isolated | rejects_left | available | returned_to_supplier
    ).stay(by=FINANCE, form=receiving.Voucher, when="is_unbooked")
    return_refused = (
        labelled | note_drafted | note_signed | posted | qc_inspecting | putaway_pending | isolated
    ).stay(**receiving.REFUSED_RETURN, when="has_refused_here")

    # inspection and isolation                                                       001-n 2(4), 001-o 三·2(5)
    call_qc = posted.to(qc_inspecting, by=WAREHOUSE_KEEPER, form=receiving.Sampling)
    qc_partial = qc_inspecting.stay(by=QC, form=receiving.Inspection)
    qc_pass = qc_inspecting.to(putaway_pending, by=QC, form=receiving.Inspection)
    qc_fail = qc_inspecting.to(isolated, by=QC, form=receiving.FailedInspection)
    concession = isolated.to(putaway_pending, by=OPS_MANAGER, form=receiving.Concession)
    rework = isolated.to(qc_inspecting, by=QC, form=Note)
    send_back = isolated.to(returned_to_supplier, **receiving.LOT_RETURN)

    # to the shelf, and into the shop                                             001-n 2(4)-(5), 001-o 三·3(1)
    put_away = putaway_pending.to(
        available, **receiving.PUT_AWAY, when="not has_rejects"
    ) | putaway_pending.to(rejects_left, **receiving.PUT_AWAY, when="has_rejects")
    return_rejects = rejects_left.to(available, **receiving.REJECTS_RETURN)

    posted_same_day = Deadline(  # 001-n 2(3): the note is entered on the day of receipt
        at("posting_due"),
        since=arrive | unannounced,
        until=post,
        tell={at("posting_due"): WAREHOUSE_SUPERVISOR, at("posting_due") + hours(16): FINANCE},
    )
    booked_next_day = Deadline(working_days(1), since=post, until=book_receipt, tell=FINANCE)
    inspected_next_day = Deadline(working_days(1), since=post, until=qc_pass | qc_fail, tell=OPS_MANAGER)

    kpis = (
        *(elapsed(arrive | unannounced, put_away), elapsed(arrive | unannounced, post)),
        *(share(differs, of=check_count), share(qc_pass, of=call_qc), count(qc_fail)),
    )

    # --- rules

    def is_unbound(self) -> bool:
        """No purchase has opened this delivery by itself."""
        return self.parent is None

    def is_more_kept(self, form: receiving.Settlement) -> bool:
        """More is to be kept than was ordered."""
        return form.decision == "accept_actual" and bool(self.case.counted - self.case.may_come)

    def is_agreed(self) -> bool:
        """Count, delivery note and order agree, or the difference is settled, and what exceeds the order approved."""
        case = self.case
        same = case.condition == "good" and case.spec_matches_order and all(one.agrees for one in case.counts)
        settled = self.has_happened(self.settle_difference, since=self.check_count)
        return (same or settled) and (case.more_approved or not case.beyond_order)

    def has_goods(self) -> bool:
        """Something was counted: a delivery of nothing is refused."""
        return bool(self.case.kept)

    def is_costed(self) -> bool:
        """It is known what the goods cost."""
        return bool(self.case.noted)

    def has_rejects(self) -> bool:
        """Some of the delivery goes back: found bad, or refused on arrival and still here."""
        return bool(self.case.to_return)

    def has_refused_here(self) -> bool:
        """Something was refused on arrival, and is still here."""
        return bool(self.case.refused_goods)

    def has_refused_gone(self) -> bool:
        """Part of the delivery has gone back already."""
        return self.case.refused_gone

    def is_unbooked(self) -> bool:
        """The note is posted, and finance has not booked it yet."""
        return self.case.posted_on is not None and not self.is_in_force(BookVoucher)  # a refused one isn't

    # --- on arrival

    @(arrive | unannounced).on
    def note_the_day(self, form: receiving.Arrival) -> None:
        fits = self.now - form.arrived_at <= days(7).length
        self.require(fits, "Goods are taken in within a week.", "arrived_at")
        day = self.case.arrived_on = self.day_of(form.arrived_at)
        late = form.arrived_at >= self.policy.moment(day, CLOSING)
        while late or not self.policy.is_working_day(day):
            day, late = day + days(1).length, False
        self.case.posting_due = self.policy.moment(day, CLOSING)

    @(announce | match_order | differs).on
    def ask_what_is_awaited(self) -> None:
        self.case.more_approved = False
        if self.case.purchase_no is not None:
            read = ReadAwaited(purchase=self.case.purchase_no)
            self.do(read, then=self.order_known, otherwise=self.order_unknown)

    @order_known.on
    def note_what_is_awaited(self, outcome: GoodsAwaited | None) -> None:
        case = self.case
        if outcome is not None and outcome.lines and case.supplier not in (None, outcome.supplier):
            self._without_purchase(f"{case.purchase_no}: {outcome.supplier}, {case.supplier}")
        elif outcome is not None and outcome.lines:
            case.supplier = outcome.supplier
            case.awaited = tuple(Awaited.model_validate(one.model_dump()) for one in outcome.lines)
            case.settle(Counter(case.refused))

    @order_unknown.on
    def note_that_nothing_is_awaited(self, outcome: Refused | None) -> None:
        self._without_purchase(outcome.reason if outcome is not None else "-")

    def _without_purchase(self, why: str) -> None:
        """All of it is beyond any order, until somebody finds the right one."""
        self.case.purchase_no, self.case.awaited = None, ()
        self.tell(PURCHASING, "delivery_without_purchase", why=why)

    @check_count.on
    def note_the_count(self, form: receiving.GoodsCount) -> None:
        why = receiving.objection_to_count(self.case, form)
        self.require(not why, why, "lines")
        self.case.counts, self.case.decision = self.case.counted_as(form.lines), None
        self.case.settle(Counter())

    @refuse.on
    def say_that_it_is_refused(self, form: receiving.DeliveryRefusal) -> None:
        self.tell(PURCHASING, "delivery_refused", supplier=self.case.supplier or "-", why=form.reason)
        if self.case.supplier:
            data = {"delivery": self.case.note, "reason": form.reason}
            self.do(Message(to=self.case.supplier, template="goods_refused", data=data))

    @call_off.on
    def say_that_it_is_called_off(self, form: Reason) -> None:
        if self.actor.is_staff and self.case.supplier:
            data = {"delivery": self.subject, "reason": form.reason}
            self.do(Message(to=self.case.supplier, template="delivery_called_off", data=data))

    # --- what differs

    @settle_difference.on
    def settle(self, form: receiving.Settlement) -> None:
        why = receiving.objection_to_settlement(self.case, form)
        self.require(not why, why, "rejected" if form.rejected else "decision")
        self.case.settle(form.refused)

    @approve_more.on
    def keep_more(self) -> None:
        self.case.more_approved = True

    @refuse_more.on
    def send_more_back(self, form: Note) -> None:
        self.tell(PURCHASING, "more_goods_refused", goods=listed(self.case.more), why=form.note)

    @reject_lot.on
    def return_uncounted(self, form: receiving.ReturnNote) -> None:
        fits = per_sku(form.qty) == self.case.counted
        self.require(fits, "All that came goes back, and no more.", "qty")
        self.require(not form.debit_amount, "It was never booked: nothing to debit.", "debit_amount")
        self._send_back(form.return_note_no, form.qty, posted=False)

    @return_refused.on
    def return_what_was_refused(self, form: receiving.RefusedReturn) -> None:
        posted = self.case.posted_on is not None
        self._send_back(form.return_note_no, form.qty, posted=posted, refused=True)
        self.case.refused_gone = True

    # --- the note

    @print_labels.on
    def one_label_each(self, form: receiving.Labels) -> None:
        fits = form.barcode_count in {self.case.pieces, self.case.packages}
        message = "Print one label for each unit, or for each carton, that was counted."
        self.require(fits, message, "barcode_count")

    @draft_note.on
    def note_what_was_counted(self, form: receiving.InboundNote) -> None:
        fits = per_sku(form.lines) == self.case.kept
        self.require(fits, "The note holds what was counted, less what purchasing rejected.", "lines")
        case, case.typed, case.noted = self.case, form.lines, ()
        if case.purchase_no is None:
            uncosted = ", ".join(line.sku for line in form.lines if line.unit_cost is None)
            self.require(
                not uncosted,
                "Say what {uncosted} cost: they belong to no purchase.",
                "lines",
                uncosted=uncosted,
            )
            case.noted = case.costed({})
            return
        said = tuple(CostSaid(sku=line.sku, qty=line.qty, unit_cost=line.unit_cost) for line in form.lines)
        match = MatchCosts(purchase=case.purchase_no, lines=said, approved=case.approved_more)
        self.do(match, then=self.costs_known, otherwise=self.costs_differ)

    @costs_known.on
    def take_contract_costs(self, outcome: CostsMatch | None) -> None:
        found = {line.sku: line.unit_cost for line in outcome.lines} if outcome is not None else {}
        self.case.noted = self.case.costed(found)

    @costs_differ.on
    def send_note_back(self, outcome: CostsDiffer | None) -> None:
        self.tell(RECEIVER, "costs_differ", why=outcome.reason if outcome is not None else "-")

    @post.on
    def enter_quarantine(self, form: receiving.Posting) -> None:
        case, arrived_on = self.case, self.case.arrived_on or self.today
        fits = arrived_on <= form.posted_on
        self.require(fits, "Must lie between the day of arrival and today.", "posted_on")
        self.do(
            PostReceipt(
                note=case.note,
                purchase=case.purchase_no,
                lines=case.noted,
                refused=case.refused_goods,
                approved=case.approved_more,
                approved_by=self.who_did(self.approve_more) if case.more_approved else None,
            ),
            then=self.was_posted,
            otherwise=self.post_refused,
        )

    @was_posted.on
    def tell_finance(self) -> None:
        self.tell(FINANCE, "receipt_posted", note=self.case.note)

    @post_refused.on
    def note_anew(self, outcome: Refused | None) -> None:
        self.case.posted_on = None
        self.tell(RECEIVER, "note_not_posted", why=outcome.reason if outcome is not None else "-")

    @book_receipt.on
    def book(self, form: receiving.Voucher) -> None:
        fits = (self.case.posted_on or form.booked_on) <= form.booked_on
        self.require(fits, "Must lie between the day when the note was posted and today.", "booked_on")
        self.do(BookVoucher(note=self.case.note, voucher_no=form.voucher_no, booked_on=form.booked_on))

    # --- the inspection

    @call_qc.on
    def tell_qc(self) -> None:
        self.tell(QC, "goods_to_inspect", note=self.case.note)

    @(qc_partial | qc_pass | qc_fail).on
    def add_up_inspection(self, form: receiving.Inspection | receiving.FailedInspection) -> None:
        case = self.case
        case.inspected += form.inspected_qty
        case.bad += form.bad_qty
        self.require(case.inspected <= case.lot, "The lot has {lot} units.", "inspected_qty", lot=case.lot)
        case.find_bad(form.bad_lines, form.bad_qty)
        self.require(Counter(case.bad_of) <= per_sku(case.noted), "The lot has fewer of it.", "bad_lines")

    @qc_partial.on
    def leave_some_for_the_verdict(self) -> None:
        """The lot passes or fails with its last part."""
        fits = self.case.inspected < self.case.lot
        self.require(fits, "Pass or fail the lot with its last part.", "inspected_qty")

    @qc_pass.on
    def pass_the_lot(self) -> None:
        case = self.case
        self.require(case.bad < case.lot, "All of it is bad: the lot fails.", "good_qty")
        fits = case.sampling_plan != "all" or case.inspected == case.lot
        self.require(fits, "All {lot} units are to be inspected.", "inspected_qty", lot=case.lot)
        named = sum(case.bad_of.values()) == case.bad
        self.require(named, "Say which {bad} are bad: they go back.", "bad_lines", bad=case.bad)

    @qc_fail.on
    def set_apart(self) -> None:
        lines = regraded(self.case.noted, Disposition.QUARANTINE, Disposition.DEFECTIVE)
        self.do(RegradeStock(note=self.case.note, lines=lines))

    @(concession | rework).on
    def bring_it_back(self, form: receiving.Concession | Note) -> None:
        """What was found bad stays apart, whatever is agreed on with its supplier."""
        case = self.case
        if isinstance(form, receiving.Concession):
            why, field = receiving.objection_to_concession(case, form)
            self.require(not why, why, field)
            case.seconds = dict(per_sku(form.set_apart))
        case.bad, case.bad_of = 0, {}
        good = regraded(case.to_shelve, Disposition.DEFECTIVE, Disposition.QUARANTINE)
        bad = regraded(sku_rows(case.seconds), Disposition.DEFECTIVE, Disposition.SECONDS)
        self.do(RegradeStock(note=case.note, lines=good + bad))

    @concession.on
    def take_it_anyway(self, form: receiving.Concession) -> None:
        if form.deduction:
            case, debit, why = self.case, form.deduction, form.note
            case.deducted = debit
            self.do(DebitSupplier(note=case.note, purchase=case.purchase_no, amount=debit, reason=why))

    @rework.on
    def inspect_again(self) -> None:
        self.case.inspected = 0

    # --- what goes back, and what is put away

    @send_back.on
    def return_isolated(self, form: receiving.LotReturn) -> None:
        self.make_permanent(PostReceipt)
        self._return_all(form.return_note_no, self.case.lot_goods)

    @return_rejects.on
    def return_rejected(self, form: receiving.RejectsReturn) -> None:
        self._return_all(form.return_note_no, self.case.rejected)

    def _return_all(self, number: str, goods: FormRows[SkuQty]) -> None:
        """These goods of the note, and what was refused on arrival."""
        if goods:
            self._send_back(number, goods, posted=True)
        if refused := self.case.refused_goods:
            self._send_back(number, refused, posted=True, refused=True)
            self.case.refused_gone = True

    def _send_back(self, number: str, goods: Some[SkuQty], *, posted: bool, refused: bool = False) -> None:
        owed = posted and not refused
        debit = self.case.cost_of(goods) if owed else NOTHING
        if self.case.supplier:
            template = "goods_sent_back" if owed else "refused_sent_back"
            data = {"return_note": number, "amount": str(debit), "delivery": self.case.note}
            self.do(Message(to=self.case.supplier, template=template, data=data))
        self.do(
            ReturnToSupplier(
                note=self.case.note,
                return_note=number,
                purchase=self.case.purchase_no,
                lines=goods,
                debit=debit,
                posted=posted,
                refused=refused,
            )
        )

    @put_away.on
    def put_on_sale(self, form: receiving.PutAway) -> None:
        case, placed = self.case, per_sku(form.placements)
        fits, passed = placed == case.passed, case.passed_goods
        self.require(fits, "The inspection passed {passed_goods}.", "placements", passed_goods=passed)
        case.placed = form.placements
        good = regraded(form.placements, Disposition.QUARANTINE, Disposition.SELLABLE)
        bad = regraded(case.rejected, Disposition.QUARANTINE, Disposition.SUPPLIER_RETURN)
        self.make_permanent(PostReceipt)
        if good or bad:
            self.do(RegradeStock(note=case.note, lines=good + bad))
        for sku, qty in sorted(placed.items()):
            where, back = {"sku": sku}, {"qty": qty}
            self.do(SendEvent(procedure="out_of_stock", event="goods_arrived", where=where))
            self.do(SendEvent(procedure="product_delisting", event="restock_relist", form=back, where=where))
            self.do(SendEvent(procedure="product_listing", event="goods_came", where=where))

    @available.enter
    def tell_the_purchase(self) -> None:
        """A delivery that its purchase hasn't opened: the purchase waits for these goods all the same."""
        if self.parent is None and self.case.purchase_no is not None:
            purchase, came = self.case.purchase_no, self.case.outcome_rows
            self.do(SendEvent(procedure="procurement", event="delivery_in", subject=purchase, form=came))

    # --- what it starts, and tells its purchase

    @starts("product_listing", on=put_away)
    def list_new_goods(self) -> list[Opening]:
        """A SKU that was listed before has its case already: no second one is opened."""
        shop = self.store
        return [
            opening(f"{sku}-{shop}", sku=sku, shop=shop, wanted_live=self.now.isoformat(), qty_available=qty)
            for sku, qty in per_sku(self.case.placed).items()
        ]

    @starts("change_broadcast", on=put_away)
    def publish_arrival(self) -> Opening | None:
        if not self.case.placed:
            return None
        return broadcast_case(
            self.next_subject,
            "inbound",
            f"到货：{self.case.placed_goods}"[:500],
            self.now,
            f"新到货：{self.case.placed_goods}"[:500],
            [CS_SUPERVISOR, OPS_SPECIALIST, CONTENT_EDITOR],
        )

    @starts("supplier_evaluation", on=qc_fail)
    def review_supplier(self) -> Opening | None:
        case = self.case
        if case.supplier is None or case.bad * 100 < case.lot * INCIDENT_SHARE:
            return None
        today = self.today.isoformat()
        return opening(
            f"{case.supplier}-{today}",
            event="open_review",
            supplier=case.supplier,
            period={"first": today, "last": today},
            trigger="incident",
        )

    def result(self) -> dict[str, object]:
        return self.case.outcome
