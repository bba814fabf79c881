"""Store setup (平台与店铺搭建): a shop on a chosen platform, brought to a state fit for sale.

Sources: 000-e 一; 001-h 美工; 001-t 二(一)1-4; 002-a 1①; 004-b 2; 004-d 1; 004-f 3.
"""

from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

# --- what is asked

Category = Annotated[Text, ref("category")]


class Position(Form):
    goods: Some[Category]
    buyers: Text
    goal: Text


class PlatformChoice(Form):
    platform: Keep[Literal["taobao", "tmall", "jd", "pdd", "own_site", "app", "other"]]
    mode: Keep[Literal["B2C", "C2C", "O2O", "B2B"]]
    reason: Keep[Text]
    est_cost: Keep[Price]


class Account(Form):
    account_id: Keep[Text]
    deposit: Price | None = None
    licence_files: SomeFiles


class Refusal(Told):
    """What the platform says, where it says anything."""

    reason: Remark = ""


class SitePlan(Form):
    planning_document: File
    columns: Some[Text]
    functions: Keep[Some[Text]]
    due: Keep[Day]


class BuiltSite(Form):
    site_url: Keep[Url]
    functions_done: Annotated[Some[Text], to_check("functions")]
    security_ok: ToCheck[Ticked]
    note: Remark = ""


class Decoration(Form):
    style_files: SomeFiles
    categories: Some[Text]


class ShopRules(Form):
    buyer_notice: Keep[LongText]
    return_policy: Keep[LongText]
    service_hours: Keep[Text]
    delivery_policy: Keep[Text]


class ShopProducts(Form):
    skus: Keep[Some[Sku]]
    price_checked: ToCheck[Ticked]
    stock_checked: ToCheck[Ticked]


class LaunchCheck(Checks):
    payment_ok: ToCheck[bool]
    delivery_ok: ToCheck[bool]
    links_ok: ToCheck[bool]
    service_ok: ToCheck[bool]
    note: Remark = ""


class LaunchFinding(LaunchCheck):
    """What the check found, unless it was looked at once more."""

    payment_ok: Annotated[bool, proposed("looked.payment_ok")]
    delivery_ok: Annotated[bool, proposed("looked.delivery_ok")]
    links_ok: Annotated[bool, proposed("looked.links_ok")]
    service_ok: Annotated[bool, proposed("looked.service_ok")]
    note: Annotated[Remark, proposed("looked.note")] = ""


class ShopCase(Case):
    goods: Some[Category]
    platform: Literal["taobao", "tmall", "jd", "pdd", "own_site", "app", "other"] | None = None
    mode: Literal["B2C", "C2C", "O2O", "B2B"] = "B2C"
    account_id: Text = "-"
    functions: FormRows[Text] = ()
    due: Day | None = None
    site_url: str = ""
    skus: FormRows[Sku] = ()
    buyer_notice: LongText | None = None
    return_policy: LongText | None = None
    service_hours: Text | None = None
    delivery_policy: Text | None = None
    looked: LaunchCheck | None = None
    """What the last check before the launch found."""
    refused_why: Remark = ""
    buyers: Text | None = None
    goal: Text | None = None
    reason: Text | None = None
    est_cost: Price | None = None


# --- the procedure


