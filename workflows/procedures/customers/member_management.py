"""Member management (会员管理): register members, grade them, run points and level prices.

Sources: 000-i 一4; 001-t 二(二)2, 四1(6)-(7); 001-j 运营统筹 6; 002-b 八3.
"""

from activities.catalogue.contract import LIST_PRICE
from activities.members.contract import (
    POINTS,
    AdjustPoints,
    EarnPoints,
    EraseMember,
    LevelReviewed,
    MemberErased,
    PointsChanged,
    ReviewLevel,
    SetMember,
    SpendPoints,
)
from activities.messages.contract import Message
from activities.purchasing.contract import LAST_COST
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

DORMANT_AFTER = days(180)  # without an order; default
LEVELS_REVIEWED = days(30)  # default
YUAN_A_POINT = 1  # default
LEAST_ALONE = 90  # per cent of the list price that a specialist sets alone; default

# --- what is asked


class Registration(Told):
    name: PersonName | None = None
    phone: Phone
    birthday: Day | None = None
    consent_marketing: bool
    terms_accepted: InHistory[Ticked]
    customer_no: CustomerNo | None = None


class Profile(Told):
    """The member as they are known, to be put right or filled in."""

    name: Keep[Annotated[PersonName | None, proposed("name")]] = None
    phone: Keep[Annotated[Phone | None, proposed("phone")]] = None
    birthday: Keep[Annotated[Day | None, proposed("birthday")]] = None

    def problems(self) -> Problems:
        if self.phone is None:
            yield "phone", "A member is reached by phone."


class MembersOrder(Form):
    order_no: Order
    amount: Price


class Spending(Told):
    points: Annotated[Qty, within(at_most=of_book(POINTS, member="subject"))]
    order_no: Order


class LevelPrice(Form):
    level: Literal["ordinary", "silver", "gold", "vip"]
    scope: Literal["item", "shop"]
    discount_pct: Annotated[Pct, Field(ge=50, le=100)]
    valid: DateRange
    sku: Sku | None = None
    list_price: Annotated[Price | None, from_book(LIST_PRICE)] = None
    unit_cost: Annotated[Price | None, from_book(LAST_COST)] = None

    @property
    def is_at_a_loss(self) -> bool:
        """Whether it sells the item for less than that cost when it last came in."""
        if self.scope != "item" or self.list_price is None or self.unit_cost is None:
            return False
        return self.list_price.amount * self.discount_pct / 100 < self.unit_cost.amount

    def problems(self) -> Problems:
        if self.scope == "item" and self.sku is None:
            yield "sku", "Say which item."
        if self.scope == "item" and self.list_price is None:
            yield "sku", "It has no price in the catalogue."


class Adjustment(Form):
    delta: Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
    reason: Text

    def problems(self) -> Problems:
        if not self.delta:
            yield "delta", "Nothing to correct."


class Closure(Told):
    requested_by: Literal["customer", "shop"]
    reason: Remark = ""

    @property
    def is_anothers_word(self) -> bool:
        return self.requested_by == "customer"


class MemberCase(Case):
    name: PersonName | None = None
    phone: Phone | None = None
    birthday: Day | None = None
    consent_marketing: bool = False
    dormant_at: Moment | None = None
    """When the member becomes dormant without another order."""
    customer_no: CustomerNo | None = None


# --- the procedure


