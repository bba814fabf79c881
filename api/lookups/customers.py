"""A customer: what the store has with them, and what of each limit is left. For roles that deal with customers, and
for the customer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.compensation.reading import given_for, given_to
from activities.orders.reading import first_order_of
from api.access import Caller
from api.labels import Language, label
from api.lookups.entries import newest_cases
from api.lookups.stores import stores_of
from api.privacy import masked_part
from api.problems import Problem, not_found
from api.reading import own_numbers, readable
from api.rendering import case_lines
from api.storage import table_of
from api.stretches import Condition, Lists
from models.amounts import money
from models.policy import StorePolicy
from models.roles import DEALS_WITH_CUSTOMERS, PartyKind, Role
from models.tables.cases import CaseParty, CaseRow
from models.tables.members import Member
from models.tables.money import OrderAccount, Refund
from models.tables.orders import OrderLine, OrderRow
from models.values import NOTHING, Money, Personal
from settings.environment import Settings

Json = dict[str, Any]
MOST = 50
"""Orders, cases and refunds of each answer: the newest."""
_WHOSE = 'SELECT p."case" FROM case_parties AS p WHERE p.kind = ? AND p.number = ? AND p.store = ?'
_cases = table_of(CaseRow)
_by_ids: Any = (
    select(_cases)
    .where(_cases.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_cases.c.opened_at.desc(), _cases.c.id.desc())
)


@dataclass(frozen=True)
class Customer:
    """A customer of a store, as a caller reads them."""

    session: Session
    caller: Caller
    store: str
    number: str

    @property
    def is_shown_limits(self) -> bool:
        """Whether the caller is one of those who deal with customers."""
        return self.caller.has_any(DEALS_WITH_CUSTOMERS, self.store)

    def is_readable(self) -> bool:
        """Whether the customer is there for the caller, if they are known in the store."""
        own = own_numbers(self.caller, PartyKind.CUSTOMER, self.store)
        return self.is_shown_limits or (self.caller.sees(self.store) and self.number in own)

    def is_known(self) -> bool:
        """Whether the store has a case, an order or a member of this number."""
        party = select(col(CaseParty.case)).where(
            col(CaseParty.kind) == PartyKind.CUSTOMER.value,
            col(CaseParty.number) == self.number,
            col(CaseParty.store) == self.store,
        )
        return (
            self.session.scalars(party.limit(1)).first() is not None
            or bool(self.orders(1))
            or self.session.get(Member, (self.store, self.number)) is not None
        )

    def orders(self, most: int = MOST) -> Sequence[OrderRow]:
        """Their orders, the newest first."""
        mine = select(OrderRow).where(
            col(OrderRow.store) == self.store,
            col(OrderRow.customer_no) == self.number,
            col(OrderRow.customer_no) != "",
        )
        return self.session.scalars(mine.order_by(col(OrderRow.placed_at).desc()).limit(most)).all()

    def cases(self) -> list[Any]:
        """The newest of their cases that the caller reads."""
        lists = Lists(self.session)
        theirs = Condition(f"id IN ({_WHOSE})", (PartyKind.CUSTOMER.value, self.number, self.store))
        where = theirs & readable(lists, self.caller, "cases")
        ids = newest_cases(lists, where, MOST)
        return list(self.session.connection().execute(_by_ids, {"ids": ids}).all())

    def member(self) -> Member | None:
        """Them as a member: by this number; for those who deal with customers, also by that of a case of theirs, which
        whoever began it has chosen.
        """
        known = self.session.get(Member, (self.store, self.number))
        if known is not None or not self.is_shown_limits:
            return known
        theirs = (
            select(Member)
            .join(
                CaseRow,
                (col(CaseRow.store) == col(Member.store)) & (col(CaseRow.subject) == col(Member.member)),
            )
            .join(CaseParty, col(CaseParty.case) == col(CaseRow.id))
            .where(
                col(CaseParty.kind) == PartyKind.CUSTOMER.value,
                col(CaseParty.number) == self.number,
                col(CaseParty.store) == self.store,
            )
        )
        return self.session.scalars(theirs.limit(1)).first()


def customer_document(
    session: Session,
    caller: Caller,
    settings: Settings,
    policy: StorePolicy,
    language: Language,
    number: str,
    store: str | None,
) -> Json:
    """`GET /customers/{number}`. Raises Problem `not_found`, `invalid_request` where two stores know the number."""
    one = _customer(session, caller, settings, number, store)
    orders, member = one.orders(), one.member()
    latest = next(iter(orders), None)
    name = latest.receiver_name if latest is not None else member.name if member is not None else ""
    phone = latest.phone if latest is not None else ""
    return {
        "number": number,
        "store": one.store,
        "name": name,
        "phone": masked_part(phone, Personal.PHONE.value, caller, one.store, is_own=not one.is_shown_limits),
        "member": None
        if member is None
        else {"member": member.member, "level": member.level, "points": member.points},
        "orders": _orders(one, orders),
        "cases": case_lines(session, one.cases(), caller, language),
        "refunds": _refunds(one, orders),
        "limits": _limits(one, policy, language) if one.is_shown_limits else None,
    }


def _customer(
    session: Session, caller: Caller, settings: Settings, number: str, store: str | None
) -> Customer:
    each = (Customer(session, caller, one, number) for one in stores_of(session, caller, settings, store))
    found = [one for one in each if one.is_readable() and one.is_known()]
    if not found:
        raise not_found("customer")
    if len(found) > 1:
        said = f"is needed: one of {', '.join(one.store for one in found)}"
        raise Problem(
            "invalid_request", "Two stores have a customer of this number.", errors=[("/query/store", said)]
        )
    return found[0]


def _orders(one: Customer, orders: Sequence[OrderRow]) -> list[Json]:
    numbers = [order.order for order in orders]
    lines = select(OrderLine).where(col(OrderLine.store) == one.store, col(OrderLine.order).in_(numbers))
    worth: defaultdict[str, int] = defaultdict(int)
    currency: dict[str, str] = {}
    for line in one.session.scalars(lines):
        worth[line.order] += line.qty * line.unit_price
        currency[line.order] = line.currency
    mine = select(OrderAccount).where(
        col(OrderAccount.store) == one.store, col(OrderAccount.order).in_(numbers)
    )
    accounts = {account.order: account for account in one.session.scalars(mine)}
    return [
        {
            "order": order.order,
            "placed_as": order.placed_as or None,
            "case": order.case,
            "placed_at": order.placed_at,
            "ended_at": order.ended_at,
            "worth": _money(worth[order.order] - order.discount, currency.get(order.order)),
            **_account(accounts.get(order.order)),
            "given": _dump(_given(one, order, currency.get(order.order))) if one.is_shown_limits else None,
        }
        for order in orders
    ]


def _given(one: Customer, order: OrderRow, currency: str | None) -> Money:
    first = first_order_of(one.session, one.store, order.order) if order.placed_as else order.order
    return given_for(one.session, one.store, first, currency or NOTHING.currency)


def _account(account: OrderAccount | None) -> Json:
    """What of an order was paid, what went back, and what still can."""
    if account is None:
        return dict.fromkeys(("paid", "refunded", "left"), None)
    return {name: _money(getattr(account, name), account.currency) for name in ("paid", "refunded", "left")}


def _refunds(one: Customer, orders: Sequence[OrderRow]) -> list[Json]:
    numbers = [order.order for order in orders]
    mine = select(Refund).where(col(Refund.store) == one.store, col(Refund.order).in_(numbers))
    rows = sorted(one.session.scalars(mine), key=lambda row: row.asked_at, reverse=True)
    return [
        {
            "refund_no": row.refund_no,
            "order": row.order,
            "amount": _money(row.amount, row.currency),
            "route": row.route,
            "reason": row.reason,
            "state": row.state,
            "asked_at": row.asked_at,
            "paid_at": row.paid_at,
        }
        for row in rows[:MOST]
    ]


def _limits(one: Customer, policy: StorePolicy, language: Language) -> list[Json]:
    """Of what each role may give alone, what is left: all that the customer was given lately counts together."""
    now, found = datetime.now(UTC), list[Json]()
    for role, limit in policy.approval_limits.items():
        given = given_to(one.session, one.store, one.number, limit.currency, now)
        left = max(limit - given, money(0, limit.currency))
        found.append(
            {
                "role": Role(role).value,
                "label": label("role", role, language),
                "limit": _dump(limit),
                "given": _dump(given),
                "left": _dump(left),
            }
        )
    return found


def _money(amount: int, currency: str | None) -> Json | None:
    return None if currency is None else _dump(money(amount, currency))


def _dump(amount: Money) -> Json:
    return amount.model_dump(mode="json")
