from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="EventsToRetry")



@_attrs_define
class EventsToRetry:
    """ Events that weren't applied, and why.

        Attributes:
            type_ (str):
            code (str):
            store (None | str | Unset): Null: those of which nobody knows the store.
     """

    type_: str
    code: str
    store: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        code = self.code

        store: None | str | Unset
        if isinstance(self.store, Unset):
            store = UNSET
        else:
            store = self.store


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "type": type_,
            "code": code,
        })
        if store is not UNSET:
            field_dict["store"] = store

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = d.pop("type")

        code = d.pop("code")

        def _parse_store(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        store = _parse_store(d.pop("store", UNSET))


        events_to_retry = cls(
            type_=type_,
            code=code,
            store=store,
        )

        return events_to_retry

