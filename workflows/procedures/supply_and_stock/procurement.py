"""Procurement (采购): the right goods at a fair price, on contract, and on time.

Sources: 000-a 2; 000-b 1; 000-f 第二步; 001-d 1; 001-e 第五条, 第八条; 001-k 2.2.3, 3.1.3; 001-n 1; 001-o 三·1.
Purchasing plans, finance gives the budget and audits the contract, the gm approves; paid ahead only where the contract
says so, otherwise after receipt, when order, receipt and invoice agree: D6.
"""

from activities.cases.contract import OpenCase, SendEvent
from activities.purchasing.contract import (
    ExpectPurchase,
    PaymentTerms,
    PaySupplier,
    PlacePurchase,
    PrepaySupplier,
    ShortenPurchase,
)
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

QUOTES = 3  # suppliers to ask (default)
PAYMENT_DAYS = 30  # from receipt to payment, where the contract says nothing else (default)

Terms = Literal["prepaid", "part", "on_receipt", "30d"]


# --- what is asked ------------------------------------------------------------------------------------------------


class PlanLine(FormRow):
    sku: Sku
    qty: Qty
    need_by: Day


class SkuCount(FormRow):
    sku: Sku
    qty: Count


class Plan(Form):
    reason: Literal["low_stock", "campaign", "new_product", "urgent", "routine"]
    lines: Some[PlanLine]
    stock_now: InHistory[FormRows[SkuCount]]
    forecast: InHistory[FormRows[SkuCount]]
    est_total: Price


class Budget(Form):
    budget_line: Text
    amount_left: Price
    note: Remark = ""


class Quote(FormRow):
    supplier: Supplier
    sku: Sku
    price: Price
    lead_days: Count


class Quotes(Form):
    quotes: Keep[Some[Quote]]
    reason_fewer: Remark = ""

    def problems(self) -> Problems:
        if len({quote.supplier for quote in self.quotes}) < QUOTES and not self.reason_fewer:
            yield "reason_fewer", f"Fewer than {QUOTES} suppliers were asked: say why."


class Agreement(Form):
    final_terms: Text
    supplier: Keep[Supplier]


class Contract(Form):
    contract_no: Keep[Code]
    lines: PerSku[PricedLine]
    delivery_date: Keep[Day]
    quality_terms: Keep[Text]
    penalty: Keep[Remark] = ""
    payment_terms: Keep[Terms]

    def problems(self) -> Problems:
        if not in_one_currency(line.unit_price for line in self.lines):
            yield "lines", "All prices of a contract must be in one currency."


class HandedOver(Form):
    received_at: Moment


class Audit(Form):
    price_ok: bool
    terms_ok: bool
    signed_file: File | None = None
    note: Remark = ""


class PassedAudit(Audit):
    def problems(self) -> Problems:
        if not self.price_ok:
            yield "price_ok", "A contract passes only with its price in order."
        if not self.terms_ok:
            yield "terms_ok", "A contract passes only with its terms in order."
        if self.signed_file is None:
            yield "signed_file", "Attach the signed contract."


class Prepayment(Form):
    amount: Paid
    payment_ref: Code


class Promise(Form):
    promised_date: Day


class Shipment(Form):
    delivery_note: File
    carrier: Remark = ""
    waybill_no: Remark = ""
    eta: Keep[Day]
    qty: Some[SkuQty]


class Delay(Form):
    new_date: Day
    cause: Text


class ShortClose(Form):
    cancelled_qty: Some[SkuQty]
    reason: Text


class Invoice(Form):
    invoice_no: Code
    amount: Price
    three_way_match: Ticked


class Mismatch(Form):
    invoice_no: Code
    difference: Money
    owner: User
    note: Text


class Failure(Form):
    reason: Text
    prepayment_to_recover: Price | None = None


class Purchase(Case):
    reason: str
    lines: Some[PlanLine]
    est_total: Price
    quotes: FormRows[Quote] = ()
    supplier: Supplier | None = None
    contract_no: Code | None = None
    ordered: FormRows[PricedLine] = ()
    delivery_date: Day | None = None
    quality_terms: Text = "-"
    penalty: Remark = ""
    payment_terms: Terms = "on_receipt"
    promised_on: Day | None = None
    """When the goods are due now: by the contract, as the supplier promised, or as it postponed them."""
    prepaid: Price = NOTHING
    shipped: FormRows[SkuQty] = ()
    """What is on its way."""
    eta: Day | None = None
    received: dict[str, int] = {}
    bad: dict[str, int] = {}
    """What was delivered, and is not fit for sale."""
    cancelled: FormRows[SkuQty] = ()
    deducted: Price = NOTHING

    @property
    def value(self) -> Money:
        """What the contract comes to."""
        return worth(self.ordered)

    @property
    def received_value(self) -> Money:
        return sum((line.unit_price * self.received.get(line.sku, 0) for line in self.ordered), NOTHING)

    @property
    def due(self) -> Money:
        """What the goods that came still cost."""
        return self.received_value - self.prepaid - self.deducted

    def outstanding(self, coming: dict[str, int] | None = None) -> Counter[str]:
        """What was ordered and hasn't come, once `coming` has."""
        return per_sku(self.ordered) - Counter(self.received) - Counter(coming)


