"""Carrier selection: chosen, graded, changed."""

from __future__ import annotations

from typing import Any

import pytest

from activities.carriers.contract import SetTariff
from activities.figures.contract import FigureSet, ReadFigures
from activities.messages.contract import Message, Notify
from activities.partners.contract import SetPartner
from activities.registers.contract import KeepRecord
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, untaken, walk
from tests.scenario import Scenario, person, yes
from workflows.language.refusals import InvalidForm
from workflows.language.timing import days
from workflows.procedures.orders_and_logistics.carrier_selection import CarrierSelection
from workflows.vocabulary import CS_SUPERVISOR, FINANCE, GM, LOGISTICS, OPS_MANAGER, WAREHOUSE_SUPERVISOR

TOLD = (LOGISTICS, WAREHOUSE_SUPERVISOR, CS_SUPERVISOR)


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(CarrierSelection, subject="SF-EAST-2026", answers=dict(answers or {})).act(
        "raise_need",
        LOGISTICS,
        mode="carrier",
        product_traits=["fragile"],
        lanes=["华东"],
        monthly_parcels=3000,
        customer_need="next day",
    )


ZHAO = person(LOGISTICS, "zhao")
"""Not who has recommended the carrier."""


def grade(event: str, score: int, by: Any = ZHAO, **more: Any) -> Act:
    figures = {
        "on_time_pct": "97",
        "damage_pct": "0.2",
        "lost_pct": "0.1",
        "claim_days": "6",
        "customer_logistics_score": "4.8",
        "cost_per_parcel": "6.5",
    }
    return act(event, by, **figures | more, score=score)


def recheck(score: int = 75) -> Act:
    return act("improved", person(LOGISTICS, "qian"), recheck_score=score)


def choose(carrier: str = "sf", **more: Any) -> Act:
    return act(
        "submit_choice", LOGISTICS, recommended=carrier, reason="fast", est_cost_per_parcel="6", **more
    )


CONTRACT: dict[str, Any] = {
    "contract_no": "C1",
    "valid_from": "2026-12-01",
    "valid_to": "2027-11-30",
    "file": "file:1",
}
NOTE = {"decision_note": "fine"}
SHORTLIST = act("shortlist", LOGISTICS, candidates=["sf", "jd"])
QUOTES = act(
    "collect_quotes",
    LOGISTICS,
    price_table="file:1",
    promised_days=2,
    coverage=["华东"],
    pickup_time="17:00",
    lost_compensation_rule="value",
)
TRIAL = act("start_trial", LOGISTICS, lane="华东", days=14, parcels=100)
QUOTED = (SHORTLIST, QUOTES)
APPROVE = act("approve", OPS_MANAGER, **NOTE)
ACTIVE = (*QUOTED, choose(), APPROVE, act("sign_contract", FINANCE, **CONTRACT))
EVALUATE = act("evaluate", LOGISTICS, period={"first": "2026-09-01", "last": "2026-11-30"})
WEAK = (*ACTIVE, EVALUATE, grade("demand_improvement", 69))
TERMINATE = act("terminate", OPS_MANAGER, reason="late again", replacement="jd")

WITHDRAW = act("withdraw", OPS_MANAGER, reason="dearer now")

PATHS = [
    Path("on the list", ACTIVE, "active", effects=["SetPartner"]),
    Path("tried first", (*QUOTED, TRIAL, choose(trial_on_time_pct="98")), "approval"),
    Path("rejected", (*QUOTED, choose(), act("reject", OPS_MANAGER, **NOTE)), "rejected"),
    Path("not decided", (*QUOTED, choose(), days(3)), "approval", notified=[GM], missed=["approval"]),
    Path("evaluated each quarter", (*ACTIVE, days(91)), "under_evaluation"),
    Path("good enough", (*ACTIVE, EVALUATE, grade("pass_evaluation", 70)), "active"),
    Path(
        "not evaluated",
        (*ACTIVE, EVALUATE, days(14)),
        "under_evaluation",
        notified=[*TOLD, LOGISTICS, OPS_MANAGER],
        missed=["under_evaluation"],
    ),
    Path("must improve", WEAK, "improvement"),
    Path("improved", (*WEAK, recheck()), "active"),
    Path(
        "not improved",
        (*WEAK, days(30)),
        "improvement",
        notified=[*TOLD, OPS_MANAGER],
        missed=["improvement"],
    ),
    Path(
        "off the list",
        (*WEAK, TERMINATE),
        "terminated",
        effects=["SetPartner", "ReadFigures", "KeepRecord", "DropPartner"],
    ),
    Path("given up before it is signed", (*QUOTED, choose(), APPROVE, WITHDRAW), "rejected"),
    Path("off the list between two evaluations", (*ACTIVE, TERMINATE), "terminated"),
    Path("off the list at once", (*ACTIVE, EVALUATE, TERMINATE), "terminated"),
]

