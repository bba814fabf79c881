"""Operations plan (运营方案与运营规划): goal, strategy, schedule, resources and money of a period, in figures.

Sources: 000-a 1, 8; 000-g 一; 001-a 二; 001-b; 001-g 第四条(一); 001-h 岗位 1; 001-i 一; 001-j 运营统筹 1;
001-l 运营负责人 1, 6; 001-p 第五条1; 004-a 三; 004-b; 004-c; 004-d 2. The gm approves: a major decision (001-a 四1).
"""

from activities.messages.contract import Message
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

MOST_BACKGROUND = 3  # 004-a 三1
MOST_INDIRECT_PURPOSES = 2  # 004-a 三2; the direct purpose is exactly one
YEAR_LEAD = days(30)  # default
QUARTER_LEAD = days(10)  # default
QUARTERS_PLANNED = ((3, 10), (6, 10), (9, 10), (12, 10))  # (month, day), for the quarter after; default
YEAR_PLANNED = (11, 20)  # for the year after; default
GM_HEARS_AFTER = days(7)  # that a plan isn't finished; default
COMMENTS_FROM = {FINANCE: "财务", PURCHASING: "采购", CS_SUPERVISOR: "客服"}

PLAN = (
    "background",
    "direct_purpose",
    "indirect_purposes",
    "goals",
    "strategy",
    "target_market",
    "target_buyers",
    "positioning",
    "sales_channels",
    "schedule",
    "resources",
    "budget",
    "kpis",
    "comments",
)

REVISION = ("change", "new_goals", "new_schedule", "new_budget", "new_kpis")

# --- what is asked ------------------------------------------------------------------------------------------------


class Goal(FormRow):
    metric: Text
    number: Number
    date: Day


class Task(FormRow):
    task: Text
    owner: User
    start: Day
    end: Day


class Plan(Form):
    background: Annotated[
        Keep[Annotated[tuple[Text, ...], Field(min_length=1, max_length=MOST_BACKGROUND)]],
        proposed("background"),
    ]
    direct_purpose: Annotated[Keep[Text], proposed("direct_purpose")]
    indirect_purposes: Annotated[
        Keep[Annotated[tuple[Text, ...], Field(max_length=MOST_INDIRECT_PURPOSES)]],
        proposed("indirect_purposes"),
    ] = ()
    goals: Annotated[Keep[Some[Goal]], proposed("goals")]
    strategy: Annotated[Keep[LongText], proposed("strategy")]
    target_market: Annotated[Keep[Text], proposed("target_market")]
    target_buyers: Annotated[Keep[Text], proposed("target_buyers")]
    positioning: Annotated[Keep[Text], proposed("positioning")]
    sales_channels: Annotated[Keep[Some[Text]], proposed("sales_channels")]
    schedule: Annotated[Keep[Some[Task]], proposed("schedule")]
    resources: Annotated[Keep[Text], proposed("resources")]
    budget: Annotated[Keep[Price], proposed("budget")]
    kpis: Annotated[Keep[Some[Target]], proposed("kpis")]

    def problems(self) -> Problems:
        if any(task.end < task.start for task in self.schedule):
            yield "schedule", "A task ends before it starts."


class Comment(FormRow):
    department: Text
    comment: Text


class Comments(Form):
    comments: Annotated[FormRows[Comment], proposed("comments")] = ()


class OwnComment(Form):
    comment: Text


class Finding(Form):
    finding: Text


class Revision(Finding):
    """What is to be otherwise from now on; the rest stays as it was approved."""

    change: Keep[Text]
    new_goals: Annotated[Keep[Some[Goal]], proposed("goals")]
    new_schedule: Annotated[Keep[Some[Task]], proposed("schedule")]
    new_budget: Annotated[Keep[Price], proposed("budget")]
    new_kpis: Annotated[Keep[Some[Target]], proposed("kpis")]

    def problems(self) -> Problems:
        if any(task.end < task.start for task in self.new_schedule):
            yield "new_schedule", "A task ends before it starts."
        if any_twice(goal.metric for goal in self.new_goals):
            yield "new_goals", "One number for each goal."


class Summary(Form):
    results: Annotated[Some[Reached], rows_of("goals_to_compare")]
    lessons: Text


