"""Training (员工培训): staff learn the procedures, standards and systems, and show that they can do them.

Sources: 000-i 二2; 000-j 二4; 001-f 七1-3; 001-h 部门 1; 001-p 第五条2; 003 八2.1-2.2. "Regularly" is once a month;
who is newly hired gets a training within seven days, which the manager plans by hand (default).
"""

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
    trainer: User
    date: Moment
    material: InHistory[Files] = ()


class Enrolment(Form):
    employee: User
    reason: Remark = ""


class Attendance(Form):
    attended: Keep[Some[User]]
    absent: FormRows[User] = ()

    def problems(self) -> Problems:
        if set(self.attended) & set(self.absent):
            yield "absent", "Nobody was there and away."


class Score(FormRow):
    user: User
    score: Annotated[Number, Field(ge=0, le=100)]


class Scores(Form):
    scores: Keep[Some[Score]]


class Result(Form):
    note: Remark = ""
    retrain_list: FormRows[User] = ()


class TrainingCase(Case):
    topic: Text
    kind: str
    group: FormRows[User]
    trainer: User
    date: Moment
    enrolled: FormRows[User] = ()
    attended: FormRows[User] = ()
    scores: FormRows[Score] = ()
    again: FormRows[User] = ()
    """Who is trained again."""

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(score.user for score in self.scores if score.score < BAR)


# --- the procedure ------------------------------------------------------------------------------------------------


class Training(Procedure):
    """Plan a training, hold it, test what was learned, and train again those who are below the bar."""

    key = "training"
    case: TrainingCase

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
    announce = planned.to(announced, by=OPS_MANAGER, form=Remarks)
    enrol = announced.stay(by=STAFF, form=Enrolment)
    hold = announced.to(held, by=OPS_MANAGER, form=Attendance)
    cancel = (planned | announced).to(cancelled, by=OPS_MANAGER, form=Reason)

    # tested                                                                         000-j 二4
    examine = held.to(examined, by=OPS_MANAGER, form=Scores)
    passed = examined.to(closed, by=OPS_MANAGER, form=Result, when="is_passed")
    some_failed = examined.to(retrain, by=OPS_MANAGER, form=Result, when="not is_passed")
    retrained = retrain.to(closed, by=OPS_MANAGER, form=Result)

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

    # --- what each step does

    @announce.on
    def invite(self) -> None:
        self.tell(STAFF, "training_announced", topic=self.case.topic, date=self.case.date)

    @enrol.on
    def put_the_name_down(self, form: Enrolment) -> None:
        case = self.case
        self.require(form.employee == self.actor.id, "Everybody enrols themselves.", "employee")
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
        self.certify(tuple(user for user in tested if user not in form.retrain_list))

    @passed.on
    def certify_all(self) -> None:
        """Somebody who attended and wasn't tested has not shown yet what was learned."""
        self.certify(tuple(score.user for score in self.case.scores))

    @retrained.on
    def certify_the_rest(self) -> None:
        self.certify(self.case.again)

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
                "until": until,
            }
            self.do(KeepRecord(book="certificates", entry=f"{self.subject}-{user}"[:64], data=about))

    def by_calendar(self, occasion: Occasion) -> Opening:
        """The month's training: the manager says what is taught, by whom and to whom."""
        return asking(occasion.label, date=(self.now + MONTHLY_DATE.length).isoformat())
