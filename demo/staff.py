"""What the staff of each role do when a case stands where they have the turn, and what shop and carriers report.

The demo knows procedures as a client does: by the keys that the API gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias
from zlib import crc32

from demo.orders import Fate, Order

Json: TypeAlias = dict[str, Any]
Case: TypeAlias = Mapping[str, Any]

STORE = "demo"
CARRIER = "sf"
ADDRESS = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "street": "文三路 1 号"}


@dataclass(frozen=True)
class Turn:
    """An action of somebody in this role, and the form they fill in."""

    role: str
    action: str
    form: Callable[[Order, Case], Json]


@dataclass(frozen=True)
class Report:
    """A message from outside: its type, what it is about, and what it says."""

    topic: str
    role: str
    about: Callable[[Order, Case], str]
    data: Callable[[Order, Case], Json]


Move: TypeAlias = Turn | Report


def money(order: Order, amount: Decimal | str) -> Json:
    return {"amount": f"{Decimal(amount):.2f}", "currency": order.currency}


def _nothing(order: Order, case: Case) -> Json:
    return {}


def _number(order: Order, case: Case) -> str:
    return order.number


def _waybill(order: Order, case: Case | None = None) -> str:
    return f"SF{order.number[:20].upper()}"


def _phone(order: Order) -> str:
    """Each customer has their own."""
    return f"138{crc32(order.customer.encode()) % 10**8:08}"


def _moment(moment: datetime | None) -> str:
    return (moment or datetime.now(UTC)).isoformat()


def placed(order: Order, case: Case | None = None) -> Json:
    """The form that begins the order."""
    return {
        "order_no": order.number,
        "receiver_name": f"Customer {order.customer[:8]}",
        "phone": _phone(order),
        "address": ADDRESS,
        "lines": [
            {"sku": li.sku, "qty": li.qty, "unit_price": money(order, li.unit_price)} for li in order.lines
        ],
        "freight": money(order, order.freight),
        "delivery_method": "express",
        "payment_method": "card",
    }


def _paid(order: Order, case: Case) -> Json:
    return {"paid": money(order, order.total), "payment_no": f"PAY-{order.number}"}


def _cancelled(order: Order, case: Case) -> Json:
    return {"reason": "changed_mind"}


def _picked(order: Order, case: Case) -> Json:
    return {
        "lines_scanned": [{"sku": sku, "qty": qty, "bin": "A-01"} for sku, qty in order.quantities.items()]
    }


def _packed(order: Order, case: Case) -> Json:
    weight = f"{Decimal('0.4') * order.pieces:.1f}"
    return {
        "goods_qty": order.pieces,
        "package_count": 1,
        "weight_kg": weight,
        "delivery_note_no": f"DN-{order.number[:20]}",
    }


def _handed_over(order: Order, case: Case) -> Json:
    return {"handed_at": _moment(order.handed), "parcels": 1}


def _shown_waybill(order: Order, case: Case) -> Json:
    return {
        "carrier": CARRIER,
        "waybill_no": _waybill(order),
        "freight_fee": money(order, "8"),
        "pickup_time": _moment(order.handed),
    }


def _unshippable(order: Order, case: Case) -> Json:
    return {
        "cause": "no_stock",
        "lines": [{"line": n, "qty": line.qty} for n, line in enumerate(order.lines, 1)],
        "note": "The plant can't supply it any more.",
    }


def _line_of(order: Order, case: Case) -> tuple[int, Decimal, bool]:
    """The order's line that a shortage is about, what it is worth, and whether it is the first."""
    sku = case["data"]["sku"]
    number, line = next((n, line) for n, line in enumerate(order.lines, 1) if line.sku == sku)
    return number, line.qty * line.unit_price, number == 1


def _refund_of_line(order: Order, case: Case) -> Json:
    number, worth, _ = _line_of(order, case)
    qty = case["data"].get("missing_qty", 1)
    line = order.lines[number - 1]
    return {
        "lines": [{"line": number, "qty": qty}],
        "amount": money(order, min(worth, qty * line.unit_price)),
        "channel": "phone",
    }


def _whole_refund(order: Order, case: Case) -> Json:
    """What after-sales enters: all of a cancelled order, or what the shortage's case asks for; freight goes back
    with the first line.
    """
    asked = case["data"].get("amount")
    if case["data"].get("source") == "out_of_stock" and asked:
        goods = Decimal(asked["amount"])
        lines = case["data"].get("lines") or [{"line": 1}]
        freight = order.freight if lines[0]["line"] == 1 else Decimal(0)
    else:
        goods, freight = order.total - order.freight, order.freight
    return {
        "goods": money(order, goods),
        "freight": money(order, freight),
        "total": money(order, goods + freight),
        "reason": "The order is not shipped.",
    }


