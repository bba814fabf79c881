"""Papers: what stands on them, who may print them, and as what."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tomllib
import zlib
from base64 import b64decode
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import delete
from sqlmodel import col

from activities.people import audit
from api.papers.accepting import Wanted, wanted
from api.papers.codes import code_of, square_of
from api.papers.pages import _environment
from api.papers.printing import MOST_WAITING, CannotPrint, Printer, _library
from api.papers.words import FILE
from api.problems import Problem
from models.database import reading, writing
from models.papers import Paper
from models.tables.cases import CaseParty
from models.tables.partners import Partner
from models.tables.requests import StoredFile
from models.tables.settlement import OpenLine
from models.tables.stock import Claim
from models.values import LineQty
from tests.api import printed
from tests.api.conftest import Site, until
from tests.procedures.after_sales import test_return_refund as return_refund
from tests.procedures.paths import walk
from tests.procedures.trade_and_money import test_settlement_reconciliation as settlement
from tests.scenario import MONDAY

PDF = {"Accept": "application/pdf"}
ZH = {"Accept-Language": "zh"}
PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
prints = pytest.mark.skipif(
    isinstance(_library(), CannotPrint) and not os.environ.get("CI"), reason="this machine has no Pango"
)
"""CI has it: there these tests run."""


@pytest.fixture
async def shop(site: Site) -> AsyncGenerator[Site]:
    """A store with goods in bins and orders that are reserved."""
    with writing(site.engine) as session:
        printed.goods(session)
        for number, lines in (
            ("SO-1", {"TEA-1": 2, "CUP-2": 1}),
            ("SO-2", {"TEA-1": 3, "POT-3": 1}),
            ("SO-3", {"CUP-2": 4}),
        ):
            printed.ordered(session, number, lines, receiver_name="王芳 <script>alert(1)</script>")
    async with site.serving():
        yield site


def order(number: int) -> str:
    return f"order_fulfilment:{printed.STORE}:SO-{number}"


async def staff(shop: Site, *roles: str) -> httpx.AsyncClient:
    return await shop.caller(*roles, stores=[printed.STORE], name="-".join(roles))


def text_of(page: str) -> str:
    """The page's text, without its style and codes."""
    plain = re.sub(r"(?s)<(style|svg).*?</\1>", " ", page)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain))


def sizes_of(pdf: bytes) -> list[tuple[int, int]]:
    """The width and height of each page."""
    whole = b"".join(
        zlib.decompress(packed) for packed in re.findall(rb"(?s)stream\r?\n(x.*?)\r?\nendstream", pdf)
    )
    boxes = re.findall(rb"/MediaBox ?\[([^\]]*)\]", pdf + whole)
    return [(round(float(box.split()[2])), round(float(box.split()[3]))) for box in boxes]


