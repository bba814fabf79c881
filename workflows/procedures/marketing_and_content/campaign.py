"""Campaign (活动:报名、备货、上线、复盘): a sales event from sign-up through stock and launch to the review.

Sources: 002-b 五1-7, 一1-2, 三3-4, 八5; 001-a 四1, 四4; 001-b 第二章; 001-e 第十一条; 001-i 一2, 三1-2;
001-l 运营负责人 4, 驻厂人员 5; 001-m 三4; 001-p 第十一条; 001-t 二(二)1-3, 三6, 四1(5), (9)-(10), 四2(1)-(2), (7);
000-b 3; 000-g 一2, 三; 004-a 三.

Signing up is free after a profit check; the plan needs the operations manager, a large event also the leadership's
decision (D12). The documents suggest, and nothing enforces: a weekend sale of one item for three hours, a platform
group buy of one round a day with three items, a featured slot of seven days each quarter for about ¥10,000 (001-t).
"""

from activities.campaigns.contract import (
    FESTIVALS,
    CampaignPlan,
    ChannelBudget,
    CheckItem,
    CloseCampaign,
    Compensate,
    CouponQuota,
    Mechanic,
    ProfitLine,
    PublishCampaign,
    RestorePrices,
    SignedGoods,
    SoldUnits,
    Staffing,
    StockLine,
    TimedMessage,
    WithdrawSignUp,
    festival_planned_on,
    in_stock,
)
from activities.cases.contract import OpenCase, SendEvent
from activities.messages.contract import Notify
from activities.milestones.contract import Milestone
from activities.stock.contract import SetAsideStock
from workflows.vocabulary import *

NOTICE_LEAD = hours(24)  # default
LAST_CHECK = at("start") - hours(4)  # default
STOCK_BY = at("stock_by")
FESTIVALS_PLANNED = on_days("09:00", *(festival.planned_on for festival in FESTIVALS))
LONGEST_PROMISE = 72  # hours from payment to dispatch in an event: D8
COMPENSATION = yuan(10)  # a coupon for each order of an event that is called off; default

PLATFORM = PLATFORM_FEED | OPS_SPECIALIST
"""Who says what the platform has answered."""

# --- what is asked


class Proposal(Form):
    name: Title
    kind: Literal["platform", "own", "flash", "group_buy", "presale", "festival", "clearance", "members"]
    source: InHistory[Remark] = ""
    dates: InHistory[DateRange]
    signup_deadline: Moment | None = None

    def problems(self) -> Problems:
        if self.kind == "platform" and self.signup_deadline is None:
            yield "signup_deadline", "The platform sets one."


class Profit(Form):
    lines: Keep[PerSku[ProfitLine]]
    commission_pct: Pct | None = None
    entry_fee: Price | None = None
    break_even_units: Count

    def problems(self) -> Problems:
        yield from (("lines", line.margin_fault) for line in self.lines if line.margin_fault)
        if self.entry_fee and not self.break_even_units:
            yield "break_even_units", "An entry fee has to be earned first."


class SignUp(Form):
    platform_form_no: Keep[Code]
    goods: Some[SignedGoods]
    contact: Remark = ""
    rival_notes: Remark = ""
    follow_up_dates: Some[Day]


class PlatformReply(Form):
    platform_reply: Text
    conditions: Remark = ""


class Plan(Form):
    theme: Keep[Annotated[Title, Field(max_length=40)]]
    start: Keep[Moment]
    end: Keep[Moment]
    mechanics: Keep[Some[Mechanic]]
    main_products: Keep[Some[Sku]]
    linked_products: FormRows[Sku] = ()
    goals: Keep[Some[Target]]
    budget: Keep[Price]
    ship_promise_hours: Keep[Annotated[Qty, Field(le=LONGEST_PROMISE)]]
    member_price: bool = False
    stop_rules: Keep[Text]

    def problems(self) -> Problems:
        if self.end <= self.start:
            yield "end", "Must be after the start."


class Decision(Form):
    note: Text
    reported_to_leadership: bool = False


