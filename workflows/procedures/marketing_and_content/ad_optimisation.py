"""Ad optimisation (付费推广与推广调整): pay-per-click, display, affiliate and message ads, looked at every day.

Sources: 002-b 二1(3), 二2(3), 三5-6; 001-t 一(五)1-3, 二(二), 四2(4)-(6); 004-g 推广 1, 数据 3.
"""

from activities.cases.contract import SendEvent
from activities.platform.contract import AdEntry
from workflows.vocabulary import *

# the channel of a promotion plan that each tool's spending belongs to
CHANNELS = {"affiliate": "affiliate", "cpc": "search_ads", "display": "display", "sms": "sms"}
LARGEST_STEP = 20  # per cent that a promoter may move a bid or budget alone; default

# --- what is asked


Tool = Literal["cpc", "display", "affiliate", "sms", "other"]


class Ad(Form):
    plan: Annotated[Code, ref("promotion_plan")] | None = None
    """The promotion that pays for it; none where an ad runs by itself."""
    goods: FormRows[Sku] = ()
    tool: Tool = "other"
    cause: Remark = ""


class KeywordBid(FormRow):
    keyword: Text
    bid: Price


class CreativeClicks(FormRow):
    creative: Text
    pct: Pct


class Placed(FormRow):
    slot: Text
    ctr: Pct
    spend: Price


class GroupConversion(FormRow):
    group: Text
    pct: Pct


class VariantResult(FormRow):
    variant: Text
    conversion: Pct
    profit: Money


def _quotient(of: Number | int, by: Number | int) -> Number | None:
    """None where there is nothing to divide by."""
    return yuan(1).amount * of / by if by else None


def _is_near(said: Number, computed: Number | None) -> bool:
    """Right but for rounding."""
    return computed is not None and abs(said - computed) * 20 <= 1


class AdData(Form):
    tool: Annotated[Keep[Tool], proposed("tool")]
    impressions: Count
    clicks: Count
    ctr: Pct | None = None
    cpc: Price | None = None
    """Quotients are computed; who names one is held to that."""
    conversion: Annotated[Pct, Field(ge=0, le=100)]
    spend: Keep[Price]
    sales: Keep[Price]
    roi: Number | None = None
    keyword_bids: FormRows[KeywordBid] = ()
    keyword_rank: FormRows[KeywordRank] = ()
    plan_weight: Number | None = None
    creative_ctr: FormRows[CreativeClicks] = ()
    placement: FormRows[Placed] = ()
    sms_group_conversion: FormRows[GroupConversion] = ()
    sms_variant: FormRows[VariantResult] = ()

    def problems(self) -> Problems:
        only = {
            "cpc": ("keyword_bids", "keyword_rank", "plan_weight"),
            "display": ("placement",),
            "sms": ("sms_group_conversion", "sms_variant"),
        }
        for tool, names in only.items():
            for name in names:
                if self.tool != tool and getattr(self, name):
                    yield name, sentence("Only {tool} ads have it.", tool=choice(tool))
        if self.clicks > self.impressions:
            yield "clicks", "There can't be more clicks than impressions."
        if not in_one_currency([self.spend, self.sales]):
            yield "sales", "Name spending and sales in one currency."
        for name, computed in (
            ("ctr", _quotient(100 * self.clicks, self.impressions)),
            ("cpc", _quotient(self.spend.amount, self.clicks)),
            ("roi", _quotient(self.sales.amount, self.spend.amount)),
        ):
            said = getattr(self, name)
            if said is not None and not _is_near(said.amount if name == "cpc" else said, computed):
                yield (
                    name,
                    sentence(
                        "The figures come to {value}.",
                        value=computed if computed is None else round(computed, 2),
                    ),
                )


class Change(FormRow):
    kind: Literal[
        "keyword_add",
        "keyword_drop",
        "bid",
        "budget",
        "timing",
        "placement",
        "creative",
        "commission",
    ]
    value: Text
    before: Annotated[Number, Field(ge=0)] | None = None
    after: Annotated[Number, Field(ge=0)] | None = None
    """From what to what it moves: a bid or budget in money, a commission in per cent; what is bid for a new keyword."""
    step_pct: Pct | None = None
    """How far that is: computed; who names it is held to that."""

    @property
    def step(self) -> Number | None:
        """In per cent of what it was; None where nothing was, so that nobody can tell."""
        if self.before is None or self.after is None or not self.before:
            return None
        return (self.after - self.before) * 100 / self.before


class Proposal(Form):
    change: Keep[Some[Change]]
    reason: Keep[Text]
    expected: Keep[Text]

    def problems(self) -> Problems:
        for change in self.change:
            moves = change.kind in ("bid", "budget", "commission")
            if moves and (change.before is None or change.after is None):
                yield "change", sentence("Say from what to what the {kind} moves.", kind=choice(change.kind))
            elif change.kind == "keyword_add" and change.after is None:
                yield "change", "Say what is bid for the new keyword."
            elif change.step_pct is not None and not (moves and _is_near(change.step_pct, change.step)):
                step = change.step
                yield (
                    "change",
                    sentence("It moves by {value} %.", value="-" if step is None else round(step, 2)),
                )


class Applied(Form):
    applied_at: TimeOrEarlier[Moment]


