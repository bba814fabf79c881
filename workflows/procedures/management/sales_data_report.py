"""Sales data report (销售数据分析报告): figures are gathered, cleaned and read, reported, and turned into action.

Sources: 000-a 6, 8; 000-b; 000-d 六; 000-g 六; 001-a 三1d; 001-b; 001-d 6; 001-e 第四条4; 001-f 五5; 001-g 第四条(四),
第六条(二); 001-k 2.2.1, 3.1.2; 001-t 一(五)3; 002-b 二1-2, 三6; 003 七1-3; 004-b 4; 004-e 一-三, 五; 004-g 数据.
The analyst prepares, the manager decides: D16. The books' figures come first; people judge on top of them.
"""

from activities.cases.contract import SendEvent
from activities.figures.contract import (
    CategoryFigures,
    Conversion,
    DeviceShare,
    FigureSet,
    FiguresRead,
    Rank,
    ReadFigures,
    Retention,
    Score,
)
from activities.messages.contract import Message
from activities.registers.contract import TARGETS, KeepRecord
from workflows.vocabulary import *

REPORT = ("summary", "findings", "causes", "advice", "next_stage_strategy", "figures", "why_different")
SHARP_CHANGE = 20  # per cent, from which conversion is looked into (default)
GMV_SLACK = 1  # per cent that rounding may cost in visitors x conversion x average order (004-e 一5)
REPORT_BY = {"month": 5, "quarter": 10, "year": 20}  # 5th working day; 10th, 20th (default)

PeriodKind = Literal["day", "week", "month", "quarter", "year", "special"]

# --- what is asked ------------------------------------------------------------------------------------------------


class Period(Form):
    kind: PeriodKind = "special"
    period: DateRange | None = None
    question: Remark = ""


class Collection(Form):
    sources: Some[Text]
    period: Annotated[DateRange, proposed("period")]
    note: Remark = ""


class Visitors(Form):
    day: Annotated[Day, proposed("period.last")]
    visitors: Count
    source: Text


class Cleaning(Form):
    rows_in: Count
    rows_removed: Count
    reasons: FormRows[Text] = ()
    data_ok: Keep[ToCheck[bool]]

    def problems(self) -> Problems:
        if self.rows_removed > self.rows_in:
            yield "rows_removed", "Must not be more than came in."
        if self.rows_removed and not self.reasons:
            yield "reasons", "Say why rows were removed."


class Analysis(Form):
    """The first seven figures are the books'. The analyst names those that the books don't have, and those that differ:
    they are kept beside the books'.
    """

    orders: Annotated[Count | None, proposed("books.orders")] = None
    sales: Annotated[Price | None, proposed("books.sales")] = None
    visitors: Annotated[Count | None, proposed("books.visitors")] = None
    conversion_pct: Annotated[Pct | None, proposed("books.conversion_pct")] = None
    average_order: Annotated[Price | None, proposed("books.average_order")] = None
    gmv: Annotated[Price | None, proposed("books.gmv")] = None
    returns: Annotated[Price | None, proposed("books.returns")] = None
    why_different: Remark = ""
    traffic_by_source: FormRows[TrafficSource] = ()
    bounce_pct: Pct | None = None
    depth: Number | None = None
    repeat_buyers: Annotated[Count | None, proposed("books.repeat_buyers")] = None
    repeat_pct: Annotated[Pct | None, proposed("books.repeat_pct")] = None
    repeat_value_pct: Pct | None = None
    dau: Count | None = None
    wau: Count | None = None
    mau: Count | None = None
    retention: FormRows[Retention] = ()
    dsr: FormRows[Score] = ()
    by_category: FormRows[CategoryFigures] = ()
    conversion_by: FormRows[Conversion] = ()
    favourites: Count | None = None
    cart_adds: Count | None = None
    device_share: FormRows[DeviceShare] = ()
    item_rank: FormRows[Rank] = ()
    aftersales_index: Number | None = None

    def problems(self) -> Problems:
        visitors, conversion, average = self.visitors, self.conversion_pct, self.average_order
        if self.gmv is not None and visitors is not None and conversion is not None and average is not None:
            computed = visitors * conversion / 100 * average.amount
            if abs(self.gmv.amount - computed) * 100 > computed * GMV_SLACK:
                yield (
                    "gmv",
                    sentence(
                        "Visitors, conversion and average order come to {computed}.",
                        computed=self.gmv.model_copy(update={"amount": round(computed, 2)}),
                    ),
                )
        if self.conversion_pct is not None and not 0 <= self.conversion_pct <= 100:
            yield "conversion_pct", "No more than all visitors order."
        named = {row.by for row in self.conversion_by}
        if named and (missing := {"path", "sku", "slot", "time"} - named):
            yield "conversion_by", sentence("Say it by {missing} too.", missing=sorted(missing))
        if self.device_share and sum(row.pct for row in self.device_share) != 100:
            yield "device_share", "The shares come to 100."


