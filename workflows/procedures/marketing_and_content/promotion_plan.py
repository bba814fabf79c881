"""Promotion plan (推广计划): channels, content and money to bring fitting visitors, and what they returned.

Sources: 000-a 4; 000-b 3; 000-c 二; 000-d 二; 000-e 六; 000-f 第四步; 000-g 三; 000-i 一5; 001-e 第十条; 001-f 五2;
001-g 第五条(二); 001-h 部门 2-3; 001-i 三; 001-j 产品专员 4; 001-t 三1-6, 四; 001-l (五)1; 003; 004-d 3-4.
"""

from activities.cases.contract import OpenCase
from activities.figures.contract import FigureSet, FiguresRead, ReadFigures
from workflows.vocabulary import *

PLAN_LEAD = days(7)  # five working days; default
PLANNING_DAY = 15  # of the month before; default

# --- what is asked

Channel = Literal[
    "seo",
    "search_ads",
    "display",
    "affiliate",
    "social",
    "mail",
    "sms",
    "forum",
    "blog",
    "community",
    "fair",
    "partner_links",
    "offline_media",
    "content",
]
# run from day to day by ad_optimisation, as which tool
PAID_BY_RESULT = {"affiliate": "affiliate", "display": "display", "search_ads": "cpc", "sms": "sms"}


class ChannelBudget(FormRow):
    channel: Channel
    budget: Price


class Plan(Form):
    goods: Annotated[Keep[Some[Sku]], proposed("goods")]
    goal: Annotated[Keep[Some[Target]], proposed("goal")]
    channels: Annotated[Keep[Some[ChannelBudget]], proposed("channels")]
    content_forms: Annotated[Keep[Some[Text]], proposed("content_forms")]
    period: Annotated[Keep[DateRange], proposed("period")]
    campaign: Annotated[Keep[Code | None], proposed("campaign")] = None
    budget: Annotated[Keep[Price], proposed("budget")] = computed(
        lambda said: amount(said["channels"], "budget")
    )

    def problems(self) -> Problems:
        together = amount(self.channels, "budget")
        if together != self.budget:
            yield "budget", sentence("The channels come to {together}.", together=together)
        if self.campaign is None and any(one.channel == "display" for one in self.channels):
            yield "campaign", "Display ads run only together with a big event."  # 001-t 四2(5)


class Ready(Form):
    assets_ready: ToCheck[Ticked]
    readers_told: ToCheck[Ticked]


class Adjustment(Form):
    """What each channel is to have from now on, and what else changes."""

    wanted: Annotated[Keep[Some[ChannelBudget]], proposed("channels")]
    change: Keep[Text]
    reason: Keep[Text]

    def problems(self) -> Problems:
        if any_twice([one.channel for one in self.wanted]):
            yield "wanted", "Each channel stands once."


class Spending(Form):
    channel: Channel
    spend: Paid
    """Since it was recorded last; what an ad's own case has loaded is recorded by it."""


class ChannelResult(FormRow):
    channel: FromCase[Channel]
    spend: Annotated[Price, proposed("spend")]
    sales: Price


class Evaluation(Form):
    by_channel: Annotated[Some[ChannelResult], rows_of("channels_to_evaluate")]
    spend: Price = computed(lambda said: amount(said["by_channel"], "spend"))
    visits: Count
    orders: Count
    sales: Price = computed(lambda said: amount(said["by_channel"], "sales"))
    roi: Number | None = None
    """Sales for each yuan spent: computed; who names it is held to that."""
    advice: Keep[Text]

    def problems(self) -> Problems:
        for column in ("spend", "sales"):
            together = amount(self.by_channel, column)
            if together != getattr(self, column):
                yield column, sentence("The channels come to {together}.", together=together)
        if self.orders > self.visits:
            yield "orders", "There can't be more orders than visits."
        computed = self.computed_roi
        if self.roi is not None and (computed is None or abs(self.roi - computed) * 100 > 1):
            yield "roi", sentence("Sales for each yuan spent come to {value}.", value=computed or "-")

    @property
    def computed_roi(self) -> Number | None:
        """None where nothing was spent."""
        return round(self.sales.amount / self.spend.amount, 2) if self.spend else None