# --- the procedure ------------------------------------------------------------------------------------------------


class Procurement(Procedure):
    """Buy the right goods at a fair price, on contract, and see that they arrive on time."""

    key = "procurement"
    case: Purchase

    new = Entry(role=PURCHASING, lapses=days(7))
    plan_drafted = Stage(role=FINANCE | PURCHASING)
    budget_check = Stage(role=PURCHASING)
    approval = Stage(role=GM)
    inquiry = Stage(role=PURCHASING)
    compared = Stage(role=PURCHASING)
    negotiating = Stage(role=PURCHASING)
    contract_drafted = Stage(role=FINANCE | PURCHASING)
    finance_audit = Stage(role=FINANCE | PURCHASING, due=working_days(1), tell=GM)
    ordered = Stage(role=PURCHASING | FINANCE | SUPPLIER)
    prepaid = Stage(role=PURCHASING | SUPPLIER)
    in_production = Stage(role=PURCHASING | SUPPLIER)
    shipped_by_supplier = Stage()
    partly_received = Stage(role=PURCHASING, due=days(7), tell={days(7): PURCHASING, days(8): OPS_MANAGER})
    received = Stage(role=FINANCE, due=days(PAYMENT_DAYS), tell=FINANCE)
    settled = Stage(final=True)
    rejected = Stage(final=True)
    cancelled = Stage(final=True, undo=True)

    # plan and budget                                                                001-n 1(1), 001-k 3.1.3
    draft_plan = new.to(plan_drafted, by=PURCHASING, form=Plan, every=weekly("09:00", "MON"))
    budget_ok = plan_drafted.to(budget_check, by=FINANCE, form=Budget)
    no_budget = plan_drafted.to(rejected, by=FINANCE, form=Budget)
    submit = budget_check.to(approval, by=PURCHASING, form=Remarks)
    approve = approval.to(inquiry, by=GM, form=Note)
    return_plan = approval.to(plan_drafted, by=GM, form=Note)
    reject = approval.to(rejected, by=GM, form=Note)

    # inquiry and contract                                                           001-n 1(2)-(3), 001-e 第八条2
    ask_prices = inquiry.to(compared, by=PURCHASING, form=Quotes)
    negotiate = compared.to(negotiating, by=PURCHASING, form=Agreement)
    draft_contract = negotiating.to(contract_drafted, by=PURCHASING, form=Contract)
    audit_contract = contract_drafted.to(finance_audit, by=FINANCE, form=HandedOver)  # 001-o 三·1(3)
    contract_pass = finance_audit.to(ordered, by=FINANCE | PURCHASING, form=PassedAudit)
    contract_fail = finance_audit.to(negotiating, by=FINANCE, form=Audit)

    # delivery                                                                       001-n 1(4)
    prepay = ordered.to(prepaid, by=FINANCE, form=Prepayment, when="is_paid_ahead")  # 001-o 三·1(3)
    start_supply = (ordered | prepaid).to(in_production, by=SUPPLIER, form=Promise)
    supplier_ships = (in_production | ordered | prepaid | partly_received).to(
        shipped_by_supplier, by=SUPPLIER | PURCHASING, form=Shipment
    )
    delay = (in_production | ordered | prepaid).stay(by=SUPPLIER | PURCHASING, form=Delay)
    delivery_rejected = shipped_by_supplier.to(
        in_production, when="not has_received"
    ) | shipped_by_supplier.to(
        partly_received, when="has_received"
    )  # goods that came before are kept and paid
    part_in = shipped_by_supplier.to(partly_received, when="is_short")
    all_in = (shipped_by_supplier | partly_received).to(received, when="is_complete")
    short_close = partly_received.to(received, by=PURCHASING, form=ShortClose)

    # payment                                                                        001-k 3.1.3
    pay_balance = received.to(settled, by=FINANCE, form=Invoice)
    invoice_mismatch = received.stay(by=FINANCE, form=Mismatch)

    # given up
    supplier_fails = (ordered | prepaid | in_production).to(cancelled, by=PURCHASING, form=Failure)
    cancel = (plan_drafted | budget_check | inquiry | compared | negotiating | contract_drafted).to(
        cancelled, by=PURCHASING, form=Failure
    )

    decided_in_time = Deadline(
        working_days(2), since=draft_plan | return_plan, until=approve | reject | no_budget, tell=GM
    )
    contracted_in_time = Deadline(working_days(5), since=approve, until=draft_contract, tell=OPS_MANAGER)
    delivered_on_time = Deadline(  # 001-n 1(3): the contract's date
        at("promised_on") + hours(24),
        since=contract_pass | start_supply | delay,  # each new day has a limit of its own
        until=all_in | short_close,
        tell={
            at("promised_on") + hours(24): PURCHASING | OPS_MANAGER | OPS_SPECIALIST,
            at("promised_on") + hours(48): PURCHASING,
            at("promised_on") + hours(72): PURCHASING,
        },
    )

    kpis = (
        elapsed(draft_plan, contract_pass),
        elapsed(contract_pass, all_in | short_close),
        share(delay, of=contract_pass),
        count(supplier_fails),
        count(invoice_mismatch),
    )

    # --- rules

    def is_paid_ahead(self) -> bool:
        """The contract says that money is paid ahead."""
        return self.case.payment_terms in ("prepaid", "part")

    def is_short(self, report: ChildReport | None) -> bool:
        """Part of the order is still outstanding."""
        return bool(self.case.outstanding(self.coming(report)))

    def has_received(self) -> bool:
        """Goods of the purchase have been put away before."""
        return any(self.case.received.values())

    def is_complete(self, report: ChildReport | None) -> bool:
        """All that was ordered has been put away."""
        return not self.is_short(report)

    def coming(self, report: ChildReport | None) -> dict[str, int]:
        """What the delivery brought: as its receipt says, or, where a person answers for it, as it was shipped."""
        if report is not None:
            return {str(sku): int(qty) for sku, qty in report.result.get("received", {}).items()}
        return dict(per_sku(self.case.shipped))

    # --- what each step does

    def by_calendar(self, occasion: Occasion) -> Opening:
        """The week's plan by demand and stock."""
        return asking(f"PO-{occasion.label}", reason="routine")

    @budget_ok.on
    def keep_to_budget(self, form: Budget) -> None:
        planned = self.case.est_total
        self.require(planned <= form.amount_left, f"The plan comes to {planned}.", "amount_left")

    @negotiate.on
    def choose_supplier(self, form: Agreement) -> None:
        asked = {quote.supplier for quote in self.case.quotes}
        self.require(form.supplier in asked, "Choose a supplier that was asked for its price.", "supplier")

    @draft_contract.on
    def write_contract(self, form: Contract) -> None:
        planned = {line.sku for line in self.case.lines}
        self.require({line.sku for line in form.lines} <= planned, "Buy what was planned.", "lines")
        self.require(form.delivery_date > self.today, "Must be in the future.", "delivery_date")
        self.case.ordered, self.case.promised_on = form.lines, form.delivery_date

    @contract_pass.on
    def place_order(self) -> None:
        case = self.case
        self.do(
            PlacePurchase(
                purchase=self.subject,
                supplier=case.supplier or "-",
                contract=case.contract_no or "-",
                lines=case.ordered,
                delivery_date=case.promised_on or self.today,
                terms=PaymentTerms(case.payment_terms),
            ),
            otherwise=self.supplier_fails,
        )

    @contract_fail.on
    def end_its_case(self) -> None:
        """A new agreement needs a new contract case: the answer to the old one doesn't pass it."""
        self.undo(OpenCase)

    @prepay.on
    def pay_ahead(self, form: Prepayment) -> None:
        value = self.case.value
        fits = form.amount < value if self.case.payment_terms == "part" else form.amount <= value
        self.require(fits, f"The contract comes to {value}.", "amount")
        self.case.prepaid = form.amount
        self.do(PrepaySupplier(purchase=self.subject, amount=form.amount, payment_no=form.payment_ref))

    @start_supply.on
    def take_promise(self, form: Promise) -> None:
        self._expect(form.promised_date, "promised_date")

    @delay.on
    def warn(self, form: Delay) -> None:
        self._expect(form.new_date, "new_date", form.cause)
        for owner in (OPS_SPECIALIST, OPS_MANAGER, WAREHOUSE_SUPERVISOR):
            self.tell(owner, "purchase_delayed", until=form.new_date, cause=form.cause)

    def _expect(self, day: Day, field: str, cause: str = "") -> None:
        self.require(day >= self.today, "Must not be in the past.", field)
        self.case.promised_on = day
        self.do(ExpectPurchase(purchase=self.subject, day=day, cause=cause))

    @supplier_ships.on
    def note_shipment(self, form: Shipment) -> None:
        left = self.case.outstanding()
        self.require(
            all(line.sku in left for line in form.qty),
            "Only goods that are outstanding can be delivered.",
            "qty",
        )
        self.require(form.eta >= self.today, "Must not be in the past.", "eta")
        self.case.shipped = form.qty

    @(part_in | all_in).on
    def take_in(self, report: ChildReport | None) -> None:
        case = self.case
        come = self.coming(report)
        case.received = dict(Counter(case.received) + Counter(come))
        if report is not None:
            case.deducted += Money.model_validate(report.result.get("deducted", NOTHING))
            case.bad = dict(Counter(case.bad) + Counter(report.result.get("bad")))

    @short_close.on
    def cancel_rest(self, form: ShortClose) -> None:
        left = self.case.outstanding()
        self.require(per_sku(form.cancelled_qty) == left, "Cancel all that is outstanding.", "cancelled_qty")
        self.case.cancelled = form.cancelled_qty
        lines = sku_rows(
            left - Counter(self.case.bad)
        )  # for the purchasing book, bad goods have been delivered too
        if lines:
            self.do(ShortenPurchase(purchase=self.subject, lines=lines, reason=form.reason))

    @received.enter
    def clear_alerts(self) -> None:
        self.make_permanent(PlacePurchase, PrepaySupplier)
        for sku in sorted(self.case.received):
            self.do(SendEvent(procedure="low_stock_alert", event="stock_in", where={"sku": sku}))
            self.do(SendEvent(procedure="out_of_stock", event="goods_arrived", where={"sku": sku}))

    @pay_balance.on
    def pay(self, form: Invoice) -> None:
        due = max(self.case.due, NOTHING)
        fits = form.amount <= due if self.case.penalty else form.amount == due
        self.require(
            fits,
            f"Received goods, less what was prepaid and deducted, come to {due}"
            + (", from which a penalty may come off." if self.case.penalty else "."),
            "amount",
        )
        if self.case.due >= NOTHING:
            self.do(PaySupplier(purchase=self.subject, invoice_no=form.invoice_no, amount=form.amount))
        else:
            self.claim_back(-self.case.due)

    def claim_back(self, amount: Money) -> None:
        """Claim back what was paid ahead for goods that didn't come, or were worth less."""
        claim = {"supplier": self.case.supplier, "amount": amount.model_dump(mode="json")}
        self.do(KeepRecord(book="supplier_claims", entry=self.subject, data=claim))
        self.tell(FINANCE, "supplier_owes", amount=amount)

    @invoice_mismatch.on
    def ask_for_papers(self, form: Mismatch) -> None:
        self.tell(
            PURCHASING, "invoice_differs", invoice=form.invoice_no, difference=form.difference, note=form.note
        )

    @supplier_fails.on
    def recover(self, form: Failure | None, outcome: Refused | None) -> None:
        asked = form.prepayment_to_recover if form is not None else None
        fits = asked is None or asked == self.case.prepaid
        self.require(fits, f"{self.case.prepaid} was prepaid.", "prepayment_to_recover")
        why = form.reason if form is not None else outcome.reason if outcome is not None else "-"
        self.tell(OPS_MANAGER, "supplier_failed", why=why)

    # --- what it starts, and tells who asked for it

    @starts(
        "b2b_contract",
        on=audit_contract,
        ends={"effective": contract_pass, "rejected": contract_fail, "expired": contract_fail},
    )
    def sign_contract(self) -> Opening:
        case = self.case
        return opening(
            case.contract_no or self.next_subject,
            kind="purchase",
            party=case.supplier,
            lines=[{"goods": ln.sku, "qty": ln.qty, "price": ln.unit_price} for ln in case.ordered],
            amount=case.value,
            delivery_date=case.delivery_date,
            delivery_place=self.policy.returns_to,
            payment_terms=case.payment_terms,
            quality_terms=case.quality_terms,
            breach_terms=case.penalty or "-",
        )

    @starts(
        "inbound_receiving",
        on=supplier_ships,
        ends={
            "available": part_in | all_in,
            "returned_to_supplier": delivery_rejected,
            "refused": delivery_rejected,
        },
    )
    def receive(self) -> Opening:
        return opening(
            self.next_subject,
            event="announce",
            purchase_no=self.subject,
            lines=self.case.shipped,
            eta=self.policy.moment(self.case.eta or self.today, "09:00"),
            supplier=self.case.supplier,
        )

    def result(self) -> dict[str, object]:
        return {"received": self.case.received, "purchase_no": self.subject}
