"""Promotion plan (推广计划): channels, content and money to bring fitting visitors, and what they returned.

Sources: 000-a 4; 000-b 3; 000-c 二; 000-d 二; 000-e 六; 000-f 第四步; 000-g 三; 000-i 一5; 001-e 第十条; 001-f 五2;
001-g 第五条(二); 001-h 部门 2-3; 001-i 三; 001-j 产品专员 4; 001-t 三1-6, 四; 001-l (五)1; 003; 004-d 3-4.
"""

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
PAID_BY_RESULT = ("search_ads", "display", "affiliate", "sms")  # run from day to day by ad_optimisation


class ChannelBudget(FormRow):
    channel: Channel
    budget: Price


class Plan(Form):
    goods: Keep[Some[Sku]]
    goal: Keep[Some[Target]]
    channels: Keep[Some[ChannelBudget]]
    content_forms: InHistory[Some[Text]]
    period: Keep[DateRange]
    campaign: Keep[Code | None] = None
    budget: Keep[Price]

    def problems(self) -> Problems:
        together = amount(self.channels, "budget")
        if together != self.budget:
            yield "budget", f"The channels come to {together}."
        if self.campaign is None and any(one.channel == "display" for one in self.channels):
            yield "campaign", "Display ads run only together with a big event."  # 001-t 四2(5)


class Ready(Form):
    assets_ready: Ticked
    readers_told: Ticked


class Adjustment(Form):
    channel: Text
    change: Text
    reason: Text


class ChannelResult(FormRow):
    channel: Channel
    spend: Price
    sales: Price


class Evaluation(Form):
    spend: Price
    visits: Count
    orders: Count
    sales: Price
    roi: Number
    by_channel: Some[ChannelResult]
    advice: Text

    def problems(self) -> Problems:
        for column in ("spend", "sales"):
            together = amount(self.by_channel, column)
            if together != getattr(self, column):
                yield column, f"The channels come to {together}."
        if self.orders > self.visits:
            yield "orders", "There can't be more orders than visits."


class PromotionCase(Case):
    goods: Some[Sku]
    goal: Some[Target]
    channels: Some[ChannelBudget]
    period: DateRange
    campaign: Code | None = None
    budget: Price
    event_budget: Price = NOTHING
    """What the approved event gives for its promotion; nothing where no event started the plan."""

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

    new = Entry(role=PROMOTER | OPS_SPECIALIST, due=working_days(5), tell=OPS_MANAGER)
    drafted = Stage(role=PROMOTER)
    approval = Stage(role=OPS_MANAGER | GM)
    preparing = Stage(role=PROMOTER)
    running = Stage(role=PROMOTER, remind=repeated(days(7)))
    adjusting = Stage(role=PROMOTER)
    evaluating = Stage(role=PROMOTER, due=working_days(5), tell=OPS_MANAGER)
    closed = Stage(final=True)
    rejected = Stage(final=True)
    stopped = Stage(final=True, undo=True)

    # the plan    000-b 3, 001-e 第十条1, 000-g 三1, 001-t 四2(5), 001-a 四1
    draft = new.to(drafted, by=PROMOTER | OPS_SPECIALIST, form=Plan, every=monthly("09:00", day=PLANNING_DAY))
    submit = drafted.to(approval, by=PROMOTER, form=Plan)
    approve = approval.to(
        preparing, by=OPS_MANAGER | GM, form=Note, when="is_inside_budget", other_than=submit
    )
    return_plan = approval.to(drafted, by=OPS_MANAGER | GM, form=Note)
    reject = approval.to(rejected, by=OPS_MANAGER | GM, form=Note)

    # running    001-e 第十条2-3, 000-i 一5, 001-i 三2(2)
    start_running = preparing.to(running, by=PROMOTER, form=Ready)
    adjust = running.to(adjusting, by=PROMOTER, form=Adjustment)
    adjusted = adjusting.to(running, by=PROMOTER, form=Adjustment)
    stop = (running | adjusting).to(stopped, by=OPS_MANAGER, form=Reason)

    # what it returned    000-i 一5
    finish = running.to(evaluating, at=at("over"))
    evaluate = evaluating.to(closed, by=PROMOTER, form=Evaluation)

    planned_in_time = Deadline(at("starts") - PLAN_LEAD, since=draft, until=approve, tell=OPS_MANAGER)

    kpis = (
        elapsed(draft, approve),
        count(adjust),
        share(stop, of=start_running),
        share(evaluate, of=finish),
    )

    def is_inside_budget(self) -> bool:
        """The spending is below the general manager's limit, part of an approved event, or theirs to decide."""
        case, limit = self.case, self.policy.spending_limit
        return case.budget < limit or case.budget <= case.event_budget or GM in self.actor.roles

    @draft.on
    def take_the_event_budget(self) -> None:
        if self.parent is not None and self.case.campaign == self.parent.subject:
            self.case.event_budget = self.case.budget

    def by_calendar(self, occasion: Occasion) -> Opening:
        """The next month's plan."""
        return asking(occasion.after.label, period=occasion.after.days)

    @starts("ad_optimisation", on=start_running, undone=True)
    def ads(self) -> list[Opening]:
        paid = sorted({one.channel for one in self.case.channels if one.channel in PAID_BY_RESULT})
        return [opening(f"{self.subject}-{channel}-{self.today:%Y%m%d}") for channel in paid]

    def result(self) -> dict[str, object]:
        return {"channels": [one.model_dump(mode="json") for one in self.case.channels]}
