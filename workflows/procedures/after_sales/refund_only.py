"""Refund only (仅退款): return money without goods coming back.

Not shipped, lost, short, or as goodwill. Sources: 001-d 5; 001-k 2.2.6, 3.1.4; 001-t 二(三), 二(四)2;
004-g 客服 2(3), 3. The payment provider pays, finance by hand only when that fails: D24.

No more goes back than the books say was paid for the lines. What one employee may grant alone counts together with what
the order and its buyer got before; beyond that the next one up decides, and sees both figures. Less than the case
behind it asks for needs the customer's word, or a supervisor.
"""

from activities.compensation.contract import AllowCompensation, BeyondLimit
from activities.messages.contract import Message, as_text
from activities.money.contract import PayRefund, RecordRefund, RefundDeclined, ReverseBenefits, Route
from activities.orders.contract import (
    LinesQuoted,
    PaidBackEntry,
    QuoteRefund,
    ReturnedGoods,
    paid_back_of,
)
from workflows.vocabulary import *

OWED = ("cancel", "out_of_stock", "returned", "lost")
"""Goods that the customer hasn't got, or hasn't any more: the case behind the refund knows it."""

Source = Literal["cancel", "out_of_stock", "returned", "lost", "shortage", "quality", "goodwill"]
PayRoute = Literal["original", "bank", "wallet"]


# --- what is asked ------------------------------------------------------------------------------------------------


class RefundRequest(Form):
    source: Source
    order_no: Order
    lines: FormRows[LineQty] = ()
    amount: Price | None = None
    """What the case that started this one asks for, where it knows."""
    goodwill: Price = NOTHING
    """What of that is beyond what is owed."""
    cause: Code | None = None
    """What it is for, such as `late`, by the case that started this one; the store's rule for that holds."""
    counted: Price = NOTHING
    """What of it that case has had allowed already."""


class Amount(LessIfAgreed):
    goods: Annotated[Keep[Price], proposed("goods_asked", at_most="value")]
    freight: Annotated[Price, proposed("freight_asked")] = NOTHING
    """For the delivery, or for the postage of a return."""
    goodwill: Annotated[Price, proposed("goodwill")] = NOTHING
    total: Annotated[Keep[Paid], proposed("sum_asked", at_most="left")]
    reason: Keep[ToCustomer[Text]]

    def problems(self) -> Problems:
        if self.total != self.goods + self.freight + self.goodwill:
            yield "total", "Must be goods, freight and goodwill together."


class Dropped(LessIfAgreed):
    """Why nothing is refunded."""

    reason: ToCustomer[Text]


class Payment(Form):
    payment_ref: Text
    paid_at: TimeOrEarlier[Moment]


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
    goodwill: Price = NOTHING
    cause: Code | None = None
    counted: Price = NOTHING
    total: Paid | None = None
    reason: Text = "-"
    route: PayRoute = "original"
    account: Remark = ""
    left: Price | None = None
    """What can still be refunded of the order, where the money book has answered that."""
    value: Price | None = None
    """What was paid for the lines; None where no lines are named, or the books can't tell."""
    quoted: FormRows[ReturnedGoods] = ()
    """The lines, with what was paid for each."""
    goods: Price = NOTHING
    asked: Price | None = None
    """What is to be granted, where somebody else must approve it."""
    given_before: Price | None = None
    """What the order and its buyer were given before that, where the book has answered it."""

    @property
    def due(self) -> Money:
        return self.total or NOTHING

    @property
    def asked_for_goods(self) -> Money | None:
        """What the case behind the refund asks for, but for goodwill; None where it doesn't say."""
        return None if self.amount is None else self.amount - self.goodwill

    @property
    def sum_asked(self) -> Money | None:
        """What the case behind the refund asks for, or all that was paid for the lines; None where nobody says."""
        return self.amount or self.value or None

    @property
    def goods_asked(self) -> Money | None:
        """What of that is for the goods: no more than they cost."""
        if self.sum_asked is None:
            return None
        owed = self.sum_asked - self.goodwill
        return owed if self.value is None else min(owed, self.value)

    @property
    def freight_asked(self) -> Money | None:
        """What is left of it, for the delivery."""
        if self.sum_asked is None or self.goods_asked is None:
            return None
        return self.sum_asked - self.goodwill - self.goods_asked


# --- the procedure ------------------------------------------------------------------------------------------------


