"""Product listing (商品上架): a purchased product becomes a correct, attractive, checked page on sale.

Sources: 000-a 3-4; 000-b 2; 000-c 一; 000-d 一; 000-e 二, 六2; 000-g 二2; 000-i 一2; 001-a 四2; 001-b 第三章·1(2)-(3);
001-e 第九条; 001-f 五2; 001-h 岗位 3; 001-k 3.1.1; 001-l 美工 5, (五)1; 001-m 三1; 001-n 2(5); 001-o 三·3;
001-p 第十条; 001-r 一; 001-t 二(一), 四1(1); 003 三; 004-f 2.

Checked before it goes live and audited after (D3); the editor prepares, operations publishes (D4).
"""

from activities.catalogue.contract import CATEGORY, LIST_PRICE, TITLE, SetNotForSale, SetPrice, SetProduct
from activities.listings.contract import NotPublished, PublishListing
from activities.registers.contract import LESSONS
from activities.stock.contract import FREE
from workflows.vocabulary import *

REGULATED = ("食品", "保健品", "化妆品", "母婴", "医疗器械")  # categories that need a certificate; default
CORRECTED = working_days(2)  # a minor fault, or a page without goods; default
SERIOUS_LIMIT = 2  # hours to correct a serious fault; default
MAIN_IMAGES = 5  # of at least 800 x 800 px; default
PAGE = (
    "title",
    "category",
    "price",
    "stock",
    "selling_points",
    "detail_text",
    "keywords",
    "main_images",
    "detail_images",
    "certificate",
)

# --- what is asked

MainImages = Annotated[SomeFiles, Field(min_length=MAIN_IMAGES)]
Points = Annotated[Some[Text], Field(min_length=3, max_length=5)]
Department = Literal["purchasing", "logistics", "product"]
HEADS = {"purchasing": PURCHASING, "logistics": LOGISTICS, "product": PRODUCT_MANAGER}


class Request(Form):
    sku: Sku
    shop: Annotated[Code, ref("shop")]
    wanted_live: Moment
    qty_available: Annotated[Count, from_book(FREE)]


class NamedValue(FormRow):
    name: Text
    value: Text


class Part(Form):
    department: Department
    data: Some[NamedValue]


class ProductInfo(Form):
    name: Keep[Annotated[Title, Field(max_length=60), proposed(of_book(TITLE))]]
    spec: Some[NamedValue]
    barcode: Remark = ""
    price: Annotated[Paid, from_book(LIST_PRICE)]
    """What the book has stands until a price_change; it is said for goods that have none: D15."""
    stock: Keep[Annotated[Count, proposed("qty_available")]]
    package_size: Remark = ""
    weight_kg: Weight
    transport_note: Remark = ""
    origin: Remark = ""
    certificate: Keep[Files] = ()


class Pictures(Form):
    main_images: Keep[MainImages]
    detail_images: Keep[SomeFiles]
    video: File | None = None
    model_used: bool = False


class Keywords(Form):
    keywords: Keep[Annotated[Some[Text], Field(min_length=3)]]
    order_rule: Text
    rules_checked: ToCheck[Ticked]


class Words(Form):
    title: Keep[Annotated[Title, Field(max_length=60), proposed("name")]]
    selling_points: Keep[Points]
    use_scenes: Remark = ""
    detail_text: Keep[LongText]
    keywords_used: Annotated[Some[Text], proposed("keywords")]

    def problems(self) -> Problems:
        points = " ".join(self.selling_points)
        yield from outside_faults(
            title=self.title,
            selling_points=points,
            use_scenes=self.use_scenes,
            detail_text=self.detail_text,
        )
        if not any(word in self.title for word in self.keywords_used):
            yield "title", "The title uses none of the search words."


class PageData(Form):
    category: Keep[Annotated[Text, ref("category"), proposed(of_book(CATEGORY))]]
    attributes: Some[NamedValue]
    tags: FormRows[Text] = ()
    price: Keep[Annotated[Paid, from_case("agreed_price")]]
    stock: Keep[Annotated[Count, proposed("stock")]]
    freight_template: Keep[Annotated[Text, ref("template")]]
    after_sales_terms: Text


