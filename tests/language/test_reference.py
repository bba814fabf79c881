"""The reference says what the declarations say, and knows when it doesn't any more."""

from functools import cache
from pathlib import Path

import pytest

from tests.scenario import documented
from workflows.labels import LANGUAGES
from workflows.reference.__main__ import main
from workflows.reference.index import pages
from workflows.registry import registry


@cache
def written() -> dict[str, str]:
    return pages(registry())


def page(path: str) -> list[str]:
    return written()[path].splitlines()


@pytest.mark.parametrize(
    "line",
    [
        "# Return refund",
        "- Key `return_refund`, version 1",
        '  inspecting -->|"Pass inspection"| refund_pending',
        '  awaiting_shipment -.->|"No shipment"| expired',
        "| Refund pending `refund_pending` | Finance | 24 h | Finance, Operations manager |",
        "| Expired `expired` | end; takes back what was done and still stands |  |  |",
        "| Authorise `authorise` | *start* | Authorised | another procedure |  | [Form](#form-authorisation) |",
        "| No shipment `no_shipment` | Awaiting shipment | Expired | after 7 d |  |  |",
        "| *stays* | Factory resident, Warehouse keeper | not “The parcel is here” | [Form](#form-lateparcel) |",
        "| Allowed, Refund pending, Refund failed | Pay refund `PayRefund` | Pay refund | Refund failed |  |",
        "| Goods sent back | Book waybill `BookWaybill` |  |  | Void waybill `VoidWaybill` |",
        "| Claim `claim` | Lost return, Lost on way | [Lost parcel claim](",
        "- How long: from Authorise to Pay refund",
        "`waybill_no` | code | yes | at most 64 characters; kept in the case |",
        "`lines[].qty` | whole number | yes | 1 to 1,000,000 |",
        "`freight_refund` | money |  | default 0 CNY |",
    ],
)
def test_a_page_says_what_the_declaration_says(line: str) -> None:
    assert line in "\n".join(page("en/after_sales/return_refund.md"))


def test_a_page_speaks_its_language() -> None:
    assert "## 操作" in page("zh/after_sales/return_refund.md")


def test_a_deadline_names_its_events_and_the_roles_that_are_notified() -> None:
    (limit,) = [line for line in page("en/after_sales/return_refund.md") if "`restock_limit`" in line]
    cells = [cell.strip() for cell in limit.strip("|").split("|")]
    assert cells[1:] == [
        "24 h",
        "Pay refund, Nothing to pay, Platform refund, Late parcel",
        "Restock done",
        "",
        "No parcel is here to put away",
        "Warehouse supervisor",
        "",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_lists_every_procedure(language: str) -> None:
    listed = "\n".join(page(f"{language}/README.md"))
    assert [one.key for one in documented() if f"/{one.key}.md)" not in listed] == []


def test_it_notices_what_is_not_current(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], tmp_path) == 0
    changed, stale = tmp_path / "en/after_sales/return_refund.md", tmp_path / "zh/after_sales/gone.md"
    current = changed.read_text()
    changed.write_text(current + "\n")
    stale.touch()
    assert main(["--check"], tmp_path) == 1
    output = capsys.readouterr().out
    assert "en/after_sales/return_refund.md is not current" in output
    assert "zh/after_sales/gone.md is not current" in output
    assert main([], tmp_path) == 0
    assert (changed.read_text(), stale.exists()) == (current, False)
