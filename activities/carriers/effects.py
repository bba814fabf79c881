"""Effects on the carriers' book: waybills booked and voided, parcels on their way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.carriers.contract import (
    BookWaybill,
    CarrierInstructed,
    EndTariff,
    InstructCarrier,
    PrepareReturnLabel,
    RecordShipment,
    SetTariff,
    ShipmentRecorded,
    VoidWaybill,
    WaybillBooked,
    WaybillVoided,
)
from activities.carriers.port import (
    Accepted,
    Booked,
    CarrierPort,
    Declined,
    InstructionRequest,
    ParcelRequest,
    Voided,
)
from activities.carriers.reading import grades, preferred_carrier, tariff_of
from activities.money.accounts import number
from activities.performing import Steps, asking_key, performs, performs_outside
from activities.ports import Ports
from models.amounts import money, ten_thousandths
from models.database import one_at_a_time
from models.effect import EffectRequest, Refused, Success
from models.statements import add_row
from models.tables.carriers import Shipment, Tariff, Waybill
from models.tables.partners import Partner
from models.values import NOTHING, Address, Money

USUAL = "usual"
"""Carries returns where the partners' book has no active carrier."""
AT_THE_BAR = 70
"""What a carrier counts as that nobody has judged yet."""


def _begin_waybill(
    effect: BookWaybill, request: EffectRequest, session: Session, _ports: Ports
) -> Refused | ParcelRequest:
    row = session.get(Waybill, request.key, with_for_update=True)
    if row is None or row.state == "refused":
        carrier = session.get(Partner, ("carrier", effect.carrier))
        if carrier is not None and not carrier.active:
            return Refused(reason=f"the contract with carrier {effect.carrier} has ended")
        one_at_a_time(session, "waybill", effect.carrier, effect.waybill_no)
        if used := _user_of(session, effect, request):
            return Refused(reason=f"waybill {effect.waybill_no} is in use for order {used}")
        row = row or Waybill(
            key=request.key,
            waybill_no=effect.waybill_no,
            store=request.store,
            order=effect.order,
            carrier=effect.carrier,
            parcels=effect.parcels,
            pickup_at=effect.pickup_at,
            receiver=effect.receiver,
            phone=effect.phone,
            address=effect.to.model_dump() if effect.to else None,
            at=request.at,
        )
        row.state, row.round = "asked", request.round
        row.pickup = "booked" if effect.pickup_at else "none"
        if effect.payer == "shop":
            _ask_freight(session, row, effect.freight)
        session.add(row)
    return _parcel(row, payer=effect.payer)


def _begin_label(
    effect: PrepareReturnLabel, request: EffectRequest, session: Session, _ports: Ports
) -> Refused | ParcelRequest:
    row = session.get(Waybill, request.key, with_for_update=True)
    if row is None or row.state == "refused":
        row = row or Waybill(
            key=request.key,
            waybill_no="",
            store=request.store,
            order=effect.order,
            return_no=effect.return_no,
            carrier="",
            address=effect.to.model_dump() if effect.to else None,
            at=request.at,
        )
        row.carrier = effect.carrier or _first_carrier(
            session, request, effect.to.province if effect.to else ""
        )
        row.state, row.pickup, row.round = "asked", "none", request.round
        _ask_freight(session, row)
        session.add(row)
    return _parcel(row)


def _ask_freight(session: Session, row: Waybill, said: Money = NOTHING) -> None:
    """What the store pays for it: as somebody says, else by the carrier's contract."""
    province = str((row.address or {}).get("province", ""))
    freight = said or tariff_of(session, row.carrier, province, parcels=row.parcels or 1) or NOTHING
    row.freight, row.currency = ten_thousandths(freight), freight.currency


def _book(parcel: ParcelRequest, ports: Ports) -> Booked | Declined:
    return ports[CarrierPort].book(parcel)


