"""What a scanned or typed code is: everything that it is, where it is more than one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.catalogue.reading import off_sale
from activities.families import family_of
from api.access import Caller
from api.headlines import headlines_of
from api.labels import Language, label
from api.lookups.people import colleague_of
from api.lookups.stores import stores_of
from api.reading import reads
from models.spelling import trimmed
from models.table import unsearched
from models.tables.carriers import Waybill
from models.tables.cases import CaseReference, CaseRow
from models.tables.catalogue import Product, ProductCode
from models.tables.orders import OrderRow
from models.tables.stock import BinRow
from settings.environment import Settings
from stores.current import store_settings
from stores.file import StoreSettings
from workflows.commands import command_in

Json = dict[str, Any]
_MOST = 20
"""So many things of a kind a code may be, or so many cases may keep a number."""


@dataclass(frozen=True)
class Code:
    """A code, and who asks what it is."""

    session: Session
    caller: Caller
    stores: tuple[str, ...]
    everywhere: bool
    """Whether these are all that there are."""
    language: Language
    settings: StoreSettings
    text: str

    @property
    def spellings(self) -> Sequence[str]:
        """As it was read; and in capitals, as numbers are mostly written."""
        return tuple(dict.fromkeys((self.text, self.text.upper())))

    def works_in(self, store: str) -> bool:
        """Whether the caller is one of this store's people."""
        return any(role.is_staff for role in self.caller.roles_in(store))

    def reads(self, case: str) -> bool:
        """Whether the case of this id is there for the caller."""
        procedure, store = case.split(":", 2)[:2]
        return reads(self.session, self.caller, procedure, store, case)


def what_it_is(
    session: Session,
    caller: Caller,
    store: str | None,
    language: Language,
    settings: Settings,
    text: str,
) -> list[Json]:
    """All that the code is, of what is there for the caller: in this store, or in each of theirs."""
    code = Code(
        session=session,
        caller=caller,
        stores=tuple(stores_of(session, caller, settings, store)),
        everywhere=store is None and caller.stores is None,
        language=language,
        settings=store_settings(settings),
        text=str(trimmed(text)),
    )
    found = [thing for kind in _KINDS for thing in kind(code)]
    told = {thing["case"] for thing in found}
    # an order and its case are one thing
    return [*found, *(thing for thing in _cases(code) if thing["case"] not in told)]


def _thing(kind: str, code: str, text: str, detail: str = "", **more: Any) -> Json:
    blank = dict.fromkeys(
        ("store", "case", "order", "return_no", "sku", "qty", "location", "verb", "action"), None
    )
    return {
        "kind": kind,
        "code": code,
        "label": text,
        "detail": detail,
        **blank,
        "family": [],
        "headline": [],
        **more,
    }


def _waybills(code: Code) -> Iterator[Json]:
    bearing = select(Waybill).where(
        col(Waybill.waybill_no).in_(code.spellings), unsearched(Waybill.store).in_(code.stores)
    )
    for row in code.session.scalars(bearing.order_by(col(Waybill.at).desc()).limit(_MOST)):
        order = code.session.get(OrderRow, (row.store, row.order))
        if code.reads(order.case) if order is not None else code.works_in(row.store):
            yield _thing(
                "waybill", row.waybill_no, row.carrier, row.state, store=row.store, order=row.order,
                return_no=row.return_no or None, case=order.case if order is not None else None,
            )  # fmt: skip


def _orders(code: Code) -> Iterator[Json]:
    of_number = select(OrderRow).where(
        col(OrderRow.store).in_(code.stores), col(OrderRow.order).in_(code.spellings)
    )
    rows = [row for row in code.session.scalars(of_number.limit(_MOST)) if code.reads(row.case)]
    cases = {case.id: case for case in _case_rows(code, [row.case for row in rows])}
    headlines = headlines_of(code.session, cases.values(), code.caller, code.language)
    for row in rows:
        family = family_of(code.session, row.store, row.order)
        case = cases.get(row.case)
        yield _thing(
            "order", row.order, _title(case, code), _stages(case, code), store=row.store, order=family[0],
            case=row.case, family=family, headline=headlines.get(row.case, []),
        )  # fmt: skip


