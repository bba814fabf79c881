"""Bad review (中差评处理): learn fast of a poor review, put the cause right, answer in public.

Sources: 004-g 客服 2-4; 002-b 二2(2), 八4; 001-t 四1(8).

The remedy is for the loss, never for the review (D19): 004-g has the shop pay and then ask for a better review, which
网络反不正当竞争暂行规定 art. 9 forbids since 2024-09-01. So nothing here asks a customer to change a review, no offer
may be tied to one, and a reply that asks for it is refused.
"""

from activities.cases.contract import SendEvent
from activities.compensation.contract import RULE, AllowCompensation, BeyondLimit
from activities.members.contract import IssueCoupon
from activities.messages.contract import Message
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

MOST_TRIES = 3  # default
MIDDLING = 3  # of 5 stars, and below
IN_MONEY = ("cash", "partial_refund")
BY_HAND = ("resend", "gift", "return_free")
BLAME = ("骗子", "恶意", "胡说", "无理取闹", "你自己", "liar", "your own fault")
ASKS_FOR_A_REVIEW = (
    "改评",
    "修改评价",
    "删除评价",
    "改好评",
    "追评返现",
    "change your review",
    "delete your review",
)

Remedy = Literal["cash", "partial_refund", "resend", "gift", "coupon", "return_free"]

# --- what is asked


class Review(Form):
    rating: Annotated[int, Field(ge=1, le=5)]
    text: LongRemark = ""
    order_no: Order | None = None
    customer_no: CustomerNo | None = None

    def problems(self) -> Problems:
        if self.rating > MIDDLING:
            yield "rating", "Only reviews of three stars or fewer are handled here."


class Assignment(Form):
    agent: Keep[User]
    """Who is to talk to the customer."""


class Contact(Form):
    channel: Literal["chat", "phone", "sms"]
    attempt_no: Annotated[int, Field(ge=1, le=10), from_case("next_try")]


class Cause(Form):
    cause: Keep[Literal["product", "logistics", "service", "description", "price", "expectation", "other"]]
    detail: Text


class Offer(Form):
    rule: Annotated[FormRows[LongText], from_book(RULE, cause="rule_for")] = ()
    """What the store's written rule says for poor reviews."""
    remedy: Keep[Remedy]
    amount: Price
    not_conditional_on_review: ToCheck[Ticked]
    customer_agrees: bool | None = None
    resent: Keep[FormRows[LineQty]] = ()
    """Which goods are sent again; all of the order, where nobody says it."""

    def problems(self) -> Problems:
        if self.resent and self.remedy != "resend":
            yield "resent", "Nothing is sent again."


class Acceptance(Told):
    accepted: Ticked
    confirmed_by: Literal["customer", "agent_on_behalf"] | None = None
    note: Remark = ""


class RemedyDone(Form):
    payment_ref: Remark = ""
    case_ref: CaseRef | None = None


class Given(Form):
    """What the customer was promised is on its way."""

    what: Text
    case_ref: CaseRef | None = None
    waybill_no: Code | None = None


class Refusal(Form):
    reason: ToCustomer[Text]


class Posting(Form):
    """The reply stands below the review."""

    posted_at: TimeOrEarlier[Moment]


class Reply(Form):
    reply_text: Keep[Annotated[Text, Field(min_length=20)]]
    offers: Keep[FormRows[Literal["resend", "gift", "free_return"]]] = ()

    def problems(self) -> Problems:
        text = self.reply_text.lower()
        yield from outside_faults(reply_text=self.reply_text)
        if any(word in text for word in BLAME):
            yield "reply_text", "It blames the customer."
        if any(word in text for word in ASKS_FOR_A_REVIEW):
            yield "reply_text", "It asks for another review."


class Tone(Form):
    tone_ok: Annotated[bool, to_check("reply_text")]
    note: Remark = ""


class Fake(Form):
    evidence: SomeFiles
    platform_case_no: Text


