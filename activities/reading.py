"""Reading the books, a page at a time. `stores` are those that the caller may see; None is all of them.

The functions take a session of `models.database.reading`, and wait for no writer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, literal, or_, select, tuple_
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.messages.templates import TemplateError, template
from activities.views import (
    ClaimView,
    MemberView,
    MessageView,
    MoneyView,
    MovementView,
    Page,
    PaperView,
    PartnerView,
    PaymentView,
    PriceView,
    ProductView,
    RefundView,
    StockView,
    View,
    WaybillView,
)
from models.amounts import money as as_money
from models.table import Table, unsearched
from models.tables.carriers import Waybill
from models.tables.catalogue import OffSale, Price, Product
from models.tables.members import Member
from models.tables.messages import MessageRow
from models.tables.money import Account, Paper, Payment, Refund
from models.tables.partners import Partner
from models.tables.stock import Claim, Movement, Stock

V = TypeVar("V", bound=View)
T = TypeVar("T", bound=Table)
Stores = Collection[str] | None
A = TypeVar("A", Payment, Refund, Paper)
After = Sequence[str] | None
"""`after` of the page before."""


def stock(
    session: Session,
    *,
    sku: str | None = None,
    location: str | None = None,
    after: After = None,
    limit: int = 50,
) -> Page[StockView]:
    """What is where."""
    query = _where(select(Stock), {Stock.sku: sku, Stock.location: location})

    def show(rows: Sequence[Stock]) -> Iterable[StockView]:
        return (StockView(**row.model_dump(), free=row.free) for row in rows)

    return _page(session, query, (Stock.sku, Stock.location), after, limit, show)


def claims(
    session: Session,
    *,
    sku: str | None = None,
    holder: str | None = None,
    stores: Stores = None,
    after: After = None,
    limit: int = 50,
) -> Page[ClaimView]:
    """What is kept, for which order or campaign, oldest first."""
    query = _where(_seen(select(Claim), Claim.store, stores), {Claim.sku: sku, Claim.holder: holder})
    return _page(session, query, (Claim.id,), after, limit, _plainly(ClaimView))


def movements(
    session: Session,
    *,
    sku: str | None = None,
    reference: str | None = None,
    stores: Stores = None,
    after: After = None,
    limit: int = 50,
) -> Page[MovementView]:
    """The stock journal, oldest first."""
    query = _seen(select(Movement), Movement.store, stores)
    query = _where(query, {Movement.reference: reference})
    if sku is not None:
        query = query.where((col(Movement.sku) if reference is None else unsearched(Movement.sku)) == sku)
    return _page(session, query, (Movement.id,), after, limit, _plainly(MovementView))


def money(
    session: Session, *, order: str | None = None, stores: Stores = None, after: After = None, limit: int = 50
) -> Page[MoneyView]:
    """What was paid and refunded, by order."""
    query = _where(_seen(select(Account), Account.store, stores), {Account.order: order})

    def show(accounts: Sequence[Account]) -> Iterable[MoneyView]:
        payments = _by_account(session, Payment, accounts)
        refunds = _by_account(session, Refund, accounts)
        papers = _by_account(session, Paper, accounts)
        for account in accounts:
            mine = account.store, account.order
            yield MoneyView(
                order=account.order,
                store=account.store,
                paid=as_money(account.paid, account.currency),
                refunded=as_money(account.refunded, account.currency),
                shared=as_money(account.shared, account.currency),
                left=as_money(account.left, account.currency),
                commission_base=as_money(account.commission_base, account.currency),
                payments=tuple(_priced(PaymentView, row) for row in payments[mine]),
                refunds=tuple(_priced(RefundView, row) for row in refunds[mine]),
                papers=tuple(_priced(PaperView, row) for row in papers[mine]),
            )

    return _page(session, query, (Account.store, Account.order), after, limit, show)


def products(
    session: Session,
    *,
    now: datetime,
    sku: str | None = None,
    text: str | None = None,
    stores: Stores = None,
    after: After = None,
    limit: int = 50,
) -> Page[ProductView]:
    """The catalogue, with the prices that hold `now`."""
    query = _where(select(Product), {Product.sku: sku})
    if text:
        words = f"%{_literally(text)}%"
        query = query.where(
            or_(col(Product.sku).ilike(words, escape="\\"), col(Product.title).ilike(words, escape="\\"))
        )

    def show(rows: Sequence[Product]) -> Iterable[ProductView]:
        skus = [row.sku for row in rows]
        off: defaultdict[str, list[str]] = defaultdict(list)
        for reason in session.scalars(
            select(OffSale).where(col(OffSale.sku).in_(skus)).order_by(col(OffSale.at))
        ):
            off[reason.sku].append(reason.reason)
        prices: defaultdict[str, dict[tuple[str, str], PriceView]] = defaultdict(dict)
        holding = _seen(select(Price), Price.store, stores).where(
            col(Price.sku).in_(skus),
            col(Price.since) <= now,
            or_(col(Price.until).is_(None), col(Price.until) > now),
        )
        for price in session.scalars(holding.order_by(col(Price.id))):
            # the latest of a kind wins
            view = PriceView(**price.model_dump(), price=as_money(price.amount, price.currency))
            prices[price.sku][price.store, price.kind] = view
        for row in rows:
            yield ProductView(
                sku=row.sku,
                title=row.title,
                category=row.category,
                for_sale=row.for_sale and not off[row.sku],
                off_sale=tuple(off[row.sku]),
                prices=tuple(prices[row.sku].values()),
            )

    return _page(session, query, (Product.sku,), after, limit, show)


def members(
    session: Session,
    *,
    member: str | None = None,
    stores: Stores = None,
    after: After = None,
    limit: int = 50,
) -> Page[MemberView]:
    """Members and their points."""
    query = _where(_seen(select(Member), Member.store, stores), {Member.member: member})
    return _page(session, query, (Member.store, Member.member), after, limit, _plainly(MemberView))


def partners(
    session: Session,
    *,
    kind: str | None = None,
    partner: str | None = None,
    after: After = None,
    limit: int = 50,
) -> Page[PartnerView]:
    """Carriers, suppliers, distributors."""
    query = _where(select(Partner), {Partner.kind: kind, Partner.partner: partner})
    return _page(session, query, (Partner.kind, Partner.partner), after, limit, _plainly(PartnerView))


def waybills(
    session: Session,
    *,
    order: str | None = None,
    waybill_no: str | None = None,
    stores: Stores = None,
    after: After = None,
    limit: int = 50,
) -> Page[WaybillView]:
    """Parcels' papers, outbound and returning."""
    query = _seen(select(Waybill), Waybill.store, stores)
    query = _where(query, {Waybill.order: order, Waybill.waybill_no: waybill_no})

    def show(rows: Sequence[Waybill]) -> Iterable[WaybillView]:
        for row in rows:
            told = row.model_dump() | {"freight": as_money(row.freight, row.currency)}
            yield WaybillView.model_validate(told)

    return _page(session, query, (Waybill.key,), after, limit, show)