class Report(Form):
    sales_target: Annotated[Price | None, from_case("books.sales_target")] = None
    attained_pct: Annotated[Pct | None, from_case("books.attained_pct")] = None
    targets: Annotated[FormRows[Text], from_book(TARGETS)] = ()
    summary: Annotated[Keep[Text], proposed("summary")]
    findings: Annotated[Keep[Some[Text]], proposed("findings")]
    causes: Annotated[Keep[Some[Text]], proposed("causes")]
    advice: Annotated[Keep[Some[Text]], proposed("advice")]
    next_stage_strategy: Annotated[Keep[LongRemark], proposed("next_stage_strategy")] = ""
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


class BookFigures(Case):
    """What the books say; None where they can't."""

    orders: Count | None = None
    sales: Price | None = None
    visitors: Count | None = None
    conversion_pct: Pct | None = None
    average_order: Price | None = None
    gmv: Price | None = None
    returns: Price | None = None
    repeat_buyers: Count | None = None
    repeat_pct: Pct | None = None
    conversion_before_pct: Pct | None = None
    """Of the period before."""
    sales_target: Price | None = None
    """By the sales plans in force."""
    attained_pct: Pct | None = None


class OwnFigure(FormRow):
    """A figure of the analyst's own that isn't the books'."""

    figure: Text
    books: Text
    analyst: Text


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
    differing: FormRows[OwnFigure] = ()
    """The analyst's own figures beside the books'; whoever publishes decides which stand."""
    why_different: Remark = ""
    summary: Remark = ""
    findings: FormRows[Text] = ()
    causes: FormRows[Text] = ()
    advice: FormRows[Text] = ()
    next_stage_strategy: LongRemark = ""
    actions: FormRows[ActionLine] = ()
    short_by: Moment | None = None
    """By when the report of a day or a week is out."""
    long_by: Moment | None = None
    """By when the report of a month, a quarter or a year is out."""

    @property
    def actions_due(self) -> Day | None:
        """By when the last of them is to be done."""
        return max((line.due for line in self.actions), default=None)

    @property
    def books(self) -> BookFigures:
        return BookFigures.model_validate(self.figures)

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


def _read(figure: Money | Number) -> str:
    """A figure as people read it."""
    return figure.read if isinstance(figure, Money) else str(figure)


def _number(value: Money | Number) -> Number:
    return value.amount if isinstance(value, Money) else value


# --- the procedure ------------------------------------------------------------------------------------------------


