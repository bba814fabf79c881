"""Lists and histories as tables for a spreadsheet."""

from __future__ import annotations

import csv
import io

import httpx
import pytest
from openpyxl import load_workbook

from api.people import sessions
from inbox.spreadsheets import Kind, spreadsheet
from tests.inbox.shop import Shop

ODD = ["=1+1", "+86", "-4", "@name", "\tx", "\rx", "＝1+1", "12", "明前龙井 250g", ""]


def in_workbook(content: bytes) -> list[list[str]]:
    """The cells as a reader of workbooks finds them; none is a formula."""
    (sheet,) = load_workbook(io.BytesIO(content)).worksheets
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s"}
    return [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows()]


def test_what_begins_like_a_formula_is_text_in_a_workbook() -> None:
    answer = spreadsheet("tasks", "xlsx", ["a"], [[odd] for odd in ODD])
    found = [row[0] for row in in_workbook(bytes(answer.body))]
    assert found == ["a", *(odd.replace("\r", "_x000D_") for odd in ODD)]
    assert answer.headers["content-disposition"] == "attachment; filename=tasks.xlsx"


def test_what_begins_like_a_formula_is_text_in_csv() -> None:
    answer = spreadsheet("tasks", "csv", ["a"], [[odd] for odd in ODD])
    rows = list(csv.reader(io.StringIO(bytes(answer.body).decode("utf-8-sig"), newline="")))
    assert [row[0] for row in rows if row][1:4] == ["'=1+1", "+86", "-4"]
    assert ["'@name"] in rows
    assert ["'＝1+1"] in rows


def test_a_table_without_rows_has_its_head() -> None:
    assert in_workbook(bytes(spreadsheet("tasks", "xlsx", ["a", "b"], []).body)) == [["a", "b"]]


async def table(pages: httpx.AsyncClient, path: str, kind: Kind, **asked: str) -> list[list[str]]:
    answer = await pages.get(f"/{path}.{kind}", params=asked)
    assert answer.status_code == 200, answer.text
    if kind == "xlsx":
        return in_workbook(answer.content)
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_both_kinds_hold_the_same_of_what_somebody_may_see(shop: Shop) -> None:
    orders = [await shop.order() for _ in range(2)]
    agent, stranger = await shop.hire("cs_agent"), await shop.hire("cs_agent", stores=("another",))
    asked = {"procedure": "order_fulfilment"}
    for person, sees_them in ((agent, True), (stranger, False)):
        cookies = {sessions.COOKIE: person.cookie}
        async with httpx.AsyncClient(base_url=f"{shop.url}/inbox", cookies=cookies, trust_env=False) as pages:
            as_csv, as_workbook = (
                await table(pages, "export", "csv", **asked),
                await table(pages, "export", "xlsx", **asked),
            )
            assert as_csv[0] == as_workbook[0]
            numbers = [{row[0] for row in rows[1:]} for rows in (as_csv, as_workbook)]
            assert numbers[0] == numbers[1]
            assert ({order.number for order in orders} <= numbers[0]) is sees_them
            if sees_them:
                case = orders[0].case
                history = [await table(pages, "history", kind, case=case) for kind in ("csv", "xlsx")]
                assert len(history[0]) > 2
                assert [row[:5] for row in history[0]] == [row[:5] for row in history[1]]
            else:
                assert (await pages.get("/history.xlsx", params={"case": orders[0].case})).status_code == 404


@pytest.mark.parametrize("kind", ["ods", "CSV"])
async def test_no_other_kind_is_there(shop: Shop, kind: str) -> None:
    person = await shop.staff("cs_agent")
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.get(
            f"{shop.url}/inbox/export.{kind}", cookies={sessions.COOKIE: person.cookie}
        )
    assert answer.status_code == 422
