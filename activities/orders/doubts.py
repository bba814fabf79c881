"""What an order may leave unclear, and how it is told."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import TypeAdapter

from models.values import PersonName, Phone, UnclearAddress, fits

DeliveryMethod = Literal["express", "freight", "pickup"]
PaymentMethod = Literal["card", "e-money", "e-cheque", "debit", "platform-wallet"]
Doubtful = Literal[
    "receiver_name", "phone", "address", "lines", "delivery_method", "payment_method", "buyer_note"
]
"""The answers of an order that a customer may be asked about."""
_CLEAR: dict[Doubtful, TypeAdapter[Any]] = {
    "receiver_name": TypeAdapter(PersonName),
    "phone": TypeAdapter(Phone),
    "delivery_method": TypeAdapter(DeliveryMethod),
    "payment_method": TypeAdapter(PaymentMethod),
}
HOW_TO_WRITE = {
    "receiver_name": "Say whom the parcel goes to, in at most 100 characters.",
    "phone": "This is no phone's number: write 13800138000, 0571-88888888, 13800138000-12 or, abroad, +85291234567.",
    "address": "Give province, city and street, and the district where there is one.",
}


def unclear(order: Any) -> tuple[Doubtful, ...]:
    """The answers of an order that were kept as they came, since they can't be read."""
    names: list[Doubtful] = [name for name, kind in _CLEAR.items() if not fits(kind, getattr(order, name))]
    return (*names, "address") if isinstance(order.address, UnclearAddress) else tuple(names)