class PromotionCase(Case):
    goods: Some[Sku]
    goal: Some[Target]
    channels: Some[ChannelBudget]
    period: DateRange
    campaign: Code | None = None
    budget: Price
    content_forms: FormRows[Text] = ()
    wanted: FormRows[ChannelBudget] = ()
    """What each channel is to have, while the plan is adjusted."""
    change: Text = "-"
    reason: Text = "-"
    event_budget: Price = NOTHING
    """What the approved event gives for its promotion; nothing where no event started the plan."""
    advertised: FormRows[Channel] = ()
    """The paid channels that have an ad's case."""
    spent: FormRows[ChannelBudget] = ()
    """What was recorded so far, by channel."""
    spend: Price | None = None
    """What was spent in all, by the evaluation."""
    roi: Number | None = None
    shop_sales: Price | None = None
    """What the shop has sold in the period, by the books."""
    advice: Text | None = None

    @property
    def wanted_in_all(self) -> Money:
        return amount(self.wanted, "budget")

    @property
    def recorded(self) -> Money:
        """What was recorded so far, in all."""
        return amount(self.spent, "budget")

    @property
    def paid(self) -> tuple[Channel, ...]:
        """The channels that ads are run on from day to day."""
        return tuple(sorted({one.channel for one in self.channels if one.channel in PAID_BY_RESULT}))

    @property
    def channels_to_evaluate(self) -> list[dict[str, object]]:
        """Each channel with what was recorded for it; its sales are still to be said."""
        spent = {one.channel: one.budget for one in self.spent}
        names = dict.fromkeys((*(one.channel for one in self.channels), *spent))
        return [{"channel": name, "spend": spent.get(name, NOTHING)} for name in names]

    @property
    def starts(self) -> Day:
        return self.period.first

    @property
    def over(self) -> Day:
        """The first day after the period."""
        return self.period.last + days(1).length


# --- the procedure


