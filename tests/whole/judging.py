"""People are judged and paid: an appraisal that its employee disputes, and a month's commission by the books."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlmodel import col

from models.amounts import money
from models.database import reading
from models.roles import Role
from models.tables.registers import Record
from models.tables.settlement import StaffPay
from tests.whole.apart import BOOT_40, BOOT_PRICE, goods_taken_back
from tests.whole.goods import yuan
from tests.whole.selling import order_placed, order_shipped, request_closed
from tests.whole.store import Store

JUDGED, EMPLOYEE = f"one-{Role.STAFF}", f"one-{Role.CS_AGENT}"
"""Whose half-year is judged, and whose commission is reckoned: their accounts."""
FULL_PERFORMANCE_PAY, BASE_PAY, RATE = Decimal(500), Decimal(2000), Decimal(2)
"""In yuan, and in per cent of the sales from the target on (001-q 三(二))."""


async def appraisal_disputed(store: Store) -> None:
    """The employee objects to the points; the gm changes them, and the reward is booked by what holds then."""
    case = await store.start("performance_appraisal", "H2", employee=JUDGED)
    await store.act(case, "accept_targets", Role.STAFF)
    await store.pass_time_until(await midnight_of(store, case, "after"))
    await store.at(case, "data_collected")
    await store.act(case, "self_rate", Role.STAFF)
    await store.act(case, "rate", Role.OPS_MANAGER)
    await store.act(case, "calibrate", Role.GM, final="70")
    talked_at = (store.now() - timedelta(minutes=1)).isoformat()
    await store.act(case, "tell_result", Role.OPS_MANAGER, grade="pass", talked_at=talked_at)
    await store.act(case, "appeal", Role.STAFF)
    await store.act(case, "appeal_done", Role.GM, changed_to="85")
    await store.act(case, "confirm", Role.STAFF)
    await store.act(case, "apply_reward", Role.GM, reward="bonus", amount=yuan(500))
    await store.at(case, "closed")
    await store.at_rest()
    assert pay_booked(store, JUDGED, "H2") == {"bonus": Decimal(500)}
    with reading(store.engine) as session:
        (record,) = session.scalars(select(Record).where(col(Record.book) == "appraisals")).all()
        assert (record.entry, Decimal(record.data["final"])) == ("H2", Decimal(85))


async def commission_by_the_books(store: Store) -> None:
    """Of two orders that the employee confirmed one comes back: the commission is of what is left."""
    month = await store.start(
        "commission_settlement",
        "PAY-1",
        employee=EMPLOYEE,
        group="customer_service",
        promotion_target=...,
        sales_target=yuan(100),
        commission_tiers=[{"share_from": "0", "rate": "1"}, {"share_from": "100", "rate": f"{RATE}"}],
    )
    begins = await midnight_of(store, month, "month_begins")
    if begins > store.now():
        await store.pass_time_until(begins)
    await order_confirmed(store, "SO-31", 2)
    back = await order_confirmed(store, "SO-32", 1)
    await store.act(back, "open_aftersales", request_type="return", lines=[{"line": 1, "qty": 1}])
    request = await store.child(back, "aftersales_request")
    await goods_taken_back(store, await store.child(request, "return_refund"), "main")
    await request_closed(store, request)

    await store.pass_time_until(await midnight_of(store, month, "month_over"))
    await store.at(month, "computed")
    accounts = [(await store.book("money", order=number))[0] for number in ("SO-31", "SO-32")]
    placed, returned = (
        sum(Decimal(one[side]["amount"]) for one in accounts) for side in ("paid", "refunded")
    )
    assert (placed, returned) == (3 * Decimal(BOOT_PRICE), Decimal(BOOT_PRICE))
    commission = (placed - returned) * RATE / 100
    total = FULL_PERFORMANCE_PAY + commission
    sums = {"orders_placed": yuan(float(placed)), "returns": yuan(float(returned))}
    assert await store.refused(month, "check", Role.FINANCE, **sums | {"returns": yuan(0), "base": yuan(240)})
    await store.act(month, "check", Role.FINANCE, **sums, base=yuan(float(placed - returned)))
    await store.pass_time(timedelta(days=6))  # in which the employee may object
    await store.act(month, "approve", Role.GM)
    await store.act(month, "pay", Role.FINANCE, amount=yuan(float(total)), paid_on=f"{store.today()}")
    await store.at(month, "paid")
    await store.at_rest()
    period = f"{begins.astimezone(store.zone):%Y-%m}"  # by which another run would replace it
    parts = {name: amount for name, amount in pay_booked(store, EMPLOYEE, period).items() if amount}
    assert parts == {
        "performance_pay": FULL_PERFORMANCE_PAY,
        "commission": commission,
        "base_pay": BASE_PAY,
    }


async def order_confirmed(store: Store, number: str, qty: int) -> str:
    """An order with a note, which a person confirms; it is delivered."""
    order = await order_placed(store, number, qty, BOOT_40, BOOT_PRICE, note="please wrap it")
    await store.act(order, "confirm", Role.CS_AGENT)
    await order_shipped(store, order, qty, BOOT_40)
    await store.walk(order, "delivery_scan sign")
    await store.at(order, "delivered")
    return order


async def midnight_of(store: Store, case: str, day: str) -> datetime:
    """When this day of the case begins in the store."""
    first = datetime.fromisoformat((await store.look(case))["data"][day]).date()
    return datetime.combine(first, time(0), store.zone)


def pay_booked(store: Store, employee: str, period: str) -> dict[str, Decimal]:
    """What the employee is paid for this period, by the pay's book."""
    with reading(store.engine) as session:
        rows = session.scalars(
            select(StaffPay).where(
                col(StaffPay.employee) == employee,
                col(StaffPay.period) == period,
                col(StaffPay.replaced).is_(False),
            )
        )
        return {row.part: money(row.amount, "CNY").amount for row in rows}