class Forecast(Form):
    visitors: Count
    conversion_pct: Annotated[Pct, Field(ge=0, le=100)]
    units: Keep[PerSku[SkuQty]]
    sales: Price
    basis: Text


class StockPlan(Form):
    lines: Some[StockLine]
    reserve_from_daily_sales: Count | None = None
    short: FormRows[SkuQty] = ()


class Notice(Form):
    readers: Keep[Some[Role]]
    customer_script: Keep[Text]
    staffing: Some[Staffing]

    def problems(self) -> Problems:
        if not {CS_SUPERVISOR, WAREHOUSE_SUPERVISOR, LOGISTICS} <= set(self.readers):
            yield "readers", "Customer service, the warehouse and logistics must be told."
        if not all(role.is_staff for role in self.readers):
            yield "readers", "Only teams of the store read notices."


class Design(Form):
    files: SomeFiles
    page_url: Keep[Url]


class Promotion(Form):
    channels: Some[ChannelBudget]
    coupons: FormRows[CouponQuota] = ()
    messages: FormRows[TimedMessage] = ()


class Checklist(Form):
    checklist: Some[CheckItem]


class ReadyCheck(Checks):
    price_ok: bool
    time_ok: bool
    page_matches: bool
    stock_ok: bool
    payment_ok: bool
    stacking_ok: bool
    note: Remark = ""


class Launch(Form):
    checked_by: User | None = None


class Tuning(Form):
    finding: Text
    change: Text


class Stop(Form):
    reason: Text
    customer_message: Remark = ""


class Review(Form):
    actuals: Some[Actual]
    units: Some[SoldUnits]
    cost: Price
    roi: Number
    good: Text
    bad: Text
    next_time: Text
    leftover_action: Remark = ""


class CampaignCase(Case, CampaignPlan):
    kind: str
    signup_deadline: Moment | None = None
    platform_form_no: Code | None = None
    to_come: FormRows[SkuQty] = ()
    """What was still on its way when the stock was secured; it is set aside before the last check."""
    price_change_no: Code | None = None
    """The number of the price change of the approved plan; the other cases that its approval opened have it too."""


# --- the procedure


def before_sign_up_closes() -> Stage:
    """A stage that the operations specialist leaves before the platform's sign-up closes."""
    closes = at("signup_deadline")
    return Stage(
        role=OPS_SPECIALIST, due=closes, tell={closes - hours(24): OPS_SPECIALIST, closes: OPS_MANAGER}
    )


