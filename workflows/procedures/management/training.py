"""Training (员工培训): staff learn the procedures, standards and systems, and show that they can do them.

Sources: 000-i 二2; 000-j 二4; 001-f 七1-3; 001-h 部门 1; 001-p 第五条2; 003 八2.1-2.2. "Regularly" is once a month;
who is newly hired gets a training within seven days, which the manager plans by hand (default).
"""

from activities.messages.contract import Message
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

BAR = 80  # of 100; default
CERTIFIED_FOR = days(365)  # default
ENROL_UNTIL = working_days(1)  # before the date; default
MONTHLY_DATE = days(
    14
)  # the month's training is two weeks ahead, unless the manager plans another day; default

# --- what is asked ------------------------------------------------------------------------------------------------


class Plan(Form):
    topic: Text
    kind: Literal["procedure", "standard", "system", "skill", "team"]
    group: Some[User]
    trainer: CallerOrOther[User]
    date: Moment
    for_role: Role | None = None
    """Whose work it teaches: from the first certificate on, nobody gets the role without one."""
    material: InHistory[Files] = ()


class Enrolment(Form):
    employee: TheCaller[User]
    reason: Remark = ""


class Attendance(Form):
    attended: Annotated[Keep[Some[User]], proposed("expected")]
    absent: FormRows[User] = ()

    def problems(self) -> Problems:
        if set(self.attended) & set(self.absent):
            yield "absent", "Nobody was there and away."


class Score(FormRow):
    user: FromCase[User]
    score: Annotated[Number, Field(ge=0, le=100)]


class Scores(Form):
    scores: Annotated[Keep[Some[Score]], rows_of("to_score")]


class Result(Form):
    note: Remark = ""
    retrain_list: Annotated[FormRows[User], proposed("failed")] = ()


class Retest(Form):
    """Who was trained again shows again what was learned."""

    scores: Annotated[Some[Score], rows_of("to_score_again")]
    note: Remark = ""


class TrainingCase(Case):
    topic: Text
    kind: str
    group: FormRows[User]
    trainer: User
    date: Moment
    for_role: Role | None = None
    enrolled: FormRows[User] = ()
    attended: FormRows[User] = ()
    scores: FormRows[Score] = ()
    again: FormRows[User] = ()
    """Who is trained again."""

    @property
    def expected(self) -> FormRows[User]:
        """Those of the group by name, and who enrolled."""
        return tuple(user for user in (*self.group, *self.enrolled) if user != STAFF.value)

    @property
    def to_score(self) -> list[dict[str, object]]:
        return [{"user": user} for user in self.attended]

    @property
    def to_score_again(self) -> list[dict[str, object]]:
        return [{"user": user} for user in self.again]

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(score.user for score in self.scores if score.score < BAR)


# --- the procedure ------------------------------------------------------------------------------------------------


