"""Member management: every move, every refusal, points and levels."""

from __future__ import annotations

from functools import partial
from typing import Any

from activities.members.contract import (
    AdjustPoints,
    EarnPoints,
    EraseMember,
    ReviewLevel,
    SetMember,
    SpendPoints,
)
from activities.messages.contract import Message
from activities.registers.contract import KeepRecord
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario, no, yes
from workflows.language.timing import days
from workflows.procedures.customers.member_management import MemberManagement
from workflows.vocabulary import (
    CS_AGENT,
    CS_SUPERVISOR,
    CUSTOMER,
    GM,
    OPS_MANAGER,
    OPS_SPECIALIST,
    PLATFORM_FEED,
)

FULL = {"name": "王小明", "birthday": "1990-05-01"}


def start(answers: Answers | None = None, **more: Any) -> Scenario:
    form: dict[str, Any] = {
        "phone": "13800000000",
        "consent_marketing": True,
        "terms_accepted": True,
        **more,
    }
    case = Scenario(MemberManagement, subject="M-1", answers=dict(answers or {}))
    return case.act("register", CUSTOMER, **form)


def ordered(event: str, amount: str = "99.90") -> Act:
    return act(event, PLATFORM_FEED, order_no="SO-1", amount=amount)


def spend(points: int = 50) -> Act:
    return act("spend_points", CUSTOMER, points=points, order_no="SO-2")


def price(**more: Any) -> Act:
    valid = {"first": "2026-12-01", "last": "2026-12-31"}
    form = {"level": "vip", "scope": "shop", "discount_pct": "90", "valid": valid, **more}
    return act("set_level_price", OPS_SPECIALIST, **form)


def adjust(delta: int) -> Act:
    return act("adjust_points", CS_SUPERVISOR, delta=delta, reason="miscounted")


def close(by: Any = CUSTOMER) -> Act:
    return act("close_account", by, requested_by="customer", channel="phone")


FIRST = ordered("activate")
FREEZE = act("freeze", CS_SUPERVISOR, reason="fraud")
NO_ADS = act("change_consent", PLATFORM_FEED, wants_ads=False)
SHORT: Answers = {SpendPoints: no("only 20 points"), AdjustPoints: no("below zero")}
CHANGED: Answers = {ReviewLevel: yes(level="gold", before="silver", changed=True)}
RULE = (FIRST, days(30))

PROFILE = act("correct_profile", CUSTOMER, name="Li Na", phone="13900139000", birthday="1990-05-01")

PATHS = [
    Path("completed later", (PROFILE,), "active"),
    Path(
        "put right by phone",
        (FIRST, act("correct_profile", CS_AGENT, phone="13900139000", channel="phone")),
        "active",
    ),
    Path("put right while dormant", (FIRST, days(180), PROFILE), "dormant"),
    Path("put right while frozen", (FIRST, FREEZE, PROFILE), "frozen"),
    Path("registered", (), "registered", effects=["SetMember", "KeepRecord"]),
    Path(
        "active with the first order", (FIRST,), "active", effects=["SetMember", "KeepRecord", "EarnPoints"]
    ),
    Path("more points", (FIRST, ordered("earn_points")), "active"),
    Path(
        "points spent",
        (FIRST, spend()),
        "active",
        effects=["SetMember", "KeepRecord", "EarnPoints", "SpendPoints"],
    ),
    Path(
        "too many",
        (FIRST, spend()),
        "active",
        effects=["SetMember", "KeepRecord", "EarnPoints", "Message"],
        answers=SHORT,
    ),
    Path("corrected", (FIRST, adjust(-5)), "active"),
    Path("corrected too far", (FIRST, adjust(-500)), "active", notified=[CS_SUPERVISOR], answers=SHORT),
    Path("a price for a level", (FIRST, price()), "active"),
    Path("a level reviewed each month", (FIRST, days(60)), "active"),
    Path(
        "and changed",
        RULE,
        "active",
        effects=["SetMember", "KeepRecord", "EarnPoints", "ReviewLevel", "Message"],
        answers=CHANGED,
    ),
    Path("dormant", (FIRST, days(180)), "dormant"),
    Path("an order keeps awake", (FIRST, days(100), ordered("earn_points"), days(100)), "active"),
    Path("awake again", (FIRST, days(180), ordered("wake_up")), "active"),
    Path("frozen", (FIRST, FREEZE), "frozen"),
    Path("frozen asleep", (FIRST, days(180), FREEZE), "frozen"),
    Path("cleared", (FIRST, FREEZE, act("unfreeze", CS_SUPERVISOR, reason="cleared")), "active"),
    Path("left at once", (close(),), "closed"),
    Path(
        "left",
        (FIRST, close()),
        "closed",
        effects=["SetMember", "KeepRecord", "EarnPoints", "EraseMember", "Message"],
    ),
    *(
        Path(f"another mind: {stage}", (*steps, NO_ADS), stage)
        for steps, stage in (
            ((), "registered"),
            ((FIRST,), "active"),
            ((FIRST, days(180)), "dormant"),
            ((FIRST, FREEZE), "frozen"),
        )
    ),
    Path("left asleep", (FIRST, days(180), close(CS_SUPERVISOR)), "closed"),
    Path("left frozen", (FIRST, FREEZE, close()), "closed"),
]

