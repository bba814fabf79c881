"""After-sales follow-up (售后跟进回访): make sure that each closed case satisfied the customer; reopen it if not.

Sources: 000-g 五2; 001-i 五2; 001-m 三3(3); 003 五3.1, 3.2; 004-d 4; 002-b 四.
"""

from activities.milestones.contract import Milestone
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

MOST_TRIES = 3  # default
CONTENT = 4  # of 5, and above; default

Score = Annotated[int, Field(ge=1, le=5)]

# --- what is asked


class Plan(Form):
    source: Literal["aftersales_request", "complaint", "bad_review", "order_fulfilment"]
    order_no: Order | None = None
    lines: FormRows[LineQty] = ()
    wanted: Literal["return", "exchange", "refund", "repair"] | None = None
    contact_on: Day | None = None


class Call(Form):
    channel: Literal["phone", "chat", "sms"]


class Try(Form):
    attempt_no: Annotated[int, Field(ge=1, le=MOST_TRIES), from_case("this_try")]
    next_try: Annotated[Keep[Moment | None], within(at_least="now")] = None


class CustomersAnswer(Form):
    score: Keep[Score]
    solved: Keep[bool]
    feedback: Keep[Remark] = ""
    improvement_idea: Remark = ""


class HeardAgain(CustomersAnswer):
    """What the customer says now, and by which way."""

    channel: Literal["phone", "chat", "sms"]


class Reopening(Form):
    reason: Text
    new_case: Literal["aftersales_request", "complaint"]
    because: ReturnReason | None = None
    """What is wrong with the goods: whoever is at fault pays the postage."""
    photos: Photos = ()

    def problems(self) -> Problems:
        if self.new_case == "aftersales_request":
            yield from why_faults(self.because, self.photos, "because")


class FollowupCase(Case):
    source: Literal["aftersales_request", "complaint", "bad_review", "order_fulfilment"]
    order_no: Order | None = None
    lines: FormRows[LineQty] = ()
    wanted: Literal["return", "exchange", "refund", "repair"] | None = None
    contact_on: Day | None = None
    next_try: Moment | None = None
    tries: Count = 0
    score: Score | None = None
    solved: bool = False
    feedback: Remark = ""

    @property
    def this_try(self) -> int:
        return self.tries + 1


# --- the procedure


class AftersalesFollowup(Procedure):
    """Make sure that each closed case really satisfied the customer, learn from it, reopen it if not."""

    key = "aftersales_followup"
    case: FollowupCase
    about = ("order_no", "source", "score")

    new = Entry()
    planned = Stage(
        role=CS_AGENT,
        due=first_known(at("next_try") + hours(24), at("contact_on") + days(1), days(3)),
        tell=CS_SUPERVISOR,
    )
    contacting = Stage(role=CS_AGENT)
    answered = Stage()
    unhappy = Stage(role=CS_SUPERVISOR, due=hours(24), tell=OPS_MANAGER)
    reopened = Stage(final=True)
    satisfied = Stage(final=True)
    left_unhappy = Stage(final=True)
    unreachable = Stage(final=True)

    # the call                                                                       003 五3.1, 001-m 三3(3)
    plan = new.to(planned, form=Plan)
    start_call = planned.to(contacting, by=CS_AGENT, form=Call, when="is_due")
    no_answer = contacting.to(planned, by=CS_AGENT, form=Try, when="not is_last_try")
    give_up = contacting.to(unreachable, by=CS_AGENT, form=Try, when="is_last_try")
    record_answer = contacting.to(answered, by=CS_AGENT, form=CustomersAnswer, main=True)

    # what follows                                                                   003 五3.2
    happy = answered.to(satisfied, as_soon_as="is_content")
    not_happy = answered.to(unhappy, as_soon_as="not is_content")
    reopen = unhappy.to(reopened, by=CS_SUPERVISOR, form=Reopening, main=True, back=True)
    answer_again = unhappy.stay(by=CS_SUPERVISOR, form=HeardAgain)
    accept_low = unhappy.to(
        satisfied, by=CS_SUPERVISOR, form=Reason, when="is_content", back=True
    ) | unhappy.to(left_unhappy, by=CS_SUPERVISOR, form=Reason, when="not is_content", back=True)

    milestones = {Milestone.FEEDBACK_TAKEN: record_answer}
    kpis = (
        share(start_call, of=plan),
        share(happy, of=record_answer),
        share(reopen, of=plan),
        share(give_up, of=plan),
    )

    # --- rules

    def is_due(self) -> bool:
        """The day of the call, or the hour of the next try, has come."""
        if self.case.next_try is not None:
            return self.case.next_try <= self.now
        return self.case.contact_on is None or self.case.contact_on <= self.today

    def is_last_try(self) -> bool:
        """Two tries have failed already."""
        return self.case.tries >= MOST_TRIES - 1

    def is_content(self) -> bool:
        """The trouble is solved, and the customer gives four or five points."""
        return self.case.solved and self.case.score is not None and self.case.score >= CONTENT

    # --- what each step does

    @(no_answer | give_up).on
    def count_try(self) -> None:
        self.case.tries += 1

    @no_answer.on
    def plan_next(self, form: Try) -> None:
        self.require(
            form.next_try is not None and form.next_try > self.now, "Must be in the future.", "next_try"
        )

    @(record_answer | answer_again).on
    def keep_score(self, form: CustomersAnswer | HeardAgain) -> None:
        self.do(
            KeepRecord(
                book="satisfaction_scores",
                entry=self.next_subject if self.has_happened(self.not_happy) else self.subject,
                data={
                    "source": self.case.source,
                    "order_no": self.case.order_no,
                    "overall": form.score,
                    "solved": form.solved,
                    "comment": form.feedback,
                },
            )
        )

    @reopen.on
    def must_know_the_goods(self, form: Reopening) -> None:
        known = self.case.order_no is not None and self.case.lines
        self.require(
            form.new_case == "complaint" or known, "No goods are known: make it a complaint.", "new_case"
        )

    # --- what it starts

    @starts("process_improvement", on=record_answer | answer_again)
    def take_up_the_idea(self, form: CustomersAnswer | HeardAgain) -> Opening | None:
        """What a customer would do better is weighed like a colleague's suggestion."""
        if not form.improvement_idea:
            return None
        return opening(f"{self.next_subject}-idea", kind="other", problem=form.improvement_idea)

    @starts("aftersales_request", "complaint", on=reopen)
    def again(self, form: Reopening) -> Opening:
        if form.new_case == "complaint":
            return opening(
                self.next_subject,
                procedure="complaint",
                channel="phone",
                category="service",
                severity="medium",
                order_no=self.case.order_no,
                content=f"Not content after {self.case.source}: {form.reason} {self.case.feedback}".strip(),
            )
        return opening(
            self.next_subject,
            procedure="aftersales_request",
            order_no=self.case.order_no,
            lines=self.case.lines,
            wanted=self.case.wanted or "refund",
            reason=form.because,
            photos=form.photos,
            description=form.reason,
        )