def messages(
    session: Session,
    *,
    case: str | None = None,
    locale: str | None = None,
    stores: Stores = None,
    after: After = None,
    limit: int = 50,
) -> Page[MessageView]:
    """What was said to whom, oldest first. With a `locale`, in that language; else as it was written then."""
    query = _where(_seen(select(MessageRow), MessageRow.store, stores), {MessageRow.case: case})

    def show(rows: Sequence[MessageRow]) -> Iterable[MessageView]:
        for row in rows:
            told = row.model_dump()
            if locale is not None and locale != row.locale:
                told |= _rewritten(row, locale)
            yield MessageView.model_validate(told)

    return _page(session, query, (MessageRow.id,), after, limit, show)


def _rewritten(row: MessageRow, locale: str) -> dict[str, str]:
    try:
        words = template(row.template).write(locale, row.data)
    except TemplateError:
        # the template has gone since; what was said stays
        return {}
    return {"title": words.title, "body": words.body}


def _page(
    session: Session,
    query: Select[T],
    key: tuple[Any, ...],
    after: After,
    limit: int,
    show: Callable[[Sequence[T]], Iterable[V]],
) -> Page[V]:
    """`limit` rows in the order of their key, from behind `after`."""
    columns: list[Any] = [col(column) for column in key]
    if after is not None:
        behind = (_read(column, value) for column, value in zip(columns, after, strict=True))
        query = query.where(tuple_(*columns) > tuple_(*behind))
    rows = session.scalars(query.order_by(*columns).limit(limit + 1)).all()
    shown = rows[:limit]
    last = tuple(_written(getattr(shown[-1], column.key)) for column in key) if len(rows) > limit else None
    return Page(items=tuple(show(shown)), after=last)


def _read(column: ColumnElement[Any], value: str) -> ColumnElement[Any]:
    """A value of a page's key. ValueError where it isn't one."""
    kind = column.type.python_type
    if kind is datetime:
        return literal(datetime.fromisoformat(value), column.type)
    if kind is not int:
        return literal(value, column.type)
    if not 0 <= (number := int(value)) < 2**63:
        raise ValueError(f"{value} numbers no row")
    return literal(number, column.type)


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _where(query: Select[T], wanted: dict[Any, str | None]) -> Select[T]:
    """Only what has these values; None is any."""
    return query.where(*(col(column) == value for column, value in wanted.items() if value is not None))


def _seen(query: Select[T], store: str, stores: Stores) -> Select[T]:
    return query if stores is None else query.where(col(store).in_(stores))


def _plainly(view: type[V]) -> Callable[[Sequence[Table]], Iterable[V]]:
    def show(rows: Sequence[Table]) -> Iterable[V]:
        return (view.model_validate(row.model_dump()) for row in rows)

    return show


def _priced(view: type[V], row: Payment | Refund | Paper) -> V:
    return view.model_validate(row.model_dump() | {"amount": as_money(row.amount, row.currency)})


def _by_account(
    session: Session, table: type[A], accounts: Sequence[Account]
) -> defaultdict[tuple[str, str], list[A]]:
    """The rows of these accounts, oldest first."""
    orders: defaultdict[str, list[str]] = defaultdict(list)
    for account in accounts:
        orders[account.store].append(account.order)
    found: defaultdict[tuple[str, str], list[A]] = defaultdict(list)
    for store, some in orders.items():  # of pairs SQLite would look through all that it has
        rows = session.scalars(select(table).where(col(table.store) == store, col(table.order).in_(some)))
        for row in sorted(rows, key=lambda row: row.key):
            found[row.store, row.order].append(row)
    return found


def _literally(text: str) -> str:
    """`text` with the signs that stand for others in a pattern taken as themselves."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