def _products(code: Code) -> Iterator[Json]:
    printed = select(ProductCode).where(
        col(ProductCode.store).in_(code.stores), col(ProductCode.code).in_(code.spellings)
    )
    codes = list(code.session.scalars(printed.limit(_MOST)))
    known = {row.sku for row in codes}
    numbered = select(Product).where(col(Product.sku).in_([*code.spellings, *known]))
    found = list(code.session.scalars(numbered))
    away = off_sale(code.session, code.stores, (row.sku for row in found))
    products = {row.sku: row for row in found if _sees(code, row, away)}
    for row in codes:
        if row.sku in products:
            yield _product(products[row.sku], row.code, row.qty, row.store)
    for sku in code.spellings:
        if sku in products and all(row.code != sku for row in codes):
            yield _product(products[sku], sku, 1, None)


def _sees(code: Code, product: Product, away: frozenset[str]) -> bool:
    """The store's people see the whole catalogue, other people what is for sale."""
    is_for_sale = product.for_sale and product.sku not in away
    return code.caller.is_staff or (is_for_sale and any(role.is_person for role in code.caller.roles))


def _product(row: Product, code: str, qty: int, store: str | None) -> Json:
    return _thing("product", code, row.title, row.category, store=store, sku=row.sku, qty=qty)


def _bins(code: Code) -> Iterator[Json]:
    named = select(BinRow).where(
        col(BinRow.bin).in_(code.spellings), unsearched(BinRow.store).in_(code.stores)
    )
    for row in code.session.scalars(named.limit(_MOST)):
        if code.works_in(row.store):
            yield _thing("bin", row.bin, row.bin, row.location, store=row.store, location=row.location)


def _people(code: Code) -> Iterator[Json]:
    if not code.caller.is_staff:
        return
    stores = None if code.everywhere else [store for store in code.stores if code.works_in(store)]
    one = colleague_of(code.session, stores, code.settings.people, code.text)
    if one is not None:
        roles = ", ".join(label("role", role, code.language) for role in one.roles)
        yield _thing("person", one.id, one.name, roles)


def _commands(code: Code) -> Iterator[Json]:
    command = command_in(code.text)
    if command is not None:
        action = command.action or None
        yield _thing(
            "command", command.code, command.label(code.language), verb=command.verb.value, action=action
        )


def _cases(code: Code) -> Iterator[Json]:
    """By their id, their own number, or a number that they keep."""
    numbers = code.spellings
    kept = select(col(CaseReference.case)).where(col(CaseReference.value).in_(numbers)).limit(_MOST * 5)
    keeping = list(code.session.scalars(kept))
    own = select(col(CaseRow.id)).where(or_(col(CaseRow.subject).in_(numbers), col(CaseRow.id).in_(numbers)))
    ids = dict.fromkeys((*code.session.scalars(own.limit(_MOST * 5)), *keeping))
    rows = [row for row in _case_rows(code, ids) if row.store in code.stores and code.reads(row.id)][:_MOST]
    headlines = headlines_of(code.session, rows, code.caller, code.language)
    for row in rows:
        yield _thing(
            "case", row.subject, _title(row, code), _stages(row, code), store=row.store, case=row.id,
            headline=headlines[row.id],
        )  # fmt: skip


def _case_rows(code: Code, ids: Iterable[str]) -> list[Any]:
    """The open ones first, the newest of them first."""
    columns = (
        CaseRow.id, CaseRow.procedure, CaseRow.version, CaseRow.store, CaseRow.subject, CaseRow.state, CaseRow.stages,
        CaseRow.headline, CaseRow.outcome,
    )  # fmt: skip
    query = select(*(col(column) for column in columns)).where(col(CaseRow.id).in_(list(ids)))
    rows: Any = code.session.execute(query.order_by(CaseRow.is_open().desc(), col(CaseRow.opened_at).desc()))
    return list(rows)


def _title(row: Any, code: Code) -> str:
    return "" if row is None else label("procedure", row.procedure, code.language, row.procedure)


def _stages(row: Any, code: Code) -> str:
    if row is None:
        return ""
    keys = [stage["key"] for stage in row.stages] or ([row.outcome] if row.outcome else [])
    return ", ".join(label("stage", key, code.language, row.procedure) for key in keys)


_KINDS: tuple[Callable[[Code], Iterator[Json]], ...] = (
    _waybills, _orders, _products, _bins, _people, _commands,
)  # fmt: skip
