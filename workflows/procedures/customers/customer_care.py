"""Customer care (客户关怀与老客户维护): keep old customers close with useful contact, small surprises, regular review.

Sources: 001-b 第三章·3(3); 001-n 3(4); 002-b 六1-4, 八6; 004-d 5; 004-e 四; 001-t 三3, 四1(7).
"""

from activities.audiences.contract import AudienceReached, HandOutGift, MessageAudience, OpenGiveaway
from activities.messages.contract import Message
from activities.purchasing.contract import LAST_COST
from workflows.vocabulary import *

CAP = 4  # marketing messages a month for one customer; default
FESTIVALS = ((12, 25), (4, 24), (9, 24))  # a week before; lunar ones are planned by hand
GIVEN_AWAY = ("gift", "free_order", "flash_sale", "coupon")

Audience = Literal["all", "members", "birthday", "dormant"]

# --- what is asked


class Plan(Form):
    occasion: Literal["festival", "birthday", "dormant", "repurchase", "new_gift", "thanks"]
    audience_rule: Audience
    """Whom it is for: members whose birthday it is, the dormant who haven't ordered lately."""
    budget: Price

    def problems(self) -> Problems:
        for own in ("birthday", "dormant"):
            if (self.occasion == own) != (self.audience_rule == own):
                yield "audience_rule", "It isn't the audience of this occasion."


class Share(FormRow):
    agent: User
    customers: Some[Code]


class Assignments(Form):
    assignments: Keep[Some[Share]]

    def problems(self) -> Problems:
        everybody = [customer for share in self.assignments for customer in share.customers]
        if any_twice(everybody):
            yield "assignments", "Each customer has one agent."


class Activity(Form):
    kind: Literal["gift", "sms", "group_chat", "free_order", "flash_sale", "coupon"]
    gift_sku: Keep[Sku | None] = None
    quota: Keep[Count]
    unit_cost: Annotated[Keep[Price], from_book(LAST_COST, sku="gift_sku")] = NOTHING
    """What each of them costs the store."""

    def problems(self) -> Problems:
        if self.kind in ("gift", "free_order", "flash_sale") and self.gift_sku is None:
            yield "gift_sku", "Say which."
        if self.kind in GIVEN_AWAY and not self.quota:
            yield "quota", "Say how many at most."
        if self.kind in GIVEN_AWAY and not self.unit_cost:
            yield "unit_cost", "Say what each costs the store."


class Gift(Form):
    customer_no: CustomerNo
    parcel_no: Code | None = None
    """The waybill that it goes with; none where it is handed over."""


class Review(Form):
    reached: Annotated[Count, proposed("reached")]
    replied: Count
    orders: Count
    sales: Price
    cost: Annotated[Price, proposed("cost_of_gifts")]
    lesson: Text

    def problems(self) -> Problems:
        if self.replied > self.reached:
            yield "replied", "Must not be more than the customers who were reached."


class CareCase(Case):
    occasion: str
    audience_rule: Audience
    budget: Price
    assignments: tuple[Share, ...] = ()
    reached: Count | None = None
    """How many were greeted."""
    gift_sku: Sku | None = None
    quota: Count = 0
    unit_cost: Price = NOTHING
    given: tuple[CustomerNo, ...] = ()
    """Who has had their gift."""

    @property
    def cost_of_gifts(self) -> Price | None:
        """What was handed out has cost; None where nothing was."""
        return self.unit_cost * len(self.given) if self.given else None


# --- the procedure


