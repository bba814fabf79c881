"""The parcels of an order that leaves in more than one: what is in each, and where it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal, TypedDict

from models.values import NOTHING, Carrier, Code, FormRow, LineQty, Price, Some, any_twice, per_line

ParcelState = Literal["labelled", "collected", "under_way", "delivered", "lost", "coming_back", "back"]
SETTLED: tuple[ParcelState, ...] = ("delivered", "lost", "back")
"""Where nothing more is expected of a parcel."""
GONE: tuple[ParcelState, ...] = ("lost", "coming_back", "back")
"""Where the customer doesn't get a parcel."""


class Parcel(FormRow):
    """One of an order's parcels."""

    waybill_no: Code
    carrier: Carrier
    lines: Some[LineQty]
    freight_fee: Price = NOTHING
    state: ParcelState = "labelled"


class FurtherParcel(FormRow):
    """A parcel beside the first, with its own waybill. Without a carrier: the first one's."""

    waybill_no: Code
    carrier: Carrier | None = None
    lines: Some[LineQty]
    freight_fee: Price = NOTHING


class OrderParcel(TypedDict):
    """A parcel as BookWaybill and RecordShipment ask it."""

    order: str
    waybill_no: str
    carrier: str
    parcels: int


def objection_to(parcels: Iterable[Parcel], wanted: Counter[int], packed: int) -> str:
    """Why an order can't leave in these parcels, in a sentence; empty if it can."""
    several = tuple(parcels)
    held = Counter[int]()
    for parcel in several:
        held += per_line(parcel.lines)
    if any_twice(parcel.waybill_no for parcel in several):
        return "Each parcel has a waybill of its own."
    if held != wanted:
        return "What is in the parcels must add up to the order."
    return "" if len(several) == packed else f"{packed} packages were packed."


def moved(parcels: Iterable[Parcel], waybill_no: str | None, state: ParcelState) -> tuple[Parcel, ...]:
    """The parcels once this one is there; all of them, where none is named. What is settled stays as it is."""
    return tuple(
        parcel.model_copy(update={"state": state})
        if waybill_no in (None, parcel.waybill_no) and parcel.state not in SETTLED
        else parcel
        for parcel in parcels
    )
