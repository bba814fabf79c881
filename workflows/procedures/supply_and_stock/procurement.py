"""Procurement (采购): the right goods at a fair price, on contract, and on time.

Sources: 000-a 2; 000-b 1; 000-f 第二步; 001-d 1; 001-e 第五条, 第八条; 001-k 2.2.3, 3.1.3; 001-n 1; 001-o 三·1.
Purchasing plans, finance gives the budget and audits the contract, the gm approves; paid ahead only where the contract
says so, otherwise after receipt, when order, receipt and invoice agree: D6. No more is ordered than was approved, at no
higher price than was quoted.
"""

from activities.cases.contract import OpenCase, SendEvent
from activities.purchase_plans.contract import (
    EstimatePurchase,
    Goods,
    PlanLine,
    PlannedPurchase,
    PurchaseEstimated,
    PurchaseRead,
    Quote,
    ReadPurchase,
    SkuCount,
    Terms,
)
from activities.purchasing.contract import (
    ExpectPurchase,
    PaymentTerms,
    PaySupplier,
    PlacePurchase,
    PrepaySupplier,
    ShortenPurchase,
    SupplierNotPaid,
)
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

QUOTES = 3  # suppliers to ask (default)
PAYMENT_DAYS = 30  # from receipt to payment, where the contract says nothing else (default)


# --- what is asked ------------------------------------------------------------------------------------------------


class Plan(Form):
    reason: Literal["low_stock", "campaign", "new_product", "urgent", "routine"]
    lines: Some[PlanLine]
    stock_now: InHistory[FormRows[SkuCount]]
    forecast: InHistory[FormRows[SkuCount]]
    est_total: Price


class Replan(Form):
    """Another plan than was drafted or approved: it needs its budget and its approval again."""

    lines: Keep[Annotated[Some[PlanLine], proposed("lines")]]
    est_total: Keep[Annotated[Paid, proposed("est_total")]]
    reason_changed: Text


class Budget(Form):
    budget_line: Text
    amount_left: Price
    note: Remark = ""


class Quotes(Form):
    quotes: Keep[Some[Quote]]
    reason_fewer: Remark = ""

    def problems(self) -> Problems:
        if len({quote.supplier for quote in self.quotes}) < QUOTES and not self.reason_fewer:
            yield (
                "reason_fewer",
                sentence("Fewer than {quotes} suppliers were asked: say why.", quotes=QUOTES),
            )


class Agreement(Form):
    final_terms: Text
    supplier: Keep[Supplier]


class Contract(Form):
    contract_no: Keep[Annotated[Code, own_number("C")]]
    lines: Annotated[PerSku[PricedLine], proposed("as_quoted")]
    delivery_date: Keep[Annotated[Day, proposed("needed_by")]]
    quality_terms: Keep[Text]
    penalty: Keep[Remark] = ""
    payment_terms: Keep[Terms]

    def problems(self) -> Problems:
        if not in_one_currency(line.unit_price for line in self.lines):
            yield "lines", "All prices of a contract must be in one currency."


class HandedOver(Form):
    received_at: TimeOrEarlier[Moment]


class Audit(Form):
    price_ok: bool
    terms_ok: bool
    signed_file: File | None = None
    note: Remark = ""


class PassedAudit(Form):
    price_ok: Ticked
    terms_ok: Ticked
    signed_file: Keep[Annotated[File, proposed("signed_file")]]
    note: Remark = ""


class Prepayment(Form):
    amount: Annotated[Paid, proposed("to_prepay", at_most="value")]
    payment_ref: Code


class Promise(Told):
    promised_date: Annotated[Day, proposed("promised_on")]


class Shipment(Form):
    delivery_note: File
    carrier: Remark = ""
    waybill_no: Remark = ""
    eta: Keep[Annotated[Day, proposed("promised_on")]]
    qty: Annotated[Some[SkuQty], proposed("left")]


class Delay(Form):
    new_date: Day
    cause: Text


class ShortClose(Form):
    cancelled_qty: Annotated[Goods, from_case("left")]
    reason: Text