class Campaign(Procedure):
    """Take part in or run a sales event, from sign-up through stock, notice, design and launch to the review."""

    key = "campaign"
    case: CampaignCase

    new = Entry()
    idea = before_sign_up_closes()
    profit_checked = before_sign_up_closes()
    signing_up = before_sign_up_closes()
    platform_review = Stage(
        role=OPS_SPECIALIST,
        due=working_days(5),
        tell={working_days(5): OPS_SPECIALIST, working_days(6): OPS_MANAGER},
    )
    plan_drafted = Stage(role=OPS_SPECIALIST)
    approval = Stage(role=OPS_MANAGER | GM, due=working_days(2), tell=GM)
    forecasting = Stage(role=OPS_SPECIALIST | DATA_ANALYST, due=STOCK_BY, tell=OPS_MANAGER | PURCHASING)
    stocking = Stage(role=WAREHOUSE_SUPERVISOR | PURCHASING, due=STOCK_BY, tell=OPS_MANAGER | PURCHASING)
    preparing = Stage(role=OPS_SPECIALIST | DESIGNER | PROMOTER, due=LAST_CHECK, tell=OPS_MANAGER)
    ready_check = Stage(role=OPS_MANAGER, due=LAST_CHECK, tell=OPS_MANAGER)
    scheduled = Stage()
    live = Stage(role=OPS_SPECIALIST, remind=repeated(hours(2), during=hours(24), then=days(1)))
    adjusting = Stage(role=OPS_SPECIALIST)
    paused = Stage(role=OPS_MANAGER)
    ended = Stage()
    reviewing = Stage(role=OPS_SPECIALIST, due=working_days(3), tell=OPS_MANAGER)
    closed = Stage(final=True)
    skipped = Stage(final=True)
    rejected = Stage(final=True, undo=True)
    platform_refused = Stage(final=True)
    cancelled = Stage(final=True, undo=True)
    aborted = Stage(final=True, undo=True)

    under_way = live | adjusting | paused

    # sign-up    002-b 五1, 001-t 四1(9)-(10)
    propose = new.to(
        idea, by=OPS_SPECIALIST, form=Proposal, on="platform.campaign.opened", every=FESTIVALS_PLANNED
    )
    check_profit = idea.to(profit_checked, by=OPS_SPECIALIST, form=Profit)
    skip = (idea | profit_checked).to(skipped, by=OPS_SPECIALIST, form=Reason)
    sign_up = profit_checked.to(signing_up, by=OPS_SPECIALIST, form=SignUp, when="is_open_to_sign_up")
    own_event = profit_checked.to(plan_drafted, by=OPS_SPECIALIST, form=Remarks, when="is_open_to_us")
    submitted = signing_up.to(platform_review, by=OPS_SPECIALIST, form=SignUp)
    platform_yes = platform_review.to(
        plan_drafted, by=PLATFORM, form=PlatformReply, on="platform.campaign.accepted"
    )
    platform_no = platform_review.to(
        platform_refused, by=PLATFORM, form=PlatformReply, on="platform.campaign.refused"
    )

    # plan    001-m 三4, 001-a 四1, 001-p 第十一条, 004-a 三3, D12
    submit_plan = plan_drafted.to(approval, by=OPS_SPECIALIST, form=Plan)
    approve = approval.to(
        forecasting, by=OPS_MANAGER | GM, form=Decision, when="is_decided", other_than=submit_plan
    )
    return_plan = approval.to(plan_drafted, by=OPS_MANAGER | GM, form=Decision)
    reject = approval.to(rejected, by=OPS_MANAGER | GM, form=Decision)

    # stock    002-b 五2-3
    forecast_done = forecasting.to(stocking, by=OPS_SPECIALIST | DATA_ANALYST, form=Forecast)
    stock_secured = stocking.to(
        preparing, by=WAREHOUSE_SUPERVISOR | PURCHASING, form=StockPlan, when="is_stock_in_time"
    )
    stock_short = stocking.to(plan_drafted, by=PURCHASING, form=StockPlan)

    # preparation, by three teams at once    002-b 五4-6, 八5; 001-e 第十一条2-3; 001-l 驻厂人员 5
    notice_sent = preparing.stay(by=OPS_SPECIALIST, form=Notice)
    design_done = preparing.stay(by=DESIGNER, form=Design, when="is_of_this_plan")
    promo_ready = preparing.stay(by=PROMOTER, form=Promotion, when="is_of_this_plan")
    all_ready = preparing.to(
        ready_check,
        by=OPS_SPECIALIST,
        form=Checklist,
        when="is_notice_read",
        needs=(notice_sent, design_done, promo_ready),
    )

    # the last check    002-b 一1-2
    ready_ok = ready_check.to(scheduled, by=OPS_MANAGER, form=ReadyCheck, when="is_all_right")
    ready_fail = ready_check.to(preparing, by=OPS_MANAGER, form=ReadyCheck, when="not is_all_right")

    # the event    001-i 三2, 001-m 三4, 002-b 八5
    launch = scheduled.to(live, by=OPS_SPECIALIST, form=Launch, at=at("start"), when="is_time")
    tune = live.to(adjusting, by=OPS_SPECIALIST, form=Tuning)
    tuned = adjusting.to(live, by=OPS_SPECIALIST, form=Tuning)
    pause = (live | adjusting).to(paused, by=OPS_MANAGER | OPS_SPECIALIST, form=Stop)
    resume = paused.to(live, by=OPS_MANAGER, form=Stop)
    finish = under_way.to(ended, by=PLATFORM_FEED, on="platform.campaign.used_up", at=at("end"))
    restore = ended.to(reviewing)
    submit_review = reviewing.to(closed, by=OPS_SPECIALIST, form=Review)

    # giving up
    cancel = (signing_up | platform_review | plan_drafted | approval | forecasting | stocking | preparing).to(
        cancelled, by=OPS_MANAGER, form=Stop
    )
    abort = (ready_check | scheduled | paused).to(aborted, by=OPS_MANAGER | GM, form=Stop)

    notice_in_time = Deadline(
        at("start") - NOTICE_LEAD, since=stock_secured, until=notice_sent, tell=OPS_MANAGER
    )

    milestones = {Milestone.PROMOTION_READY: promo_ready}
    kpis = (
        share(platform_yes, of=submitted),
        elapsed(propose, launch),
        count(stock_short),
        count(tune),
        count(pause),
        share(abort, of=approve),
    )

    # --- rules

    def is_open_to_sign_up(self) -> bool:
        """The event isn't the own shop's alone."""
        return self.case.kind != "own"

    def is_open_to_us(self) -> bool:
        """The event can be held without a platform's consent."""
        return self.case.kind != "platform"

    def is_decided(self, report: ChildReport | None) -> bool:
        """The leadership has decided on an event of this size."""
        return not self.case.is_large or report is not None or self.children(self.decision).any_unavailable

    def is_stock_in_time(self, form: StockPlan | None) -> bool:
        """Every item is there in the forecast quantity, or its purchase is due before the start."""
        return form is None or self.case.is_covered(form.lines, self.day_of(self.case.start))

    def is_of_this_plan(self, report: ChildReport | None) -> bool:
        """It is for the plan that was approved last."""
        return report is None or report.case.endswith(f":{self.case.price_change_no}")

    def is_notice_read(self) -> bool:
        """Everybody has read the notice."""
        read = any(answer.stage == "confirmed" for answer in self.children(self.notice).reports)
        later = self.children(self.notice).any_running  # another was sent since
        return (read and not later) or self.children(self.notice).any_unavailable

    def is_all_right(self, form: ReadyCheck | None) -> bool:
        """Price, time, page, stock and payment equal the plan, and no other offer stacks with it."""
        return form is not None and form.all_ok

    def is_time(self) -> bool:
        """The start time has come."""
        return self.case.start is not None and self.now >= self.case.start

    # --- what each step does

    @sign_up.on
    def in_time_to_sign_up(self) -> None:
        deadline = self.case.signup_deadline
        self.require(deadline is None or self.now <= deadline, "The platform's sign-up has closed.")

    @submit_plan.on
    def size_up(self, form: Plan) -> None:
        self.require(form.start > self.now, "Must be in the future.", "start")
        checked = self.case.has_checked(form.main_products)
        self.require(checked, "Check the profit of every main product.", "main_products")
        self.case.is_large = form.budget >= self.policy.spending_limit

    @approve.on
    def tell_leadership(self, form: Decision | None) -> None:
        reported = form is None or form.reported_to_leadership
        self.require(reported, "Report it to the leadership first.", "reported_to_leadership")
        is_ahead = self.case.end is not None and self.now < self.case.end
        self.require(is_ahead, "The campaign's last day has passed: return the plan, or reject it.")
        data = {"name": self.case.name, "theme": self.case.theme, "budget": str(self.case.budget)}
        self.do(Notify(role=GM, template="campaign_approved", data=data))
        self.case.price_change_no = self.next_subject

    @(return_plan | stock_short).on
    def plan_anew(self, form: Decision | StockPlan | None) -> None:
        self.require(not isinstance(form, StockPlan) or form.short, "Say what is short.", "short")
        self.undo()

    @(reject | cancel).on
    def withdraw(self, form: Decision | Stop | None) -> None:
        if number := self.case.platform_form_no:
            reason = form.reason if isinstance(form, Stop) else form.note if form else ""
            self.do(WithdrawSignUp(campaign=self.subject, form_no=number, reason=reason))

    @stock_secured.on
    def set_stock_aside(self, form: StockPlan | None) -> None:
        """Goods that are in stock are kept apart from the daily stock at once."""
        wanted = per_sku(self.case.units)
        there = wanted if form is None else wanted & in_stock(form.lines)
        self.case.to_come = sku_rows(wanted - there)
        if there:
            self.do(SetAsideStock(campaign=self.subject, lines=sku_rows(there)))

    @promo_ready.on
    def fix_coupons(self, form: Promotion | None, report: ChildReport | None) -> None:
        """The promotion plan has no coupons, so those of the promoter stay."""
        if form is not None and (form.coupons or report is None):
            self.case.coupons = form.coupons

    @all_ready.on
    def set_bought_stock_aside(self) -> None:
        case = self.case
        if not self.is_in_force(SetAsideStock):  # nothing was there when the stock was secured
            case.to_come = ()
            self.do(SetAsideStock(campaign=self.subject, lines=case.units), otherwise=self.ready_fail)
        elif case.to_come:
            self.undo(SetAsideStock, only=lambda kept: kept.lines == case.to_come)  # of a failed check
            self.do(SetAsideStock(campaign=self.subject, lines=case.to_come), otherwise=self.ready_fail)

    @(launch | resume).on
    def publish(self) -> None:
        self.do(PublishCampaign(campaign=self.subject, **self.case.published))

    @tuned.on
    def tell_service(self, form: Tuning) -> None:
        self.tell(
            CS_SUPERVISOR, "campaign_changed", name=self.case.name, finding=form.finding, change=form.change
        )

    @pause.on
    def unpublish(self) -> None:
        self.undo(PublishCampaign)

    @ended.enter
    def set_back(self) -> None:
        self.make_permanent(PublishCampaign, SetAsideStock)
        self.do(CloseCampaign(campaign=self.subject))
        self.do(RestorePrices(campaign=self.subject), then=self.restore)

    @restore.on
    def end_prices(self) -> None:
        self.do(SendEvent(procedure="price_change", event="end_time", subject=self.case.price_change_no))

    @(cancel | abort).on
    def pay_for_what_came(self) -> None:
        """A purchase whose goods have come isn't cancelled with the event: the supplier is still to be paid."""
        if any(answer.stage == "received" for answer in self.children(self.purchase).reports):
            self.make_permanent(OpenCase, only=lambda opened: opened.procedure == "procurement")

    @abort.on
    def compensate(self, form: Stop) -> None:
        if self.has_happened(self.launch):
            message = form.customer_message or form.reason
            self.do(Compensate(campaign=self.subject, message=message, worth=COMPENSATION))

    def by_calendar(self, occasion: Occasion) -> Opening | None:
        planned = festival_planned_on(occasion.first)
        return opening(planned.number, **planned.proposal) if planned else None

    # --- what it starts

    @starts("major_decision_approval", on=submit_plan, ends={"approved": approve, "rejected": reject})
    def decision(self) -> Opening | None:
        form = self.case.decision_form(self.day_of(self.case.start))
        is_large = self.case.is_large
        return opening(self.next_subject, source_case=self.case_id, **form) if is_large else None

    @starts("design_request", on=approve, ends={"delivered": design_done})
    def pages(self) -> Opening:
        return opening(self.next_subject, **self.case.design_form())

    @starts("promotion_plan", on=approve, ends={"running": promo_ready})
    def promotion(self) -> Opening:
        period = DateRange(first=self.today, last=self.day_of(self.case.end))
        return opening(self.next_subject, campaign=self.subject, **self.case.promotion_form(period))

    @starts("price_change", on=approve, undone=True)
    def prices(self) -> Opening:
        return opening(self.next_subject, **self.case.price_form())

    @starts(
        "procurement",
        on=forecast_done,
        ends={"received": stock_secured, "cancelled": stock_short, "rejected": stock_short},
    )
    def purchase(self) -> Opening:
        return opening(self.next_subject, **self.case.purchase_form(self.day_of(self.case.stock_by)))

    @starts("change_broadcast", on=notice_sent, awaited=True)
    def notice(self) -> Opening:
        return broadcast_case(self.next_subject, "activity", **self.case.news)

    @starts("sales_data_report", on=submit_review)
    def report(self) -> Opening:
        """About the days of the event, which may have ended before its time."""
        first, last = self.day_of(self.case.start), min(self.day_of(self.case.end), self.today)
        period = DateRange(first=first, last=last)
        return opening(self.next_subject, period=period, question=self.case.title)
