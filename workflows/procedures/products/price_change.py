"""Price change (价格调整): prices change in a controlled way, and everyone who quotes them knows before.

Sources: 000-i 一2; 001-b 第三章·1(3); 001-j 编辑 1; 001-m 二2(2); 002-b 一1, 三5, 八5; 003 三3.2; 004-a 二1;
004-g 产品 1-5. Operations proposes; outside the band of 5 % the operations manager approves (D15).
"""

from activities.catalogue.contract import PriceKind, SetPrice
from workflows.vocabulary import *

BAND = 5  # per cent that a price may move without an approval: D15
MARGIN_FLOOR = 10  # per cent of the price; default
NOTICE = hours(4)  # default
PRICE_REVIEW = 5  # of the month, when prices are looked at; default

# --- what is asked


class NewPrice(FormRow):
    sku: Sku
    old: Price
    new: Paid

    @property
    def is_within_band(self) -> bool:
        same = self.new.currency == self.old.currency
        return same and abs(self.new.amount - self.old.amount) * 100 <= self.old.amount * BAND


class Draft(Form):
    skus: Some[NewPrice]
    reason: Literal["rival", "cost", "campaign", "clearance", "season", "error_fix"]
    start: Moment
    end: Moment | None = None
    evidence: InHistory[Files] = ()

    def problems(self) -> Problems:
        if self.end is not None and self.end <= self.start:
            yield "end", "Must be after the start."
        if self.end is None and self.reason in ("campaign", "season"):
            yield "end", "A temporary price has an end."


class Margin(Form):
    unit_cost: Price
    fees: Price
    margin_pct: Keep[Pct]
    lowest_30d_price: Price
    finance_note: Remark = ""


class TeamNotice(Form):
    script: Keep[Text]
    readers: Keep[Some[Role]]


class Effective(Form):
    page_checked: Ticked


class PriceResult(Form):
    result: Text
    conversion_before: Pct | None = None
    conversion_after: Pct | None = None


class PriceCase(Case):
    skus: Some[NewPrice]
    reason: str
    start: Moment
    end: Moment | None = None
    campaign: str = ""
    """The campaign that sets the prices, where one does."""
    margin_pct: Pct | None = None
    script: Text = "-"
    readers: FormRows[Role] = ()

    @property
    def approval_hours(self) -> int:
        return 1 if self.reason == "error_fix" else 8

    @property
    def ends(self) -> Moment | None:
        """When a temporary price ends by itself; one of a campaign ends with the campaign."""
        return None if self.campaign else self.end

    @property
    def summary(self) -> str:
        return "; ".join(f"{one.sku}: {one.old} -> {one.new}" for one in self.skus)[:500]


# --- the procedure


