# ruff: noqa: F403, F405 - written as procedures are
"""Small procedures, each made for one thing that the runner must do."""

from datetime import timedelta
from typing import ClassVar

from activities.milestones.contract import Milestone
from activities.money.contract import PayRefund
from activities.platform.contract import AdEntry
from models.effect import Effect, Queue, Undo
from models.values import yuan
from tests.runner.versions import Moved, Moved2, Shortened, Shortened2, Shortened3
from workflows.registry import registry
from workflows.vocabulary import *


class Nothing(Case):
    pass


class Weighing(Form):
    grams: Keep[Count]


class Weighed(Case):
    grams: Count = 0


class Plain(Procedure):
    """Six actions of people, with deadlines and no effects. A book hears of it, and one step is counted."""

    key = "plain"
    case: Weighed

    new = Entry()
    received = Stage(role=CS_AGENT, due=hours(24), tell=CS_SUPERVISOR)
    confirmed = Stage(role=PICKER, due=hours(48), tell=CS_SUPERVISOR)
    picked = Stage(role=PACKER, due=hours(48), tell=CS_SUPERVISOR)
    packed = Stage(role=LOGISTICS, due=hours(48), tell=CS_SUPERVISOR)
    shipped = Stage(role=LOGISTICS, due=days(3), tell=CS_SUPERVISOR)
    delivered = Stage(role=CS_AGENT, due=days(3), tell=CS_SUPERVISOR)
    done = Stage(final=True)

    place = new.to(received, by=CUSTOMER | CS_AGENT)
    confirm = received.to(confirmed, by=CS_AGENT)
    pick = confirmed.to(picked, by=PICKER)
    pack = picked.to(packed, by=PACKER, form=Weighing)
    ship = packed.to(shipped, by=LOGISTICS)
    deliver = shipped.to(delivered, by=LOGISTICS)
    complete = delivered.to(done, by=CS_AGENT)
    remark = (received | confirmed | picked | packed | shipped | delivered).stay(by=CS_AGENT, form=Note)
    praise = done.stay(by=CUSTOMER, form=Note)

    milestones: ClassVar = {Milestone.ORDER_CONFIRMED: confirm}

    def book_entry(self) -> AdEntry:
        return AdEntry(running=not (self.stage is not None and self.stage.final))


# --- effects


class Unkeep(Undo):
    """Gives back what was kept."""


class KeepAside(Effect):
    """Keeps something, quickly."""

    undone_by: ClassVar[type[Undo] | None] = Unkeep
    quick: ClassVar[bool] = True
    attempts: ClassVar[int] = 2
    what: str


class Unpay(Undo):
    """Takes a payment back."""

    queue: ClassVar[Queue] = Queue.PROVIDERS
    attempts: ClassVar[int] = 2


class PayOut(Effect):
    """Pays, slowly."""

    undone_by: ClassVar[type[Undo] | None] = Unpay
    queue: ClassVar[Queue] = Queue.PROVIDERS
    timeout: ClassVar[timedelta] = timedelta(seconds=60)
    attempts: ClassVar[int] = 2
    what: str


class Refund(Form):
    refund_no: Keep[Code]


class Returned(Case):
    refund_no: Code | None = None
    kept: Count = 0


class Return(Procedure):
    """Asks for a quick effect and for a slow one, and undoes them when it is dropped."""

    key = "return"
    case: Returned

    new = Entry()
    requested = Stage(role=AFTER_SALES, due=hours(24), tell=CS_SUPERVISOR)
    refunding = Stage()
    stuck = Stage(role=FINANCE)
    refunded = Stage(final=True)
    dropped = Stage(final=True, undo=True)

    ask = new.to(requested, by=CUSTOMER)
    keep_one = requested.stay(by=AFTER_SALES)
    keep_two = requested.stay(by=AFTER_SALES)
    kept_one = requested.stay()
    none_left = requested.stay()
    inspect = requested.to(refunding, by=AFTER_SALES)
    refund_paid = refunding.to(refunded, form=Refund)
    refund_failed = refunding.to(stuck)
    again = stuck.to(refunding, by=FINANCE)
    drop = (requested | refunding | stuck).to(dropped, by=CS_SUPERVISOR)
    lapse = requested.to(dropped, after=days(14))

    @keep_one.on
    def reserve(self) -> None:
        self.do(KeepAside(what=self.subject), then=self.kept_one, otherwise=self.none_left)

    @keep_two.on
    def reserve_and_note(self) -> None:
        self.do(KeepAside(what="first"))
        self.do(KeepAside(what="second"))

    @kept_one.on
    def count_it(self) -> None:
        self.case.kept += 1

    @refunding.enter
    def pay(self) -> None:
        self.do(PayOut(what=self.subject), then=self.refund_paid, otherwise=self.refund_failed)


