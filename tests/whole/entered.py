"""What cases entered into the books, held against what the read model has of the cases themselves: their data, ends and
steps, read here without a word of the procedures' own `book_entry` and `milestones`.
"""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import col

from models.database import reading
from models.tables.cases import CaseRow, StepRow
from models.tables.milestones import MilestoneRow
from models.tables.orders import OrderLine, OrderRow, ReturnLine
from models.tables.platform import RunningAd

MILESTONES = {
    ("order_fulfilment", "pay"): "order_paid",
    ("order_fulfilment", "pay_mismatch"): "order_paid",
    ("order_fulfilment", "confirm"): "order_confirmed",
    ("order_fulfilment", "hand_over"): "order_handed_over",
    ("order_fulfilment", "intercept_failed"): "order_handed_over",
    ("order_fulfilment", "sign"): "order_signed",
    ("order_fulfilment", "parcel_signed"): "order_signed",
    ("customer_inquiry", "open"): "inquiry_opened",
    ("customer_inquiry", "robot_answer"): "inquiry_answered",
    ("customer_inquiry", "pick_up"): "inquiry_answered",
    ("customer_inquiry", "supervisor_takes"): "inquiry_answered",
    ("campaign", "promo_ready"): "promotion_ready",
    ("aftersales_followup", "record_answer"): "feedback_taken",
}
NOTHING_CAME = {"cancelled", "expired", "aborted", "sent_back_closed"}
OPENED_FOR = {"order_fulfilment": "part", "exchange": "replacement", "lost_parcel_claim": "replacement"}


def entered(engine: Engine) -> dict[str, list[Any]]:
    """What the books hold of cases, as plain values."""
    with reading(engine) as session:
        lines = session.scalars(select(OrderLine).order_by(col(OrderLine.line))).all()
        orders = [
            (
                *(
                    row.case,
                    row.origin,
                    row.placed_at,
                    row.ended_at,
                    row.receiver_name,
                    row.phone,
                    row.address,
                ),
                [
                    (line.sku, line.qty, line.unit_price, line.currency)
                    for line in lines
                    if (line.store, line.order) == (row.store, row.order)
                ],
            )
            for row in session.scalars(select(OrderRow))
        ]
        returns = [
            (row.case, row.order, row.line, row.qty) for row in session.scalars(select(ReturnLine)).all()
        ]
        milestones = [
            (row.case, row.revision, row.milestone, row.store, row.subject, row.person, row.at)
            for row in session.scalars(select(MilestoneRow))
        ]
        ads = list(session.scalars(select(col(RunningAd.case))))
    return _in_order(orders=orders, returns=returns, milestones=milestones, ads=ads)


def told_by_cases(engine: Engine) -> dict[str, list[Any]]:
    """The same, from the cases themselves."""
    with reading(engine) as session:
        cases = session.scalars(select(CaseRow)).all()
        steps = session.scalars(select(StepRow)).all()
    begun = [(case, json.loads(case.position)) for case in cases]
    begun = [(case, position) for case, position in begun if position["stages"] != ["new"]]
    return _in_order(
        orders=[_order(case, position) for case, position in begun if case.procedure == "order_fulfilment"],
        returns=[
            (case.id, position["case"]["order_no"], line, qty)
            for case, position in begun
            if case.procedure in ("return_refund", "exchange") and case.outcome not in NOTHING_CAME
            for line, qty in _per_line(position["case"]["lines"])
        ],
        milestones=[
            (step.case, step.revision, MILESTONES[_event(step)], *_whose(step.case), step.actor, step.at)
            for step in steps
            if _event(step) in MILESTONES
        ],
        ads=[case.id for case, _ in begun if case.procedure == "ad_optimisation" and case.state != "closed"],
    )


def _order(case: CaseRow, position: dict[str, Any]) -> tuple[Any, ...]:
    data, parent = position["case"], position["memory"].get("parent")
    lines = [
        (
            line["sku"],
            line["qty"],
            int(Decimal(line["unit_price"]["amount"]) * 10_000),
            line["unit_price"].get("currency", "CNY"),
        )
        for line in data["lines"]
    ]
    origin = OPENED_FOR.get(parent["case"].partition(":")[0], "placed") if parent else "placed"
    whose = case.id, origin, case.opened_at, case.closed_at
    return *whose, data["receiver_name"], data["phone"], data["address"], lines


def _per_line(rows: list[dict[str, Any]]) -> list[tuple[int, int]]:
    sums = Counter[int]()
    for row in rows:
        sums[row["line"]] += row["qty"]
    return list(sums.items())


def _event(step: StepRow) -> tuple[str, str]:
    return step.case.partition(":")[0], step.event


def _whose(case: str) -> tuple[str, str]:
    _, store, subject = case.split(":", 2)
    return store, subject


def _in_order(**books: list[Any]) -> dict[str, list[Any]]:
    return {name: sorted(rows, key=repr) for name, rows in books.items()}
