"""Customer inquiry (客户咨询): answer fast and expertly, guide the buyer to an order, hand on the rest.

Sources: 000-e 五4; 000-g 五1; 001-a 四5; 001-b 第三章·3(1); 001-e 第七条; 001-i 五1; 001-k 2.2.5; 001-l 客服 1, 3-4;
001-m 三3(1); 001-n 5(1), 5(3); 001-p 第十二条; 001-r 四; 003 五1.1-1.2; 004-g 客服 1-2; 002-b 八.

"Within the set time" (001-m) is three minutes while customer service is open, a day for messages left off hours.
"""

from activities.messages.contract import Message
from activities.milestones.contract import Milestone
from activities.registers.contract import EntryFound, FindEntry, KeepRecord
from workflows.vocabulary import *

ANSWERED_ONLINE = minutes(3)  # default, for 001-m "within the set time"
ANSWERED_OFF_HOURS = hours(24)  # default
QUIET_ONLINE = minutes(10)  # default
QUIET_OFF_HOURS = hours(24)  # default
TEAMS = {"product": PRODUCT_MANAGER, "logistics": LOGISTICS, "tech": TECH, "finance": FINANCE}
NO_MORE = {"td", "t", "退订", "unsubscribe"}  # what customers reply who want no more messages
CATEGORIES = {"product": "product", "price": "price", "delivery": "logistics"}

Topic = Literal["product", "price", "stock", "delivery", "promotion", "invoice", "other"]
Team = Literal["product", "logistics", "tech", "finance"]

# --- what is asked


class Inquiry(Told):
    topic: Topic
    message: Text
    order_no: Order | None = None
    customer_no: CustomerNo | None = None


class Question(Form):
    question: ToCustomer[Text]


class Words(Told):
    message: Text


class ExpertQuestion(Form):
    team: Keep[Team]
    question: Text


class ExpertAnswer(Form):
    answer: Text


class Transfer(Form):
    to: Literal["complaint", "aftersales_request"]
    summary: Annotated[Text, Field(min_length=10)]
    lines: FormRows[LineQty] = ()
    wanted: Literal["return", "exchange", "refund", "repair"] = "refund"
    reason: ReturnReason | None = None
    """Why the customer wants it: whoever is at fault pays the postage."""
    photos: Photos = ()
    instead: FormRows[SkuQty] = ()

    def problems(self) -> Problems:
        if self.to == "aftersales_request" and not self.lines:
            yield "lines", "Say which goods it is about."
        if self.to == "aftersales_request":
            yield from why_faults(self.reason, self.photos)
        if self.instead and self.wanted != "exchange":
            yield "instead", "Other goods come only in an exchange."


class Closing(Form):
    answer_category: Annotated[Code, ref("faq")]
    reminded_favourite: bool
    reminded_follow_shop: bool
    invited_to_svip: bool = False
    invited_to_group: bool = False
    invited_to_activity: bool = False
    market_feedback: Remark = ""
    customer_need: Remark = ""
    lost_reason: Literal["price", "stock", "delivery", "thinking", "other"] | None = None

    @property
    def reminders(self) -> int:
        """How many of the five that an agent should give (002-b 八3)."""
        given = (self.reminded_favourite, self.reminded_follow_shop, self.invited_to_svip)
        return sum((*given, self.invited_to_group, self.invited_to_activity))


class InquiryCase(Case):
    topic: Topic
    message: Text
    order_no: Order | None = None
    online: bool = True
    """Whether customer service was open when the customer wrote."""
    answer_by: Moment | None = None
    quiet_by: Moment | None = None
    team: Team = "product"
    expert_answer: Text | None = None
    """What the expert has answered, for whoever tells the customer."""
    customer_no: CustomerNo | None = None


# --- the procedure


