"""Product selection (选品与产品研发): products that sell and earn, one or two best-sellers first, each with a role.

Sources: 000-a 1-2; 000-b 1; 000-f 第一步; 000-g 二1; 001-b 第三章·1(1); 001-e 第八条; 001-i 二1; 001-k 2.2.2, 3.1.1;
001-n 3; 001-p 第六条; 004-c 3; 004-d 2; 004-e 三; 004-f; 004-g 产品 1-7.

Purchasing asks and negotiates, operations scores, the operations manager decides (D7).
"""

from activities.catalogue.contract import SetProduct
from activities.registers.contract import KeepRecord
from activities.suppliers.contract import CheckSupplier
from workflows.vocabulary import *

MARGIN_FLOOR = 15  # per cent of the price; default
FEWEST_OFFERS = 3  # default
AFTER_RESEARCH = 10  # of the month, when its routine research is published; default

# --- what is asked

Category = Annotated[Text, ref("category")]


class Proposal(Form):
    name: Title
    category: Category
    source: Literal["research", "rival", "customer", "supplier", "own_idea"]
    hypothesis: Text


class RivalPrice(FormRow):
    rival: Text
    price: Paid


class Research(Form):
    demand: Text
    season: Remark = ""
    buyer_group: Text
    rival_prices: Annotated[Some[RivalPrice], Field(min_length=3)]


class Costing(Form):
    unit_cost: Keep[Price]
    freight: Price
    platform_fee_pct: Annotated[Pct, Field(ge=0, lt=100)]
    target_price: Keep[Paid]
    margin_pct: Pct | None = None
    """What is left of the price, in per cent of it: nobody need type it."""
    value_points: Text
    appeal_plan: FormRows[Literal["quality", "function", "service", "gift", "brand"]] = ()

    def margin(self) -> Pct:
        price = self.target_price.amount
        left = self.target_price - self.unit_cost - self.freight  # in one currency, or it is refused
        return 100 * (left.amount - price * self.platform_fee_pct / 100) / price

    def problems(self) -> Problems:
        margin = self.margin()
        if self.margin_pct is not None and abs(self.margin_pct - margin) > 1:
            yield "margin_pct", sentence("It is {margin} %.", margin=f"{margin:.1f}")


class Recommendation(Form):
    sales_data: File
    market_feedback: Text
    recommend: bool
    note: Remark = ""


class SampleOrder(Form):
    supplier: Supplier
    sample_cost: Price | None = None
    verdict: Keep[Text]
    photos: Files = ()


class Development(Form):
    brief: Text
    quality_target: Text
    budget: Price
    due: Keep[Day]


class PrototypeTest(Form):
    test_result: Text


class Launch(Form):
    role: Keep[Literal["traffic", "profit", "conversion", "future_star"]]
    first_qty: Keep[Qty]
    launch_month: Keep[Day]
    risk: Keep[Text]


class SupplierOffer(FormRow):
    supplier: Name
    price: Paid
    moq: Qty
    lead_days: Count


class Offers(Form):
    offers: Keep[Some[SupplierOffer]]
    reason_fewer: Remark = ""

    def problems(self) -> Problems:
        if any_twice(offer.supplier for offer in self.offers):
            yield "offers", "Each supplier makes one offer."
        if len(self.offers) < FEWEST_OFFERS and not self.reason_fewer:
            yield "reason_fewer", sentence("Say why there are fewer than {fewest}.", fewest=FEWEST_OFFERS)


Grade = Annotated[int, Field(ge=0, le=100)]


class SupplierScore(FormRow):
    supplier: FromCase[Name]
    quality: Grade
    price: Grade
    delivery: Grade
    service: Grade


class Scores(Form):
    scores: Keep[Annotated[Some[SupplierScore], rows_of("offers")]]

    def problems(self) -> Problems:
        if any_twice(score.supplier for score in self.scores):
            yield "scores", "Each supplier is scored once."


class Choice(Form):
    supplier: Keep[Supplier]
    reason: Text
    new_partner: Keep[bool] = False
    """Partners from whom nothing was bought yet: they are admitted before the first purchase."""


class Partner(Form):
    supplier: Supplier


class FirstPurchase(Form):
    qty: Keep[Annotated[Qty, proposed("first_qty", at_most="first_qty")]]
    procurement_no: Keep[Annotated[Code, own_number("PO")]]
    supplier: Annotated[Supplier | None, from_case("partner")] = None
    """The partner that is bought from: the one that was chosen, or named since."""


class CandidateCase(Case):
    name: Title
    category: Category
    source: str
    hypothesis: Text
    unit_cost: Price = NOTHING
    target_price: Paid | None = None
    margin_pct: Pct | None = None
    due: Day | None = None
    role: Literal["traffic", "profit", "conversion", "future_star"] | None = None
    first_qty: Qty = 1
    launch_month: Day | None = None
    risk: Text = "-"
    offers: FormRows[SupplierOffer] = ()
    scores: FormRows[SupplierScore] = ()
    supplier: Supplier | None = None
    new_partner: bool = False
    named: Supplier | None = None
    """Whom the supplier book is asked about."""
    partner: Supplier | None = None
    """The one of whom the book says that it may be bought from."""
    qty: Qty = 1
    procurement_no: Code | None = None
    verdict: Text | None = None


