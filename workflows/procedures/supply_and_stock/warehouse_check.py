"""Warehouse check (仓库日常检查): a safe, tidy and efficient warehouse, its handovers in order.

Sources: 001-k 2.2.4; 001-o 四2. No document gives a cycle: each working day (default). Safety doesn't wait for the end
of the round: a fault is told as it is found, and counts from then.
"""

from activities.messages.contract import Message
from workflows.vocabulary import *

SAFE_AGAIN = hours(4)  # default
LONGEST = days(7)  # until another fault is put right; default

# --- what is asked ------------------------------------------------------------------------------------------------


class Item(StrEnum):
    SAFETY = "1_safety"
    TIDINESS = "2_tidiness"
    GOODS_IN_PLACE = "3_goods_in_place"
    LABELS = "4_labels"
    ISOLATED_GOODS = "5_isolated_goods"
    INBOUND_QUEUE = "6_inbound_queue"
    OUTBOUND_AND_PICKUP = "7_outbound_and_pickup"


ALWAYS = (Item.SAFETY, Item.TIDINESS, Item.GOODS_IN_PLACE, Item.LABELS)
"""What every round looks at; of the others there may be nothing to see."""


class Round(Form):
    checker: Keep[TheCaller[User]]


class Mark(Form):
    item: Annotated[Item, proposed("next_item")]
    result: Literal["ok", "fault", "not_applicable"]
    fault_detail: Remark = ""
    goods: FormRows[Code] = ()
    """The bins or SKUs that are out of place: these are counted."""
    photos: Photos = ()

    def problems(self) -> Problems:
        if self.result == "fault" and not self.fault_detail:
            yield "fault_detail", "Say what is wrong."
        if self.result == "not_applicable" and self.item in ALWAYS:
            yield "result", "Every round looks at this."


class Finished(Form):
    items_done: FromCase[Count]


class Fault(FormRow):
    item: FromCase[Item]
    owner: User
    due: Day


class Handling(Form):
    faults: Keep[Annotated[Some[Fault], rows_of("to_handle")]]


class Fix(Form):
    fault: Annotated[Text, proposed("next_fault")]
    action: Text
    photo: File | None = None


class PassedOn(FormRow):
    item: Item
    department: Text


class Handled(Form):
    passed_on: FormRows[PassedOn] = ()
    """What isn't put right here, and which department does it: it gets a case."""
    note: Remark = ""


class WarehouseRound(Case):
    checker: User | None = None
    marks: dict[Item, Mark] = {}
    faults: FormRows[Fault] = ()
    fixed: tuple[Item, ...] = ()
    unsafe_until: Moment | None = None
    """By when an open safety fault is to be put right."""

    @property
    def found(self) -> dict[Item, Mark]:
        """The items with a fault."""
        return {item: mark for item, mark in self.marks.items() if mark.result == "fault"}

    @property
    def items_done(self) -> int:
        """How many are marked."""
        return len(self.marks)

    @property
    def next_item(self) -> Item | None:
        """The first that nobody has marked."""
        return next((item for item in Item if item not in self.marks), None)

    @property
    def next_fault(self) -> str | None:
        """The first that nobody has put right."""
        return next((item.value for item in self.open_faults), None)

    @property
    def to_handle(self) -> tuple[dict[str, str], ...]:
        """A row for each fault, without its owner and date."""
        return tuple({"item": item} for item in self.found)

    def owner_of(self, item: Item) -> str:
        return next((fault.owner for fault in self.faults if fault.item is item), "")

    @property
    def open_faults(self) -> list[Item]:
        return [item for item in self.found if item not in self.fixed]


# --- the procedure ------------------------------------------------------------------------------------------------


