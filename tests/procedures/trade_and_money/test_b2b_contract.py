"""Contracts and trade papers: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

from activities.trade.contract import EnterContract, SealContract
from models.values import yuan
from tests.procedures.paths import Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import MONDAY, Answer, Scenario, person, yes
from workflows.language.timing import days, hours, working_days
from workflows.procedures.trade_and_money.b2b_contract import B2bContract
from workflows.vocabulary import (
    BUYER_ORG,
    DISTRIBUTION_MANAGER,
    DISTRIBUTOR,
    FINANCE,
    GM,
    OPS_MANAGER,
    OPS_SPECIALIST,
    PURCHASING,
    SUPPLIER,
)

TERMS: dict[str, Any] = {
    "kind": "purchase",
    "party": "S-1",
    "lines": [{"goods": "tea", "qty": 10, "price": "9.50"}],
    "amount": "95",
    "delivery_date": "2027-03-01",
    "delivery_place": {"province": "浙江", "city": "杭州", "district": "西湖", "street": "文三路 1 号"},
    "payment_terms": "30 days",
    "quality_terms": "GB",
    "breach_terms": "1 % a day",
}
NOTE = {"note": "seen"}


def start(answers: dict[Any, Answer] | None = None, **more: Any) -> Scenario:
    answers = {SealContract: yes(seal="abc", edition=1), **(answers or {})}
    return Scenario(B2bContract, subject="C-1", answers=answers).act("draft", PURCHASING, **{**TERMS, **more})


def paper(event: str, number: str, kind: str = "order", by: Any = FINANCE, **more: Any) -> Any:
    return act(event, by, document_kind=kind, number=number, file="file:1", **more)


SUBMIT = act("submit", OPS_SPECIALIST, **TERMS)
REVIEWED = (SUBMIT, act("review_ok", OPS_MANAGER, **NOTE))
SENT = (*REVIEWED, act("finance_ok", FINANCE, **NOTE))
SIGNING = (*SENT, act("agree", SUPPLIER))
SIGN = {"signed_at": MONDAY.isoformat(), "signed_file": "file:2"}
THEIRS = act("sign_both", SUPPLIER, signer_theirs="Wang", **SIGN)
OURS = act("sign_both", GM, **SIGN)
EFFECTIVE = (*SIGNING, THEIRS, OURS)
ORDER = paper("exchange_documents", "O-1")
EXCHANGING = (*EFFECTIVE, ORDER)
PERFORMING = (
    *EXCHANGING,
    paper("exchange_documents", "I-1", "invoice", PURCHASING),
    paper("exchange_documents", "D-1", "delivery", BUYER_ORG),
)
COUNTERED = (*SENT, act("counter", BUYER_ORG, comment="60 days"))
END = act("terminate", GM, reason="breach", settlement="none")
AMEND = act("amend", PURCHASING, change="one more lot")

DROP = act("drop", PURCHASING, reason="not needed any more")
CHANGED = act(
    "submit",
    OPS_SPECIALIST,
    **{**TERMS, "lines": [{"goods": "tea", "qty": 20, "price": "9.50"}], "amount": "190"},
)

PATHS = [
    Path("fulfilled", (*PERFORMING, act("complete", FINANCE, delivered_ok=True, paid_ok=True)), "fulfilled", effects=["Message", "SealContract", "EnterContract", "FilePaper", "FilePaper", "FilePaper", "Message"], missed=[]),
    Path("we sign first", (*SIGNING, OURS, THEIRS), "effective"),
    Path("only one side has signed", (*SIGNING, OURS), "signing", effects=["Message", "SealContract"]),
    Path("only theirs", (*SIGNING, THEIRS), "signing", effects=["Message", "SealContract"]),
    Path("sent back by the manager", (SUBMIT, act("review_back", OPS_MANAGER, **NOTE)), "drafted"),
    Path("sent back by finance", (*REVIEWED, act("finance_back", FINANCE, **NOTE)), "drafted"),
    Path("countered", (*COUNTERED, act("take_counter", PURCHASING, change="60 days"), *SENT), "sent"),
    Path("declined", (*SENT, act("decline", BUYER_ORG)), "rejected"),
    Path("no reply", (*SENT, days(14)), "expired"),
    Path("a counter forgotten", (*COUNTERED, days(14)), "expired"),
    Path("a wrong paper", (*EXCHANGING, paper("documents_wrong", "O-2", correction_of="O-1")), "documents_exchange"),
    Path("amended at once", (*EFFECTIVE, AMEND), "drafted"),
    Path("amended while performed", (*PERFORMING, AMEND, *SIGNING), "signing"),
    Path("a draft that is dropped", (DROP,), "rejected"),
    Path("an amendment that is dropped", (*EFFECTIVE, AMEND, DROP), "documents_exchange"),
    Path("an amendment that is declined", (*PERFORMING, AMEND, CHANGED, *SENT[1:], act("decline", BUYER_ORG)), "performing", notified=[PURCHASING]),
    Path("an amendment that nobody answers", (*EFFECTIVE, AMEND, CHANGED, *SENT[1:], days(14)), "documents_exchange"),
    Path("a counter to an amendment forgotten", (*EFFECTIVE, AMEND, CHANGED, *COUNTERED[1:], days(14)), "documents_exchange"),
    Path("ended at once", (*EFFECTIVE, END), "terminated", effects=["Message", "SealContract", "EnterContract", "Message", "EndContract"]),
    Path("ended with papers out", (*EXCHANGING, END), "terminated"),
    Path("ended while performed", (*PERFORMING, END), "terminated"),
    Path("reviewed in two days", (SUBMIT, hours(48)), "internal_review", notified=[GM], missed=["internal_review"]),
    Path("finance in a day", (*REVIEWED, hours(24)), "legal_finance_review", notified=[GM], missed=["legal_finance_review"]),
    Path("it runs out", (*EFFECTIVE, days(68)), "effective", notified=[OPS_MANAGER, PURCHASING], missed=["runs_out"]),
]  # fmt: skip

REFUSALS = [
    Refused("lines that don't add up", (act("submit", PURCHASING, **{**TERMS, "amount": "94"}),), "/amount"),
    Refused("they sign for us", (*SIGNING, act("sign_both", SUPPLIER, signer_ours="the-boss", signer_theirs="Wang", **SIGN)), "/signer_ours"),
    Refused("we sign for them", (*SIGNING, act("sign_both", GM, signer_theirs="Wang", **SIGN)), "/signer_theirs"),
    Refused("we sign as somebody else", (*SIGNING, act("sign_both", GM, signer_ours="the-boss", **SIGN)), "/signer_ours"),
    Refused("nobody signs for them", (*SIGNING, act("sign_both", SUPPLIER, **SIGN)), "/signer_theirs"),
    Refused("their signature without a way", (*SIGNING, act("sign_both", PURCHASING, signer_theirs="Wang", **SIGN)), "/channel"),
    Refused("one person enters both", (*SIGNING, act("sign_both", person(PURCHASING, "li"), signer_theirs="Wang", channel="letter", **SIGN), act("sign_both", person(GM, "li"), **SIGN)), "both signatures"),
    Refused("who wrote it reviews it", (act("submit", person(PURCHASING, "li"), **TERMS), act("review_ok", person(OPS_MANAGER, "li"), **NOTE)), "somebody else"),
    Refused("who reviewed it reviews it for finance", (SUBMIT, act("review_ok", person(OPS_MANAGER, "li"), **NOTE), act("finance_ok", person(FINANCE, "li"), **NOTE)), "somebody else"),
    Refused("signed tomorrow", (*SIGNING, act("sign_both", SUPPLIER, signer_theirs="Wang", **{**SIGN, "signed_at": "2026-11-24T08:00:00Z"})), "/signed_at"),
    Refused("two papers of a number", (*EXCHANGING, ORDER), "/number"),
    Refused("correcting nothing", (*EXCHANGING, paper("documents_wrong", "O-2")), "/correction_of"),
    Refused("correcting what isn't there", (*EXCHANGING, paper("documents_wrong", "O-2", correction_of="O-9")), "/correction_of"),
    Refused("goods not delivered", (*PERFORMING, act("complete", FINANCE, delivered_ok=False, paid_ok=True)), "/delivered_ok"),
    Refused("performed by hand", (*EXCHANGING, act("perform", FINANCE)), "not_your_role"),
    Refused("purchasing reviews", (SUBMIT, act("review_ok", PURCHASING, **NOTE)), "not_your_role"),
    Refused("the other side doesn't amend", (*EFFECTIVE, act("amend", SUPPLIER, change="x")), "not_your_role"),
]  # fmt: skip

MESSAGES = {
    "complete": {"at_its_end"},
    "finance_ok": {"contract_sent"},
    "review_back": {"contract_back to purchasing"},
    "finance_back": {"contract_back to purchasing"},
    "counter": {"contract_countered to purchasing"},
    "decline": {"contract_declined to purchasing"},
    "no_reply": {"contract_declined to purchasing"},
    "terminate": {"contract_terminated", "contract_ended to purchasing"},
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
    assert untaken(B2bContract, start, PATHS) == set()


def test_a_paper_found_wrong_counts_no_more() -> None:
    wrong = paper("documents_wrong", "X-1", "packing", correction_of="O-1")
    assert walk(start(), (*EXCHANGING, wrong, *PERFORMING[-2:])).stage == "documents_exchange"


def test_the_seal_goes_with_the_signatures() -> None:
    case = walk(start(), EFFECTIVE)
    (sealed,), (entered,) = case.effects(SealContract), case.effects(EnterContract)
    assert (entered.seal, entered.party, sealed.terms["party"]) == ("abc", "S-1", "S-1")
    assert walk(start(), (*EFFECTIVE, AMEND)).case.edition == 2


def test_expiry_counts_working_days() -> None:
    assert walk(start(), (*SENT, working_days(10))).stage == "sent"


def test_kind_34_each_side_signs_for_itself() -> None:
    case = walk(start(), (*SIGNING, THEIRS))
    assert case.stage == "signing"
    (entered,) = walk(case, (OURS,)).effects(EnterContract)
    assert (entered.signer_ours, entered.signer_theirs) == ("gm", "Wang")


def test_kind_34_a_distributor_signs_as_the_party_that_it_is() -> None:
    case = start(kind="distribution", party="D-1")
    walk(case, (SUBMIT, act("review_ok", OPS_MANAGER, **NOTE), act("finance_ok", FINANCE, **NOTE)))
    signed = act("sign_both", DISTRIBUTOR, signer_theirs="Zhao", **SIGN)
    assert walk(case, (act("agree", DISTRIBUTOR), signed, OURS)).stage == "effective"


def test_kind_33_staff_enter_what_the_other_side_told_them() -> None:
    case = walk(start(), (*SENT, act("agree", DISTRIBUTION_MANAGER, channel="letter")))
    assert case.stage == "signing"


def test_an_amended_contract_is_signed_anew() -> None:
    case = walk(start(), (*EFFECTIVE, AMEND))
    assert (case.case.signer_ours, case.case.signer_theirs) == (None, None)


def test_a_change_that_is_not_agreed_leaves_the_signed_edition() -> None:
    changed = (*PERFORMING, AMEND, CHANGED, *SENT[1:])
    case = walk(start(), changed)
    assert case.case.amount == yuan(190)
    walk(case, (act("decline", BUYER_ORG),))
    held = case.case
    assert (case.stage, held.amount, held.lines[0].qty, held.signer_ours, held.signer_theirs) == (
        "performing",
        yuan(95),
        10,
        "gm",
        "Wang",
    )
    assert walk(case, (act("complete", FINANCE, delivered_ok=True, paid_ok=True),)).stage == "fulfilled"


def test_kind_40_a_contract_for_next_week_is_not_overdue_at_once() -> None:
    """Its day is nearer than the reminder, whenever it is signed."""
    soon = {**TERMS, "delivery_date": "2026-12-02"}
    signed = (act("submit", OPS_SPECIALIST, **soon), *EFFECTIVE[1:])
    case = walk(start(delivery_date="2026-12-02"), (*signed, days(20)))
    assert (case.stage, case.missed) == ("effective", [])
