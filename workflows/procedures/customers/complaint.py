"""Complaint (投诉处理): listen to the customer, find the cause, solve it at a bearable cost, call back.

Sources: 000-b 5; 000-d 五; 000-e 五4; 000-g 五1; 001-a 四5; 001-b 第三章·3(2); 001-e 第七条; 001-l 运营负责人 7,
客服 2; 001-m 三3(2)-(3); 001-p 第十二条3; 001-t 二(三); 002-b 一5, 四, 八4, 八7; 003 四4.2.

Customer service owns it, then its head, then the operations manager (D11).
"""

from activities.cases.contract import OpenCase
from activities.compensation.contract import AllowCompensation, BeyondLimit
from activities.members.contract import IssueCoupon
from activities.messages.contract import Message
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

OFFER_STANDS = hours(72)  # default
MOST_TRIES = 3  # default
GOOD_ENDS = ("refunded", "closed", "completed", "completed_with_loss", "closed_refunded")
MONEY = ("partial_refund", "refund", "coupon")
COUNTED = ("coupon", "gift")  # a refund is counted by the case that pays it
GOODS = ("return", "exchange", "repair")
DEPARTMENTS = LOGISTICS | WAREHOUSE_SUPERVISOR | PURCHASING | OPS_SPECIALIST | FINANCE | TECH
HEARERS = CS_AGENT | CS_SUPERVISOR
HEADS = {
    "logistics": LOGISTICS,
    "warehouse": WAREHOUSE_SUPERVISOR,
    "purchasing": PURCHASING,
    "operations": OPS_SPECIALIST,
    "finance": FINANCE,
    "tech": TECH,
}

Department = Literal["logistics", "warehouse", "purchasing", "operations", "finance", "tech"]
Remedy = Literal[
    "apology", "resend", "return", "exchange", "repair", "partial_refund", "refund", "coupon", "gift"
]

# --- what is asked


class Filing(Form):
    channel: InHistory[Literal["chat", "phone", "platform", "review", "regulator"]]
    category: Literal["product", "logistics", "service", "price", "description", "other"]
    severity: Literal["low", "medium", "high"]
    order_no: Order | None = None
    content: Annotated[LongText, Field(min_length=10)]
    photos: InHistory[Photos] = ()
    customer_no: CustomerNo | None = None


class Acknowledgement(Form):
    agent: TheCaller[User]
    customer_mood: Literal["calm", "upset", "angry"]
    promise_time: Annotated[Moment, within(at_least="now")]


class Facts(Form):
    facts: LongText
    related_case: CaseRef | None = None


class Question(Form):
    department: Keep[Department]
    question: Text


class Finding(Form):
    finding: Text
    at_fault: bool
    fix: Remark = ""


class Offer(Form):
    remedy: Keep[Some[Remedy]]
    cost: Keep[Price]
    explanation: ToCustomer[Text]
    resent: Keep[FormRows[LineQty]] = ()
    """Which goods are sent again; all of the order, where nobody says it."""

    def problems(self) -> Problems:
        if any_twice(self.remedy):
            yield "remedy", "Name each remedy only once."
        if sum(remedy in MONEY for remedy in self.remedy) > 1:
            yield "remedy", "Either a refund or a coupon: the cost is for one of them."
        if any(remedy in MONEY for remedy in self.remedy) and not self.cost:
            yield "cost", "Say how much."
        if self.resent and "resend" not in self.remedy:
            yield "resent", "Nothing is sent again."


class OfferAgain(Offer):
    """The last offer: the supervisor makes a better one, or gives what was offered."""

    remedy: Keep[Annotated[Some[Remedy], proposed("remedy")]]
    cost: Keep[Annotated[Price, proposed("cost")]]
    resent: Keep[Annotated[FormRows[LineQty], proposed("resent")]] = ()


class Comment(Told):
    comment: Remark = ""


class Authority(Form):
    reason: Text
    wanted_cost: Annotated[Price | None, proposed("asked")] = None


class PlatformCase(Form):
    platform: Literal["taobao", "tmall", "jd", "pdd", "own", "other"] = "other"
    platform_case_no: Code | None = None
    reply_by: Keep[Moment | None] = None


class Execution(Form):
    child_cases: FormRows[CaseRef]
    """Cases that were opened by hand for it."""
    lines: Keep[FormRows[LineQty]] = ()
    """What comes back, is exchanged or repaired."""


class CallBack(Form):
    attempt_no: Annotated[int, Field(ge=1, le=10), from_case("next_try")]
    channel: Literal["phone", "chat"]