class WarehouseCheck(Procedure):
    """Keep the warehouse safe, tidy and efficient, and its inbound, outbound and handover work in order."""

    key = "warehouse_check"
    case: WarehouseRound
    numbers = "WC"
    about = ("checker", "faults")
    exceptions = (without("way_back", because="What isn't safe is put right, and not left as it is."),)

    new = Entry()
    due = Stage(role=WAREHOUSE_SUPERVISOR)
    checking = Stage(role=WAREHOUSE_SUPERVISOR)
    faults_found = Stage(role=WAREHOUSE_SUPERVISOR)
    handling = Stage(role=WAREHOUSE_SUPERVISOR | WAREHOUSE_KEEPER | PACKER | PICKER | RECEIVER)
    signed_off = Stage(role=OPS_MANAGER)
    overdue = Stage(role=WAREHOUSE_SUPERVISOR, due=today("12:00"), tell=OPS_MANAGER)
    closed = Stage(final=True)

    # the round                                                                      001-k 2.2.4, 001-o 四2
    open_day = new.to(due, by=WAREHOUSE_SUPERVISOR, every=daily("08:00"))
    start_round = due.to(checking, by=WAREHOUSE_SUPERVISOR, form=Round)
    mark_item = checking.stay(by=WAREHOUSE_SUPERVISOR, form=Mark, main=True)
    finish_clean = checking.to(
        signed_off, by=WAREHOUSE_SUPERVISOR, form=Finished, when="is_complete and is_clean"
    )
    finish_with_faults = checking.to(
        faults_found, by=WAREHOUSE_SUPERVISOR, form=Finished, when="is_complete and has_faults"
    )
    day_missed = (due | checking).to(overdue, at=today("10:00"))
    late_round = overdue.to(checking, by=WAREHOUSE_SUPERVISOR, form=Reason)

    # faults put right
    start_handling = faults_found.to(handling, by=WAREHOUSE_SUPERVISOR, form=Handling) | handling.stay(
        by=WAREHOUSE_SUPERVISOR, form=Handling
    )
    fix_fault = handling.stay(by=WAREHOUSE_KEEPER | PACKER | PICKER | RECEIVER, form=Fix)
    all_handled = handling.to(signed_off, by=WAREHOUSE_SUPERVISOR, form=Handled)
    sign_off = signed_off.to(closed, by=OPS_MANAGER, form=Remarks)

    safe_again = Deadline(
        at("unsafe_until"),
        since=mark_item,
        until=all_handled,
        unless="is_safe",
        tell={at("unsafe_until"): OPS_MANAGER, at("unsafe_until") + SAFE_AGAIN: GM},
    )
    put_right = Deadline(working_days(2), since=finish_with_faults, until=all_handled, tell=OPS_MANAGER)

    kpis = (
        share(day_missed, of=open_day),
        count(finish_with_faults),
        elapsed(finish_with_faults, all_handled),
    )

    # --- rules

    def is_complete(self) -> bool:
        """All seven items are marked."""
        return len(self.case.marks) == len(Item)

    def is_clean(self) -> bool:
        """No fault was found."""
        return not self.case.found

    def has_faults(self) -> bool:
        """At least one fault was found."""
        return bool(self.case.found)

    def is_safe(self) -> bool:
        """No safety fault is open."""
        return Item.SAFETY not in self.case.open_faults

    # --- what each step does

    def by_calendar(self, occasion: Occasion) -> Opening | None:
        return opening(occasion.label) if self.policy.is_working_day(self.today) else None

    @mark_item.on
    def mark(self, form: Mark) -> None:
        case = self.case
        case.marks = {**case.marks, form.item: form}
        if Item.SAFETY not in case.open_faults:
            case.unsafe_until = None
        elif case.unsafe_until is None:
            case.unsafe_until = self.now + SAFE_AGAIN.length
            self.tell(OPS_MANAGER, "safety_fault", fault=form.fault_detail)

    @finish_with_faults.on
    def tell_logistics(self) -> None:
        waiting = self.case.found.get(Item.OUTBOUND_AND_PICKUP)
        if waiting is not None:
            self.tell(LOGISTICS, "orders_waiting", fault=waiting.fault_detail)

    @start_handling.on
    def give_each_an_owner(self, form: Handling) -> None:
        owned = {fault.item for fault in form.faults}
        self.require(owned == set(self.case.found), "Each fault needs an owner and a date.", "faults")
        self.require(
            all(fault.due >= self.today for fault in form.faults), "Must not be in the past.", "faults"
        )
        latest = self.today + LONGEST.length
        self.require(
            all(fault.due <= latest for fault in form.faults), "At the latest on {day}.", "faults", day=latest
        )
        safe = all(fault.due == self.today for fault in form.faults if fault.item is Item.SAFETY)
        self.require(safe, "Safety is restored today.", "faults")
        for fault in form.faults:
            data = {"fault": self.case.found[fault.item].fault_detail, "due": str(fault.due)}
            self.do(Message(to=fault.owner, template="fault_yours", data=data))

    @fix_fault.on
    def put_one_right(self, form: Fix) -> None:
        """A fault is named by its item, or by its description; its owner says that it is put right."""
        case = self.case
        named = [i for i, mark in case.found.items() if form.fault in (i.value, mark.fault_detail)]
        self.require(named, "There is no such fault.", "fault")
        for item in named:
            owner = case.owner_of(item)
            self.require(self.actor.id == owner, "It is {owner} who puts this right.", "fault", owner=owner)
            shown = form.photo is not None or item is not Item.SAFETY
            self.require(shown, "Show that it is safe again.", "photo")
        case.fixed = (*case.fixed, *named)
        if Item.SAFETY not in case.open_faults:
            case.unsafe_until = None

    @all_handled.on
    def say_what_was_passed_on(self, form: Handled) -> None:
        left, passed = self.case.open_faults, {one.item for one in form.passed_on}
        self.require(Item.SAFETY not in left, "Safety is restored before the round is over.", "passed_on")
        self.require(
            passed == set(left),
            "Say to whom these faults are passed on: {left}.",
            "passed_on",
            left=list(left),
        )

    # --- what it starts

    @starts("stocktake", on=finish_with_faults)
    def count_again(self) -> Opening | None:
        """Goods that are not in their place make the count doubtful."""
        doubt = self.case.found.get(Item.GOODS_IN_PLACE)
        if doubt is None:
            return None
        scope = [*doubt.goods] or ["all"]
        return spot_count(self.next_subject, scope, self.today, self.case.checker or "checker")

    @starts("cross_department_issue", on=all_handled)
    def pass_on(self, form: Handled) -> list[Opening]:
        return [
            opening(
                f"{self.next_subject}-{one.item.value[0]}",
                other_department=one.department,
                problem=self.case.found[one.item].fault_detail,
                effect=one.item.value,
                urgent=False,
            )
            for one in form.passed_on
        ]
