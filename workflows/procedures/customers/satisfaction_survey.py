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

Sample = Literal["all", "random", "members", "case_closed"]
Score = Annotated[int, Field(ge=1, le=5)]

# --- what is asked


class Plan(Form):
    period: DateRange
    sample: Sample
    sample_size: Annotated[int, Field(ge=1, le=1000)]
    min_answers: Annotated[int, Field(ge=1, le=1000)]
    order_no: Order | None = None
    """The one order that is asked about, where it is one."""

    def problems(self) -> Problems:
        if self.sample == "case_closed" and self.order_no is None:
            yield "order_no", "Say which."
        if self.min_answers > self.sample_size:
            yield "min_answers", "Must not be more than the customers who are asked."


class Answer(Told):
    overall: Score
    product_quality: Score
    shopping_experience: Score
    delivery: Score
    service: Score
    comment: Remark = ""
    order_no: Annotated[Order | None, from_case("order_no")] = None


class Analysis(Form):
    score: Annotated[Annotated[Number, Field(ge=1, le=5)] | None, proposed("score")] = None
    """What the answers come to."""
    main_problems: Keep[FormRows[Text]]
    proposals: Keep[FormRows[Text]]


class Job(FormRow):
    task: Text
    owner: User
    due: Day


class Tasks(Form):
    tasks: Keep[Some[Job]]


class SurveyCase(Case):
    period: DateRange
    sample: Sample
    sample_size: int
    min_answers: int
    order_no: Order | None = None
    answered: tuple[str, ...] = ()
    """Who has answered: one answer an order."""
    points: Count = 0
    """All that they gave, for all questions."""
    main_problems: FormRows[Text] | None = None
    proposals: FormRows[Text] | None = None
    tasks: FormRows[Job] = ()
    """What is to be done better, by whom and by when."""

    @property
    def last_day(self) -> Day | None:
        """When the last of the tasks is to be done."""
        return max((job.due for job in self.tasks), default=None)

    @property
    def score(self) -> str | None:
        """What the answers come to, to a tenth; None where there are none."""
        given = len(self.answered) * len(QUESTIONS)
        tenths = self.points * 10 // given if given else 0
        return f"{tenths // 10}.{tenths % 10}" if tenths else None


# --- the procedure


