"""Out of stock (缺货处理): reach the customer at once, and agree on another item or the money back.

Sources: 001-t 二(四)1, 2; 002-b 一6; 002-b 四3. The customer is reached before the order's 48 h are over: D8. What
others report is the order's own to settle: it stops, and opens a case of its own.

What a substitute costs more or less, the books say; what is given beyond that counts with what was given before.
"""

from activities.cases.contract import SendEvent
from activities.catalogue.contract import CheckPrices, PriceSaid, PricesFound, SetNotForSale
from activities.compensation.contract import AllowCompensation, BeyondLimit
from activities.messages.contract import Message, Notify
from activities.money.contract import ChargeDifference, RecordRefund, ReverseBenefits, paid_by_hand
from activities.orders.contract import (
    LINES_VALUE,
    PRICE_DIFFERENCE,
    FindLines,
    LinesFound,
    OrderNo,
    ShortageAnswer,
    ShortageCause,
)
from activities.registers.contract import TakenAlready, TakeUp
from activities.stock.contract import BackOrder, ReleaseLines, ReserveStock
from workflows.vocabulary import *

MOST_TRIES_HOURS = 4

SHORT_OF_STOCK = ("no_stock", "count_error", "supplier_late")
"""The causes that take a product off sale; a damaged piece or a late carrier doesn't."""
TO_BE_BOUGHT = ("no_stock", "damaged", "count_error")
"""The causes for which more is bought; what the supplier or the carrier has is on its way already."""

OBSTACLES = {"count_error": "no_stock", "supplier_late": "plant_delay"}
"""What the order calls these causes."""
AN_ORDER = "order_fulfilment"

# --- what is asked ------------------------------------------------------------------------------------------------


class Report(Form):
    sku: Sku
    order_no: OrderNo
    placed_as: OrderNo | None = None
    """The order that the customer placed, where this one ships goods of it."""
    missing_qty: Qty
    cause: ShortageCause
    expected_restock: Day | None = None
    line: Qty | None = None
    """The order's line, where the order reports it."""
    value: Price | None = None
    """What was paid for the missing goods, where the order reports it."""
    ordered: FormRows[LineQty] = ()
    """All of the order, where it reports it."""


class Recount(Form):
    counted_qty: Annotated[Count, to_check("missing_qty")]
    counter: TheCaller[User]


class CustomerReached(Form):
    channel: Literal["chat", "phone", "sms", "email"]
    reached_at: TimeOrEarlier[Moment]
    options_offered: Some[Literal["substitute", "refund", "wait", "partial"]]
    note: Remark = ""

    def problems(self) -> Problems:
        if not {"substitute", "refund"} <= set(self.options_offered):
            yield "options_offered", "A substitute and the money back are always offered."


class Substitute(Told):
    substitute_sku: Keep[Sku]
    qty: Annotated[Keep[Qty], proposed("missing_qty")]
    price_difference: Annotated[
        Money | None, proposed(of_book(PRICE_DIFFERENCE, order="order_no", instead="substitute_sku"))
    ] = None
    """What the customer pays more, or gets back; what the books say, where nothing else was agreed."""
    customer_consent: Ticked


class Refund(Told):
    lines: Annotated[Keep[Some[LineQty]], proposed("missing_lines")]
    amount: Annotated[Keep[Paid], proposed(of_book(LINES_VALUE, order="order_no"))]
    goodwill: Keep[Price] = NOTHING


class Wait(Told):
    promised_date: Annotated[Keep[Day], proposed("expected_restock", at_least="now")]
    customer_consent: Ticked


class Partial(Told):
    ship_now: Some[LineQty]
    rest: Keep[Literal["refund", "follow_later"]]
    customer_consent: Ticked


class Decision(Form):
    decision_note: Text
    goodwill: Keep[Price] = NOTHING


