"""Product selection: every move, every refusal, every limit."""

from __future__ import annotations

from typing import Any

import pytest

from activities.cases.contract import CancelCase, OpenCase
from activities.messages.contract import Notify
from activities.suppliers.contract import CheckSupplier
from tests.procedures.paths import (
    Act,
    Answers,
    Path,
    Refused,
    act,
    child,
    each,
    messages,
    untaken,
    walk,
    walked,
)
from tests.scenario import Scenario, no, person
from workflows.language.refusals import Refusal
from workflows.language.timing import days
from workflows.procedures.products.product_selection import ProductSelection
from workflows.procedures.supply_and_stock.supplier_onboarding import SupplierOnboarding
from workflows.vocabulary import GM, OPS_MANAGER, OPS_SPECIALIST, PRODUCT_MANAGER, PURCHASING, SALES

RESEARCH: dict[str, Any] = {
    "demand": "节前送礼",
    "buyer_group": "企业采购",
    "rival_prices": [{"rival": name, "price": 90} for name in "甲乙丙"],
}
COSTS: dict[str, Any] = {
    "unit_cost": 40,
    "freight": 5,
    "platform_fee_pct": 5,
    "target_price": 100,
    "value_points": "产地直采",
}
THIN = {"unit_cost": 80}
LAUNCH: dict[str, Any] = {"role": "profit", "first_qty": 200, "launch_month": "2027-01-04", "risk": "季节短"}
NOTE = {"note": "好"}
OFFERS = [
    {"supplier": name, "price": 40, "moq": 100, "lead_days": 10}
    for name in ("福建茶厂", "安溪茶厂", "武夷茶厂")
]
SCORES = [
    {"supplier": offer["supplier"], "quality": 90, "price": 80, "delivery": 85, "service": 90}
    for offer in OFFERS
]


def start(answers: Answers | None = None) -> Scenario:
    idea = {"name": "冬茶礼盒", "category": "茶叶", "source": "research", "hypothesis": "节前礼品缺货"}
    return Scenario(ProductSelection, subject="PC-1", answers=answers).act("propose", OPS_SPECIALIST, **idea)


def manager(event: str, **form: Any) -> Act:
    return act(event, PRODUCT_MANAGER, **form)


RECOMMEND = act("recommend_listing", SALES, sales_data="file:1", market_feedback="询价多", recommend=True)
RESEARCHED = (manager("research_done", **RESEARCH),)
COSTED = (*RESEARCHED, RECOMMEND, manager("cost_it", **COSTS))
SAMPLED = (*COSTED, act("order_sample", PURCHASING, supplier="S-1", verdict="合格"))
DEVELOPING = (
    *COSTED,
    manager("develop", brief="自有品牌", quality_target="特级", budget=9000, due="2026-12-30"),
)
REVIEW = (*SAMPLED, manager("submit_review", **LAUNCH))
APPROVED = (*REVIEW, child("major_decision_approval", "approved"))
ASKED = (*APPROVED, act("ask_suppliers", PURCHASING, offers=OFFERS))
SCORED = (*ASKED, act("score_suppliers", OPS_SPECIALIST, scores=SCORES))
CHOSEN = (*SCORED, act("choose_supplier", OPS_MANAGER, supplier="S-1", reason="综合最优"))
NEW_PARTNER = (
    *SCORED,
    act("choose_supplier", OPS_MANAGER, supplier="S-7", reason="综合最优", new_partner=True),
)
BUY = act("start_purchase", PURCHASING, qty=200, procurement_no="PO-9")
BOUGHT = (*CHOSEN, act("start_purchase", PURCHASING, qty=200, procurement_no="PO-9"))

