"""Satisfaction survey (客户满意度调查): measure satisfaction regularly, find problems, propose improvements.

Sources: 000-e 五4; 000-g 五2(2); 001-e 第七条3; 001-m 三3(3); 001-n 5(2); 001-p 第九条2; 003 五2.1-2.2.

Asked both after every order and regularly (D17): an order's own survey is a sample of one.
"""

from activities.audiences.contract import MessageAudience
from activities.messages.contract import Message
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

MIN_ANSWERS = 30  # default
UNHAPPY = 2  # of 5, and below; default
QUESTIONS = ("overall", "product_quality", "shopping_experience", "delivery", "service")

Score = Annotated[int, Field(ge=1, le=5)]

# --- what is asked


class Plan(Form):
    period: DateRange
    sample: Literal["all", "random", "members", "case_closed"]
    sample_size: Annotated[int, Field(ge=1, le=1000)]
    questions: Annotated[tuple[Text, ...], Field(min_length=1, max_length=10)]
    min_answers: Annotated[int, Field(ge=1, le=1000)]
    order_no: Order | None = None
    """The one order that is asked about, where it is one."""

    def problems(self) -> Problems:
        if self.min_answers > self.sample_size:
            yield "min_answers", "Must not be more than the customers who are asked."


class Answer(Form):
    overall: Score
    product_quality: Score
    shopping_experience: Score
    delivery: Score
    service: Score
    comment: Remark = ""
    order_no: Order | None = None


class Analysis(Form):
    score: Annotated[Number, Field(ge=1, le=5)]
    main_problems: FormRows[Text]
    proposals: FormRows[Text]


class Job(FormRow):
    task: Text
    owner: User
    due: Day


class Tasks(Form):
    tasks: Some[Job]


class SurveyCase(Case):
    period: DateRange
    sample: str
    sample_size: int
    questions: tuple[Text, ...]
    min_answers: int
    order_no: Order | None = None
    answered: tuple[str, ...] = ()
    """Who has answered: one answer an order."""


# --- the procedure


class SatisfactionSurvey(Procedure):
    """Measure satisfaction regularly, find problems, propose improvements."""

    key = "satisfaction_survey"
    case: SurveyCase

    new = Entry()
    planned = Stage()
    collecting = Stage()
    analysing = Stage(role=DATA_ANALYST, due=working_days(3), tell=CS_SUPERVISOR)
    reported = Stage(role=CS_SUPERVISOR)
    actions_open = Stage(role=CS_SUPERVISOR)
    closed = Stage(final=True)
    void = Stage(final=True)

    # asking                                                                         001-n 5(2), 003 五2.1
    plan = new.to(planned, by=CS_SUPERVISOR, form=Plan, every=monthly("09:00"))
    send_survey = planned.to(collecting, as_soon_as=True)
    answer = collecting.stay(by=CUSTOMER | PLATFORM_FEED, form=Answer, on="store.survey.answered")
    too_few = collecting.to(void, after=days(7), when="not has_enough")
    close_collecting = collecting.to(analysing, after=days(7), when="has_enough")

    # learning                                                                       003 五2.2, 001-n 5(2)
    analyse = analysing.to(reported, by=DATA_ANALYST, form=Analysis)
    approve_actions = reported.to(actions_open, by=CS_SUPERVISOR, form=Tasks)
    nothing_to_do = reported.to(closed, by=CS_SUPERVISOR, form=Note)
    actions_done = actions_open.to(closed, by=CS_SUPERVISOR, form=Note)

    kpis = (count(plan), count(answer), share(too_few, of=plan), elapsed(approve_actions, actions_done))

    # --- rules

    def has_enough(self) -> bool:
        """Enough customers have answered."""
        return len(self.case.answered) >= self.case.min_answers

    def by_calendar(self, occasion: Occasion) -> Opening:
        """Last month's customers, on the first of each month."""
        return opening(
            occasion.before.label,
            period=occasion.before.days,
            sample="random",
            sample_size=200,
            questions=QUESTIONS,
            min_answers=MIN_ANSWERS,
        )

    # --- what each step does

    @send_survey.on
    def ask(self) -> None:
        if self.case.order_no is not None:
            self.do(Message(to=self.case.order_no, template="survey", data={"survey": self.subject}))
        else:
            self.do(
                MessageAudience(
                    audience=self.case.sample,
                    template="survey",
                    data={"survey": self.subject},
                    period=self.case.period,
                    most=self.case.sample_size,
                )
            )

    @answer.on
    def keep_answer(self, form: Answer) -> None:
        order = self.case.order_no or form.order_no  # an order's own survey is about no other
        who = order or self.actor.id
        self.require(who not in self.case.answered, "This order has answered already.", "order_no")
        self.require(len(self.case.answered) < self.case.sample_size, "All who were asked have answered.")
        self.case.answered += (who,)
        self.do(
            KeepRecord(
                book="satisfaction_scores",
                entry=f"{self.subject}-{len(self.case.answered)}",
                data={
                    "order_no": order,
                    **{question: getattr(form, question) for question in QUESTIONS},
                    "comment": form.comment,
                },
            )
        )

    @analyse.on
    def propose(self, form: Analysis) -> None:
        for number, proposal in enumerate(form.proposals, 1):
            self.do(
                KeepRecord(
                    book="improvement_ideas", entry=f"{self.subject}-{number}", data={"idea": proposal}
                )
            )

    # --- what it starts

    @starts("complaint", on=answer)
    def look_into(self, form: Answer) -> Opening | None:
        if form.overall > UNHAPPY:
            return None
        return opening(
            self.next_subject,
            channel="review",
            category="service",
            severity="medium",
            order_no=self.case.order_no or form.order_no,
            content=f"{form.overall} of 5 in a survey: {form.comment or 'no comment'}",
        )