class RefundPaid(Form):
    refund_no: Annotated[Keep[Text], own_number("RF")]
    paid_at: TimeOrEarlier[Moment]
    amount: Annotated[Money, from_case("agreed_refund")]


# --- the procedure ------------------------------------------------------------------------------------------------


class OutOfStock(Procedure):
    """When an ordered item can't be shipped, reach the customer at once and agree on another item or the money back."""

    key = "out_of_stock"
    case: shortages.ShortageCase
    numbers = "OS"
    about = ("sku", "missing_qty", "order_no")
    exceptions = (without("way_back", because="Goods or money are on their way: its own rows settle them."),)
    parties = {PartyKind.CUSTOMER: ()}  # those of the case that it comes from
    signalled = ("goods_arrived",)

    new = Entry()
    reported = Stage(role=WAREHOUSE_KEEPER, due=minutes(30), tell=CS_SUPERVISOR)
    cs_notified = Stage(role=CS_AGENT)
    contacting = Stage(role=CS_AGENT)
    waiting_choice = Stage(role=CS_AGENT, ways_equal=True)
    substitute_agreed = Stage()
    refund_agreed = Stage(role=FINANCE, due=hours(24), tell={hours(24): FINANCE, hours(48): OPS_MANAGER})
    wait_agreed = Stage()
    partial_agreed = Stage()
    restocked = Stage()
    escalated = Stage(role=CS_SUPERVISOR, due=hours(24), tell=OPS_MANAGER)
    resolved_shipped = Stage(final=True)
    resolved_refunded = Stage(final=True)
    false_alarm = Stage(final=True, undo=True)
    with_the_order = Stage(final=True)  # the order has stopped, and asks its customer
    joined = Stage(final=True)  # the same was reported before
    unfounded = Stage(final=True)  # the order has no such goods, or they have left

    # customer service is informed at once                                  001-t 二(四)2
    report = new.to(reported, by=WAREHOUSE_KEEPER | FACTORY_RESIDENT, form=Report)
    lines_found = reported.stay()
    was_first = reported.stay()
    join = reported.to(joined)
    taken_up = reported.to(with_the_order)
    not_taken_up = reported.to(unfounded)
    notify_cs = reported.to(cs_notified)
    recount_ok = (reported | cs_notified | contacting).to(false_alarm, by=WAREHOUSE_KEEPER, form=Recount)
    claim_case = cs_notified.to(contacting, by=CS_AGENT, form=Agent)
    reach_customer = contacting.to(waiting_choice, by=CS_AGENT, form=CustomerReached)
    no_answer = contacting.to(escalated, after=service_hours(MOST_TRIES_HOURS))

    # the customer chooses                                                    001-t 二(四)2
    to_choose = waiting_choice | escalated
    choose_substitute = to_choose.to(
        substitute_agreed, by=CUSTOMER, heard_by=CS_AGENT | DECIDERS, form=Substitute
    )
    choose_refund = to_choose.to(refund_agreed, by=CUSTOMER, heard_by=CS_AGENT, form=Refund)
    choose_wait = to_choose.to(wait_agreed, by=CUSTOMER, heard_by=CS_AGENT, form=Wait)
    choose_partial = to_choose.to(partial_agreed, by=CUSTOMER, heard_by=CS_AGENT, form=Partial)
    choice_timeout = waiting_choice.to(escalated, after=hours(24))
    supervisor_decides = escalated.to(refund_agreed, by=CS_SUPERVISOR, form=Decision)

    # and gets it                                                             001-t 二(四)2
    substitute_priced = substitute_agreed.stay()
    substitute_allowed = substitute_agreed.stay()
    beyond_limit = substitute_agreed.to(escalated)
    difference_paid = substitute_agreed.stay()
    substitute_failed = substitute_agreed.to(contacting)
    ship_substitute = substitute_agreed.to(resolved_shipped)
    goods_arrived = wait_agreed.to(restocked)
    wait_expired = wait_agreed.to(contacting, at=at("promised_date") + days(1))
    ship_restocked = restocked.to(resolved_shipped)
    too_few_arrived = restocked.to(wait_agreed)
    ship_partial = partial_agreed.to(resolved_shipped, as_soon_as=True)
    refund_paid = refund_agreed.to(
        resolved_refunded, by=FINANCE | PAYMENT_FEED, form=RefundPaid, when="not is_refund_under_way"
    )

    customer_reached = Deadline(
        hours(4),
        since=report,
        until=reach_customer | no_answer | recount_ok,
        tell={hours(4): CS_SUPERVISOR, hours(8): OPS_MANAGER},
    )

    longest_wait = Deadline(
        days(7), since=choose_wait, until=ship_restocked | wait_expired, sends=wait_expired
    )

    kpis = (
        count(report),
        elapsed(report, reach_customer),
        share(choose_substitute, of=reach_customer),
        share(choose_refund, of=reach_customer),
        share(choose_wait, of=reach_customer),
        share(choose_partial, of=reach_customer),
        share(recount_ok, of=report),
    )

    # --- rules

    def is_refund_under_way(self) -> bool:
        """A refund case pays the money back."""
        return self.children(self.pay_back).any_running

    @property
    def is_reported_by_order(self) -> bool:
        """Whether the order waits for this case."""
        return self.parent is not None and self.parent.procedure == AN_ORDER

    # --- reported

    @report.on
    def ask_whose_it_is(self) -> None:
        """An order that reports it has stopped already; what others report is held against the order."""
        case = self.case
        if self.is_reported_by_order:
            self._begin()
        else:
            find = FindLines(order=case.order_no, sku=case.sku, qty=case.missing_qty)
            self.do(find, then=self.lines_found, otherwise=self.not_taken_up)

    @lines_found.on
    def tell_the_order(self, outcome: LinesFound | None) -> None:
        case = self.case
        if outcome is None or outcome.procedure != AN_ORDER:
            one = TakeUp(book="shortages", thing=f"{case.order_no} {case.sku}")
            self.do(one, then=self.was_first, otherwise=self.join)
            return
        case.is_of_shop = True
        short = {
            "cause": OBSTACLES.get(case.cause, case.cause),
            "lines": [{"line": one.line, "qty": one.qty} for one in outcome.lines],
        }
        tell = SendEvent(procedure=AN_ORDER, event="cannot_ship", subject=case.order_no, form=short)
        self.do(tell, then=self.taken_up, otherwise=self.not_taken_up)

    @not_taken_up.on
    def say_that_it_is_unfounded(self, outcome: Refused | None) -> None:
        why = outcome.reason if outcome is not None else "-"
        about = {"order": self.case.order_no, "sku": self.case.sku, "why": why}
        for role in (WAREHOUSE_KEEPER, OPS_SPECIALIST):
            self.tell(role, "shortage_unfounded", **about)

    @join.on
    def name_the_other(self, outcome: TakenAlready | None) -> None:
        running = outcome.running if outcome is not None else "-"
        about = {"order": self.case.order_no, "sku": self.case.sku, "running": running}
        self.tell(WAREHOUSE_KEEPER, "shortage_under_way", **about)

    @was_first.on
    def _begin(self) -> None:
        if self.case.cause in SHORT_OF_STOCK:
            self.do(SetNotForSale(sku=self.case.sku, reason="out of stock"))
        self._tell_customer_service()

    def _tell_customer_service(self) -> None:
        about = {
            "order": self.case.order_no,
            "sku": self.case.sku,
            "qty": str(self.case.missing_qty),
            "cause": self.case.cause,
        }
        self.do(Notify(role=CS_AGENT, template="goods_missing", data=about), then=self.notify_cs)

    @(resolved_shipped | resolved_refunded | false_alarm).enter
    def let_others_begin(self) -> None:
        self.undo(TakeUp)

    @recount_ok.on
    def compare_count(self, form: Recount) -> None:
        self.require(
            form.counted_qty >= self.case.missing_qty,
            "{missing_qty} are missing: fewer were found.",
            "counted_qty",
            missing_qty=self.case.missing_qty,
        )

    # --- another item

    @choose_substitute.on
    def price_substitute(self, form: Substitute) -> None:
        self.require(form.substitute_sku != self.case.sku, "Must be another item.", "substitute_sku")
        self.case.agreed_difference = form.price_difference
        self.case.granted_limit = self.policy.grant_limit(self.actor.roles)
        prices = CheckPrices(prices=(PriceSaid(sku=form.substitute_sku),))
        self.do(prices, then=self.substitute_priced, otherwise=self.substitute_failed)

    @substitute_priced.on
    def keep_to_limit(self, outcome: PricesFound | None) -> None:
        found = outcome.prices if outcome is not None else ()
        self.case = self.case.with_price(found[0].price if found else None)
        order, given, limit = self.case.order_no, self.case.given, self.case.granted_limit
        if given:
            cause = None if self.has_happened(self.beyond_limit) else "out_of_stock"
            within = AllowCompensation(order=order, amount=given, limit=limit, cause=cause)
            self.do(within, then=self.substitute_allowed, otherwise=self.beyond_limit)
        else:
            self.settle_difference()

    @beyond_limit.on
    def learn_what_was_given(self, outcome: BeyondLimit | None) -> None:
        if outcome is not None:
            self.case.given_before = outcome.given

    @substitute_allowed.on
    def settle_difference(self) -> None:
        order, difference = self.case.order_no, self.case.price_difference
        if difference > NOTHING:
            charge = ChargeDifference(
                order=order, amount=difference, reason="dearer substitute", goods=self.substitute()
            )
            self.do(charge, then=self.difference_paid, otherwise=self.substitute_failed)
        else:
            self.reserve_substitute()

    @difference_paid.on
    def reserve_substitute(self) -> None:
        self.do(
            ReserveStock(order=self.case.order_no, lines=(self.substitute(),), on_top=True),
            then=self.ship_substitute,
            otherwise=self.substitute_failed,
        )

    def substitute(self) -> SkuQty:
        return SkuQty(sku=self.case.substitute_sku or self.case.sku, qty=self.case.qty or 1)

    @substitute_failed.on
    def give_difference_back(self) -> None:
        self.undo(ChargeDifference, AllowCompensation)

    # --- the money back

    @choose_refund.on
    def keep_goodwill_small(self, form: Refund) -> None:
        self.require_grant(form.goodwill, None, "goodwill")
        self.free_missing()

    @supervisor_decides.on
    def decide(self, form: Decision) -> None:
        self.require_grant(form.goodwill, None, "goodwill")
        self.case.lines = self.case.missing_lines
        self.free_missing()

    def free_missing(self) -> None:
        """An order that waits for this case frees its goods itself."""
        if not self.is_reported_by_order:
            self.do(ReleaseLines(order=self.case.order_no, lines=(self.missing(),)))

    @refund_paid.on
    def write_refund_down(self, form: RefundPaid | None) -> None:
        by_hand = paid_by_hand(form, self.actor.roles)
        if by_hand and by_hand.amount:
            order, paid, number = self.case.order_no, by_hand.amount, by_hand.refund_no
            self.do(RecordRefund(order=order, amount=paid, refund_no=number, reason="out of stock"))
            self.do(ReverseBenefits(order=order, amount=paid))

    # --- waiting

    @choose_wait.on
    def order_back(self, form: Wait) -> None:
        self.require(form.promised_date >= self.today, "Must not be in the past.", "promised_date")
        self.do(BackOrder(order=self.case.order_no, lines=(self.missing(),), until=form.promised_date))
        self.do(
            Message(
                to=self.case.placed_as or self.case.order_no,
                template="wait_agreed",
                data={
                    "order": self.case.placed_as or self.case.order_no,
                    "date": form.promised_date.isoformat(),
                },
            )
        )

    @wait_expired.on
    def stop_waiting(self) -> None:
        self.undo(BackOrder)

    @goods_arrived.on
    def sell_again(self) -> None:
        self.undo(SetNotForSale)

    @restocked.enter
    def reserve_arrived(self) -> None:
        self.do(
            ReserveStock(order=self.case.order_no, lines=(self.missing(),)),
            then=self.ship_restocked,
            otherwise=self.too_few_arrived,
        )

    def missing(self) -> SkuQty:
        return SkuQty(sku=self.case.sku, qty=self.case.missing_qty)

    # --- some lines now

    @choose_partial.on
    def keep_lines(self, form: Partial) -> None:
        self.case.lines = form.ship_now

    def result(self) -> dict[str, object]:
        """What the order is to do: which of its lines are shipped, and what is shipped instead of the others."""
        case, agreed = self.case, self.agreed()
        instead = agreed == "substitute"
        answer = ShortageAnswer(
            outcome=agreed,
            sku=case.sku,
            missing_qty=case.missing_qty,
            lines=case.lines if agreed in ("partial", "refund") else (),
            follows_later=agreed == "partial" and case.rest == "follow_later",
            substitute=self.substitute() if instead else None,
            price_difference=case.price_difference if instead else NOTHING,
        )
        return dict(answer)

    def agreed(self) -> Literal["found", "restocked", "substitute", "refund", "partial"]:
        if self.has_happened(self.ship_substitute):
            return "substitute"
        if self.has_happened(self.ship_partial):
            return "partial"
        if self.has_happened(self.refund_paid):
            return "refund"
        return "restocked" if self.has_happened(self.ship_restocked) else "found"

    # --- what it starts

    @starts("product_delisting", on=report | was_first)
    def delist(self) -> Opening | None:
        begins = self.is_reported_by_order or self.has_happened(self.was_first)
        if self.case.cause not in SHORT_OF_STOCK or not begins:
            return None
        return opening(
            f"{self.case.sku}-{self.today:%Y%m%d}",
            sku=self.case.sku,
            reason="out_of_stock",
            stock_left=0,
            open_orders=1,
        )

    @starts("refund_only", on=choose_refund | supervisor_decides, ends={"refunded": refund_paid})
    def pay_back(self) -> Opening:
        """Goods that the order leaves out are owed for; for others it is a grant."""
        case, source = self.case, "out_of_stock" if self.is_reported_by_order else "shortage"
        asked = case.amount + case.goodwill if case.amount else None
        known = {"lines": case.lines, "goodwill": case.goodwill if asked else NOTHING}
        return refund_case(self.next_subject, source, case.order_no, asked, **known)

    @starts("refund_only", on=choose_partial | ship_substitute)
    def pay_part_back(self) -> Opening | None:
        """The lines that don't follow, or the difference to a cheaper substitute."""
        case, cheaper = self.case, -self.case.price_difference
        if self.has_happened(self.ship_substitute):
            due = refund_case(self.next_subject, "out_of_stock", case.order_no, cheaper)
            return due if cheaper > NOTHING else None
        if case.rest == "follow_later":
            return None
        return refund_case(self.next_subject, "out_of_stock", case.order_no, None, lines=case.left_out)

    @starts("procurement", on=choose_wait)
    def buy_urgently(self) -> Opening | None:
        if self.case.cause not in TO_BE_BOUGHT:
            return None
        wanted = {"sku": self.case.sku, "qty": self.case.missing_qty}
        return opening(
            self.next_subject,
            reason="urgent",
            lines=[{**wanted, "need_by": str(self.case.promised_date)}],
            stock_now=[{"sku": self.case.sku, "qty": 0}],
            forecast=[wanted],
            est_total=NOTHING,
        )
