from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="MovementView")



@_attrs_define
class MovementView:
    """ A row of the stock journal.

        Attributes:
            key (str):
            effect (str):
            store (str):
            reference (str):
            sku (str):
            location (str):
            bin_ (str):
            bucket (str):
            change (int):
            at (datetime.datetime):
     """

    key: str
    effect: str
    store: str
    reference: str
    sku: str
    location: str
    bin_: str
    bucket: str
    change: int
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        key = self.key

        effect = self.effect

        store = self.store

        reference = self.reference

        sku = self.sku

        location = self.location

        bin_ = self.bin_

        bucket = self.bucket

        change = self.change

        at = self.at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "key": key,
            "effect": effect,
            "store": store,
            "reference": reference,
            "sku": sku,
            "location": location,
            "bin": bin_,
            "bucket": bucket,
            "change": change,
            "at": at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        key = d.pop("key")

        effect = d.pop("effect")

        store = d.pop("store")

        reference = d.pop("reference")

        sku = d.pop("sku")

        location = d.pop("location")

        bin_ = d.pop("bin")

        bucket = d.pop("bucket")

        change = d.pop("change")

        at = datetime.datetime.fromisoformat(d.pop("at"))




        movement_view = cls(
            key=key,
            effect=effect,
            store=store,
            reference=reference,
            sku=sku,
            location=location,
            bin_=bin_,
            bucket=bucket,
            change=change,
            at=at,
        )


        movement_view.additional_properties = d
        return movement_view

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
