"""Supplier onboarding: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

from activities.messages.contract import Message
from activities.suppliers.contract import AdmitSupplier, CheckApplicant
from tests.procedures.paths import Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario, no, person, yes
from workflows.language.timing import days
from workflows.procedures.supply_and_stock.supplier_onboarding import SupplierOnboarding
from workflows.vocabulary import FINANCE, GM, OPS_MANAGER, OPS_SPECIALIST, PURCHASING, QC, SUPPLIER

APPLICATION: dict[str, Any] = {
    "source_kind": "brand",
    "company": "杭州茶业",
    "credit_code": "91330100MA27XLQ123",
    "contact": "王芳",
    "phone": "13800138000",
    "categories": ["茶叶"],
}


def fresh(answers: dict[Any, Answer] | None = None) -> Scenario:
    return Scenario(SupplierOnboarding, answers=answers)


def start(answers: dict[Any, Answer] | None = None) -> Scenario:
    return Scenario(SupplierOnboarding, subject="S-1", answers=answers).act("apply", SUPPLIER, **APPLICATION)


def papers(event: str, until: str = "2030-01-01", **more: str) -> Any:
    return act(event, PURCHASING, licence="file:1", licence_valid_to=until, **more)


def graded(total: int = 75, **more: int) -> Any:
    form = {"quality": 80, "price": 60, "delivery": 80, "service": 80, **more}
    return act("score", OPS_SPECIALIST, total=total, **form)


def sign(**more: Any) -> Any:
    form = {
        "contract_no": "C-1",
        "valid_from": "2026-12-01",
        "valid_to": "2027-11-30",
        "file": "file:2",
        **more,
    }
    return act("sign", FINANCE, **{"finance_checked": True, **form})


CHECK = papers("check_documents")
SAMPLE = (CHECK, papers("documents_ok"))
NEGOTIATING = (*SAMPLE, act("sample_ok", QC, result="as ordered"))
OFFER = act(
    "negotiate", PURCHASING, price_list="file:3", lead_days=7, payment_terms="30d", return_terms="7 days"
)
SCORED = (*NEGOTIATING, OFFER, graded())
APPROVE = act("approve", OPS_MANAGER, note="good")
HEARD = act("agree", PURCHASING, signer="王芳", signed_file="file:4", channel="letter")
AGREE = act("agree", SUPPLIER, signer="王芳", signed_file="file:4")

PATHS = [
    Path("admitted", (*SCORED, APPROVE, AGREE, sign()), "active", effects=["CheckApplicant", "Message", "AdmitSupplier"], notified=[PURCHASING], missed=[]),
    Path("the signed paper came by letter", (*SCORED, APPROVE, HEARD, sign()), "active"),
    Path("papers are missing", (CHECK, papers("documents_missing", "2020-01-01", note="the licence has run out")), "applied"),
    Path("papers are false", (CHECK, papers("documents_bad")), "rejected"),
    Path("a bad sample", (*SAMPLE, act("sample_bad", QC, result="mould")), "rejected"),
    Path("turned down", (*SCORED, act("reject", OPS_MANAGER, note="too dear")), "rejected"),
    Path("silent about its papers", (CHECK, papers("documents_missing", note="the licence"), days(14)), "lapsed"),
    Path("nobody looks at its papers", (days(14),), "applied", notified=[OPS_MANAGER], missed=["applied"]),
    Path("silent in talks", (*NEGOTIATING, days(14)), "lapsed", notified=[OPS_MANAGER]),
    Path("silent before signing", (*SCORED, APPROVE, days(14)), "lapsed"),
    Path("signed, and finance is slow", (*SCORED, APPROVE, AGREE, days(14)), "contract_signing", notified=[OPS_MANAGER], missed=["contract_signing"]),
    Path("another company has the number", (), "rejected", effects=[], notified=[PURCHASING], answers={CheckApplicant: no("supplier S-1 is another company")}),
    Path("known before", (CHECK,), "documents_check", answers={CheckApplicant: yes(rating="frozen")}),
    Path("not graded in time", (*NEGOTIATING, OFFER, days(5)), "scored", notified=[OPS_MANAGER], missed=["scored"]),
    Path("not decided in time", (*SCORED, days(5)), "approval", notified=[GM], missed=["approval"]),
    Path("papers in three days", (CHECK, days(3)), "documents_check", notified=[PURCHASING], missed=["documents_check"]),
    Path("admitted in twenty days", (*SAMPLE, days(28)), "site_or_sample_check", notified=[OPS_MANAGER, OPS_MANAGER], missed=["site_or_sample_check", "admitted_in_time"]),
]  # fmt: skip

REFUSALS = [
    Refused("the supplier hasn't signed", (*SCORED, APPROVE, sign()), "needs agree first"),
    Refused("hearsay without its way", (*SCORED, APPROVE, act("agree", PURCHASING, signer="王芳", signed_file="file:4")), "/channel"),
    Refused("one side signs for both", (*SCORED, APPROVE, act("agree", person(PURCHASING, "li"), signer="王芳", signed_file="file:4", channel="letter"), act("sign", person(PURCHASING, "li"), **sign().form)), "somebody else"),
    Refused("nothing is said to be missing", (CHECK, papers("documents_missing")), "/note"),
    Refused("one person scores and approves", (*NEGOTIATING, OFFER, act("score", person(OPS_SPECIALIST, "li"), **graded().form), act("approve", person(OPS_MANAGER, "li"), note="x")), "somebody else"),
    Refused("the licence has run out", (CHECK, papers("documents_ok", "2026-11-23")), "/licence_valid_to"),
    Refused("a total out of reach", (*NEGOTIATING, OFFER, graded(90)), "/total"),
    Refused("under the bar", (*NEGOTIATING, OFFER, graded(69), APPROVE), "reaches the bar"),
    Refused("an agreement of no length", (*SCORED, APPROVE, AGREE, sign(valid_to="2026-12-01")), "/valid_to"),
    Refused("an agreement that is over", (*SCORED, APPROVE, AGREE, sign(valid_from="2020-01-01", valid_to="2021-01-01")), "/valid_to"),
    Refused("its licence runs out before it is admitted", (CHECK, papers("documents_ok", "2026-11-25"), *SCORED[2:], APPROVE, AGREE, days(3), sign()), "run out on 2026-11-25"),
    Refused("finance has not checked", (*SCORED, APPROVE, AGREE, sign(finance_checked=False)), "/finance_checked"),
    Refused("purchasing judges the sample", (*SAMPLE, act("sample_ok", PURCHASING, result="ok")), "not_your_role"),
]  # fmt: skip

MESSAGES = {
    "number_taken": {"applicant_known_already to purchasing"},
    "sign": {"supplier_admitted to purchasing"},
    "documents_missing": {"papers_missing"},
    "documents_bad": {"application_declined"},
    "sample_bad": {"application_declined"},
    "reject": {"application_declined"},
    "approve": {"application_accepted"},
    "no_answer": {"application_lapsed"},
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
    late = {  # the book answers late
        ("applicant_known", "documents_check", "documents_check"),
        ("number_taken", "documents_check", "rejected"),
    }
    assert untaken(SupplierOnboarding, start, PATHS) == late


def test_a_credit_code_has_eighteen_characters() -> None:
    short = act("apply", PURCHASING, **{**APPLICATION, "credit_code": "9133"})
    Refused("short", (short,), "/credit_code").check(fresh)


def test_the_book_knows_until_when() -> None:
    (admitted,) = walk(start(), (*SCORED, APPROVE, AGREE, sign())).effects(AdmitSupplier)
    assert (admitted.supplier, admitted.categories, str(admitted.valid_to)) == (
        "S-1",
        ("茶叶",),
        "2027-11-30",
    )


def test_kind_34_each_side_signs_by_itself() -> None:
    case = walk(start(), (*SCORED, APPROVE))
    assert (case.offers(FINANCE), "agree" in case.offers(SUPPLIER)) == ([], True)
    assert "sign" in walk(case, (AGREE,)).offers(FINANCE)


def test_kind_35_nobody_takes_a_supplier_through_alone() -> None:
    li = {role: person(role, "li") for role in (PURCHASING, QC, OPS_SPECIALIST, OPS_MANAGER)}
    checked = act("documents_ok", li[PURCHASING], licence="file:1", licence_valid_to="2030-01-01")
    Refused("", (CHECK, checked, act("sample_ok", li[QC], result="good")), "somebody else").check(start)


def test_kind_36_the_supplier_hears_what_is_missing() -> None:
    missing = papers("documents_missing", note="the licence")
    (told,) = walk(start(), (CHECK, missing)).effects(Message)
    assert (told.to, told.template, told.data["note"]) == ("S-1", "papers_missing", "the licence")


def test_kind_45_who_decides_sees_that_a_company_was_frozen() -> None:
    case = start({CheckApplicant: yes(rating="frozen")})
    assert case.case.standing == "frozen"


def test_nothing_is_written_to_a_number_that_is_somebody_elses() -> None:
    taken = start({CheckApplicant: no("supplier S-1 is another company")})
    assert (taken.stage, taken.effects(Message)) == ("rejected", [])


def test_nobody_is_called_silent_whose_signature_waits_for_the_store() -> None:
    case = walk(start(), (*SCORED, APPROVE, AGREE, days(20), sign()))
    assert case.stage == "active"