class PlanCase(Case):
    background: FormRows[Text]
    direct_purpose: Text
    indirect_purposes: FormRows[Text] = ()
    goals: FormRows[Goal]
    schedule: Some[Task]
    budget: Price
    kpis: FormRows[Target]
    strategy: LongText | None = None
    target_market: Text | None = None
    target_buyers: Text | None = None
    positioning: Text | None = None
    sales_channels: FormRows[Text] = ()
    resources: Text | None = None
    comments: FormRows[Comment] = ()
    change: Remark = ""
    new_goals: FormRows[Goal] = ()
    new_schedule: FormRows[Task] = ()
    new_budget: Price | None = None
    new_kpis: FormRows[Target] = ()
    is_to_write: bool = False
    """Whether the plan is still to be written, or written again."""
    is_reviewed: bool = False

    @property
    def goals_to_compare(self) -> list[dict[str, object]]:
        """The goals; what was reached is still to be said."""
        return [{"metric": goal.metric, "target": goal.number} for goal in self.goals]

    @property
    def first_day(self) -> Day:
        return min(task.start for task in self.schedule)

    @property
    def last_day(self) -> Day:
        return max(task.end for task in self.schedule)

    @property
    def over(self) -> Day:
        """The first day after the plan's last."""
        return self.last_day + days(1).length

    @property
    def plan_by(self) -> Day | None:
        """Until when the plan of a year or a quarter is to be approved; a project has no such day."""
        length = self.last_day - self.first_day
        if length >= days(300).length:
            return self.first_day - YEAR_LEAD.length
        return self.first_day - QUARTER_LEAD.length if length >= days(80).length else None

    @property
    def middle(self) -> Day | None:
        """When it is looked at half way, once."""
        return None if self.is_reviewed else self.first_day + (self.last_day - self.first_day) // 2


# --- the procedure ------------------------------------------------------------------------------------------------