class SalesDataReport(Procedure):
    """Gather, clean and read the figures, report them and turn them into changes of strategy."""

    key = "sales_data_report"
    case: ReportCase
    numbers = "RP"
    about = ("kind", "period", "question")

    new = Entry()
    due = Stage(role=DATA_ANALYST)
    collecting = Stage(role=DATA_ANALYST)
    cleaning = Stage(role=DATA_ANALYST)
    analysing = Stage(role=DATA_ANALYST)
    drafted = Stage(role=DATA_ANALYST)
    review = Stage(role=OPS_MANAGER)
    published = Stage(role=OPS_MANAGER, ways_equal=True)
    actions_open = Stage(role=OPS_MANAGER, due=at("actions_due") + days(1), tell=OPS_MANAGER)
    closed = Stage(final=True)
    void = Stage(final=True)

    # figures                                                        003 七1.1, 2.2; 000-g 六1; 004-g 数据 7
    open_period = new.to(
        due,
        by=DATA_ANALYST | OPS_MANAGER | GM,
        form=Period,
        every=daily("06:00")
        | weekly("06:10", "MON")
        | monthly("06:20")
        | quarterly("06:30")
        | on_days("06:40", (1, 1)),
    )
    collect = due.to(collecting, by=DATA_ANALYST, form=Collection)
    source_missing = collecting.stay(as_soon_as="is_source_missing", once=True)
    record_visitors = (collecting | cleaning).stay(by=DATA_ANALYST | OPS_SPECIALIST, form=Visitors)
    visitors_kept = (collecting | cleaning).stay()
    figures_again = (collecting | cleaning).stay()
    clean = collecting.to(cleaning, by=DATA_ANALYST, form=Cleaning)
    data_bad = cleaning.to(void, by=DATA_ANALYST, form=Reason, back=True)

    # reading and report                                             003 七2.1-2.2; 002-b 二2; 000-a 8
    analyse = cleaning.to(analysing, by=DATA_ANALYST, form=Analysis, when="is_trusted", main=True)
    draft_report = analysing.to(drafted, by=DATA_ANALYST, form=Report)
    send_review = drafted.to(review, by=DATA_ANALYST, form=Report)
    rework = review.to(analysing, by=OPS_MANAGER, form=Rework, back=True)
    publish = review.to(
        published,
        by=OPS_MANAGER,
        form=Publication,
        other_than=(analyse, draft_report, send_review),
        main=True,
        approves=REPORT,
    )

    # action                                                         003 七3.1; 000-g 六2(2)
    set_actions = published.to(actions_open, by=OPS_MANAGER, form=Actions)
    no_action = published.to(closed, by=OPS_MANAGER, form=Note, back=True)
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
        if self.actor.is_staff:
            named = occasion_called(self.subject) if case.kind != "special" else None
            is_regular = named is not None and self.is_over(self.subject, Length(case.kind))
            case.period = named.days if named is not None else case.period
            ask = case.kind == "special" and case.question
            self.require(
                is_regular or ask, "Say what to answer, or number it by its period: 2026-11.", "question"
            )
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
            self.take_figures(outcome)
        elif outcome is not None:
            self.case.missing_source = outcome.reason or "-"

    def take_figures(self, outcome: FiguresRead) -> None:
        self.case.figures = outcome.model_dump(mode="json")
        self.case.conversion_before_pct = self.case.books.conversion_before_pct

    @record_visitors.on
    def keep_visitors(self, form: Visitors) -> None:
        period = self.case.period
        self.require(
            period is None or period.first <= form.day <= period.last, "Name a day of the period.", "day"
        )
        data = {"visitors": form.visitors, "source": form.source}
        self.do(KeepRecord(book="visitors", entry=str(form.day), data=data), then=self.visitors_kept)

    @visitors_kept.on
    def ask_the_books_again(self) -> None:
        self.do(ReadFigures(figures=FigureSet.SALES, period=self.case.period), then=self.figures_again)

    @figures_again.on
    def renew_figures(self, outcome: FiguresRead | None) -> None:
        if outcome is not None:
            self.take_figures(outcome)
            self.case.missing_source = ""

    @source_missing.on
    def ask_owner(self) -> None:
        self.tell(DATA_ANALYST, "source_missing", source=self.case.missing_source)

    @data_bad.on
    def order_new_run(self, form: Reason) -> None:
        self.tell(OPS_MANAGER, "report_data_bad", reason=form.reason)

    @analyse.on
    def hold_to_the_books(self, form: Analysis) -> None:
        case, books = self.case, self.case.books
        differing: list[OwnFigure] = []
        for name in ("orders", "sales", "visitors", "conversion_pct", "average_order", "gmv", "returns"):
            known, own = getattr(books, name), getattr(form, name)
            if known is not None and own is not None and abs(_number(own) - _number(known)) * 100 > 1:
                differing.append(OwnFigure(figure=name, books=_read(known), analyst=_read(own)))
        self.require(not differing or form.why_different, "Say why they differ.", "why_different")
        case.differing, case.why_different = tuple(differing), form.why_different
        case.visitors = form.visitors or 0 if books.visitors is None else books.visitors
        case.conversion_pct = form.conversion_pct if books.conversion_pct is None else books.conversion_pct
        case.gmv = books.gmv or form.gmv or NOTHING
        sold = (books.orders if books.orders is not None else form.orders) or case.gmv
        for name in ("traffic_by_source", "by_category", "conversion_by") if sold else ():
            self.require(getattr(form, name), "Say it for a period with sales.", name)
        if differing:
            named = "、".join(f"{one.figure}: {one.books} / {one.analyst}" for one in differing)
            self.tell(OPS_MANAGER, "report_differs", figures=named[:1000], why=form.why_different)

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
        for reader in dict.fromkeys(form.readers):
            self.tell(reader, "report_published", summary=self.case.summary)

    @set_actions.on
    def tell_owners(self, form: Actions) -> None:
        for line in form.actions:
            self.require(line.due >= self.today, "Must not be in the past.", "actions")
            data = {"action": line.action, "due": str(line.due)}
            self.do(Message(to=line.owner, template="action_yours", data=data))

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
        return opening(
            self.next_subject,
            background=[case.summary],
            direct_purpose=case.summary,
            goals=[{"metric": "gmv", "number": case.gmv.amount, "date": case.actions_due}],
            strategy=case.next_stage_strategy,
            **dict.fromkeys(("target_market", "target_buyers", "positioning", "resources"), "-"),
            sales_channels=["-"],
            schedule=[
                {"task": line.action, "owner": line.owner, "start": self.today, "end": line.due}
                for line in case.actions
            ],
            budget=NOTHING,
            kpis=[{"metric": "gmv", "target": case.gmv.amount}],
        )