REFUSALS = [
    Refused("one candidate", (act("shortlist", LOGISTICS, candidates=["sf", "sf"]),), "/candidates"),
    Refused("not on the shortlist", (*QUOTED, choose("yt")), "/recommended"),
    Refused("a trial without its figure", (*QUOTED, TRIAL, choose()), "/trial_on_time_pct"),
    Refused(
        "a trial of a day",
        (*QUOTED, act("start_trial", LOGISTICS, lane="华东", days=1, parcels=5)),
        "/days",
    ),
    Refused("approved by oneself", (*QUOTED, choose(), act("approve", LOGISTICS, **NOTE)), "not_your_role"),
    Refused(
        "a contract that has ended before",
        (
            *QUOTED,
            choose(),
            APPROVE,
            act("sign_contract", LOGISTICS, **{**CONTRACT, "valid_to": "2026-12-01"}),
        ),
        "/valid_to",
    ),
    Refused("passed under the bar", (*ACTIVE, EVALUATE, grade("pass_evaluation", 69)), "bar of 70"),
    Refused("failed above the bar", (*ACTIVE, EVALUATE, grade("demand_improvement", 70)), "bar of 70"),
    Refused("rechecked too low", (*WEAK, recheck(69)), "/recheck_score"),
    Refused(
        "replaced by itself",
        (*WEAK, act("terminate", OPS_MANAGER, reason="late", replacement="sf")),
        "/replacement",
    ),
]


@each(PATHS)
def test_paths(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusals(line: Refused) -> None:
    line.check(start)


def test_every_move_is_taken() -> None:
    assert untaken(CarrierSelection, start, PATHS) == set()


def test_what_is_written() -> None:
    case = walk(start(), WEAK)
    assert [(one.partner_kind, one.partner) for one in case.effects(SetPartner)] == [("carrier", "sf")]
    (kept,) = case.effects(KeepRecord)
    assert (kept.book, kept.entry, kept.data["score"]) == ("carrier_grades", "sf-2026-11-23", 69)
    better = walk(case, (recheck(),)).effects(KeepRecord)[-1]
    assert better.data == {"carrier": "sf", "score": 75}


READ: Answers = {ReadFigures: yes(signed_pct="40.00", cost_per_parcel={"amount": "7.20", "currency": "CNY"})}


def test_kind_07_a_carrier_is_graded_by_the_books() -> None:
    """Two of five parcels came; somebody types 97 % on time, and what a parcel cost."""
    case = walk(start(READ), (*ACTIVE, EVALUATE))
    (asked,) = case.effects(ReadFigures)
    assert (asked.figures, asked.about, str(asked.period.first)) == (FigureSet.CARRIER, "sf", "2026-09-01")
    assert (str(case.case.signed_pct), str(case.case.cost_per_parcel)) == ("40.00", "7.20 CNY")
    for field, more in (
        ("/on_time_pct", {"cost_per_parcel": "7.20"}),
        ("/cost_per_parcel", {"on_time_pct": "39"}),
    ):
        Refused(field, (*ACTIVE, EVALUATE, grade("demand_improvement", 30, **more)), field, READ).check(start)
    weak = grade("demand_improvement", 39, on_time_pct="40", cost_per_parcel="7.20")
    assert walk(case, (weak,)).stage == "improvement"
    better = (*ACTIVE, EVALUATE, grade("pass_evaluation", 97))
    Refused("graded better than it came", better, "/score").check(start)


def test_kind_35_nobody_grades_a_carrier_of_their_own_choice() -> None:
    own = grade("pass_evaluation", 90, LOGISTICS)
    Refused("who recommended it", (*ACTIVE, EVALUATE, own), "somebody else").check(start)
    again = act("improved", ZHAO, recheck_score=75)
    Refused("who graded it", (*WEAK, again), "somebody else").check(start)


def test_kind_48_a_carrier_that_was_judged_below_the_bar_is_not_chosen() -> None:
    asked = walk(start(), (SHORTLIST, QUOTES))
    with pytest.raises(InvalidForm, match="recommended"):
        walk(asked, (choose(last_score=69),))
    assert walk(asked, (choose(last_score=70),)).stage == "approval"


def test_kind_10_a_carriers_prices_are_its_contracts() -> None:
    prices = [
        {"first_kg": "8", "further_kg": "2"},
        {"province": "浙江省", "first_kg": "6"},
    ]
    signed = act("sign_contract", FINANCE, **CONTRACT, prices=prices)
    case = walk(start(), (*QUOTED, choose(), APPROVE, signed))
    (tariff,) = case.effects(SetTariff)
    assert (tariff.carrier, [str(row.first_kg) for row in tariff.prices]) == ("sf", ["8.00 CNY", "6.00 CNY"])
    assert "EndTariff" in walk(case, (EVALUATE, TERMINATE)).kinds


@pytest.mark.parametrize(
    "prices",
    [
        [{"first_kg": "8"}, {"first_kg": "9"}],
        [{"first_kg": "8", "further_kg": {"amount": "2", "currency": "USD"}}],
    ],
    ids=["one lane twice", "two currencies"],
)
def test_a_contracts_prices_fit_together(prices: list[Any]) -> None:
    with pytest.raises(InvalidForm, match="prices"):
        walk(start(), (*QUOTED, choose(), APPROVE)).act("sign_contract", FINANCE, **CONTRACT, prices=prices)


def test_kind_62_who_recommended_a_carrier_hears_that_it_isnt_taken() -> None:
    case = walk(start(), (*QUOTED, choose(), act("reject", OPS_MANAGER, **NOTE)))
    assert [(word.template, word.data["why"]) for word in case.effects(Message)] == [("not_approved", "fine")]


def test_kind_49_whoever_heard_of_a_carrier_hears_that_it_is_used_no_more() -> None:
    case = walk(start(), (*ACTIVE, TERMINATE))
    assert "DropPartner" in case.kinds
    told: dict[str, set[str]] = {}
    for notice in case.effects(Notify):
        told.setdefault(notice.template, set()).add(notice.role)
    assert told["carrier_terminated"] == told["carrier_signed"] == {*TOLD}
