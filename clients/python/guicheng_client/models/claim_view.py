from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="ClaimView")



@_attrs_define
class ClaimView:
    """ Goods that are kept.

        Attributes:
            kind (str):
            store (str):
            holder (str):
            sku (str):
            location (str):
            qty (int):
            until (datetime.date | None):
            at (datetime.datetime):
     """

    kind: str
    store: str
    holder: str
    sku: str
    location: str
    qty: int
    until: datetime.date | None
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        store = self.store

        holder = self.holder

        sku = self.sku

        location = self.location

        qty = self.qty

        until: None | str
        if isinstance(self.until, datetime.date):
            until = self.until.isoformat()
        else:
            until = self.until

        at = self.at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "kind": kind,
            "store": store,
            "holder": holder,
            "sku": sku,
            "location": location,
            "qty": qty,
            "until": until,
            "at": at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = d.pop("kind")

        store = d.pop("store")

        holder = d.pop("holder")

        sku = d.pop("sku")

        location = d.pop("location")

        qty = d.pop("qty")

        def _parse_until(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                until_type_0 = datetime.date.fromisoformat(data)



                return until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        until = _parse_until(d.pop("until"))


        at = datetime.datetime.fromisoformat(d.pop("at"))




        claim_view = cls(
            kind=kind,
            store=store,
            holder=holder,
            sku=sku,
            location=location,
            qty=qty,
            until=until,
            at=at,
        )


        claim_view.additional_properties = d
        return claim_view

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