class Observed(Form):
    result: Text
    spend: Price
    sales: Price
    """Since the change."""
    roi_after: Number | None = None

    def problems(self) -> Problems:
        if self.roi_after is not None and not _is_near(self.roi_after, self.computed):
            yield "roi_after", "It is sales for each yuan spent."

    @property
    def computed(self) -> Number | None:
        """Sales for each yuan spent since the change; None where nothing was spent."""
        return _quotient(self.sales.amount, self.spend.amount)


class AdCase(Case):
    plan: Annotated[Code, ref("promotion_plan")] | None = None
    goods: FormRows[Sku] = ()
    tool: Tool = "other"
    cause: Remark = ""
    spend: Price = NOTHING
    sales: Price = NOTHING
    highest_bid: Number | None = None
    """Of its keywords, by the day's figures."""
    change: FormRows[Change] = ()
    reason: Text | None = None
    expected: Text | None = None

    @property
    def roi(self) -> Number | None:
        """Sales for each yuan spent, before the change; None where nothing was spent."""
        return _quotient(self.sales.amount, self.spend.amount)


# --- the procedure


class AdOptimisation(Procedure):
    """Run pay-per-click, display and affiliate ads so that spend turns into profitable sales."""

    key = "ad_optimisation"
    case: AdCase
    numbers = "AO"
    about = ("plan", "goods", "tool")
    signalled = ("stop_ad",)

    new = Entry()
    collecting = Stage(role=PROMOTER, due=first_known(today("10:00"), hours(24)), tell=OPS_MANAGER)
    analysing = Stage(role=PROMOTER, ways_equal=True)
    change_proposed = Stage(role=OPS_MANAGER)
    approved = Stage(role=PROMOTER)
    applied = Stage()
    observing = Stage(
        role=PROMOTER, due=days(3), tell={days(3): PROMOTER, days(5): OPS_MANAGER}, ways_equal=True
    )
    kept = Stage(final=True)
    reverted = Stage(final=True, undo=True)
    paused = Stage(final=True)

    # the day's figures    002-b 二1(3), 二2(3)
    open_day = new.to(collecting, by=PROMOTER, form=Ad, every=daily("09:00"))
    load = collecting.to(analysing, by=PROMOTER, form=AdData, main=True)
    no_change = analysing.to(kept, by=PROMOTER, form=Remarks)

    # a change    002-b 三5
    propose = analysing.to(change_proposed, by=PROMOTER, form=Proposal)
    auto_ok = change_proposed.to(approved, as_soon_as="is_small_step")
    approve = change_proposed.to(
        approved,
        by=OPS_MANAGER,
        form=Note,
        other_than=propose,
        main=True,
        approves=("change", "reason", "expected", "spend", "sales", "roi"),
    )
    refuse = change_proposed.to(kept, by=OPS_MANAGER, form=Note, back=True)
    apply = approved.to(applied, by=PROMOTER, form=Applied)

    # what came of it    002-b 二1(3), 三6
    watch = applied.to(observing, as_soon_as=True)
    good = observing.to(kept, by=PROMOTER, form=Observed, when="is_better")
    bad = observing.to(reverted, by=PROMOTER, form=Observed)
    stop_ad = (collecting | analysing | observing).to(paused, by=PROMOTER, form=Reason, back=True)

    kpis = (count(propose), share(good, of=apply), share(bad, of=apply), count(stop_ad))

    def is_small_step(self) -> bool:
        """No bid, budget or commission moves by over 20 %, no new keyword bids far above the rest, no budget grows."""
        most = (self.case.highest_bid or 0) * (100 + LARGEST_STEP) / 100
        dear = [one for one in self.case.change if one.kind == "keyword_add" and (one.after or 0) > most]
        return not dear and all(
            change.kind not in ("bid", "budget", "commission")
            or (
                (change.step is not None and abs(change.step) <= LARGEST_STEP)
                and not (change.kind == "budget" and change.step > 0)
            )
            for change in self.case.change
        )

    def is_better(self, form: Observed) -> bool:
        """The return, computed from spending and sales, is no worse than before the change."""
        return self.case.roi is None or (form.computed is not None and form.computed >= self.case.roi)

    @load.on
    def note_bids(self, form: AdData) -> None:
        self.case.highest_bid = max((one.bid.amount for one in form.keyword_bids), default=None)

    @load.on
    def record_at_its_plan(self, form: AdData) -> None:
        """The plan adds up what is spent, and tells where it is more than it gives."""
        channel = CHANNELS.get(self.case.tool)
        if self.case.plan and channel and form.spend:
            spent = {"channel": channel, "spend": form.spend.model_dump(mode="json")}
            plan = self.case.plan
            self.do(SendEvent(procedure="promotion_plan", event="record_spend", subject=plan, form=spent))

    @load.on
    def tell_of_a_loss(self, form: AdData) -> None:
        if form.sales.amount < form.spend.amount:
            self.tell(OPS_MANAGER, "ad_loses_money", spend=form.spend, sales=form.sales)

    @(approve | refuse).on
    def tell_who_proposed(self, form: Note) -> None:
        self.tell(PROMOTER, "ad_change_decided", note=form.note)

    def book_entry(self) -> AdEntry:
        return AdEntry(running=not (self.stage is not None and self.stage.final))