PATHS = [
    Path("researched and recommended", (*RESEARCHED, RECOMMEND), "researched", effects=[]),
    Path("costed and recommended", (*COSTED, RECOMMEND), "costed"),
    Path(
        "too thin",
        (*RESEARCHED, manager("cost_it", **COSTS | THIN), manager("too_thin", note="薄")),
        "rejected",
    ),
    Path("a prototype of our own", (*DEVELOPING, manager("prototype_ok", test_result="合格")), "sampled"),
    Path("a failed prototype", (*DEVELOPING, manager("prototype_fail", test_result="漏气")), "parked"),
    Path("before the leadership", REVIEW, "review", opened=["major_decision_approval"]),
    Path("approved", APPROVED, "approved"),
    Path(
        "refused by the leadership",
        (*REVIEW, child("major_decision_approval", "rejected")),
        "rejected",
        effects=[],
    ),
    Path("rejected", (*REVIEW, act("reject", OPS_MANAGER, **NOTE)), "rejected"),
    Path("parked", (*REVIEW, act("park", OPS_MANAGER, **NOTE)), "parked"),
    Path(
        "no offer will do",
        (*ASKED, act("no_supplier", PURCHASING, **NOTE)),
        "parked",
    ),
    Path("no score will do", (*SCORED, act("no_supplier", PURCHASING, **NOTE)), "parked"),
    Path(
        "bought and to be listed",
        BOUGHT,
        "onboarded",
        effects=["Message", "CheckSupplier", "SetProduct"],
        opened=["major_decision_approval", "procurement", "product_listing"],
        missed=[],
    ),
    Path(
        "from a new partner, once admitted",
        (*NEW_PARTNER, child("supplier_onboarding", "active"), BUY),
        "onboarded",
        opened=["major_decision_approval", "supplier_onboarding", "procurement", "product_listing"],
    ),
    Path(
        "a wrong cost, put right",
        (*COSTED, COSTED[-1], act("park", OPS_MANAGER, **NOTE)),
        "parked",
    ),
    Path(
        "from another, as the new partner was not admitted",
        (
            *NEW_PARTNER,
            child("supplier_onboarding", "rejected"),
            act("name_partner", OPS_MANAGER, supplier="S-1"),
            act("start_purchase", PURCHASING, qty=200, procurement_no="PO-9", supplier="S-1"),
        ),
        "onboarded",
    ),
    Path(
        "chosen, and no partner",
        CHOSEN,
        "ready_for_purchase",
        notified=[PURCHASING, OPS_MANAGER],
        answers={CheckSupplier: no("S-1 isn't admitted")},
    ),
    Path("nobody can supply it", (*CHOSEN, act("no_supplier", PURCHASING, **NOTE)), "parked"),
    Path(
        "no recommendation",
        (*RESEARCHED, days(5)),
        "researched",
        missed=["recommended_in_time"],
        notified=[OPS_MANAGER],
    ),
    Path("no review", (days(29),), "proposed", missed=["reviewed_in_time"], notified=[OPS_MANAGER]),
    Path(
        "a late prototype",
        (*DEVELOPING, days(38)),
        "in_development",
        missed=["reviewed_in_time", "in_development"],
        notified=[OPS_MANAGER, OPS_MANAGER],
    ),
    Path(
        "a prototype on its last day", (*DEVELOPING, days(37)), "in_development", missed=["reviewed_in_time"]
    ),
    Path("no decision", (*REVIEW, days(8)), "review", missed=["review"], notified=[GM]),
]
REFUSALS = [
    Refused("not theirs", (act("research_done", SALES, **RESEARCH),), "product_manager"),
    Refused(
        "two rivals",
        (manager("research_done", **RESEARCH | {"rival_prices": RESEARCH["rival_prices"][:2]}),),
        "/rival_prices",
    ),
    Refused("a wrong margin", (*RESEARCHED, manager("cost_it", **COSTS | {"margin_pct": 60})), "/margin_pct"),
    Refused(
        "a margin across two currencies",
        (
            *RESEARCHED,
            manager("cost_it", **COSTS | {"target_price": {"amount": 100, "currency": "USD"}}),
        ),
        "not in one currency",
    ),
    Refused("not too thin", (*COSTED, manager("too_thin", note="薄")), "under the floor"),
    Refused(
        "too thin for a sample",
        (
            *RESEARCHED,
            manager("cost_it", **COSTS | THIN),
            act("order_sample", PURCHASING, supplier="S-1", verdict="好"),
        ),
        "reaches the floor",
    ),
    Refused(
        "a replacement that nobody named",
        (
            *NEW_PARTNER,
            child("supplier_onboarding", "rejected"),
            act("start_purchase", PURCHASING, qty=200, procurement_no="PO-9", supplier="S-1"),
        ),
        "another one is named",
    ),
    Refused(
        "one supplier's offers",
        (*APPROVED, act("ask_suppliers", PURCHASING, offers=[OFFERS[0]] * 3)),
        "/offers",
    ),
    Refused("undecided", (*REVIEW, act("approve", OPS_MANAGER, **NOTE)), "leadership has decided"),
    Refused("few offers", (*APPROVED, act("ask_suppliers", PURCHASING, offers=OFFERS[:2])), "/reason_fewer"),
    Refused("a new partner who is not admitted yet", (*NEW_PARTNER, BUY), "new partner is admitted"),
    Refused(
        "a new partner who was not admitted",
        (*NEW_PARTNER, child("supplier_onboarding", "lapsed"), BUY),
        "new partner is admitted",
    ),
    Refused("one not scored", (*ASKED, act("score_suppliers", OPS_SPECIALIST, scores=SCORES[:2])), "/scores"),
]