class CustomerInquiry(KeepsConsent, Procedure):
    """Answer questions fast and expertly, guide the buyer to an order, and hand over what the agent cannot solve."""

    key = "customer_inquiry"
    case: InquiryCase
    numbers = "Q"
    about = ("topic", "message", "order_no")
    parties = {PartyKind.CUSTOMER: "customer_no"}

    new = Entry()
    waiting = Stage(role=CS_AGENT, due=at("answer_by"), tell=CS_SUPERVISOR)
    in_service = Stage(role=CS_AGENT)
    waiting_customer = Stage(role=CUSTOMER)
    with_expert = Stage(role=PRODUCT_MANAGER | LOGISTICS | TECH | FINANCE, due=hours(2), tell=OPS_MANAGER)
    escalated = Stage(role=CS_SUPERVISOR, due=service_hours(1), tell=OPS_MANAGER)
    transferred = Stage(final=True)
    ordered = Stage(final=True)
    answered = Stage(final=True)
    abandoned = Stage(final=True)

    # the question                                                                   003 五1.1-1.2, 001-m 三3(1)
    open = new.to(
        waiting, by=CUSTOMER | PLATFORM_FEED, heard_by=CS_AGENT, form=Inquiry, on="store.inquiry.opened"
    )
    pick_up = waiting.to(in_service, by=CS_AGENT, form=Agent)
    unsubscribe = waiting.to(answered, as_soon_as="is_unsubscribing")
    robot_answer = waiting.to(answered)
    queue_timeout = waiting.to(escalated, at=at("answer_by"))

    # the talk                                                                       001-n 5(3), 002-b 八7
    ask_back = in_service.to(waiting_customer, by=CS_AGENT, form=Question)
    customer_back = waiting_customer.to(in_service, by=CUSTOMER, heard_by=CS_AGENT, form=Words)
    gone_quiet = waiting_customer.to(abandoned, at=at("quiet_by"))
    change_consent = in_service.stay(by=CUSTOMER, heard_by=CS_AGENT, form=Consent)
    consult_expert = in_service.to(with_expert, by=CS_AGENT, form=ExpertQuestion)
    expert_reply = with_expert.to(
        in_service, by=PRODUCT_MANAGER | LOGISTICS | TECH | FINANCE, form=ExpertAnswer
    )
    escalate = in_service.to(escalated, by=CS_AGENT, form=Reason)
    supervisor_takes = escalated.to(in_service, by=CS_SUPERVISOR, form=Remarks)

    # what comes of it                                                               001-a 四5, 001-l 客服 1, 3-4
    transfer = in_service.to(transferred, by=CS_AGENT, form=Transfer)
    win_order = (in_service | waiting_customer).to(ordered, by=PLATFORM_FEED, on="store.inquiry.won")
    close_answered = in_service.to(answered, by=CS_AGENT, form=Closing, main=True)

    milestones = {
        Milestone.INQUIRY_OPENED: open,
        Milestone.INQUIRY_ANSWERED: robot_answer | pick_up | supervisor_takes,
    }
    kpis = (
        elapsed(open, pick_up),
        elapsed(open, close_answered),
        share(win_order, of=open),
        share(gone_quiet, of=open),
        share(robot_answer, of=open),
    )

    # --- rules

    def is_unsubscribing(self) -> bool:
        """The customer only says that they want no more messages."""
        return self.case.message.strip(" 。.!！").casefold() in NO_MORE

    # --- what each step does

    @open.on
    def try_robot(self, form: Inquiry) -> None:
        self.case.online = self.policy.serves(self.now)
        limit = ANSWERED_ONLINE if self.case.online else ANSWERED_OFF_HOURS
        self.case.answer_by = self.now + limit.length
        if self.is_unsubscribing():
            self.change_consent_of(self.case.customer_no or self.customer, form, wants=False)
        elif not self.actor.is_staff:  # whoever telephones talks to a person already
            self.do(FindEntry(book="faq", words=self.case.message), then=self.robot_answer)

    @robot_answer.on
    def answer_by_robot(self, outcome: EntryFound | None) -> None:
        answer = outcome.answer or "-" if outcome is not None else "-"
        self.do(Message(to=self.customer, template="inquiry_answer", data={"answer": answer}))

    @change_consent.on
    def keep_their_word(self, form: Consent) -> None:
        self.change_consent_of(self.case.customer_no or self.customer, form, wants=form.wants_ads)

    @ask_back.on
    def wait(self, form: Question) -> None:
        limit = QUIET_ONLINE if self.case.online else QUIET_OFF_HOURS
        self.case.quiet_by = self.now + limit.length
        self.do(Message(to=self.customer, template="inquiry_question", data={"question": form.question}))

    @consult_expert.on
    def ask_team(self, form: ExpertQuestion) -> None:
        self.tell(TEAMS[form.team], "expert_asked", question=form.question)

    @expert_reply.on
    def from_the_asked_team(self, form: ExpertAnswer) -> None:
        self.case.expert_answer = form.answer
        asked = TEAMS[self.case.team]
        self.require(asked in self.actor.roles, "The question is for {asked}.", asked=asked)

    @transfer.on
    def must_know_the_order(self, form: Transfer) -> None:
        known = form.to == "complaint" or self.case.order_no is not None
        self.require(known, "No order is known: make it a complaint.", "to")

    @close_answered.on
    def count_question(self, form: Closing) -> None:
        self.do(
            KeepRecord(
                book="inquiries",
                entry=self.subject,
                data={
                    "category": form.answer_category,
                    "topic": self.case.topic,
                    "reminders": form.reminders,
                    "feedback": form.market_feedback,
                    "need": form.customer_need,
                    "lost_reason": form.lost_reason,
                },
            )
        )

    @property
    def customer(self) -> str:
        return self.case.order_no or self.case.customer_no or self.subject

    # --- what it starts

    @starts("complaint", "aftersales_request", on=transfer)
    def hand_over(self, form: Transfer) -> Opening:
        if form.to == "complaint":
            return opening(
                self.next_subject,
                procedure="complaint",
                channel="chat",
                category=CATEGORIES.get(self.case.topic, "other"),
                severity="medium",
                order_no=self.case.order_no,
                customer_no=self.case.customer_no,
                content=form.summary,
            )
        return opening(
            self.next_subject,
            procedure="aftersales_request",
            order_no=self.case.order_no,
            lines=form.lines,
            wanted=form.wanted,
            reason=form.reason,
            photos=form.photos,
            instead=form.instead,
            customer_no=self.case.customer_no,
            description=form.summary,
        )
