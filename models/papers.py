"""What is printed of a case."""

from __future__ import annotations

from enum import StrEnum


class Paper(StrEnum):
    """A kind of paper. What stands on it comes from the books, and from the fields of the case that its procedure
    names.
    """

    PICK_LIST = "pick_list"
    """What is reserved for an order, or for many, in the order in which the bins are passed."""
    DELIVERY_NOTE = "delivery_note"
    """What is in an order's parcels; it goes with them."""
    LABEL = "label"
    """To whom a parcel goes: the carrier's own, where there is one."""
    RETURN_SLIP = "return_slip"
    """What comes back; the customer puts it into the parcel."""
    STATEMENT = "statement"
    """The figures of a case, for both sides to sign."""

    @property
    def is_for_parties(self) -> bool:
        """Whether whoever reads a case as theirs may print it, as the store's people may."""
        return self in (Paper.DELIVERY_NOTE, Paper.RETURN_SLIP)
