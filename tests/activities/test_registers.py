"""Registers take part in what comes after: each is written by a procedure and read by a book."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from activities.answerers import Asked, books_at
from activities.carriers.contract import GRADE, PREFERRED, PrepareReturnLabel
from activities.catalogue.contract import CheckOrderPrices, PriceKind, SetPrice, SetProduct
from activities.compensation.contract import RULE, AllowCompensation
from activities.figures.contract import FigureSet, ReadFigures
from activities.members.contract import SetMember
from activities.partners.contract import SetPartner
from activities.people.contract import GrantRole
from activities.purchasing.contract import CostedLine, PlacePurchase, PostReceipt
from activities.registers.catalogue import REGISTERS
from activities.registers.contract import (
    CAUSES,
    INSPECTIONS,
    LAST_APPRAISAL,
    LESSONS,
    LIVE_VERSION,
    STANDARD,
    TARGETS,
    FindEntry,
    KeepRecord,
    StrikeRecord,
)
from activities.suppliers.contract import AdmitSupplier
from models.book_reading import BookReading
from models.database import reading
from models.roles import Role
from models.values import Address, DateRange, PricedLine, yuan
from tests.activities.desk import NOON, Books
from workflows.reference.registers import written_by
from workflows.registry import registry

ROOT = Path(__file__).resolve().parents[2]
READING = {"entries_of", "editions_of", "_register"}
ZHEJIANG = Address(province="浙江省", city="杭州市", district="余杭区", street="文一西路 1 号")
TODAY = NOON.date()
KEYS = count(1)


def keep(books: Books, book: str, entry: str, **data: Any) -> str:
    key = f"kept.{next(KEYS)}"
    assert books.do(KeepRecord(book=book, entry=entry, data=data), key).ok
    return key


def ask(books: Books, question: BookReading, **by: object) -> Any:
    with reading(books.engine) as session:
        return books_at(Asked(session, "tmall", NOON))(question, by)


def calls(path: Path) -> Iterator[tuple[str, str]]:
    """What a file calls, with each text that it gives."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            given = [*node.args, *(word.value for word in node.keywords)]
            yield from ((node.func.id, str(one.value)) for one in given if isinstance(one, ast.Constant))


