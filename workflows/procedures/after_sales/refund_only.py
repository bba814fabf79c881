"""Refund only (仅退款): return money without goods coming back.

Not shipped, lost, short, or as goodwill. Sources: 001-d 5; 001-k 2.2.6, 3.1.4; 001-t 二(三), 二(四)2;
004-g 客服 2(3), 3. The payment provider pays, finance by hand only when that fails: D24.
"""

from activities.messages.contract import Message
from activities.money.contract import PayRefund, RecordRefund, RefundDeclined, ReverseBenefits, Route
from workflows.vocabulary import *

NEVER_SHIPPED = ("cancel", "out_of_stock")

Source = Literal["cancel", "out_of_stock", "lost", "shortage", "quality", "goodwill"]
PayRoute = Literal["original", "bank", "wallet"]


# --- what is asked ------------------------------------------------------------------------------------------------


class RefundRequest(Form):
    source: Source
    order_no: Order
    lines: FormRows[LineQty] = ()
    amount: Price | None = None
    """What the case that started this one asks for, where it knows."""


class Amount(Form):
    goods: Price
    freight: Price = NOTHING
    goodwill: Price = NOTHING
    total: Keep[Paid]
    reason: Keep[Text]

    def problems(self) -> Problems:
        if self.total != self.goods + self.freight + self.goodwill:
            yield "total", "Must be goods, freight and goodwill together."


class Payment(Form):
    payment_ref: Text
    paid_at: Moment


class Retry(Form):
    route: Keep[PayRoute]
    account: Keep[Remark] = ""
    checked_by: User

    def problems(self) -> Problems:
        if self.route != "original" and not self.account:
            yield "account", "Needed when the money does not go back the way it came."


class RefundCase(Case):
    source: Source
    order_no: Order
    lines: FormRows[LineQty] = ()
    amount: Price | None = None
    total: Paid | None = None
    reason: Text = "-"
    route: PayRoute = "original"
    account: Remark = ""
    left: Price | None = None
    """What can still be refunded of the order, where the money book has answered that."""

    @property
    def due(self) -> Money:
        return self.total or NOTHING


# --- the procedure ------------------------------------------------------------------------------------------------


class RefundOnly(Procedure):
    """Return money without goods coming back."""

    key = "refund_only"
    case: RefundCase

    new = Entry()
    requested = Stage(role=AFTER_SALES)
    amount_set = Stage(role=AFTER_SALES)
    approval = Stage(
        role=CS_SUPERVISOR | OPS_MANAGER | GM, due=hours(4), tell={hours(4): OPS_MANAGER, hours(8): GM}
    )
    paying = Stage(role=FINANCE)
    failed = Stage(role=FINANCE)
    refunded = Stage(final=True)
    rejected = Stage(final=True)
    cancelled = Stage(final=True)

    # how much                                                                      001-t 二(三)
    request_refund = new.to(requested, by=CS_AGENT, form=RefundRequest)
    set_amount = requested.to(amount_set, by=AFTER_SALES, form=Amount)
    auto_pass = amount_set.to(paying, as_soon_as="is_plain")
    send_for_approval = amount_set.to(approval, as_soon_as="not is_plain")
    approve = approval.to(
        paying,
        by=CS_SUPERVISOR | OPS_MANAGER | GM,
        form=DecisionNote,
        other_than=(request_refund, set_amount),
    )
    reject = approval.to(rejected, by=CS_SUPERVISOR | OPS_MANAGER | GM, form=DecisionNote)

    # the money                                                                     001-k 2.2.6
    pay_ok = paying.to(refunded, by=PAYMENT_FEED, form=Payment, on="payment.refund.paid") | paying.to(
        refunded, by=PAYMENT_FEED | FINANCE, form=Payment, when="is_by_hand"
    )
    pay_fail = paying.to(failed, by=PAYMENT_FEED, on="payment.refund.failed")
    retry = failed.to(paying, by=FINANCE, form=Retry)
    cancel_refund = (requested | amount_set | approval | failed).to(cancelled, by=AFTER_SALES, form=Reason)

    paid_in_time = Deadline(
        hours(24), since=request_refund, until=pay_ok, tell={hours(24): FINANCE, hours(48): OPS_MANAGER}
    )

    kpis = (
        count(request_refund),
        elapsed(request_refund, pay_ok),
        share(send_for_approval, of=set_amount),
        share(pay_fail, of=auto_pass | approve),
    )

    # --- rules

    def is_plain(self) -> bool:
        """The amount is within an agent's limit, or the order was never shipped.

        That it never was, only the case that started the refund knows. A cancelled order asks for all that is due; an
        item that is out of stock for its price, to which freight may be added.
        """
        asked = self.case.amount
        unshipped = self.case.source in NEVER_SHIPPED and self.parent is not None
        as_asked = self.case.source != "cancel" or asked is None or self.case.due <= asked
        return (unshipped and as_asked) or self.policy.may_grant((AFTER_SALES,), self.case.due)

    def is_by_hand(self) -> bool:
        """The money goes back by bank or wallet, from finance's own hand."""
        return self.case.route != "original"

    # --- what each step does

    @approve.on
    def keep_to_limit(self) -> None:
        self.require(
            self.policy.may_grant(self.actor.roles, self.case.due),
            f"{self.case.due} is above your limit: it needs the next approver up.",
        )

    @retry.on
    def four_eyes(self, form: Retry) -> None:
        requesters = {self.who_did(self.request_refund), self.who_did(self.set_amount), self.actor.id}
        self.require(
            form.checked_by not in requesters, "It must be somebody else, not the requester.", "checked_by"
        )
        self.require(
            self.case.left is None or self.case.due <= self.case.left,
            f"Only {self.case.left} of the order can still be refunded; cancel this and ask for less.",
        )

    @paying.enter
    def pay(self) -> None:
        if self.is_by_hand():
            self.tell(FINANCE, "pay_refund_by_hand", **self.about())
        else:
            self.do(
                PayRefund(order=self.case.order_no, amount=self.case.due, reason=self.case.reason),
                then=self.pay_ok,
                otherwise=self.pay_fail,
            )

    @pay_fail.on
    def ask_finance(self, outcome: RefundDeclined | None) -> None:
        if outcome is not None and outcome.left is not None:
            self.case.left = outcome.left
        why = outcome.reason if outcome is not None else ""
        self.tell(FINANCE, "refund_failed", **self.about(), why=why)

    @pay_ok.on
    def settle(self, form: Payment | None) -> None:
        if self.is_by_hand() and form is not None:
            self.do(
                RecordRefund(
                    order=self.case.order_no,
                    amount=self.case.due,
                    refund_no=form.payment_ref,
                    route=Route(self.case.route),
                    reason=self.case.reason,
                )
            )
        if self.case.source != "cancel":  # the order has reversed them itself when it was cancelled
            self.do(ReverseBenefits(order=self.case.order_no, amount=self.case.due))
        self.do(Message(to=self.case.order_no, template="refund_paid", data=self.about()))

    def about(self) -> dict[str, str]:
        return {
            "order": self.case.order_no,
            "amount": str(self.case.due),
            "account": self.case.account or "-",
        }

    def result(self) -> dict[str, object]:
        return {"order_no": self.case.order_no, "amount": self.case.due, "refund_no": self.subject}