class GiveBack(Procedure):
    """Pays back what was paid for an order, by the store's own provider."""

    key = "give_back"
    case: Nothing

    new = Entry()
    giving = Stage()
    given = Stage(final=True)
    kept = Stage(final=True)

    ask = new.to(giving, by=CUSTOMER)
    paid_back = giving.to(given)
    declined = giving.to(kept)

    @giving.enter
    def pay_back(self) -> None:
        self.do(PayRefund(order=self.subject, amount=yuan(30)), then=self.paid_back, otherwise=self.declined)


class Unshelve(Undo):
    """Takes goods off the shelf again."""

    attempts: ClassVar[int] = 2


class Shelve(Effect):
    """An entry in the books that no action waits for."""

    undone_by: ClassVar[type[Undo] | None] = Unshelve
    attempts: ClassVar[int] = 2
    what: str


class Label(Effect):
    """Another entry in the books."""

    attempts: ClassVar[int] = 2
    what: str


class Gather(Procedure):
    """Asks for several things at once."""

    key = "gather"
    case: Nothing

    new = Entry()
    gathering = Stage(role=PICKER)
    paid = Stage(role=PICKER)
    unlabelled = Stage(role=PICKER)
    gathered = Stage(final=True)
    dropped = Stage(final=True, undo=True)

    begin = new.to(gathering, by=CUSTOMER)
    collect = gathering.stay(by=PICKER)
    label_all = gathering.stay(by=PICKER)
    pay_out = gathering.to(paid, by=PICKER)
    no_label = gathering.to(unlabelled)
    settled = paid.to(gathered)
    unsettled = paid.to(unlabelled)
    give_up = (gathering | paid | unlabelled).to(dropped, by=PICKER)

    @collect.on
    def shelve(self) -> None:
        self.do(Shelve(what="first"))
        self.do(Shelve(what="second"))
        self.do(Shelve(what="third"))

    @label_all.on
    def shelve_and_label(self) -> None:
        self.do(Shelve(what="first"))
        self.do(Label(what="second"), otherwise=self.no_label)
        self.do(Shelve(what="third"))

    @pay_out.on
    def shelve_and_pay(self) -> None:
        self.do(Shelve(what="first"))
        self.do(PayOut(what="second"), then=self.settled, otherwise=self.unsettled)
        self.do(Shelve(what="third"))


class Child(Procedure):
    """Is started by another, and tells it how it ended."""

    key = "child"
    case: Nothing

    new = Entry()
    working = Stage(role=PURCHASING)
    halfway = Stage(role=PURCHASING)
    ready = Stage(final=True)
    failed = Stage(final=True)

    set_out = new.to(working, by=PURCHASING)
    advance = working.to(halfway, by=PURCHASING)
    succeed = (working | halfway).to(ready, by=PURCHASING)
    fail = (working | halfway).to(failed, by=PURCHASING)

    def result(self) -> dict[str, str]:
        return {"refund_no": f"R-{self.subject}"}