class OperationsPlan(AnswersWhoAsked, Procedure):
    """Write down goal, strategy, schedule, resources and money of a period so that they can be measured, and do so."""

    key = "operations_plan"
    case: PlanCase
    numbers = "OP"
    about = ("direct_purpose", "budget")

    new = Entry(role=OPS_MANAGER | OPS_SPECIALIST, due=working_days(5), tell=GM)
    drafted = Stage(role=OPS_MANAGER | OPS_SPECIALIST)
    self_check = Stage(role=OPS_MANAGER)
    review = Stage(role=OPS_MANAGER)
    approval = Stage(role=GM, due=working_days(5), tell=GM)
    active = Stage(
        role=OPS_MANAGER, due=at("over"), tell={at("over"): OPS_MANAGER, at("over") + GM_HEARS_AFTER: GM}
    )
    mid_review = Stage(role=OPS_MANAGER)
    revised = Stage(role=GM, due=working_days(5), tell=GM)
    completed = Stage(final=True)
    rejected = Stage(final=True)
    stopped = Stage(final=True, undo=True)

    # written in form                                                                004-a 三
    draft = new.to(
        drafted,
        by=OPS_MANAGER | OPS_SPECIALIST,
        form=Plan,
        every=on_days("09:00", *QUARTERS_PLANNED, YEAR_PLANNED),
    ) | drafted.stay(by=OPS_MANAGER | OPS_SPECIALIST, form=Plan)
    check_form = drafted.to(self_check, as_soon_as="is_written")
    form_fail = self_check.to(drafted, as_soon_as="not is_in_form")
    send_review = self_check.to(review, by=OPS_MANAGER, form=Comments)
    comment = review.stay(by=FINANCE | PURCHASING | CS_SUPERVISOR, form=OwnComment)
    comments_done = review.to(approval, by=OPS_MANAGER, form=Comments)

    # a major decision                                                               001-a 四1
    approve = approval.to(
        active, by=GM, form=Note, other_than=(draft, comments_done), main=True, approves=PLAN
    )
    return_plan = approval.to(drafted, by=GM, form=Note, back=True)
    reject = approval.to(rejected, by=GM, form=Note, back=True)

    # followed, half way and to the end                                              000-a 8
    mid_term = active.to(mid_review, at=at("middle"))
    keep_going = mid_review.to(active, by=OPS_MANAGER, form=Finding, main=True)
    revise = mid_review.to(revised, by=OPS_MANAGER, form=Revision)
    reapprove = revised.to(active, by=GM, form=Note, other_than=revise, main=True, approves=REVISION)
    keep_as_it_was = revised.to(active, by=GM, form=Note, back=True)
    finish = active.to(completed, by=OPS_MANAGER, form=Summary)
    stop = (active | mid_review | revised).to(stopped, by=GM, form=Reason, back=True)

    planned_in_time = Deadline(at("plan_by"), since=draft, until=approve, tell=GM)

    kpis = (
        elapsed(draft, approve),
        share(return_plan, of=comments_done),
        share(revise, of=mid_term),
        share(stop, of=approve),
    )

    # --- rules

    def is_written(self) -> bool:
        """Somebody has written it, since it was outlined or came back."""
        return not self.case.is_to_write

    def is_in_form(self) -> bool:
        """Each background once, one direct purpose beside the indirect ones, and one number for each goal."""
        case = self.case
        metrics = [goal.metric for goal in case.goals]
        return (
            len(set(case.background)) == len(case.background) <= MOST_BACKGROUND
            and case.direct_purpose not in case.indirect_purposes
            and len(set(metrics)) == len(metrics)
        )

    # --- what each step does

    stop.on(AnswersWhoAsked.tell_end)
    (return_plan | reject).on(AnswersWhoAsked.tell_why_not)

    @draft.on
    def note_who_wrote(self) -> None:
        self.case.is_to_write = self.actor.is_engine

    @form_fail.on
    def say_the_form(self) -> None:
        self.case.is_to_write = True
        self.tell(OPS_MANAGER, "plan_not_in_form", purpose=self.case.direct_purpose)

    @send_review.on
    def ask_for_comments(self) -> None:
        for role in (FINANCE, PURCHASING, CS_SUPERVISOR):
            self.tell(role, "plan_to_comment", purpose=self.case.direct_purpose)

    @comment.on
    def add_the_comment(self, form: OwnComment) -> None:
        whose = next(name for role, name in COMMENTS_FROM.items() if role in self.actor.roles)
        self.case.comments = (*self.case.comments, Comment(department=whose, comment=form.comment))

    @comments_done.on
    def keep_every_comment(self, form: Comments) -> None:
        """Also one that a department sent while the form was open."""
        known = tuple(one for one in self.case.comments if one not in form.comments)
        self.case.comments = (*form.comments, *known)

    @return_plan.on
    def write_again(self, form: Note) -> None:
        self.case.is_to_write = True
        self.tell(OPS_MANAGER, "plan_returned", purpose=self.case.direct_purpose, note=form.note)

    @reject.on
    def tell_who_wrote(self, form: Note) -> None:
        self.tell(OPS_MANAGER, "plan_returned", purpose=self.case.direct_purpose, note=form.note)

    @keep_as_it_was.on
    def tell_that_nothing_changes(self, form: Note) -> None:
        self.tell(OPS_MANAGER, "plan_kept", purpose=self.case.direct_purpose, note=form.note)

    @approve.on
    def tell_owners(self) -> None:
        self._tell_of(self.case.schedule, "action_yours")

    @reapprove.on
    def change_the_plan(self) -> None:
        """Who has a task that is as it was hears nothing."""
        case = self.case
        before, now = case.schedule, case.new_schedule
        case.goals, case.kpis, case.schedule = case.new_goals, case.new_kpis, case.new_schedule
        if case.new_budget is not None:
            case.budget = case.new_budget
        self._tell_of(tuple(task for task in now if task not in before), "action_yours")
        self._tell_of(tuple(task for task in before if task not in now), "action_off")

    @stop.on
    def tell_owners_of_the_end(self) -> None:
        self._tell_of(self.case.schedule, "action_off")

    def _tell_of(self, tasks: tuple[Task, ...], template: str) -> None:
        for task in tasks:
            data = {"action": task.task, "due": str(task.end)}
            self.do(Message(to=task.owner, template=template, data=data))

    @(approve | reapprove).on
    def set_targets(self) -> None:
        case = self.case
        self.do(
            KeepRecord(
                book="targets",
                entry=self.subject,
                data={
                    "goals": [goal.model_dump(mode="json") for goal in case.goals],
                    "kpis": [target.model_dump(mode="json") for target in case.kpis],
                    "budget": str(case.budget),
                    "period": {"first": str(case.first_day), "last": str(case.last_day)},
                    "change": case.change,
                },
            )
        )

    @mid_term.on
    def look_once(self) -> None:
        self.case.is_reviewed = True

    @revise.on
    def say_what_changes(self, form: Revision) -> None:
        self.tell(GM, "plan_revised", purpose=self.case.direct_purpose, change=form.change)

    @finish.on
    def compare_goals(self, form: Summary) -> None:
        compared = {row.metric for row in form.results}
        missing = [goal.metric for goal in self.case.goals if goal.metric not in compared]
        self.require(not missing, "Compare every goal: {missing}.", "results", missing=missing)
        targets = {goal.metric: goal.number for goal in self.case.goals}
        changed = [row for row in form.results if targets.get(row.metric, row.target) != row.target]
        self.require(
            not changed,
            "The plan says {value}.",
            "results",
            value=targets[changed[0].metric] if changed else "-",
        )
        self.require(self.today >= self.case.last_day, "The plan's last day hasn't come: stop it instead.")
        self.make_permanent(KeepRecord)

    def by_calendar(self, occasion: Occasion) -> Opening:
        """The next quarter's plan; the next year's plan on a day of its own."""
        if occasion.length is Length.DAY:
            return asking(f"{self.today.year + 1}")
        return asking(occasion.after.label)