async def given(client: httpx.AsyncClient, case: str, paper: str, **headers: str) -> str:
    answer = await client.get(f"/cases/{case}/papers/{paper}", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


async def test_a_pick_list_of_many_orders_goes_past_each_bin_once(shop: Site) -> None:
    picker = await staff(shop, "picker")
    answer = await picker.post(
        "/papers", json={"key": "pick_list", "cases": [order(n) for n in (1, 2, 3)]}, headers=ZH
    )
    assert answer.status_code == 200, answer.text
    text = text_of(answer.text)
    assert text.index("A-02-3") < text.index("A-01-1") < text.index("B-07-2") < text.index("货位未知")
    assert [text.count(name) for name in printed.BINS] == [1, 1, 1]
    assert "A-02-3 Glazed" in text
    assert re.search(r"CUP-2 5 1 × 1 3 × 4", text), "one of the first order, four of the third"
    assert re.search(r"TEA-1 3 1 × 2 2 × 1", text), "what the first order takes, the second doesn't find"
    assert "王芳" not in text, "a pick list names nobody"
    alone = text_of(await given(picker, order(3), "pick_list"))
    assert "Pick list" in alone
    assert "× 4" not in alone


async def test_a_delivery_note_says_what_is_in_the_parcels_and_escapes_all(shop: Site) -> None:
    with writing(shop.engine) as session:
        printed.parcel(session, "SO-1", "SF-77")
        printed.parcel(session, "SO-1", "SF-66", return_no="RT-9")
        session.add(Partner(kind="carrier", partner="sf", name="顺丰速运", at=MONDAY))
    packer = await staff(shop, "packer")
    page = await given(packer, order(1), "delivery_note", **ZH)
    text = text_of(page)
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "Glazed &lt;b&gt;cup&lt;/b&gt; &amp; saucer" in page
    for part in ("送货单", "SO-1", "13800138000", "明前龙井 250 g 礼盒", "SF-77 顺丰速运", "合计 3"):
        assert part in text
    assert "SF-66" not in text, "that comes back"
    answer = await packer.get(
        f"/cases/{order(1)}/papers/delivery_note", params={"language": "en"}, headers=ZH
    )
    assert "Delivery note" in answer.text
    assert answer.headers["content-language"] == "en"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "delivery_note-SO-1.html" in answer.headers["content-disposition"]


async def test_who_ships_nothing_sees_no_address_and_reads_are_written_down(shop: Site) -> None:
    picker, packer = await staff(shop, "picker"), await staff(shop, "packer")
    masked = text_of(await given(picker, order(1), "label"))
    plain = text_of(await given(packer, order(1), "label"))
    assert ("138***00" in masked, "13800138000" in masked) == (True, False)
    assert ("13800138000" in plain, "文三路" in plain) == (True, True)

    def noted() -> set[str]:
        with reading(shop.engine) as session:
            return {line.by for line in audit.lines(session) if line.what == "personal_read"}

    await until(lambda: noted() == {"packer"})


async def test_each_parcel_has_a_label_and_the_carriers_own_comes_first(shop: Site) -> None:
    with writing(shop.engine) as session:
        printed.parcel(session, "SO-1", "SF-1", parcels=3)
        for n, (media_type, content) in enumerate(
            (("image/png", PIXEL), ("application/pdf", b"%PDF-1.4 own"))
        ):
            _file(shop, session, f"file:{n}", order(2 + n), media_type, content)
            printed.parcel(session, f"SO-{2 + n}", f"SF-{2 + n}", label=f"file:{n}", parcels=2)
    packer = await staff(shop, "packer")
    several = text_of(await given(packer, order(1), "label"))
    assert [f"Parcel {n} / 3" in several for n in (1, 2, 3)] == [True] * 3
    picture = await given(packer, order(2), "label")
    assert 'src="data:image/png;base64,' in picture
    assert "13800138000" not in picture, "the carrier's own, and none of ours"
    own = await packer.get(f"/cases/{order(3)}/papers/label")
    assert (own.headers["content-type"], own.content) == ("application/pdf", b"%PDF-1.4 own")
    many = await packer.post("/papers", json={"key": "label", "cases": [order(n) for n in (1, 3)]})
    assert "/api/v1/files/file:1" in many.text


async def test_a_label_that_is_somebody_elses_file_is_not_shown(shop: Site) -> None:
    with writing(shop.engine) as session:
        _file(shop, session, "file:9", "leave_request:other:L-1", "image/png", PIXEL)
        printed.parcel(session, "SO-1", "SF-1", label="file:9")
        printed.parcel(session, "SO-2", "SF-2", label="javascript:alert(1)")
        printed.parcel(session, "SO-3", "SF-3", label="https://carrier.example/label?id=1&b=2")
    packer = await staff(shop, "packer")
    assert "data:image" not in await given(packer, order(1), "label")
    assert "javascript:" not in await given(packer, order(2), "label")
    assert 'href="https://carrier.example/label?id=1&amp;b=2"' in await given(packer, order(3), "label")


async def test_a_return_has_a_slip_and_a_label_to_the_store(shop: Site) -> None:
    with writing(shop.engine) as session:
        case = printed.returned(session, return_refund.start(), "SO-1", (LineQty(line=2, qty=1),))
        printed.parcel(session, "SO-1", "SF-9", return_no="RT-1")
    agent = await staff(shop, "after_sales")
    slip = text_of(await given(agent, case, "return_slip", **ZH))
    for part in ("退货单", "RT-1", "SO-1", "Glazed", "SF-9", "请将本单放入包裹内"):
        assert part in slip
    assert "Return RT-1" in text_of(await given(agent, case, "label"))


async def test_a_statement_shows_what_its_procedure_names_and_the_lines_that_differ(shop: Site) -> None:
    with writing(shop.engine) as session:
        scenario = walk(settlement.start(), [settlement.load()])
        case = printed.kept(session, scenario)
        session.add(
            OpenLine(
                key="k", store=printed.STORE, batch=scenario.machine.memory.subject, counterparty="sf",
                line="SO-1", ours=1_200_000, theirs=1_000_000, currency="CNY", at=MONDAY,
            )
        )  # fmt: skip
    finance = await staff(shop, "finance")
    text = text_of(await given(finance, case, "statement", **ZH))
    for part in ("对账单", "对账方 物流公司", "对账单合计 ¥900.00", "SO-1 ¥120.00 ¥100.00 -¥20.00 未解决"):
        assert part in text


async def test_a_case_tells_what_can_be_printed_of_it(shop: Site) -> None:
    packer = await staff(shop, "packer")
    shown = (await packer.get(f"/cases/{order(1)}", headers=ZH)).json()["papers"]
    assert shown == [
        {"key": "pick_list", "label": "拣货单"},
        {"key": "delivery_note", "label": "送货单"},
        {"key": "label", "label": "面单"},
    ]
    declared = (await packer.get("/procedures/order_fulfilment")).json()["papers"]
    assert declared == [one["key"] for one in shown]


async def test_nothing_is_printed_that_isnt_there_or_isnt_theirs(shop: Site) -> None:
    packer = await staff(shop, "packer")
    stranger = await shop.caller("packer", stores=["other"], name="stranger")
    with writing(shop.engine) as session:
        session.execute(delete(Claim).where(col(Claim.holder) == "SO-3"))
    said: list[tuple[int, str]] = []
    for client, case, paper in (
        (packer, order(1), "statement"),
        (packer, order(9), "label"),
        (stranger, order(1), "label"),
        (packer, order(3), "pick_list"),
        (packer, order(1), "poem"),
    ):
        answer = await client.get(f"/cases/{case}/papers/{paper}")
        said.append((answer.status_code, answer.json()["code"]))
    assert said == [
        (404, "not_found"), (404, "not_found"), (404, "not_found"), (409, "not_possible_now"),
        (422, "invalid_request"),
    ]  # fmt: skip
    many = await packer.post("/papers", json={"key": "label", "cases": [order(1), order(9)]})
    assert (many.status_code, many.json()["errors"][0]["pointer"]) == (404, "/cases/1")
    assert (await packer.post("/papers", json={"key": "label", "cases": []})).status_code == 422


async def test_a_party_prints_what_is_theirs(shop: Site) -> None:
    key = {"name": "buyer", "roles": ["customer"], "stores": [printed.STORE]}
    admin = shop.client(shop.first_key)
    with writing(shop.engine) as session:
        case = printed.ordered(session, "SO-7", {"TEA-1": 1}, customer_no="C-9")
        session.add(
            CaseParty(
                kind="customer", number="C-9", store=printed.STORE, case=case, opened_at=datetime.now(UTC)
            )
        )
    made = await admin.post("/keys", json={**key, "parties": [{"kind": "customer", "number": "C-9"}]})
    buyer = shop.client(made.json()["key"])
    shown = (await buyer.get(f"/cases/{case}")).json()["papers"]
    assert [one["key"] for one in shown] == ["delivery_note"]
    assert "13800138000" in await given(buyer, case, "delivery_note")
    assert (await buyer.get(f"/cases/{case}/papers/pick_list")).status_code == 404
    assert (await buyer.get(f"/cases/{order(1)}/papers/delivery_note")).status_code == 404


@prints
async def test_a_pdf_comes_where_accept_asks_for_one(shop: Site) -> None:
    packer = await staff(shop, "packer")
    note = await packer.get(f"/cases/{order(1)}/papers/delivery_note", headers=PDF)
    assert (note.status_code, note.headers["content-type"]) == (200, "application/pdf")
    assert note.content.startswith(b"%PDF-")
    labels = {"key": "label", "cases": [order(n) for n in (1, 2, 3)]}
    many = await packer.post("/papers", json=labels, headers=PDF)
    assert many.content.startswith(b"%PDF-")
    assert sizes_of(note.content) == [(595, 842)], "A4, in points"
    assert sizes_of(many.content) == [(283, 425)] * 3, "100 × 150 mm each"


@prints
async def test_a_pdf_fetches_nothing(shop: Site, tmp_path: Any) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(PIXEL)
    printer = Printer()
    pictures = (f"file://{secret}", "http://127.0.0.1:9/x.png", "data:image/png;base64,AAAA")
    page = "".join(f'<img alt="" src="{one}">' for one in pictures)
    assert b"/Image" not in await printer.pdf(page)
    printer.stop()


async def test_papers_wait_for_their_turn_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    printer = Printer()
    monkeypatch.setattr(printer, "_waiting", MOST_WAITING)
    with pytest.raises(Problem) as refused:
        await printer.pdf("<p>")
    assert (refused.value.status_code, refused.value.code) == (503, "unavailable")
    printer.stop()


async def test_without_pango_there_is_the_page_and_a_sentence(
    shop: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.papers.printing._library", lambda: CannotPrint("no libpango"))
    packer = await staff(shop, "packer")
    where = f"/cases/{order(1)}/papers/delivery_note"
    only = await packer.get(where, headers=PDF | ZH)
    assert (only.status_code, only.json()["code"]) == (406, "not_acceptable")
    assert "Pango" in only.json()["detail"]
    either = await packer.get(where, headers={"Accept": "application/pdf, text/html;q=0.5", **ZH})
    assert (either.status_code, either.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "本机缺少 Pango" in either.text


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, Wanted(prefers_pdf=False, takes_pdf=True, takes_page=True)),
        ("*/*", Wanted(prefers_pdf=False, takes_pdf=True, takes_page=True)),
        ("application/pdf", Wanted(prefers_pdf=True, takes_pdf=True, takes_page=False)),
        ("text/html", Wanted(prefers_pdf=False, takes_pdf=False, takes_page=True)),
        ("application/pdf, text/html;q=0.5", Wanted(prefers_pdf=True, takes_pdf=True, takes_page=True)),
        (
            "text/html,application/xml;q=0.9,*/*;q=0.8",
            Wanted(prefers_pdf=False, takes_pdf=True, takes_page=True),
        ),
        ("application/json", Wanted(prefers_pdf=False, takes_pdf=False, takes_page=True)),
        ("application/pdf;q=soon", Wanted(prefers_pdf=False, takes_pdf=False, takes_page=True)),
    ],
)
def test_accept_says_what_is_wanted(accept: str | None, expected: Wanted) -> None:
    assert wanted(accept) == expected