class PromotionPlan(Procedure):
    """Choose channels, content and money to bring fitting visitors, then judge the return."""

    key = "promotion_plan"
    case: PromotionCase
    numbers = "PP"
    about = ("goods", "period", "budget")
    signalled = ("record_spend", "stop")

    new = Entry(role=PROMOTER | OPS_SPECIALIST, due=working_days(5), tell=OPS_MANAGER)
    drafted = Stage(role=PROMOTER)
    approval = Stage(role=OPS_MANAGER | GM)
    preparing = Stage(role=PROMOTER)
    running = Stage(role=PROMOTER, remind=repeated(days(7)))
    adjusting = Stage(role=PROMOTER, due=working_days(3), tell=OPS_MANAGER)
    evaluating = Stage(role=PROMOTER, due=working_days(5), tell=OPS_MANAGER)
    stopped = Stage(role=PROMOTER, due=working_days(5), tell=OPS_MANAGER)
    overspent = Stage(role=OPS_MANAGER | GM, due=working_days(2), tell=GM)
    closed = Stage(final=True)
    rejected = Stage(final=True)

    # the plan    000-b 3, 001-e 第十条1, 000-g 三1, 001-t 四2(5), 001-a 四1
    draft = new.to(drafted, by=PROMOTER | OPS_SPECIALIST, form=Plan, every=monthly("09:00", day=PLANNING_DAY))
    submit = drafted.to(approval, by=PROMOTER, form=Plan)
    approve = approval.to(
        preparing,
        by=OPS_MANAGER | GM,
        form=Note,
        when="is_inside_budget",
        other_than=submit,
        main=True,
        approves=("goods", "goal", "channels", "period", "campaign", "budget", "event_budget"),
    )
    return_plan = approval.to(drafted, by=OPS_MANAGER | GM, form=Note, back=True)
    reject = approval.to(rejected, by=OPS_MANAGER | GM, form=Note, back=True)

    # running    001-e 第十条2-3, 000-i 一5, 001-i 三2(2)
    start_running = preparing.to(running, by=PROMOTER, form=Ready)
    adjust = running.to(adjusting, by=PROMOTER, form=Adjustment)
    adjusted = adjusting.to(running, by=PROMOTER, form=Remarks, when="is_no_dearer", main=True)
    grant_more = adjusting.to(
        running,
        by=OPS_MANAGER | GM,
        form=Note,
        when="is_dearer and is_inside_budget",
        other_than=adjust,
        approves=("budget", "wanted", "wanted_in_all", "change", "reason"),
    )
    leave_as_it_was = adjusting.to(running, by=PROMOTER | OPS_MANAGER | GM, form=Note, back=True)
    record_spend = (running | adjusting | evaluating | stopped).stay(by=PROMOTER, form=Spending)
    stop = (running | adjusting).to(stopped, by=OPS_MANAGER, form=Reason)

    # what it returned    000-i 一5
    finish = (running | adjusting).to(evaluating, at=at("over"))
    figures_read = (evaluating | stopped).stay()
    evaluate = (evaluating | stopped).to(closed, by=PROMOTER, form=Evaluation, when="is_within_plan") | (
        evaluating | stopped
    ).to(overspent, by=PROMOTER, form=Evaluation, when="not is_within_plan")
    accept_overspend = overspent.to(
        closed,
        by=OPS_MANAGER | GM,
        form=Note,
        other_than=evaluate,
        approves=("budget", "spent", "spend", "roi", "advice"),
    )

    planned_in_time = Deadline(at("starts") - PLAN_LEAD, since=draft, until=approve, tell=OPS_MANAGER)

    exceptions = (
        without(
            "way_back",
            running | evaluating | stopped | overspent,
            because="Money is spent: the plan is stopped, evaluated, and what is too much decided.",
        ),
        without(
            "approval_again",
            adjusted,
            because="It moves money between channels, within the sum that was approved.",
        ),
    )

    kpis = (
        elapsed(draft, approve),
        count(adjust),
        share(stop, of=start_running),
        share(evaluate, of=finish),
    )

    def is_inside_budget(self) -> bool:
        """The spending is below the general manager's limit, within what its event gives, or theirs to decide."""
        case, limit = self.case, self.policy.spending_limit
        asked = max(case.budget, case.wanted_in_all)
        is_granted = asked <= case.event_budget if case.event_budget else asked < limit
        return is_granted or GM in self.actor.roles

    def is_dearer(self) -> bool:
        """The channels are to have more together than was approved."""
        return self.case.wanted_in_all > self.case.budget

    def is_no_dearer(self) -> bool:
        """The channels are to have no more together than was approved."""
        return not self.is_dearer()

    def is_within_plan(self, form: Evaluation) -> bool:
        """No more was spent than the plan gave, in all and on each channel."""
        given = {one.channel: one.budget.amount for one in self.case.channels}
        within = all(one.spend.amount <= given.get(one.channel, 0) for one in form.by_channel)
        return within and form.spend.amount <= self.case.budget.amount

    @draft.on
    def take_the_event_budget(self) -> None:
        if self.parent is not None and self.case.campaign == self.parent.subject:
            self.case.event_budget = self.case.budget

    @(return_plan | reject).on
    def tell_who_wrote(self, form: Note) -> None:
        self.tell(PROMOTER, "promotion_plan_back", note=form.note)

    @adjust.on
    def keep_display_to_events(self, form: Adjustment) -> None:
        display = any(one.channel == "display" for one in form.wanted)
        alone = display and self.case.campaign is None
        self.require(not alone, "Display ads run only together with a big event.", "wanted")  # 001-t 四2(5)

    @adjust.on
    def ask_for_more(self) -> None:
        if self.is_dearer():
            data = {"budget": self.case.budget, "wanted": self.case.wanted_in_all}
            for role in (OPS_MANAGER, GM):
                self.tell(role, "promotion_wants_more", change=self.case.change, **data)

    @(adjusted | grant_more).on
    def give_as_wanted(self) -> None:
        case = self.case
        case.channels, case.budget = case.wanted, max(case.budget, case.wanted_in_all)
        case.wanted = ()
        tools = {PAID_BY_RESULT[one] for one in case.paid}
        self.undo(OpenCase, only=lambda opened: opened.form.get("tool") not in tools)
        case.advertised = tuple(one for one in case.advertised if one in case.paid)

    @(grant_more | leave_as_it_was | accept_overspend).on
    def tell_what_was_decided(self, form: Note) -> None:
        self.tell(PROMOTER, "promotion_budget_decided", budget=self.case.budget, note=form.note)

    @record_spend.on
    def add_up(self, form: Spending | None) -> None:
        """Beyond the plan the manager hears at once."""
        if form is None:
            return
        case = self.case
        before: dict[Channel, Money] = {one.channel: one.budget for one in case.spent}
        before[form.channel] = before.get(form.channel, NOTHING) + form.spend
        case.spent = tuple(ChannelBudget(channel=key, budget=sum_) for key, sum_ in before.items())
        given = {one.channel: one.budget for one in case.channels}.get(form.channel, NOTHING)
        if before[form.channel].amount > given.amount:
            data = {"spent": before[form.channel], "budget": given}
            self.tell(OPS_MANAGER, "promotion_over_budget", channel=form.channel, **data)

    @stop.on
    def stop_its_ads(self, form: Reason | None) -> None:
        self.undo()
        self.tell(PROMOTER, "promotion_stopped", reason=form.reason if form is not None else "-")

    @(finish | stop).on
    def ask_the_books(self) -> None:
        last = min(self.case.period.last, self.today)
        period = DateRange(first=min(self.case.period.first, last), last=last)
        self.do(ReadFigures(figures=FigureSet.SALES, period=period), then=self.figures_read)

    @figures_read.on
    def keep_sales(self, outcome: FiguresRead | None) -> None:
        sales = outcome.figures.get("sales") if outcome is not None else None
        self.case.shop_sales = Money.model_validate(sales) if sales is not None else None

    @evaluate.on
    def hold_to_the_books(self, form: Evaluation) -> None:
        case = self.case
        shop = case.shop_sales
        self.require(
            shop is None or form.sales.amount <= shop.amount,
            "The shop has sold {shop} in all.",
            "sales",
            shop=shop,
        )
        self.require(
            form.spend.amount >= case.recorded.amount,
            "{recorded} is recorded.",
            "spend",
            recorded=case.recorded,
        )
        case.spend, case.roi = form.spend, form.computed_roi
        if not self.is_within_plan(form):
            data = {"spent": form.spend, "budget": case.budget}
            self.tell(OPS_MANAGER, "promotion_over_budget", channel="全部", **data)

    def by_calendar(self, occasion: Occasion) -> Opening:
        """The next month's plan."""
        return asking(occasion.after.label, period=occasion.after.days)

    @starts("ad_optimisation", on=start_running | adjusted | grant_more, undone=True)
    def ads(self) -> list[Opening]:
        """One for each paid channel that has none yet."""
        paid = [one for one in self.case.paid if one not in self.case.advertised]
        self.case.advertised = self.case.paid
        day, plan, goods = f"{self.today:%Y%m%d}", self.subject, self.case.goods
        return [
            opening(f"{plan}-{one}-{day}", tool=PAID_BY_RESULT[one], plan=plan, goods=goods) for one in paid
        ]

    def result(self) -> dict[str, object]:
        return {"channels": [one.model_dump(mode="json") for one in self.case.channels]}