class Invoice(Form):
    invoice_no: Code
    amount: Annotated[Price, proposed("payable", at_most="payable")]
    three_way_match: Ticked


class Mismatch(Form):
    invoice_no: Code
    difference: Money
    owner: User
    note: Text


class Failure(Form):
    reason: Text
    prepayment_to_recover: Annotated[Price | None, from_case("prepaid")] = None


class Purchase(Case, PlannedPurchase):
    pass


# --- the procedure ------------------------------------------------------------------------------------------------


class Procurement(Procedure):
    """Buy the right goods at a fair price, on contract, and see that they arrive on time."""

    key = "procurement"
    case: Purchase
    about = ("lines", "est_total", "supplier")
    signalled = ("supplier_frozen",)
    readers = PURCHASING | FINANCE | OPS_MANAGER | GM | WAREHOUSE_SUPERVISOR
    parties = {PartyKind.SUPPLIER: "supplier"}
    kept_back = ("est_total", "forecast", "stock_now")

    new = Entry(role=PURCHASING, lapses=days(7))
    plan_drafted = Stage(role=FINANCE | PURCHASING)
    budget_check = Stage(role=PURCHASING)
    approval = Stage(role=GM, ways_equal=True)
    inquiry = Stage(role=PURCHASING)
    compared = Stage(role=PURCHASING)
    negotiating = Stage(role=PURCHASING)
    contract_drafted = Stage(role=FINANCE | PURCHASING)
    finance_audit = Stage(role=FINANCE | PURCHASING, ways_equal=True, due=working_days(1), tell=GM)
    ordered = Stage(role=PURCHASING | FINANCE | SUPPLIER)
    prepaid = Stage(role=PURCHASING | SUPPLIER)
    in_production = Stage(role=PURCHASING | SUPPLIER)
    shipped_by_supplier = Stage()
    partly_received = Stage(role=PURCHASING, due=days(7), tell={days(7): PURCHASING, days(8): OPS_MANAGER})
    received = Stage(role=FINANCE, due=days(PAYMENT_DAYS), tell=FINANCE)
    paying = Stage()
    settled = Stage(final=True)
    rejected = Stage(final=True)
    cancelled = Stage(final=True, undo=True)

    # plan and budget                                                                001-n 1(1), 001-k 3.1.3
    draft_plan = new.to(plan_drafted, by=PURCHASING, form=Plan, every=weekly("09:00", "MON"))
    estimated = plan_drafted.stay()
    replan = (plan_drafted | budget_check | inquiry | compared | negotiating).to(
        plan_drafted, by=PURCHASING, form=Replan
    )
    budget_ok = plan_drafted.to(budget_check, by=FINANCE, form=Budget, when="is_costed", main=True)
    no_budget = plan_drafted.to(rejected, by=FINANCE, form=Budget)
    submit = budget_check.to(approval, by=PURCHASING, form=Remarks, main=True)
    approve = approval.to(inquiry, by=GM, form=Note, other_than=(draft_plan, replan, submit))
    return_plan = approval.to(plan_drafted, by=GM, form=Note)
    reject = approval.to(rejected, by=GM, form=Note)

    # inquiry and contract                                                           001-n 1(2)-(3), 001-e 第八条2
    ask_prices = inquiry.to(compared, by=PURCHASING, form=Quotes, main=True)
    negotiate = compared.to(negotiating, by=PURCHASING, form=Agreement, main=True)
    draft_contract = negotiating.to(contract_drafted, by=PURCHASING, form=Contract, main=True)
    audit_contract = contract_drafted.to(  # 001-o 三·1(3)
        finance_audit, by=FINANCE, form=HandedOver, main=True
    )
    audit_ok = finance_audit.stay(
        by=FINANCE, form=PassedAudit, once=True, other_than=(negotiate, draft_contract)
    )
    contract_pass = finance_audit.to(
        ordered, by=FINANCE, form=PassedAudit, when="is_signed", other_than=(negotiate, draft_contract)
    ) | finance_audit.to(ordered, by=PURCHASING, form=PassedAudit, when="is_signed", needs=audit_ok)
    contract_fail = finance_audit.to(negotiating, by=FINANCE, form=Audit)

    # delivery                                                                       001-n 1(4)
    prepay = ordered.to(prepaid, by=FINANCE, form=Prepayment, when="is_paid_ahead")  # 001-o 三·1(3)
    start_supply = (ordered | prepaid).to(
        in_production, by=SUPPLIER, heard_by=PURCHASING, form=Promise, main=True
    )
    supplier_ships = (in_production | partly_received).to(
        shipped_by_supplier, by=SUPPLIER | PURCHASING, form=Shipment, main=True
    ) | (ordered | prepaid).to(shipped_by_supplier, by=SUPPLIER | PURCHASING, form=Shipment)
    delay = (in_production | ordered | prepaid | partly_received).stay(by=SUPPLIER | PURCHASING, form=Delay)
    delivery_rejected = shipped_by_supplier.to(
        in_production, when="not has_received"
    ) | shipped_by_supplier.to(
        partly_received, when="has_received"
    )  # goods that came before are kept and paid
    part_in = shipped_by_supplier.to(partly_received, when="is_short")
    all_in = (shipped_by_supplier | partly_received).to(received, when="is_complete")
    short_close = partly_received.to(received, by=PURCHASING, form=ShortClose)

    # payment                                                                        001-k 3.1.3
    due_known = received.stay()
    pay_balance = received.to(paying, by=FINANCE, form=Invoice)
    paid = paying.to(settled)
    payment_refused = paying.to(received)
    invoice_mismatch = received.stay(by=FINANCE, form=Mismatch)

    # given up
    supplier_fails = (ordered | prepaid | in_production).to(cancelled, by=PURCHASING, form=Failure)
    supplier_frozen = (ordered | prepaid | in_production | shipped_by_supplier | partly_received).stay()
    cancel = (plan_drafted | budget_check | inquiry | compared | negotiating | contract_drafted).to(
        cancelled, by=PURCHASING, form=Failure
    )

    decided_in_time = Deadline(
        working_days(2), since=draft_plan | return_plan | replan, until=approve | reject | no_budget, tell=GM
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

    frozen_looked_at = Deadline(  # 001-e 第八条3: its open orders are looked at, each
        working_days(2),
        since=supplier_frozen,
        until=supplier_fails | short_close | all_in | delay | start_supply,
        tell=OPS_MANAGER,
    )

    kpis = (
        elapsed(draft_plan, contract_pass),
        elapsed(contract_pass, all_in | short_close),
        share(delay, of=contract_pass),
        count(supplier_fails),
        count(invoice_mismatch),
    )

    # --- rules

    def is_costed(self) -> bool:
        """It is known what the plan comes to."""
        return bool(self.case.est_total)

    def is_signed(self, report: ChildReport | None) -> bool:
        """Both sides have signed the contract."""
        return report is not None or self.children(self.sign_contract).any_unavailable

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

    @(draft_plan | replan).on
    def ask_what_it_costs(self) -> None:
        self.do(EstimatePurchase(lines=sku_rows(per_sku(self.case.lines))), then=self.estimated)

    @estimated.on
    def note_estimate(self, outcome: PurchaseEstimated | None) -> None:
        """A plan that another case has opened comes without a sum: it is what the goods cost last."""
        if outcome is None:
            return
        self.case.estimated(outcome.estimate, outcome.stock)
        if not self.case.est_total:
            self.tell(PURCHASING, "plan_without_cost", skus=", ".join(outcome.unknown) or "-")

    @budget_ok.on
    def keep_to_budget(self, form: Budget) -> None:
        planned = self.case.est_total
        self.require(
            planned <= form.amount_left, "The plan comes to {planned}.", "amount_left", planned=planned
        )

    @negotiate.on
    def choose_supplier(self, form: Agreement) -> None:
        asked = {quote.supplier for quote in self.case.quotes}
        self.require(form.supplier in asked, "Choose a supplier that was asked for its price.", "supplier")

    @draft_contract.on
    def write_contract(self, form: Contract) -> None:
        self.require({*per_sku(form.lines)} <= {*per_sku(self.case.lines)}, "Buy what was planned.", "lines")
        self.require(form.delivery_date > self.today, "Must be in the future.", "delivery_date")
        objection = self.case.objection(form.lines)
        self.require(not objection, objection, "lines")
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
        self.case.signed_file = None

    @prepay.on
    def pay_ahead(self, form: Prepayment) -> None:
        value = self.case.value
        fits = self.case.payment_terms != "part" or form.amount < value
        self.require(fits, "The contract comes to {value}.", "amount", value=value)
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
        fits = all(line.sku in left for line in form.qty)
        self.require(fits, "Only goods that are outstanding can be delivered.", "qty")
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
        self.case.cancelled = form.cancelled_qty
        if lines := sku_rows(left - Counter(self.case.bad)):  # for the book, bad goods were delivered too
            self.do(ShortenPurchase(purchase=self.subject, lines=lines, reason=form.reason))

    @received.enter
    def ask_what_is_due(self) -> None:
        self.do(ReadPurchase(purchase=self.subject), then=self.due_known)

    @(all_in | short_close).on
    def clear_alerts(self) -> None:
        self.make_permanent(PlacePurchase, PrepaySupplier)
        for sku in sorted(self.case.received):
            self.do(SendEvent(procedure="low_stock_alert", event="stock_in", where={"sku": sku}))
            self.do(SendEvent(procedure="out_of_stock", event="goods_arrived", where={"sku": sku}))

    @due_known.on
    def note_due(self, outcome: PurchaseRead | None) -> None:
        if outcome is not None:
            self.case.due_by_book = outcome.due

    @pay_balance.on
    def pay(self, form: Invoice) -> None:
        due = self.case.payable
        self.require(  # a penalty may come off it
            bool(self.case.penalty) or form.amount == due,
            "Received goods, less what was prepaid and deducted, come to {due}.",
            "amount",
            due=due,
        )
        if self.case.due >= NOTHING:
            pay = PaySupplier(purchase=self.subject, invoice_no=form.invoice_no, amount=form.amount)
            self.do(pay, then=self.paid, otherwise=self.payment_refused)
        else:  # what was paid ahead for goods that didn't come, or were worth less
            owed = -self.case.due
            claim = {"supplier": self.case.supplier, "amount": owed.model_dump(mode="json")}
            self.do(KeepRecord(book="supplier_claims", entry=self.subject, data=claim), then=self.paid)
            self.tell(FINANCE, "supplier_owes", amount=owed)

    @payment_refused.on
    def say_why(self, outcome: SupplierNotPaid | None) -> None:
        self.tell(FINANCE, "supplier_not_paid", why=outcome.reason if outcome is not None else "-")

    @invoice_mismatch.on
    def ask_for_papers(self, form: Mismatch) -> None:
        about = {"invoice": form.invoice_no, "difference": form.difference, "note": form.note}
        self.tell(PURCHASING, "invoice_differs", **about)

    @supplier_frozen.on
    def look_at_the_order(self) -> None:
        self.case.supplier_frozen = True
        self.tell(PURCHASING, "order_of_frozen_supplier", supplier=self.case.supplier or "-")

    @supplier_fails.on
    def recover(self, form: Failure | None, outcome: Refused | None) -> None:
        why = form.reason if form is not None else outcome.reason if outcome is not None else "-"
        self.tell(OPS_MANAGER, "supplier_failed", why=why)

    # --- what it starts, and tells who asked for it

    @starts(
        "b2b_contract",
        on=audit_contract,
        ends={"effective": contract_pass, "rejected": contract_fail, "expired": contract_fail},
    )
    def sign_contract(self) -> Opening:
        number = self.case.contract_no or self.next_subject
        return opening(number, **self.case.contract_form(self.policy.returns_to))

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