def test_a_number_that_bars_cant_say_is_a_square() -> None:
    assert 'class="bars"' in code_of("SO-1")
    assert 'class="square"' in code_of("订单-1")
    assert 'class="square"' in code_of("A" * 120)
    assert (code_of(""), square_of("x" * 5000)) == ("", "")


def test_each_word_of_a_template_is_there_in_both_languages_and_none_is_left_over() -> None:
    known = tomllib.loads(FILE.read_text("utf-8"))
    environment = _environment()
    sources = [environment.loader.get_source(environment, name)[0] for name in environment.list_templates()]  # pyright: ignore[reportOptionalMemberAccess]
    asked = {word for source in sources for word in re.findall(r"\bw\.(\w+)", source)}
    by_code = {
        "page_instead",
        "yes",
        "no",
        *(f"state_{one}" for one in ("open", "carried", "taken_up", "cleared")),
    }
    assert asked | by_code == set(known)
    assert all(set(texts) == {"en", "zh"} for texts in known.values())
    assert {paper.value for paper in Paper} <= {
        name.removesuffix(".html") for name in environment.list_templates()
    }


def test_an_api_that_starts_loads_no_weasyprint() -> None:
    code = "import sys, api.app; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _file(shop: Site, session: Any, id_: str, case: str, media_type: str, content: bytes) -> None:
    sha256 = hashlib.sha256(content).hexdigest()
    path = shop.settings.data_dir / "files" / sha256[:2] / sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    session.add(
        StoredFile(
            id=id_, case=case, store=printed.STORE, name="label", media_type=media_type, size=len(content),
            sha256=sha256, author="sf", stored_at=MONDAY,
        )
    )  # fmt: skip
