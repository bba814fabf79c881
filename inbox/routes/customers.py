"""A customer on one page."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from inbox.customers import customer_view
from inbox.routes.lists import beside
from inbox.templating import page
from inbox.visitors import Visiting

routes = APIRouter()


@routes.get("/customers/{number:path}")
async def customer(
    visitor: Visiting, number: str, store: str = "", order: str = "", case: str = ""
) -> HTMLResponse:
    """Orders, cases, refunds, what is left of limits; what can be started for them, and what they can be answered."""
    view = await customer_view(visitor, number[:64], store, order=order, case=case)
    return page("customer.html", visitor, here="customer", customer=view, **await beside(visitor))
