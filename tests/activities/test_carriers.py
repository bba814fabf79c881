"""The carriers' book, and the HTTP port against a real server."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from activities.carriers.contract import (
    BookWaybill,
    EndTariff,
    InstructCarrier,
    Instruction,
    LanePrice,
    PrepareReturnLabel,
    RecordShipment,
    SetTariff,
    VoidWaybill,
)
from activities.carriers.http_adapter import HttpCarrier
from activities.carriers.port import CarrierPort
from activities.configured_ports import open_ports
from activities.partners.contract import SetPartner
from activities.performers import World
from activities.port_errors import Misconfigured, PortError
from models.amounts import money
from models.database import reading
from models.tables.carriers import Waybill
from models.values import NOTHING, Address, yuan
from start.ports import free_ports
from tests.activities.desk import NOON, Books

HOME = Address(province="Zhejiang", city="Hangzhou", district="Xihu", street="1 Wensan Road")


def booking(order: str = "SO-1", waybill_no: str = "SF-1", carrier: str = "sf") -> BookWaybill:
    return BookWaybill(
        order=order,
        carrier=carrier,
        waybill_no=waybill_no,
        freight=yuan(12),
        pickup_at=NOON,
        to=HOME,
        phone="13800000000",
    )


def waybill(books: Books, key: str) -> Waybill:
    with reading(books.engine) as session:
        return session.get_one(Waybill, f"order_fulfilment:tmall:SO-1/{key}")


Answer = tuple[int, dict[str, str] | bytes]


@dataclass
class Gateway:
    """A carrier's gateway: answers as the test wants, and remembers what it was asked."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list["Answer"])
    asked: list[tuple[str, dict[str, object], str]] = field(
        default_factory=list["tuple[str, dict[str, object], str]"]
    )


@pytest.fixture
def gateway() -> Generator[Gateway]:
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            gateway.asked.append((self.path, body, self.headers["idempotency-key"]))
            status, answer = gateway.answers.pop(0)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    gateway.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield gateway
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def outside(books: Books, gateway: Gateway) -> Gateway:
    """The books with that gateway as their carrier."""
    books.world = World(books.engine, open_ports().using(CarrierPort, HttpCarrier(gateway.url)))
    return gateway


def test_a_waybill_is_booked_once(books: Books) -> None:
    booked = books.do(booking(), "3.1")
    assert booked.data == {
        "waybill_no": "SF-1",
        "carrier": "sf",
        "pickup_at": "2026-05-04T04:00:00Z",
        "label": "",
        "freight": {"amount": "12.00", "currency": "CNY"},
    }
    assert books.do(booking(), "3.1") == booked
    taken = books.do(booking(order="SO-2").model_copy(update={"phone": "13900000000"}))
    assert (taken.ok, taken.reason) == (False, "waybill SF-1 is in use for order SO-1")
    assert books.do(booking(order="SO-2", carrier="jd")).ok, "another carrier has numbers of its own"


TARIFF = SetTariff(
    carrier="sf",
    prices=(
        LanePrice(first_kg=yuan(8), further_kg=yuan(2)),
        LanePrice(province=HOME.province, first_kg=yuan(6), further_kg=yuan(1)),
    ),
)


def test_kind_10_a_parcel_costs_what_its_carriers_contract_says(books: Books) -> None:
    for partner in ("sf", "yto"):
        books.do(SetPartner(partner_kind="carrier", partner=partner))
    assert books.do(TARIFF, "1.1").ok
    unsaid = booking().model_copy(update={"freight": NOTHING})
    books.do(unsaid, "3.1")
    books.do(booking(order="SO-2", waybill_no="SF-2"), "4.1")
    books.do(booking(order="SO-3", waybill_no="SF-3").model_copy(update={"payer": "customer"}), "5.1")
    label = books.do(PrepareReturnLabel(order="SO-1", return_no="RT-1", to=HOME), "6.1")
    freight = [money(waybill(books, key).freight, "CNY") for key in ("3.1", "4.1", "5.1", "6.1")]
    assert freight == [yuan(6), yuan(12), NOTHING, yuan(6)]
    assert label.data["freight"] == {"amount": "6.00", "currency": "CNY"}
    assert books.do(EndTariff(of="1.1"), "7.1", of="1.1").ok
    assert books.do(PrepareReturnLabel(order="SO-1", return_no="RT-2"), "8.1").data["freight"] is None


def test_a_void_frees_the_number_and_the_freight(books: Books) -> None:
    books.do(booking(), "3.1")
    voided = books.do(VoidWaybill(of="3.1"), "4.1", of="3.1")
    assert voided.data == {"waybill_no": "SF-1", "freight": {"amount": "12.00", "currency": "CNY"}}
    assert books.do(VoidWaybill(of="3.1"), "5.1", of="3.1").ok
    assert (waybill(books, "3.1").state, waybill(books, "3.1").pickup) == ("void", "off")
    assert books.do(booking(order="SO-2")).ok