class Parent(Procedure):
    """Starts another case and waits for it; and one of a procedure that isn't there."""

    key = "parent"
    case: Returned

    new = Entry()
    idle = Stage(role=OPS_MANAGER)
    waiting = Stage(role=OPS_MANAGER)
    half_done = Stage(role=OPS_MANAGER)
    lost = Stage()
    served = Stage(final=True)
    unserved = Stage(final=True)
    stopped = Stage(final=True, undo=True)

    open = new.to(idle, by=OPS_MANAGER)
    order = idle.to(waiting, by=OPS_MANAGER)
    half = waiting.to(half_done)
    serve = (waiting | half_done).to(served, form=Refund)
    fail_it = (waiting | half_done).to(unserved)
    stop = (idle | waiting | half_done).to(stopped, by=OPS_MANAGER)
    order_odd = idle.to(lost, by=OPS_MANAGER)
    found = lost.to(served)

    @starts("child", on=order, ends={"halfway": half, "ready": serve, "failed": fail_it})
    def helper(self) -> Opening:
        return opening(f"{self.subject}-1")

    @starts("not_yet_there", on=order_odd, ends={"done": found})
    def odd(self) -> Opening:
        return opening(f"{self.subject}-2")


class FourEyes(Procedure):
    """What one has asked for, another must approve; and two checks run side by side."""

    key = "four_eyes"
    case: Nothing

    new = Entry()
    asked = Stage(role=OPS_MANAGER)
    approved = Stage(role=QC | PICKER)
    done = Stage(final=True)

    request = new.to(asked, by=OPS_MANAGER)
    approve = asked.to(approved, by=OPS_MANAGER, other_than=request)
    check_goods = approved.stay(by=QC, once=True)
    check_papers = approved.stay(by=PICKER, once=True)
    finish = approved.to(done, by=QC, needs=(check_goods, check_papers))


class Timed(Procedure):
    """A limit over two stages that pauses in one of them, and a stage's own by opening hours."""

    key = "timed"
    case: Nothing

    new = Entry()
    working = Stage(role=PICKER)
    asking = Stage(role=CS_AGENT, due=service_hours(2), tell=CS_SUPERVISOR)
    late = Stage(role=OPS_MANAGER)
    done = Stage(final=True)

    set_out = new.to(working, by=CUSTOMER)
    query = working.to(asking, by=PICKER)
    reply = asking.to(working, by=CUSTOMER | CS_AGENT)
    finish = working.to(done, by=PICKER)
    overrun = working.to(late)
    wind_up = late.to(done, by=OPS_MANAGER)

    ship = Deadline(
        hours(24),
        since=set_out,
        until=finish,
        paused_in=asking,
        tell={hours(18): PACKER, hours(24): GM},
        sends=overrun,
    )


class NewDay(Form):
    shop: InHistory[Code]
    day: Day


class DayKept(Case):
    day: Day


class Routine(Procedure):
    """The calendar starts it every day."""

    key = "routine"
    case: DayKept
    exceptions = (without("by_hand", because="What the calendar alone does is tried with it."),)

    new = Entry()
    going = Stage(role=OPS_SPECIALIST)
    done = Stage(final=True)

    set_out = new.to(going, every=daily("09:00"), form=NewDay)
    finish = going.to(done, by=OPS_SPECIALIST)

    def by_calendar(self, occasion: Occasion) -> Opening:
        return opening(occasion.label, shop=self.store, day=occasion.first)


class Chore(Procedure):
    """The calendar asks somebody to begin it every day."""

    key = "chore"
    case: DayKept

    new = Entry(role=OPS_SPECIALIST, due=hours(4), tell=OPS_MANAGER, lapses=days(2))
    going = Stage(role=OPS_SPECIALIST)
    done = Stage(final=True)

    set_out = new.to(going, by=OPS_SPECIALIST, form=NewDay, every=daily("09:00"))
    finish = going.to(done, by=OPS_SPECIALIST)

    def by_calendar(self, occasion: Occasion) -> Opening:
        return asking(occasion.label, shop=self.store)


def register() -> None:
    """Put them beside the store's procedures, in this process."""
    for procedure in (
        *(Plain, Return, Gather, GiveBack, Child, Parent, FourEyes, Timed, Routine, Chore, Moved, Moved2),
    ):
        registry().add(procedure)
    for procedure in (Shortened, Shortened2, Shortened3):
        registry().add(procedure)