class SatisfactionSurvey(KeepsConsent, Procedure):
    """Measure satisfaction regularly, find problems, propose improvements."""

    key = "satisfaction_survey"
    case: SurveyCase
    numbers = "SV"
    about = ("period", "sample", "order_no")
    parties = {PartyKind.CUSTOMER: ()}  # those of the case that it comes from

    new = Entry()
    planned = Stage()
    collecting = Stage()
    analysing = Stage(role=DATA_ANALYST, due=working_days(3), tell=CS_SUPERVISOR)
    reported = Stage(role=CS_SUPERVISOR)
    actions_open = Stage(role=CS_SUPERVISOR, due=at("last_day") + days(1), tell=OPS_MANAGER)
    closed = Stage(final=True)
    answered = Stage(final=True)
    void = Stage(final=True)

    # asking                                                                         001-n 5(2), 003 五2.1
    plan = new.to(planned, by=CS_SUPERVISOR, form=Plan, every=monthly("09:00"))
    send_survey = planned.to(collecting, as_soon_as=True)
    answer = collecting.stay(
        by=CUSTOMER | PLATFORM_FEED, heard_by=CS_AGENT, form=Answer, on="store.survey.answered"
    )
    unsubscribe = (collecting | analysing | reported | actions_open).stay(
        by=CUSTOMER | PLATFORM_FEED, heard_by=CS_AGENT, form=Unsubscribing, on="store.messages.unsubscribed"
    )
    nobody_asked = collecting.to(void)
    too_few = collecting.to(void, after=days(7), when="not has_enough")
    close_collecting = collecting.to(analysing, after=days(7), when="has_enough and not is_about_one_order")
    close_short = collecting.to(answered, as_soon_as="is_told")

    # learning                                                                       003 五2.2, 001-n 5(2)
    analyse = analysing.to(reported, by=DATA_ANALYST, form=Analysis)
    approve_actions = reported.to(
        actions_open,
        by=CS_SUPERVISOR,
        form=Tasks,
        other_than=analyse,
        main=True,
        approves=("score", "main_problems", "proposals"),
    )
    nothing_to_do = reported.to(closed, by=CS_SUPERVISOR, form=Note, back=True)
    actions_done = actions_open.to(closed, by=CS_SUPERVISOR, form=Note)

    kpis = (count(plan), count(answer), share(too_few, of=plan), elapsed(approve_actions, actions_done))

    # --- rules

    def has_enough(self) -> bool:
        """Enough customers have answered."""
        return len(self.case.answered) >= self.case.min_answers

    def is_about_one_order(self) -> bool:
        """One order is asked about: its score is kept, and there is nothing to count together."""
        return self.case.order_no is not None

    def is_told(self) -> bool:
        """The one order that was asked about has answered."""
        return self.is_about_one_order() and self.has_enough()

    def by_calendar(self, occasion: Occasion) -> Opening:
        """Last month's customers, on the first of each month."""
        return opening(
            occasion.before.label,
            period=occasion.before.days,
            sample="random",
            sample_size=200,
            min_answers=MIN_ANSWERS,
        )

    # --- what each step does

    @send_survey.on
    def ask(self) -> None:
        one = self.case.order_no
        self.do(
            MessageAudience(
                audience="case_closed" if one is not None else self.case.sample,
                template="survey",
                data={"survey": self.subject},
                only=(one,) if one is not None else (),
                period=self.case.period if one is None else None,
                most=self.case.sample_size,
                delivered=one is None and self.case.sample != "members",
                not_since=self.case.period.first,
            ),
            otherwise=self.nobody_asked,
        )

    @answer.on
    def keep_answer(self, form: Answer) -> None:
        order = self.case.order_no or form.order_no  # an order's own survey is about no other
        who = order or self.actor.id
        self.require(who not in self.case.answered, "This order has answered already.", "order_no")
        self.require(len(self.case.answered) < self.case.sample_size, "All who were asked have answered.")
        self.case.answered += (who,)
        self.case.points += sum(getattr(form, question) for question in QUESTIONS)
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

    @(close_collecting | close_short).on
    def let_the_answers_stand(self) -> None:
        """Customers have said it, whatever becomes of the tasks."""
        self.make_permanent(KeepRecord)

    @unsubscribe.on
    def write_to_them_no_more(self, form: Unsubscribing) -> None:
        self.change_consent_of(form.customer_no, form, wants=False)

    @analyse.on
    def propose(self, form: Analysis) -> None:
        """The score is what the answers come to, to a tenth."""
        told, given = form.score, len(self.case.answered) * len(QUESTIONS)
        fits = told is None or abs(int(told * 10) * given - self.case.points * 10) <= given
        self.require(
            fits,
            "The answers come to {points} points of {given} marks.",
            "score",
            points=self.case.points,
            given=given,
        )

    @approve_actions.on
    def tell_owners(self, form: Tasks) -> None:
        for job in form.tasks:
            self.require(job.due >= self.today, "Must not be in the past.", "tasks")
            data = {"task": job.task, "due": str(job.due)}
            self.do(Message(to=job.owner, template="survey_task_yours", data=data))

    # --- what it starts

    @starts("process_improvement", on=analyse)
    def take_up_proposals(self, form: Analysis) -> list[Opening]:
        """Each proposal is weighed and answered in a case of its own."""
        return [
            opening(f"{self.next_subject}-{number}", kind="other", problem=proposal)
            for number, proposal in enumerate(form.proposals, 1)
        ]

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
