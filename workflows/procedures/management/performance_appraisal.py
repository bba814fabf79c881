"""Performance appraisal (绩效考核与奖惩): measures a post, judged twice a year, then reward or correction.

Sources: 001-a 五; 001-b 第四章; 001-f 六; 001-k 4.1; 001-p 第五条2.
Half a year with the union of all measures; the monthly part is commission_settlement: D13.
"""

from activities.figures.contract import FigureSet, ReadFigures
from activities.messages.contract import Message
from activities.registers.contract import INSPECTIONS, LAST_APPRAISAL, KeepRecord
from activities.settlement.contract import BeginPay, BookStaffPay
from workflows.vocabulary import *

MEASURES = {
    "sales",
    "order_efficiency",
    "satisfaction",
}  # 001-b 第四章1(1); 001-f 六2 adds to an operations post's
OPERATIONS_MEASURES = {"conversion", "activity_effect"}
LEARNS_FROM = "绩效改进："
TARGETS_SET = days(10)  # from the half-year's first day (default)
SELF_RATING = days(10)  # to rate oneself, after the half-year (default)

Points = Annotated[Number, Field(ge=0, le=100)]

# --- what is asked ------------------------------------------------------------------------------------------------


class Measure(FormRow):
    metric: Code
    weight: Annotated[Number, Field(gt=0, le=100)]
    target: Number


class Targets(Form):
    measures: Some[Measure]
    employee: User | None = None
    post: Literal["operations", "other"] = "other"

    def problems(self) -> Problems:
        if sum(measure.weight for measure in self.measures) != 100:
            yield "measures", "The weights come to 100."
        needed = MEASURES | OPERATIONS_MEASURES if self.post == "operations" else MEASURES
        if missing := needed - {measure.metric for measure in self.measures}:
            yield "measures", sentence("Measure {missing} too.", missing=sorted(missing))


class TargetsAgreed(Form):
    agreed: Ticked
    comment: Remark = ""


class ScoreLine(FormRow):
    metric: FromCase[Code]
    score: Points


class SelfRating(Form):
    scores: Annotated[Some[ScoreLine], rows_of("measures")]
    comment: Remark = ""


class Rating(Form):
    last_appraisal: Annotated[Text | None, from_book(LAST_APPRAISAL, employee="employee")] = None
    inspections: Annotated[FormRows[Text], from_book(INSPECTIONS)] = ()
    scores: Annotated[Some[ScoreLine], rows_of("measures")]
    comment: Text
    total: Points | None = None
    """The weighted scores: computed; who names it is held to that."""


class Calibration(Form):
    final: Annotated[Keep[Points], proposed("total")]
    note: Remark = ""


class Result(Form):
    grade: Keep[Literal["excellent", "good", "pass", "improve"]]
    talked_at: TimeOrEarlier[Moment]


class Appeal(Form):
    grounds: Text


class AppealDecision(Form):
    decision: Text
    changed_to: Points | None = None
    """The points that hold from now on, where the decision changes them."""
    grade: Literal["excellent", "good", "pass", "improve"] | None = None
    """Likewise the grade."""


class Acceptance(Form):
    agreed: bool | None = None


class Reward(Form):
    reward: Literal["bonus", "raise", "promotion", "none", "improvement_plan"]
    amount: Price | None = None

    def problems(self) -> Problems:
        if self.reward in ("bonus", "raise") and not self.amount:
            yield "amount", "Say how much."
        if self.reward in ("none", "improvement_plan") and self.amount:
            yield "amount", "This decision goes without money."


class Leaving(Form):
    date: TimeOrOther[Day]


class AppraisalCase(Case):
    measures: Some[Measure]
    employee: User | None = None
    post: str = "other"
    first_day: Day | None = None
    after: Day | None = None
    """The first day after the half-year."""
    total: Points | None = None
    final: Points | None = None
    grade: Literal["excellent", "good", "pass", "improve"] | None = None


# --- the procedure ------------------------------------------------------------------------------------------------