class PriceChange(Procedure):
    """Change prices in a controlled way, in line with policy and market, and tell everyone who quotes them."""

    key = "price_change"
    case: PriceCase
    signalled = ("end_time",)

    new = Entry(role=OPS_SPECIALIST, due=working_days(5), tell=OPS_MANAGER)
    drafted = Stage(role=FINANCE)
    margin_check = Stage()
    approval = Stage(role=OPS_MANAGER | GM, due=hours_in("approval_hours"), tell=GM)
    scheduled = Stage(role=OPS_SPECIALIST, due=at("start") - NOTICE, tell=OPS_MANAGER)
    announced = Stage(role=OPS_SPECIALIST)
    effective = Stage(role=OPS_MANAGER)
    monitoring = Stage(role=OPS_SPECIALIST)
    rolled_back = Stage(final=True, undo=True)
    closed = Stage(final=True)
    rejected = Stage(final=True)
    cancelled = Stage(final=True, undo=True)

    # the proposal    001-m 二2(2), 001-b, 004-g 产品
    draft = new.to(drafted, by=OPS_SPECIALIST, form=Draft, every=monthly("09:00", day=PRICE_REVIEW))
    check_margin = drafted.to(margin_check, form=Margin, as_soon_as="is_checked_before") | drafted.to(
        margin_check, by=FINANCE, form=Margin
    )
    auto_pass = margin_check.to(scheduled, as_soon_as="is_small")
    to_approval = margin_check.to(approval, as_soon_as="is_large")
    approve = approval.to(scheduled, by=OPS_MANAGER | GM, form=Note, other_than=draft)
    reject = approval.to(rejected, by=OPS_MANAGER | GM, form=Note)

    # the new price    002-b 八5, 001-m 二2(2)
    tell_team = scheduled.to(announced, by=OPS_SPECIALIST, form=TeamNotice)
    take_effect = announced.to(
        effective, by=OPS_SPECIALIST, form=Effective, at=at("start"), when="is_time and is_announced"
    )

    # what came of it    002-b 三5
    watch = effective.to(monitoring)
    keep = monitoring.to(closed, by=OPS_SPECIALIST, form=PriceResult, when="is_lasting")
    roll_back = (effective | monitoring).to(rolled_back, by=OPS_MANAGER, form=PriceResult)
    end_time = (effective | monitoring).to(closed, at=at("ends")) | (
        drafted | margin_check | approval | scheduled | announced
    ).to(cancelled)  # its campaign was over before it took effect
    cancel = (drafted | margin_check | approval | scheduled | announced).to(
        cancelled, by=OPS_SPECIALIST, form=Reason
    )

    monitored = Deadline(days(7), since=watch, until=keep, sends=keep, unless="is_temporary")

    kpis = (count(take_effect), share(roll_back, of=take_effect), share(auto_pass, of=draft))

    # --- rules

    def is_checked_before(self) -> bool:
        """The campaign's profit check has computed the margin."""
        return bool(self.case.campaign)

    def is_small(self) -> bool:
        """No price moves by more than 5 %, and the margin is above the floor of 10 %."""
        margin = self.case.margin_pct
        steps = self.case.skus
        # two small steps of one SKU are a larger one
        once = len({one.sku for one in steps}) == len(steps)
        within = once and all(one.is_within_band for one in steps)
        return within and margin is not None and margin > MARGIN_FLOOR

    def is_large(self) -> bool:
        """A price moves by more than 5 %, or the margin isn't above the floor of 10 %."""
        return not self.is_small()

    def is_time(self) -> bool:
        """The start time has come."""
        return self.now >= self.case.start

    def is_announced(self) -> bool:
        """Everybody who quotes the price has confirmed the notice."""
        confirmed = any(answer.stage == "confirmed" for answer in self.children(self.notice).reports)
        return confirmed or self.children(self.notice).any_unavailable

    def is_temporary(self) -> bool:
        """The price has an end."""
        return self.case.end is not None

    def is_lasting(self) -> bool:
        """The price isn't temporary: a temporary one ends by itself."""
        return not self.is_temporary()

    # --- what each step does

    @draft.on
    def note_campaign(self) -> None:
        if self.case.reason == "campaign":
            self.case.campaign = self.parent.subject if self.parent else ""

    @take_effect.on
    def set_prices(self) -> None:
        campaign = self.case.campaign
        for one in self.case.skus:
            self.do(
                SetPrice(
                    sku=one.sku,
                    price=one.new,
                    price_kind=PriceKind.CAMPAIGN if campaign else PriceKind.LIST,
                    until=self.case.ends,
                    campaign=campaign or None,
                ),
                then=self.watch,
                otherwise=self.roll_back,
            )

    @(keep | end_time).on
    def let_prices_stand(self) -> None:
        self.make_permanent(SetPrice)

    @roll_back.on
    def warn_service(self) -> None:
        self.tell(CS_SUPERVISOR, "price_rolled_back", prices=self.case.summary)

    def by_calendar(self, occasion: Occasion) -> Opening:
        """The monthly review of prices: somebody proposes what is to change, or says that nothing does this time."""
        return asking(f"review-{occasion.label}")

    # --- what it starts

    @starts("change_broadcast", on=tell_team, awaited=True)
    def notice(self) -> Opening:
        return broadcast_case(
            self.next_subject,
            "price",
            self.case.summary,
            self.case.start,
            self.case.script,
            sorted({*self.case.readers, CS_SUPERVISOR}),
        )
