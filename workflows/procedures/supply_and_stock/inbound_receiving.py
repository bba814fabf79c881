"""Inbound receiving (收货入库与质检): paper, label and goods agree, and only good goods become sellable.

Sources: 001-n 2(1)-(5); 001-o 三·2(1)-(5); 001-k 3.1.1, 3.1.3; 001-e 第六条. Count, barcode, note, posting, inspection
come in this order, and goods wait in quarantine until they have passed: D5. The listing of 001-k is put-away: D4.
"""

from activities.cases.contract import SendEvent
from activities.purchasing.contract import (
    BookVoucher,
    CostedLine,
    DebitSupplier,
    PostReceipt,
    RegradeStock,
    ReturnToSupplier,
    regraded,
)
from activities.stock.contract import Disposition
from workflows.vocabulary import *

INCIDENT_SHARE = 10  # per cent of a lot found bad, from which the supplier is reviewed (default)


# --- what is asked ------------------------------------------------------------------------------------------------


class Announced(Form):
    purchase_no: Keep[Code]
    lines: Keep[Some[SkuQty]]
    eta: Keep[Moment]
    supplier: Keep[Supplier | None] = None
    """Known where a purchase announces its delivery."""


class Arrival(Form):
    arrived_at: Keep[Moment]
    vehicle: InHistory[Remark] = ""
    packages: Keep[Qty]
    dock: InHistory[Remark] = ""


class CountedLine(FormRow):
    sku: Sku
    ordered: Count
    delivered: Count
    counted: Count

    @property
    def agrees(self) -> bool:
        return self.ordered == self.delivered == self.counted


class GoodsCount(Form):
    delivery_note_no: Keep[Code]
    lines: PerSku[CountedLine]
    condition: Keep[Literal["good", "damaged"]]
    spec_matches_order: Keep[bool]
    photos: Photos = ()

    def problems(self) -> Problems:
        if self.condition == "damaged" and not self.photos:
            yield "photos", "Show the damage."


class DeliveryRefusal(Form):
    reason: Text
    driver_signature: File | None = None


class Difference(Form):
    kind: Literal["short", "over", "wrong_item", "damaged"]
    qty: Qty
    photos: SomePhotos


class Settlement(Form):
    decision: Keep[Literal["accept_actual", "reject_part", "wait_rest"]]
    note: Text


class ReturnNote(Form):
    return_note_no: Code
    qty: Some[SkuQty]
    debit_amount: Price | None = None


class Labels(Form):
    barcode_count: Qty
    stuck_by: User
    label_book_goods_agree: Ticked


class InboundNote(Form):
    inbound_note_no: Keep[Code]
    lines: Some[CostedLine]

    def problems(self) -> Problems:
        if not in_one_currency(line.unit_cost for line in self.lines):
            yield "lines", "All prices of a note must be in one currency."


class KeeperSignature(Form):
    keeper_signature: Keep[Sign]


class SupervisorSignature(Form):
    supervisor_signature: Sign


class Posting(Form):
    posted_on: Keep[Day]
    finance_copy_sent: Ticked


class Voucher(Form):
    voucher_no: Keep[Code]
    booked_on: Day


class Sampling(Form):
    sampling_plan: Keep[Literal["all", "aql", "spot"]]


class Defect(FormRow):
    defect: Text
    count: Qty


class Inspection(Form):
    inspected_qty: Qty
    good_qty: Count
    bad_qty: Count
    defects: FormRows[Defect] = ()
    opinion: Text
    inspector_signature: Sign
    photos: Photos = ()

    def problems(self) -> Problems:
        if self.good_qty + self.bad_qty != self.inspected_qty:
            yield "inspected_qty", "Must be good and bad together."


class FailedInspection(Inspection):
    def problems(self) -> Problems:
        yield from super().problems()
        if not self.bad_qty:
            yield "bad_qty", "A lot fails for what was found bad."
        if not self.photos:
            yield "photos", "Show what is wrong."


class Concession(Form):
    deduction: Price | None = None
    note: Text


class PutAway(Form):
    placements: Some[Placement]
    reported_to: User


