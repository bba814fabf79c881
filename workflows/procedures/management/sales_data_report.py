"""Sales data report (销售数据分析报告): figures are gathered, cleaned and read, reported, and turned into action.

Sources: 000-a 6, 8; 000-b; 000-d 六; 000-g 六; 001-a 三1d; 001-b; 001-d 6; 001-e 第四条4; 001-f 五5; 001-g 第四条(四),
第六条(二); 001-k 2.2.1, 3.1.2; 001-t 一(五)3; 002-b 二1-2, 三6; 003 七1-3; 004-b 4; 004-e 一-三, 五; 004-g 数据.
The analyst prepares, the manager decides: D16. The books' figures come first; people judge on top of them.
"""

from activities.cases.contract import SendEvent
from activities.figures.contract import FigureSet, FiguresRead, ReadFigures
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

SHARP_CHANGE = 20  # per cent, from which conversion is looked into (default)
GMV_SLACK = 1  # per cent that rounding may cost in visitors x conversion x average order (004-e 一5)
REPORT_BY = {
    "month": 5,
    "quarter": 10,
    "year": 20,
}  # 5th working day; 10th and 20th of the month (default)

PeriodKind = Literal["day", "week", "month", "quarter", "year", "special"]

# --- what is asked ------------------------------------------------------------------------------------------------


class Period(Form):
    kind: PeriodKind = "special"
    period: DateRange | None = None
    question: Remark = ""


class Collection(Form):
    sources: Some[Text]
    period: DateRange
    note: Remark = ""


class Cleaning(Form):
    rows_in: Count
    rows_removed: Count
    reasons: FormRows[Text] = ()
    data_ok: Keep[bool]

    def problems(self) -> Problems:
        if self.rows_removed > self.rows_in:
            yield "rows_removed", "Must not be more than came in."
        if self.rows_removed and not self.reasons:
            yield "reasons", "Say why rows were removed."


class Retention(FormRow):
    day: Literal[1, 3, 7, 30]
    pct: Pct


class Score(FormRow):
    score: Literal["product", "logistics", "service"]
    value: Number


class Category(FormRow):
    category: Text
    role: Literal["traffic", "profit", "conversion", "future_star"]
    sales: Price
    margin: Pct
    exposure: Count
    units: Count
    conversion: Pct


class Conversion(FormRow):
    by: Literal["path", "sku", "slot", "time"]
    item: Text
    pct: Pct


class DeviceShare(FormRow):
    device: Literal["pc", "mobile", "other"]
    pct: Pct


class Rank(FormRow):
    sku: Sku
    sales_rank: Qty
    popularity_rank: Qty


class Analysis(Form):
    orders: Count
    sales: Price
    visitors: Keep[Count]
    conversion_pct: Keep[Pct]
    average_order: Price
    gmv: Keep[Price]
    traffic_by_source: Some[TrafficSource]
    bounce_pct: Pct | None = None
    depth: Number | None = None
    repeat_buyers: Count | None = None
    repeat_pct: Pct | None = None
    repeat_value_pct: Pct | None = None
    dau: Count | None = None
    wau: Count | None = None
    mau: Count | None = None
    retention: FormRows[Retention] = ()
    dsr: Some[Score]
    returns: Price
    by_category: Some[Category]
    conversion_by: Some[Conversion]
    favourites: Count | None = None
    cart_adds: Count | None = None
    device_share: FormRows[DeviceShare] = ()
    item_rank: FormRows[Rank] = ()
    aftersales_index: Number | None = None

    def problems(self) -> Problems:
        computed = self.visitors * self.conversion_pct / 100 * self.average_order.amount
        if abs(self.gmv.amount - computed) * 100 > computed * GMV_SLACK:
            yield "gmv", f"Visitors, conversion and average order come to {computed:.2f}."
        if missing := {"path", "sku", "slot", "time"} - {row.by for row in self.conversion_by}:
            yield "conversion_by", f"Say it by {', '.join(sorted(missing))} too."
        if self.device_share and sum(row.pct for row in self.device_share) != 100:
            yield "device_share", "The shares come to 100."


class Report(Form):
    summary: Keep[Text]
    findings: Some[Text]
    causes: Some[Text]
    advice: Some[Text]
    next_stage_strategy: Keep[LongRemark] = ""
    charts: Files = ()


class Rework(Form):
    note: Remark = ""
    readers: FormRows[Role] = ()


class Publication(Rework):
    def problems(self) -> Problems:
        if not self.readers:
            yield "readers", "Say who reads it."


class ActionLine(FormRow):
    action: Text
    case: CaseRef | None = None
    owner: User
    due: Day


