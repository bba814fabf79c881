"""Daily store check (每日店铺检查): a fixed round over the shop each morning; each fault becomes a case at once.

Sources: 002-b 一1-7, read by D21; 001-a 四3; 003 四4.1. The document doesn't say how often: daily follows from item 7,
which compares with the day before. The evidence names the goods or order that it is about first: "SO-1001 TEA-1 缺货".
Prices and quantities that the round doesn't know are asked of whoever handles the fault.
"""

from activities.cases.contract import OpenCase
from workflows.vocabulary import *

ROUND_OPENS = "08:30"  # default
ROUND_DONE = "10:30"  # default
MANAGER_HEARS = "12:00"  # default
SIGNED_BY = "18:00"  # the same day; default
DAY_ENDS = "23:00"  # what is handled after six is signed before customer service closes; default
ITEMS = 7  # 002-b 一
MOST_MARKS = 100  # of a round, so that its record stays small; default
UNSHIPPED_ACTED_ON = hours(1)  # 002-b 一6: asked and acted on at once; the hour is a default
HANDLED_BY: dict[str | int, str] = {  # 002-b 一1-7: by the part of item 1, and by item
    "promo_price": "price_change",
    "activity": "price_change",
    "activity_time": "price_change",
    "promo_fee": "ad_optimisation",
    "stock": "low_stock_alert",
    "payment": "platform_maintenance",
    2: "product_info_maintenance",
    3: "low_stock_alert",
    4: "product_info_maintenance",
    5: "violation_handling",
    6: "out_of_stock",
    7: "conversion_diagnosis",
}
PLATFORMS = ("taobao", "tmall", "jd", "pdd")
BROKEN_LINK = ("链接", "打不开", "link", "404")  # words that make a fault of item 4 one for the technicians
UNNAMED = "unnamed"
"""Used for goods or an order that the evidence doesn't name."""
ASKED_OF_PEOPLE = ("price_change", "low_stock_alert", "conversion_diagnosis")
"""The procedures whose start asks what only whoever handles the fault finds out."""

Item = Literal[
    "1_price_activity_time_promo_fee_stock_payment",
    "2_activity_matches_page",
    "3_stock_alert",
    "4_home_detail_category_sign_links",
    "5_back_office_complaints_reports_violations_points",
    "6_missed_or_unshipped_orders",
    "7_dsr_and_service_index_vs_yesterday",
]
Rating = Annotated[Number, Field(ge=0, le=100)]
"""Of five, or of a hundred, as the platform rates shops."""
SubItem = Literal["promo_price", "activity", "activity_time", "promo_fee", "stock", "payment"]

# --- what is asked ------------------------------------------------------------------------------------------------


class NewDay(Form):
    shop: Text
    day: TimeOrOther[Day]


class Checker(Form):
    checker: TheCaller[User]


class Mark(Form):
    item: Annotated[Item, proposed("next_item")]
    sub_item: SubItem | None = None
    result: Literal["ok", "fault", "not_applicable"]
    evidence: Remark = ""
    fault_detail: Remark = ""
    unshipped_cause: Literal["shortage", "forgotten"] | None = None
    missing_qty: Qty = 1
    """How many of the goods an order lacks."""
    dsr_today: Rating | None = None
    dsr_yesterday: Rating | None = None

    @property
    def number(self) -> int:
        return int(self.item[0])

    @property
    def is_fault(self) -> bool:
        return self.result == "fault"

    @property
    def is_shortage(self) -> bool:
        return self.unshipped_cause == "shortage"

    @property
    def names(self) -> tuple[str, ...]:
        """The numbers of goods and orders that the evidence names."""
        words = self.evidence.replace("，", " ").replace(",", " ").split()
        named = (word.strip(".:;()") for word in words)
        return tuple(word for word in named if len(word) <= 48 and is_code(word))

    @property
    def order(self) -> str:
        return self.names[0] if self.names else UNNAMED

    @property
    def goods(self) -> str:
        """The goods are named first; after the order where an order is missing."""
        named = self.names[1:] if self.number == 6 else self.names
        return named[0] if named else UNNAMED

    @property
    def about(self) -> str:
        """The order and the goods, or the goods alone, that a fault is about."""
        return f"{self.order} {self.goods}" if self.number == 6 else self.goods

    @property
    def is_rated_lower(self) -> bool:
        """Buyers rated the service lower than the day before."""
        now, before = self.dsr_today, self.dsr_yesterday
        return now is not None and before is not None and now < before

    def problems(self) -> Problems:
        if not self.is_fault:
            return
        if not self.fault_detail:
            yield "fault_detail", "Say what is wrong."
        if self.number == 1 and self.sub_item is None:
            yield "sub_item", "Say which of item 1 is wrong."
        if self.number == 6 and self.unshipped_cause is None:
            yield "unshipped_cause", "Say whether goods are short or the order was forgotten."
        if self.number == 6 and UNNAMED in (self.order, self.goods if self.is_shortage else self.order):
            yield "evidence", "Name the order first, then the goods that it lacks."