def readers() -> dict[str, set[str]]:
    """The subjects whose code reads each register; a known entry is found by the registers' own."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in [*(ROOT / "activities").rglob("*.py"), ROOT / "api/lookups/books.py"]:
        for name, given in calls(path):
            if name in READING and given in REGISTERS:
                found[given].add(path.parent.name)
    for path in (ROOT / "workflows/procedures").rglob("*.py"):
        for name, given in calls(path):
            if name == FindEntry.__name__ and given in REGISTERS:
                found[given].add("registers")
    return found


def test_kind_48_every_register_is_read_by_what_it_names() -> None:
    assert {name: set(by) for name, by in REGISTERS.items()} == readers()


def test_kind_48_every_register_is_written_by_a_procedure() -> None:
    written = {book for procedure in registry() for book in written_by(procedure)}
    assert written == set(REGISTERS)


def test_kind_48_what_nobody_reads_cant_be_written_down() -> None:
    with pytest.raises(ValidationError, match="there is no register diary: name it"):
        KeepRecord(book="diary", entry="1", data={})


# --- policies, levels, grades


def rule(books: Books, limit: str, since: timedelta = -timedelta(days=1), kind: str = "quality") -> str:
    money = yuan(limit).model_dump(mode="json")
    return keep(
        books,
        "service_policies",
        kind,
        compensation_limit=money,
        effective_from=(NOON + since).isoformat(),
    )


def give(amount: str, limit: str | None = "50", cause: str | None = "quality") -> AllowCompensation:
    return AllowCompensation(
        order="SO-1", amount=yuan(amount), limit=yuan(limit) if limit else None, cause=cause
    )


def test_kind_48_whoever_makes_an_offer_reads_the_rule(books: Books) -> None:
    keep(
        books,
        "service_policies",
        "lost_parcel",
        calming="We look for it.",
        compensation_limit=yuan("20").model_dump(mode="json"),
        claim_steps="Ask for the receipt.",
        chase_steps="",
        effective_from=(NOON - timedelta(days=1)).isoformat(),
    )
    told = ask(books, RULE, cause="not_received")
    assert (told[0], told[2:]) == ("We look for it.", ("Ask for the receipt.",))
    assert "20" in told[1]
    assert ask(books, RULE, cause="price") is None


def test_kind_48_the_rule_for_wrong_goods_holds_for_what_is_missing(books: Books) -> None:
    rule(books, "1", kind="wrong_item")
    assert not books.do(give("45", cause="shortage")).ok


def test_kind_49_the_answer_that_was_written_last_is_given(books: Books) -> None:
    keep(books, "faq", "QR-1-1", question="Is it safe in the oven?", answer="Yes.")
    keep(books, "faq", "QR-2-1", question="Is it safe in the oven?", answer="No.")
    found = books.do(FindEntry(book="faq", words="Is it safe in the oven?"))
    assert (found.ok, found.data["answer"]) == (True, "No.")
    keep(books, "faq", "QR-3-1", question="Is it safe in the oven?", answer="")
    assert not books.do(FindEntry(book="faq", words="Is it safe in the oven?")).ok, "it is withdrawn"


def test_kind_48_the_limit_of_a_rule_in_force_is_the_limit(books: Books) -> None:
    rule(books, "1")
    refused = books.do(give("45"))
    assert not refused.ok
    assert refused.data["limit"] == {"amount": "1", "currency": "CNY"}
    assert books.do(give("45", cause=None)).ok, "somebody has decided on it"


def test_kind_48_a_rule_binds_its_own_kind_and_its_own_time(books: Books) -> None:
    rule(books, "1", since=timedelta(days=1))
    rule(books, "2", kind="late")
    assert books.do(give("10")).ok, "neither the rule for late parcels nor tomorrow's"
    assert not books.do(give("10", cause="stalled")).ok


def test_kind_48_the_new_edition_holds_from_its_day_and_the_old_one_until_then(books: Books) -> None:
    rule(books, "20")
    later = rule(books, "1", since=timedelta(days=1))
    assert books.do(give("15")).ok
    assert not books.do(give("5"), at=NOON + timedelta(days=2)).ok
    assert books.do(StrikeRecord(of=later), of=later).ok
    assert books.do(give("5"), at=NOON + timedelta(days=2)).ok


def test_kind_59_an_order_at_its_levels_price_is_at_the_price_of_the_day(books: Books) -> None:
    books.do(SetProduct(sku="cup", title="Porcelain cup"))
    books.do(SetPrice(sku="cup", price=yuan(200), price_kind=PriceKind.LIST))
    books.do(SetMember(member="M-1", name="Li", level="gold", customer_no="C-1"))
    lines = (PricedLine(sku="cup", qty=1, unit_price=yuan(100)),)
    half = CheckOrderPrices(order="SO-1", lines=lines, customer="C-1")
    assert not books.do(half).ok
    keep(books, "level_prices", "gold-cup", discount_pct="50", first=str(TODAY), last=str(TODAY))
    assert books.do(half).ok
    assert not books.do(half, at=NOON + timedelta(days=1)).ok, "it held for a day"


def test_kind_06_a_levels_price_is_for_who_is_of_that_level(books: Books) -> None:
    books.do(SetProduct(sku="cup", title="Porcelain cup"))
    books.do(SetPrice(sku="cup", price=yuan(200), price_kind=PriceKind.LIST))
    for number, level in enumerate(("ordinary", "silver", "gold", "vip"), 1):
        books.do(SetMember(member=f"M-{number}", name="Li", level=level, customer_no=f"C-{number}"))
    keep(books, "level_prices", "gold-shop", discount_pct="50", first=str(TODAY), last=str(TODAY))

    def may_buy(customer: str | None) -> bool:
        lines = (PricedLine(sku="cup", qty=1, unit_price=yuan(100)),)
        return books.do(CheckOrderPrices(order="SO-1", lines=lines, customer=customer)).ok

    known = ("C-1", "C-2", "C-3", "C-4", "M-4", "C-9", None)
    assert [may_buy(one) for one in known] == [False, False, True, True, True, False, False]


def carrier(books: Books, name: str, score: int) -> None:
    books.do(SetPartner(partner_kind="carrier", partner=name))
    keep(books, "carrier_grades", f"{name}-{TODAY}", carrier=name, score=score)


def label(books: Books, number: str) -> Any:
    return books.do(PrepareReturnLabel(order="SO-1", return_no=number, to=ZHEJIANG)).data["carrier"]


def test_kind_48_labels_go_to_the_carrier_that_was_judged_best(books: Books) -> None:
    carrier(books, "alpha", 20)
    carrier(books, "beta", 90)
    assert label(books, "RT-1") == "beta"
    assert ask(books, GRADE, carrier="alpha") == 20


def test_kind_48_parcels_go_as_the_shipping_rule_says(books: Books) -> None:
    carrier(books, "alpha", 20)
    carrier(books, "beta", 90)
    since = (NOON - timedelta(days=1)).isoformat()
    keep(books, "shipping_rules", "浙江省", carrier="alpha", effective_from=since)
    assert label(books, "RT-1") == "alpha"
    assert ask(books, PREFERRED, to=ZHEJIANG) == "alpha"
    books.do(SetPartner(partner_kind="carrier", partner="alpha", active=False))
    assert label(books, "RT-2") == "beta", "a contract that has ended binds nobody"


# --- people


def test_kind_48_a_role_that_is_taught_needs_its_certificate(books: Books) -> None:
    grant = GrantRole(employee="li", role=Role.PACKER, scope="main", account="li")
    assert books.do(grant).ok, "nobody teaches it yet"
    until = str(TODAY + timedelta(days=1))
    keep(books, "certificates", "TR-1-wang", employee="wang", role="packer", until=until)
    refused = books.do(grant)
    assert not refused.ok
    assert "certificate" in refused.reason
    keep(books, "certificates", "TR-2-li", employee="li", role="packer", until=until)
    assert books.do(grant).ok
    assert not books.do(grant, at=NOON + timedelta(days=2)).ok, "it has lapsed"


# --- figures


def figures(books: Books, of: FigureSet, about: str | None = None) -> dict[str, Any]:
    period = DateRange(first=TODAY, last=TODAY)
    return books.do(ReadFigures(figures=of, about=about, period=period)).data


def test_kind_48_a_report_compares_with_the_sales_plan(books: Books) -> None:
    assert figures(books, FigureSet.SALES)["sales_target"] is None
    keep(
        books,
        "sales_targets",
        "SA-1",
        period={"first": str(date(2026, 5, 1)), "last": str(date(2026, 5, 31))},
        targets=[{"channel": "shop", "sales": yuan(3100).model_dump(mode="json"), "units": 1}],
    )
    found = figures(books, FigureSet.SALES)
    assert found["sales_target"] == {"amount": "100.00", "currency": "CNY"}
    assert found["attained_pct"] == "0.00"
    keep(
        books,
        "sales_targets",
        "SA-2",
        period={"first": str(date(2026, 5, 1)), "last": str(date(2026, 5, 31))},
        targets=[{"channel": "shop", "sales": yuan(6200).model_dump(mode="json"), "units": 1}],
    )
    assert figures(books, FigureSet.SALES)["sales_target"] == {"amount": "200.00", "currency": "CNY"}


def test_kind_48_faults_found_in_returns_count_for_the_supplier(books: Books) -> None:
    admitted = AdmitSupplier(
        supplier="kiln", company="Kiln", contract="C-1", valid_from=TODAY, valid_to=TODAY + timedelta(days=9)
    )
    lines = (PricedLine(sku="cup", qty=2, unit_price=yuan(3)),)
    place = PlacePurchase(purchase="PO-1", supplier="kiln", contract="C-1", lines=lines, delivery_date=TODAY)
    came = (CostedLine(sku="cup", qty=2, unit_cost=yuan(3)),)
    received = PostReceipt(purchase="PO-1", note="RN-1", lines=came)
    assert all(books.do(one).ok for one in (admitted, place, received))
    before = figures(books, FigureSet.SUPPLIER, "kiln")["claims"]
    keep(books, "supplier_faults", "RT-1", order_no="SO-1", goods=[{"sku": "cup", "qty": 1}], note="cracked")
    keep(books, "supplier_faults", "RT-2", order_no="SO-2", goods=[{"sku": "pot", "qty": 1}], note="cracked")
    keep(books, "supplier_claims", "PO-1", supplier="kiln", amount={})
    assert figures(books, FigureSet.SUPPLIER, "kiln")["claims"] == before + 2


def test_kind_48_an_agents_checked_chats_count_in_the_appraisal(books: Books) -> None:
    keep(books, "service_quality", "service-2026-19-li", agent="li", chats=2, points=15)
    assert figures(books, FigureSet.APPRAISAL, "li")["service_quality"] == "7.50"


# --- what forms show


def test_kind_48_forms_show_what_was_learned_and_decided(books: Books) -> None:
    keep(books, "lessons", "VH-1", lesson="No superlatives", checklist_item="Is there a “best” in the title?")
    keep(books, "procedure_versions", "campaign", change="Two people check the prices")
    keep(books, "site_versions", "live", version="1.4")
    keep(books, "appraisals", "li-2025-H2", employee="li", final="88", grade="good")
    keep(books, "appraisal_entries", "CI-1", department="客服", result="not put right")
    keep(
        books,
        "targets",
        "OP-1",
        kpis=[{"metric": "sales", "target": "1000"}],
        period={"first": "2026-01-01", "last": "2026-03-31"},
    )
    keep(
        books,
        "targets",
        "OP-2",
        kpis=[{"metric": "visitors", "target": "50"}],
        period={"first": "2026-03-28", "last": "2026-04-30"},
    )
    keep(books, "complaint_causes", "1", category="quality")
    keep(books, "root_causes", "2", cause="quality")
    keep(books, "review_causes", "3", cause="price")
    assert ask(books, LESSONS) == ("Is there a “best” in the title?",)
    assert ask(books, STANDARD, procedure="campaign") == "Two people check the prices"
    assert ask(books, STANDARD, procedure="training") is None
    assert ask(books, LIVE_VERSION) == "1.4"
    assert ask(books, LAST_APPRAISAL, employee="li") == "good: 88"
    assert ask(books, INSPECTIONS) == ("客服: not put right",)
    february, march, later = (
        DateRange(first=date(year, month, 1), last=date(year, month, 28))
        for year, month in ((2026, 2), (2026, 3), (2027, 1))
    )
    assert ask(books, TARGETS, period=february) == ("sales: 1000",)
    assert ask(books, TARGETS, period=march) == ("sales: 1000", "visitors: 50")
    assert ask(books, TARGETS, period=later) == ()
    assert ask(books, CAUSES) == ("quality × 2", "price × 1")


def test_kind_48_a_known_question_answers_the_very_question(books: Books) -> None:
    question = "Is the mug safe in the oven?"
    keep(books, "faq", "service-2026-19-1", question=question, answer="Yes, up to 200 °C.")
    found = books.do(FindEntry(book="faq", words=question))
    assert found.ok
    assert found.data["answer"] == "Yes, up to 200 °C."