class Actions(Form):
    actions: Keep[Some[ActionLine]]


class BeforeFigures(Case):
    """What the books say of the period before."""

    conversion_before_pct: Pct | None = None


class ReportCase(Case):
    kind: PeriodKind = "special"
    period: DateRange | None = None
    question: Remark = ""
    opened_on: Day | None = None
    figures: dict[str, object] = {}
    """What the books say, each figure by its name, and `how` each was computed."""
    conversion_before_pct: Pct | None = None
    missing_source: Remark = ""
    data_ok: bool = False
    visitors: Count = 0
    conversion_pct: Pct | None = None
    gmv: Price = NOTHING
    summary: Text = "-"
    next_stage_strategy: LongRemark = ""
    actions: FormRows[ActionLine] = ()
    short_by: Moment | None = None
    """By when the report of a day or a week is out."""
    long_by: Moment | None = None
    """By when the report of a month, a quarter or a year is out."""

    @property
    def is_long(self) -> bool:
        """Whether it also sets the strategy of what comes next."""
        return self.kind in ("quarter", "year")

    @property
    def change_pct(self) -> float | None:
        """How far conversion moved against the period before, where the books know."""
        if self.conversion_pct is None or not self.conversion_before_pct:
            return None
        return abs(float(self.conversion_pct / self.conversion_before_pct) - 1) * 100


# --- the procedure ------------------------------------------------------------------------------------------------