class SelfCheck(Form):
    lessons: Annotated[FormRows[Text], from_book(LESSONS)] = ()
    """What the platform's warnings taught: looked at with the checklist."""
    checklist_done: ToCheck[Ticked]


class PreCheck(Checks):
    price_ok: Annotated[bool, to_check("price")]
    stock_ok: Annotated[bool, to_check("stock")]
    text_ok: Annotated[bool, to_check("title")]
    image_ok: Annotated[bool, to_check("main_images")]
    note: Remark = ""


class Correction(Form):
    changed: Text
    price: Annotated[Paid | None, proposed("price")] = None
    """The right price, where it was wrong; the check looks at it again."""
    title: Annotated[Annotated[Title, Field(max_length=60)] | None, proposed("title")] = None
    selling_points: Annotated[Points | None, proposed("selling_points")] = None
    detail_text: Annotated[LongText | None, proposed("detail_text")] = None
    main_images: Annotated[MainImages | None, proposed("main_images")] = None
    detail_images: Annotated[SomeFiles | None, proposed("detail_images")] = None
    freight_template: Annotated[Annotated[Text, ref("template")] | None, proposed("freight_template")] = None

    def problems(self) -> Problems:
        points = " ".join(self.selling_points or ())
        yield from outside_faults(
            title=self.title or "", selling_points=points, detail_text=self.detail_text or ""
        )


class Publication(Form):
    publish_at: TimeOrEarlier[Moment]


class TechnicalCheck(Checks):
    info_accurate: ToCheck[bool]
    page_ok: ToCheck[bool]
    links_ok: ToCheck[bool]
    mobile_ok: ToCheck[bool]
    note: Remark = ""


class Audit(Form):
    grade: Literal["pass", "minor", "serious"]
    note: Remark = ""


class ListingCase(Case):
    sku: Sku
    shop: Code
    wanted_live: Moment
    qty_available: Count
    parts: FormRows[Department] = ()
    """The departments that have handed in their parts."""
    name: Annotated[Title, Field(max_length=60)] | None = None
    certificate: Files = ()
    main_images: Files = ()
    detail_images: Files = ()
    keywords: FormRows[Text] = ()
    title: Annotated[Title, Field(max_length=60)] | None = None
    category: Text = "-"
    agreed_price: Paid | None = None
    """As it was told to all departments; a correction may change it."""
    price: Paid | None = None
    stock: Count = 0
    freight_template: Text = "-"
    correct_in: int | None = None
    """How many hours the correction of a serious fault may take."""
    waits_for_goods: bool = False
    """Whether all is right with the page, and only the goods are missing."""
    is_price_corrected: bool = False
    """Since the page was on sale last."""
    selling_points: Some[Text] | None = None
    detail_text: LongText | None = None


# --- the procedure


