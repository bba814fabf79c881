"""The books that a field's `x-ref` may name: what a form offers of each.

Books are for the store's people. Parties are offered what is theirs: their own cases, orders and numbers, and what is
for sale.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, select, tuple_
from sqlmodel import col

from activities.catalogue.reading import off_sale
from activities.pages import literally
from api.headlines import headlines_of
from api.labels import label
from api.lookups.entries import (
    LOOKED_AT,
    Asked,
    RefEntry,
    cases_found,
    found_in,
    in_order,
    those_with,
    values_in_stores,
    values_of,
)
from api.lookups.people import colleagues
from api.privacy import searches_personal
from api.problems import Problem, not_found
from api.reading import own_numbers
from models.roles import PartyKind
from models.tables.cases import CaseParty, CaseReference
from models.tables.catalogue import Product
from models.tables.orders import OrderRow
from models.tables.partners import Partner
from models.tables.registers import Record, register
from models.tables.stock import BinRow
from models.tables.trade import Distributor
from workflows.registry import registry

Entries = Iterable[RefEntry]
_NEWEST = 100
"""Cases that are looked at for whose they are."""


@dataclass(frozen=True)
class Book:
    """One of them."""

    entries: Callable[[Asked], Entries]
    own: Callable[[Asked], Entries] | None = None
    """What of it a party is offered; None where nothing."""


def entries_of(book: str, asked: Asked) -> list[RefEntry]:
    """What of this book suits best. Raises Problem `not_found`, `forbidden` where it isn't for the caller."""
    there = BOOKS.get(book) or (_of_procedure(book) if book in registry() else None)
    if there is None:
        raise not_found("book")
    entries, asked = (there.entries, asked.among_staff()) if asked.is_staff else (there.own, asked)
    if entries is None:
        raise Problem("forbidden", "This book is for the store's people.")
    return in_order(entries(asked), asked)


def is_served(book: str) -> bool:
    """Whether there is a book of this name."""
    return book in BOOKS or book in registry()


def is_personal(book: str) -> bool:
    """Whether its entries may say something of customers."""
    return book in {"case", "customer", "order"} or book in registry()


# --- goods and places


def _products(asked: Asked, *, for_sale: bool = False) -> Entries:
    skus = [sku for _, sku in found_in(asked, "sku")]
    found = select(Product).where(col(Product.sku).in_(skus))
    away = off_sale(asked.session, asked.stores, skus) if for_sale else frozenset[str]()
    for row in asked.session.scalars(found):
        if (row.for_sale and row.sku not in away) or not for_sale:
            yield RefEntry(row.sku, row.title, row.category)


def _bins(asked: Asked) -> Entries:
    held = col(BinRow.bin).ilike(f"%{literally(asked.text.strip())}%", escape="\\")
    found = select(BinRow).where(col(BinRow.store).in_(asked.stores), held).order_by(col(BinRow.bin))
    return [RefEntry(row.bin, row.bin, row.location) for row in asked.session.scalars(found.limit(LOOKED_AT))]


def _locations(asked: Asked) -> Entries:
    there = (*values_in_stores(asked, "bins", "location"), *values_of(asked.lists, "stock", "location"))
    return those_with(asked, dict.fromkeys(there))


# --- cases and orders


def _cases(asked: Asked, procedure: str | None = None) -> Entries:
    """Cases, by their ids; or one procedure's, by their own numbers."""
    rows = cases_found(asked, procedure)
    headlines = headlines_of(asked.session, rows, asked.caller, asked.language)
    for row in rows:
        about = " · ".join(part["text"] for part in headlines[row.id])
        title = label("procedure", row.procedure, asked.language, row.procedure)
        if procedure is None:
            yield RefEntry(row.id, f"{title} {row.subject}", about)
        else:
            yield RefEntry(row.subject, about or row.subject, row.store)


def _of_procedure(key: str) -> Book:
    cases = partial(_cases, procedure=key)
    return Book(cases, own=cases)


def _procedures(asked: Asked) -> Entries:
    for procedure in registry():
        title = label("procedure", procedure.key, asked.language, procedure.key)
        summary = label("summary", procedure.declaration.summary, asked.language, procedure.key)
        if asked.has(f"{procedure.key} {title}"):
            yield RefEntry(procedure.key, title, summary)


def _orders(asked: Asked) -> Entries:
    rows = {row.id: row for row in cases_found(asked)}
    headlines = headlines_of(asked.session, rows.values(), asked.caller, asked.language)
    for order in _orders_of(asked, rows):
        about = " · ".join(part["text"] for part in headlines[order.case])
        yield RefEntry(order.order, about or order.order, f"{order.placed_at:%Y-%m-%d}")


def _orders_of(asked: Asked, cases: Mapping[str, Any]) -> Iterable[OrderRow]:
    """The orders that these cases are, in their order."""
    numbers = {(row.store, row.subject) for row in cases.values()}
    kept = select(col(CaseReference.case), col(CaseReference.value)).where(
        col(CaseReference.case).in_(list(cases))
    )
    numbers |= {(cases[case].store, number) for case, number in asked.session.execute(kept)}
    by_store: defaultdict[str, list[str]] = defaultdict(list)
    for store, number in numbers:
        by_store[store].append(number)
    found: dict[str, OrderRow] = {}
    for store, some in by_store.items():  # of pairs SQLite would look through all that it has
        orders = select(OrderRow).where(col(OrderRow.store) == store, col(OrderRow.order).in_(some))
        found |= {order.case: order for order in asked.session.scalars(orders)}
    return [found[case] for case in cases if case in found]


# --- whom the store deals with


