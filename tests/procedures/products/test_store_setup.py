"""Store setup: every move, every refusal, every limit."""

from __future__ import annotations

from typing import Any

from activities.messages.contract import Message, Notify
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, untaken, walk
from tests.scenario import Scenario, person
from workflows.language.timing import days
from workflows.procedures.products.store_setup import StoreSetup
from workflows.vocabulary import (
    CONTENT_EDITOR,
    CS_SUPERVISOR,
    DESIGNER,
    GM,
    OPS_MANAGER,
    OPS_SPECIALIST,
    PLATFORM_FEED,
    PROMOTER,
    TECH,
)

NOTE = {"note": "好"}
PLATFORM: dict[str, Any] = {"mode": "B2C", "reason": "客群合适", "est_cost": 50_000}
ACCOUNT: dict[str, Any] = {"account_id": "A-1", "licence_files": ["file:1"]}
SITE: dict[str, Any] = {
    "planning_document": "file:2",
    "columns": ["首页"],
    "functions": ["下单", "支付"],
    "due": "2026-12-20",
}
BUILT: dict[str, Any] = {
    "site_url": "https://tea.example",
    "functions_done": ["支付", "下单"],
    "security_ok": True,
}
STYLE: dict[str, Any] = {"style_files": ["file:3"], "categories": ["茶叶"]}
RULES = {"buyer_notice": "须知", "return_policy": "七天", "service_hours": "9-23", "delivery_policy": "次日"}
PRODUCTS: dict[str, Any] = {"skus": ["TEA-1"], "price_checked": True, "stock_checked": True}
RIGHT: dict[str, Any] = dict.fromkeys(("payment_ok", "delivery_ok", "links_ok", "service_ok"), True)


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(StoreSetup, subject="S-2", answers=answers).act(
        "set_position", OPS_MANAGER, goods=["茶叶"], buyers="年轻人", goal="月销十万"
    )


def choose(platform: str) -> Act:
    return act("choose_platform", OPS_MANAGER, platform=platform, **PLATFORM)


def opened(platform: str = "tmall") -> tuple[Act, ...]:
    return (choose(platform), act("approve_opening", GM, **NOTE), act("account_ok", PLATFORM_FEED, **ACCOUNT))


CHOSEN = (choose("tmall"),)
REGISTERING = (*CHOSEN, act("approve_opening", GM, **NOTE))
PLANNED = (*opened("own_site"), act("plan_site", OPS_SPECIALIST, **SITE))
DECORATE = act("decorate", DESIGNER, **STYLE)
READY = (
    *opened(),
    DECORATE,
    act("write_rules", OPS_SPECIALIST, **RULES),
    act("load_products", CONTENT_EDITOR, **PRODUCTS),
)
CHECKED = (*READY, act("check_launch", OPS_MANAGER, **RIGHT))
FIX = act("fix", OPS_SPECIALIST, **RIGHT | {"links_ok": False})

