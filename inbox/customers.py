"""A customer on one page: all that the API tells of them, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.labels import label
from api.problems import Problem
from api.routes import cases as case_operations
from api.routes import customers as operations
from inbox.asking import told
from inbox.cases import wording_of
from inbox.headings import heading_of
from inbox.moments import day, moment
from inbox.replies import Reply, replies_of
from inbox.starting import startable, takes
from inbox.visitors import Visitor
from models.money import Money

Json = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """An order or a refund, in words."""

    number: str
    at: str
    lines: list[tuple[str, str]]
    """What there is to say of it: label and words."""
    case: str = ""
    state: str = ""
    is_ended: bool = False


@dataclass(frozen=True)
class CustomerView:
    """All that the page of a customer shows."""

    document: Json
    """As the API tells it."""
    orders: list[Told]
    refunds: list[Told]
    limits: list[tuple[str, str, str, int]]
    """Role, what is left, of how much, and which part of it in hundredths."""
    cases: list[Json]
    order: str
    """The order that is filled in where something is started."""
    starts: list[Json]
    about: Json | None
    """The case with whose facts the replies are filled in."""
    replies: list[Reply]

    @property
    def given(self) -> Mapping[str, str]:
        """What a start's form can be filled in with, by the book that its field names."""
        found = {"customer": self.document["number"], "order": self.order}
        return {book: number for book, number in found.items() if number}


async def customer_view(
    visitor: Visitor, number: str, store: str, *, order: str = "", case: str = ""
) -> CustomerView:
    """The page of a customer. Raises Problem `not_found` where they aren't there for the visitor.

    order: for which something is started; else the newest. case: with whose facts replies are filled in; else the
    newest that is open.
    """
    caller, serving, language = visitor.caller, visitor.services, visitor.language
    document = await told(operations.get_customer(number, caller, serving, language, store or None))
    orders = document["orders"]
    newest = orders[0]["order"] if orders else ""
    chosen = next((one["order"] for one in orders if one["order"] == order), newest)
    about = await _about(visitor, document["cases"], case)
    books = {"customer"} | ({"order"} if chosen else set[str]())
    return CustomerView(
        document=document,
        orders=[_order(visitor, one) for one in orders],
        refunds=[_refund(visitor, one) for one in document["refunds"]],
        limits=[_limit(one) for one in document["limits"] or ()],
        cases=[_case(visitor, one) for one in document["cases"]],
        order=chosen,
        starts=[one for one in startable(visitor) if takes(visitor, one["key"]) & books],
        about=about,
        replies=replies_of(visitor, about, await wording_of(visitor, about)) if about is not None else [],
    )


async def _about(visitor: Visitor, cases: list[Json], case: str) -> Json | None:
    """The case whose facts are filled in."""
    is_open = [one["id"] for one in cases if one["state"] != "closed"]
    wanted = [one["id"] for one in cases if one["id"] == case] or is_open or [one["id"] for one in cases]
    if not wanted:
        return None
    try:
        return await told(
            case_operations.get_case(wanted[0], visitor.caller, visitor.services, visitor.language)
        )
    except Problem:
        return None


def _order(visitor: Visitor, one: Json) -> Told:
    named = [
        (visitor.say("Worth"), one["worth"]),
        (visitor.say("Paid"), one["paid"]),
        (visitor.say("Refunded"), one["refunded"]),
        (visitor.say("Can be refunded"), one["left"]),
        (visitor.say("Given"), one["given"]),
    ]
    return Told(
        number=one["order"],
        at=_day(visitor, one["placed_at"]),
        lines=[(name, _money(amount)) for name, amount in named if amount is not None and _money(amount)],
        case=one["case"],
        is_ended=one["ended_at"] is not None,
    )


_REFUNDS = {"asked": "under way", "paid": "paid", "declined": "declined"}


def _refund(visitor: Visitor, one: Json) -> Told:
    return Told(
        number=one["refund_no"],
        at=_day(visitor, one["asked_at"]),
        lines=[
            (visitor.say("Amount"), _money(one["amount"])),
            (visitor.say("Order"), one["order"]),
            (visitor.say("Why"), _word(visitor, one["reason"])),
            (visitor.say("By"), _word(visitor, one["route"])),
        ],
        state=visitor.say(_REFUNDS[one["state"]]),
        is_ended=one["state"] != "asked",
    )


def _word(visitor: Visitor, key: str) -> str:
    return label("choice", key, visitor.language) if key else ""


def _limit(one: Json) -> tuple[str, str, str, int]:
    limit, left = (Money.model_validate(one[name]) for name in ("limit", "left"))
    part = int(left.amount / limit.amount * 100) if limit.amount else 0
    return one["label"], left.read, limit.read, part


def _case(visitor: Visitor, one: Json) -> Json:
    what, _ = heading_of(None, one["title"], one["headline"])
    return {
        **one,
        "what": what,
        "at": _day(visitor, one["opened_at"]),
        "where": " · ".join(stage["label"] for stage in one["stages"]),
    }


def _day(visitor: Visitor, at: str) -> str:
    return day(moment(at).astimezone(visitor.zone).date(), visitor.policy, visitor.language)


def _money(amount: Json | None) -> str:
    """The amount as people write it; empty where it is nothing."""
    if amount is None:
        return ""
    money = Money.model_validate(amount)
    return money.read if money.amount else ""
