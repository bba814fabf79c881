"""The partners' book: whom the store works with."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import StringConstraints

from models.effect import Effect, Success, Undo
from models.values import Code, Name

PartnerKind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,31}$")]
"""`carrier`, `supplier`, `distributor`."""


class PartnerSet(Success):
    """Whether the partner is new to the book."""

    created: bool = False


class DropPartner(Undo):
    """A partner is active no more; what runs with it stays."""


class SetPartner(Effect):
    """Put a partner into the book, or name it anew; unnamed, it keeps the name that it has, else its code."""

    success: ClassVar[type[Success]] = PartnerSet
    undone_by: ClassVar[type[Undo] | None] = DropPartner
    shows: ClassVar[tuple[str, ...]] = ("partner_kind", "partner")

    partner_kind: PartnerKind
    partner: Code
    name: Name | None = None
    active: bool = True