PATHS = [
    Path(
        "launched",
        (*CHECKED, act("launch", OPS_MANAGER, **RIGHT)),
        "launched",
        effects=["Message", "KeepRecord"],
        missed=[],
    ),
    Path(
        "launched, and closed later",
        (*CHECKED, act("launch", OPS_MANAGER, **RIGHT), act("close_shop", GM, reason="租约到期")),
        "launched",
        effects=["Message", "KeepRecord", "StrikeRecord"],
        notified=[OPS_SPECIALIST, CS_SUPERVISOR, PROMOTER],
    ),
    Path("mended", (*CHECKED, FIX), "products_ready"),
    Path("an own site is built first", (*PLANNED, act("build_site", TECH, **BUILT), DECORATE), "decorated"),
    Path("opened by hand", (*REGISTERING, act("account_ok", OPS_SPECIALIST, **ACCOUNT)), "account_open"),
    Path("refused by the gm", (*CHOSEN, act("refuse_opening", GM, **NOTE)), "abandoned", effects=["Message"]),
    Path(
        "refused by the platform",
        (*REGISTERING, act("account_refused", PLATFORM_FEED)),
        "rejected",
        notified=[OPS_MANAGER, GM],
    ),
    Path(
        "refused on the telephone",
        (*REGISTERING, act("account_refused", OPS_SPECIALIST, reason="资质不符", channel="phone")),
        "rejected",
    ),
    Path(
        "no account", (*REGISTERING, days(7)), "registering", missed=["registering"], notified=[OPS_MANAGER]
    ),
    Path("late", (days(30),), "positioned", missed=["opened_in_time"], notified=[GM]),
    Path(
        "a late site", (*PLANNED, days(28)), "site_planned", missed=["site_planned"], notified=[OPS_MANAGER]
    ),
]
REFUSALS = [
    Refused("not theirs", (*CHOSEN, act("approve_opening", OPS_MANAGER, **NOTE)), "gm"),
    Refused(
        "own choice",
        (
            act("choose_platform", person(OPS_MANAGER, "li"), platform="jd", **PLATFORM),
            act("approve_opening", person(GM, "li"), **NOTE),
        ),
        "somebody else",
    ),
    Refused(
        "a platform's shop needs no site",
        (*opened(), act("plan_site", OPS_MANAGER, **SITE)),
        "own site or app",
    ),
    Refused("an own site isn't built", (*opened("app"), DECORATE), "built first"),
    Refused(
        "half built",
        (*PLANNED, act("build_site", TECH, **BUILT | {"functions_done": ["下单"]})),
        "/functions_done",
    ),
    Refused(
        "prices unchecked",
        (*READY[:-1], act("load_products", CONTENT_EDITOR, **PRODUCTS | {"price_checked": False})),
        "/price_checked",
    ),
    Refused(
        "not fit",
        (*CHECKED, act("launch", OPS_MANAGER, **RIGHT | {"payment_ok": False})),
        "service desk work",
    ),
]


@each([*PATHS, *REFUSALS])
def test_store_setup(line: Path | Refused) -> None:
    line.check(start)


def test_every_way_is_taken() -> None:
    assert untaken(StoreSetup, start, PATHS) == set()


def test_a_shop_that_failed_its_check_isnt_launched_a_moment_later() -> None:
    wrong = act("check_launch", OPS_MANAGER, **dict.fromkeys(RIGHT, False))
    Refused("", (*READY, wrong, act("launch", OPS_MANAGER, **RIGHT)), "check before the launch").check(start)
    mended = (
        *READY,
        wrong,
        FIX,
        act("check_launch", OPS_MANAGER, **RIGHT),
        act("launch", OPS_MANAGER, **RIGHT),
    )
    assert walk(start(), mended).stage == "launched"


def test_event_kind_05_a_platforms_refusal_may_bring_its_reason() -> None:
    case = walk(start(), REGISTERING).hear("platform.account.refused", PLATFORM_FEED, reason="资质不符")
    assert (case.stage, case.case.refused_why) == ("rejected", "资质不符")


def test_kind_62_who_planned_a_shop_hears_that_the_gm_doesnt_open_it() -> None:
    case = walk(start(), (*CHOSEN, act("refuse_opening", GM, **NOTE)))
    assert [(word.template, word.data["why"]) for word in case.effects(Message)] == [("not_approved", "好")]


def test_kind_54_who_opens_the_shop_sees_its_rules() -> None:
    judged = walk(start(), CHECKED).machine.judged("launch")
    assert (judged["return_policy"], judged["delivery_policy"]) == ("七天", "次日")


def test_kind_36_a_shop_that_is_closed_is_told() -> None:
    closed = walk(
        start(), (*CHECKED, act("launch", OPS_MANAGER, **RIGHT), act("close_shop", GM, reason="租约到期"))
    )
    assert "shop_closed" in {told.template for told in closed.effects(Notify)}