class Finished(Form):
    items_done: FromCase[Count]


class Marked(FormRow):
    """How an item was last marked, and the case that its fault started."""

    item: Item
    sub_item: SubItem | None = None
    is_fault: bool
    about: Remark = UNNAMED
    started: Remark = ""


class Round(Case):
    shop: Text
    day: Day
    marks: FormRows[Marked] = ()
    unshipped_by: Moment | None = None
    """Until when a forgotten or short order is acted on."""

    @property
    def next_item(self) -> Item | None:
        """The first that nobody has marked."""
        marked = {mark.item for mark in self.marks}
        return next((item for item in get_args(Item) if item not in marked), None)

    @property
    def items_done(self) -> int:
        return len({mark.item for mark in self.marks})


# --- the procedure ------------------------------------------------------------------------------------------------


class DailyStoreCheck(Procedure):
    """Go over prices, pages, stock, back office, unshipped orders and scores each day; each fault becomes a case."""

    key = "daily_store_check"
    case: Round
    about = ("shop", "day")

    new = Entry()
    open = Stage(role=OPS_SPECIALIST)
    checking = Stage(role=OPS_SPECIALIST)
    faults_found = Stage()
    handling = Stage(role=OPS_SPECIALIST)
    signed_off = Stage(role=OPS_MANAGER, due=first_known(today(SIGNED_BY), today(DAY_ENDS)), tell=OPS_MANAGER)
    overdue = Stage(role=OPS_SPECIALIST | OPS_MANAGER, due=today(MANAGER_HEARS), tell=OPS_MANAGER)
    closed = Stage(final=True)

    # the round                                                                      002-b 一1-7
    open_day = new.to(open, by=OPS_SPECIALIST, form=NewDay, every=daily(ROUND_OPENS))
    start_round = open.to(checking, by=OPS_SPECIALIST, form=Checker)
    mark_item = checking.stay(by=OPS_SPECIALIST, form=Mark, main=True)
    finish_clean = checking.to(
        signed_off, by=OPS_SPECIALIST, form=Finished, when="is_complete and not has_faults"
    )
    finish_with_faults = checking.to(
        faults_found, by=OPS_SPECIALIST, form=Finished, when="is_complete and has_faults"
    )

    # the faults                                                                     002-b 一6
    start_handling = faults_found.to(handling, as_soon_as=True)
    all_handled = handling.to(signed_off, by=OPS_SPECIALIST, form=Remarks, when="is_handled")
    sign_off = signed_off.to(closed, by=OPS_MANAGER, form=Remarks)

    # too late
    day_missed = (open | checking).to(overdue, at=today(ROUND_DONE), when="is_first_round")
    late_round = overdue.to(checking, by=OPS_SPECIALIST, form=Reason, main=True, back=True)
    write_off_day = overdue.to(closed, by=OPS_MANAGER, form=Reason, back=True)

    unshipped_acted_on = Deadline(at("unshipped_by"), since=mark_item, until=all_handled, tell=OPS_MANAGER)

    kpis = (
        share(day_missed, of=open_day),
        elapsed(open_day, finish_clean | finish_with_faults),
        share(finish_with_faults, of=start_round),
        elapsed(finish_with_faults, all_handled),
    )

    # --- rules

    def is_complete(self) -> bool:
        """All seven items are marked."""
        return self.case.items_done == ITEMS

    def has_faults(self) -> bool:
        """At least one fault was found."""
        return any(mark.is_fault for mark in self.case.marks)

    def is_handled(self) -> bool:
        """Every case has ended, or somebody says who owns it and by when."""
        return not self.actor.is_engine or not self.children(self.faults).any_running

    def is_first_round(self) -> bool:
        """The round isn't late yet."""
        return not self.has_happened(self.late_round)

    # --- what each step does

    @write_off_day.on
    def tell_whose_day_it_was(self, form: Reason) -> None:
        self.tell(OPS_SPECIALIST, "day_written_off", why=form.reason)

    @mark_item.on
    def mark(self, form: Mark) -> None:
        case = self.case
        corrected = [m for m in case.marks if m.item == form.item and self._is_about(form, m)]
        for mark in corrected:
            self._call_off(mark)
        kept = tuple(m for m in case.marks if m not in corrected)
        self.require(len(kept) < MOST_MARKS, "There are too many faults for one round.", "item")
        starts_case = form.is_fault and form.unshipped_cause != "forgotten"
        case.marks = (
            *kept,
            Marked(
                item=form.item,
                sub_item=form.sub_item,
                is_fault=form.is_fault,
                about=form.about,
                started=self.next_subject if starts_case else "",
            ),
        )
        self._watch_unshipped(form)

    @all_handled.on
    def own_what_is_open(self, form: Remarks | None) -> None:
        named = form is None or bool(form.note)
        self.require(
            named or not self.children(self.faults).any_running,
            "Say who owns the open cases, and by when.",
            "note",
        )

    def _is_about(self, form: Mark, mark: Marked) -> bool:
        """A fault is about one part of item 1, and about goods or an order; "ok" is about all of the item."""
        same = form.sub_item == mark.sub_item and form.about == mark.about
        return not form.is_fault or not mark.is_fault or same

    def _call_off(self, mark: Marked) -> None:
        """The fault was an error: its case is cancelled."""
        if mark.started:
            self.undo(OpenCase, only=lambda opened: opened.subject == mark.started)

    def _watch_unshipped(self, form: Mark) -> None:
        if form.number == 6:
            limit = self.now + UNSHIPPED_ACTED_ON.length
            self.case.unshipped_by = limit if form.is_fault else None
        elif self.case.unshipped_by is not None and self.case.unshipped_by <= self.now:
            self.case.unshipped_by = None  # the manager knows
        if form.is_fault and form.unshipped_cause == "forgotten":
            self.tell(WAREHOUSE_SUPERVISOR, "order_forgotten", order=form.order, detail=form.fault_detail)

    @open_day.on
    def for_one_day(self, form: NewDay) -> None:
        number = f"{form.shop}-{form.day}"
        is_its_own = self.subject == number and form.shop == self.store and form.day == self.today
        self.require(
            is_its_own or not self.actor.is_staff,
            "Its number is the store and today: {number}.",
            "day",
            number=f"{self.store}-{self.today}",
        )

    def by_calendar(self, occasion: Occasion) -> Opening:
        return opening(f"{self.store}-{occasion.label}", shop=self.store, day=self.today)

    # --- what it starts

    @starts(*dict.fromkeys(HANDLED_BY.values()), "cs_quality_review", on=mark_item, all_ended=all_handled)
    def faults(self, form: Mark) -> Opening | None:
        """The case that handles a fault; none for an order that was only forgotten."""
        if not form.is_fault or form.unshipped_cause == "forgotten":
            return None
        procedure = self._handled_by(form)
        asked = {
            "price_change": self._wrong_price,
            "low_stock_alert": self._low_stock,
            "product_info_maintenance": self._wrong_page,
            "platform_maintenance": self._broken,
            "violation_handling": self._notice,
            "out_of_stock": self._shortage,
            "conversion_diagnosis": self._conversion,
        }
        answers = asked[procedure](form) if procedure in asked else {}
        if procedure in ASKED_OF_PEOPLE:
            return asking(self.next_subject, procedure, **answers)
        event = "alarm" if procedure == "platform_maintenance" else ""
        return opening(self.next_subject, procedure, event, **answers)

    def _handled_by(self, form: Mark) -> str:
        if form.number == 4 and any(word in form.fault_detail for word in BROKEN_LINK):
            return "platform_maintenance"
        if form.number == 7 and form.is_rated_lower:
            return "cs_quality_review"
        return HANDLED_BY[form.sub_item or form.number if form.number == 1 else form.number]

    def _wrong_price(self, form: Mark) -> dict[str, object]:
        named = {} if form.goods == UNNAMED else {"skus": [{"sku": form.goods}]}
        return {"reason": "error_fix", "start": self.now.isoformat(), **named}

    def _wrong_page(self, form: Mark) -> dict[str, object]:
        named = {} if form.goods == UNNAMED else {"sku": form.goods}
        return {"cause": form.fault_detail or form.evidence, **named}

    def _low_stock(self, form: Mark) -> dict[str, object]:
        return {} if form.goods == UNNAMED else {"sku": form.goods}

    def _broken(self, form: Mark) -> dict[str, object]:
        return {
            "where": form.sub_item or form.item,
            "symptom": form.fault_detail,
            "severity": "2_main_function" if form.sub_item == "payment" else "3_minor",
            "seen_at": self.now.isoformat(),
        }

    def _notice(self, form: Mark) -> dict[str, object]:
        return {
            "platform": next((name for name in PLATFORMS if name in self.case.shop), "other"),
            "kind": "report",
            "deadline": (self.now + days(1).length).isoformat(),
            "text": form.fault_detail,
        }

    def _shortage(self, form: Mark) -> dict[str, object]:
        missing = {"missing_qty": form.missing_qty, "cause": "no_stock"}
        return {"sku": form.goods, "order_no": form.order, **missing}

    def _conversion(self, _form: Mark) -> dict[str, object]:
        return {"metric": "conversion", "scope": self.case.shop}
