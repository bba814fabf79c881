"""Which of several numbers of a case an event is about, and which cases take it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from api.access import Caller
from api.events.delivery import Delivery
from api.events.listeners import asked_of_subject, listeners
from api.events.outcomes import DeliveryResult
from cases.searching import references_in
from models.rights import Rights
from models.tables.cases import CaseRow
from models.tables.requests import EventStatus


@pytest.mark.parametrize("what", ["collected", "scanned", "out_for_delivery", "delivered", "lost", "refused"])
def test_kind_25_a_carriers_message_names_one_of_an_orders_parcels(what: str) -> None:
    topic = f"carrier.parcel.{what}"
    assert asked_of_subject("order_fulfilment", topic) == "parcel_no"
    (order,) = (one for one in listeners(topic) if one.procedure.key == "order_fulfilment")
    assert order.found_by == {"waybill_no", "parcel_no"}
    assert order.for_all, "two orders may travel in one parcel"


def test_an_event_about_one_number_tells_its_data_alone() -> None:
    assert asked_of_subject("order_fulfilment", "store.order.paid") is None
    assert asked_of_subject("presale_preship", "carrier.parcel.delivered") is None


def test_a_case_is_found_by_each_number_of_a_list() -> None:
    assert [*references_in({"waybill_no": "A", "parcel_no": ["A", "B"]})] == ["A", "A", "B"]


# --- which of the cases that are found take it


CARRIER = Caller(id="feed", rights=Rights.plain((), None))


class Told(Delivery):
    """A delivery whose cases answer as they are told to; their ids are numbers."""

    def __init__(self, *answers: EventStatus) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def _move(
        self, case: CaseRow, row: Any, caller: Any, request: str, *, starts: bool, dry: bool
    ) -> DeliveryResult:
        self.asked.append(case.id)
        return DeliveryResult(self.answers[int(case.id)], case.id)

    async def _act(self, case: str, event: str, form: Any, caller: Any, request: str) -> DeliveryResult:
        self.asked.append(f"{case} again")
        return DeliveryResult(EventStatus.MOVED, case)

    def told(self, topic: str, *, taken: str = "") -> DeliveryResult:
        (listener,) = (one for one in listeners(topic) if one.procedure.key == "order_fulfilment")
        found: Any = [SimpleNamespace(id=str(number)) for number in range(len(self.answers))]
        steps: Any = {number: SimpleNamespace(case=number, event="sign", revision=9) for number in taken}
        row: Any = SimpleNamespace(data={}, subject="SF1", type=topic, caller=CARRIER.as_json())
        return asyncio.run(self._move_some(found, steps, listener, row, CARRIER, "r", dry=False))


MOVED, REFUSED, PENDING = EventStatus.MOVED, EventStatus.REFUSED, EventStatus.PENDING


@pytest.mark.parametrize(
    ("answers", "came"),
    [
        ((MOVED, MOVED), (MOVED, "0")),
        ((REFUSED, MOVED), (MOVED, "1")),
        ((PENDING, MOVED), (MOVED, "1")),
        ((PENDING, REFUSED), (PENDING, "0")),
        ((REFUSED, REFUSED), (REFUSED, "1")),
    ],
)
def test_kind_25_a_scan_reaches_every_order_in_the_parcel(
    answers: tuple[EventStatus, ...], came: tuple[EventStatus, str]
) -> None:
    delivery = Told(*answers)
    result = delivery.told("carrier.parcel.delivered")
    assert (delivery.asked, (result.standing, result.case)) == (["0", "1"], came)


def test_an_event_about_one_case_goes_to_the_first_that_takes_it() -> None:
    delivery = Told(REFUSED, MOVED, MOVED)
    assert delivery.told("store.order.paid").case == "1"
    assert delivery.asked == ["0", "1"]


def test_an_event_that_is_tried_again_goes_on_with_the_cases_that_have_not_taken_it() -> None:
    """The process fell between two orders of one parcel."""
    delivery = Told(REFUSED, MOVED)
    result = delivery.told("carrier.parcel.delivered", taken="0")
    assert (delivery.asked, result.case) == (["0 again", "1"], "0")
    assert [one.case for one in result.also] == ["1"]
