"""Price change (价格调整): prices change in a controlled way, and everyone who quotes them knows before.

Sources: 000-i 一2; 001-b 第三章·1(3); 001-j 编辑 1; 001-m 二2(2); 002-b 一1, 三5, 八5; 003 三3.2; 004-a 二1;
004-g 产品 1-5. Operations proposes; outside the band of 5 % the operations manager approves (D15). What holds now and
what the goods cost is the book's word.
"""

from activities.catalogue.contract import (
    LIST_PRICE,
    CheckPrices,
    PriceKind,
    PriceSaid,
    PricesDiffer,
    PricesFound,
    SetPrice,
)
from workflows.vocabulary import *

BAND = 5  # per cent that a price may move without an approval: D15
MARGIN_FLOOR = 10  # per cent of the price; default
NOTICE = hours(4)  # default
PRICE_REVIEW = 5  # of the month, when prices are looked at; default

# --- what is asked


Cause = Literal["rival", "cost", "campaign", "clearance", "season", "error_fix"]


class NewPrice(FormRow):
    sku: Sku
    old: Annotated[Price | None, from_book(LIST_PRICE)] = None
    """What holds now, as the book has it; None where there is no price yet."""
    new: Paid

    @property
    def is_within_band(self) -> bool:
        old = self.old or NOTHING
        same = self.new.currency == old.currency
        return same and abs(self.new.amount - old.amount) * 100 <= old.amount * BAND

    def margin(self, cost: Money, fees: Money) -> Pct:
        """What is left of the new price, in per cent of it."""
        left = self.new - cost - fees
        return max(round(100 * left.amount / self.new.amount, 2), LOWEST_PCT)


class Known(FormRow):
    """What the book has of a SKU."""

    sku: Sku
    unit_cost: Price
    """What a unit cost when it last came in."""
    lowest_30d: Price | None = None


class Draft(Form):
    skus: Some[NewPrice]
    reason: Cause
    start: TimeOrOther[Moment]
    end: Moment | None = None
    evidence: InHistory[Files] = ()

    def problems(self) -> Problems:
        if any_twice(one.sku for one in self.skus):
            yield "skus", "Each SKU stands on one line."
        if self.end is not None and self.end <= self.start:
            yield "end", "Must be after the start."
        if self.end is None and self.reason in ("campaign", "season"):
            yield "end", "A temporary price has an end."


class Redraft(Draft):
    """The proposal, written anew."""

    skus: Keep[Annotated[Some[NewPrice], proposed("skus")]]
    reason: Keep[Annotated[Cause, proposed("reason")]]
    start: Keep[Annotated[Moment, proposed("start")]]
    end: Keep[Annotated[Moment | None, proposed("end")]] = None


class Margin(Form):
    unit_cost: Annotated[Price | None, from_case("unit_cost")] = None
    """Where the book has none: goods that never came in."""
    fees: Keep[Price]
    margin_pct: Pct | None = None
    lowest_30d_price: Annotated[Price | None, from_case("lowest_30d_price")] = None
    finance_note: Remark = ""


class TeamNotice(Form):
    script: Keep[Annotated[Text, proposed("summary")]]
    readers: Keep[Some[Role]]


class Effective(Form):
    page_checked: Annotated[Ticked, to_check("summary")]


class PriceResult(Form):
    result: Text
    conversion_before: Pct | None = None
    conversion_after: Pct | None = None


class PriceCase(Case):
    skus: Some[NewPrice]
    reason: Cause
    start: Moment
    end: Moment | None = None
    campaign: str = ""
    """The campaign that sets the prices, where one does."""
    known: FormRows[Known] = ()
    compared: bool = False
    """Whether the book has said what holds now."""
    differs: Remark = ""
    """Where the proposal isn't what the book has, with both figures."""
    fees: Price = NOTHING
    margin_pct: Pct | None = None
    """The thinnest of all its SKUs, by the book's cost."""
    script: Text = "-"
    readers: FormRows[Role] = ()

    @property
    def approval_hours(self) -> int:
        return 1 if self.reason == "error_fix" else 8

    @property
    def unit_cost(self) -> Money | None:
        """What a unit costs, by the book, where all cost the same."""
        costs = {one.unit_cost for one in self.known}
        return costs.pop() if len(costs) == 1 and len(self.known) == len(self.skus) else None

    @property
    def lowest_30d_price(self) -> Money | None:
        """The lowest price of 30 days, by the book, where all have the same."""
        lowest = {one.lowest_30d for one in self.known}
        return lowest.pop() if len(lowest) == 1 and len(self.known) == len(self.skus) else None

    @property
    def ends(self) -> Moment | None:
        """When a temporary price ends by itself; one of a campaign ends with the campaign."""
        return None if self.campaign else self.end

    @property
    def summary(self) -> str:
        return "; ".join(
            f"{one.sku}: {one.old.read if one.old else '-'} → {one.new.read}" for one in self.skus
        )[:500]


