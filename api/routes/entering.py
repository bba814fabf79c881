"""What is entered into the books directly, when no procedure brings it: products to begin with, opening stock."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from fastapi import Response

from activities.catalogue.contract import SetPrice, SetProduct
from activities.performers import enter
from activities.stock.contract import ReceiveStock, SetBins
from api.dependencies import Idempotent, Services, Serving
from api.documents.books import Delivery, EntryResults, NewBins, NewProducts
from api.problems import Problem, not_found, problem_responses
from api.replies import Reply, json_reply, response
from api.requests import IdempotentRequest
from api.routes import router
from models.effect import Effect
from models.roles import Role

routes = router("books")

_SETS_PRODUCTS = frozenset({Role.PRODUCT_MANAGER, Role.OPS_MANAGER})
_RECEIVES = frozenset({Role.WAREHOUSE_SUPERVISOR, Role.OPS_MANAGER})


@routes.post(
    "/books/products",
    summary="Put products into the catalogue",
    operation_id="set_products",
    responses={200: {"model": EntryResults}, **problem_responses(403, 404, 413, 503)},
)
async def set_products(body: NewProducts, request: Idempotent, serving: Serving) -> Response:
    """New products, or new descriptions and prices of those that are there. For product managers and the operations
    manager.
    """
    effects: list[tuple[str, Effect]] = []
    for new in body.products:
        effect = SetProduct(
            sku=new.sku,
            title=new.title,
            category=new.category,
            for_sale=new.for_sale,
            codes=None if new.codes is None else tuple(new.codes),
        )
        effects.append((new.sku, effect))
        if new.price is not None:
            effects.append((new.sku, SetPrice(sku=new.sku, price=new.price)))
    return await _enter(serving, request, body.store, _SETS_PRODUCTS, effects)


@routes.post(
    "/books/stock",
    summary="Count goods in",
    operation_id="receive_stock",
    responses={200: {"model": EntryResults}, **problem_responses(403, 404, 413, 503)},
)
async def receive_stock(body: Delivery, request: Idempotent, serving: Serving) -> Response:
    """Opening stock, or goods that another system received. For the warehouse supervisor and the operations manager."""
    effect = ReceiveStock(reference=body.reference, lines=tuple(body.lines))
    return await _enter(serving, request, body.store, _RECEIVES, [(body.reference, effect)])


@routes.post(
    "/books/bins",
    summary="Say which bins a location has",
    operation_id="set_bins",
    responses={200: {"model": EntryResults}, **problem_responses(403, 404, 413, 503)},
)
async def set_bins(body: NewBins, request: Idempotent, serving: Serving) -> Response:
    """Each bin with its place on the way through the location. For the warehouse supervisor and the operations
    manager.
    """
    effect = SetBins(location=body.location, bins=tuple(body.bins))
    return await _enter(serving, request, body.store, _RECEIVES, [(body.location, effect)])


async def _enter(
    serving: Services,
    request: IdempotentRequest,
    store: str,
    roles: frozenset[Role],
    effects: Sequence[tuple[str, Effect]],
) -> Response:
    if not request.caller.sees(store):
        raise not_found("store")
    if not request.caller.has_any(roles):
        raise Problem("not_your_role", f"This is for {', '.join(sorted(roles))}.")
    # the books take each key once, so that a repeat after a crash finds what was entered
    digest = hashlib.sha256(f"{request.caller.id}\n{request.key}".encode()).hexdigest()[:32]

    async def enter_all(_: bool) -> Reply:  # noqa: FBT001 - as `once` calls it
        return json_reply({"items": await asyncio.to_thread(_enter_all, serving, store, digest, effects)})

    return response(await serving.journal.once(request, enter_all))


def _enter_all(
    serving: Services, store: str, digest: str, effects: Sequence[tuple[str, Effect]]
) -> list[dict[str, object]]:
    now = datetime.now(UTC)
    results: list[dict[str, object]] = []
    for number, (of, effect) in enumerate(effects):
        outcome = enter(serving.world, effect, key=f"{digest}.{number}", store=store, at=now)
        results.append({"of": of, "ok": outcome.ok, "reason": outcome.reason, "data": outcome.data})
    return results