class StoreSetup(AnswersWhoAsked, Procedure):
    """Open a shop on a chosen platform and bring it to a state fit for sale."""

    key = "store_setup"
    case: ShopCase
    numbers = "SHOP"
    about = ("goods", "platform")

    new = Entry()
    positioned = Stage(role=OPS_MANAGER)
    platform_chosen = Stage(role=GM, ways_equal=True)
    registering = Stage(role=OPS_SPECIALIST, due=days(7), tell=OPS_MANAGER)
    account_open = Stage(role=OPS_MANAGER | OPS_SPECIALIST | DESIGNER)
    site_planned = Stage(role=TECH, due=working_days(20), tell=OPS_MANAGER)
    site_built = Stage(role=DESIGNER)
    decorated = Stage(role=OPS_SPECIALIST)
    rules_written = Stage(role=CONTENT_EDITOR)
    products_ready = Stage(role=OPS_MANAGER)
    launch_check = Stage(role=OPS_MANAGER | OPS_SPECIALIST)
    launched = Stage(final=True)
    rejected = Stage(final=True)
    abandoned = Stage(final=True)

    # where    000-e 一1-3, 002-a 1①
    set_position = new.to(positioned, by=OPS_MANAGER, form=Position)
    choose_platform = positioned.to(platform_chosen, by=OPS_MANAGER, form=PlatformChoice)
    approve_opening = platform_chosen.to(
        registering,
        by=GM,
        form=Note,
        other_than=choose_platform,
        approves=("goods", "buyers", "goal", "platform", "mode", "reason", "est_cost"),
    )
    refuse_opening = platform_chosen.to(abandoned, by=GM, form=Note, back=True)
    account_ok = registering.to(
        account_open,
        by=OPS_SPECIALIST | PLATFORM_FEED,
        form=Account,
        on="platform.account.opened",
        main=True,
    )
    account_refused = registering.to(
        rejected,
        by=PLATFORM_FEED,
        heard_by=OPS_SPECIALIST,
        form=Refusal,
        on="platform.account.refused",
        back=True,
    )

    # our own site or app    004-b 2, 004-d 1, 000-e 一3
    plan_site = account_open.to(
        site_planned, by=OPS_MANAGER | OPS_SPECIALIST, form=SitePlan, when="is_our_own"
    )
    build_site = site_planned.to(site_built, by=TECH, form=BuiltSite)

    # the shop    000-e 一3, 001-t 二(一)1-3
    decorate = account_open.to(
        decorated, by=DESIGNER, form=Decoration, when="is_on_a_platform", main=True
    ) | site_built.to(decorated, by=DESIGNER, form=Decoration)
    write_rules = decorated.to(rules_written, by=OPS_SPECIALIST, form=ShopRules)
    load_products = rules_written.to(products_ready, by=CONTENT_EDITOR, form=ShopProducts)

    # opening    001-t 二(一)4
    check_launch = products_ready.to(launch_check, by=OPS_MANAGER, form=LaunchCheck)
    launch = launch_check.to(
        launched,
        by=OPS_MANAGER,
        form=LaunchFinding,
        when="has_passed and is_fit_for_sale",
        other_than=write_rules,
        main=True,
        approves=("buyer_notice", "return_policy", "service_hours", "delivery_policy", "skus"),
    )
    close_shop = launched.stay(by=OPS_MANAGER | GM, form=Reason, once=True)
    fix = launch_check.to(products_ready, by=OPS_SPECIALIST, form=LaunchFinding, back=True)

    opened_in_time = Deadline(days(30), since=set_position, until=launch, tell=GM)

    kpis = (elapsed(set_position, launch), count(fix), share(account_refused, of=approve_opening))

    # --- rules

    def is_our_own(self) -> bool:
        """The shop is to be an own site or app."""
        return self.case.platform in ("own_site", "app")

    def is_on_a_platform(self) -> bool:
        """An own site or app must be built first."""
        return not self.is_our_own()

    def has_passed(self) -> bool:
        """The check before the launch found everything right."""
        return self.case.looked is not None and self.case.looked.all_ok

    def is_fit_for_sale(self, form: LaunchFinding) -> bool:
        """Payment, delivery, links and the service desk work."""
        return form.all_ok

    # --- what each step does

    refuse_opening.on(AnswersWhoAsked.tell_why_not)
    approve_opening.on(AnswersWhoAsked.tell_yes)
    launch.on(AnswersWhoAsked.tell_end)

    @build_site.on
    def as_planned(self, form: BuiltSite) -> None:
        lacking = [name for name in self.case.functions if name not in form.functions_done]
        self.require(not lacking, "Still to be built: {lacking}.", "functions_done", lacking=list(lacking))

    @check_launch.on
    def note_check(self, form: LaunchCheck) -> None:
        self.case.looked = form

    @account_refused.on
    def say_why_refused(self, form: Refusal | None) -> None:
        self.case.refused_why = form.reason if form is not None else ""
        for role in (OPS_MANAGER, GM):
            self.tell(role, "account_refused", why=self.case.refused_why or "-")

    @launch.on
    def open_shop(self) -> None:
        case = self.case
        shop = {
            "platform": case.platform,
            "mode": case.mode,
            "account": case.account_id,
            "site": case.site_url,
            "skus": list(case.skus),
        }
        self.do(KeepRecord(book="shops", entry=self.subject, data=shop))

    @close_shop.on
    def strike_shop(self, form: Reason) -> None:
        """Nothing is published there any more."""
        self.undo()
        for role in (OPS_SPECIALIST, CS_SUPERVISOR, PROMOTER):
            self.tell(role, "shop_closed", why=form.reason)