def _partners(asked: Asked, *kinds: str) -> Entries:
    keys = [(kind, partner) for kind in kinds for _, partner in found_in(asked, kind)]
    found = select(Partner).where(tuple_(col(Partner.kind), col(Partner.partner)).in_(keys))
    for row in asked.session.scalars(found) if keys else ():
        if row.active:
            yield RefEntry(row.partner, row.name)


def _distributors(asked: Asked) -> Entries:
    keys = found_in(asked, "distributor", asked.stores)
    found = select(Distributor).where(tuple_(col(Distributor.store), col(Distributor.distributor)).in_(keys))
    return [
        RefEntry(row.distributor, row.company, row.level)
        for row in (asked.session.scalars(found) if keys else ())
    ]


def _parties(asked: Asked, *kinds: PartyKind) -> dict[str, str]:
    """The numbers of the parties of the newest cases that are found, each with the store of one."""
    cases = [row.id for row in cases_found(asked, most=_NEWEST)]
    theirs = select(col(CaseParty.number), col(CaseParty.store)).where(
        col(CaseParty.case).in_(cases), col(CaseParty.kind).in_([kind.value for kind in kinds])
    )
    return {row[0]: row[1] for row in asked.session.execute(theirs)}


def _customers(asked: Asked) -> Entries:
    for number, store in _parties(asked, PartyKind.CUSTOMER).items():
        mine = (col(OrderRow.store) == store) & (col(OrderRow.customer_no) == number)
        latest = (
            select(OrderRow)
            .where(mine, col(OrderRow.customer_no) != "")
            .order_by(col(OrderRow.placed_at).desc())
        )
        order = asked.session.scalars(latest.limit(1)).first()
        name, phone = (order.receiver_name, order.phone) if order is not None else ("", "")
        searched = f"{number} {name} {phone}" if searches_personal(asked.caller, store) else number
        if asked.has(searched):
            yield RefEntry(number, name or number, order.order if order is not None else "")


def _suppliers(asked: Asked) -> Entries:
    return _partners(asked, PartyKind.SUPPLIER)


def _trade_partners(asked: Asked) -> Entries:
    kinds = PartyKind.DISTRIBUTOR, PartyKind.BUYER, PartyKind.SELLER
    yield from _distributors(asked)
    yield from _partners(asked, *kinds)
    yield from those_with(asked, _parties(asked, *kinds))


def _own(*kinds: PartyKind) -> Callable[[Asked], Entries]:
    """The numbers by which the caller stands for parties of these kinds."""

    def numbers(asked: Asked) -> Entries:
        held = (
            number
            for store in asked.stores
            for kind in kinds
            for number in own_numbers(asked.caller, kind, store)
        )
        return those_with(asked, dict.fromkeys(held))

    return numbers


def _users(asked: Asked) -> Entries:
    stores = asked.stores if asked.store is not None or asked.caller.stores is not None else None
    for one in colleagues(asked.session, stores, asked.settings.people, asked.text, most=asked.most):
        yield RefEntry(one.id, one.name, ", ".join(label("role", role, asked.language) for role in one.roles))


# --- what the store writes down


def _register(book: str, *names: str) -> Callable[[Asked], Entries]:
    """A register's entries that stand, worded by the first of these answers that each has."""

    def entries(asked: Asked) -> Entries:
        by_store: defaultdict[str, list[str]] = defaultdict(list)
        for store, entry in found_in(asked, register(book), asked.stores):
            by_store[store].append(entry)
        for store, some in by_store.items():
            stand: list[ColumnElement[bool]] = [
                col(Record.store) == store, col(Record.book) == book, col(Record.entry).in_(some),
                col(Record.struck).is_(False),
            ]  # fmt: skip
            for row in _newest(
                asked.session.scalars(select(Record).where(*stand).order_by(col(Record.edition)))
            ):
                said = [str(row.data[name]) for name in names if row.data.get(name)]
                yield RefEntry(row.entry, said[0][:200] if said else row.entry, ", ".join(said[1:])[:200])

    return entries


def _newest(rows: Iterable[Record]) -> Iterable[Record]:
    return {row.entry: row for row in rows}.values()


def _shops(asked: Asked) -> Entries:
    yield from _register("shops", "platform", "account")(asked)
    yield from those_with(asked, values_in_stores(asked, "listings", "shop"))


def _templates(asked: Asked) -> Entries:
    yield from _register("customer_scripts", "script")(asked)
    yield from those_with(asked, values_in_stores(asked, "listings", "freight_template"))


BOOKS: dict[str, Book] = {
    "asset": Book(_register("assets", "text", "goal", "kind")),
    "bin": Book(_bins),
    "carrier": Book(lambda asked: _partners(asked, "carrier")),
    "carton": Book(lambda asked: those_with(asked, asked.settings.cartons)),
    "case": Book(_cases, own=_cases),
    "category": Book(lambda asked: those_with(asked, values_of(asked.lists, "products", "category"))),
    "conversation": Book(_register("inquiries", "topic", "category")),
    "customer": Book(_customers, own=_own(PartyKind.CUSTOMER)),
    "faq": Book(_register("faq", "question", "answer")),
    "location": Book(_locations),
    "order": Book(_orders, own=_orders),
    "partner": Book(_trade_partners, own=_own(PartyKind.DISTRIBUTOR, PartyKind.BUYER, PartyKind.SELLER)),
    "procedure": Book(_procedures, own=_procedures),
    "shop": Book(_shops),
    "sku": Book(_products, own=partial(_products, for_sale=True)),
    "supplier": Book(_suppliers, own=_own(PartyKind.SUPPLIER)),
    "template": Book(_templates),
    "user": Book(_users),
}
"""By what `x-ref` says. One that is a procedure's key stands for that one's cases, by their own numbers."""
