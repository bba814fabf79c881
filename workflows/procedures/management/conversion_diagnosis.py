"""Conversion diagnosis (转化率异常诊断): why conversion or traffic moved is found quickly and acted on.

Sources: 002-b 二1(2), 二2(1)-(4); 004-g 数据 1-3, 7; 004-e 二, 五. The band is 20% against the 7-day mean (default).
"""

from activities.figures.contract import FigureSet, FiguresRead, ReadFigures
from workflows.vocabulary import *

LOOKS = hours(12)  # how often the figure is read while it is watched (default)
MOST_TRIES = 3  # after so many the traffic is moved to another item (default)
OUTSIDE = ("weekend_holiday", "platform_event", "weather", "season")  # 002-b 二2(2)
PAGE = ("page", "search_drop", "rival_position", "bad_reviews")
ADS = ("rival_ads",)
PRICES = ("price", "rival_price", "rival_offer")

Cause = Literal[
    "weekend_holiday",
    "platform_event",
    "weather",
    "season",
    "rival_price",
    "rival_sales",
    "rival_offer",
    "rival_ads",
    "rival_position",
    "bad_reviews",
    "search_drop",
    "service",
    "price",
    "page",
    "stock",
]

# --- what is asked ------------------------------------------------------------------------------------------------


class Trigger(Form):
    metric: Literal["conversion", "visitors", "sales"]
    value: Number
    baseline: Number
    scope: Text

    def problems(self) -> Problems:
        for name in ("value", "baseline") if self.metric == "conversion" else ():
            if not 0 <= getattr(self, name) <= 100:
                yield name, "Conversion is between 0 and 100 per cent."


class Classification(Form):
    cause: Keep[Cause]
    evidence: Text
    source_split: Some[TrafficSource]


class Fix(Form):
    action: Text
    child_case: CaseRef | None = None


class Transition(Form):
    from_sku: Sku
    to_sku: Sku
    share_pct: Annotated[Pct, Field(gt=0, le=100)]

    def problems(self) -> Problems:
        if self.from_sku == self.to_sku:
            yield "to_sku", "Move the traffic to another item."


class ConversionFigures(Case):
    """What the books say; None where they can't."""

    value: Number | None = None
    baseline: Number | None = None


class Diagnosis(Case):
    metric: Literal["conversion", "visitors", "sales"]
    value: Number
    baseline: Number
    scope: Text
    cause: Cause | None = None
    tries: Count = 0
    said: FormRows[Number] = ()
    """Value and baseline as whoever opened it had them, where the books say otherwise."""


# --- the procedure ------------------------------------------------------------------------------------------------