class RefundOnly(Procedure):
    """Return money without goods coming back."""

    key = "refund_only"
    case: RefundCase
    numbers = "RF"
    about = ("total", "source", "order_no")
    exceptions = (without("way_back", because="Goods or money are on their way: its own rows settle them."),)
    parties = {PartyKind.CUSTOMER: ()}  # those of the case that it comes from

    new = Entry()
    requested = Stage(role=AFTER_SALES)
    amount_set = Stage(role=AFTER_SALES)
    approval = Stage(
        role=CS_SUPERVISOR | OPS_MANAGER | GM,
        due=hours(4),
        tell={hours(4): OPS_MANAGER, hours(8): GM},
        ways_equal=True,
    )
    paying = Stage(role=FINANCE)
    failed = Stage(role=FINANCE)
    refunded = Stage(final=True)
    rejected = Stage(final=True)
    cancelled = Stage(final=True)

    # how much                                                                      001-t 二(三)
    request_refund = new.to(requested, by=CS_AGENT, form=RefundRequest)
    quoted = requested.stay()
    not_quoted = requested.stay()
    set_amount = requested.to(amount_set, by=AFTER_SALES | DECIDERS, form=Amount, when="has_quote", main=True)
    auto_pass = amount_set.to(paying, as_soon_as="is_plain")
    send_for_approval = amount_set.to(approval, as_soon_as="not is_plain")
    approve = approval.to(
        paying,
        by=DECIDERS,
        form=DecisionNote,
        other_than=(request_refund, set_amount),
        approves=(
            "source",
            "cause",
            "order_no",
            "goods",
            "goodwill",
            "counted",
            "total",
            "reason",
            "left",
            "given_before",
        ),
    )
    reject = approval.to(rejected, by=DECIDERS, form=DecisionNote)
    allowed = paying.stay()
    beyond_limit = paying.to(approval)

    # the money                                                                     001-k 2.2.6
    retry = failed.to(paying, by=FINANCE, form=Retry)
    pay_ok = paying.to(refunded, by=PAYMENT_FEED, form=Payment, on="payment.refund.paid") | paying.to(
        refunded, by=PAYMENT_FEED | FINANCE, form=Payment, when="is_by_hand", other_than=retry
    )
    pay_fail = paying.to(failed, by=PAYMENT_FEED, on="payment.refund.failed")
    less_is_left = failed.to(paying, as_soon_as="is_less_left")
    cancel_refund = (requested | amount_set | approval | failed).to(
        cancelled, by=AFTER_SALES | DECIDERS, form=Dropped
    )

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

    def has_quote(self) -> bool:
        """The books have said what was paid."""
        return self.has_happened(self.quoted) or self.has_happened(self.not_quoted)

    def is_plain(self) -> bool:
        """Nothing is given beyond what is owed, or no more than an agent may grant."""
        return self.policy.may_grant((AFTER_SALES,), self.judged)

    @property
    def judged(self) -> Money:
        """What is held to the limit of whoever decides: for a lost parcel, on the carrier's word, all of it."""
        return self.case.due if self.case.source == "lost" else self.granted

    @property
    def granted(self) -> Money:
        """What of the amount isn't owed, nor allowed to the case behind it."""
        allowed = self.case.counted if self.parent is not None else NOTHING
        return max(self.case.due - self.owed - allowed, NOTHING)

    @property
    def owed(self) -> Money:
        """What is owed. That goods never left, or are back, or how much of them is due, says the case behind the
        refund; an employee's word alone is a grant.
        """
        case = self.case
        if case.source not in OWED or self.parent is None:
            return NOTHING
        if case.source == "cancel":
            return case.due if case.amount is None else case.amount
        known = (one for one in (case.asked_for_goods, case.value) if one is not None)
        return min(known, default=NOTHING)

    @property
    def promised(self) -> Money:
        """What the customer expects: what is owed, or what the case behind the refund has approved."""
        approved = self.case.asked_for_goods if self.parent is not None else None
        expected = self.owed or approved or NOTHING
        return expected if self.case.left is None else min(expected, self.case.left)

    def is_less_left(self) -> bool:
        """Less is left of the order than is to be paid, but something is."""
        left = self.case.left
        return left is not None and NOTHING < left < self.case.due

    def is_by_hand(self) -> bool:
        """The money goes back by bank or wallet, from finance's own hand."""
        return self.case.route != "original"

    # --- what each step does

    @request_refund.on
    def quote(self) -> None:
        self.do(
            QuoteRefund(order=self.case.order_no, lines=self.case.lines),
            then=self.quoted,
            otherwise=self.not_quoted,
        )

    @quoted.on
    def learn(self, outcome: LinesQuoted | None) -> None:
        if outcome is not None:
            self.case.left = outcome.left
            self.case.value = outcome.value if self.case.lines else None
            self.case.quoted = tuple(ReturnedGoods.model_validate(dict(row)) for row in outcome.goods)

    @set_amount.on
    def hold_to_what_is_owed(self, form: Amount) -> None:
        promised = self.promised
        self.require_owed(form.total, promised, "total", is_agreed=form.is_agreed)
        if form.total < promised:
            self.say("refund_less", owed=promised, why=form.reason)

    @approval.enter
    def show_figures(self) -> None:
        self.case.asked = self.judged

    @approve.on
    def keep_to_limit(self) -> None:
        self.require_grant(self.judged, self.case.given_before)

    @beyond_limit.on
    def learn_what_was_given(self, outcome: BeyondLimit | None) -> None:
        if outcome is not None:
            self.case.given_before = outcome.given

    @reject.on
    def tell_rejection(self, form: DecisionNote) -> None:
        self.say("refund_refused", why=form.decision_note)

    @cancel_refund.on
    def give_nothing(self, form: Dropped) -> None:
        self.require_owed(NOTHING, self.promised, "agreed_through", is_agreed=form.is_agreed)
        self.undo(AllowCompensation)
        self.say("refund_refused", why=form.reason)

    @less_is_left.on
    def pay_what_is_left(self) -> None:
        self.case.total = self.case.left

    @retry.on
    def four_eyes(self, form: Retry) -> None:
        requesters = {self.who_did(self.request_refund), self.who_did(self.set_amount), self.actor.id}
        self.require(
            form.checked_by not in requesters, "It must be somebody else, not the requester.", "checked_by"
        )
        self.require(
            self.case.left is None or self.case.due <= self.case.left,
            "Only {left} of the order can still be refunded; cancel this and ask for less.",
            left=self.case.left,
        )

    @paying.enter
    def pay(self) -> None:
        """What isn't owed counts together with what was given before, once."""
        if self.is_by_hand():
            self.tell(FINANCE, "pay_refund_by_hand", **self.facts())
        elif not self.granted or self.is_in_force(AllowCompensation):
            self.pay_back()
        else:
            roles = self.actor.roles if self.came_from is self.approval else (AFTER_SALES,)
            self.do(
                AllowCompensation(
                    order=self.case.order_no,
                    amount=self.granted,
                    limit=self.policy.grant_limit(roles),
                    cause=None if self.came_from is self.approval else self.case.cause or self.case.source,
                ),
                then=self.allowed,
                otherwise=self.beyond_limit,
            )

    @allowed.on
    def pay_back(self) -> None:
        self.do(
            PayRefund(order=self.case.order_no, amount=self.case.due, reason=self.case.reason),
            then=self.pay_ok,
            otherwise=self.pay_fail,
        )

    @pay_fail.on
    def ask_finance(self, outcome: RefundDeclined | None) -> None:
        if outcome is not None and outcome.left is not None:
            self.case.left = outcome.left
        if not self.is_less_left():
            why = outcome.reason if outcome is not None else ""
            self.tell(FINANCE, "refund_failed", **self.facts(), why=why)

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
        self.say("refund_paid")

    def say(self, template: str, **data: object) -> None:
        self.do(Message(to=self.case.order_no, template=template, data=self.facts() | as_text(**data)))

    def facts(self) -> dict[str, str]:
        return {
            "order": self.case.order_no,
            "amount": str(self.case.due),
            "account": self.case.account or "-",
        }

    def result(self) -> dict[str, object]:
        return {"order_no": self.case.order_no, "amount": self.case.due, "refund_no": self.subject}

    def book_entry(self) -> PaidBackEntry:
        """Goods that the customer keeps are worth less from then on: what went back for them doesn't go back twice."""
        is_paid = self.stage is self.refunded and self.case.source not in OWED
        lines = paid_back_of(self.case.quoted, self.case.goods) if is_paid else ()
        return PaidBackEntry(order=self.case.order_no, lines=lines)