class ProductListing(AnswersWhoAsked, Procedure):
    """Turn a purchased product into a correct, attractive, checked page on sale."""

    key = "product_listing"
    case: ListingCase
    numbers = "LS"
    about = ("sku", "name", "qty_available")
    signalled = ("goods_came",)

    new = Entry()
    requested = Stage(
        role=PURCHASING | LOGISTICS | PRODUCT_MANAGER,
        due=working_days(1),
        tell={working_days(1): PURCHASING | LOGISTICS | PRODUCT_MANAGER, working_days(2): OPS_MANAGER},
    )
    info_collected = Stage(role=DESIGNER)
    photo_done = Stage(role=CONTENT_EDITOR | PROMOTER)
    copy_done = Stage(role=OPS_SPECIALIST | CONTENT_EDITOR)
    data_entered = Stage(role=OPS_SPECIALIST)
    pre_check = Stage(role=OPS_MANAGER, ways_equal=True, due=hours(4), tell=OPS_MANAGER)
    scheduled = Stage(role=OPS_SPECIALIST)
    live = Stage(role=TECH, due=hours(24), tell=OPS_MANAGER)
    post_audit = Stage(role=OPS_MANAGER, ways_equal=True)
    correction = Stage(
        role=CONTENT_EDITOR | OPS_SPECIALIST,
        due=first_known(hours_in("correct_in"), CORRECTED),
        tell=OPS_MANAGER,
    )
    active = Stage(final=True)
    rejected = Stage(final=True, undo=True)
    withdrawn = Stage(final=True, undo=True)

    # what all departments know    001-n 2(5), 001-o 三·3, 001-e 第九条2-3, 003 三1.1
    request = new.to(requested, by=OPS_SPECIALIST, form=Request)
    give_part = requested.stay(by=PURCHASING | LOGISTICS | PRODUCT_MANAGER, form=Part)
    collect_info = requested.to(
        info_collected, by=PURCHASING | PRODUCT_MANAGER, form=ProductInfo, when="is_informed"
    )

    # pictures and words    003 三1.2-1.3, 001-t 四1(1), 001-l (五)1
    shoot = info_collected.to(photo_done, by=DESIGNER, form=Pictures)
    set_keywords = photo_done.stay(by=PROMOTER, form=Keywords)
    write_copy = photo_done.to(copy_done, by=CONTENT_EDITOR, form=Words, needs=set_keywords)

    # the page, and its check    003 三2, 000-d 一
    enter_data = copy_done.to(data_entered, by=OPS_SPECIALIST | CONTENT_EDITOR, form=PageData, main=True)
    submit_check = data_entered.to(pre_check, by=OPS_SPECIALIST, form=SelfCheck, main=True)
    pass_check = pre_check.to(
        scheduled, by=OPS_MANAGER, form=PreCheck, when="is_right", other_than=submit_check, approves=PAGE
    )
    fail_check = pre_check.to(correction, by=OPS_MANAGER, form=PreCheck, when="is_wrong")
    fix = correction.to(pre_check, by=CONTENT_EDITOR | OPS_SPECIALIST, form=Correction)
    goods_came = correction.to(scheduled, when="is_without_goods_alone")

    # on sale    003 三2.2, 三3.1; 001-t 二(一)4; 001-m 三1(4)
    publish = scheduled.to(live, by=OPS_SPECIALIST, form=Publication, at=at("wanted_live"), main=True)
    went_live = (live | post_audit | correction).stay()
    tech_check = live.to(post_audit, by=TECH, form=TechnicalCheck, when="is_working") | live.to(
        correction, by=TECH, form=TechnicalCheck, when="not is_working"
    )
    audit_ok = post_audit.to(active, by=OPS_MANAGER, form=Audit, when="is_up_to_standard")
    audit_fail = (post_audit | live).to(correction, by=OPS_MANAGER, form=Audit, when="is_below_standard")

    # giving up
    reject = (requested | pre_check).to(rejected, by=OPS_MANAGER, form=Reason, back=True)
    withdraw = (requested | info_collected | photo_done | copy_done | data_entered | scheduled).to(
        withdrawn, by=OPS_SPECIALIST, form=Reason, back=True
    )

    live_in_time = Deadline(
        working_days(3), since=request, until=publish, tell=OPS_MANAGER, unless="has_nothing_to_sell"
    )
    words_in_time = Deadline(working_days(1), since=shoot, until=set_keywords, tell=OPS_MANAGER)

    kpis = (
        elapsed(request, publish),
        share(fail_check, of=submit_check),
        share(audit_fail, of=publish),
    )

    # --- rules

    def is_informed(self) -> bool:
        """Purchasing, logistics and product have handed in their parts."""
        return set(self.case.parts) == set(HEADS)

    def has_nothing_to_sell(self) -> bool:
        """The goods haven't come yet."""
        return not self.case.qty_available

    def is_without_goods_alone(self) -> bool:
        """All is right with the page, and only the goods were missing."""
        return self.case.waits_for_goods

    def is_right(self, form: PreCheck) -> bool:
        """Price, stock, text and pictures are right."""
        return form.all_ok

    def is_wrong(self, form: PreCheck) -> bool:
        """Something was found wrong."""
        return not form.all_ok

    def is_working(self, form: TechnicalCheck) -> bool:
        """The page, its links and what it says were found right."""
        return form.all_ok

    def is_up_to_standard(self, form: Audit) -> bool:
        """The page meets the platform's standard."""
        return form.grade != "serious"

    def is_below_standard(self, form: Audit | None) -> bool:
        """The page doesn't meet the platform's standard."""
        return form is None or form.grade != "pass"

    # --- what each step does

    reject.on(AnswersWhoAsked.tell_why_not)
    audit_ok.on(AnswersWhoAsked.tell_end)

    @give_part.on
    def take_part(self, form: Part) -> None:
        theirs = HEADS[form.department] in self.actor.roles
        self.require(theirs, "That part is for {head}.", "department", head=HEADS[form.department])
        self.case.parts = tuple(sorted({*self.case.parts, form.department}))

    @collect_info.on
    def agree_on_price(self, form: ProductInfo) -> None:
        self.case.agreed_price = form.price

    @write_copy.on
    def only_set_words(self, form: Words) -> None:
        known = set(form.keywords_used) <= set(self.case.keywords)
        self.require(known, "Use the search words that were set.", "keywords_used")

    @fix.on
    def correct(self, form: Correction) -> None:
        case = self.case
        if form.price is not None:
            case.is_price_corrected = case.is_price_corrected or form.price != case.price
            case.price = case.agreed_price = form.price
        case.title = form.title or case.title
        case.selling_points = form.selling_points or case.selling_points
        case.detail_text = form.detail_text or case.detail_text
        case.main_images = form.main_images or case.main_images
        case.detail_images = form.detail_images or case.detail_images
        case.freight_template = form.freight_template or case.freight_template
        case.waits_for_goods = False

    @enter_data.on
    def certified(self, form: PageData) -> None:
        certified = form.category not in REGULATED or bool(self.case.certificate)
        self.require(certified, "Goods of this category need a certificate.", "category")

    @enter_data.on
    def enter_product(self, form: PageData) -> None:
        """Whether it is for sale stays as it is until the page stands: another shop may sell it."""
        title = self.case.title or self.case.sku
        self.do(SetProduct(sku=self.case.sku, title=title, category=form.category, for_sale=None))

    @(fail_check | audit_fail | tech_check).on
    def take_down(self, form: PreCheck | Audit | TechnicalCheck | None) -> None:
        """What a page says wrongly isn't sold at meanwhile."""
        serious = isinstance(form, Audit) and form.grade == "serious"
        serious = serious or (isinstance(form, TechnicalCheck) and not form.info_accurate)
        self.case.correct_in = SERIOUS_LIMIT if serious else None
        if serious:
            self.undo(PublishListing, SetPrice)
            self.do(SetNotForSale(sku=self.case.sku, reason="its page is wrong", only_if_sold_out=False))

    @audit_fail.on
    def say_why_not_published(self, outcome: NotPublished | None) -> None:
        self.case.waits_for_goods = outcome is not None and not outcome.is_unknown
        if outcome is not None:
            self.tell(OPS_SPECIALIST, "page_not_published", sku=self.case.sku, why=outcome.reason)

    @publish.on
    def go_live(self, form: Publication | None) -> None:
        """What may be refused comes first: until the page stands, nothing else has changed."""
        case = self.case
        if form is not None:
            self.require(self.day_of(form.publish_at) == self.today, "Must be today.", "publish_at")
        self.require(case.price is not None, "Nobody has said what it costs.")
        self.do(
            PublishListing(
                sku=case.sku,
                shop=case.shop,
                title=case.title or case.sku,
                price=case.price or NOTHING,
                freight_template=case.freight_template,
                files=case.main_images + case.detail_images,
            ),
            then=self.went_live,
            otherwise=self.audit_fail,
        )

    @went_live.on
    def sell(self) -> None:
        case = self.case
        self.undo(SetNotForSale)
        self.do(SetProduct(sku=case.sku, title=case.title or case.sku, category=case.category))
        if case.price is not None:
            keeps = not case.is_price_corrected  # what it has is changed by a price_change: D15
            self.do(SetPrice(sku=case.sku, price=case.price, only_if_none=keeps))
        case.is_price_corrected = False

    @audit_ok.on
    def stays_on_sale(self) -> None:
        self.make_permanent(SetPrice, PublishListing)

    # --- what it starts

    @starts("change_broadcast", on=went_live)
    def news(self) -> Opening:
        return broadcast_case(
            self.next_subject,
            "page",
            f"{self.case.sku} {self.case.title}",
            self.now,
            self.case.title,
            [CS_SUPERVISOR, CS_AGENT],
        )
