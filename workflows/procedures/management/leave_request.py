"""Leave request (请假): the rules on working time and leave, and work that goes on while somebody is away.

Source: 001-k 3.2.1.
"""

from activities.messages.contract import Message
from activities.people.contract import CoverAbsence
from workflows.vocabulary import *

# --- what is asked ------------------------------------------------------------------------------------------------


class Leave(Form):
    kind: Literal["annual", "sick", "personal", "other"]
    first_day: TimeOrOther[Day]
    last_day: Day
    stand_in: User
    reason: Remark = ""
    proof: File | None = None

    def problems(self) -> Problems:
        if self.last_day < self.first_day:
            yield "last_day", "Must not come before the first day."
        if self.kind == "sick" and self.last_day > self.first_day and self.proof is None:
            yield "proof", "Sick leave of more than one day needs a proof."


class Return(Form):
    back_on: TimeOrEarlier[Day]
    note: Remark = ""


class LeaveCase(Case):
    kind: str
    first_day: Day
    last_day: Day
    stand_in: User
    reason: Remark = ""
    employee: Text = "-"
    """Who asked."""
    proof: File | None = None
    is_away: bool = False

    @property
    def begins(self) -> Day | None:
        """Once."""
        return None if self.is_away else self.first_day

    @property
    def over(self) -> Day:
        """The first day after the leave."""
        return self.last_day + days(1).length


# --- the procedure ------------------------------------------------------------------------------------------------


class LeaveRequest(Procedure):
    """Let an employee take leave, with a stand-in who has their tasks from the first day to the last."""

    key = "leave_request"
    case: LeaveCase
    numbers = "LV"
    about = ("employee", "kind", "first_day")
    readers = HR | OPS_MANAGER | GM
    parties = {PartyKind.PERSON: ("employee", "stand_in")}

    new = Entry()
    requested = Stage(role=OPS_MANAGER | GM, due=working_days(1), tell=GM)
    approved = Stage(role=STAFF)
    closed = Stage(final=True)
    refused = Stage(final=True)
    cancelled = Stage(final=True, undo=True)

    # asked and decided                                                              001-k 3.2.1
    request = new.to(requested, by=STAFF, form=Leave)
    approve = requested.to(
        approved,
        by=OPS_MANAGER | GM,
        form=Remarks,
        other_than=request,
        main=True,
        approves=("kind", "first_day", "last_day", "stand_in", "reason", "proof"),
    )
    refuse = requested.to(refused, by=OPS_MANAGER | GM, form=Remarks, other_than=request, back=True)

    # taken, or not
    begin_leave = approved.stay(at=at("begins"))
    cancel = (requested | approved).to(cancelled, by=STAFF, form=Withdrawal, back=True)
    call_off = approved.to(cancelled, by=OPS_MANAGER | GM, form=Reason, back=True)
    come_back = approved.to(closed, by=STAFF, form=Return, at=at("over"), main=True)

    kpis = (
        elapsed(request, approve | refuse),
        share(refuse, of=request),
        count(approve),
    )

    # --- what each step does

    @request.on
    def note_who_asks(self, form: Leave) -> None:
        self.require(form.stand_in != self.actor.id, "Somebody else stands in.", "stand_in")
        self.case.employee = self.actor.id

    @(cancel | come_back).on
    def for_oneself(self) -> None:
        alone = self.actor.is_engine or self.actor.id == self.case.employee
        self.require(alone, "That is for whoever asked for the leave.")

    def tell_both(self, template: str, **data: object) -> None:
        """Whoever is away, and whoever stands in."""
        case = self.case
        days_ = {"first": case.first_day, "last": case.last_day, "employee": case.employee}
        texts = {name: str(value) for name, value in {**days_, **data}.items()}
        for person in (case.employee, case.stand_in):
            self.do(Message(to=person, template=template, data=texts))

    @refuse.on
    def say_no(self, form: Remarks) -> None:
        data = {"note": form.note or "-"}
        self.do(Message(to=self.case.employee, template="leave_refused", data=data))

    @approve.on
    def cover(self, form: Remarks) -> None:
        case = self.case
        in_peak = any(p.first <= case.last_day and case.first_day <= p.last for p in self.policy.peaks)
        self.require(
            form.note or not in_peak, "A campaign peak falls into these days: say how it is covered.", "note"
        )
        self.tell_both("leave_approved")

    @begin_leave.on
    def cover_the_absence(self) -> None:
        case = self.case
        case.is_away = True
        self.do(
            CoverAbsence(
                employee=case.employee,
                stand_in=case.stand_in,
                first=case.first_day,
                last=case.last_day,
                kind_of_leave=case.kind,
                note=case.reason,
            )
        )

    @cancel.on
    def in_time(self) -> None:
        if self.came_from is self.approved:
            self.require(not self.case.is_away, "The leave has begun: come back early instead.")
            self.tell_both("leave_cancelled")

    @call_off.on
    def say_why(self, form: Reason) -> None:
        self.tell_both("leave_called_off", why=form.reason)

    @come_back.on
    def take_tasks_back(self, form: Return | None) -> None:
        self.require(
            form is None or form.back_on >= self.case.first_day,
            "Cancel a leave that hasn't begun.",
            "back_on",
        )
        self.undo(CoverAbsence)