class Training(Procedure):
    """Plan a training, hold it, test what was learned, and train again those who are below the bar."""

    key = "training"
    case: TrainingCase
    numbers = "TR"
    about = ("topic", "date")

    new = Entry(role=OPS_MANAGER, due=working_days(5), tell=GM)
    planned = Stage(role=OPS_MANAGER)
    announced = Stage(role=OPS_MANAGER | STAFF, due=at("date"), tell=OPS_MANAGER)
    held = Stage(role=OPS_MANAGER)
    examined = Stage(role=OPS_MANAGER)
    retrain = Stage(role=OPS_MANAGER)
    closed = Stage(final=True)
    cancelled = Stage(final=True)

    # announced and held                                                             003 八2.1, 001-f 七2
    plan = new.to(planned, by=OPS_MANAGER, form=Plan, every=monthly("09:00"))
    announce = planned.to(announced, by=OPS_MANAGER, form=Remarks, main=True)
    enrol = announced.stay(by=STAFF, form=Enrolment)
    hold = announced.to(held, by=OPS_MANAGER, form=Attendance, main=True)
    cancel = (planned | announced).to(cancelled, by=OPS_MANAGER, form=Reason, back=True)

    # tested                                                                         000-j 二4
    examine = held.to(examined, by=OPS_MANAGER, form=Scores)
    passed = examined.to(closed, by=OPS_MANAGER, form=Result, when="is_passed", main=True)
    some_failed = examined.to(retrain, by=OPS_MANAGER, form=Result, when="not is_passed")
    retrained = retrain.to(closed, by=OPS_MANAGER, form=Retest, when="is_learned", main=True) | retrain.stay(
        by=OPS_MANAGER, form=Retest, when="not is_learned"
    )
    give_up_retraining = retrain.to(closed, by=OPS_MANAGER, form=Reason, back=True)

    held_in_the_month = Deadline(days(30), since=plan, until=hold, tell=OPS_MANAGER)

    kpis = (
        share(hold, of=plan),
        share(passed, of=examine),
        count(enrol),
        share(cancel, of=plan),
    )

    # --- rules

    def is_passed(self) -> bool:
        """All who were tested have reached the bar."""
        return not self.case.failed

    def is_learned(self, form: Retest) -> bool:
        """All who were trained again have reached the bar."""
        passed = {score.user for score in form.scores if score.score >= BAR}
        return set(self.case.again) <= passed

    # --- what each step does

    @hold.on
    def who_was_expected(self, form: Attendance) -> None:
        known = {*self.case.group, *self.case.enrolled}
        strangers = [user for user in form.attended if user not in known]
        self.require(not strangers, "Only those of the group, and who enrolled.", "attended")

    @(examine | retrained).on
    def test_others(self, form: Scores | Retest) -> None:
        users = [score.user for score in form.scores]
        self.require(self.actor.id not in users, "Nobody tests themselves.", "scores")
        self.require(not any_twice(users), "Score everybody once.", "scores")

    @announce.on
    def invite(self) -> None:
        data = {"topic": self.case.topic, "date": str(self.case.date)}
        for user in self.case.group:
            if user != STAFF.value:
                self.do(Message(to=user, template="training_for_you", data=data))
        self.tell(STAFF, "training_announced", topic=self.case.topic, date=self.case.date)

    @enrol.on
    def put_the_name_down(self, form: Enrolment) -> None:
        case = self.case
        a_day_on = self.policy.add(self.now, ENROL_UNTIL.in_full(self.policy), ENROL_UNTIL.clock)
        self.require(a_day_on <= case.date, "Enrolment ends a working day before the training.")
        self.require(
            form.employee not in (*case.group, *case.enrolled), "The name is down already.", "employee"
        )
        case.enrolled = (*case.enrolled, form.employee)

    @examine.on
    def test_who_was_there(self, form: Scores) -> None:
        there = set(self.case.attended)
        self.require(all(score.user in there for score in form.scores), "Only those who attended.", "scores")

    @some_failed.on
    def name_who_failed(self, form: Result) -> None:
        self.require(
            set(form.retrain_list) >= set(self.case.failed), "Name all who are below the bar.", "retrain_list"
        )
        tested = tuple(score.user for score in self.case.scores)
        self.case.again = tuple(user for user in tested if user in form.retrain_list)
        for user in self.case.again:
            self.do(Message(to=user, template="training_again", data={"topic": self.case.topic}))
        self.certify(tuple(user for user in tested if user not in form.retrain_list))

    @passed.on
    def certify_all(self) -> None:
        """Somebody who attended and wasn't tested has not shown yet what was learned."""
        self.certify(tuple(score.user for score in self.case.scores))

    @retrained.on
    def certify_who_learned(self, form: Retest) -> None:
        """Who is still below the bar stays to be trained."""
        again = self.case.again
        self.require(
            {score.user for score in form.scores} <= set(again), "Only who was trained again.", "scores"
        )
        self.case.scores = (
            *(score for score in self.case.scores if score.user not in {one.user for one in form.scores}),
            *form.scores,
        )
        passed = {score.user for score in form.scores if score.score >= BAR}
        self.certify(tuple(user for user in again if user in passed))
        self.case.again = tuple(user for user in again if user not in passed)

    @cancel.on
    def call_off(self, form: Reason) -> None:
        if self.has_happened(self.announce):
            self.tell(STAFF, "training_cancelled", topic=self.case.topic, why=form.reason)

    def certify(self, users: FormRows[User]) -> None:
        """They may take the tasks that the training was about, until the certificate lapses."""
        until = str(self.today + CERTIFIED_FOR.length)
        for user in dict.fromkeys(users):
            about = {
                "employee": user,
                "topic": self.case.topic,
                "kind": self.case.kind,
                "role": self.case.for_role,
                "until": until,
            }
            self.do(KeepRecord(book="certificates", entry=f"{self.subject}-{user}"[:64], data=about))
            data = {"topic": self.case.topic, "until": until}
            self.do(Message(to=user, template="training_passed", data=data))

    def by_calendar(self, occasion: Occasion) -> Opening:
        """The month's training: the manager says what is taught, by whom and to whom."""
        return asking(occasion.label, date=(self.now + MONTHLY_DATE.length).isoformat())
