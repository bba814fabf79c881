"""The suppliers' part of the purchases' book: who may be bought from, and how the store deals with them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from models.book_reading import BookReading
from models.effect import Effect, Success, Undo
from models.values import Code, Day, Remark, Supplier, Text

RATING = BookReading("suppliers.rating", by=("supplier",))
"""How a supplier is rated."""


class SupplierRating(StrEnum):
    """How a supplier is rated, and so how much is bought from it."""

    ACTIVE = "active"
    DOWNGRADED = "downgraded"
    """Gets a smaller share of the orders: each needs somebody who allows it."""
    FROZEN = "frozen"
    """Gets no new orders."""


class SupplierWithdrawn(Success):
    """The supplier's purchases of which something is outstanding."""

    open_orders: tuple[str, ...] = ()


class SupplierAdmitted(Success):
    """Whether the supplier is new to the book."""

    created: bool = False


class WithdrawSupplier(Undo):
    """A supplier gets no new orders any more; the open ones stay."""

    success: ClassVar[type[Success]] = SupplierWithdrawn


class ApplicantKnown(Success):
    """What the book has of the company."""

    rating: SupplierRating | None = None
    """How it is rated now; None where it is new to the book."""


class CheckApplicant(Effect):
    """Say whether a company may become a supplier under a number.

    Refused when the number is another company's, or the company has another number: under that, it may apply again.
    """

    success: ClassVar[type[Success]] = ApplicantKnown

    supplier: Supplier
    credit_code: Text


class AdmitSupplier(Effect):
    """A supplier may be bought from, between these days. Admitted again, its entry and its rating are new.

    Refused when the number is another company's, or the company has another number.
    """

    success: ClassVar[type[Success]] = SupplierAdmitted
    undone_by: ClassVar[type[Undo] | None] = WithdrawSupplier

    supplier: Supplier
    company: Text
    credit_code: Remark = ""
    categories: Annotated[tuple[Text, ...], Field(max_length=100)] = ()
    contract: Code
    valid_from: Day
    valid_to: Day


class SupplierRatingRestored(Success):
    """The rating that the supplier has now."""

    rating: SupplierRating | None = None


class SupplierRated(Success):
    """What the new rating replaces."""

    before: SupplierRating | None = None
    rating: SupplierRating | None = None
    """The one that holds: a frozen supplier stays frozen."""
    open_orders: tuple[str, ...] = ()
    """The supplier's purchases of which something is outstanding."""


class RestoreSupplierRating(Undo):
    """A supplier has the rating that it had before."""

    success: ClassVar[type[Success]] = SupplierRatingRestored


class RateSupplier(Effect):
    """A supplier is rated anew. A rating only falls so: whoever is frozen is admitted again to be bought from.

    Refused when the book doesn't have the supplier, or nothing may be bought from its replacement.
    """

    success: ClassVar[type[Success]] = SupplierRated
    undone_by: ClassVar[type[Undo] | None] = RestoreSupplierRating
    shows: ClassVar[tuple[str, ...]] = ("supplier", "rating")

    supplier: Supplier
    rating: SupplierRating
    reason: Text
    replacement: Supplier | None = None


class CheckSupplier(Effect):
    """Say whether goods may be bought from a supplier.

    Refused when it isn't admitted, is frozen, or its agreement has run out.
    """

    supplier: Supplier
