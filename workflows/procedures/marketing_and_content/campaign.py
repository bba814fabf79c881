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
    CampaignFigures,
    CampaignPlan,
    CampaignStockCounted,
    CloseCampaign,
    Compensate,
    CountCampaignStock,
    PublishCampaign,
    ReadCampaign,
    RestorePrices,
    StockNow,
    WithdrawSignUp,
    festival_planned_on,
    in_stock,
)
from activities.cases.contract import OpenCase, SendEvent
from activities.catalogue.contract import SetPrice
from activities.messages.contract import Notify
from activities.milestones.contract import Milestone
from activities.stock.contract import SetAsideStock
from workflows.vocabulary import *

NOTICE_LEAD = hours(24)  # default
LAST_CHECK = at("start") - hours(4)  # default
STOCK_BY = at("stock_by")
FESTIVALS_PLANNED = on_days("09:00", *(festival.planned_on for festival in FESTIVALS))
COMPENSATION = yuan(10)  # a coupon for each order of an event that is called off; default

PRICES_LOST = ("rejected", "cancelled", "rolled_back")

PLATFORM = PLATFORM_FEED | OPS_SPECIALIST
"""Who says what the platform has answered."""

# --- what it knows


class CampaignCase(Case, CampaignPlan):
    kind: str
    signup_deadline: Moment | None = None
    platform_form_no: Code | None = None
    goods: FormRows[campaigning.SignedItem] = ()
    contact: Remark = ""
    rival_notes: Remark = ""
    member_price: bool = False
    follow_up_dates: FormRows[Day] = ()
    finding: Text = "-"
    change: Text = "-"
    to_come: FormRows[SkuQty] = ()
    """What was still on its way when the stock was secured; it is set aside before the last check."""
    price_change_no: Code | None = None
    """The number of the price change of the approved plan; the other cases that its approval opened have it too."""

    @property
    def goods_checked(self) -> list[dict[str, object]]:
        """What can be signed up, at its event price, and how many of it were so far."""
        so_far = {row.sku: {"qty": row.qty} for row in self.goods}
        return [{"sku": it.sku, "event_price": it.event_price, **so_far.get(it.sku, {})} for it in self.lines]


# --- the procedure


def before_sign_up_closes(*, ways_equal: bool = False) -> Stage:
    """A stage that the operations specialist leaves before the platform's sign-up closes."""
    closes = at("signup_deadline")
    return Stage(
        role=OPS_SPECIALIST,
        due=closes,
        tell={closes - hours(24): OPS_SPECIALIST, closes: OPS_MANAGER},
        ways_equal=ways_equal,
    )


