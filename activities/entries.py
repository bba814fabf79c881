"""Every entry that a case may make, so that one is read from a commit as what it is."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from activities.orders.contract import OrderEntry, PaidBackEntry, ReturnEntry
from activities.platform.contract import AdEntry

AnyBookEntry: TypeAlias = Annotated[
    OrderEntry | ReturnEntry | PaidBackEntry | AdEntry, Field(discriminator="book")
]