class Contentment(Form):
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    note: Remark = ""


class ComplaintCase(Case):
    category: str
    severity: str
    content: LongText
    order_no: Order | None = None
    department: Department | None = None
    remedy: tuple[Remedy, ...] = ()
    cost: Price = NOTHING
    explanation: Text = "-"
    resent: FormRows[LineQty] = ()
    granted: Price = NOTHING
    """What a manager has allowed for this case."""
    asked: Price | None = None
    """What is to be granted, where whoever offered it may not."""
    given_before: Price | None = None
    """What the order and its buyer were given before that."""
    lines: FormRows[LineQty] = ()
    opened: Count = 0
    """How many remedies run as cases of their own."""
    reply_by: Moment | None = None
    attempt_no: int = 0
    """How often the customer was called since it was solved."""
    customer_no: CustomerNo | None = None

    @property
    def next_try(self) -> int:
        return self.attempt_no + 1


# --- the procedure


class Complaint(Procedure):
    """Listen to the customer, find the cause, solve it at a bearable cost, call back and prevent a repeat."""

    key = "complaint"
    case: ComplaintCase
    numbers = "CP"
    about = ("category", "severity", "order_no")
    exceptions = (without("way_back", because="Goods or money are on their way: its own rows settle them."),)
    parties = {PartyKind.CUSTOMER: "customer_no"}

    new = Entry()
    received = Stage(role=CS_AGENT, due=service_hours(1), tell=CS_SUPERVISOR)
    acknowledged = Stage(role=CS_AGENT)
    investigating = Stage(role=CS_AGENT)
    awaiting_department = Stage(role=DEPARTMENTS, due=hours(8), tell=OPS_MANAGER)
    proposed = Stage(role=CUSTOMER, ways_equal=True)
    accepted = Stage(role=CS_AGENT)
    executing = Stage()
    escalated = Stage(role=CS_SUPERVISOR | OPS_MANAGER)
    platform_dispute = Stage(role=CS_SUPERVISOR, due=first_known(at("reply_by"), hours(24)), tell=OPS_MANAGER)
    resolved = Stage(role=CS_AGENT, due=days(3), tell=CS_SUPERVISOR)
    callback = Stage(role=CS_AGENT, ways_equal=True)
    closed = Stage(final=True)
    withdrawn = Stage(final=True)

    # listen and look into it                                                          001-m 三3(2), 001-t 二(三)
    file = new.to(received, by=CUSTOMER | CS_AGENT | PLATFORM_FEED, form=Filing, on="store.complaint.filed")
    acknowledge = received.to(acknowledged, by=CS_AGENT, form=Acknowledgement, main=True)
    investigate = acknowledged.to(investigating, by=CS_AGENT, form=Facts, main=True)
    ask_department = investigating.to(awaiting_department, by=CS_AGENT, form=Question)
    department_reply = awaiting_department.to(investigating, by=DEPARTMENTS, form=Finding)
    withdraw = (received | acknowledged | investigating | proposed).to(
        withdrawn, by=CUSTOMER, heard_by=HEARERS, form=Withdrawal
    )

    # the offer                                                                      001-t 二(三), 002-b 八7
    propose = investigating.to(proposed, by=CS_AGENT, form=Offer, main=True)
    offer_allowed = proposed.stay()
    beyond_limit = proposed.to(escalated)
    accept_offer = proposed.to(accepted, by=CUSTOMER, heard_by=HEARERS, form=Comment, when="is_offered")
    reject_offer = proposed.to(escalated, by=CUSTOMER, heard_by=HEARERS, form=Comment, when="is_offered")
    no_reply = proposed.to(escalated, after=OFFER_STANDS)
    over_limit = investigating.to(escalated, by=CS_AGENT, form=Authority)
    supervisor_offer = escalated.to(proposed, by=CS_SUPERVISOR, form=OfferAgain, main=True)
    to_manager = escalated.to(
        investigating,
        by=OPS_MANAGER | GM,
        form=Authority,
        other_than=(propose, over_limit, supervisor_offer),
        approves=("content", "remedy", "cost", "asked", "given_before"),
    )  # 001-l 运营负责人 7

    # on the platform                                                                002-b 一5
    platform_case = (escalated | proposed | investigating).to(
        platform_dispute, by=PLATFORM_FEED, form=PlatformCase, on="platform.complaint.filed"
    )
    platform_ruling = platform_dispute.to(
        executing, by=PLATFORM_FEED, heard_by=CS_SUPERVISOR, on="platform.complaint.ruled"
    )

    # the remedy                                                                     001-b, 001-m 三3(3)
    execute = accepted.to(executing, by=CS_AGENT, form=Execution)
    done = executing.to(resolved, as_soon_as="has_remedied") | executing.to(resolved, when="has_no_answer")
    remedy_failed = executing.to(investigating, as_soon_as="has_failed")
    call_back = resolved.to(callback, by=CS_AGENT, form=CallBack) | callback.stay(
        by=CS_AGENT, form=CallBack, when="not has_tried_enough"
    )
    confirm_happy = callback.to(closed, by=CS_AGENT, form=Contentment)
    still_unhappy = callback.to(investigating, by=CS_AGENT, form=Contentment)

    first_proposal = Deadline(
        hours(24),
        since=acknowledge,
        until=propose | supervisor_offer | platform_case,
        unless="has_asked",
        tell=OPS_MANAGER,
    )
    proposal_with_department = Deadline(
        hours(48), since=acknowledge, until=propose | supervisor_offer | platform_case, tell=OPS_MANAGER
    )

    kpis = (
        count(file),
        elapsed(file, acknowledge),
        elapsed(file, done),
        share(accept_offer, of=propose),
        share(still_unhappy, of=call_back),
        count(platform_case),
    )

    # --- rules

    def is_offered(self) -> bool:
        """The customer has been told of the offer."""
        return not self.is_counted or self.has_happened(
            self.offer_allowed, since=self.propose | self.supervisor_offer
        )

    @property
    def is_counted(self) -> bool:
        """Whether what is offered counts with what was given before."""
        return bool(self.counted) or "resend" in self.case.remedy

    @property
    def counted(self) -> Money:
        """What of the cost counts here, beside goods that are sent again."""
        return self.case.cost if any(remedy in COUNTED for remedy in self.case.remedy) else NOTHING

    def has_asked(self) -> bool:
        """Another department was asked."""
        return self.has_happened(self.ask_department)

    def has_failed(self) -> bool:
        """A remedy ended without result."""
        return bool(self.case.opened) and not all(
            answer.stage in GOOD_ENDS for answer in self.children(self.remedies).reports
        )

    def has_remedied(self) -> bool:
        """All remedies are finished."""
        under_way = self.children(self.remedies).any_running or self.children(self.remedies).any_unavailable
        return not self.case.opened or (not under_way and not self.has_failed())

    def has_no_answer(self) -> bool:
        """A remedy could not be started as a case, so that a person says when it is done."""
        return self.children(self.remedies).any_unavailable

    def has_tried_enough(self) -> bool:
        """Three tries have failed."""
        return self.case.attempt_no >= MOST_TRIES

    # --- what each step does

    @file.on
    def receive(self) -> None:
        self.say("complaint_received")

    @acknowledge.on
    def promise(self, form: Acknowledgement) -> None:
        self.require(form.promise_time > self.now, "Must be in the future.", "promise_time")

    @ask_department.on
    def ask(self, form: Question) -> None:
        self.tell(HEADS[form.department], "department_asked", question=form.question)

    @department_reply.on
    def from_the_asked_team(self) -> None:
        asked = HEADS[self.case.department or "operations"]
        self.require(asked in self.actor.roles, "The question is for {asked}.", asked=asked)

    @(propose | supervisor_offer).on
    def offer(self, form: Offer | OfferAgain) -> None:
        allowed = form.cost.amount <= self.case.granted.amount
        self.require(
            allowed or self.policy.may_grant(self.actor.roles, form.cost),
            "{cost} is above your limit: it needs the next approver up.",
            "cost",
            cost=form.cost,
        )
        case, needs_order = self.case, not {"apology", "gift"}.issuperset(form.remedy)
        self.require(not needs_order or case.order_no, "This remedy needs an order.", "remedy")
        case.asked, case.explanation = None, form.explanation
        if not self.is_counted:
            self.tell_offer()
            return
        limit = self.policy.grant_limit(self.actor.roles)
        if limit is not None:
            limit = max(limit, case.granted + (case.given_before or NOTHING))
        self.do(
            AllowCompensation(
                order=str(case.order_no or case.customer_no or self.subject),
                amount=self.counted,
                limit=limit,
                cause=None if self.has_happened(self.beyond_limit) else case.category,
                resends="resend" in case.remedy,
                lines=case.resent,
            ),
            then=self.offer_allowed,
            otherwise=self.beyond_limit,
        )

    @offer_allowed.on
    def tell_offer(self) -> None:
        self.say("complaint_offer", explanation=self.case.explanation)

    @beyond_limit.on
    def learn_what_was_given(self, outcome: BeyondLimit | None) -> None:
        self.case.asked = self.case.cost
        if outcome is not None:
            self.case.asked = outcome.amount or self.case.cost
            self.case.given_before = outcome.given

    @(reject_offer | no_reply | withdraw | platform_case).on
    def give_nothing(self) -> None:
        self.undo(AllowCompensation)

    @to_manager.on
    def grant(self, form: Authority) -> None:
        wanted, before = form.wanted_cost or NOTHING, self.case.given_before or NOTHING
        self.require(
            self.policy.may_grant(self.actor.roles, wanted + before),
            "{wanted} beside {before} given before is above your limit.",
            "wanted_cost",
            wanted=wanted,
            before=before,
        )
        self.case.granted = wanted

    @platform_ruling.on
    def obey(self) -> None:
        self.case.opened = 0

    @execute.on
    def begin_remedies(self, form: Execution) -> None:
        needs_lines = any(remedy in GOODS for remedy in self.case.remedy)
        self.require(not needs_lines or form.lines, "Say which goods.", "lines")
        self.require(
            "resend" not in self.case.remedy or form.child_cases,
            "Name the order that resends.",
            "child_cases",
        )
        self.case.opened = sum(
            remedy not in ("apology", "resend", "coupon", "gift") for remedy in self.case.remedy
        )
        if "coupon" in self.case.remedy:
            self.do(
                IssueCoupon(
                    order=str(self.case.order_no), worth=self.case.cost, reason=f"Complaint {self.subject}"
                )
            )
        if "gift" in self.case.remedy:
            self.tell(OPS_SPECIALIST, "gift_promised", cost=self.case.cost)

    @(remedy_failed | still_unhappy).on
    def start_over(self) -> None:
        self.undo(OpenCase, IssueCoupon, AllowCompensation)
        self.tell(CS_AGENT, "complaint_reopened")

    @done.on
    def tell_customer(self) -> None:
        self.case.attempt_no = 0
        self.say("complaint_solved")

    @call_back.on
    def count_try(self) -> None:
        self.case.attempt_no += 1

    @confirm_happy.on
    def score_or_three_tries(self, form: Contentment) -> None:
        self.require(
            form.score is not None or self.has_tried_enough(),
            "May be left empty only after three tries.",
            "score",
        )
        self.do(
            KeepRecord(
                book="complaint_causes",
                entry=self.subject,
                data={
                    "order_no": self.case.order_no,
                    "category": self.case.category,
                    "cost": self.case.cost.model_dump(mode="json"),
                    "score": form.score,
                },
            )
        )

    @still_unhappy.on
    def score_given(self, form: Contentment) -> None:
        self.require(
            form.score is not None, "May be left empty only where the customer can't be reached.", "score"
        )

    def say(self, template: str, **data: str) -> None:
        self.do(Message(to=self.case.order_no or self.subject, template=template, data=data))

    def result(self) -> dict[str, object]:
        return {"remedy": self.case.remedy, "cost": self.case.cost}

    # --- what it starts

    @starts("return_refund", "exchange", "repair", "refund_only", on=execute, all_ended=done)
    def remedies(self) -> list[Opening]:
        case, number = self.case, self.next_subject
        found: list[Opening] = []
        for remedy in case.remedy:
            match remedy:
                case "return":
                    found.append(
                        opening(
                            number,
                            procedure="return_refund",
                            order_no=case.order_no,
                            lines=case.lines,
                            reason=f"Complaint {self.subject}",
                            shop_pays_postage=True,
                            address=self.policy.returns_to,
                        )
                    )
                case "exchange" | "repair":
                    found.append(
                        opening(
                            number,
                            procedure=remedy,
                            order_no=case.order_no,
                            lines=case.lines,
                            shop_pays_postage=True,
                        )
                    )
                case "partial_refund" | "refund":
                    found.append(
                        opening(
                            number,
                            procedure="refund_only",
                            source="goodwill",
                            order_no=case.order_no,
                            amount=case.cost,
                        )
                    )
                case _:
                    pass
        return found

    @starts("violation_handling", on=platform_case)
    def watch(self, form: PlatformCase) -> Opening:
        return opening(
            form.platform_case_no or self.next_subject,
            platform=form.platform,
            kind="complaint",
            deadline=form.reply_by or self.now + hours(24).length,
            text=self.case.content[:500],
        )
