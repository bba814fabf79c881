"""Who reads which of the store's books: roles, in the stores where they are held; and which rows are a party's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, false, or_

from api.access import Caller
from api.problems import not_found
from api.reading import is_own, own_numbers_in
from api.storage import table_of
from models.roles import STAFF_ROLES, PartyKind, Role
from models.tables.members import Member
from models.tables.money import OrderAccount
from models.tables.orders import OrderRow
from models.tables.purchasing import Purchase
from models.tables.trade import Credit

Own = Callable[[Caller, PartyKind], ColumnElement[bool]]
"""Says which rows of a book are the caller's own, as a party of a kind."""


class Book(NamedTuple):
    """Who reads a book."""

    readers: frozenset[Role] = STAFF_ROLES
    parties: Mapping[PartyKind, Own] = MappingProxyType({})
    is_of_stores: bool = True
    """Whether its rows are each of a store. Else they are the company's."""


def _numbered(number: Any, store: Any) -> Own:
    """Rows that name the party by its number."""

    def own(caller: Caller, kind: PartyKind) -> ColumnElement[bool]:
        return own_numbers_in(caller, kind, store, number)

    return own


def _of_own_orders(caller: Caller, kind: PartyKind) -> ColumnElement[bool]:
    """Accounts of orders whose case is the party's."""
    order, account = table_of(OrderRow).c, table_of(OrderAccount).c
    return exists().where(
        order.store == account.store,
        order.order == account.order,
        is_own(caller, kind, order.store, order.case),
    )


_BUYS = frozenset(
    {
        Role.PURCHASING,
        Role.FINANCE,
        Role.OPS_MANAGER,
        Role.GM,
        Role.WAREHOUSE_SUPERVISOR,
        Role.RECEIVER,
    }
)
_SELLS_ON_CREDIT = frozenset(
    {Role.SALES, Role.DISTRIBUTION_MANAGER, Role.ORDER_CLERK, Role.FINANCE, Role.OPS_MANAGER, Role.GM}
)
_members, _purchases, _credits = table_of(Member).c, table_of(Purchase).c, table_of(Credit).c
_partner = _numbered(_credits.partner, _credits.store)

BOOKS: Mapping[str, Book] = {
    "stock": Book(is_of_stores=False),
    "claims": Book(),
    "movements": Book(),
    "products": Book(),
    "partners": Book(is_of_stores=False),
    "waybills": Book(),
    "messages": Book(),
    "money": Book(parties={PartyKind.CUSTOMER: _of_own_orders}),
    "members": Book(parties={PartyKind.CUSTOMER: _numbered(_members.member, _members.store)}),
    "purchases": Book(_BUYS, {PartyKind.SUPPLIER: _numbered(_purchases.supplier, _purchases.store)}),
    "credits": Book(_SELLS_ON_CREDIT, {PartyKind.DISTRIBUTOR: _partner, PartyKind.BUYER: _partner}),
}


def filters_of(book: str, caller: Caller) -> dict[str, Any]:
    """What the reader of a book is told of this caller: `stores` whose rows all are there for them, where the book has
    any; and `own`, which others are, where it has parties. Raises Problem `not_found` where nothing of it is.
    """
    declared = BOOKS[book]
    stores = caller.rights.stores_of(declared.readers)
    kinds = {one.kind for one in caller.parties} & declared.parties.keys()
    if stores is not None and not stores and not kinds:
        raise not_found("book")
    found: dict[str, Any] = {"stores": stores} if declared.is_of_stores else {}
    if declared.parties:
        found["own"] = or_(false(), *(declared.parties[kind](caller, kind) for kind in sorted(kinds)))
    return found