def _end_booking(
    _effect: object,
    request: EffectRequest,
    session: Session,
    _parcel: ParcelRequest,
    answer: Booked | Declined,
) -> WaybillBooked | Refused:
    row = session.get_one(Waybill, request.key, with_for_update=True)
    if row.state != "asked":
        return Refused(reason="it was taken back while the carrier was asked")
    if isinstance(answer, Declined):
        row.state, row.pickup = "refused", "off"
        return Refused(reason=f"the carrier refused the parcel: {answer.reason}")
    row.state, row.waybill_no, row.label = "booked", answer.waybill_no, answer.label
    return WaybillBooked(
        waybill_no=row.waybill_no,
        carrier=row.carrier,
        pickup_at=row.pickup_at,
        label=row.label,
        freight=money(row.freight, row.currency) if row.freight else None,
    )


performs_outside(BookWaybill, Steps(_begin_waybill, _book, _end_booking, CarrierPort))
performs_outside(PrepareReturnLabel, Steps(_begin_label, _book, _end_booking, CarrierPort))


def _begin_void(
    _effect: VoidWaybill, request: EffectRequest, session: Session, _ports: Ports
) -> Refused | tuple[str, str, str]:
    row = session.get_one(Waybill, request.of, with_for_update=True)
    if row.pickup == "collected":
        return Refused(reason=f"carrier {row.carrier} already has parcel {row.waybill_no}")
    others = [one for one in _bearers(session, row.carrier, row.waybill_no) if one.key != row.key]
    row.state = "voiding"
    # the carrier keeps a parcel in which another order travels
    return asking_key(row.key, row.round), row.carrier, "" if others else row.waybill_no


def _void(question: tuple[str, str, str], ports: Ports) -> Voided | Declined:
    _, _, waybill_no = question
    return ports[CarrierPort].void(*question) if waybill_no else Voided()


def _end_void(
    _effect: object,
    request: EffectRequest,
    session: Session,
    _question: object,
    answer: Voided | Declined,
) -> WaybillVoided | Refused:
    row = session.get_one(Waybill, request.of, with_for_update=True)
    if isinstance(answer, Declined):
        row.state = "booked"
        return Refused(reason=f"the carrier refused to void it: {answer.reason}")
    row.state, row.pickup = "void", "off"
    return WaybillVoided(waybill_no=row.waybill_no, freight=money(row.freight, row.currency))


performs_outside(VoidWaybill, Steps(_begin_void, _void, _end_void, CarrierPort))


def _begin_instruction(
    effect: InstructCarrier, request: EffectRequest, session: Session, _ports: Ports
) -> Refused | InstructionRequest:
    waybill = _standing(session, request, effect.waybill_no)
    if waybill is None:
        return Refused(reason=f"the book has no waybill {effect.waybill_no}")
    return InstructionRequest(
        key=asking_key(request.key, request.round),
        carrier=waybill.carrier,
        waybill_no=effect.waybill_no,
        instruction=effect.instruction,
        place=effect.place,
        to=effect.to,
        attempt_on=effect.attempt_on,
    )


def _instruct(question: InstructionRequest, ports: Ports) -> Accepted | Declined:
    return ports[CarrierPort].instruct(question)


def _end_instruction(
    effect: InstructCarrier,
    request: EffectRequest,
    session: Session,
    _question: InstructionRequest,
    answer: Accepted | Declined,
) -> CarrierInstructed | Refused:
    if isinstance(answer, Declined):
        return Refused(reason=f"the carrier refuses: {answer.reason}")
    waybill = _standing(session, request, effect.waybill_no)
    if waybill is not None:
        waybill.instruction = effect.instruction
        waybill.order = effect.for_order or waybill.order
        waybill.instructed_at = request.at
    return CarrierInstructed(waybill_no=effect.waybill_no)


performs_outside(InstructCarrier, Steps(_begin_instruction, _instruct, _end_instruction, CarrierPort))


@performs(SetTariff)
def set_tariff(effect: SetTariff, request: EffectRequest, session: Session) -> Success:
    session.execute(delete(Tariff).where(col(Tariff.carrier) == effect.carrier))
    for price in {row.province or "": row for row in effect.prices}.values():
        session.add(
            Tariff(
                carrier=effect.carrier,
                province=price.province or "",
                first_kg=ten_thousandths(price.first_kg),
                further_kg=ten_thousandths(price.further_kg),
                currency=price.first_kg.currency,
                key=request.key,
                at=request.at,
            )
        )
    return Success()


