"""Writes into the books what a case's commit says of it, in the commit's own transaction."""

from __future__ import annotations

from sqlalchemy.orm import Session

from activities.entries import AnyBookEntry
from activities.milestones.book import write_milestones
from activities.orders.book import write_order, write_paid_back, write_return
from activities.orders.contract import OrderEntry, PaidBackEntry, ReturnEntry
from activities.platform.contract import AdEntry
from activities.platform.effects import write_ad
from models.entry import EntrySource

__all__ = ["write_entry", "write_milestones"]


def write_entry(session: Session, entry: AnyBookEntry, source: EntrySource) -> None:
    """Make the book say of this case what the entry says, and nothing else. Entering it again changes nothing."""
    match entry:
        case OrderEntry():
            write_order(session, entry, source)
        case ReturnEntry():
            write_return(session, entry, source)
        case PaidBackEntry():
            write_paid_back(session, entry, source)
        case AdEntry():
            write_ad(session, entry, source)