def test_voided_before_it_was_booked(books: Books) -> None:
    assert books.do(VoidWaybill(of="3.1"), "4.1", of="3.1").ok
    assert not books.do(booking(), "3.1").ok


def test_what_the_carrier_has_is_not_void_any_more(books: Books) -> None:
    books.do(booking(), "3.1")
    wrong = books.do(RecordShipment(order="SO-2", waybill_no="SF-1"))
    assert (wrong.ok, wrong.reason) == (False, "waybill SF-1 is that of order SO-1")
    assert books.do(RecordShipment(order="SO-1", waybill_no="SF-1", parcels=2)).ok
    refused = books.do(VoidWaybill(of="3.1"), "4.1", of="3.1")
    assert (refused.ok, refused.reason) == (False, "carrier sf already has parcel SF-1")
    assert not books.do(VoidWaybill(of="3.1"), "5.1", of="3.1").ok, "a refused undo can be tried again"


def test_a_carrier_whose_contract_has_ended_gets_nothing(books: Books) -> None:
    books.do(SetPartner(partner_kind="carrier", partner="sf", name="SF Express", active=False))
    assert books.do(booking()).reason == "the contract with carrier sf has ended"


@pytest.mark.parametrize(
    ("carriers", "chosen"), [((), "usual"), (("yto", "jd"), "jd")], ids=["none known", "the first"]
)
def test_a_return_label_without_a_carrier(books: Books, carriers: tuple[str, ...], chosen: str) -> None:
    for carrier in carriers:
        books.do(SetPartner(partner_kind="carrier", partner=carrier, name=carrier.upper()))
    label = books.do(PrepareReturnLabel(order="SO-1", return_no="RT-1"), "3.1")
    assert (label.ok, label.data["carrier"]) == (True, chosen)
    assert books.do(VoidWaybill(of="3.1"), of="3.1").data["waybill_no"] == label.data["waybill_no"]


def test_two_labels_for_an_order_have_two_numbers(books: Books) -> None:
    ours = [books.do(PrepareReturnLabel(order="SO-1", return_no=f"RT-{n}"), f"{n}.1") for n in (1, 2)]
    theirs = books.do(PrepareReturnLabel(order="SO-1", return_no="RT-1"), "1.1", store="jd")
    assert len({str(label.data["waybill_no"]) for label in (*ours, theirs)}) == 3


def test_a_number_is_given_to_one_of_many_orders(books: Books) -> None:
    def book(number: int) -> bool:
        elsewhere = booking(order=f"SO-{number}").model_copy(update={"phone": f"1390000000{number}"})
        return books.do(elsewhere, f"{number}.1").ok

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(book, range(8))).count(True) == 1


def test_a_gateway_is_asked_under_one_key(books: Books, outside: Gateway) -> None:
    outside.answers = [
        (503, {}),
        (200, {"waybill_no": "SF-77", "label": "https://sf.example/77.pdf"}),
        (204, b""),
    ]
    with pytest.raises(PortError, match="the carrier answered 503"):
        books.do(booking(), "3.1")
    booked = books.do(booking(), "3.1")
    assert (booked.data["waybill_no"], booked.data["label"]) == ("SF-77", "https://sf.example/77.pdf")
    assert books.do(VoidWaybill(of="3.1"), of="3.1").ok
    assert [path for path, _, _ in outside.asked] == ["/v1/waybills", "/v1/waybills", "/v1/voids"]
    assert len({key for _, _, key in outside.asked}) == 1
    assert outside.asked[1][1]["to"] == HOME.model_dump()
    assert outside.asked[2][1] == {"carrier": "sf", "waybill_no": "SF-77"}


def test_a_gateways_no(books: Books, outside: Gateway) -> None:
    outside.answers = [(422, {"detail": "we don't go there"}), (200, {"waybill_no": "SF-2"}), (409, b"?")]
    refused = books.do(booking(), "3.1")
    assert (refused.ok, refused.reason) == (False, "the carrier refused the parcel: we don't go there")
    assert books.do(booking(), "4.1").ok, "the number is free again"
    kept = books.do(VoidWaybill(of="4.1"), of="4.1")
    assert (kept.ok, kept.reason) == (
        False,
        "the carrier refused to void it: it answered 409 without a reason",
    )
    assert waybill(books, "4.1").state == "booked"


def test_a_parcel_that_was_refused_can_be_sent_after_all(books: Books, outside: Gateway) -> None:
    outside.answers = [(422, {"detail": "no address"}), (503, {}), (200, {"waybill_no": "SF-1"}), (204, b"")]
    assert not books.do(booking(), "3.1").ok
    with pytest.raises(PortError):
        books.do(booking(), "3.1", again=1)
    assert books.do(booking(), "3.1", again=2).ok
    assert books.do(VoidWaybill(of="3.1"), of="3.1").ok
    refused, failed, *rest = [key for _, _, key in outside.asked]
    assert refused != failed, "a gateway answers a key as it answered first"
    assert rest == [failed, failed]


