"""Service quality review (客服质检与转化复盘): check conversations, conversion and common questions, and act on them.

Sources: 002-b 八1, 2, 3, 4, 6; 001-j 订单处理及客服 1.
"""

from activities.messages.contract import Message
from activities.registers.contract import CAUSES, KeepRecord
from workflows.vocabulary import *

SAMPLES = 5  # chats for each agent and week; default
BAR = 3  # of 5: whose chats score less on average is coached; default

Score = Annotated[int, Field(ge=1, le=5)]

# --- what is asked


class Period(Form):
    cause: Remark = ""
    """Why the review is held now, where the calendar didn't start it."""


class QuestionCount(FormRow):
    question: Text
    count: Count


class Data(Form):
    conversion_pct: Keep[Annotated[Pct, Field(ge=0, le=100)]]
    top_questions: Annotated[tuple[QuestionCount, ...], Field(max_length=50)]


class Sample(Form):
    agent: User
    chat: Annotated[Code, ref("conversation")]
    attitude: Score
    accuracy: Score
    reminders_done: Annotated[int, Field(ge=0, le=5)]


class KnownQuestion(FormRow):
    question: Text
    """As it stands among the known questions, where its answer changes."""
    answer: ToCustomer[Remark] = ""
    """What the robot answers to whoever asks it; nothing, where it is to answer this no more."""


class Summary(Form):
    causes: Annotated[FormRows[Text], from_book(CAUSES)] = ()
    """What customers complained of most lately, by what the closed cases found."""
    findings: Annotated[Keep[FormRows[Text]], proposed("findings")]
    faq_updates: Annotated[Keep[FormRows[KnownQuestion]], proposed("faq_updates")] = ()


class Coaching(Form):
    agents: Keep[Annotated[Some[User], proposed("below_bar")]]
    topic: Keep[Text]
    due: Annotated[Keep[Day], within(at_least="now")]


class SampledChat(FormRow):
    agent: User
    chat: Code
    points: Count
    """Attitude and accuracy together: at most ten."""


class QualityCase(Case):
    cause: Remark = ""
    conversion_pct: Annotated[Pct, Field(ge=0, le=100)] | None = None
    samples: tuple[SampledChat, ...] = ()
    findings: FormRows[Text] = ()
    faq_updates: FormRows[KnownQuestion] = ()
    """What the robot is to answer, once another person has read it."""
    agents: FormRows[User] = ()
    topic: Text | None = None
    due: Day | None = None

    def chats_of(self, agent: str) -> tuple[SampledChat, ...]:
        return tuple(sample for sample in self.samples if sample.agent == agent)

    @property
    def sampled(self) -> tuple[str, ...]:
        """The agents whose chats were looked at."""
        return tuple(dict.fromkeys(sample.agent for sample in self.samples))

    @property
    def below_bar(self) -> tuple[str, ...]:
        return tuple(
            agent
            for agent in self.sampled
            if total(self.chats_of(agent), "points") < 2 * BAR * len(self.chats_of(agent))
        )


# --- the procedure


class CsQualityReview(Procedure):
    """Check conversations, conversion and common questions of customer service, and act on them."""

    key = "cs_quality_review"
    case: QualityCase
    numbers = "QR"
    about = ("cause", "conversion_pct", "topic")

    new = Entry()
    collecting = Stage(role=CS_SUPERVISOR, due=days(1), tell=OPS_MANAGER)
    checking = Stage(role=CS_SUPERVISOR, due=days(2), tell=CS_SUPERVISOR)
    answers_check = Stage(role=OPS_MANAGER)
    summarised = Stage(role=CS_SUPERVISOR, ways_equal=True)
    coaching = Stage(role=CS_SUPERVISOR, due=at("due") + days(1), tell=OPS_MANAGER)
    closed = Stage(final=True)

    # look                                                                           002-b 八1-4
    open_review = new.to(
        collecting, by=CS_SUPERVISOR, form=Period, every=weekly("09:00", "MON") | monthly("09:10")
    )
    load_data = collecting.to(checking, by=CS_SUPERVISOR, form=Data)
    sample_chats = checking.stay(by=CS_SUPERVISOR, form=Sample)
    summarise = checking.to(
        summarised, by=CS_SUPERVISOR, form=Summary, needs=sample_chats, when="not has_new_answers"
    ) | checking.to(answers_check, by=CS_SUPERVISOR, form=Summary, needs=sample_chats, when="has_new_answers")
    approve_answers = answers_check.to(
        summarised, by=OPS_MANAGER, form=Remarks, other_than=summarise, approves=("faq_updates",), main=True
    )
    return_answers = answers_check.to(checking, by=OPS_MANAGER, form=Note, back=True)

    # act                                                                            002-b 八6
    coach = summarised.to(coaching, by=CS_SUPERVISOR, form=Coaching)
    no_action = summarised.to(closed, by=CS_SUPERVISOR, form=Note, when="not has_agents_below", back=True)
    coached = coaching.to(closed, by=CS_SUPERVISOR, form=Note)

    kpis = (count(open_review), count(sample_chats), share(coach, of=summarise))

    # --- rules

    def has_agents_below(self) -> bool:
        """Some agents' chats score below the bar."""
        return bool(self.case.below_bar)

    def has_new_answers(self, form: Summary) -> bool:
        """Something new is to be answered by the robot."""
        return bool(form.faq_updates)

    def by_calendar(self, occasion: Occasion) -> Opening:
        """The week or month that is over."""
        return opening(f"service-{occasion.before.label}")

    # --- what each step does

    @open_review.on
    def say_why_now(self, form: Period) -> None:
        self.require(form.cause or not self.actor.is_staff, "Say why the review is held now.", "cause")

    @sample_chats.on
    def note_sample(self, form: Sample) -> None:
        known = {sample.chat for sample in self.case.samples}
        self.require(form.chat not in known, "This chat was looked at already.", "chat")
        self.case.samples += (
            SampledChat(agent=form.agent, chat=form.chat, points=form.attitude + form.accuracy),
        )

    @return_answers.on
    def tell_what_to_mend(self, form: Note) -> None:
        self.tell(CS_SUPERVISOR, "answers_back", note=form.note)

    @approve_answers.on
    def let_the_robot_answer(self) -> None:
        for number, known in enumerate(self.case.faq_updates, 1):
            self.do(KeepRecord(book="faq", entry=f"{self.subject}-{number}", data=known.model_dump()))

    @summarised.enter
    def keep_scores(self) -> None:
        for agent in self.case.sampled:
            chats = self.case.chats_of(agent)
            self.do(
                KeepRecord(
                    book="service_quality",
                    entry=f"{self.subject}-{agent}",
                    data={"agent": agent, "chats": len(chats), "points": total(chats, "points")},
                )
            )
            if len(chats) < SAMPLES:
                self.tell(CS_SUPERVISOR, "too_few_samples", agent=agent, chats=len(chats), wanted=SAMPLES)

    @coach.on
    def must_lie_ahead(self, form: Coaching) -> None:
        self.require(form.due >= self.today, "Must not be in the past.", "due")
        missing = [agent for agent in self.case.below_bar if agent not in form.agents]
        self.require(not missing, "Below the bar too: {missing}.", "agents", missing=missing)

        data = {"topic": form.topic, "due": str(form.due)}
        for agent in form.agents:
            self.do(Message(to=agent, template="coaching_yours", data=data))
