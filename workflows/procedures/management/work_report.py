"""Work report (工作汇报): the manager reports progress upward at set times, each problem with its solution.

Sources: 001-p 第五条4 ("regularly"); 001-a 四1.
"""

from activities.messages.contract import Message
from workflows.vocabulary import *

WEEK_ENDS = "08:00"  # Monday morning
MONTH_ENDS = "00:30"  # the first of the next month
WEEKLY_LIMIT = "12:00"  # of that Monday; default
MONTHLY_LIMIT = working_days(3)  # default

# --- what is asked ------------------------------------------------------------------------------------------------


class Problem(FormRow):
    problem: Text
    solution: Text


class Report(Form):
    progress: Annotated[Keep[LongText], proposed("progress")]
    problems_met: FormRows[Problem] = Field(alias="problems")
    next_steps: Annotated[Keep[Remark], proposed("next_steps")] = ""
    files: Files = ()


class Question(Form):
    question: Text


class Acceptance(Form):
    note: Remark = ""
    decisions: Keep[FormRows[ActionItem]] = ()


class ReportCase(Case):
    weekly_limit: Moment | None = None
    """Until when the week's report is due; not known for the month's."""
    progress: LongText | None = None
    next_steps: Remark = ""
    decisions: FormRows[ActionItem] = ()

    @property
    def decisions_due(self) -> Day | None:
        """By when the last of them is to be done."""
        return max((one.due for one in self.decisions), default=None)


# --- the procedure ------------------------------------------------------------------------------------------------


class WorkReport(Procedure):
    """Report progress to the gm at the end of each week and month, every problem with a proposed solution."""

    key = "work_report"
    case: ReportCase
    about = ("weekly_limit",)

    new = Entry()
    due = Stage(role=OPS_MANAGER, due=first_known(at("weekly_limit"), MONTHLY_LIMIT), tell=GM)
    submitted = Stage(role=GM)
    more_asked = Stage(role=OPS_MANAGER, due=working_days(2), tell=GM)
    acting = Stage(role=OPS_MANAGER, due=at("decisions_due") + days(1), tell=OPS_MANAGER | GM)
    accepted = Stage(final=True)

    # handed in                                                                      001-p 第五条4
    open_report = new.to(due, by=OPS_MANAGER, every=weekly(WEEK_ENDS, "MON") | monthly(MONTH_ENDS))
    submit = (due | more_asked).to(submitted, by=OPS_MANAGER, form=Report)
    chase = due.stay(at=first_known(at("weekly_limit"), MONTHLY_LIMIT)) | more_asked.stay(
        after=working_days(2)
    )

    # read
    ask_more = submitted.to(more_asked, by=GM, form=Question)
    accept = submitted.to(acting, by=GM, form=Acceptance, when="has_decisions", main=True) | submitted.to(
        accepted, by=GM, form=Acceptance, when="not has_decisions"
    )
    decisions_done = acting.to(accepted, by=OPS_MANAGER, form=Note)

    kpis = (
        share(chase, of=open_report),
        elapsed(open_report, submit),
        share(ask_more, of=submit),
    )

    # --- rules

    def has_decisions(self, form: Acceptance | None) -> bool:
        """Something was decided on it."""
        return form is not None and bool(form.decisions)

    # --- what each step does

    @open_report.on
    def set_the_limit(self) -> None:
        if self.subject.startswith("week-"):
            self.case.weekly_limit = self.policy.moment(self.today, WEEKLY_LIMIT)

    @chase.on
    def remind_the_manager(self) -> None:
        self.tell(OPS_MANAGER, "report_overdue")

    @submit.on
    def hand_to_the_gm(self) -> None:
        self.tell(GM, "report_handed_in")

    @ask_more.on
    def pass_the_question(self, form: Question) -> None:
        self.tell(OPS_MANAGER, "report_question", question=form.question)

    @accept.on
    def hand_out_decisions(self, form: Acceptance) -> None:
        for one in form.decisions:
            self.require(one.due >= self.today, "Must not be in the past.", "decisions")
            self.tell(OPS_MANAGER, "decision_taken", decision=one.action)
            data = {"action": one.action, "due": str(one.due)}
            self.do(Message(to=one.owner, template="action_yours", data=data))

    @decisions_done.on
    def tell_the_gm(self, form: Note) -> None:
        self.tell(GM, "decisions_done", note=form.note)

    @open_report.on
    def for_a_period(self) -> None:
        length, _, label = self.subject.partition("-")
        is_period = length in ("week", "month") and self.is_over(label, Length(length))
        self.require(
            is_period or not self.actor.is_staff,
            "Its number is the week or month that is over, such as week-2026-W47 or month-2026-11.",
        )

    def by_calendar(self, occasion: Occasion) -> Opening:
        """About the week or month that is over."""
        return opening(f"{occasion.length}-{occasion.before.label}")
