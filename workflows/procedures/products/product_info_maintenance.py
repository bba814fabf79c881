"""Product info maintenance (商品信息维护与优化): every page is kept right and made to sell better.

Sources: 000-b 2; 000-e 二4; 001-f 三5; 001-l 运营负责人 3; 001-t 四1(1), (5), (8); 002-b 一4; 003 三2.3, 3.2;
004-e 五; 004-g 数据 2, 顾客 4.

The calendar has the main products' pages checked each week and all pages each month.
"""

from workflows.vocabulary import *

ERRORS = ("wrong_fact", "stale", "bad_image", "dead_link")
NEW_FACTS = ("wrong_fact", "stale")

# --- what is asked


class Page(Form):
    sku: Sku | None = None
    """Whose page it is; all pages that are due, or the shop's own, where none is named."""
    cause: Remark = ""
    """What made somebody look: a customer's word, a fault that the daily check found, a diagnosis."""


class PageCheck(Checks):
    facts_ok: ToCheck[bool]
    images_ok: ToCheck[bool]
    links_ok: ToCheck[bool]
    stock_ok: ToCheck[bool]
    price_ok: ToCheck[bool]
    """A wrong one is put right by a case of its own."""


Fault = Literal["wrong_fact", "stale", "bad_image", "dead_link", "low_click", "low_conversion", "review"]


class Issue(Form):
    sku: Annotated[Keep[Sku | None], proposed("sku")] = None
    issue: Keep[Fault]
    detail: Keep[Text]


class FaultyPage(Form):
    """One of several pages that were looked at together; it has a case of its own."""

    sku: Sku
    issue: Fault
    detail: Text


class Improvement(Form):
    change: Keep[Text]
    files: Keep[Files] = ()

    def problems(self) -> Problems:
        yield from outside_faults(change=self.change)


class PageTest(Form):
    click_before: Pct
    click_after: Pct
    conversion_before: Pct
    conversion_after: Pct
    days: Annotated[int, Field(ge=3, le=365)]


class Publication(Form):
    published_at: TimeOrEarlier[Moment]


class PageCase(Case):
    sku: Sku | None = None
    cause: Remark = ""
    is_right: bool = False
    issue: Fault | None = None
    detail: Remark = ""
    change: Text = "-"
    files: Files = ()
    has_gained: bool = False


# --- the procedure


class ProductInfoMaintenance(Procedure):
    """Keep every page right and make it sell better."""

    key = "product_info_maintenance"
    case: PageCase
    numbers = "PM"
    about = ("sku", "issue", "cause")

    new = Entry()
    due = Stage(role=OPS_SPECIALIST, due=days(7), tell=OPS_MANAGER)
    checking = Stage(role=OPS_SPECIALIST)
    issue_found = Stage(role=CONTENT_EDITOR | DESIGNER)
    improving = Stage(role=OPS_SPECIALIST | OPS_MANAGER)
    testing = Stage(role=OPS_MANAGER | OPS_SPECIALIST, ways_equal=True)
    approved = Stage(role=OPS_SPECIALIST)
    passed = Stage(final=True)
    applied = Stage(final=True)
    dropped = Stage(final=True, undo=True)

    # the check    003 三2.3, 3.2
    fall_due = new.to(due, by=OPS_SPECIALIST, form=Page, every=weekly("09:00", "MON") | monthly("09:10"))
    check = due.to(checking, by=OPS_SPECIALIST, form=PageCheck)
    all_good = checking.to(passed, by=OPS_SPECIALIST, form=Remarks, when="is_in_order", main=True)
    raise_issue = checking.to(issue_found, by=OPS_SPECIALIST, form=Issue)
    another_page = checking.stay(by=OPS_SPECIALIST, form=FaultyPage)
    report_page = new.to(issue_found, by=OPS_SPECIALIST, form=FaultyPage)

    # the improvement    003 三3.2, 000-b 2, 004-g 顾客 4
    improve = issue_found.to(improving, by=CONTENT_EDITOR | DESIGNER, form=Improvement)
    test = improving.to(testing, by=OPS_SPECIALIST, form=PageTest, main=True)
    apply = (improving | testing).to(
        approved,
        by=OPS_MANAGER,
        form=Remarks,
        when="is_worth_it",
        other_than=improve,
        approves=("sku", "issue", "detail", "change", "files"),
    )
    publish = approved.to(applied, by=OPS_SPECIALIST, form=Publication)
    drop = testing.to(dropped, by=OPS_SPECIALIST, form=Remarks, back=True)

    fact_fixed_in_time = Deadline(
        hours(4), since=raise_issue | report_page, until=publish, tell=OPS_MANAGER, unless="is_no_wrong_fact"
    )

    kpis = (
        elapsed(fall_due, check),
        share(raise_issue, of=check),
        share(drop, of=test),
        elapsed(raise_issue, publish),
    )

    # --- rules

    def is_in_order(self) -> bool:
        """Everything on the page was found right."""
        return self.case.is_right

    def is_worth_it(self) -> bool:
        """An error is mended, or the test showed a gain."""
        return self.case.issue in ERRORS or self.case.has_gained

    def is_no_wrong_fact(self) -> bool:
        """No fact on the page is wrong."""
        return self.case.issue != "wrong_fact"

    # --- what each step does

    def by_calendar(self, occasion: Occasion) -> Opening:
        return opening(f"{'main' if occasion.length is Length.WEEK else 'all'}-{occasion.label}")

    @check.on
    def note_check(self, form: PageCheck) -> None:
        self.case.is_right = form.model_copy(update={"price_ok": True}).all_ok

    @test.on
    def try_page(self, form: PageTest) -> None:
        clicks, conversion = (
            form.click_after - form.click_before,
            form.conversion_after - form.conversion_before,
        )
        self.case.has_gained = min(clicks, conversion) >= 0 and max(clicks, conversion) > 0

    @publish.on
    def put_out(self, form: Publication) -> None:
        self.require(self.day_of(form.published_at) == self.today, "Must be today.", "published_at")

    # --- what it starts

    @starts("price_change", on=check)
    def right_price(self, form: PageCheck) -> Opening | None:
        """Only people know which article has the wrong price, and what it should cost."""
        if form.price_ok:
            return None
        named = {"skus": [{"sku": self.case.sku}]} if self.case.sku else {}
        return asking(self.next_subject, reason="error_fix", start=self.now.isoformat(), **named)

    @starts("product_info_maintenance", on=another_page)
    def other_page(self, form: FaultyPage) -> Opening:
        """Each wrong page of a check of many is worked on by itself; the last one in the check's own case."""
        wrong = {"sku": form.sku, "issue": form.issue, "detail": form.detail}
        return opening(self.next_subject, event="report_page", **wrong)

    @starts("change_broadcast", on=publish)
    def news(self) -> Opening | None:
        if self.case.issue not in NEW_FACTS:
            return None
        return broadcast_case(
            self.next_subject, "page", self.case.change, self.now, self.case.change, [CS_SUPERVISOR, CS_AGENT]
        )