# --- the procedure


class PriceChange(ToldInANotice, AnswersWhoAsked, Procedure):
    """Change prices in a controlled way, in line with policy and market, and tell everyone who quotes them."""

    key = "price_change"
    case: PriceCase
    numbers = "PC"
    about = ("skus", "reason", "start")
    signalled = ("end_time",)

    new = Entry(role=OPS_SPECIALIST, due=working_days(5), tell=OPS_MANAGER)
    drafted = Stage(role=FINANCE)
    to_correct = Stage(role=OPS_SPECIALIST, due=working_days(1), tell=OPS_MANAGER)
    margin_check = Stage()
    approval = Stage(role=OPS_MANAGER | GM, ways_equal=True, due=hours_in("approval_hours"), tell=GM)
    scheduled = Stage(role=OPS_SPECIALIST, due=at("start") - NOTICE, tell=OPS_MANAGER)
    announced = Stage(role=OPS_SPECIALIST, due=at("start") + hours(1), tell=OPS_MANAGER)
    effective = Stage(role=OPS_MANAGER)
    monitoring = Stage(role=OPS_SPECIALIST)
    rolled_back = Stage(final=True, undo=True)
    closed = Stage(final=True)
    rejected = Stage(final=True)
    cancelled = Stage(final=True, undo=True)

    # the proposal    001-m 二2(2), 001-b, 004-g 产品
    draft = new.to(drafted, by=OPS_SPECIALIST, form=Draft, every=monthly("09:00", day=PRICE_REVIEW))
    prices_known = drafted.stay()
    prices_differ = drafted.to(to_correct)
    check_margin = drafted.to(
        margin_check, form=Margin, as_soon_as="is_compared and is_checked_before"
    ) | drafted.to(margin_check, by=FINANCE, form=Margin, when="is_compared")
    auto_pass = margin_check.to(scheduled, as_soon_as="is_small")
    to_approval = margin_check.to(approval, as_soon_as="is_large")
    return_draft = approval.to(to_correct, by=OPS_MANAGER | GM, form=Note, back=True)
    reject = approval.to(rejected, by=OPS_MANAGER | GM, form=Note, back=True)

    redraft = to_correct.to(drafted, by=OPS_SPECIALIST, form=Redraft, main=True) | (
        drafted | approval | scheduled
    ).to(drafted, by=OPS_SPECIALIST, form=Redraft)
    approve = approval.to(
        scheduled,
        by=OPS_MANAGER | GM,
        form=Note,
        other_than=(draft, redraft),
        approves=("skus", "reason", "start", "end", "known", "unit_cost", "margin_pct", "lowest_30d_price"),
    )

    # the new price    002-b 八5, 001-m 二2(2)
    tell_team = scheduled.to(announced, by=OPS_SPECIALIST, form=TeamNotice, main=True)
    take_effect = announced.to(
        effective,
        by=OPS_SPECIALIST,
        form=Effective,
        at=at("start"),
        when="is_time and is_announced",
        main=True,
    )

    # what came of it    002-b 三5
    watch = effective.to(monitoring)
    keep = monitoring.to(closed, by=OPS_SPECIALIST, form=PriceResult, when="is_lasting")
    roll_back = (effective | monitoring).to(rolled_back, by=OPS_MANAGER, form=PriceResult)
    end_time = (effective | monitoring).to(closed, at=at("ends")) | (
        drafted | to_correct | margin_check | approval | scheduled | announced
    ).to(cancelled)  # its campaign was over before it took effect
    cancel = (drafted | to_correct | margin_check | approval | scheduled | announced).to(
        cancelled, by=OPS_SPECIALIST, form=Reason, back=True
    )

    monitored = Deadline(days(7), since=watch, until=keep, sends=keep, unless="is_temporary")

    exceptions = (
        without("way_back", effective | monitoring, because="A price that is in force is rolled back."),
    )

    kpis = (count(take_effect), share(roll_back, of=take_effect), share(auto_pass, of=draft))

    # --- rules

    def is_checked_before(self) -> bool:
        """The campaign's profit check has computed the margin."""
        return bool(self.case.campaign)

    def is_compared(self) -> bool:
        """The book has said what the prices are now."""
        return self.case.compared

    def is_small(self) -> bool:
        """No price moves by more than 5 %, and the margin is above the floor of 10 %."""
        margin = self.case.margin_pct
        within = all(one.is_within_band for one in self.case.skus)
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

    reject.on(AnswersWhoAsked.tell_why_not)
    cancelled.enter(ToldInANotice.call_off_notice)
    rolled_back.enter(ToldInANotice.call_off_notice)

    @draft.on
    def note_campaign(self) -> None:
        if self.case.reason == "campaign":
            self.case.campaign = self.parent.subject if self.parent else ""

    @(draft | redraft).on
    def ask_the_book(self, form: Draft | Redraft) -> None:
        case = self.case
        by_a_case = self.parent is not None  # it may open a change late, which is mended here
        self.require(by_a_case or self.day_of(form.start) >= self.today, "Must not be in the past.", "start")
        case.known, case.compared, case.margin_pct, case.differs = (), False, None, ""
        self.do(
            CheckPrices(prices=tuple(PriceSaid(sku=one.sku, price=one.old) for one in form.skus)),
            then=self.prices_known,
            otherwise=self.prices_differ,
        )

    @(prices_known | prices_differ).on
    def note_what_holds(self, outcome: PricesFound | PricesDiffer | None) -> None:
        found = {one.sku: one for one in outcome.prices} if outcome is not None else {}
        self.case.skus = tuple(
            NewPrice(sku=one.sku, old=found[one.sku].price if one.sku in found else None, new=one.new)
            for one in self.case.skus
        )
        self.case.known = tuple(
            Known(sku=one.sku, unit_cost=one.cost, lowest_30d=one.lowest)
            for one in found.values()
            if one.cost is not None
        )
        self.case.compared = isinstance(outcome, PricesFound)
        self.case.differs = outcome.reason[:500] if isinstance(outcome, PricesDiffer) else ""

    @prices_differ.on
    def send_back(self) -> None:
        self.tell(OPS_SPECIALIST, "price_differs", what=self.case.differs)

    @check_margin.on
    def reckon_margin(self, form: Margin | None) -> None:
        if form is None:
            return  # its campaign has
        given, costs = form.unit_cost, {one.sku: one.unit_cost for one in self.case.known}
        unknown = ", ".join(one.sku for one in self.case.skus if one.sku not in costs)
        self.require(
            given is not None or not unknown,
            "The book has no cost of {unknown}.",
            "unit_cost",
            unknown=unknown,
        )
        by_book = ", ".join(f"{sku} {cost}" for sku, cost in costs.items())
        fits = given is None or unknown or given in costs.values()
        self.require(
            fits,
            "By the book a unit costs {by_book}, not {given}.",
            "unit_cost",
            by_book=by_book,
            given=given,
        )
        said, lowest = form.lowest_30d_price, [one.lowest_30d for one in self.case.known if one.lowest_30d]
        self.require(
            said is None or not lowest or said in lowest,
            "By the book the lowest price of 30 days is {known}, not {said}.",
            "lowest_30d_price",
            known=lowest,
            said=said,
        )
        each = {one.sku: costs.get(one.sku, given or NOTHING) for one in self.case.skus}
        fits = in_one_currency([form.fees, *each.values(), *(one.new for one in self.case.skus)])
        self.require(fits, "Cost, fees and the new price must be in one currency.", "fees")
        margin = min(one.margin(each[one.sku], form.fees) for one in self.case.skus)
        typed = form.margin_pct
        fits = typed is None or abs(typed - margin) <= 1
        self.require(
            fits,
            "By cost and fees it is {margin} %, not {typed} %.",
            "margin_pct",
            margin=round(margin, 1),
            typed=typed,
        )
        self.case.margin_pct = margin

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

    @return_draft.on
    def say_what_to_change(self, form: Note) -> None:
        self.tell(OPS_SPECIALIST, "price_sent_back", prices=self.case.summary, note=form.note)

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