class SalesDataReport(Procedure):
    """Gather, clean and read the figures, report them and turn them into changes of strategy."""

    key = "sales_data_report"
    case: ReportCase

    new = Entry()
    due = Stage(role=DATA_ANALYST)
    collecting = Stage(role=DATA_ANALYST)
    cleaning = Stage(role=DATA_ANALYST)
    analysing = Stage(role=DATA_ANALYST)
    drafted = Stage(role=DATA_ANALYST)
    review = Stage(role=OPS_MANAGER)
    published = Stage(role=OPS_MANAGER)
    actions_open = Stage(role=OPS_MANAGER)
    closed = Stage(final=True)
    void = Stage(final=True)

    # figures                                                        003 七1.1, 2.2; 000-g 六1; 004-g 数据 7
    open_period = new.to(
        due,
        form=Period,
        every=daily("06:00")
        | weekly("06:10", "MON")
        | monthly("06:20")
        | quarterly("06:30")
        | on_days("06:40", (1, 1)),
    )
    collect = due.to(collecting, by=DATA_ANALYST, form=Collection)
    source_missing = collecting.stay(as_soon_as="is_source_missing", once=True)
    clean = collecting.to(cleaning, by=DATA_ANALYST, form=Cleaning)
    data_bad = cleaning.to(void, by=DATA_ANALYST, form=Reason)

    # reading and report                                             003 七2.1-2.2; 002-b 二2; 000-a 8
    analyse = cleaning.to(analysing, by=DATA_ANALYST, form=Analysis, when="is_trusted")
    draft_report = analysing.to(drafted, by=DATA_ANALYST, form=Report)
    send_review = drafted.to(review, by=DATA_ANALYST, form=Report)
    rework = review.to(analysing, by=OPS_MANAGER, form=Rework)
    publish = review.to(published, by=OPS_MANAGER, form=Publication)

    # action                                                         003 七3.1; 000-g 六2(2)
    set_actions = published.to(actions_open, by=OPS_MANAGER, form=Actions)
    no_action = published.to(closed, by=OPS_MANAGER, form=Note)
    actions_done = actions_open.to(closed, by=OPS_MANAGER, form=Note)

    short_in_time = Deadline(at("short_by"), since=open_period, until=publish, tell=OPS_MANAGER)
    long_in_time = Deadline(at("long_by"), since=open_period, until=publish, tell=GM)

    kpis = (
        elapsed(open_period, publish),
        count(data_bad),
        share(set_actions, of=publish),
        count(rework),
    )

    # --- rules

    def is_source_missing(self) -> bool:
        """A source of the figures was missing."""
        return bool(self.case.missing_source)

    def is_trusted(self) -> bool:
        """The cleaned data can be trusted."""
        return self.case.data_ok

    # --- what each step does

    def by_calendar(self, occasion: Occasion) -> Opening:
        """About the day, week, month, quarter or year that is over; a half-year is a question of its own."""
        over = occasion.before
        kind = "special" if over.length is Length.HALF else over.length
        return opening(over.label, kind=kind, period=over.days)

    @open_period.on
    def gather(self) -> None:
        """The books are asked at once; what they don't have, the analyst collects by hand."""
        case = self.case
        case.opened_on = self.today
        match case.kind:
            case "day":
                case.short_by = self.policy.moment(self.today, "10:00")
            case "week":
                case.short_by = self.policy.moment(self.today, "12:00")
            case "month" | "quarter" | "year":
                case.long_by = self.policy.moment(self._last_day(case.kind), "18:00")
            case _:
                pass
        yesterday = self.today - days(1).length
        period = case.period or DateRange(first=yesterday, last=yesterday)
        self.do(
            ReadFigures(figures=FigureSet.SALES, period=period),
            then=self.collect,
            otherwise=self.collect,
            period=period.model_dump(mode="json"),
        )

    def _last_day(self, kind: PeriodKind) -> Day:
        """The last day on which the report of a month, quarter or year is in time."""
        days_left = REPORT_BY[kind]
        if kind != "month":
            return self.today.replace(day=days_left)
        day = self.today
        while True:
            days_left -= self.policy.is_working_day(day)
            if not days_left:
                return day
            day += days(1).length

    @collect.on
    def keep_figures(self, form: Collection | None, outcome: FiguresRead | Refused | None) -> None:
        if form is not None:
            self.case.period = form.period
        if isinstance(outcome, FiguresRead):
            self.case.figures = outcome.model_dump(mode="json")
            before = BeforeFigures.model_validate(outcome.figures)
            self.case.conversion_before_pct = before.conversion_before_pct
        elif outcome is not None:
            self.case.missing_source = outcome.reason or "-"

    @source_missing.on
    def ask_owner(self) -> None:
        self.tell(DATA_ANALYST, "source_missing", source=self.case.missing_source)

    @data_bad.on
    def order_new_run(self, form: Reason) -> None:
        self.tell(OPS_MANAGER, "report_data_bad", reason=form.reason)

    @analyse.on
    def tell_open_diagnoses(self) -> None:
        """A quiet period may mean that conversion is back, or that it stays where it fell: the store's open diagnosis
        looks at its band again.
        """
        change = self.case.change_pct
        if change is not None and change <= SHARP_CHANGE:
            where = {"metric": "conversion", "scope": self.store}
            self.do(SendEvent(procedure="conversion_diagnosis", event="look_again", where=where))

    @(draft_report | send_review).on
    def look_ahead(self, form: Report) -> None:
        self.require(
            form.next_stage_strategy or not self.case.is_long,
            "A quarter's or a year's report says what comes next.",
            "next_stage_strategy",
        )

    @publish.on
    def give_to_management(self, form: Publication) -> None:
        """A corrected report is a new edition; none is overwritten."""
        case = self.case
        report = {
            "kind": case.kind,
            "period": case.period,
            "gmv": case.gmv,
            "visitors": case.visitors,
            "conversion_pct": case.conversion_pct,
            "summary": case.summary,
        }
        self.do(KeepRecord(book="sales_reports", entry=self.subject, data=report))
        for reader in dict.fromkeys(form.readers):
            self.tell(reader, "report_published", summary=case.summary)

    @set_actions.on
    def not_past(self, form: Actions) -> None:
        self.require(
            all(line.due >= self.today for line in form.actions), "Must not be in the past.", "actions"
        )

    # --- what it starts

    @starts("conversion_diagnosis", on=analyse)
    def diagnose(self) -> Opening | None:
        case = self.case
        if case.change_pct is None or case.change_pct <= SHARP_CHANGE:
            return None
        return opening(
            f"{self.store}-{self.today}",
            metric="conversion",
            value=case.conversion_pct,
            baseline=case.conversion_before_pct,
            scope=self.store,
        )

    @starts("process_improvement", on=set_actions)
    def improve(self) -> Opening:
        actions = "；".join(line.action for line in self.case.actions)
        return opening(self.next_subject, kind="other", problem=self.case.summary, idea=actions[:500])

    @starts("operations_plan", on=set_actions)
    def plan_next(self) -> Opening | None:
        """The plan's outline carries the strategy; the manager writes it out."""
        case = self.case
        if not case.is_long:
            return None
        last = max(line.due for line in case.actions)
        return opening(
            self.next_subject,
            background=[case.summary],
            direct_purpose=case.summary,
            goals=[{"metric": "gmv", "number": case.gmv.amount, "date": last}],
            strategy=case.next_stage_strategy,
            target_market="-",
            target_buyers="-",
            positioning="-",
            sales_channels=["-"],
            schedule=[
                {"task": line.action, "owner": line.owner, "start": self.today, "end": line.due}
                for line in case.actions
            ],
            resources="-",
            budget=NOTHING,
            kpis=[{"metric": "gmv", "target": case.gmv.amount}],
        )