def test_a_password_stays_out_of_the_log(gateway: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    gateway.answers = [(204, b"")]
    HttpCarrier(gateway.url.replace("//", "//shop:secret@")).void("key", "sf", "SF-1")
    assert "secret" not in caplog.text


@pytest.mark.parametrize("url", ["carrier.example", "http://shop:secret@:secret", "ftp://carrier.example"])
def test_a_malformed_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        HttpCarrier(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((200, {"waybill_no": "\u0000"}), PortError),
        ((200, b"not json"), PortError),
        ((302, b""), PortError),
        ((401, b""), Misconfigured),
    ],
    ids=["not a number", "not JSON", "elsewhere", "wrong key"],
)
def test_a_gateway_that_makes_no_sense(
    books: Books, outside: Gateway, answer: Answer, error: type[PortError]
) -> None:
    outside.answers = [answer]
    with pytest.raises(error):
        books.do(booking(), "3.1")
    assert waybill(books, "3.1").state == "asked"


def test_a_waybill_that_was_never_answered_can_be_voided(books: Books, outside: Gateway) -> None:
    books.world = World(
        books.engine, open_ports().using(CarrierPort, HttpCarrier(f"http://127.0.0.1:{free_ports(1)[0]}"))
    )
    with pytest.raises(PortError, match="can't be reached"):
        books.do(booking(), "3.1")
    books.world = World(books.engine, open_ports().using(CarrierPort, HttpCarrier(outside.url)))
    outside.answers = [(204, b"")]
    assert books.do(VoidWaybill(of="3.1"), "4.1", of="3.1").ok
    late = books.do(booking(), "3.1")
    assert (late.ok, late.reason) == (False, "it was taken back before it was done")
    assert [path for path, _, _ in outside.asked] == ["/v1/voids"], "a late attempt asks nobody"


def test_kind_63_a_parcel_that_goes_to_another_order_brings_its_goods(books: Books) -> None:
    books.do(booking(), "3.1")
    told = InstructCarrier(waybill_no="SF-1", instruction=Instruction.DELIVER, for_order="SO-5")
    assert not books.do(RecordShipment(order="SO-5", waybill_no="SF-1")).ok
    assert books.do(told).ok
    assert books.do(RecordShipment(order="SO-5", waybill_no="SF-1")).ok


def test_a_gateway_gets_the_instruction_about_a_parcel(books: Books, outside: Gateway) -> None:
    outside.answers = [(200, {"waybill_no": "SF-1"}), (204, b""), (409, {"detail": "it is being delivered"})]
    books.do(booking(), "3.1")
    hold = InstructCarrier(waybill_no="SF-1", instruction=Instruction.HOLD, place="Yiwu depot")
    assert books.do(hold, "4.1").data == {"waybill_no": "SF-1"}
    assert waybill(books, "3.1").instruction == "hold"
    refused = books.do(hold.model_copy(update={"instruction": Instruction.BRING_BACK}))
    assert (refused.ok, refused.reason) == (False, "the carrier refuses: it is being delivered")
    assert outside.asked[1][:2] == (
        "/v1/instructions",
        {
            "carrier": "sf",
            "waybill_no": "SF-1",
            "instruction": "hold",
            "place": "Yiwu depot",
            "to": None,
            "attempt_on": None,
        },
    )


# --- several orders in one parcel


def test_kind_25_two_orders_to_one_receiver_share_a_waybill(books: Books) -> None:
    assert books.do(booking("SO-1"), "3.1").ok
    assert books.do(booking("SO-2"), "3.2").ok
    for order in ("SO-1", "SO-2"):
        assert books.do(RecordShipment(order=order, waybill_no="SF-1")).ok
    assert {waybill(books, key).pickup for key in ("3.1", "3.2")} == {"collected"}
    stranger = books.do(RecordShipment(order="SO-3", waybill_no="SF-1"))
    assert "is that of order" in stranger.reason


@pytest.mark.parametrize(
    "other",
    [
        {"phone": "13900000000"},
        {"to": HOME.model_copy(update={"street": "2 Wensan Road"})},
        {"order": "SO-1"},
    ],
    ids=["another phone", "another address", "the same order"],
)
def test_a_waybill_is_not_shared_by_strangers(books: Books, other: dict[str, object]) -> None:
    assert books.do(booking("SO-1"), "3.1").ok
    second = booking("SO-2").model_copy(update=other)
    assert "in use for order SO-1" in books.do(second, "3.2").reason


def test_a_shared_waybill_is_voided_with_the_last_order(books: Books, outside: Gateway) -> None:
    outside.answers = [(200, {"waybill_no": "SF-1"}), (200, {"waybill_no": "SF-1"}), (200, {})]
    books.do(booking("SO-1"), "3.1")
    books.do(booking("SO-2"), "3.2")
    assert books.do(VoidWaybill(of="3.1"), of="3.1").ok
    assert [path for path, _, _ in outside.asked] == ["/v1/waybills"] * 2, "the other order travels in it"
    assert books.do(VoidWaybill(of="3.2"), of="3.2").ok
    assert outside.asked[-1][0] == "/v1/voids"
