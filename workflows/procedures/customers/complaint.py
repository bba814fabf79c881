"""Complaint (投诉处理): listen to the customer, find the cause, solve it at a bearable cost, call back.

Sources: 000-b 5; 000-d 五; 000-e 五4; 000-g 五1; 001-a 四5; 001-b 第三章·3(2); 001-e 第七条; 001-l 运营负责人 7,
客服 2; 001-m 三3(2)-(3); 001-p 第十二条3; 001-t 二(三); 002-b 一5, 四, 八4, 八7; 003 四4.2.

Customer service owns it, then its head, then the operations manager (D11).
"""

from activities.cases.contract import OpenCase
from activities.compensation.contract import AllowCompensation, BeyondLimit
from activities.members.contract import IssueCoupon
from activities.messages.contract import Message, Notify, as_text
from activities.money.contract import RecordRefund
from activities.orders.contract import Addressee, LinesQuoted, QuoteRefund, ReturnedGoods
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

OFFER_STANDS = hours(72)  # default
MOST_TRIES = 3  # default
CONTENT = 4  # of 5, and above; default
GOOD_ENDS = (
    "refunded",
    "closed",
    "completed",
    "completed_with_loss",
    "closed_refunded",
    "made_good",
    "lost",  # whoever repairs claims the parcel for its owner
)
RESENT = ("delivered", "completed")
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

# --- the procedure