class CustomerCare(AnswersWhoAsked, KeepsConsent, Procedure):
    """Keep old customers close with useful contact, small surprises and regular review."""

    key = "customer_care"
    case: CareCase
    numbers = "CARE"
    about = ("occasion", "audience_rule", "budget")

    new = Entry(role=CS_SUPERVISOR, due=working_days(3), tell=OPS_MANAGER)
    planned = Stage(role=CS_SUPERVISOR, due=days(7), tell=OPS_MANAGER)
    audience_set = Stage(role=OPS_MANAGER, ways_equal=True)
    approved = Stage()
    sending = Stage(role=CS_AGENT)
    running = Stage(role=CS_SUPERVISOR, due=days(31), tell=OPS_MANAGER)
    reviewing = Stage(role=CS_SUPERVISOR)
    paused = Stage(role=OPS_MANAGER | CS_SUPERVISOR, ways_equal=True)
    closed = Stage(final=True)
    cancelled = Stage(final=True, undo=True)

    # the plan                                                                       004-d 5, 002-b 六, 八6
    plan = new.to(
        planned,
        by=CS_SUPERVISOR,
        form=Plan,
        every=monthly("09:00") | on_days("09:00", *FESTIVALS),
    )
    assign_customers = planned.to(audience_set, by=CS_SUPERVISOR, form=Assignments)
    approve = audience_set.to(
        approved,
        by=OPS_MANAGER | GM,
        form=Remarks,
        other_than=(plan, assign_customers),
        approves=("occasion", "audience_rule", "budget", "assignments"),
    )
    reject = audience_set.to(cancelled, by=OPS_MANAGER | GM, form=Remarks, back=True)

    # the contact                                                                    002-b 六1, 3, 4; 004-e 四
    send_greeting = approved.to(sending, as_soon_as=True)
    wish_happy_birthday = running.stay(after=repeated(days(1)), when="is_for_birthdays")
    greeted = (sending | running | paused | reviewing).stay()
    start_activity = sending.to(running, by=CS_AGENT, form=Activity)
    hand_out = running.stay(by=CS_AGENT, form=Gift, when="has_gifts_left")
    complaints_rise = (sending | running).to(
        paused, by=PLATFORM_FEED, heard_by=CS_SUPERVISOR, on="store.messages.unwelcome"
    )
    unsubscribe = (sending | running | paused | reviewing | closed).stay(
        by=PLATFORM_FEED,
        heard_by=CS_AGENT,
        form=Unsubscribing,
        on="store.messages.unsubscribed",
    )
    resume = paused.to(running, by=OPS_MANAGER, form=Reason, when="has_begun") | paused.to(
        sending, by=OPS_MANAGER, form=Reason, when="not has_begun"
    )
    stop = (paused | running).to(reviewing, by=CS_SUPERVISOR, form=Reason)
    review = reviewing.to(closed, by=CS_SUPERVISOR, form=Review)

    kpis = (
        count(plan),
        share(approve, of=plan),
        share(complaints_rise, of=send_greeting),
        elapsed(plan, review),
    )

    # --- rules

    def is_for_birthdays(self) -> bool:
        """It is for those whose birthday it is."""
        return self.case.audience_rule == "birthday"

    def has_begun(self) -> bool:
        """The activity has begun."""
        return self.has_happened(self.start_activity)

    def has_gifts_left(self) -> bool:
        """Gifts are set aside for it, and some are left."""
        case = self.case
        return case.gift_sku is not None and self.is_in_force(OpenGiveaway) and len(case.given) < case.quota

    def by_calendar(self, occasion: Occasion) -> Opening:
        """A festival a week ahead; otherwise buyers of long ago. The supervisor says what it may cost."""
        if (self.today.month, self.today.day) in FESTIVALS:
            return asking(f"festival-{self.today}", occasion="festival", audience_rule="all")
        return asking(f"dormant-{occasion.label}", occasion="dormant", audience_rule="dormant")

    # --- what each step does

    @approve.on
    def limit_budget(self) -> None:
        within = self.case.budget.amount < self.policy.spending_limit.amount
        self.require(within or GM in self.actor.roles, "From the spending limit up the gm decides.")

    reject.on(AnswersWhoAsked.tell_why_not)
    approve.on(AnswersWhoAsked.tell_yes)

    @approve.on
    def tell_agents_whose(self) -> None:
        """Each agent hears that some of the customers are theirs; the case names them."""
        theirs = Counter[str]()
        for share in self.case.assignments:
            theirs[share.agent] += len(share.customers)
        for agent, customers in theirs.items():
            data = {"occasion": self.case.occasion, "customers": str(customers)}
            self.do(Message(to=agent, template="care_yours", data=data))

    @(send_greeting | wish_happy_birthday).on
    def greet(self) -> None:
        self.do(
            MessageAudience(
                audience=self.case.audience_rule,
                template="greeting",
                data={"occasion": self.case.occasion},
                monthly_cap=CAP,
                only=tuple(
                    dict.fromkeys(name for share in self.case.assignments for name in share.customers)
                ),
            ),
            then=self.greeted,
        )

    @greeted.on
    def count_who_was_greeted(self, outcome: AudienceReached | None) -> None:
        if outcome is not None:
            self.case.reached = (self.case.reached or 0) + outcome.reached

    @start_activity.on
    def give_away(self, form: Activity) -> None:
        cost = form.unit_cost * form.quota
        self.require(
            is_within(cost, self.case.budget),
            "The budget is {budget}, this costs {cost}.",
            "quota",
            budget=self.case.budget,
            cost=cost,
        )
        match form.kind:
            case "gift" | "free_order" | "flash_sale" | "coupon":
                self.do(
                    OpenGiveaway(
                        giveaway=self.subject, kind_of=form.kind, sku=form.gift_sku, quota=form.quota
                    )
                )
            case "sms" | "group_chat":
                pass

    @hand_out.on
    def give(self, form: Gift) -> None:
        """One for each of those whom the plan names."""
        case, number = self.case, form.customer_no
        meant = any(number in share.customers for share in case.assignments)
        self.require(meant, "The plan doesn't name this customer.", "customer_no")
        self.require(number not in case.given, "This customer has had one.", "customer_no")
        case.given += (number,)
        self.do(HandOutGift(giveaway=self.subject, sku=case.gift_sku or "-", to=number))

    @unsubscribe.on
    def write_to_them_no_more(self, form: Unsubscribing) -> None:
        """Whoever replies TD hears no more, of this or any other activity."""
        self.change_consent_of(form.customer_no, form, wants=False)

    @review.on
    def end_giveaway(self) -> None:
        """What was set aside and not given is free again."""
        self.undo(OpenGiveaway)
