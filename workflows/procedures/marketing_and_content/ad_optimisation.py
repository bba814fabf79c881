"""Ad optimisation (付费推广与推广调整): pay-per-click, display, affiliate and message ads, looked at every day.

Sources: 002-b 二1(3), 二2(3), 三5-6; 001-t 一(五)1-3, 二(二), 四2(4)-(6); 004-g 推广 1, 数据 3.
"""

from activities.platform.contract import AdEntry
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

LARGEST_STEP = 20  # per cent that a promoter may move a bid or budget alone; default

# --- what is asked


Tool = Literal["cpc", "display", "affiliate", "sms", "other"]


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


class AdData(Form):
    tool: Keep[Tool]
    impressions: Count
    clicks: Count
    ctr: Pct
    cpc: Price
    conversion: Pct
    spend: Price
    sales: Price
    roi: Keep[Number]
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
                    yield name, f"Only {tool} ads have it."
        if self.clicks > self.impressions:
            yield "clicks", "There can't be more clicks than impressions."


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
    step_pct: Pct | None = None
    """How far a bid, budget or commission moves from what it was."""


class Proposal(Form):
    change: Keep[Some[Change]]
    reason: Text
    expected: Text

    def problems(self) -> Problems:
        for change in self.change:
            if change.kind in ("bid", "budget", "commission") and change.step_pct is None:
                yield "change", f"Say by how many per cent the {change.kind} moves."


class Applied(Form):
    applied_at: Moment


class Observed(Form):
    result: Text
    roi_after: Number


class AdCase(Case):
    tool: Tool = "other"
    roi: Number | None = None
    change: FormRows[Change] = ()


# --- the procedure


class AdOptimisation(Procedure):
    """Run pay-per-click, display and affiliate ads so that spend turns into profitable sales."""

    key = "ad_optimisation"
    case: AdCase
    signalled = ("stop_ad",)

    new = Entry()
    collecting = Stage(role=PROMOTER, due=first_known(today("10:00"), hours(24)), tell=OPS_MANAGER)
    analysing = Stage(role=PROMOTER)
    change_proposed = Stage(role=OPS_MANAGER)
    approved = Stage(role=PROMOTER)
    applied = Stage()
    observing = Stage(role=PROMOTER, due=days(3), tell=PROMOTER)
    kept = Stage(final=True)
    reverted = Stage(final=True, undo=True)
    paused = Stage(final=True)

    # the day's figures    002-b 二1(3), 二2(3)
    open_day = new.to(collecting, every=daily("09:00"))
    load = collecting.to(analysing, by=PROMOTER, form=AdData)
    no_change = analysing.to(kept, by=PROMOTER, form=Remarks)

    # a change    002-b 三5
    propose = analysing.to(change_proposed, by=PROMOTER, form=Proposal)
    auto_ok = change_proposed.to(approved, as_soon_as="is_small_step")
    approve = change_proposed.to(approved, by=OPS_MANAGER, form=Note, other_than=propose)
    refuse = change_proposed.to(kept, by=OPS_MANAGER, form=Note)
    apply = approved.to(applied, by=PROMOTER, form=Applied)

    # what came of it    002-b 二1(3), 三6
    watch = applied.to(observing, as_soon_as=True)
    good = observing.to(kept, by=PROMOTER, form=Observed, when="is_better")
    bad = observing.to(reverted, by=PROMOTER, form=Observed)
    stop_ad = (collecting | analysing | observing).to(paused, by=PROMOTER, form=Reason)

    kpis = (count(propose), share(good, of=apply), share(bad, of=apply), count(stop_ad))

    def is_small_step(self) -> bool:
        """No bid, budget or commission moves by more than 20 %, and the daily budget doesn't grow."""
        return all(
            abs(change.step_pct or 0) <= LARGEST_STEP
            and not (change.kind == "budget" and (change.step_pct or 0) > 0)
            for change in self.case.change
        )

    def is_better(self, form: Observed) -> bool:
        """The return is no worse than before the change."""
        return self.case.roi is None or form.roi_after >= self.case.roi

    @apply.on
    def change_setting(self, form: Applied) -> None:
        self.require(form.applied_at <= self.now, "Can't be in the future.", "applied_at")
        self.do(
            KeepRecord(
                book="ad_settings",
                entry=self.subject,
                data={
                    "tool": self.case.tool,
                    "changes": [change.model_dump(mode="json") for change in self.case.change],
                },
            )
        )

    @stop_ad.on
    def pause_ad(self, form: Reason | None) -> None:
        reason = form.reason if form else ""
        self.do(KeepRecord(book="paused_ads", entry=self.subject, data={"reason": reason}))

    def book_entry(self) -> AdEntry:
        return AdEntry(running=not (self.stage is not None and self.stage.final))