class Complaint(Procedure):
    """Listen to the customer, find the cause, solve it at a bearable cost, call back and prevent a repeat."""

    key = "complaint"
    case: complaining.ComplaintCase
    numbers = "CP"
    about = ("category", "severity", "order_no")
    parties = {PartyKind.CUSTOMER: "customer_no"}

    new = Entry()
    received = Stage(role=CS_AGENT, due=service_hours(1), tell=CS_SUPERVISOR)
    acknowledged = Stage(role=CS_AGENT)
    investigating = Stage(role=CS_AGENT)
    awaiting_department = Stage(role=DEPARTMENTS, due=hours(8), tell=OPS_MANAGER)
    proposed = Stage(role=CUSTOMER, ways_equal=True)
    accepted = Stage(role=CS_AGENT)
    gift_due = Stage(role=OPS_SPECIALIST, due=working_days(2), tell=CS_SUPERVISOR)
    executing = Stage()
    escalated = Stage(role=CS_SUPERVISOR | OPS_MANAGER)
    platform_dispute = Stage(role=CS_SUPERVISOR, due=first_known(at("reply_by"), hours(24)), tell=OPS_MANAGER)
    ruled = Stage(role=CS_SUPERVISOR, due=hours(48), tell=OPS_MANAGER)
    resolved = Stage(role=CS_AGENT, due=days(3), tell=CS_SUPERVISOR)
    callback = Stage(role=CS_AGENT, ways_equal=True)
    closed = Stage(final=True)
    withdrawn = Stage(final=True)

    # listen and look into it                                                          001-m 三3(2), 001-t 二(三)
    file = new.to(
        received, by=CUSTOMER | CS_AGENT | PLATFORM_FEED, form=complaining.Filing, on="store.complaint.filed"
    )
    acknowledge = received.to(acknowledged, by=CS_AGENT, form=complaining.Acknowledgement, main=True)
    investigate = acknowledged.to(investigating, by=CS_AGENT, form=complaining.Facts, main=True)
    ask_department = investigating.to(awaiting_department, by=CS_AGENT, form=complaining.Question)
    department_reply = awaiting_department.to(investigating, by=DEPARTMENTS, form=complaining.Finding)
    withdraw = (
        received | acknowledged | investigating | awaiting_department | proposed | accepted | escalated
    ).to(withdrawn, by=CUSTOMER, heard_by=HEARERS, form=Withdrawal)

    # the offer                                                                      001-t 二(三), 002-b 八7
    propose = investigating.to(proposed, by=CS_AGENT, form=complaining.Offer, main=True)
    offer_allowed = proposed.stay()
    beyond_limit = proposed.to(escalated)
    accept_offer = proposed.to(
        accepted, by=CUSTOMER, heard_by=HEARERS, form=complaining.Comment, when="is_offered"
    )
    reject_offer = proposed.to(
        escalated, by=CUSTOMER, heard_by=HEARERS, form=complaining.Comment, when="is_offered"
    )
    no_reply = proposed.to(escalated, after=OFFER_STANDS)
    over_limit = investigating.to(escalated, by=CS_AGENT, form=complaining.Authority)
    supervisor_offer = escalated.to(proposed, by=CS_SUPERVISOR, form=complaining.OfferAgain, main=True)
    to_manager = escalated.to(
        investigating,
        by=OPS_MANAGER | GM,
        form=complaining.Authority,
        other_than=(propose, over_limit, supervisor_offer),
        approves=("content", "remedy", "cost", "asked", "given_before"),
    )  # 001-l 运营负责人 7

    # on the platform                                                                002-b 一5
    platform_case = (escalated | proposed | investigating).to(
        platform_dispute, by=PLATFORM_FEED, form=complaining.PlatformCase, on="platform.complaint.filed"
    )
    platform_ruling = platform_dispute.to(
        executing, **complaining.RULED, when="is_all"
    ) | platform_dispute.to(ruled, **complaining.RULED, when="not is_all")
    obey = ruled.to(executing, by=CS_SUPERVISOR, form=complaining.Obedience, when="not has_gift") | ruled.to(
        gift_due, by=CS_SUPERVISOR, form=complaining.Obedience, when="has_gift"
    )

    # the remedy                                                                     001-b, 001-m 三3(3)
    execute = accepted.to(
        executing, by=CS_AGENT, form=complaining.Execution, when="not has_gift"
    ) | accepted.to(gift_due, by=CS_AGENT, form=complaining.Execution, when="has_gift")
    gift_sent = gift_due.to(executing, by=OPS_SPECIALIST, form=complaining.GiftSent)
    goods_known = (gift_due | executing).stay()
    goods_unknown = (gift_due | executing).to(investigating)
    done = executing.to(resolved, as_soon_as="has_remedied") | executing.to(resolved, when="has_no_answer")
    remedy_failed = executing.to(investigating, as_soon_as="has_failed")
    call_back = resolved.to(callback, by=CS_AGENT, form=complaining.CallBack) | callback.stay(
        by=CS_AGENT, form=complaining.CallBack, when="not has_tried_enough"
    )
    confirm_happy = callback.to(closed, by=CS_AGENT, form=complaining.Contentment)
    leave_unhappy = callback.to(closed, by=CS_SUPERVISOR, form=complaining.LeftUnhappy)
    still_unhappy = callback.to(investigating, by=CS_AGENT, form=complaining.Contentment)

    exceptions = (
        without("way_back", because="Goods or money are on their way: its own rows settle them."),
        without(
            "approval_again", platform_ruling, because="The platform has decided what the customer gets."
        ),
    )

    promised = Deadline(
        at("promise_time"),
        since=acknowledge,
        until=propose | supervisor_offer | platform_case,
        tell=CS_SUPERVISOR,
    )
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
        return not self.case.is_counted or self.has_happened(
            self.offer_allowed, since=self.propose | self.supervisor_offer
        )

    def has_asked(self) -> bool:
        """Another department was asked."""
        return self.has_happened(self.ask_department)

    def is_all(self, form: complaining.Ruling) -> bool:
        """The platform leaves nothing to do for the store."""
        return form.is_all

    def has_gift(self, form: complaining.Execution | complaining.Obedience) -> bool:
        """A gift is to be sent."""
        given = form.remedy if isinstance(form, complaining.Obedience) else self.case.remedy
        return "gift" in given

    def has_failed(self) -> bool:
        """A remedy ended without result."""
        found = self.children(self.remedies).reports if self.case.opened else []
        return any(one.stage not in GOOD_ENDS for one in found) or self.is_resent(*ORDER_FAILED, "aborted")

    def has_remedied(self) -> bool:
        """All remedies are finished."""
        under_way = self.children(self.remedies).any_running or self.children(self.remedies).any_unavailable
        is_there = not self.case.opened or (not under_way and not self.has_failed())
        return is_there and self.has_been_resent()

    def has_been_resent(self) -> bool:
        """What is sent again has come, or an order that was opened by hand sends it."""
        return not self.case.is_resending or self.is_resent(*RESENT)

    def is_resent(self, *stages: str) -> bool:
        """The order that sends it now has come so far; one of an earlier offer may still report."""
        return self.case.resent_as in self.children(self.send_again).that_reached(*stages)

    @property
    def is_given(self) -> bool:
        """Something of what was promised has reached the customer, and stays theirs."""
        has_refund = self.case.opened and self.children(self.remedies).that_reached("refunded")
        has_gift = self.has_happened(self.gift_sent, since=self.execute | self.obey)
        is_under_way = self.case.resent_as and not self.is_resent(*ORDER_FAILED, "aborted")
        is_sent = "resend" in self.case.remedy and (is_under_way or not self.case.is_resending)
        return bool(has_refund or has_gift or is_sent or "coupon" in self.case.remedy)

    def has_no_answer(self) -> bool:
        """A remedy could not be started as a case, so that a person says when it is done."""
        return self.children(self.remedies).any_unavailable or self.children(self.send_again).any_unavailable

    def has_tried_enough(self) -> bool:
        """Three tries have failed."""
        return self.case.attempt_no >= MOST_TRIES

    # --- what each step does

    @file.on
    def receive(self) -> None:
        self.say("complaint_received")

    @acknowledge.on
    def promise(self, form: complaining.Acknowledgement) -> None:
        self.require(form.promise_time > self.now, "Must be in the future.", "promise_time")
        by = f"{form.promise_time.astimezone(self.policy.zone):%Y-%m-%d %H:%M}"
        self.say("complaint_promised", by=by)

    @ask_department.on
    def ask(self, form: complaining.Question) -> None:
        self.tell(HEADS[form.department], "department_asked", question=form.question)

    @department_reply.on
    def from_the_asked_team(self) -> None:
        asked = HEADS[self.case.department or "operations"]
        self.require(asked in self.actor.roles, "The question is for {asked}.", asked=asked)

    @(propose | supervisor_offer).on
    def offer(self, form: complaining.Offer | complaining.OfferAgain) -> None:
        allowed = form.cost.amount <= self.case.granted.amount
        self.require(
            allowed or self.policy.may_grant(self.actor.roles, form.cost),
            "{cost} is above your limit: it needs the next approver up.",
            "cost",
            cost=form.cost,
        )
        case = self.case
        self.needs_order(form)
        case.asked, case.explanation = None, form.explanation
        if not self.case.is_counted:
            self.tell_offer()
            return
        limit = self.policy.grant_limit(self.actor.roles)
        if limit is not None:
            limit = max(limit, case.granted + (case.given_before or NOTHING))
        cause = None if self.has_happened(self.beyond_limit) else case.category
        self.do(
            self.compensation(self.case.counted, limit, cause),
            then=self.offer_allowed,
            otherwise=self.beyond_limit,
        )

    def compensation(self, amount: Money, limit: Money | None, cause: str | None) -> AllowCompensation:
        case = self.case
        return AllowCompensation(
            order=str(case.order_no or case.customer_no or self.subject),
            amount=amount,
            limit=limit,
            cause=cause,
            resends="resend" in case.remedy,
            lines=case.resent,
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
    def grant(self, form: complaining.Authority) -> None:
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
    def take_note_of_ruling(self, form: complaining.Ruling) -> None:
        """What the platform has paid is the store's money, of this order."""
        case, number = self.case, form.ruling_no or self.next_subject
        case.opened, case.remedy, case.is_resending = 0, (), False
        if form.amount is not None and case.order_no is not None:
            reason = f"Complaint {self.subject}"
            self.do(RecordRefund(order=case.order_no, amount=form.amount, refund_no=number, reason=reason))
        elif form.amount is not None:
            self.tell(FINANCE, "complaint_ruled_paid", amount=form.amount, ruling_no=number)
        self.say("complaint_ruled_for_shop" if form.favours == "shop" else "complaint_ruled")

    @obey.on
    def give_what_was_ruled(self, form: complaining.Obedience) -> None:
        """The platform says what, the head how: it counts with what else is given. A refund is judged and counted by
        the case that pays it.
        """
        self.needs_order(form)
        gives = not {"coupon", "gift"}.isdisjoint(form.remedy)
        if gives:
            self.require_grant(form.cost, self.case.given_before, "cost")
        is_paid_apart = not {"refund", "partial_refund"}.isdisjoint(form.remedy)
        amount = form.cost if gives and not is_paid_apart else NOTHING
        if amount or "resend" in form.remedy:
            self.do(self.compensation(amount, None, None))
        self.say("complaint_obeys", explanation=form.explanation)

    def needs_order(self, form: complaining.Offer) -> None:
        needs_order = not {"apology", "gift"}.issuperset(form.remedy)
        self.require(not needs_order or self.case.order_no, "This remedy needs an order.", "remedy")

    @(execute | obey).on
    def begin_remedies(self, form: complaining.Execution | complaining.Obedience) -> None:
        needs_lines = any(remedy in GOODS for remedy in self.case.remedy)
        self.require(not needs_lines or form.lines, "Say which goods.", "lines")
        self.case.opened = sum(
            remedy not in ("apology", "resend", "coupon", "gift") for remedy in self.case.remedy
        )
        self.case.resent_goods, self.case.resent_as = (), ""
        self.case.is_resending = "resend" in self.case.remedy and not form.child_cases
        if self.case.is_resending:
            self.do(
                QuoteRefund(order=str(self.case.order_no), lines=self.case.resent),
                then=self.goods_known,
                otherwise=self.goods_unknown,
            )
        if "coupon" in self.case.remedy:
            self.do(
                IssueCoupon(
                    order=str(self.case.order_no), worth=self.case.cost, reason=f"Complaint {self.subject}"
                )
            )
        if "gift" in self.case.remedy:
            cost = as_text(cost=self.case.cost)
            self.do(Notify(role=OPS_SPECIALIST, template="gift_promised", data=cost))

    @gift_sent.on
    def keep_gift(self) -> None:
        self.make_permanent(Notify)

    @goods_known.on
    def note_goods(self, outcome: LinesQuoted | None) -> None:
        self.case.resent_as = self.next_subject
        if outcome is not None:
            self.case.resent_goods = tuple(
                ReturnedGoods.model_validate(dict(goods)) for goods in outcome.goods
            )
            if outcome.receiver is not None and outcome.receiver.address is not None:
                self.case.receiver = Addressee.model_validate(dict(outcome.receiver))

    @(remedy_failed | still_unhappy | goods_unknown).on
    def start_over(self) -> None:
        """What the customer has got stays theirs, and counts with what they are offered next."""
        if self.is_given:
            self.make_permanent(IssueCoupon, AllowCompensation)
        self.make_permanent(OpenCase, only=lambda opened: opened.procedure == "order_fulfilment")
        self.undo(OpenCase, AllowCompensation, Notify)
        self.tell(CS_AGENT, "complaint_reopened")

    @done.on
    def tell_customer(self) -> None:
        self.case.attempt_no = 0
        if not self.has_happened(self.platform_ruling, since=self.execute | self.obey):
            self.say("complaint_solved")

    @call_back.on
    def count_try(self) -> None:
        self.case.attempt_no += 1

    @confirm_happy.on
    def score_or_three_tries(self, form: complaining.Contentment) -> None:
        self.require(
            form.score is not None or self.has_tried_enough(),
            "May be left empty only after three tries.",
            "score",
        )
        self.require(
            form.score is None or form.score >= CONTENT,
            "That is not content: look into it again, or let the head leave it at that.",
            "score",
        )
        self.keep_cause(form.score)

    @leave_unhappy.on
    def keep_low_score(self, form: complaining.LeftUnhappy) -> None:
        self.keep_cause(form.score)
        self.tell(CS_AGENT, "complaint_left", score=form.score, why=form.reason)

    def keep_cause(self, score: int | None) -> None:
        self.do(
            KeepRecord(
                book="complaint_causes",
                entry=self.subject,
                data={
                    "order_no": self.case.order_no,
                    "category": self.case.category,
                    "cost": self.case.cost.model_dump(mode="json"),
                    "score": score,
                },
            )
        )

    @still_unhappy.on
    def score_given(self, form: complaining.Contentment) -> None:
        self.require(
            form.score is not None, "May be left empty only where the customer can't be reached.", "score"
        )

    def say(self, template: str, **data: object) -> None:
        to = self.case.order_no or self.case.customer_no or self.subject
        self.do(Message(to=to, template=template, data=as_text(**data)))

    def result(self) -> dict[str, object]:
        return {"remedy": self.case.remedy, "cost": self.case.cost}

    # --- what it starts

    @starts("return_refund", "exchange", "repair", "refund_only", on=execute | obey, all_ended=done)
    def remedies(self, form: complaining.Execution | complaining.Obedience) -> list[Opening]:
        is_counted = self.is_in_force(AllowCompensation) and not isinstance(form, complaining.Obedience)
        case, number = self.case, self.next_subject
        found: list[Opening] = []
        for remedy in case.remedy:
            match remedy:
                case "return":
                    found.append(
                        opening(
                            number,
                            procedure="return_refund",
                            reason=f"Complaint {self.subject}",
                            address=self.policy.returns_to,
                            **case.what_is_handled,
                        )
                    )
                case "exchange" | "repair":
                    found.append(opening(number, procedure=remedy, **case.what_is_handled))
                case "partial_refund" | "refund":
                    found.append(
                        opening(
                            number,
                            procedure="refund_only",
                            source="goodwill",
                            order_no=case.order_no,
                            amount=case.cost,
                            cause=case.category,
                            counted=case.cost if is_counted else NOTHING,
                        )
                    )
                case _:
                    pass
        return found

    @starts(
        "order_fulfilment",
        on=goods_known,
        ends={**dict.fromkeys(RESENT, done), **dict.fromkeys(ORDER_FAILED, remedy_failed)},
    )
    def send_again(self) -> Opening:
        case = self.case
        return replacement_case(case.resent_as, str(case.order_no), case.receiver, case.resent_goods)

    @starts("violation_handling", on=platform_case)
    def watch(self, form: complaining.PlatformCase) -> Opening:
        return opening(
            form.platform_case_no or self.next_subject,
            platform=form.platform,
            kind="complaint",
            deadline=form.reply_by or self.now + hours(24).length,
            text=self.case.content[:500],
        )
