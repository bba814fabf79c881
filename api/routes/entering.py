"""What is entered into the books directly, when no procedure brings it: products to begin with, opening stock."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from fastapi import Response

from activities.catalogue.contract import SetPrice, SetProduct
from activities.performers import enter
from activities.stock.contract import ReceiveStock
from api.dependencies import Asked, Asking, Services, Serving, problems
from api.documents import Delivery, EnteredPage, NewProducts
from api.journal import entries
from api.journal.entries import LeaseLost
from api.journal.replies import json_reply, response
from api.problems import Problem, not_found
from api.routes import router
from models.effect import Effect
from models.roles import Role
from models.tables.requests import Sending

routes = router("books")

_SETS_PRODUCTS = frozenset({Role.PRODUCT_MANAGER, Role.OPS_MANAGER})
_RECEIVES = frozenset({Role.WAREHOUSE_SUPERVISOR, Role.OPS_MANAGER})


@routes.post(
    "/books/products",
    operation_id="set_products",
    responses={200: {"model": EnteredPage}, **problems(403, 404, 413, 503)},
)
async def set_products(body: NewProducts, asked: Asked, serving: Serving) -> Response:
    """Put products into the catalogue, or describe them anew. For product managers and the operations manager."""
    effects: list[tuple[str, Effect]] = []
    for one in body.products:
        told = SetProduct(sku=one.sku, title=one.title, category=one.category, for_sale=one.for_sale)
        effects.append((one.sku, told))
        if one.price is not None:
            effects.append((one.sku, SetPrice(sku=one.sku, price=one.price)))
    return await _enter(serving, asked, body.store, _SETS_PRODUCTS, effects)


@routes.post(
    "/books/stock",
    operation_id="receive_stock",
    responses={200: {"model": EnteredPage}, **problems(403, 404, 413, 503)},
)
async def receive_stock(body: Delivery, asked: Asked, serving: Serving) -> Response:
    """Count goods in. For the warehouse supervisor and the operations manager."""
    effect = ReceiveStock(reference=body.reference, lines=tuple(body.lines))
    return await _enter(serving, asked, body.store, _RECEIVES, [(body.reference, effect)])


async def _enter(
    serving: Services,
    asked: Asking,
    store: str,
    roles: frozenset[Role],
    effects: Sequence[tuple[str, Effect]],
) -> Response:
    if not asked.caller.sees(store):
        raise not_found("store")
    if not asked.caller.has_any(roles):
        raise Problem("not_your_role", f"This is for {', '.join(sorted(roles))}.")
    entry = asked.entry(Sending.BULK)
    known = await serving.storage.write(entries.insert, entry, serving.journal.holder)
    if known is not None and known.entry.body_hash != entry.body_hash:
        raise Problem("key_reused")
    if known is not None and known.reply is not None:
        return response(known.reply)
    # the books take each key once, so that a repeat after a crash finds what was entered
    under = hashlib.sha256(f"{asked.caller.account}\n{asked.key}".encode()).hexdigest()[:32]
    items = await asyncio.to_thread(_enter_all, serving, store, under, effects)
    reply = json_reply({"items": items})
    with suppress(LeaseLost):
        request = entry.id if known is None else known.entry.id
        reply = await serving.storage.write(entries.record, request, serving.journal.holder, reply)
    return response(reply)


def _enter_all(
    serving: Services, store: str, under: str, effects: Sequence[tuple[str, Effect]]
) -> list[dict[str, object]]:
    now = datetime.now(UTC)
    told: list[dict[str, object]] = []
    for number, (of, effect) in enumerate(effects):
        outcome = enter(serving.world, effect, key=f"{under}.{number}", store=store, at=now)
        told.append({"of": of, "ok": outcome.ok, "reason": outcome.reason, "data": outcome.data})
    return told