# --- the procedure


class ProductSelection(AnswersWhoAsked, Procedure):
    """Choose or develop products that sell and earn, one or two best-sellers first, each with a role in the range."""

    key = "product_selection"
    case: CandidateCase
    numbers = "NP"
    about = ("name", "category", "target_price")

    new = Entry(role=PRODUCT_MANAGER | OPS_SPECIALIST, due=working_days(5), tell=OPS_MANAGER)
    proposed = Stage(role=PRODUCT_MANAGER)
    researched = Stage(role=PRODUCT_MANAGER | SALES)
    costed = Stage(role=PRODUCT_MANAGER | PURCHASING | SALES)
    sampled = Stage(role=PRODUCT_MANAGER)
    in_development = Stage(role=PRODUCT_MANAGER, ways_equal=True, due=at("due") + hours(24), tell=OPS_MANAGER)
    review = Stage(role=OPS_MANAGER, ways_equal=True, due=working_days(5), tell=GM)
    approved = Stage(role=PURCHASING)
    supplier_inquiry = Stage(role=OPS_SPECIALIST | PURCHASING)
    supplier_scored = Stage(role=OPS_MANAGER)
    ready_for_purchase = Stage(role=PURCHASING)
    onboarded = Stage(final=True)
    rejected = Stage(final=True, undo=True)
    parked = Stage(final=True, undo=True)

    # the idea    001-e 第八条1, 000-g 二1, 004-c 2-3, 004-g 产品 1-5
    propose = new.to(
        proposed,
        by=PRODUCT_MANAGER | OPS_SPECIALIST,
        form=Proposal,
        every=monthly("09:00", day=AFTER_RESEARCH),
    )
    research_done = proposed.to(researched, by=PRODUCT_MANAGER, form=Research)
    cost_it = (researched | costed).to(costed, by=PRODUCT_MANAGER, form=Costing)
    recommend_listing = (researched | costed).stay(by=SALES, form=Recommendation)  # 001-k 3.1.1, 001-n 3
    too_thin = costed.to(rejected, by=PRODUCT_MANAGER, form=Note, when="is_thin", back=True)

    # a sample, or our own product    000-f 第一步
    order_sample = costed.to(sampled, by=PURCHASING, form=SampleOrder, when="is_worth_it", main=True)
    develop = costed.to(in_development, by=PRODUCT_MANAGER, form=Development, when="is_worth_it")
    prototype_ok = in_development.to(sampled, by=PRODUCT_MANAGER, form=PrototypeTest)
    prototype_fail = in_development.to(parked, by=PRODUCT_MANAGER, form=PrototypeTest)

    # the decision    004-e 三, 001-a 四1, 004-g 产品 7
    submit_review = sampled.to(review, by=PRODUCT_MANAGER, form=Launch)
    approve = review.to(
        approved,
        by=OPS_MANAGER,
        form=Note,
        when="is_decided",
        other_than=(propose, submit_review),
        approves=(
            "name",
            "category",
            "hypothesis",
            "unit_cost",
            "target_price",
            "margin_pct",
            "verdict",
            "role",
            "first_qty",
            "launch_month",
            "risk",
        ),
    )
    reject = review.to(rejected, by=OPS_MANAGER, form=Note, back=True)
    park = review.to(parked, by=OPS_MANAGER, form=Note, back=True) | costed.to(
        parked, by=PRODUCT_MANAGER | OPS_MANAGER, form=Note, back=True
    )

    # the supplier    001-e 第八条2-3, D7
    ask_suppliers = approved.to(supplier_inquiry, by=PURCHASING, form=Offers)
    score_suppliers = supplier_inquiry.to(supplier_scored, by=OPS_SPECIALIST, form=Scores, main=True)
    choose_supplier = supplier_scored.to(ready_for_purchase, by=OPS_MANAGER, form=Choice)
    partner_known = ready_for_purchase.stay()
    partner_refused = ready_for_purchase.stay()
    name_partner = ready_for_purchase.stay(by=OPS_MANAGER, form=Partner)  # who decides on suppliers: D7
    no_supplier = (ready_for_purchase | supplier_inquiry | supplier_scored).to(
        parked, by=PURCHASING, form=Note, back=True
    )

    # the first purchase    000-a 2-3
    start_purchase = ready_for_purchase.to(
        onboarded, by=PURCHASING, form=FirstPurchase, when="is_partner_admitted", main=True
    )

    reviewed_in_time = Deadline(working_days(20), since=propose, until=submit_review, tell=OPS_MANAGER)
    recommended_in_time = Deadline(
        working_days(3), since=research_done, until=recommend_listing, tell=OPS_MANAGER
    )

    kpis = (
        count(propose),
        share(approve, of=submit_review),
        elapsed(propose, start_purchase),
        count(too_thin),
    )

    # --- rules

    def is_thin(self) -> bool:
        """The margin is under the floor of 15 %."""
        return self.case.margin_pct is not None and self.case.margin_pct < MARGIN_FLOOR

    def is_worth_it(self) -> bool:
        """The margin reaches the floor of 15 %."""
        return not self.is_thin()

    def is_decided(self, report: ChildReport | None) -> bool:
        """The leadership has decided on the launch."""
        return report is not None or self.children(self.decision).any_unavailable

    def is_partner_admitted(self, form: FirstPurchase) -> bool:
        """A new partner is admitted before the first purchase, or another one is named."""
        partner = self.case.partner
        if partner is not None:
            return form.supplier in (None, partner)
        if not self.case.new_partner or form.supplier not in (None, self.case.supplier):
            return False
        admitted = any(answer.stage == "active" for answer in self.children(self.new_supplier).reports)
        return admitted or self.children(self.new_supplier).any_unavailable

    # --- what each step does

    approve.on(AnswersWhoAsked.tell_yes)

    def by_calendar(self, occasion: Occasion) -> Opening:
        """A candidate from the month's research."""
        return asking(f"C-{occasion.label}", source="research")

    @cost_it.on
    def keep_margin(self, form: Costing) -> None:
        said = form.margin_pct
        self.case.margin_pct = max(round(form.margin(), 2), LOWEST_PCT) if said is None else said

    @score_suppliers.on
    def all_scored(self, form: Scores) -> None:
        asked = {offer.supplier for offer in self.case.offers}
        scored = {score.supplier for score in form.scores}
        self.require(scored == asked, "Score each supplier that made an offer.", "scores")

    @(choose_supplier | name_partner).on
    def ask_about_partner(self, form: Choice | Partner) -> None:
        new = isinstance(form, Choice) and form.new_partner
        self.case.named, self.case.partner = form.supplier, None
        if not new:
            check = CheckSupplier(supplier=form.supplier)
            self.do(check, then=self.partner_known, otherwise=self.partner_refused)

    @partner_known.on
    def take_partner(self) -> None:
        self.case.supplier = self.case.partner = self.case.named

    @partner_refused.on
    def ask_for_another(self, outcome: Refused | None) -> None:
        why = outcome.reason if outcome is not None else "-"
        for role in (PURCHASING, OPS_MANAGER):
            self.tell(role, "partner_refused", supplier=self.case.named or "-", why=why)

    @onboarded.enter
    def tell_that_it_is_bought(self) -> None:
        for role in (PRODUCT_MANAGER, OPS_SPECIALIST):  # either may have proposed it
            self.tell(role, "candidate_bought", **self.facts())

    @rejected.enter
    def tell_that_it_is_rejected(self) -> None:
        for role in (PRODUCT_MANAGER, OPS_SPECIALIST):
            self.tell(role, "candidate_rejected", **self.facts())

    @parked.enter
    def tell_that_it_is_parked(self) -> None:
        for role in (PRODUCT_MANAGER, OPS_SPECIALIST):
            self.tell(role, "candidate_parked", **self.facts())

    def facts(self) -> dict[str, str]:
        return {"name": self.case.name, "by": self.who_did(self.propose) or "-"}

    @start_purchase.on
    def enter_product(self) -> None:
        self.make_permanent(KeepRecord)
        self.do(
            SetProduct(sku=self.subject, title=self.case.name, category=self.case.category, for_sale=False)
        )

    # --- what it starts

    @starts("major_decision_approval", on=submit_review, ends={"approved": approve, "rejected": reject})
    def decision(self) -> Opening:
        case = self.case
        return opening(
            self.next_subject,
            kind="new_product",
            summary=f"{case.name}: {case.hypothesis}"[:500],
            cost=case.unit_cost * case.first_qty,
            benefit=f"{case.margin_pct} %, {case.first_qty} x {case.target_price}",
            risk=case.risk,
            source_case=self.case_id,
            needed_by=case.launch_month or self.today,
        )

    @starts("supplier_onboarding", on=choose_supplier, awaited=True)
    def new_supplier(self) -> Opening | None:
        """Purchasing fills in the application of a partner that is new."""
        case = self.case
        if not case.new_partner or case.supplier is None:
            return None
        return asking(case.supplier, categories=[case.category[:50]])

    @starts("procurement", on=start_purchase)
    def purchase(self) -> Opening:
        line = {"sku": self.subject, "qty": self.case.qty}
        return opening(
            self.case.procurement_no or self.next_subject,
            reason="new_product",
            lines=[{**line, "need_by": self.case.launch_month or self.today}],
            stock_now=[],
            forecast=[line],
            est_total=self.case.unit_cost * self.case.qty,
        )

    @starts("product_listing", on=start_purchase)
    def listing(self) -> Opening:
        shop = self.store
        return opening(
            f"{self.subject}-{shop}",
            sku=self.subject,
            shop=shop,
            wanted_live=self.policy.moment(self.case.launch_month or self.today, "10:00"),
            qty_available=0,
        )