class MemberManagement(KeepsConsent, Procedure):
    """Register members, grade them, run points and level prices, and serve them differently by level."""

    key = "member_management"
    case: MemberCase
    numbers = "M"
    about = ("name", "customer_no")
    parties = {PartyKind.CUSTOMER: "customer_no"}

    new = Entry()
    registered = Stage(role=CUSTOMER | CS_SUPERVISOR, ways_equal=True)
    active = Stage(role=CS_SUPERVISOR, ways_equal=True)
    dormant = Stage(role=CS_SUPERVISOR, ways_equal=True)
    frozen = Stage(role=CS_SUPERVISOR)
    closed = Stage(final=True)

    # in and out                                                                     000-i 一4
    register = new.to(
        registered,
        by=CUSTOMER | PLATFORM_FEED,
        heard_by=CS_AGENT | CS_SUPERVISOR,
        form=Registration,
        on="store.member.registered",
    )
    activate = registered.to(active, as_soon_as="is_complete", form=MembersOrder) | registered.to(
        active, by=PLATFORM_FEED, form=MembersOrder, on="store.member.ordered"
    )
    go_dormant = active.to(dormant, at=at("dormant_at"))
    wake_up = dormant.to(active, by=PLATFORM_FEED, form=MembersOrder, on="store.member.ordered")
    freeze = (active | dormant).to(frozen, by=CS_SUPERVISOR, form=Reason)
    unfreeze = frozen.to(active, by=CS_SUPERVISOR, form=Reason, main=True)
    close_account = (registered | active | dormant | frozen).to(
        closed, by=CUSTOMER | CS_SUPERVISOR, form=Closure, back=True
    )

    correct_profile = (registered | active | dormant | frozen).stay(
        by=CUSTOMER, heard_by=CS_AGENT | CS_SUPERVISOR, form=Profile
    )
    change_consent = (registered | active | dormant | frozen).stay(
        by=CUSTOMER | PLATFORM_FEED,
        heard_by=CS_AGENT | CS_SUPERVISOR,
        form=Consent,
        on="store.member.consent",
    )
    erased = closed.stay()

    # points and levels                                                              000-i 一4, 001-t 四1(6)-(7)
    earn_points = active.stay(by=PLATFORM_FEED, form=MembersOrder, on="store.member.ordered")
    spend_points = active.stay(by=CUSTOMER, heard_by=CS_AGENT | CS_SUPERVISOR, form=Spending)
    points_short = (active | dormant | frozen).stay()
    review_level = active.stay(after=repeated(LEVELS_REVIEWED))
    level_reviewed = (active | dormant | frozen).stay()
    set_level_price = active.stay(by=OPS_SPECIALIST | OPS_MANAGER, form=LevelPrice)
    adjust_points = active.stay(by=CS_SUPERVISOR | GM, form=Adjustment)
    adjusted = (active | dormant | frozen).stay()
    not_adjusted = (active | dormant | frozen).stay()

    exceptions = (
        without(
            "limit", registered | dormant | frozen, because="Whoever joined is a member until they leave."
        ),
    )

    kpis = (
        count(register),
        share(activate, of=register),
        share(go_dormant, of=activate),
        share(wake_up, of=go_dormant),
        count(close_account),
    )

    # --- rules

    def is_complete(self) -> bool:
        """The profile is complete."""
        return self.case.name is not None and self.case.birthday is not None

    # --- what each step does

    @register.on
    def enter_member(self, form: Registration) -> None:
        self.do(
            SetMember(
                member=self.subject,
                name=form.name or f"No. {self.subject}"[:50],
                level="ordinary",
                birthday=form.birthday,
                customer_no=form.customer_no,
            )
        )
        self.keep_consent(self.person, form, wants=form.consent_marketing)

    @correct_profile.on
    def name_anew(self) -> None:
        case = self.case
        self.do(
            SetMember(
                member=self.subject,
                name=case.name or f"No. {self.subject}"[:50],
                level=None,
                birthday=case.birthday,
                customer_no=case.customer_no,
            )
        )

    @change_consent.on
    def keep_their_word(self, form: Consent) -> None:
        self.case.consent_marketing = form.wants_ads
        self.change_consent_of(self.person, form, wants=form.wants_ads)

    @(activate | wake_up | earn_points | unfreeze).on
    def stay_awake(self) -> None:
        self.case.dormant_at = self.now + DORMANT_AFTER.length

    @(activate | wake_up | earn_points).on
    def credit(self, form: MembersOrder | None) -> None:
        points = int(form.amount.amount) // YUAN_A_POINT if form is not None else 0
        if form is not None and points:
            self.do(EarnPoints(order=form.order_no, member=self.subject, points=points))

    @spend_points.on
    def take_points(self, form: Spending) -> None:
        self.do(
            SpendPoints(order=form.order_no, member=self.subject, points=form.points),
            otherwise=self.points_short,
        )

    @points_short.on
    def tell_short(self, outcome: Refused | None) -> None:
        why = outcome.reason if outcome is not None else "-"
        self.do(Message(to=self.subject, template="points_short", data={"why": why}))

    @review_level.on
    def judge_level(self) -> None:
        self.do(ReviewLevel(member=self.subject), then=self.level_reviewed)

    @level_reviewed.on
    def tell_level(self, outcome: LevelReviewed | None) -> None:
        if outcome is not None and outcome.changed:
            level = outcome.level or "-"
            self.do(Message(to=self.subject, template="level_changed", data={"level": level}))

    @set_level_price.on
    def keep_price(self, form: LevelPrice) -> None:
        """A low price for all members of a level is no specialist's alone."""
        self.require(form.valid.last >= self.today, "Must not be in the past.", "valid")
        self.require(
            OPS_MANAGER in self.actor.roles or (form.discount_pct >= LEAST_ALONE and not form.is_at_a_loss),
            "Below {least} % of the list price, or below cost, the operations manager sets it.",
            "discount_pct",
            least=LEAST_ALONE,
        )
        self.do(
            KeepRecord(
                book="level_prices",
                entry=f"{form.level}-{form.sku if form.scope == 'item' else form.scope}",
                data={
                    "discount_pct": str(form.discount_pct),
                    "first": form.valid.first.isoformat(),
                    "last": form.valid.last.isoformat(),
                },
            )
        )

    @adjust_points.on
    def correct_points(self, form: Adjustment) -> None:
        gm = self.actor.id if GM in self.actor.roles else None
        self.do(
            AdjustPoints(member=self.subject, delta=form.delta, reason=form.reason, approved_by=gm),
            then=self.adjusted,
            otherwise=self.not_adjusted,
        )

    @adjusted.on
    def tell_points(self, outcome: PointsChanged | None) -> None:
        points = str(outcome.points) if outcome is not None else "-"
        self.do(Message(to=self.subject, template="points_adjusted", data={"points": points}))

    @not_adjusted.on
    def tell_why_not(self, outcome: Refused | None) -> None:
        why = outcome.reason if outcome is not None else "-"
        self.tell(CS_SUPERVISOR, "points_not_adjusted", why=why)

    @close_account.on
    def erase(self) -> None:
        self.case.name = self.case.phone = self.case.birthday = None
        self.do(EraseMember(member=self.subject), then=self.erased)

    @erased.on
    def tell_erased(self, outcome: MemberErased | None) -> None:
        """Who left hears what is gone with it."""
        points = outcome.points if outcome is not None else 0
        self.do(Message(to=self.subject, template="membership_ended", data={"points": str(points)}))

    @property
    def person(self) -> str:
        """The number that the person keeps when they are no member any more."""
        return self.case.customer_no or self.subject
