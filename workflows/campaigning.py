"""What whoever acts in a campaign is asked: the forms of `campaign`, which has more rows than one file holds beside
them.
"""

from typing import Annotated, Literal

from pydantic import Field

from activities.campaigns.contract import (
    ChannelBudget,
    CheckItem,
    CouponQuota,
    Mechanic,
    ProfitLine,
    SignedGoods,
    SoldUnits,
    Staffing,
    StockLine,
    TimedMessage,
)
from activities.catalogue.contract import LIST_PRICE
from activities.purchasing.contract import LAST_COST
from models.roles import Role
from models.values import (
    LOWEST_PCT,
    Code,
    Count,
    DateRange,
    Day,
    FormRows,
    Moment,
    Number,
    Paid,
    Pct,
    PerSku,
    Price,
    Qty,
    Remark,
    Sku,
    SkuQty,
    Some,
    SomeFiles,
    Target,
    Text,
    Title,
    Url,
    User,
)
from workflows.language.forms import Form, InHistory, Keep, Problems
from workflows.language.sentences import sentence
from workflows.language.sources import (
    CallerOrOther,
    FromCase,
    ToCheck,
    from_book,
    proposed,
    rows_of,
    to_check,
)
from workflows.shared_forms import Checks, Reached

JUDGED = (
    "theme",
    "start",
    "end",
    "mechanics",
    "main_products",
    "linked_products",
    "lines",
    "least_margin_pct",
    "goods",
    "goals",
    "budget",
    "ship_promise_hours",
    "member_price",
    "stop_rules",
    "rival_notes",
)
"""What of a plan is judged when it is approved: `CampaignPlan`, and what is said beside it."""

LONGEST_PROMISE = 72  # hours from payment to dispatch in an event: D8
TOLD = {Role.CS_SUPERVISOR, Role.WAREHOUSE_SUPERVISOR, Role.LOGISTICS}
"""Who must read a notice."""


class Proposal(Form):
    name: Title
    kind: Literal["platform", "own", "flash", "group_buy", "presale", "festival", "clearance", "members"]
    source: InHistory[Remark] = ""
    dates: InHistory[DateRange]
    signup_deadline: Moment | None = None

    def problems(self) -> Problems:
        if self.kind == "platform" and self.signup_deadline is None:
            yield "signup_deadline", "The platform sets one."


class CheckedLine(ProfitLine):
    """What an item costs the shop's buyers, and the shop, is known by the books."""

    normal_price: Annotated[Paid, from_book(LIST_PRICE)]
    unit_cost: Annotated[Price, from_book(LAST_COST)]

    @property
    def with_margin(self) -> "CheckedLine":
        """The same with its margin: it follows from the rest, where nobody has worked it out."""
        said = max(round(self.true_margin_pct, 1), LOWEST_PCT) if self.margin_pct is None else self.margin_pct
        return self.model_copy(update={"margin_pct": said})


class Profit(Form):
    lines: PerSku[CheckedLine]
    commission_pct: Pct | None = None
    entry_fee: Price | None = None
    break_even_units: Count = 0
    """Asked where an entry fee has to be earned."""

    def problems(self) -> Problems:
        for line in self.lines:
            if line.has_wrong_margin:
                yield (
                    "lines",
                    sentence(
                        "{sku}: the margin is {margin} % of the event price.",
                        sku=line.sku,
                        margin=f"{line.true_margin_pct:.1f}",
                    ),
                )
        if self.entry_fee and not self.break_even_units:
            yield "break_even_units", "An entry fee has to be earned first."


class SignedItem(SignedGoods):
    """How many of an item are signed up, at the price that was checked."""

    sku: FromCase[Sku]
    event_price: FromCase[Paid]
    qty: Annotated[Qty, proposed("qty")]


class SignUp(Form):
    platform_form_no: Annotated[Keep[Code], proposed("platform_form_no")]
    goods: Annotated[Keep[Some[SignedItem]], rows_of("goods_checked")]
    contact: Annotated[Keep[Remark], proposed("contact")] = ""
    rival_notes: Annotated[Keep[Remark], proposed("rival_notes")] = ""
    follow_up_dates: Annotated[Keep[Some[Day]], proposed("follow_up_dates")]


