"""Procurement (采购): the right goods at a fair price, on contract, and on time.

Sources: 000-a 2; 000-b 1; 000-f 第二步; 001-d 1; 001-e 第五条, 第八条; 001-k 2.2.3, 3.1.3; 001-n 1; 001-o 三·1.
Purchasing plans, finance gives the budget and audits the contract, the gm approves; paid ahead only where the contract
says so, otherwise after receipt, when order, receipt and invoice agree: D6. No more is ordered than was approved, at no
higher price than was quoted, and no more is shipped or paid than that. What a supplier promises stands beside the
contract's date: late is what comes after the latter.
"""

from activities.cases.contract import OpenCase, SendEvent
from activities.messages.contract import Message, as_text
from activities.purchase_plans.contract import (
    EstimatePurchase,
    PlannedPurchase,
    PurchaseEstimated,
    PurchaseRead,
    ReadPurchase,
)
from activities.purchasing.contract import (
    DebitSupplier,
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

PAYMENT_DAYS = 30  # from receipt to payment, where the contract says nothing else (default)


class Purchase(Case, PlannedPurchase):
    pass


# --- the procedure ------------------------------------------------------------------------------------------------


class Procurement(AnswersWhoAsked, Procedure):
    """Buy the right goods at a fair price, on contract, and see that they arrive on time."""

    key = "procurement"
    case: Purchase
    numbers = "PO"
    about = ("lines", "est_total", "supplier")
    exceptions = (without("way_back", because="Goods or money are on their way: its own rows settle them."),)
    signalled = ("supplier_frozen", "delivery_in")
    readers = PURCHASING | FINANCE | OPS_MANAGER | GM | WAREHOUSE_SUPERVISOR
    parties = {PartyKind.SUPPLIER: "supplier"}
    kept_back = ("est_total", "forecast", "stock_now")

    new = Entry(role=PURCHASING, lapses=days(7))
    plan_drafted = Stage(role=FINANCE | PURCHASING)
    budget_check = Stage(role=PURCHASING)
    approval = Stage(role=GM, ways_equal=True)
    inquiry = Stage(role=PURCHASING)
    compared = Stage(role=PURCHASING)
    negotiating = Stage(role=PURCHASING | OPS_MANAGER)
    contract_drafted = Stage(role=FINANCE | PURCHASING)
    finance_audit = Stage(role=FINANCE | PURCHASING, ways_equal=True, due=working_days(1), tell=GM)
    ordered = Stage(role=PURCHASING | FINANCE | SUPPLIER)
    prepaid = Stage(role=PURCHASING | SUPPLIER)
    in_production = Stage(role=PURCHASING | SUPPLIER)
    shipped_by_supplier = Stage(
        role=PURCHASING,
        due=at("eta") + days(1),
        tell={at("eta") + days(1): PURCHASING, at("eta") + days(2): OPS_MANAGER},
    )
    partly_received = Stage(role=PURCHASING, due=days(7), tell={days(7): PURCHASING, days(8): OPS_MANAGER})
    received = Stage(role=FINANCE, due=days(PAYMENT_DAYS), tell=FINANCE)
    paying = Stage()
    settled = Stage(final=True)
    rejected = Stage(final=True)
    cancelled = Stage(final=True, undo=True)

    # plan and budget                                                                001-n 1(1), 001-k 3.1.3
    draft_plan = new.to(plan_drafted, by=PURCHASING, form=buying.Plan, every=weekly("09:00", "MON"))
    estimated = plan_drafted.stay()
    replan = (plan_drafted | budget_check | inquiry | compared | negotiating).to(
        plan_drafted, by=PURCHASING, form=buying.Replan
    )
    budget_ok = plan_drafted.to(budget_check, by=FINANCE, form=buying.Budget, when="is_costed", main=True)
    no_budget = plan_drafted.to(rejected, by=FINANCE, form=buying.Budget)
    submit = budget_check.to(approval, by=PURCHASING, form=Remarks, main=True)
    approve = approval.to(inquiry, **buying.PLAN_APPROVAL, other_than=(draft_plan, replan, submit))
    return_plan = approval.to(plan_drafted, by=GM, form=Note)
    reject = approval.to(rejected, by=GM, form=Note)
    (no_budget | reject).on(AnswersWhoAsked.tell_why_not)

    # inquiry and contract                                                           001-n 1(2)-(3), 001-e 第八条2
    ask_prices = inquiry.to(compared, by=PURCHASING, form=buying.Quotes, main=True)
    negotiate = compared.to(negotiating, by=PURCHASING, form=buying.Agreement, main=True)
    allow_supplier = negotiating.stay(
        **buying.SUPPLIER_APPROVAL, when="is_downgraded", other_than=(ask_prices, negotiate)
    )
    draft_contract = negotiating.to(
        contract_drafted, by=PURCHASING, form=buying.Contract, when="is_supplier_allowed", main=True
    )
    audit_contract = contract_drafted.to(  # 001-o 三·1(3)
        finance_audit, by=FINANCE, form=buying.HandedOver, main=True
    )
    audit_ok = finance_audit.stay(
        by=FINANCE, form=buying.PassedAudit, once=True, other_than=(negotiate, draft_contract)
    )
    contract_pass = finance_audit.to(
        ordered, by=FINANCE, **buying.AUDITED, other_than=(negotiate, draft_contract)
    ) | finance_audit.to(ordered, by=PURCHASING, **buying.AUDITED, needs=audit_ok)
    contract_fail = finance_audit.to(negotiating, by=FINANCE, form=buying.Audit)

    # delivery                                                                       001-n 1(4)
    prepay = ordered.to(prepaid, **buying.PREPAYMENT, when="is_paid_ahead") | in_production.stay(
        **buying.PREPAYMENT, when="is_paid_ahead and not has_prepaid"
    )  # 001-o 三·1(3)
    prepay_refused = prepaid.to(ordered) | in_production.stay()
    start_supply = (ordered | prepaid).to(
        in_production, by=SUPPLIER, heard_by=PURCHASING, form=buying.Promise, main=True
    )
    supplier_ships = (in_production | partly_received).to(
        shipped_by_supplier, **buying.SHIPMENT, main=True
    ) | (ordered | prepaid).to(shipped_by_supplier, **buying.SHIPMENT)
    open_order = ordered | prepaid | in_production | shipped_by_supplier | partly_received
    delay = open_order.stay(**buying.DELAY)
    remind_supplier = open_order.stay(by=PURCHASING, form=Note)
    at_the_dock = shipped_by_supplier.stay()
    never_came = (
        shipped_by_supplier.to(in_production, **buying.NEVER_CAME, when="not is_at_dock and not has_received")
        | shipped_by_supplier.to(
            partly_received, **buying.NEVER_CAME, when="not is_at_dock and has_received and not is_all_here"
        )
        | shipped_by_supplier.to(received, **buying.NEVER_CAME, when="not is_at_dock and is_all_here")
    )
    delivery_rejected = shipped_by_supplier.to(
        in_production, when="not has_received"
    ) | shipped_by_supplier.to(
        partly_received, when="has_received"
    )  # goods that came before are kept and paid
    part_in = shipped_by_supplier.to(partly_received, when="is_short")
    all_in = (shipped_by_supplier | partly_received).to(received, when="is_complete")
    short_close = partly_received.to(received, **buying.SHORT_CLOSE) | shipped_by_supplier.to(
        received, **buying.SHORT_CLOSE, when="not is_at_dock and has_received and not is_all_here"
    )
    delivery_in = (  # one that was announced without this case
        (ordered | prepaid | in_production | partly_received).to(
            partly_received, form=buying.Delivered, when="is_rest_awaited"
        )
        | (ordered | prepaid | in_production | partly_received).to(
            received, form=buying.Delivered, when="not is_rest_awaited"
        )
        | shipped_by_supplier.stay(form=buying.Delivered)
    )

    # payment                                                                        001-k 3.1.3
    due_known = received.stay()
    pay_balance = received.to(paying, by=FINANCE, form=buying.Invoice)
    paid = paying.to(settled)
    payment_refused = paying.to(received)
    invoice_mismatch = received.stay(by=FINANCE, form=buying.Mismatch)

    # given up
    supplier_fails = (ordered | prepaid | in_production).to(
        cancelled, **buying.FAILURE
    ) | shipped_by_supplier.to(cancelled, **buying.FAILURE, when="not is_at_dock and not has_received")
    supplier_frozen = open_order.stay()
    cancel = (plan_drafted | budget_check | inquiry | compared | negotiating | contract_drafted).to(
        cancelled, by=PURCHASING, form=buying.Failure
    )

    decided_in_time = Deadline(
        working_days(2), since=draft_plan | return_plan | replan, until=approve | reject | no_budget, tell=GM
    )
    contracted_in_time = Deadline(working_days(5), since=approve, until=draft_contract, tell=OPS_MANAGER)
    delivered_on_time = Deadline(  # 001-n 1(3): the contract's date
        at("delivery_date") + hours(24),
        since=contract_pass,
        until=all_in | short_close | delivery_in,
        tell={
            at("delivery_date") + hours(24): PURCHASING | OPS_MANAGER | OPS_SPECIALIST,
            at("delivery_date") + hours(48): PURCHASING,
            at("delivery_date") + hours(72): PURCHASING,
        },
    )
    promise_kept = Deadline(
        at("promised_on") + hours(24),
        since=start_supply | delay,  # each new promise has a limit of its own
        until=supplier_ships | all_in | short_close | delivery_in,
        tell=PURCHASING | OPS_MANAGER,
    )
    frozen_looked_at = Deadline(  # 001-e 第八条3: its open orders are looked at, each
        working_days(2),
        since=supplier_frozen,
        until=supplier_fails | short_close | all_in | delay | start_supply | never_came,
        tell=OPS_MANAGER,
    )

    kpis = (
        *(elapsed(draft_plan, contract_pass), elapsed(contract_pass, all_in | short_close)),
        *(share(delay, of=contract_pass), count(supplier_fails), count(invoice_mismatch)),
    )

    # --- rules

    def is_costed(self) -> bool:
        """It is known what the plan comes to."""
        return bool(self.case.est_total)

    def is_downgraded(self) -> bool:
        """The supplier is downgraded."""
        return self.case.rating == "downgraded"

    def is_supplier_allowed(self) -> bool:
        """The supplier isn't downgraded, or a manager has allowed to buy from it."""
        return not self.is_downgraded() or self.has_happened(self.allow_supplier, since=self.negotiate)

    def is_signed(self, report: ChildReport | None) -> bool:
        """Both sides have signed the contract."""
        return report is not None or self.children(self.sign_contract).any_unavailable

    def is_paid_ahead(self) -> bool:
        """The contract says that money is paid ahead."""
        return self.case.payment_terms in ("prepaid", "part")

    def has_prepaid(self) -> bool:
        """Money was paid ahead."""
        return bool(self.case.prepaid)

    def is_at_dock(self) -> bool:
        """The goods have arrived: the warehouse is taking them in."""
        return self.case.at_dock

    def is_all_here(self) -> bool:
        """All that was ordered has come."""
        return not self.case.outstanding()

    def is_rest_awaited(self, form: buying.Delivered) -> bool:
        """Part of the order is outstanding after this delivery."""
        return bool(self.case.outstanding(dict(per_sku(form.received))))

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
        if outcome is not None:
            self.case.estimated(outcome.estimate, outcome.stock)
        if outcome is not None and not self.case.est_total:
            self.tell(PURCHASING, "plan_without_cost", skus=", ".join(outcome.unknown) or "-")

    @budget_ok.on
    def keep_to_budget(self, form: buying.Budget) -> None:
        planned, left = self.case.est_total, form.amount_left
        self.require(planned <= left, "The plan comes to {planned}.", "amount_left", planned=planned)

    @negotiate.on
    def choose_supplier(self, form: buying.Agreement) -> None:
        asked = {quote.supplier for quote in self.case.quotes}
        self.require(form.supplier in asked, "Choose a supplier that was asked for its price.", "supplier")
        self.require(form.rating != "frozen", "Nothing is bought from it any more.", "supplier")
        if self.is_downgraded():
            self.tell(OPS_MANAGER, "supplier_to_allow", supplier=self.case.supplier or "-")

    @draft_contract.on
    def write_contract(self, form: buying.Contract) -> None:
        self.require({*per_sku(form.lines)} <= {*per_sku(self.case.lines)}, "Buy what was planned.", "lines")
        self.require(form.delivery_date > self.today, "Must be in the future.", "delivery_date")
        self.require(not (why := buying.objection_to_lines(self.case, form.lines)), why, "lines")
        self.case.ordered = form.lines

    @contract_pass.on
    def place_order(self) -> None:
        case = self.case
        self.do(
            PlacePurchase(
                purchase=self.subject,
                supplier=case.supplier or "-",
                contract=case.contract_no or "-",
                lines=case.ordered,
                delivery_date=case.delivery_date or self.today,
                terms=PaymentTerms(case.payment_terms),
                allowed_by=self.who_did(self.allow_supplier) or None,
            ),
            otherwise=self.supplier_fails,
        )

    @contract_fail.on
    def end_its_case(self) -> None:
        """A new agreement needs a new contract case: the answer to the old one doesn't pass it."""
        self.undo(OpenCase)
        self.case.signed_file = None

    @prepay.on
    def pay_ahead(self, form: buying.Prepayment) -> None:
        value = self.case.value
        fits = self.case.payment_terms != "part" or form.amount < value
        self.require(fits, "The contract comes to {value}.", "amount", value=value)
        self.case.prepaid = form.amount
        ahead = PrepaySupplier(purchase=self.subject, amount=form.amount, payment_no=form.payment_ref)
        self.do(ahead, otherwise=self.prepay_refused)

    @prepay_refused.on
    def nothing_was_prepaid(self, outcome: Refused | None) -> None:
        self.case.prepaid = NOTHING
        self.tell(FINANCE, "prepayment_refused", why=outcome.reason if outcome is not None else "-")

    @start_supply.on
    def take_promise(self, form: buying.Promise) -> None:
        self._expect(form.promised_date, "promised_date")

    @delay.on
    def put_off(self, form: buying.Delay) -> None:
        self._expect(form.new_date, "new_date", form.cause)
        if self.came_from is self.shipped_by_supplier:
            self.case.eta = form.new_date

    def _expect(self, day: Day, field: str, cause: str = "") -> None:
        self.require(day >= self.today, "Must not be in the past.", field)
        self.case.promised_on = day
        self.do(ExpectPurchase(purchase=self.subject, day=day, cause=cause))
        if cause or day > (self.case.delivery_date or day):
            for owner in (OPS_SPECIALIST, OPS_MANAGER, WAREHOUSE_SUPERVISOR):
                self.tell(owner, "purchase_delayed", until=day, cause=cause or "-")

    @remind_supplier.on
    def ask_for_the_goods(self, form: Note) -> None:
        self.say("supplier_reminded", due=self.case.delivery_date or "-", note=form.note)

    @supplier_ships.on
    def note_shipment(self, form: buying.Shipment) -> None:
        why = buying.objection_to_shipment(self.case, form.qty)
        self.require(not why, why, "qty")
        self.require(form.eta >= self.today, "Must not be in the past.", "eta")
        self.case.shipped, self.case.at_dock = form.qty, False

    @at_the_dock.on
    def note_arrival(self) -> None:
        self.case.at_dock = True

    @(never_came | short_close).on
    def expect_it_no_more(self) -> None:
        self.undo(OpenCase, only=lambda opened: opened.procedure == "inbound_receiving")
        self.case.shipped = ()

    @delivery_in.on
    def take_in_another(self, form: buying.Delivered | None) -> None:
        case, came = self.case, form or buying.Delivered()
        case.received = dict(Counter(case.received) + per_sku(came.received))
        case.bad = dict(Counter(case.bad) + per_sku(came.bad))
        case.deducted += came.deducted

    @(part_in | all_in).on
    def take_in(self, report: ChildReport | None) -> None:
        case = self.case
        come = self.coming(report)
        case.received = dict(Counter(case.received) + Counter(come))
        if report is not None:
            case.deducted += Money.model_validate(report.result.get("deducted", NOTHING))
            case.bad = dict(Counter(case.bad) + Counter(report.result.get("bad")))

    @short_close.on
    def cancel_rest(self, form: buying.ShortClose) -> None:
        self.case.cancelled = form.cancelled_qty
        self.do(ShortenPurchase(purchase=self.subject, lines=form.cancelled_qty, reason=form.reason))
        self.say("purchase_shortened", why=form.reason)

    def say(self, template: str, **data: object) -> None:
        text = as_text(purchase=self.subject, **data)
        self.do(Message(to=self.case.supplier or "-", template=template, data=text))

    @received.enter
    def ask_what_is_due(self) -> None:
        self.do(ReadPurchase(purchase=self.subject), then=self.due_known)
        if self.came_from is not self.paying:
            self._clear_alerts()

    def _clear_alerts(self) -> None:
        self.make_permanent(PlacePurchase, PrepaySupplier)
        for sku in sorted(self.case.received):
            self.do(SendEvent(procedure="low_stock_alert", event="stock_in", where={"sku": sku}))
            self.do(SendEvent(procedure="out_of_stock", event="goods_arrived", where={"sku": sku}))

    @due_known.on
    def note_due(self, outcome: PurchaseRead | None) -> None:
        if outcome is not None:
            self.case.due_by_book = outcome.due

    @pay_balance.on
    def pay(self, form: buying.Invoice) -> None:
        due, kept = self.case.payable, form.penalty_taken
        self.require(not kept or self.case.penalty, "The contract has no penalty.", "penalty_taken")
        self.require(
            form.amount + kept == due,
            "Received goods, less what was prepaid and deducted, come to {due}.",
            "amount",
            due=due,
        )
        self.case.penalty_taken = kept
        if self.case.due >= NOTHING:
            pay = PaySupplier(purchase=self.subject, invoice_no=form.invoice_no, amount=form.amount)
            self.do(pay, then=self.paid, otherwise=self.payment_refused)
        else:  # what was paid ahead for goods that didn't come, or were worth less
            owed = -self.case.due
            claim = {"supplier": self.case.supplier, "amount": owed.model_dump(mode="json")}
            self.do(KeepRecord(book="supplier_claims", entry=self.subject, data=claim), then=self.paid)
            self.tell(FINANCE, "supplier_owes", amount=owed)

    @paid.on
    def keep_penalty(self) -> None:
        """What is kept is off the bill, and the supplier reads why."""
        kept, why, sent = self.case.penalty_taken, self.case.penalty, self.case.due - self.case.penalty_taken
        if kept:
            self.do(DebitSupplier(purchase=self.subject, amount=kept, reason=why))
            self.say("penalty_taken", amount=kept, why=why)
        if sent > NOTHING:
            self.say("supplier_paid", amount=sent)

    @payment_refused.on
    def say_why(self, outcome: SupplierNotPaid | None) -> None:
        self.tell(FINANCE, "supplier_not_paid", why=outcome.reason if outcome is not None else "-")

    @invoice_mismatch.on
    def ask_for_papers(self, form: buying.Mismatch) -> None:
        about = {"invoice": form.invoice_no, "difference": form.difference, "note": form.note}
        self.tell(PURCHASING, "invoice_differs", **about)

    @supplier_frozen.on
    def look_at_the_order(self) -> None:
        self.case.supplier_frozen = True
        self.tell(PURCHASING, "order_of_frozen_supplier", supplier=self.case.supplier or "-")

    @supplier_fails.on
    def recover(self, form: buying.Failure | None, outcome: Refused | None) -> None:
        why = form.reason if form is not None else outcome.reason if outcome is not None else "-"
        self.tell(OPS_MANAGER, "supplier_failed", why=why)
        if form is not None:
            self.say("purchase_cancelled", why=why)
        if self.case.prepaid:
            self.tell(FINANCE, "prepayment_to_claim", amount=self.case.prepaid)

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
            "arrived": at_the_dock,
            "available": part_in | all_in,
            "returned_to_supplier": delivery_rejected,
            "refused": delivery_rejected,
            "called_off": delivery_rejected,
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