class Receipt(Case):
    purchase_no: Code | None = None
    supplier: Supplier | None = None
    lines: FormRows[SkuQty] = ()
    """As announced."""
    eta: Moment | None = None
    arrived_at: Moment | None = None
    arrived_on: Day | None = None
    packages: Qty | None = None
    delivery_note_no: Code | None = None
    counts: FormRows[CountedLine] = ()
    condition: Literal["good", "damaged"] = "good"
    spec_matches_order: bool = True
    decision: Literal["accept_actual", "reject_part", "wait_rest"] | None = None
    inbound_note_no: Code | None = None
    noted: FormRows[CostedLine] = ()
    keeper_signature: Sign | None = None
    posted_on: Day | None = None
    voucher_no: Code | None = None
    sampling_plan: Literal["all", "aql", "spot"] = "all"
    inspected: Count = 0
    bad: Count = 0
    deducted: Price = NOTHING
    placed: FormRows[Placement] = ()

    @property
    def kept_bad(self) -> tuple[SkuQty, ...]:
        """What passed with the lot, and is not fit for sale."""
        return sku_rows(per_sku(self.noted) - per_sku(self.placed))

    @property
    def counted(self) -> Counter[str]:
        return per_sku(SkuQty(sku=line.sku, qty=line.counted) for line in self.counts if line.counted)

    @property
    def lot(self) -> int:
        """Units on the inbound note."""
        return total(self.noted)

    @property
    def note(self) -> str:
        return self.inbound_note_no or self.delivery_note_no or "-"


# --- the procedure ------------------------------------------------------------------------------------------------


