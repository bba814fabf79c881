"""What a case is about, in words: goods that it names by the lines of an order."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from activities.catalogue.contract import SetProduct
from cases.headline_words import part_in_words, titles_of, with_goods
from cases.headlines import headline_of
from models.database import reading
from models.tables.orders import OrderLine
from tests.activities.desk import Books
from workflows.registry import registry

RETURNS = registry().get("return_refund")


def a_return(order: str, *lines: tuple[int, int], store: str = "tmall") -> SimpleNamespace:
    """A case about so many pieces of these lines."""
    rows = [{"line": line, "qty": qty} for line, qty in lines]
    headline = headline_of(
        RETURNS.key, RETURNS.version, {"order_no": order, "lines": rows, "reason": "quality"}
    )
    return SimpleNamespace(store=store, headline=headline)


def told(books: Books, *rows: Any) -> list[str]:
    with reading(books.engine) as session:
        headlines = with_goods(session, rows)
        titles = titles_of(session, headlines)
        return [part_in_words(RETURNS, headline[0], "en", titles) for headline in headlines]


def test_goods_of_an_order_stand_in_a_line_by_their_name(books: Books) -> None:
    books.do(SetProduct(sku="CUP-1", title="Celadon cup"))
    with books.write() as session:
        for order, line, sku in (("SO-1", 1, "TEA-1"), ("SO-1", 2, "CUP-1"), ("SO-2", 1, "CUP-1")):
            session.add(
                OrderLine(store="tmall", order=order, line=line, sku=sku, qty=2, unit_price=1, currency="CNY")
            )
    rows = [a_return("SO-1", (2, 2), (1, 1)), a_return("SO-2", (1, 1), (9, 1))]
    assert told(books, *rows) == ["Celadon cup ×2, TEA-1 ×1", "Celadon cup ×1, line 9 ×1"]
    assert told(books, a_return("SO-1", (2, 2), store="jd")) == ["line 2 ×2"]
    assert told(books) == []
