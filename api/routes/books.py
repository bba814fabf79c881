"""The store's books, to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Query, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from activities.carriers.reading import WaybillView, waybills
from activities.catalogue.reading import ProductView, products
from activities.members.reading import MemberView, members
from activities.messages.reading import MessageView, messages
from activities.money.reading import MoneyView, money
from activities.pages import Page
from activities.partners.reading import PartnerView, partners
from activities.purchasing.reading import PurchaseView, purchases
from activities.stock.reading import ClaimView, MovementView, StockView, claims, movements, stock
from activities.trade.reading import CreditView, credits_of
from api.access import Calling
from api.books import filters_of
from api.cursors import Cursor, Limit, decode, encode
from api.dependencies import Serving
from api.labels import LANGUAGES
from api.problems import Problem, problem_responses
from api.replies import Reply, json_reply, response
from api.routes import router

routes = router("books")


def _filter(description: str, example: str) -> Any:
    return Query(max_length=200, description=description, examples=[example])


Sku = Annotated[str | None, _filter("Of this product alone.", "MUG-1")]
Order = Annotated[str | None, _filter("Of this order alone.", "SO-1001")]


class _Listed(BaseModel):
    next_cursor: str | None


def _shape(view: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """How OpenAPI shows a page of these."""
    listed = type(f"{view.__name__}Page", (_Listed,), {"__annotations__": {"items": list[view]}})
    return {200: {"model": listed}, **problem_responses(404)}


@dataclass
class BookReader:
    """Who reads a book, and which page of it."""

    caller: Calling
    serving: Serving
    limit: Limit = 50
    cursor: Cursor = None

    async def page(self, book: str, read: Callable[..., Page[Any]], *key: type, **filters: Any) -> Response:
        """What `read` gives of these filters, as far as the book is there for the caller; `key` is of which types its
        pages' keys are.
        """
        filters |= filters_of(book, self.caller)
        behind = decode(self.cursor, key) if self.cursor else None
        self.serving.reads.note(self.caller, f"book {book}")
        if behind is not None and any(value is None for value in behind):
            raise Problem("invalid_request", "The cursor is not of this list.")
        return response(await self.serving.storage.search(_read, read, behind, self.limit, filters))


Reading = Annotated[BookReader, Depends()]


def _read(
    session: Session, read: Callable[..., Page[Any]], behind: Any, limit: int, filters: dict[str, Any]
) -> Reply:
    try:
        found = read(session, after=behind, limit=limit, **filters)
    except ValueError as error:
        raise Problem("invalid_request", "The cursor is not of this list.") from error
    return json_reply(
        {
            "items": [item.model_dump(mode="json") for item in found.items],
            "next_cursor": encode(found.after) if found.after else None,
        }
    )


@routes.get("/books/stock", summary="Read the stock", operation_id="read_stock", responses=_shape(StockView))
async def read_stock(
    book: Reading,
    sku: Sku = None,
    location: Annotated[str | None, _filter("At this location alone.", "A-02")] = None,
) -> Response:
    """What is where: on hand, held, reserved, quarantined, free."""
    return await book.page("stock", stock, str, str, sku=sku, location=location)


@routes.get(
    "/books/claims",
    summary="Read what is kept for whom",
    operation_id="read_claims",
    responses=_shape(ClaimView),
)
async def read_claims(
    book: Reading,
    sku: Sku = None,
    holder: Annotated[str | None, _filter("For this order or campaign alone.", "SO-1001")] = None,
) -> Response:
    """Goods that are kept, for which order or campaign."""
    return await book.page("claims", claims, str, sku=sku, holder=holder)


@routes.get(
    "/books/movements",
    summary="Read the stock journal",
    operation_id="read_movements",
    responses=_shape(MovementView),
)
async def read_movements(
    book: Reading,
    sku: Sku = None,
    reference: Annotated[
        str | None, _filter("Of this paper alone: an order, a delivery, a count.", "SO-1001")
    ] = None,
) -> Response:
    """Every movement of stock, oldest first."""
    return await book.page("movements", movements, str, sku=sku, reference=reference)


@routes.get(
    "/books/money",
    summary="Read what was paid and refunded",
    operation_id="read_money",
    responses=_shape(MoneyView),
)
async def read_money(
    book: Reading,
    order: Order = None,
) -> Response:
    """Payments, refunds and papers, by order. A customer reads those of its own orders."""
    return await book.page("money", money, str, str, order=order)


@routes.get(
    "/books/products",
    summary="Read the catalogue",
    operation_id="read_products",
    responses=_shape(ProductView),
)
async def read_products(
    book: Reading,
    sku: Sku = None,
    q: Annotated[str | None, _filter("Words of the title.", "mug")] = None,
) -> Response:
    """Products, with the prices that hold now."""
    return await book.page("products", products, str, sku=sku, text=q, now=datetime.now(UTC))


@routes.get(
    "/books/members", summary="Read the members", operation_id="read_members", responses=_shape(MemberView)
)
async def read_members(
    book: Reading,
    member: Annotated[str | None, _filter("This member alone.", "M-1001")] = None,
) -> Response:
    """Members and their points. A customer reads the member of its own number."""
    return await book.page("members", members, str, str, member=member)


@routes.get(
    "/books/purchases",
    summary="Read the purchases",
    operation_id="read_purchases",
    responses=_shape(PurchaseView),
)
async def read_purchases(
    book: Reading,
    purchase: Annotated[str | None, _filter("This purchase alone.", "PO-1001")] = None,
    supplier: Annotated[str | None, _filter("Of this supplier alone.", "S-7")] = None,
) -> Response:
    """What was ordered from suppliers, on what terms, and what was paid. A supplier reads its own."""
    return await book.page("purchases", purchases, str, str, purchase=purchase, supplier=supplier)


@routes.get(
    "/books/credits",
    summary="Read what partners owe",
    operation_id="read_credits",
    responses=_shape(CreditView),
)
async def read_credits(
    book: Reading,
    order: Order = None,
    partner: Annotated[str | None, _filter("Of this partner alone.", "B-7")] = None,
) -> Response:
    """What was delivered on credit, and what was paid for it. A distributor or a buyer reads its own."""
    return await book.page("credits", credits_of, str, str, order=order, partner=partner)


@routes.get(
    "/books/partners",
    summary="Read the partners",
    operation_id="read_partners",
    responses=_shape(PartnerView),
)
async def read_partners(
    book: Reading,
    kind: Annotated[str | None, _filter("Of this kind alone.", "carrier")] = None,
    partner: Annotated[str | None, _filter("This partner alone.", "C-1")] = None,
) -> Response:
    """Carriers, suppliers, distributors."""
    return await book.page("partners", partners, str, str, kind=kind, partner=partner)


@routes.get(
    "/books/waybills",
    summary="Read the waybills",
    operation_id="read_waybills",
    responses=_shape(WaybillView),
)
async def read_waybills(
    book: Reading,
    order: Order = None,
    waybill_no: Annotated[str | None, _filter("This waybill alone.", "SF1234567890")] = None,
) -> Response:
    """The papers of parcels, outbound and returning."""
    return await book.page("waybills", waybills, str, order=order, waybill_no=waybill_no)


@routes.get(
    "/books/messages",
    summary="Read the messages",
    operation_id="read_messages",
    responses=_shape(MessageView),
)
async def read_messages(
    book: Reading,
    case: Annotated[str | None, _filter("Of this case alone.", "order_fulfilment:tmall:SO-1001")] = None,
    language: Annotated[
        str | None,
        Query(pattern="^(en|zh)$", description="In this language; else as it was sent.", examples=["en"]),
    ] = None,
) -> Response:
    """What was written to whom."""
    assert language is None or language in LANGUAGES
    return await book.page("messages", messages, str, case=case, locale=language)
