"""The store's books, to read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from activities.carriers.reading import WaybillView, waybills
from activities.catalogue.reading import ProductView, products
from activities.members.reading import MemberView, members
from activities.messages.reading import MessageView, messages
from activities.money.reading import MoneyView, money
from activities.pages import Page
from activities.partners.reading import PartnerView, partners
from activities.stock.reading import ClaimView, MovementView, StockView, claims, movements, stock
from api.authentication import Caller, Calling
from api.cursors import Cursor, Limit, decode, encode, page
from api.dependencies import Serving, problems
from api.journal.entries import Reply
from api.journal.replies import json_reply, response
from api.labels import LANGUAGES
from api.problems import Problem
from api.routes import router

routes = router("books")
Wanted = Annotated[str | None, Query(max_length=200)]


class _Listed(BaseModel):
    next_cursor: str | None


def _shape(view: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """How OpenAPI shows a page of these."""
    listed = type(f"{view.__name__}Page", (_Listed,), {"__annotations__": {"items": list[view]}})
    return {200: {"model": listed}, **problems()}


async def _page(
    serving: Serving,
    caller: Caller,
    read: Callable[..., Page[Any]],
    cursor: str | None,
    limit: int,
    key: tuple[type, ...],
    **wanted: Any,
) -> Response:
    if not caller.actor.is_staff:
        raise Problem("forbidden", "The books are for staff.")
    behind = decode(cursor, key) if cursor else None
    if behind is not None and any(value is None for value in behind):
        raise Problem("invalid_request", "The cursor is not of this list.")
    return response(await serving.storage.search(_read, read, behind, limit, wanted))


def _read(
    session: Session, read: Callable[..., Page[Any]], behind: Any, limit: int, wanted: dict[str, Any]
) -> Reply:
    try:
        found = read(session, after=behind, limit=limit, **wanted)
    except ValueError as error:
        raise Problem("invalid_request", "The cursor is not of this list.") from error
    items = [item.model_dump(mode="json") for item in found.items]
    return json_reply(page(items, encode(found.after) if found.after else None))


@routes.get("/books/stock", operation_id="read_stock", responses=_shape(StockView))
async def read_stock(
    caller: Calling,
    serving: Serving,
    sku: Wanted = None,
    location: Wanted = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """What is where: on hand, held, reserved, quarantined, free."""
    return await _page(serving, caller, stock, cursor, limit, (str, str), sku=sku, location=location)


@routes.get("/books/claims", operation_id="read_claims", responses=_shape(ClaimView))
async def read_claims(
    caller: Calling,
    serving: Serving,
    sku: Wanted = None,
    holder: Wanted = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Goods that are kept, for which order or campaign."""
    return await _page(
        serving, caller, claims, cursor, limit, (str,), sku=sku, holder=holder, stores=caller.stores
    )


@routes.get("/books/movements", operation_id="read_movements", responses=_shape(MovementView))
async def read_movements(
    caller: Calling,
    serving: Serving,
    sku: Wanted = None,
    reference: Wanted = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """The stock journal, oldest first."""
    return await _page(
        serving,
        caller,
        movements,
        cursor,
        limit,
        (str,),
        sku=sku,
        reference=reference,
        stores=caller.stores,
    )


@routes.get("/books/money", operation_id="read_money", responses=_shape(MoneyView))
async def read_money(
    caller: Calling, serving: Serving, order: Wanted = None, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """What was paid and refunded, by order."""
    return await _page(serving, caller, money, cursor, limit, (str, str), order=order, stores=caller.stores)


@routes.get("/books/products", operation_id="read_products", responses=_shape(ProductView))
async def read_products(
    caller: Calling,
    serving: Serving,
    sku: Wanted = None,
    q: Wanted = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """The catalogue, with the prices that hold now."""
    return await _page(
        serving,
        caller,
        products,
        cursor,
        limit,
        (str,),
        sku=sku,
        text=q,
        now=datetime.now(UTC),
        stores=caller.stores,
    )


@routes.get("/books/members", operation_id="read_members", responses=_shape(MemberView))
async def read_members(
    caller: Calling, serving: Serving, member: Wanted = None, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """Members and their points."""
    return await _page(
        serving, caller, members, cursor, limit, (str, str), member=member, stores=caller.stores
    )


@routes.get("/books/partners", operation_id="read_partners", responses=_shape(PartnerView))
async def read_partners(
    caller: Calling,
    serving: Serving,
    kind: Wanted = None,
    partner: Wanted = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Carriers, suppliers, distributors."""
    return await _page(serving, caller, partners, cursor, limit, (str, str), kind=kind, partner=partner)


@routes.get("/books/waybills", operation_id="read_waybills", responses=_shape(WaybillView))
async def read_waybills(
    caller: Calling,
    serving: Serving,
    order: Wanted = None,
    waybill_no: Wanted = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Parcels' papers, outbound and returning."""
    return await _page(
        serving,
        caller,
        waybills,
        cursor,
        limit,
        (str,),
        order=order,
        waybill_no=waybill_no,
        stores=caller.stores,
    )


@routes.get("/books/messages", operation_id="read_messages", responses=_shape(MessageView))
async def read_messages(
    caller: Calling,
    serving: Serving,
    case: Wanted = None,
    language: Annotated[
        str | None, Query(pattern="^(en|zh)$", description="In this language; else as it was sent.")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """What was said to whom."""
    assert language is None or language in LANGUAGES
    return await _page(
        serving,
        caller,
        messages,
        cursor,
        limit,
        (str,),
        case=case,
        locale=language,
        stores=caller.stores,
    )
