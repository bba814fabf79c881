"""What orders and after sales start can start: the other procedures take the forms that they are opened with."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from activities.cases.contract import OpenCase
from models.policy import StorePolicy
from tests.procedures.after_sales import (
    test_aftersales_followup,
    test_aftersales_request,
    test_exchange,
    test_refund_only,
    test_repair,
    test_return_refund,
)
from tests.procedures.orders_and_logistics import (
    test_logistics_exception,
    test_lost_parcel_claim,
    test_order_fulfilment,
    test_out_of_stock,
    test_presale_preship,
)
from tests.procedures.paths import Path, Start, walk
from tests.scenario import MONDAY
from workflows.language.machine import Machine
from workflows.language.memory import ENGINE
from workflows.registry import registry


def opened() -> dict[tuple[str, str], OpenCase]:
    """One opening of each kind that the paths lead to."""
    tables: Iterable[tuple[Start, list[Path]]] = (
        (test_order_fulfilment.start, test_order_fulfilment.PATHS),
        (test_out_of_stock.start, test_out_of_stock.PATHS),
        (test_presale_preship.start, test_presale_preship.PATHS),
        (test_logistics_exception.start, test_logistics_exception.PATHS),
        (test_lost_parcel_claim.start, test_lost_parcel_claim.PATHS),
        (test_aftersales_request.start, test_aftersales_request.PATHS),
        (test_aftersales_followup.start, test_aftersales_followup.PATHS),
        (test_return_refund.start, test_return_refund.PATHS),
        (test_exchange.start, test_exchange.PATHS),
        (test_refund_only.start, test_refund_only.PATHS),
        (test_repair.start, test_repair.PATHS),
    )
    found: dict[tuple[str, str], OpenCase] = {}
    for start, paths in tables:
        for path in paths:
            case = walk(start(answers=path.answers), path.steps)
            for effect in case.effects(OpenCase):
                found[f"{case.procedure.key}.{effect.link}", effect.procedure] = effect
    return found


@pytest.mark.parametrize(
    "effect", [pytest.param(effect, id=f"{link} -> {key}") for (link, key), effect in opened().items()]
)
def test_the_other_procedure_takes_it(effect: OpenCase) -> None:
    procedure = registry().get(effect.procedure)
    starts = [
        event
        for event, moves in procedure.declaration.transitions.items()
        if any(move.is_start for move in moves)
    ]
    machine = Machine.begin(procedure, store="shop", subject=effect.subject, policy=StorePolicy(), now=MONDAY)
    machine.begin_by(starts[0] if effect.event is None else effect.event, effect.form, ENGINE)
    assert machine.stages or machine.is_at_entry