class ReviewCase(Case):
    rating: int
    text: LongRemark = ""
    order_no: Order | None = None
    tries: Count = 0
    cause: (
        Literal["product", "logistics", "service", "description", "price", "expectation", "other"] | None
    ) = None
    remedy: Remedy | None = None
    amount: Price = NOTHING
    resent: FormRows[LineQty] = ()
    offer_limit: Price | None = None
    """How much whoever made the offer may give; None where they have no limit."""
    asked: Price | None = None
    """What is to be given, where somebody else must approve it."""
    given_before: Price | None = None
    """What the order and its buyer were given before that."""
    reply_text: Text | None = None
    customer_no: CustomerNo | None = None
    agent: User | None = None
    """Who is to talk to the customer."""
    offers: FormRows[Literal["resend", "gift", "free_return"]] | None = None

    @property
    def rule_for(self) -> str:
        return "poor_review"

    @property
    def next_try(self) -> int:
        return self.tries + 1


# --- the procedure


class BadReview(Procedure):
    """Learn fast of a poor review, put the cause right, and answer in a way that reassures other shoppers."""

    key = "bad_review"
    case: ReviewCase
    numbers = "BR"
    about = ("rating", "text", "order_no")
    parties = {PartyKind.CUSTOMER: "customer_no"}

    new = Entry()
    alerted = Stage(role=CS_SUPERVISOR)
    assigned = Stage(role=CS_AGENT | CS_SUPERVISOR)
    contacting = Stage(role=CS_AGENT | CS_SUPERVISOR)
    cause_known = Stage(role=CS_AGENT | CS_SUPERVISOR, due=hours(4), tell=OPS_MANAGER)
    remedying = Stage(role=CS_AGENT | CS_SUPERVISOR | OPS_MANAGER | FINANCE)
    giving = Stage(role=AFTER_SALES, due=working_days(2), tell=CS_SUPERVISOR)
    remedied = Stage(due=days(3), tell=CS_SUPERVISOR)
    reply_drafting = Stage(role=CS_AGENT)
    reply_review = Stage(role=CS_SUPERVISOR, ways_equal=True)
    reply_approved = Stage(role=CS_AGENT)
    monitored = Stage()
    closed_updated = Stage(final=True)
    closed_replied = Stage(final=True)
    closed_unreachable = Stage(final=True)
    reported_fake = Stage(final=True)

    # reach the customer at once                                                     004-g 客服 2, 3
    alert = new.to(
        alerted, by=PLATFORM_FEED | CS_AGENT | CS_SUPERVISOR, form=Review, on="store.review.posted"
    )
    assign = alerted.to(assigned, by=CS_SUPERVISOR, form=Assignment)
    contact = assigned.to(contacting, by=CS_AGENT, form=Contact, main=True) | contacting.stay(
        by=CS_AGENT, form=Contact, when="not has_tried_enough"
    )
    learn_cause = contacting.to(cause_known, by=CS_AGENT, form=Cause, main=True)
    cannot_reach = contacting.to(reply_drafting, after=days(3), form=Note) | contacting.to(
        reply_drafting, by=CS_AGENT, form=Note, when="has_tried_enough"
    )
    report_fake = (assigned | cause_known).to(reported_fake, by=CS_SUPERVISOR, form=Fake)
    close_unreachable = (assigned | contacting).to(closed_unreachable, by=CS_SUPERVISOR, form=Note, back=True)

    # make the loss good                                                             004-g 客服 3
    offer_remedy = cause_known.to(remedying, by=CS_AGENT, form=Offer, main=True)
    raise_offer = remedying.stay(
        by=CS_SUPERVISOR | OPS_MANAGER | GM, form=Offer, when="not has_accepted", once=True
    )
    accept_remedy = remedying.stay(by=CUSTOMER, heard_by=CS_AGENT, form=Acceptance, once=True)
    allowed = remedying.stay()
    beyond_limit = remedying.stay()
    approve_remedy = remedying.stay(
        by=CS_SUPERVISOR | OPS_MANAGER | GM,
        form=DecisionNote,
        when="has_too_much_asked",
        other_than=(offer_remedy, raise_offer),
        approves=("text", "cause", "remedy", "amount", "resent", "given_before"),
    )
    refuse_remedy = remedying.to(
        cause_known,
        by=CS_SUPERVISOR | OPS_MANAGER | GM,
        form=Refusal,
        when="has_too_much_asked",
        other_than=(offer_remedy, raise_offer),
        back=True,
    )
    hand_over = remedying.to(giving, as_soon_as="is_to_be_given")
    remedy_given = giving.to(remedied, by=AFTER_SALES, form=Given)
    remedy_done = remedying.to(
        remedied,
        by=FINANCE | CS_AGENT,
        form=RemedyDone,
        when="has_accepted and not is_being_paid and not has_too_much_asked",
        main=True,
    )
    refuses_all = remedying.to(
        reply_drafting,
        by=CS_AGENT,
        form=Note,
        when="not has_accepted or has_unpaid_refund",
    )
    customer_updates = (remedied | reply_approved | monitored).to(
        closed_updated, by=PLATFORM_FEED, heard_by=CS_AGENT, on="store.review.updated"
    )
    not_updated = remedied.to(reply_drafting, after=days(3))

    # answer in public                                                               004-g 客服 4
    draft_reply = reply_drafting.to(reply_review, by=CS_AGENT, form=Reply)
    approve_reply = reply_review.to(
        reply_approved,
        by=CS_SUPERVISOR,
        form=Tone,
        other_than=draft_reply,
        approves=("rating", "text", "reply_text", "offers"),
    )
    rework_reply = reply_review.to(reply_drafting, by=CS_SUPERVISOR, form=Tone, back=True)
    post_reply = reply_approved.to(monitored, by=CS_AGENT, form=Posting)
    close_monitoring = monitored.to(closed_replied, after=days(15))

    contact_limit = Deadline(
        service_hours(1),
        since=alert,
        until=contact | report_fake | close_unreachable,
        tell=CS_SUPERVISOR,
    )
    reply_limit = Deadline(
        hours(24), since=cannot_reach | refuses_all | not_updated, until=post_reply, tell=OPS_MANAGER
    )

    exceptions = (
        without(
            "way_back",
            giving | remedied | monitored,
            because="What was offered to a customer is given first, or refused by them.",
        ),
        without(
            "approval_again",
            raise_offer,
            because="An offer is raised before the customer takes it, and approved after that.",
        ),
    )

    kpis = (
        count(alert),
        elapsed(alert, contact),
        share(customer_updates, of=alert),
        share(post_reply, of=alert),
        share(report_fake, of=alert),
    )

    # --- rules

    def has_tried_enough(self) -> bool:
        """Three tries have failed."""
        return self.case.tries >= MOST_TRIES

    def has_accepted(self) -> bool:
        """The customer has taken the offer."""
        return self.has_happened(self.accept_remedy, since=self.offer_remedy)

    def is_to_be_given(self) -> bool:
        """Goods are to be sent or taken back, and nobody need decide about it any more."""
        free = not self.case.amount and self.case.remedy != "resend"
        may = free or self.has_happened(self.allowed, since=self.offer_remedy)
        return self.case.remedy in BY_HAND and self.has_accepted() and may

    def has_too_much_asked(self) -> bool:
        """More was accepted than whoever offered it may give."""
        return self.case.asked is not None

    def is_being_paid(self) -> bool:
        """A refund is on its way."""
        return self.children(self.pay).any_running

    def has_unpaid_refund(self) -> bool:
        """The refund has ended without paying."""
        return any(answer.stage != "refunded" for answer in self.children(self.pay).reports)

    # --- what each step does

    @alert.on
    def stop_thanks(self) -> None:
        """A buyer whose poor review is open gets no public thanks."""
        if self.case.order_no is not None and self.parent is None:
            event = SendEvent(procedure="credit_comment", event="poor_review", subject=self.case.order_no)
            self.do(event)

    @assign.on
    def tell_agent(self, form: Assignment) -> None:
        data = {"order": self.case.order_no or "-", "rating": str(self.case.rating)}
        self.do(Message(to=form.agent, template="review_yours", data=data))

    @contact.on
    def count_try(self) -> None:
        self.case.tries += 1

    @offer_remedy.on
    def limit_offer(self, form: Offer) -> None:
        self.check_limit(form)

    @raise_offer.on
    def limit_raise(self, form: Offer) -> None:
        self.check_limit(form)
        self.require(
            form.amount > self.case.amount,
            "{amount} was refused: offer more.",
            "amount",
            amount=self.case.amount,
        )

    @(offer_remedy | raise_offer).on
    def keep_amount(self, form: Offer) -> None:
        self.case.amount = form.amount
        self.case.offer_limit = self.policy.grant_limit(self.actor.roles)

    def check_limit(self, form: Offer) -> None:
        needs_money = form.remedy in (*IN_MONEY, "coupon")
        needs_order = needs_money or form.remedy == "resend"
        self.require(form.amount or not needs_money, "Say how much.", "amount")
        self.require(
            self.case.order_no or not needs_order,
            "No order is known that it could belong to.",
            "remedy",
        )
        self.require(
            self.policy.may_grant(self.actor.roles, form.amount),
            "{amount} is above your limit: it needs the next approver up.",
            "amount",
            amount=form.amount,
        )

    @accept_remedy.on
    def give_within_limit(self) -> None:
        """A refund is counted by the case that pays it."""
        if self.case.remedy not in IN_MONEY:
            self.ask_for(self.case.offer_limit)

    @approve_remedy.on
    def decide(self) -> None:
        amount, before = self.case.asked or NOTHING, self.case.given_before or NOTHING
        self.require(
            self.policy.may_grant(self.actor.roles, amount + before),
            "{amount} beside {before} given before is above your limit: it needs the next approver up.",
            amount=amount,
            before=before,
        )
        self.case.asked = None
        self.ask_for(self.policy.grant_limit(self.actor.roles))

    def ask_for(self, limit: Money | None) -> None:
        case, resends = self.case, self.case.remedy == "resend"
        about = case.order_no or case.customer_no or self.subject
        if not case.amount and not resends:
            self.give_remedy()
        else:
            decided = self.has_happened(self.beyond_limit, since=self.offer_remedy)
            cause = None if decided else case.rule_for
            self.do(
                AllowCompensation(
                    order=about,
                    amount=case.amount,
                    limit=limit,
                    cause=cause,
                    resends=resends,
                    lines=case.resent,
                ),
                then=self.allowed,
                otherwise=self.beyond_limit,
            )

    @beyond_limit.on
    def ask_supervisor(self, outcome: BeyondLimit | None) -> None:
        self.case.asked = self.case.amount
        if outcome is not None:
            self.case.asked = outcome.amount or self.case.amount
            self.case.given_before = outcome.given
        self.tell(
            CS_SUPERVISOR,
            "compensation_to_approve",
            order=self.case.order_no or "-",
            amount=self.case.asked,
            before=self.case.given_before or NOTHING,
        )

    @refuse_remedy.on
    def tell_why_not(self, form: Refusal) -> None:
        """The customer has accepted: they hear that it isn't given, and get another offer."""
        case = self.case
        case.asked = case.given_before = None
        to = case.order_no or case.customer_no or self.subject
        self.do(Message(to=to, template="review_remedy_refused", data={"why": form.reason}))
        self.tell(CS_AGENT, "review_offer_again", why=form.reason)

    @allowed.on
    def give_remedy(self) -> None:
        if self.case.remedy == "coupon":
            self.do(
                IssueCoupon(
                    order=str(self.case.order_no), worth=self.case.amount, reason=f"Review {self.subject}"
                ),
                then=self.remedy_done,
            )
        else:
            self.tell(AFTER_SALES, "remedy_promised", remedy=self.case.remedy, order=self.case.order_no)

    @remedy_done.on
    def say_how_it_was_paid(self, form: RemedyDone | None) -> None:
        explained = form is not None and (form.payment_ref or form.case_ref)
        self.require(
            explained or not self.has_unpaid_refund(),
            "The refund was not paid: say how it was.",
            "payment_ref",
        )

    @approve_reply.on
    def publish(self, form: Tone) -> None:
        self.require(form.tone_ok, "Send it back for another draft.", "tone_ok")

    @rework_reply.on
    def say_what_to_change(self, form: Tone) -> None:
        self.require(not form.tone_ok or form.note, "Say what is to change.", "note")

    @(customer_updates | close_monitoring | close_unreachable).on
    def keep_cause(self) -> None:
        self.do(
            KeepRecord(
                book="review_causes",
                entry=self.subject,
                data={"order_no": self.case.order_no, "rating": self.case.rating, "cause": self.case.cause},
            )
        )

    # --- what it starts

    @starts("refund_only", on=accept_remedy, ends={"refunded": remedy_done})
    def pay(self) -> Opening | None:
        if self.case.remedy not in IN_MONEY:
            return None
        return opening(
            self.next_subject,
            source="goodwill",
            order_no=self.case.order_no,
            amount=self.case.amount,
            cause=self.case.rule_for,
        )
