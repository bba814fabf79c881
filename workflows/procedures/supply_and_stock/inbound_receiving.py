"""Inbound receiving (收货入库与质检): paper, label and goods agree, and only good goods become sellable.

Sources: 001-n 2(1)-(5); 001-o 三·2(1)-(5); 001-k 3.1.1, 3.1.3; 001-e 第六条. Count, barcode, note, posting, inspection
come in this order, and goods wait in quarantine until they have passed: D5. The listing of 001-k is put-away: D4. What
goods cost is their contract's word, which pieces are good is the inspection's.
"""

from activities.cases.contract import SendEvent
from activities.messages.contract import Message
from activities.purchase_plans.contract import (
    CostSaid,
    CostsDiffer,
    CostsMatch,
    Delivery,
    Goods,
    MatchCosts,
)
from activities.purchasing.contract import (
    OUTSTANDING,
    SUPPLIER_OF,
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


# --- what is asked ------------------------------------------------------------------------------------------------


class Announced(Form):
    purchase_no: Keep[Code]
    lines: Keep[Annotated[Some[SkuQty], proposed(of_book(OUTSTANDING, purchase="purchase_no"))]]
    eta: Keep[Moment]
    supplier: Keep[Annotated[Supplier | None, from_book(SUPPLIER_OF, purchase="purchase_no")]] = None
    """Known where a purchase announces its delivery."""


class Arrival(Form):
    arrived_at: Keep[TimeOrEarlier[Moment]]
    vehicle: InHistory[Remark] = ""
    packages: Keep[ToCheck[Qty]]
    dock: InHistory[Remark] = ""


class GoodsCount(Form):
    delivery_note_no: Keep[Code]
    lines: Annotated[PerSku[LineCount], rows_of("expected", others=True)]
    condition: Keep[ToCheck[Literal["good", "damaged"]]]
    spec_matches_order: Keep[ToCheck[bool]]
    photos: Photos = ()

    def problems(self) -> Problems:
        if self.condition == "damaged" and not self.photos:
            yield "photos", "Show the damage."


class DeliveryRefusal(Form):
    reason: Text
    driver_signature: File | None = None


class Difference(Form):
    kind: Literal["short", "over", "wrong_item", "damaged"]
    qty: Annotated[Qty, proposed("difference")]
    photos: SomePhotos


class Settlement(Form):
    decision: Keep[Literal["accept_actual", "reject_part", "wait_rest"]]
    note: Text


class ReturnNote(Form):
    return_note_no: Annotated[Code, own_number("RN")]
    qty: Annotated[Goods, from_case("came")]
    debit_amount: Price | None = None
    """What the goods cost by their note: nobody need type it."""


class LotReturn(ReturnNote):
    """The whole lot goes back."""

    qty: Annotated[Goods, from_case("lot_goods")]
    debit_amount: Annotated[Price | None, from_case("lot_cost")] = None


class RejectsReturn(ReturnNote):
    """What the inspection rejected goes back, all of it."""

    qty: Annotated[Goods, from_case("rejected")]
    debit_amount: Annotated[Price | None, from_case("rejected_cost")] = None


class Labels(Form):
    barcode_count: Annotated[Qty, proposed("pieces")]
    stuck_by: CallerOrOther[User]
    label_book_goods_agree: Annotated[Ticked, to_check("came")]


class InboundNote(Form):
    inbound_note_no: Keep[Annotated[Code, own_number("IN")]]
    lines: Annotated[Some[LineNote], proposed("to_note")]

    def problems(self) -> Problems:
        if not in_one_currency(line.unit_cost for line in self.lines if line.unit_cost):
            yield "lines", "All prices of a note must be in one currency."


class KeeperSignature(Form):
    keeper_signature: Keep[TheCaller[Sign]]


class SupervisorSignature(Form):
    supervisor_signature: TheCaller[Sign]


class Posting(Form):
    posted_on: Keep[TimeOrEarlier[Day]]
    finance_copy_sent: ToCheck[Ticked]


class Voucher(Form):
    voucher_no: Keep[Annotated[Code, own_number("V")]]
    booked_on: TimeOrEarlier[Day]


class Sampling(Form):
    sampling_plan: Keep[Literal["all", "aql", "spot"]]


class Defect(FormRow):
    defect: Text
    count: Qty


class Inspection(Form):
    inspected_qty: Annotated[Qty, to_check("to_inspect")]
    good_qty: ToCheck[Count]
    bad_qty: ToCheck[Count]
    bad_lines: FormRows[SkuQty] = ()
    """Which goods are bad; needed where the lot has several SKUs and passes."""
    defects: FormRows[Defect] = ()
    opinion: Text
    inspector_signature: TheCaller[Sign]
    photos: Photos = ()

    def problems(self) -> Problems:
        if self.good_qty + self.bad_qty != self.inspected_qty:
            yield "inspected_qty", "Must be good and bad together."
        if self.bad_lines and total(self.bad_lines) != self.bad_qty:
            yield "bad_lines", "Must be the bad ones, all of them."


class FailedInspection(Inspection):
    def problems(self) -> Problems:
        yield from super().problems()
        if not self.bad_qty:
            yield "bad_qty", "A lot fails for what was found bad."
        if not self.photos:
            yield "photos", "Show what is wrong."


class Concession(Form):
    deduction: Annotated[Price | None, within(at_most="lot_cost")] = None
    note: Text


class PutAway(Form):
    placements: Annotated[Some[ToShelf], rows_of("to_shelve")]
    reported_to: User


class Receipt(Case, Delivery):
    @property
    def expected(self) -> tuple[SkuQty, ...]:
        """A row for each SKU that was announced."""
        return sku_rows(per_sku(self.lines))

    @property
    def difference(self) -> int | None:
        """By how many pieces the count is not what was announced."""
        return sum(abs(line.counted - line.ordered) for line in self.counts) or None


# --- the procedure ------------------------------------------------------------------------------------------------


class InboundReceiving(Procedure):
    """Take goods in so that paper, label and goods agree, and only good goods become sellable."""

    key = "inbound_receiving"
    case: Receipt
    numbers = "R"
    about = ("lines", "supplier", "purchase_no")
    parties = {PartyKind.SUPPLIER: "supplier"}

    new = Entry()
    announced = Stage(role=RECEIVER)
    arrived = Stage(role=RECEIVER, due=hours(4), tell=WAREHOUSE_SUPERVISOR)
    count_check = Stage(role=RECEIVER | STATISTICIAN)
    discrepancy = Stage(role=PURCHASING | WAREHOUSE_SUPERVISOR)
    labelled = Stage(role=RECEIVER)
    note_drafted = Stage(role=WAREHOUSE_KEEPER | WAREHOUSE_SUPERVISOR)
    note_signed = Stage(role=STATISTICIAN)
    posted = Stage(role=WAREHOUSE_KEEPER | FINANCE)
    qc_inspecting = Stage(role=QC, ways_equal=True)
    putaway_pending = Stage(role=WAREHOUSE_KEEPER)
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

    # unloading and counting                                                         001-n 2(1), 001-o 三·2(1)
    announce = new.to(announced, by=PURCHASING | SUPPLIER, form=Announced)
    arrive = announced.to(arrived, by=RECEIVER, form=Arrival)
    unannounced = new.to(arrived, by=RECEIVER, form=Arrival)
    check_count = arrived.to(count_check, by=RECEIVER, form=GoodsCount, main=True)
    refuse = (arrived | count_check).to(refused, by=RECEIVER | WAREHOUSE_SUPERVISOR, form=DeliveryRefusal)
    differs = count_check.to(discrepancy, by=RECEIVER, form=Difference)
    settle_difference = discrepancy.to(count_check, by=PURCHASING, form=Settlement, main=True)
    reject_lot = discrepancy.to(returned_to_supplier, by=WAREHOUSE_SUPERVISOR, form=ReturnNote)

    # labels and inbound note, two signatures                                        001-n 2(2)-(3), 001-o 三·2(2)-(4)
    print_labels = count_check.to(
        labelled, by=STATISTICIAN, form=Labels, when="has_goods and is_agreed", main=True
    )
    draft_note = labelled.to(note_drafted, by=RECEIVER, form=InboundNote)
    costs_known = note_drafted.stay()
    costs_differ = note_drafted.to(labelled)
    sign_keeper = note_drafted.stay(by=WAREHOUSE_KEEPER, form=KeeperSignature, once=True, when="is_costed")
    sign_supervisor = note_drafted.to(
        note_signed,
        by=WAREHOUSE_SUPERVISOR,
        form=SupervisorSignature,
        needs=sign_keeper,
        other_than=sign_keeper,
    )
    post = note_signed.to(posted, by=STATISTICIAN, form=Posting)
    book_receipt = (
        posted | qc_inspecting | putaway_pending | isolated | rejects_left | available | returned_to_supplier
    ).stay(by=FINANCE, form=Voucher, when="is_unbooked")

    # inspection and isolation                                                       001-n 2(4), 001-o 三·2(5)
    call_qc = posted.to(qc_inspecting, by=WAREHOUSE_KEEPER, form=Sampling)
    qc_partial = qc_inspecting.stay(by=QC, form=Inspection)
    qc_pass = qc_inspecting.to(putaway_pending, by=QC, form=Inspection)
    qc_fail = qc_inspecting.to(isolated, by=QC, form=FailedInspection)
    concession = isolated.to(putaway_pending, by=OPS_MANAGER, form=Concession)
    rework = isolated.to(qc_inspecting, by=QC, form=Note)
    send_back = isolated.to(returned_to_supplier, by=WAREHOUSE_SUPERVISOR | PURCHASING, form=LotReturn)

    # to the shelf, and into the shop                                             001-n 2(4)-(5), 001-o 三·3(1)
    put_away = putaway_pending.to(
        available, by=WAREHOUSE_KEEPER, form=PutAway, when="not has_rejects"
    ) | putaway_pending.to(rejects_left, by=WAREHOUSE_KEEPER, form=PutAway, when="has_rejects")
    return_rejects = rejects_left.to(available, by=WAREHOUSE_SUPERVISOR | PURCHASING, form=RejectsReturn)

    posted_same_day = Deadline(  # 001-n 2(3): the note is entered on the day of receipt
        at("posting_due"),
        since=arrive | unannounced,
        until=post,
        tell={at("posting_due"): WAREHOUSE_SUPERVISOR, at("posting_due") + hours(16): FINANCE},
    )
    booked_next_day = Deadline(working_days(1), since=post, until=book_receipt, tell=FINANCE)
    inspected_next_day = Deadline(working_days(1), since=post, until=qc_pass | qc_fail, tell=OPS_MANAGER)

    kpis = (
        elapsed(arrive | unannounced, put_away),
        elapsed(arrive | unannounced, post),
        share(differs, of=check_count),
        share(qc_pass, of=call_qc),
        count(qc_fail),
    )

    # --- rules

    def is_agreed(self) -> bool:
        """Count, delivery note and order agree, or purchasing has settled the difference."""
        case = self.case
        whole = case.condition == "good" and case.spec_matches_order
        same = all(line.agrees for line in case.counts)
        return (whole and same) or self.has_happened(self.settle_difference, since=self.check_count)

    def has_goods(self) -> bool:
        """Something was counted: a delivery of nothing is refused."""
        return bool(self.case.counted)

    def is_costed(self) -> bool:
        """It is known what the goods cost."""
        return bool(self.case.noted)

    def has_rejects(self) -> bool:
        """Some of the lot was found bad."""
        return bool(self.case.bad_of)

    def is_unbooked(self) -> bool:
        """The note is posted, and finance has not booked it yet."""
        # under a voucher number that is in use already, the book enters nothing
        return self.case.posted_on is not None and not self.is_in_force(BookVoucher)

    # --- what each step does

    @(arrive | unannounced).on
    def note_the_day(self, form: Arrival) -> None:
        fits = self.now - form.arrived_at <= days(7).length
        self.require(fits, "Goods are taken in within a week.", "arrived_at")
        day = self.case.arrived_on = self.day_of(form.arrived_at)
        late = form.arrived_at >= self.policy.moment(day, CLOSING)
        while late or not self.policy.is_working_day(day):
            day, late = day + days(1).length, False
        self.case.posting_due = self.policy.moment(day, CLOSING)

    @check_count.on
    def note_the_count(self, form: GoodsCount) -> None:
        objection = self.case.objection(form.lines)
        self.require(not objection, objection, "lines")
        self.case.counts = form.lines

    @print_labels.on
    def one_label_each(self, form: Labels) -> None:
        fits = form.barcode_count in {self.case.counted.total(), self.case.packages}
        message = "Print one label for each unit, or for each carton, that was counted."
        self.require(fits, message, "barcode_count")

    @draft_note.on
    def note_what_was_counted(self, form: InboundNote) -> None:
        noted, counted = per_sku(form.lines), self.case.counted
        some_rejected = self.case.decision == "reject_part"
        fits = noted <= counted if some_rejected else noted == counted
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
        match = MatchCosts(purchase=case.purchase_no, lines=said)
        self.do(match, then=self.costs_known, otherwise=self.costs_differ)

    @costs_known.on
    def take_contract_costs(self, outcome: CostsMatch | None) -> None:
        found = {line.sku: line.unit_cost for line in outcome.lines} if outcome is not None else {}
        self.case.noted = self.case.costed(found)

    @costs_differ.on
    def send_note_back(self, outcome: CostsDiffer | None) -> None:
        self.tell(RECEIVER, "costs_differ", why=outcome.reason if outcome is not None else "-")

    @post.on
    def enter_quarantine(self, form: Posting) -> None:
        arrived_on = self.case.arrived_on or self.today
        fits = arrived_on <= form.posted_on
        self.require(fits, "Must lie between the day of arrival and today.", "posted_on")
        self.do(PostReceipt(note=self.case.note, purchase=self.case.purchase_no, lines=self.case.noted))
        self.tell(FINANCE, "receipt_posted", note=self.case.note)

    @book_receipt.on
    def book(self, form: Voucher) -> None:
        fits = (self.case.posted_on or form.booked_on) <= form.booked_on
        self.require(fits, "Must lie between the day when the note was posted and today.", "booked_on")
        self.do(BookVoucher(note=self.case.note, voucher_no=form.voucher_no, booked_on=form.booked_on))

    @call_qc.on
    def tell_qc(self) -> None:
        self.tell(QC, "goods_to_inspect", note=self.case.note)

    @(qc_partial | qc_pass | qc_fail).on
    def add_up_inspection(self, form: Inspection | FailedInspection) -> None:
        case = self.case
        case.inspected += form.inspected_qty
        case.bad += form.bad_qty
        self.require(case.inspected <= case.lot, "The lot has {lot} units.", "inspected_qty", lot=case.lot)
        case.find_bad(form.bad_lines, form.bad_qty)
        self.require(Counter(case.bad_of) <= per_sku(case.noted), "The lot has fewer of it.", "bad_lines")

    @qc_partial.on
    def leave_some_for_the_verdict(self) -> None:
        """The lot passes or fails with its last part."""
        case = self.case
        self.require(case.inspected < case.lot, "Pass or fail the lot with its last part.", "inspected_qty")

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
    def bring_it_back(self) -> None:
        self.case.bad, self.case.bad_of = 0, {}
        lines = regraded(self.case.noted, Disposition.DEFECTIVE, Disposition.QUARANTINE)
        self.do(RegradeStock(note=self.case.note, lines=lines))

    @concession.on
    def take_it_anyway(self, form: Concession) -> None:
        case = self.case
        fits = in_one_currency((form.deduction or NOTHING, *(line.unit_cost for line in case.noted)))
        self.require(fits, "The goods are priced in another currency.", "deduction")
        fits = is_within(form.deduction or NOTHING, case.lot_cost)
        self.require(fits, "The goods cost {cost}.", "deduction", cost=case.lot_cost)
        if form.deduction:
            debit, case.deducted = form.deduction, form.deduction
            self.do(DebitSupplier(note=case.note, purchase=case.purchase_no, amount=debit, reason=form.note))

    @rework.on
    def inspect_again(self) -> None:
        self.case.inspected = 0

    @reject_lot.on
    def return_uncounted(self, form: ReturnNote) -> None:
        fits = per_sku(form.qty) == self.case.counted
        self.require(fits, "All that came goes back, and no more.", "qty")
        self.require(not form.debit_amount, "It was never booked: nothing to debit.", "debit_amount")
        self._send_back(form, posted=False)

    @send_back.on
    def return_isolated(self, form: LotReturn) -> None:
        self.make_permanent(PostReceipt)
        self._send_back(form, posted=True)

    @return_rejects.on
    def return_rejected(self, form: RejectsReturn) -> None:
        self._send_back(form, posted=True)

    def _send_back(self, form: ReturnNote, *, posted: bool) -> None:
        cost = self.case.cost_of(form.qty) if posted else NOTHING
        if self.case.supplier:
            data = {"return_note": form.return_note_no, "amount": str(cost), "delivery": self.case.note}
            self.do(Message(to=self.case.supplier, template="goods_sent_back", data=data))
        self.do(
            ReturnToSupplier(
                note=self.case.note,
                return_note=form.return_note_no,
                purchase=self.case.purchase_no,
                lines=form.qty,
                debit=cost,
                posted=posted,
            )
        )

    @put_away.on
    def put_on_sale(self, form: PutAway) -> None:
        case = self.case
        placed = per_sku(form.placements)
        self.require(
            placed == case.passed,
            "The inspection passed {passed_goods}.",
            "placements",
            passed_goods=case.passed_goods,
        )
        case.placed = form.placements
        good = regraded(form.placements, Disposition.QUARANTINE, Disposition.SELLABLE)
        bad = regraded(case.rejected, Disposition.QUARANTINE, Disposition.SUPPLIER_RETURN)
        self.make_permanent(PostReceipt)
        self.do(RegradeStock(note=case.note, lines=good + bad))
        for sku, qty in sorted(placed.items()):
            where, back = {"sku": sku}, {"qty": qty}
            self.do(SendEvent(procedure="out_of_stock", event="goods_arrived", where=where))
            self.do(SendEvent(procedure="product_delisting", event="restock_relist", form=back, where=where))

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
    def publish_arrival(self) -> Opening:
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