@performs(EndTariff)
def end_tariff(_effect: EndTariff, request: EffectRequest, session: Session) -> Success:
    session.execute(delete(Tariff).where(col(Tariff.key) == request.of))
    return Success()


@performs(RecordShipment)
def record_shipment(
    effect: RecordShipment, request: EffectRequest, session: Session
) -> ShipmentRecorded | Refused:
    mine = _standing(session, request, effect.waybill_no, effect.order)
    waybill = mine or _standing(session, request, effect.waybill_no)
    if waybill is not None and mine is None:
        return Refused(reason=f"waybill {effect.waybill_no} is that of order {waybill.order}")
    if waybill is not None:
        waybill.pickup = "collected"
    shipment_no = number("SH", request.key)
    add_row(
        session,
        Shipment,
        shipment_no=shipment_no,
        key=request.key,
        store=request.store,
        order=effect.order,
        waybill_no=effect.waybill_no,
        carrier=effect.carrier or (waybill.carrier if waybill else ""),
        parcels=effect.parcels,
        courier=effect.courier,
        handed_at=effect.handed_at or request.at,
    )
    return ShipmentRecorded(shipment_no=shipment_no)


def _standing(
    session: Session, request: EffectRequest, waybill_no: str, order: str | None = None
) -> Waybill | None:
    """The booked waybill of that number, locked; of several, that of this order."""
    mine = {"store": request.store, "waybill_no": waybill_no}
    if order is None:
        return session.scalars(_booked, mine).first()
    return session.scalars(_booked_for, {**mine, "order": order}).first()


# built once: building costs more than running them
_booked: Any = (
    select(Waybill)
    .where(
        col(Waybill.store) == bindparam("store"),
        col(Waybill.waybill_no) == bindparam("waybill_no"),
        col(Waybill.state) == "booked",
    )
    .with_for_update()
)
_booked_for: Any = _booked.where(col(Waybill.order) == bindparam("order"))


def _parcel(row: Waybill, payer: str = "shop") -> ParcelRequest:
    return ParcelRequest(
        key=asking_key(row.key, row.round),
        carrier=row.carrier,
        order=row.order,
        waybill_no=row.waybill_no,
        is_return=bool(row.return_no),
        pickup_at=row.pickup_at,
        to=Address.model_validate(row.address) if row.address else None,
        receiver=row.receiver,
        phone=row.phone,
        parcels=row.parcels,
        payer=payer,
    )


def _user_of(session: Session, effect: BookWaybill, request: EffectRequest) -> str | None:
    """The order whose waybill has that number now, and that can't share it: orders that go to one receiver may travel
    in one parcel.
    """
    for row in _bearers(session, effect.carrier, effect.waybill_no):
        there = (
            row.store,
            row.receiver,
            row.phone,
            Address.model_validate(row.address) if row.address else None,
        )
        if effect.order == row.order or there != (request.store, effect.receiver, effect.phone, effect.to):
            return row.order
    return None


def _bearers(session: Session, carrier: str, waybill_no: str) -> Iterable[Waybill]:
    """The waybills of that number that stand, or are about to."""
    return session.scalars(_of_number, {"carrier": carrier, "waybill_no": waybill_no})


_of_number: Any = select(Waybill).where(
    col(Waybill.carrier) == bindparam("carrier"),
    col(Waybill.waybill_no) == bindparam("waybill_no"),
    col(Waybill.state).in_(("asked", "booked", "voiding")),
)


def _first_carrier(session: Session, request: EffectRequest, province: str) -> str:
    """As the shipping rule says; else the one that was judged best, and of those that nobody judged the first."""
    if (carrier := preferred_carrier(session, request.store, province, request.at)) is not None:
        return carrier
    active = select(col(Partner.partner)).where(col(Partner.kind) == "carrier", col(Partner.active))
    judged = grades(session, request.store)
    known = session.scalars(active.order_by(col(Partner.partner)))
    return max(known, key=lambda carrier: judged.get(carrier, AT_THE_BAR), default=USUAL)