_ALL_OK: Json = dict.fromkeys(("model_ok", "qty_ok", "price_ok", "address_ok", "contact_ok"), True)

PAY = Report("store.order.paid", "payment_feed", _number, _paid)
CANCEL = Report("store.order.cancelled", "platform_feed", _number, _cancelled)

CONFIRM = Turn("cs_agent", "confirm", lambda order, case: _ALL_OK)
AGREE = Turn("cs_supervisor", "confirm", lambda order, case: _ALL_OK)
"""Somebody who may agrees to a price below the book's."""

_ORDER: dict[str, tuple[Move, ...]] = {
    "awaiting_payment": (PAY,),
    "pending_confirmation": (CONFIRM,),
    "allocated": (Turn("picker", "start_picking", _nothing),),
    "picking": (Turn("picker", "picked", _picked),),
    "packing": (Turn("packer", "pack", _packed),),
    "packed": (
        Turn("logistics", "create_waybill", _shown_waybill),
        Turn(
            "order_clerk",
            "check_ok",
            lambda order, case: {"item_no_ok": True, "qty_ok": True, "colour_ok": True},
        ),
    ),
    "awaiting_pickup": (Report("carrier.parcel.collected", "carrier_feed", _waybill, _handed_over),),
    "shipped": (Report("carrier.parcel.scanned", "carrier_feed", _waybill, _nothing),),
    "in_transit": (Report("carrier.parcel.out_for_delivery", "carrier_feed", _waybill, _nothing),),
    "out_for_delivery": (Report("carrier.parcel.delivered", "carrier_feed", _waybill, _nothing),),
    "delivered": (
        Report("store.order.received", "platform_feed", _number, lambda order, case: {"received_ok": True}),
    ),
    "cancel_pending": (
        Turn("warehouse_keeper", "intercepted", lambda order, case: {"parcel_located": True, "bin": "A-01"}),
    ),
}

_SHORTAGE: dict[str, tuple[Move, ...]] = {
    "cs_notified": (Turn("cs_agent", "claim_case", _nothing),),
    "contacting": (
        Turn(
            "cs_agent",
            "reach_customer",
            lambda order, case: {
                "channel": "phone",
                "reached_at": _moment(None),
                "options_offered": ["substitute", "refund"],
            },
        ),
    ),
    "waiting_choice": (Turn("cs_agent", "choose_refund", _refund_of_line),),
}

_REFUND: dict[str, tuple[Move, ...]] = {
    "requested": (Turn("after_sales", "set_amount", _whole_refund),),
    "approval": (Turn("gm", "approve", lambda order, case: {"decision_note": "Never shipped."}),),
}

_PROCEDURES = {"order_fulfilment": _ORDER, "out_of_stock": _SHORTAGE, "refund_only": _REFUND}

PLAYED = frozenset(_PROCEDURES)
"""The procedures whose cases are played to their end."""
ROLES = frozenset(
    move.role for stages in _PROCEDURES.values() for moves in stages.values() for move in moves
) | {"platform_feed", "warehouse_keeper", AGREE.role}


def moves(order: Order, case: Case) -> tuple[Move, ...]:
    """What may happen next to a case of this order, the likeliest first."""
    stages = [stage["key"] for stage in case["stages"]]
    if case["procedure"] == "order_fulfilment":
        if "pending_confirmation" in stages and case["data"].get("doubtful_prices"):
            return _turning_point(order, "pending_confirmation") or (AGREE,)
        for stage in stages:
            if (turn := _turning_point(order, stage)) is not None:
                return turn
    table = _PROCEDURES.get(case["procedure"], {})
    return tuple(move for stage in stages for move in table.get(stage, ()))


def _turning_point(order: Order, stage: str) -> tuple[Move, ...] | None:
    """Where an order leaves the usual way."""
    match order.fate, stage:
        case Fate.CANCELED, "awaiting_payment" if not order.is_paid:
            return (CANCEL,)
        case Fate.CANCELED, "allocated" | "pending_confirmation" if order.handed is None:
            return (CANCEL,)
        case Fate.CANCELED, "packing":
            return (CANCEL,)
        case Fate.UNAVAILABLE, "allocated":
            return (Turn("warehouse_keeper", "cannot_ship", _unshippable),)
        case _:
            return None
