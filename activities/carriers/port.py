"""The port to carriers, and the embedded one, which accepts everything."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

from models.values import Address


class ParcelRequest(BaseModel):
    """A parcel to carry."""

    model_config = ConfigDict(frozen=True)

    key: str
    """The same key is the same booking, however often it is asked for."""
    carrier: str
    order: str
    waybill_no: str
    """The number to use; empty where the carrier is to give one."""
    is_return: bool = False
    pickup_at: datetime | None = None
    to: Address | None = None
    receiver: str = ""
    phone: str = ""
    parcels: int = 1
    payer: str = "shop"
    """`shop`, or `customer`: whoever gets the parcel pays for it."""


@dataclass(frozen=True)
class Booked:
    """The carrier takes it."""

    waybill_no: str
    label: str = ""
    """Where the label can be printed, if anywhere."""


@dataclass(frozen=True)
class Voided:
    """The waybill is void, or never was."""


@dataclass(frozen=True)
class Accepted:
    """The carrier does as it was told."""


class InstructionRequest(BaseModel):
    """What is to be done with a parcel that the carrier has."""

    model_config = ConfigDict(frozen=True)

    key: str
    """The same key is the same instruction, however often it is given."""
    carrier: str
    waybill_no: str
    instruction: str
    """`hold`, `deliver` or `bring_back`."""
    place: str = ""
    to: Address | None = None
    attempt_on: date | None = None


@dataclass(frozen=True)
class Declined:
    """A lawful no, in a sentence."""

    reason: str


class CarrierPort(Protocol):
    """Whoever carries parcels. Calls may be repeated under their key.

    PortError when it can't be asked.
    """

    def book(self, parcel: ParcelRequest) -> Booked | Declined: ...

    def void(self, key: str, carrier: str, waybill_no: str) -> Voided | Declined:
        """Void what was booked under `key`, if anything was."""
        ...

    def instruct(self, request: InstructionRequest) -> Accepted | Declined: ...


class EmbeddedCarrier:
    """Takes every parcel and voids every waybill. The carriers' book alone keeps them."""

    at_once: ClassVar[bool] = True

    def book(self, parcel: ParcelRequest) -> Booked | Declined:
        own = hashlib.sha256(parcel.key.encode()).hexdigest()[:12].upper()
        return Booked(parcel.waybill_no or f"{parcel.carrier.upper()[:51]}-{own}")

    def void(self, key: str, carrier: str, waybill_no: str) -> Voided | Declined:  # noqa: ARG002
        return Voided()

    def instruct(self, request: InstructionRequest) -> Accepted | Declined:  # noqa: ARG002
        return Accepted()
