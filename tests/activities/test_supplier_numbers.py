"""One company, one number: a frozen supplier doesn't come back under another, nor takes another's."""

from __future__ import annotations

from activities.suppliers.contract import CheckApplicant, RateSupplier, SupplierRating
from tests.activities.desk import Books
from tests.activities.test_purchases import ADMIT

CODE, OTHER = "91330100MA27XLQ123", "91330100MA27XLQ999"
FIRST = ADMIT.model_copy(update={"credit_code": CODE})


def test_kind_45_a_frozen_supplier_isnt_admitted_under_another_number(books: Books) -> None:
    assert books.do(FIRST).ok
    books.do(RateSupplier(supplier="S-1", rating=SupplierRating.FROZEN, reason="late"))
    again = books.do(FIRST.model_copy(update={"supplier": "S-9"}))
    assert again.reason == "the company is supplier S-1 already (frozen)"
    assert books.do(CheckApplicant(supplier="S-9", credit_code=CODE)).reason == again.reason
    known = books.do(CheckApplicant(supplier="S-1", credit_code=CODE))
    assert (known.ok, known.data["rating"]) == (True, "frozen"), "under its own number it may apply again"
    assert books.do(FIRST).ok


def test_a_suppliers_number_stays_its_own(books: Books) -> None:
    assert books.do(FIRST).ok
    taken = books.do(FIRST.model_copy(update={"credit_code": OTHER, "company": "Somebody else"}))
    assert (taken.ok, taken.reason) == (False, "supplier S-1 is another company: Jingdezhen Kilns")
    assert books.do(CheckApplicant(supplier="S-2", credit_code=OTHER)).data["rating"] is None