class PlatformReply(Form):
    platform_reply: Text
    conditions: Remark = ""


class Plan(Form):
    theme: Annotated[Keep[Annotated[Title, Field(max_length=40)]], proposed("theme")]
    start: Annotated[Keep[Moment], proposed("start")]
    end: Annotated[Keep[Moment], proposed("end")]
    mechanics: Annotated[Keep[Some[Mechanic]], proposed("mechanics")]
    main_products: Annotated[Keep[Some[Sku]], proposed("products")]
    linked_products: Annotated[Keep[FormRows[Sku]], proposed("linked_products")] = ()
    goals: Annotated[Keep[Some[Target]], proposed("goals")]
    budget: Annotated[Keep[Price], proposed("budget_so_far")]
    ship_promise_hours: Annotated[
        Keep[Annotated[Qty, Field(le=LONGEST_PROMISE)]], proposed("ship_promise_hours")
    ]
    member_price: Annotated[Keep[bool], proposed("member_price")] = False
    stop_rules: Annotated[Keep[Text], proposed("stop_rules")]

    def problems(self) -> Problems:
        if self.end <= self.start:
            yield "end", "Must be after the start."


class Decision(Form):
    note: Text
    reported_to_leadership: bool = False


class Forecast(Form):
    visitors: Count
    conversion_pct: Annotated[Pct, Field(ge=0, le=100)]
    units: Annotated[Keep[PerSku[SkuQty]], proposed("units")]
    sales: Price
    basis: Text


class StockedItem(StockLine):
    """Of an item: what is there, as far as the books have said it."""

    sku: FromCase[Sku]
    forecast: FromCase[Count]
    available: Annotated[Count, proposed("available")]


class StockPlan(Form):
    lines: Annotated[Some[StockedItem], rows_of("stock_lines")]
    reserve_from_daily_sales: Count | None = None
    short: Annotated[FormRows[SkuQty], proposed("missing")] = ()


class Notice(Form):
    readers: Annotated[Keep[Some[Role]], proposed("readers")]
    customer_script: Annotated[Keep[Text], proposed("customer_script")]
    staffing: Some[Staffing]

    def problems(self) -> Problems:
        if not set(self.readers) >= TOLD:
            yield "readers", "Customer service, the warehouse and logistics must be told."
        if not all(role.is_staff for role in self.readers):
            yield "readers", "Only teams of the store read notices."


class Design(Form):
    files: SomeFiles
    page_url: Annotated[Keep[Url], proposed("page_url")]


class Promotion(Form):
    channels: Some[ChannelBudget]
    coupons: Annotated[FormRows[CouponQuota], proposed("coupons")] = ()
    messages: FormRows[TimedMessage] = ()


class Checklist(Form):
    checklist: Some[CheckItem]


class ReadyCheck(Checks):
    price_ok: Annotated[bool, to_check("lines")]
    time_ok: Annotated[bool, to_check("start")]
    page_matches: Annotated[bool, to_check("page_url")]
    stock_ok: Annotated[bool, to_check("units")]
    payment_ok: ToCheck[bool]
    stacking_ok: Annotated[bool, to_check("mechanics")]
    note: Remark = ""


class Launch(Form):
    checked_by: CallerOrOther[User | None] = None


class Tuning(Form):
    finding: Keep[Text]
    change: Keep[Text]


class Tuned(Tuning):
    """What was to be changed, unless it became something else."""

    finding: Annotated[Keep[Text], proposed("finding")]
    change: Annotated[Keep[Text], proposed("change")]


class Stop(Form):
    reason: Text
    customer_message: Remark = ""


class SoldItem(SoldUnits):
    """What of an item was sold, as far as the books have said it, and what is left."""

    sku: FromCase[Sku]
    forecast: FromCase[Count]
    sold: Annotated[Count, proposed("sold")]


class Review(Form):
    actuals: Annotated[Some[Reached], rows_of("goals_to_compare")]
    units: Annotated[Some[SoldItem], rows_of("sold_lines")]
    cost: Price
    roi: Number | None = None
    """Computed from the books; who names it is held to that."""
    good: Text
    bad: Text
    next_time: Text
    leftover_action: Remark = ""