MESSAGES = {
    "approve": {"approved"},
    "start_purchase": {"candidate_bought to product_manager", "candidate_bought to ops_specialist"},
    "too_thin": {"candidate_rejected to product_manager", "candidate_rejected to ops_specialist"},
    "reject": {"candidate_rejected to product_manager", "candidate_rejected to ops_specialist"},
    "prototype_fail": {"candidate_parked to product_manager", "candidate_parked to ops_specialist"},
    "park": {"candidate_parked to product_manager", "candidate_parked to ops_specialist"},
    "no_supplier": {"candidate_parked to product_manager", "candidate_parked to ops_specialist"},
    "partner_refused": {"partner_refused to purchasing", "partner_refused to ops_manager"},
}


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


@each([*PATHS, *REFUSALS])
def test_product_selection(line: Path | Refused) -> None:
    line.check(start)


def test_every_way_is_taken() -> None:
    assert untaken(ProductSelection, start, PATHS) == set()


def test_without_major_decisions_a_person_decides() -> None:
    machine = walk(start(), REVIEW).machine
    (decision,) = machine.memory.children
    machine.child_missing(decision)
    assert machine.act("approve", NOTE, actor=person(OPS_MANAGER, "wu")).after == ["approved"]


def test_purchasing_is_asked_for_the_new_partners_application() -> None:
    opened = walk(start(), NEW_PARTNER).effects(OpenCase)[-1]
    assert (opened.procedure, opened.subject, opened.event) == ("supplier_onboarding", "S-7", "")
    assert (opened.form, opened.waits) == ({"categories": ["茶叶"]}, True)
    case = Scenario(SupplierOnboarding, subject="S-7").await_start(**opened.form)
    assert case.offers(PURCHASING) == ["apply", "leave_out"]
    about = {"source_kind": "third_party", "company": "武夷茶厂", "contact": "陈经理", "phone": "13800000000"}
    case.act("apply", PURCHASING, credit_code="91350000MA2Y1ABC2X", **about)
    assert (case.stage, case.case.categories) == ("applied", ("茶叶",))


def test_without_onboarding_the_new_partner_is_taken_as_admitted() -> None:
    machine = walk(start(), NEW_PARTNER).machine
    (onboarding,) = machine.memory.children
    machine.child_missing(onboarding)
    form = {"qty": 200, "procurement_no": "PO-9"}
    assert machine.act("start_purchase", form, actor=person(PURCHASING)).after == ["onboarded"]


def test_parking_takes_the_question_back() -> None:
    assert walk(start(), (*REVIEW, act("park", OPS_MANAGER, **NOTE))).effects(CancelCase)


def test_the_purchase_goes_by_its_own_number() -> None:
    made = walk(start(), BOUGHT)
    purchase, listing = made.effects(OpenCase)[1:]
    assert (purchase.subject, purchase.form["lines"][0]["qty"]) == ("PO-9", 200)
    assert (listing.subject, listing.form["sku"]) == ("PC-1-shop", "PC-1")


def test_kind_36_who_proposed_hears_what_came_of_it() -> None:
    ends = {
        "candidate_bought": BOUGHT,
        "candidate_rejected": (*REVIEW, act("reject", OPS_MANAGER, **NOTE)),
        "candidate_parked": (*REVIEW, act("park", OPS_MANAGER, **NOTE)),
    }
    for template, steps in ends.items():
        told = [notice for notice in walk(start(), steps).effects(Notify) if notice.template == template]
        assert [notice.role for notice in told] == [PRODUCT_MANAGER, OPS_SPECIALIST]


def test_kind_07_a_replacement_is_a_partner() -> None:
    """Nobody is bought from of whom the supplier book doesn't say that they may supply."""
    case = walk(start({CheckSupplier: no("S-9 isn't admitted")}), CHOSEN)
    walk(case, (act("name_partner", OPS_MANAGER, supplier="S-9"),))
    assert "start_purchase" in case.offers(PURCHASING)
    for supplier in ("S-9", None):
        form = {"qty": 1, "procurement_no": "P", "supplier": supplier}
        with pytest.raises(Refusal, match="another one is named"):
            case.act("start_purchase", PURCHASING, **form)


def test_kind_45_who_decided_on_the_supplier_names_another() -> None:
    case = walk(start({CheckSupplier: no("S-1 isn't admitted")}), CHOSEN)
    assert "name_partner" not in case.offers(PURCHASING)
    assert "name_partner" in case.offers(OPS_MANAGER)


def test_kind_05_no_more_is_bought_at_first_than_was_approved() -> None:
    more = act("start_purchase", PURCHASING, qty=10_000, procurement_no="PO-9")
    Refused("", (*CHOSEN, more), "/qty").check(start)