REFUSALS = [
    Refused("no points", (FIRST, spend(0)), "/points"),
    Refused("half price at least", (FIRST, price(discount_pct="49.99")), "/discount_pct"),
    Refused("kind 59: an item that isn't sold", (FIRST, price(scope="item", sku="A-9")), "/sku"),
    Refused("which item", (FIRST, price(scope="item")), "/sku"),
    Refused("nothing to correct", (FIRST, adjust(0)), "/delta"),
    Refused("spent before the first order", (spend(),), "not_possible_now"),
    Refused("the customer freezes", (FIRST, act("freeze", CUSTOMER, reason="x")), "not_your_role"),
]

MESSAGES = {
    "change_consent": {"ads_stopped"},
    "erased": {"membership_ended"},
    "points_short": {"points_short"},
    "adjusted": {"points_adjusted"},
    "not_adjusted": {"points_not_adjusted to cs_supervisor"},
    "level_reviewed": {"level_changed"},
}


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_every_move_is_taken() -> None:
    late = {
        (event, stage, stage)
        for event in ("points_short", "adjusted", "not_adjusted", "level_reviewed")
        for stage in ("dormant", "frozen")
    }  # outcomes that come after the member has fallen asleep or was frozen
    assert untaken(MemberManagement, start, PATHS) == late


def test_a_full_profile_is_enough() -> None:
    assert start(None, **FULL).stage == "active"
    assert start(None, **FULL).effects(SetMember)[0].name == "王小明"


def test_terms_are_accepted_and_the_phone_is_one() -> None:
    def begin(answers: Answers) -> Scenario:
        return Scenario(MemberManagement, answers=dict(answers))

    form = {"phone": "13800000000", "consent_marketing": False, "terms_accepted": True}
    for name, value in {"terms_accepted": False, "phone": "12"}.items():
        Refused(name, (act("register", CUSTOMER, **{**form, name: value}),), f"/{name}").check(begin)


def test_who_wants_no_letters_is_noted() -> None:
    (kept,) = start(None, consent_marketing=False).effects(KeepRecord)
    assert (kept.book, kept.entry, kept.data["wants"]) == ("consents", "M-1", False)
    (given,) = start(None, customer_no="C-7").effects(KeepRecord)
    assert (given.entry, given.data["wants"], given.data["channel"]) == ("C-7", True, "account")


def test_kind_64_a_member_may_change_their_mind() -> None:
    Refused("by which way", (act("change_consent", CS_SUPERVISOR, wants_ads=False),), "/channel").check(start)
    again = act("change_consent", CS_SUPERVISOR, wants_ads=True, channel="phone")
    case = walk(start(None, customer_no="C-7"), (NO_ADS, again))
    kept = [(one.entry, one.data["wants"], one.data["channel"]) for one in case.effects(KeepRecord)]
    assert kept == [("C-7", True, "account"), ("C-7", False, "platform"), ("C-7", True, "phone")]
    assert case.case.consent_marketing is True