class Campaign(EventUnderWay, ToldInANotice, AnswersWhoAsked, Procedure):
    """Take part in or run a sales event, from sign-up through stock, notice, design and launch to the review."""

    key = "campaign"
    case: CampaignCase
    numbers = "EV"
    about = ("name", "kind", "start")

    new = Entry()
    idea = before_sign_up_closes()
    profit_checked = before_sign_up_closes(ways_equal=True)
    signing_up = before_sign_up_closes()
    platform_review = Stage(
        role=OPS_SPECIALIST,
        due=working_days(5),
        tell={working_days(5): OPS_SPECIALIST, working_days(6): OPS_MANAGER},
        ways_equal=True,
    )
    plan_drafted = Stage(role=OPS_SPECIALIST)
    approval = Stage(role=OPS_MANAGER | GM, due=working_days(2), tell=GM)
    forecasting = Stage(role=OPS_SPECIALIST | DATA_ANALYST, due=STOCK_BY, tell=OPS_MANAGER | PURCHASING)
    stocking = Stage(role=WAREHOUSE_SUPERVISOR | PURCHASING, due=STOCK_BY, tell=OPS_MANAGER | PURCHASING)
    preparing = Stage(role=OPS_SPECIALIST | DESIGNER | PROMOTER, due=LAST_CHECK, tell=OPS_MANAGER)
    ready_check = Stage(role=OPS_MANAGER, due=LAST_CHECK, tell=OPS_MANAGER)
    scheduled = Stage(due=at("start") + minutes(30), tell=OPS_MANAGER | OPS_SPECIALIST)
    live = Stage(
        role=OPS_SPECIALIST, remind=repeated(hours(2), during=hours(24), then=days(1)), ways_equal=True
    )
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
        idea,
        by=OPS_SPECIALIST,
        form=campaigning.Proposal,
        on="platform.campaign.opened",
        every=FESTIVALS_PLANNED,
    )
    check_profit = idea.to(
        profit_checked, by=OPS_SPECIALIST, form=campaigning.Profit, main=True
    ) | plan_drafted.stay(by=OPS_SPECIALIST, form=campaigning.Profit)  # at other prices
    skip = (idea | profit_checked).to(skipped, by=OPS_SPECIALIST, form=Reason, back=True)
    sign_up = profit_checked.to(
        signing_up, by=OPS_SPECIALIST, form=campaigning.SignUp, when="is_open_to_sign_up"
    )
    own_event = profit_checked.to(plan_drafted, by=OPS_SPECIALIST, form=Remarks, when="is_open_to_us")
    submitted = signing_up.to(platform_review, by=OPS_SPECIALIST, form=campaigning.SignUp)
    platform_yes = platform_review.to(
        plan_drafted, by=PLATFORM, form=campaigning.PlatformReply, on="platform.campaign.accepted"
    )
    platform_no = platform_review.to(
        platform_refused, by=PLATFORM, form=campaigning.PlatformReply, on="platform.campaign.refused"
    )

    # plan    001-m 三4, 001-a 四1, 001-p 第十一条, 004-a 三3, D12
    submit_plan = plan_drafted.to(approval, by=OPS_SPECIALIST, form=campaigning.Plan)
    approve = approval.to(
        forecasting,
        by=OPS_MANAGER | GM,
        form=campaigning.Decision,
        when="is_decided",
        other_than=submit_plan,
        main=True,
        approves=campaigning.JUDGED,
    )
    return_plan = approval.to(plan_drafted, by=OPS_MANAGER | GM, form=campaigning.Decision, back=True)
    reject = approval.to(rejected, by=OPS_MANAGER | GM, form=campaigning.Decision, back=True)

    # stock    002-b 五2-3
    forecast_done = forecasting.to(stocking, by=OPS_SPECIALIST | DATA_ANALYST, form=campaigning.Forecast)
    stock_counted = stocking.stay()
    stock_secured = stocking.to(
        preparing,
        by=WAREHOUSE_SUPERVISOR | PURCHASING,
        form=campaigning.StockPlan,
        when="is_stock_in_time",
        main=True,
    )
    stock_short = stocking.to(plan_drafted, by=PURCHASING, form=campaigning.StockPlan)

    # preparation, by three teams at once    002-b 五4-6, 八5; 001-e 第十一条2-3; 001-l 驻厂人员 5
    notice_sent = preparing.stay(by=OPS_SPECIALIST, form=campaigning.Notice)
    design_done = preparing.stay(by=DESIGNER, form=campaigning.Design, when="is_of_this_plan")
    promo_ready = preparing.stay(by=PROMOTER, form=campaigning.Promotion, when="is_of_this_plan")
    all_ready = preparing.to(
        ready_check,
        by=OPS_SPECIALIST,
        form=campaigning.Checklist,
        when="is_of_the_last_plan and is_notice_read",
        needs=(notice_sent, design_done, promo_ready),
    )

    # its prices, which are approved apart    002-b 八5
    prices_approved = preparing.stay()
    prices_set = scheduled.stay()
    prices_lost = (
        (forecasting | stocking | preparing | ready_check).stay()
        | scheduled.to(ready_check)
        | (live | adjusting).to(paused)
    )

    # the last check    002-b 一1-2
    ready_ok = ready_check.to(
        scheduled,
        by=OPS_MANAGER,
        form=campaigning.ReadyCheck,
        when="is_all_right and is_price_approved",
        main=True,
    )
    ready_fail = ready_check.to(
        preparing, by=OPS_MANAGER, form=campaigning.ReadyCheck, when="not is_all_right", back=True
    )

    rework_plan = (preparing | ready_check).to(
        plan_drafted, by=OPS_SPECIALIST | OPS_MANAGER, form=Reason, back=True
    )

    # the event    001-i 三2, 001-m 三4, 002-b 八5
    launch = scheduled.to(
        live,
        by=OPS_SPECIALIST,
        form=campaigning.Launch,
        at=at("start"),
        when="is_time and has_its_prices",
    )
    tune = live.to(adjusting, by=OPS_SPECIALIST, form=campaigning.Tuning)
    tuned = adjusting.to(live, by=OPS_SPECIALIST, form=campaigning.Tuned, main=True)
    pause = (live | adjusting).to(paused, by=OPS_MANAGER | OPS_SPECIALIST, form=campaigning.Stop)
    resume = paused.to(live, by=OPS_MANAGER, form=campaigning.Stop, main=True)
    finish = under_way.to(
        ended, by=PLATFORM_FEED, form=Reported, on="platform.campaign.used_up", at=at("end")
    )
    restore = ended.to(reviewing)
    figures_read = reviewing.stay()
    submit_review = reviewing.to(closed, by=OPS_SPECIALIST, form=campaigning.Review)

    # giving up
    cancel = (signing_up | platform_review | plan_drafted | approval | forecasting | stocking | preparing).to(
        cancelled, by=OPS_MANAGER, form=campaigning.Stop, back=True
    )
    abort = (ready_check | scheduled | paused).to(
        aborted, by=OPS_MANAGER | GM, form=campaigning.Stop, back=True
    )

    notice_in_time = Deadline(
        at("start") - NOTICE_LEAD, since=stock_secured, until=notice_sent, tell=OPS_MANAGER
    )

    milestones = {Milestone.PROMOTION_READY: promo_ready}
    exceptions = (
        without(
            "way_back",
            live | adjusting | ended | reviewing,
            because="It is paused and aborted, or finished: prices and stock come back then.",
        ),
    )

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

    def is_stock_in_time(self, form: campaigning.StockPlan | None) -> bool:
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

    def is_all_right(self, form: campaigning.ReadyCheck | None) -> bool:
        """Price, time, page, stock and payment equal the plan, and no other offer stacks with it."""
        return form is not None and form.all_ok

    def is_price_approved(self) -> bool:
        """The event's price change has been approved."""
        reports = self.children(self.prices).reports
        approved = any(one.stage in ("scheduled", "effective") for one in reports)
        return approved or self.children(self.prices).any_unavailable

    def is_time(self) -> bool:
        """The start time has come."""
        return self.case.start is not None and self.now >= self.case.start

    def has_its_prices(self) -> bool:
        """The event's prices hold: everybody who quotes them has read them, and they were set."""
        reports = self.children(self.prices).reports
        return any(one.stage == "effective" for one in reports) or self.children(self.prices).any_unavailable

    # --- what each step does

    @check_profit.on
    def keep_what_was_checked(self, form: campaigning.Profit) -> None:
        self.case.lines = tuple(line.with_margin for line in form.lines)

    @sign_up.on
    def in_time_to_sign_up(self) -> None:
        deadline = self.case.signup_deadline
        self.require(deadline is None or self.now <= deadline, "The platform's sign-up has closed.")

    @submit_plan.on
    def size_up(self, form: campaigning.Plan) -> None:
        self.require(form.start > self.now, "Must be in the future.", "start")
        checked = self.case.has_checked(form.main_products)
        self.require(checked, "Check the profit of every main product.", "main_products")
        self.case.is_large = form.budget >= self.policy.spending_limit

    @approve.on
    def tell_leadership(self, form: campaigning.Decision | None) -> None:
        reported = form is None or form.reported_to_leadership
        self.require(reported, "Report it to the leadership first.", "reported_to_leadership")
        is_ahead = self.case.end is not None and self.now < self.case.end
        self.require(is_ahead, "The campaign's last day has passed: return the plan, or reject it.")
        data = {"name": self.case.name, "theme": self.case.theme, "budget": str(self.case.budget)}
        self.do(Notify(role=GM, template="campaign_approved", data=data))
        self.case.price_change_no = self.next_subject

    @(return_plan | stock_short | rework_plan).on
    def plan_anew(self, form: campaigning.Decision | campaigning.StockPlan | Reason | None) -> None:
        self.require(not isinstance(form, campaigning.StockPlan) or form.short, "Say what is short.", "short")
        self.keep_what_is_spent()
        self.call_off_notice()
        self.undo()

    (reject | cancel).on(AnswersWhoAsked.tell_why_not)
    abort.on(AnswersWhoAsked.tell_end)
    platform_no.on(EventUnderWay.say_that_the_platform_refuses)
    (pause | prices_lost).on(EventUnderWay.stop_its_prices)
    pause.on(EventUnderWay.say_that_it_pauses)
    resume.on(EventUnderWay.set_its_prices_again)
    resume.on(EventUnderWay.say_that_it_goes_on)
    (cancel | abort).on(EventUnderWay.say_that_it_is_off)
    (cancel | abort).on(EventUnderWay.keep_what_is_spent)
    (cancel | abort).on(ToldInANotice.call_off_notice)
    promo_ready.on(EventUnderWay.fix_coupons)
    submit_review.on(EventUnderWay.hold_to_the_books)

    @(reject | cancel).on
    def withdraw(self, form: campaigning.Decision | campaigning.Stop | None) -> None:
        if number := self.case.platform_form_no:
            reason = form.reason if isinstance(form, campaigning.Stop) else form.note if form else ""
            self.do(WithdrawSignUp(campaign=self.subject, form_no=number, reason=reason))

    @forecast_done.on
    def count_stock(self) -> None:
        count = CountCampaignStock(campaign=self.subject, lines=self.case.units)
        self.do(count, then=self.stock_counted)

    @stock_counted.on
    def note_what_is_missing(self, outcome: CampaignStockCounted | None) -> None:
        if outcome is None or outcome.missing is None:
            return
        self.case.missing, self.case.free = sku_rows(per_sku(outcome.missing)), StockNow.rows(outcome.free)
        if not outcome.missing:
            self.tell(WAREHOUSE_SUPERVISOR, "campaign_stock_there", name=self.case.name)

    @stock_secured.on
    def set_stock_aside(self, form: campaigning.StockPlan | None) -> None:
        """Goods that are in stock are kept apart from the daily stock at once."""
        wanted = per_sku(self.case.units)
        there = wanted if form is None else wanted & in_stock(form.lines)
        self.case.to_come = sku_rows(wanted - there)
        if there:
            self.do(SetAsideStock(campaign=self.subject, lines=sku_rows(there)))

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
    def tell_service(self, form: campaigning.Tuned) -> None:
        self.tell(
            CS_SUPERVISOR, "campaign_changed", name=self.case.name, finding=form.finding, change=form.change
        )

    @(pause | prices_lost).on
    def unpublish(self) -> None:
        self.undo(PublishCampaign)

    @prices_lost.on
    def tell_of_the_prices(self) -> None:
        self.tell(OPS_MANAGER, "campaign_prices_lost", name=self.case.name)

    @ended.enter
    def set_back(self) -> None:
        self.make_permanent(PublishCampaign, SetAsideStock, SetPrice)
        self.do(CloseCampaign(campaign=self.subject))
        self.do(RestorePrices(campaign=self.subject), then=self.restore)

    @ended.enter
    def close_what_is_open(self) -> None:
        """Pages and promotion that never came aren't worked on any more; purchasing decides about its goods."""
        silent = {
            key
            for key, link in (("design_request", self.pages), ("promotion_plan", self.promotion))
            if not self.children(link).reports
        }
        self.undo(OpenCase, only=lambda opened: opened.procedure in silent)
        if self.children(self.purchase).any_running and not self.children(self.purchase).reports:
            self.tell(PURCHASING, "campaign_purchase_open", name=self.case.name)

    @figures_read.on
    def keep_figures(self, outcome: CampaignFigures | None) -> None:
        if outcome is not None and outcome.sales is not None:
            self.case.sales, self.case.sold = outcome.sales, StockNow.rows(outcome.sold)

    @restore.on
    def end_prices(self) -> None:
        self.do(ReadCampaign(campaign=self.subject), then=self.figures_read)
        self.do(SendEvent(procedure="price_change", event="end_time", subject=self.case.price_change_no))

    @abort.on
    def compensate(self, form: campaigning.Stop) -> None:
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

    @starts(
        "price_change",
        on=approve,
        ends={
            "scheduled": prices_approved,
            "effective": prices_set,
            **dict.fromkeys(PRICES_LOST, prices_lost),
        },
    )
    def prices(self) -> Opening:
        return opening(self.next_subject, **self.case.price_form())

    @starts(
        "procurement",
        on=stock_counted,
        ends={"received": stock_secured, "cancelled": stock_short, "rejected": stock_short},
    )
    def purchase(self) -> Opening | None:
        form = self.case.purchase_form(self.day_of(self.case.stock_by))
        return opening(self.next_subject, **form) if form else None

    @starts("change_broadcast", on=notice_sent, awaited=True)
    def notice(self) -> Opening:
        return broadcast_case(self.next_subject, "activity", **self.case.news)

    @starts("sales_data_report", on=submit_review)
    def report(self) -> Opening:
        """About the days of the event, which may have ended before its time."""
        first, last = self.day_of(self.case.start), min(self.day_of(self.case.end), self.today)
        period = DateRange(first=first, last=last)
        return opening(self.next_subject, period=period, question=self.case.title)