class ConversionDiagnosis(AnswersWhoAsked, Procedure):
    """Find quickly why conversion or traffic moved, act, and shift traffic if nothing helps."""

    key = "conversion_diagnosis"
    signalled = ("look_again",)
    case: Diagnosis
    numbers = "CD"
    about = ("metric", "scope", "cause")

    new = Entry(role=DATA_ANALYST, due=working_days(1), tell=OPS_MANAGER)
    triggered = Stage(role=DATA_ANALYST)
    data_valid = Stage(role=DATA_ANALYST)
    classified = Stage(role=OPS_MANAGER | OPS_SPECIALIST)
    fixing = Stage(role=OPS_SPECIALIST)
    observing = Stage(role=OPS_SPECIALIST)
    traffic_moved = Stage(role=OPS_MANAGER)
    recovered = Stage(final=True)
    accepted = Stage(final=True)
    false_alarm = Stage(final=True)

    # real, and why                                                                  004-g 数据 7, 002-b 二2(2)
    trigger = new.to(triggered, by=DATA_ANALYST, form=Trigger)
    books_read = triggered.stay()
    not_real = triggered.to(false_alarm, by=DATA_ANALYST, form=Note, back=True)
    valid = triggered.to(data_valid, by=DATA_ANALYST, form=Note, main=True)
    classify = data_valid.to(classified, by=DATA_ANALYST, form=Classification)
    accept_outside = classified.to(accepted, by=OPS_MANAGER, form=Note, when="is_outside", back=True)

    # fixed, and looked at again                                                     002-b 二1(2), 004-g 数据 2
    start_fix = classified.to(fixing, by=OPS_SPECIALIST, form=Fix, main=True)
    fixed = fixing.to(observing, by=OPS_SPECIALIST, form=Fix, when="is_worth_a_try", main=True)
    look_again = observing.stay(after=repeated(LOOKS))
    recover = observing.to(recovered, when="is_in_band")
    not_recovered = observing.to(fixing)
    move_traffic = (observing | fixing).to(traffic_moved, by=OPS_SPECIALIST, form=Transition)
    close_moved = traffic_moved.to(accepted, by=OPS_MANAGER, form=Note, back=True)

    classified_in_time = Deadline(hours(4), since=trigger, until=classify | not_real, tell=OPS_MANAGER)
    observed = Deadline(
        days(3),
        since=fixed,
        until=recover | not_recovered | move_traffic,
        tell=OPS_SPECIALIST,
        sends=not_recovered,
    )

    kpis = (
        elapsed(trigger, classify),
        share(recover, of=start_fix),
        count(fixed),
        count(move_traffic),
        share(not_real, of=trigger),
    )

    # --- rules

    def is_outside(self) -> bool:
        """The cause lies outside the shop: only waiting helps."""
        return self.case.cause in OUTSIDE

    def is_worth_a_try(self) -> bool:
        """Fewer than three tries have failed."""
        return self.case.tries < MOST_TRIES

    def is_in_band(self, outcome: FiguresRead | None) -> bool:
        """The figure is back in its band."""
        return outcome is None or outcome.figures.get("in_band") is True

    # --- what each step does

    (accept_outside | close_moved).on(AnswersWhoAsked.tell_end)

    @look_again.on
    def read_figure(self) -> None:
        """The books have figures of the store and its SKUs; for anything else they refuse, or can't be asked at all."""
        scope = None if self.case.scope == self.store else self.case.scope
        if scope is None or is_code(scope):
            self.do(ReadFigures(figures=FigureSet.CONVERSION, about=scope), then=self.recover)

    @trigger.on
    def ask_the_books(self) -> None:
        """What they say of conversion stands; what was typed is kept beside it."""
        if self.case.metric == "conversion" and self.actor.is_staff:
            scope = None if self.case.scope == self.store else self.case.scope
            if scope is None or is_code(scope):
                self.do(ReadFigures(figures=FigureSet.CONVERSION, about=scope), then=self.books_read)

    @books_read.on
    def take_the_books_figures(self, outcome: FiguresRead | None) -> None:
        read = ConversionFigures.model_validate(outcome.figures) if outcome is not None else None
        case = self.case
        if read is None or read.value is None or read.baseline is None:
            return
        if (read.value, read.baseline) != (case.value, case.baseline):
            case.said = (case.value, case.baseline)
            case.value, case.baseline = read.value, read.baseline
            self.tell(DATA_ANALYST, "conversion_by_the_books", value=read.value, baseline=read.baseline)

    @fixed.on
    def count_try(self) -> None:
        self.case.tries += 1

    @not_recovered.on
    def next_try(self) -> None:
        if not self.is_worth_a_try():
            self.tell(OPS_SPECIALIST, "move_traffic", scope=self.case.scope)

    # --- what it starts

    @property
    def why(self) -> str:
        """What the cases that it starts are told."""
        case = self.case
        figures = f"{case.value or '-'} / {case.baseline or '-'}"
        return f"{self.subject}: {case.scope} {case.metric} {figures}, {case.cause or '-'}"

    @starts("product_info_maintenance", on=start_fix, ends={"applied": fixed})
    def fix_page(self) -> Opening | None:
        if self.case.cause not in PAGE:
            return None
        return opening(self.next_subject, event="fall_due", cause=self.why)

    @starts("price_change", on=start_fix, undone=True)
    def fix_price(self) -> Opening | None:
        """Only people know which price is to change, and to what."""
        if self.case.cause not in PRICES:
            return None
        return asking(self.next_subject, **({} if self.case.cause == "price" else {"reason": "rival"}))

    @starts("ad_optimisation", on=start_fix, undone=True)
    def fix_ads(self) -> Opening | None:
        if self.case.cause not in ADS:
            return None
        return opening(self.next_subject, event="open_day", cause=self.why)

    @starts("cs_quality_review", on=start_fix, undone=True)
    def fix_service(self) -> Opening | None:
        if self.case.cause != "service":
            return None
        return opening(self.next_subject, event="open_review", cause=self.why)

    @starts("ad_optimisation", on=move_traffic)
    def shift_traffic(self) -> Opening:
        return opening(self.next_subject, event="open_day", cause=self.why)