def test_kind_64_who_leaves_hears_that_the_points_are_void() -> None:
    case = walk(start({EraseMember: yes(points=20)}, **FULL), (close(),))
    told = case.effects(Message)[-1]
    assert (told.template, told.data) == ("membership_ended", {"points": "20"})


def test_a_point_a_yuan() -> None:
    (earned,) = walk(start(), (FIRST,)).effects(EarnPoints)
    assert (earned.order, earned.member, earned.points) == ("SO-1", "M-1", 99)
    assert walk(start(), (ordered("activate", "0.50"),)).effects(EarnPoints) == []


def test_the_member_hears_of_a_level_only_when_it_changes() -> None:
    assert walk(start(CHANGED), RULE).effects(Message)[0].data["level"] == "gold"
    assert walk(start({ReviewLevel: yes(level="gold", changed=False)}), RULE).effects(Message) == []


def test_a_level_price_is_kept() -> None:
    _, kept = walk(start(), (FIRST, price(scope="item", sku="A-1", list_price="200"))).effects(KeepRecord)
    assert (kept.book, kept.entry, kept.data["discount_pct"]) == ("level_prices", "vip-A-1", "90")


def test_kind_05_a_low_level_price_is_not_a_specialists_alone() -> None:
    half = {
        "level": "vip",
        "scope": "shop",
        "discount_pct": "50",
        "valid": {"first": "2026-12-01", "last": "2026-12-31"},
    }
    Refused("half price", (FIRST, act("set_level_price", OPS_SPECIALIST, **half)), "/discount_pct").check(
        start
    )
    (*_, kept) = walk(start(), (FIRST, act("set_level_price", OPS_MANAGER, **half))).effects(KeepRecord)
    assert kept.data["discount_pct"] == "50"
    loss = price(scope="item", sku="A-1", list_price="100", unit_cost="95")
    Refused("below cost", (FIRST, loss), "/discount_pct").check(start)
    over = price(valid={"first": "2026-10-01", "last": "2026-10-31"})
    Refused("over already", (FIRST, over), "/valid").check(start)


def test_kind_02_the_gm_corrects_more_than_others() -> None:
    by_hand = act("adjust_points", GM, delta=50_000, reason="moved from the old shop")
    (adjusted,) = walk(start(), (FIRST, by_hand)).effects(AdjustPoints)
    assert adjusted.approved_by
    (adjusted,) = walk(start(), (FIRST, adjust(500))).effects(AdjustPoints)
    assert adjusted.approved_by is None


def test_a_price_of_the_whole_shop_is_no_items() -> None:
    _, kept = walk(start(), (FIRST, price(sku="A-1"))).effects(KeepRecord)
    assert kept.entry == "vip-shop"


def test_nothing_personal_stays() -> None:
    case = walk(start(None, **FULL), (close(),)).case
    assert (case.name, case.phone, case.birthday) == (None, None, None)


def test_kind_33_staff_register_a_customer_who_telephones() -> None:
    form = {"phone": "13800000000", "consent_marketing": False, "terms_accepted": True}
    Refused("by which way", (act("register", CS_SUPERVISOR, **form),), "/channel").check(
        partial(Scenario, MemberManagement, subject="M-1")
    )
    case = Scenario(MemberManagement, subject="M-1").act("register", CS_SUPERVISOR, channel="phone", **form)
    assert case.stage == "registered"


def test_kind_49_a_profile_is_put_right_and_the_level_stays() -> None:
    case = walk(start(), (FIRST, PROFILE))
    put = case.effects(SetMember)[-1]
    assert (put.name, str(put.birthday), put.level) == ("Li Na", "1990-05-01", None)
    assert case.case.phone == "13900139000"


def test_kind_69_whose_points_are_corrected_hears_it() -> None:
    case = walk(start({AdjustPoints: yes(points=100)}), (FIRST, adjust(-9000)))
    told = case.effects(Message)[-1]
    assert (told.template, told.data["points"]) == ("points_adjusted", "100")