class InboundReceiving(Procedure):
    """Take goods in so that paper, label and goods agree, and only good goods become sellable."""

    key = "inbound_receiving"
    case: Receipt

    new = Entry()
    announced = Stage(role=RECEIVER)
    arrived = Stage(role=RECEIVER, due=hours(4), tell=WAREHOUSE_SUPERVISOR)
    count_check = Stage(role=RECEIVER | STATISTICIAN)
    discrepancy = Stage(role=PURCHASING | WAREHOUSE_SUPERVISOR)
    labelled = Stage(role=RECEIVER)
    note_drafted = Stage(role=WAREHOUSE_KEEPER | WAREHOUSE_SUPERVISOR)
    note_signed = Stage(role=STATISTICIAN)
    posted = Stage(role=WAREHOUSE_KEEPER | FINANCE)
    qc_inspecting = Stage(role=QC)
    putaway_pending = Stage(role=WAREHOUSE_KEEPER)
    isolated = Stage(
        role=OPS_MANAGER | QC | PURCHASING | WAREHOUSE_SUPERVISOR,
        due=working_days(3),
        tell=PURCHASING | OPS_MANAGER,
    )
    available = Stage(final=True)
    returned_to_supplier = Stage(final=True)
    refused = Stage(final=True)

    # unloading and counting                                                         001-n 2(1), 001-o 三·2(1)
    announce = new.to(announced, by=PURCHASING | SUPPLIER, form=Announced)
    arrive = announced.to(arrived, by=RECEIVER, form=Arrival)
    unannounced = new.to(arrived, by=RECEIVER, form=Arrival)
    check_count = arrived.to(count_check, by=RECEIVER, form=GoodsCount)
    refuse = (arrived | count_check).to(refused, by=RECEIVER | WAREHOUSE_SUPERVISOR, form=DeliveryRefusal)
    differs = count_check.to(discrepancy, by=RECEIVER, form=Difference)
    settle_difference = discrepancy.to(count_check, by=PURCHASING, form=Settlement)
    reject_lot = discrepancy.to(returned_to_supplier, by=WAREHOUSE_SUPERVISOR, form=ReturnNote)

    # labels and inbound note, two signatures                                        001-n 2(2)-(3), 001-o 三·2(2)-(4)
    print_labels = count_check.to(labelled, by=STATISTICIAN, form=Labels, when="has_goods and is_agreed")
    draft_note = labelled.to(note_drafted, by=RECEIVER, form=InboundNote)
    sign_keeper = note_drafted.stay(by=WAREHOUSE_KEEPER, form=KeeperSignature, once=True)
    sign_supervisor = note_drafted.to(
        note_signed,
        by=WAREHOUSE_SUPERVISOR,
        form=SupervisorSignature,
        needs=sign_keeper,
        other_than=sign_keeper,
    )
    post = note_signed.to(posted, by=STATISTICIAN, form=Posting)
    book_receipt = (
        posted | qc_inspecting | putaway_pending | isolated | available | returned_to_supplier
    ).stay(by=FINANCE, form=Voucher, when="is_unbooked")

    # inspection and isolation                                                       001-n 2(4), 001-o 三·2(5)
    call_qc = posted.to(qc_inspecting, by=WAREHOUSE_KEEPER, form=Sampling)
    qc_partial = qc_inspecting.stay(by=QC, form=Inspection)
    qc_pass = qc_inspecting.to(putaway_pending, by=QC, form=Inspection)
    qc_fail = qc_inspecting.to(isolated, by=QC, form=FailedInspection)
    concession = isolated.to(putaway_pending, by=OPS_MANAGER, form=Concession)
    rework = isolated.to(qc_inspecting, by=QC, form=Note)
    send_back = isolated.to(returned_to_supplier, by=WAREHOUSE_SUPERVISOR | PURCHASING, form=ReturnNote)

    # to the shelf, and into the shop                                             001-n 2(4)-(5), 001-o 三·3(1)
    put_away = putaway_pending.to(available, by=WAREHOUSE_KEEPER, form=PutAway)

    posted_same_day = Deadline(  # 001-n 2(3): the note is entered on the day of receipt
        at("arrived_on") + hours(17),
        since=arrive | unannounced,
        until=post,
        tell={at("arrived_on") + hours(17): WAREHOUSE_SUPERVISOR, at("arrived_on") + hours(33): FINANCE},
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

    def is_unbooked(self) -> bool:
        """The note is posted, and finance has not booked it yet."""
        # under a voucher number that is in use already, the book enters nothing
        return self.case.posted_on is not None and not self.is_in_force(BookVoucher)

    # --- what each step does

    @(arrive | unannounced).on
    def note_the_day(self, form: Arrival) -> None:
        self.require(form.arrived_at <= self.now, "Goods arrive before they are taken in.", "arrived_at")
        self.case.arrived_on = self.day_of(form.arrived_at)

    @check_count.on
    def note_the_count(self, form: GoodsCount) -> None:
        self.case.counts = form.lines

    @print_labels.on
    def one_label_each(self, form: Labels) -> None:
        counts = {self.case.counted.total(), self.case.packages}
        self.require(
            form.barcode_count in counts,
            "Print one label for each unit, or for each carton, that was counted.",
            "barcode_count",
        )

    @draft_note.on
    def note_what_was_counted(self, form: InboundNote) -> None:
        noted, counted = per_sku(form.lines), self.case.counted
        some_rejected = self.case.decision == "reject_part"
        fits = noted <= counted if some_rejected else noted == counted
        self.require(fits, "The note holds what was counted, less what purchasing rejected.", "lines")
        self.case.noted = form.lines

    @sign_supervisor.on
    def two_people_sign(self, form: SupervisorSignature) -> None:
        another = form.supervisor_signature != self.case.keeper_signature
        self.require(another, "Somebody else must sign, not the keeper.", "supervisor_signature")

    @post.on
    def enter_quarantine(self, form: Posting) -> None:
        arrived_on = self.case.arrived_on or self.today
        fits = arrived_on <= form.posted_on <= self.today
        self.require(fits, "Must lie between the day of arrival and today.", "posted_on")
        self.do(PostReceipt(note=self.case.note, purchase=self.case.purchase_no, lines=self.case.noted))
        self.tell(FINANCE, "receipt_posted", note=self.case.note)

    @book_receipt.on
    def book(self, form: Voucher) -> None:
        fits = self.case.posted_on is None or form.booked_on >= self.case.posted_on
        self.require(fits, "Must not be before the note was posted.", "booked_on")
        self.do(BookVoucher(note=self.case.note, voucher_no=form.voucher_no, booked_on=form.booked_on))

    @call_qc.on
    def tell_qc(self) -> None:
        self.tell(QC, "goods_to_inspect", note=self.case.note)

    @(qc_partial | qc_pass | qc_fail).on
    def add_up_inspection(self, form: Inspection | FailedInspection) -> None:
        case = self.case
        case.inspected += form.inspected_qty
        case.bad += form.bad_qty
        self.require(case.inspected <= case.lot, f"The lot has {case.lot} units.", "inspected_qty")

    @qc_partial.on
    def leave_some_for_the_verdict(self) -> None:
        """The lot passes or fails with its last part."""
        case = self.case
        self.require(case.inspected < case.lot, "Pass or fail the lot with its last part.", "inspected_qty")

    @qc_pass.on
    def pass_the_lot(self) -> None:
        case = self.case
        self.require(case.bad < case.lot, "All of it is bad: the lot fails.", "good_qty")
        self.require(
            case.sampling_plan != "all" or case.inspected == case.lot,
            f"All {case.lot} units are to be inspected.",
            "inspected_qty",
        )

    @qc_fail.on
    def set_apart(self) -> None:
        lines = regraded(self.case.noted, Disposition.QUARANTINE, Disposition.DEFECTIVE)
        self.do(RegradeStock(note=self.case.note, lines=lines))

    @concession.on
    def take_it_anyway(self, form: Concession) -> None:
        case = self.case
        fits = in_one_currency((form.deduction or NOTHING, *(line.unit_cost for line in case.noted)))
        self.require(fits, "The goods are priced in another currency.", "deduction")
        case.bad = 0
        lines = regraded(case.noted, Disposition.DEFECTIVE, Disposition.QUARANTINE)
        self.do(RegradeStock(note=case.note, lines=lines))
        if form.deduction:
            case.deducted = form.deduction
            self.do(
                DebitSupplier(
                    note=case.note, purchase=case.purchase_no, amount=form.deduction, reason=form.note
                )
            )

    @rework.on
    def inspect_again(self) -> None:
        case = self.case
        case.inspected = case.bad = 0
        lines = regraded(case.noted, Disposition.DEFECTIVE, Disposition.QUARANTINE)
        self.do(RegradeStock(note=case.note, lines=lines))

    @reject_lot.on
    def return_uncounted(self, form: ReturnNote) -> None:
        fits = per_sku(form.qty) <= self.case.counted
        self.require(fits, "No more goes back than came.", "qty")
        self._send_back(form, posted=False)

    @send_back.on
    def return_isolated(self, form: ReturnNote) -> None:
        self.require(per_sku(form.qty) == per_sku(self.case.noted), "The whole lot goes back.", "qty")
        self.make_permanent(PostReceipt)
        self._send_back(form, posted=True)

    def _send_back(self, form: ReturnNote, *, posted: bool) -> None:
        self.do(
            ReturnToSupplier(
                note=self.case.note,
                return_note=form.return_note_no,
                purchase=self.case.purchase_no,
                lines=form.qty,
                debit=form.debit_amount or NOTHING,
                posted=posted,
            )
        )

    @put_away.on
    def put_on_sale(self, form: PutAway) -> None:
        case = self.case
        placed, passed = per_sku(form.placements), case.lot - case.bad
        self.require(placed.total() == passed, f"{passed} units passed the inspection.", "placements")
        fits = placed <= per_sku(case.noted)
        self.require(fits, "No more of a SKU can be put away than the note has.", "placements")
        case.placed = form.placements
        good = regraded(form.placements, Disposition.QUARANTINE, Disposition.SELLABLE)
        bad = regraded(case.kept_bad, Disposition.QUARANTINE, Disposition.DEFECTIVE)
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
        goods = "；".join(f"{sku} × {qty}" for sku, qty in per_sku(self.case.placed).items())
        return broadcast_case(
            self.next_subject,
            "inbound",
            f"到货：{goods}"[:500],
            self.now,
            f"新到货：{goods}"[:500],
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
        """What was put away, what was deducted for it, and what was delivered but is not fit for sale."""
        case = self.case
        bad = per_sku(case.kept_bad if case.placed else ())
        return {"received": per_sku(case.placed), "deducted": case.deducted, "bad": bad}