class PerformanceAppraisal(AnswersWhoAsked, Procedure):
    """Set measures per post, judge them on schedule, reward or correct."""

    key = "performance_appraisal"
    case: AppraisalCase
    numbers = "PA"
    about = ("employee", "grade")
    readers = HR | OPS_MANAGER | GM
    parties = {PartyKind.PERSON: "employee"}

    new = Entry(role=OPS_MANAGER | GM, due=TARGETS_SET, tell=GM)
    targets_set = Stage(role=STAFF, due=at("first_day") + TARGETS_SET, tell=GM)
    period_running = Stage(role=HR)
    data_collected = Stage(role=STAFF)
    self_review = Stage(role=OPS_MANAGER | GM)
    manager_review = Stage(role=OPS_MANAGER | GM)
    calibration = Stage(role=OPS_MANAGER | GM)
    result_told = Stage(role=STAFF)
    appealed = Stage(role=GM, due=working_days(5), tell=GM)
    confirmed = Stage(role=HR | FINANCE | GM)
    closed = Stage(final=True)
    void = Stage(final=True, undo=True)

    # targets, and the half-year                                                     001-a 五1, 001-b 第四章1(1)-(2)
    set_targets = new.to(
        targets_set, by=OPS_MANAGER | GM, form=Targets, every=on_days("09:00", (1, 1), (7, 1))
    )
    judged_elsewhere = (targets_set | period_running).to(void)
    accept_targets = targets_set.to(
        period_running, by=STAFF, form=TargetsAgreed, other_than=set_targets, approves="measures"
    )
    period_over = period_running.to(data_collected, at=at("after"))
    leave = (targets_set | period_running).to(void, by=HR, form=Leaving)

    # rated and compared                                                             001-a 五1
    self_rate = data_collected.to(self_review, by=STAFF, form=SelfRating)
    skip_self = data_collected.to(manager_review, after=SELF_RATING)
    rate = self_review.to(
        manager_review, by=OPS_MANAGER | GM, form=Rating, other_than=self_rate
    ) | manager_review.stay(by=OPS_MANAGER | GM, form=Rating)
    calibrate = manager_review.to(calibration, by=GM, form=Calibration, when="is_rated")

    # announced, appealed against, acted on                                          001-b 第四章1(3), 001-f 六3
    tell_result = calibration.to(result_told, by=OPS_MANAGER | GM, form=Result)
    appeal = result_told.to(appealed, by=STAFF, form=Appeal)
    appeal_done = appealed.to(result_told, by=GM, form=AppealDecision)
    confirm = result_told.to(confirmed, by=STAFF, form=Acceptance, after=working_days(5), main=True)
    apply_reward = confirmed.to(closed, by=HR | FINANCE | GM, form=Reward)

    rated_in_time = Deadline(at("after") + days(20), since=period_over, until=rate, tell=GM)
    cycle = Deadline(at("after") + days(60), since=period_over, until=apply_reward, tell=HR)

    kpis = (
        elapsed(period_over, tell_result),
        share(appeal, of=tell_result),
        count(apply_reward),
        count(skip_self),
    )

    # --- rules

    def is_rated(self) -> bool:
        """The manager has rated."""
        return self.case.total is not None

    # --- what each step does

    accept_targets.on(AnswersWhoAsked.tell_yes)
    leave.on(AnswersWhoAsked.tell_end)

    def by_calendar(self, occasion: Occasion) -> list[Opening] | Opening:
        """The half-year of everybody in the settings except the gm; where they list nobody, one for all staff."""
        judged = [name for name in occasion.named() if name not in occasion.named(GM)]
        each = [asking(f"{name}-{occasion.label}", employee=name) for name in judged]
        return each or asking(f"{STAFF}-{occasion.label}")

    @(accept_targets | self_rate | appeal).on
    def for_oneself(self) -> None:
        self.require(self.actor.id == self.employee, "That is for the employee alone.")

    @confirm.on
    def confirm_oneself(self) -> None:
        self.require(
            self.actor.is_engine or self.actor.id == self.employee, "That is for the employee alone."
        )

    @(set_targets | rate | calibrate | tell_result | appeal_done | apply_reward).on
    def about_another(self) -> None:
        self.require(self.actor.id != self.employee, "Nobody decides about themselves: somebody else must.")

    @set_targets.on
    def somebodys(self) -> None:
        is_named = self.case.employee or not self.subject.startswith(f"{self.numbers}-")
        self.require(is_named, "Say whose.", "employee")

    @set_targets.on
    def fix_the_half_year(self) -> None:
        self.require(self.employee != STAFF, "Say whose targets these are.", "employee")
        self.case.employee = self.employee
        targets = "、".join(f"{one.metric} {one.target}" for one in self.case.measures)
        self.tell_employee("appraisal_targets", targets=targets[:500])
        first_half = self.today.month <= 6
        self.case.first_day = self.today.replace(month=1 if first_half else 7, day=1)
        self.case.after = (
            self.today.replace(month=7, day=1)
            if first_half
            else self.today.replace(year=self.today.year + 1, month=1, day=1)
        )
        half = f"{self.today.year}-H{1 if first_half else 2}"
        self.do(BeginPay(employee=self.employee, period=half), otherwise=self.judged_elsewhere)

    @judged_elsewhere.on
    def say_where(self, outcome: Refused | None) -> None:
        why = outcome.reason if outcome is not None else "-"
        self.tell(OPS_MANAGER, "appraisal_elsewhere", employee=self.employee, why=why)

    @period_over.on
    def read_figures(self) -> None:
        case = self.case
        if case.first_day is not None and case.after is not None:
            period = DateRange(first=case.first_day, last=case.after - days(1).length)
            self.do(ReadFigures(figures=FigureSet.APPRAISAL, about=self.employee, period=period))

    @(self_rate | rate).on
    def score_each_measure(self, form: SelfRating | Rating) -> None:
        wanted = {measure.metric for measure in self.case.measures}
        scored = {line.metric for line in form.scores}
        self.require(
            scored == wanted and len(form.scores) == len(scored), "Score each measure once.", "scores"
        )

    @rate.on
    def weigh(self, form: Rating) -> None:
        scores = {line.metric: line.score for line in form.scores}
        points = sum((scores[one.metric] * one.weight for one in self.case.measures), NOTHING.amount)
        self.require(
            form.total is None or abs(form.total * 100 - points) < 100,
            "The weighted scores come to {points}.",
            "total",
            points=f"{points / 100:.2f}",
        )
        self.case.total = round(points / 100, 2) if form.total is None else form.total

    @tell_result.on
    def was_talked_about(self, form: Result) -> None:
        self.tell_employee("appraisal_result", points=self.case.final, grade=form.grade)

    @appeal.on
    def tell_the_gm(self, form: Appeal) -> None:
        self.tell(GM, "appraisal_appealed", employee=self.employee, grounds=form.grounds)

    @appeal_done.on
    def change_the_points(self, form: AppealDecision) -> None:
        if form.changed_to is not None:
            self.case.final = form.changed_to
        if form.grade is not None:
            self.case.grade = form.grade
        points = self.case.final
        self.tell_employee("appraisal_appeal_decided", decision=form.decision, points=points)

    @apply_reward.on
    def reward(self, form: Reward) -> None:
        case, limit = self.case, self.policy.spending_limit
        below = not form.amount or form.amount.amount < limit.amount
        self.require(below, "From {limit} up it is a major decision.", "amount", limit=limit)
        is_earned = not form.amount or case.grade != "improve"
        self.require(is_earned, "Who is to improve gets no money for it.", "reward")
        self.require_grant(form.amount or NOTHING, None, "amount")
        self.make_permanent(BeginPay)
        self.tell_employee("appraisal_reward", reward=form.reward, amount=form.amount or "-")
        appraisal = {
            "employee": self.employee,
            "final": case.final,
            "grade": case.grade,
            "reward": form.reward,
        }
        self.do(KeepRecord(book="appraisals", entry=self.subject, data=appraisal))
        if form.amount:
            self.do(
                BookStaffPay(employee=self.employee, period=self.subject, parts={form.reward: form.amount})
            )

    # --- what it starts

    @starts("training", on=apply_reward)
    def improvement(self, form: Reward) -> Opening | None:
        """Who is to improve is taught; the manager says what, by whom and when."""
        if form.reward != "improvement_plan":
            return None
        topic = f"{LEARNS_FROM}{self.employee}"
        return asking(self.next_subject, topic=topic, kind="skill", group=[self.employee])

    def tell_employee(self, template: str, **data: object) -> None:
        texts = {name: str(value) for name, value in data.items()}
        self.do(Message(to=self.employee, template=template, data=texts))

    @property
    def employee(self) -> str:
        """Named at the start, or by the case's number: employee, then the half-year."""
        return self.case.employee or self.subject.partition("-")[0]
