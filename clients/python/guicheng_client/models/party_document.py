from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.party_kind import PartyKind
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="PartyDocument")



@_attrs_define
class PartyDocument:
    """ For whom an account stands outside the store, by the number that the store knows them by.

        Attributes:
            kind (PartyKind): For whom somebody stands in a case: such a party sees and does only what is its own.
            number (str):
            store (None | str | Unset): Without it: in every store.
     """

    kind: PartyKind
    number: str
    store: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        kind = self.kind.value

        number = self.number

        store: None | str | Unset
        if isinstance(self.store, Unset):
            store = UNSET
        else:
            store = self.store


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "kind": kind,
            "number": number,
        })
        if store is not UNSET:
            field_dict["store"] = store

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = PartyKind(d.pop("kind"))




        number = d.pop("number")

        def _parse_store(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        store = _parse_store(d.pop("store", UNSET))


        party_document = cls(
            kind=kind,
            number=number,
            store=store,
        )

        return party_document

