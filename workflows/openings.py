"""Cases that several procedures start, each with what its start form asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from activities.orders.contract import Addressee, OpenOrder, OrderOrigin
from models.roles import Role
from models.values import NOTHING, LineQty, Money, PricedLine, per_sku, sku_rows, worth
from workflows.language.links import Opening, opening
from workflows.language.memory import Parent
from workflows.shared_forms import AfterSales

_OPENED_FOR = {
    "order_fulfilment": OrderOrigin.PART,
    "exchange": OrderOrigin.REPLACEMENT,
    "lost_parcel_claim": OrderOrigin.REPLACEMENT,
    "complaint": OrderOrigin.REPLACEMENT,
    "wholesale_order": OrderOrigin.PART,
}
"""What an `order_fulfilment` is there for that a case of one of these procedures opens."""

ORDER_FAILED = ("cancelled", "closed_returned", "closed_lost")
"""The ends of an `order_fulfilment` whose customer gets nothing of it."""


def refund_case(
    number: str, source: str, order_no: str | None, amount: Money | None, **known: Any
) -> Opening:
    """A `refund_only` case. `amount` is None where the case that starts it doesn't know it; `cause` is what the money
    is for, where that is given beyond what is owed: the store's rule for such cases holds for it.
    """
    return opening(number, source=source, order_no=order_no, amount=amount, **known)


def lost_parcel_case(
    waybill_no: str | None, order_no: str, statement: str, declared_value: Money, **known: Any
) -> Opening:
    """A `lost_parcel_claim`, under the number of the parcel's waybill: what the customer says, and what the goods are
    worth.
    """
    return opening(
        str(waybill_no),
        waybill_no=waybill_no,
        order_no=order_no,
        customer_statement=statement,
        declared_value=declared_value,
        **known,
    )


def lost_return_case(number: str, order_no: str, declared_value: Money) -> Opening:
    """A `lost_parcel_claim` for goods that a customer has sent back; a return pays its customer itself."""
    lost = "The parcel was lost on its way back to us."
    return lost_parcel_case(number, order_no, lost, declared_value)


def lost_goods_case(
    number: str, order_no: str, receiver: Addressee | None, goods: Iterable[Any], value: Money
) -> Opening:
    """A `lost_parcel_claim` for a customer's goods that were on their way back to them, each with `sku` and `qty`: they
    get them anew, or this value.
    """
    lines = sku_rows(per_sku(goods))
    parcel = {**dict(receiver), "lines": lines} if receiver and lines else None
    lost = "The goods were lost on their way to their owner."
    return lost_parcel_case(number, order_no, lost, value, parcel=parcel, paid=value or None)


def lost_order_case(order: OpenOrder, parcel_no: str | None, opener: Parent | None) -> Opening:
    """A `lost_parcel_claim` for the parcel of an order, or one of several, with its goods, so that they can be sent
    again. An `opener` that has taken the money for the order settles with the customer itself: it has no goods then.
    """
    settles = refunds_itself(opener) or order_origin(opener) is OrderOrigin.REPLACEMENT
    one = order.parcel_of(parcel_no)
    lines = order.ordered.priced(one.lines) if one is not None else order.lines
    paid = order.share_of_lines(one.lines) if one is not None else order.paid
    return lost_parcel_case(
        one.waybill_no if one is not None else order.waybill_no,
        order.order_no,
        "The parcel never came.",
        worth(lines),
        freight=one.freight_fee if one is not None else order.freight_fee,
        parcel={**dict(order.receiver), "lines": sku_rows(per_sku(lines))} if settles else None,
        paid=paid or None,
    )


def exception_case(
    order: OpenOrder, revision: int, symptom: str, parcel_no: str | None = None, *, by_staff: bool
) -> Opening:
    """A `logistics_exception` for the parcel of an order, or one of several: what is wrong with it, and whether staff
    or a limit says so. It is found in step `revision` of the order's case.
    """
    waybill_no = parcel_no if order.parcel_of(parcel_no) else order.waybill_no
    return opening(
        f"{waybill_no}-{revision}",
        waybill_no=waybill_no,
        symptom=symptom,
        reported_by="staff" if by_staff else "system",
        order_no=order.order_no,
    )


def aftersales_case(number: str, order: OpenOrder, asked: AfterSales) -> Opening:
    """An `aftersales_request` about goods of an order, as it was asked there."""
    return opening(
        number,
        order_no=order.order_no,
        customer_no=order.customer_no,
        lines=asked.lines,
        wanted=asked.request_type,
        reason=asked.reason,
        photos=asked.photos,
    )


def replacement_case(order_no: str, placed_as: str, receiver: Any, goods: Iterable[Any]) -> Opening:
    """An `order_fulfilment` that ships goods which were paid for with the order `placed_as`: `goods` have `sku` and
    `qty`, `receiver` the name, phone and address, where it is known.
    """
    return opening(
        order_no,
        order_no=order_no,
        placed_as=placed_as,
        receiver_name=getattr(receiver, "receiver_name", None),
        phone=getattr(receiver, "phone", None),
        address=getattr(receiver, "address", None),
        lines=[PricedLine(sku=row.sku, qty=row.qty, unit_price=NOTHING) for row in goods],
        delivery_method="express",
        payment_method="platform-wallet",
    )


def cases_of_parts(order: OpenOrder) -> list[Opening]:
    """An `order_fulfilment` for each part of an order that is to ship on its own."""
    return [opening(part.order_no, **order.start_form(part)) for part in order.parts]


def shortage_cases(order: OpenOrder, revision: int) -> list[Opening]:
    """An `out_of_stock` for each shortage of an order that was found in step `revision` of its case."""
    return [
        opening(
            order.shortage_no(short, revision),
            order_no=order.order_no,
            placed_as=order.placed_as,
            sku=short.sku,
            missing_qty=short.qty,
            cause=short.cause,
            expected_restock=short.expected,
            line=short.line,
            value=order.share_of_lines([LineQty(line=short.line, qty=short.qty)]),
            ordered=order.ordered.rows,
        )
        for short in order.shortages
    ]


def order_origin(opener: Parent | None) -> OrderOrigin:
    """What an order is there for that `opener` has opened; None where no other case has."""
    return _OPENED_FOR.get(opener.procedure, OrderOrigin.PLACED) if opener else OrderOrigin.PLACED


def refunds_itself(opener: Parent | None) -> bool:
    """Whether an order that `opener` has opened returns its money itself, and not the case that waits for it."""
    return opener is None or not opener.waits or opener.link == "ship_parts"


def spot_count(number: str, scope: list[str], day: date, counter: str) -> Opening:
    """A `stocktake` of some SKUs at once: somebody and the keeper count them."""
    counters = [counter, Role.WAREHOUSE_KEEPER]
    return opening(number, event="plan", kind="spot", scope=scope, date=day, counters=counters)


def broadcast_case(
    number: str, what: str, new: str, since: datetime | None, script: str | None, readers: Iterable[Role]
) -> Opening:
    """A `change_broadcast`: what changes and since when, what customers are told, and which teams must read it."""
    return opening(
        number,
        what=what,
        new=new,
        effective_from=since,
        script_for_customers=script,
        readers=tuple(readers),
    )


def delivery_survey(order_no: str, day: date) -> Opening:
    """A `satisfaction_survey` that asks one customer about one delivery."""
    return opening(
        order_no,
        order_no=order_no,
        period={"first": day, "last": day},
        sample="case_closed",
        sample_size=1,
        min_answers=1,
    )
