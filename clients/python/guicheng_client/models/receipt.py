from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.disposition import Disposition
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="Receipt")



@_attrs_define
class Receipt:
    """ Goods of one SKU and where they go. Without a location: where the order's goods left from, else the
    main one.

        Attributes:
            sku (str):
            qty (int):
            disposition (Disposition | Unset): What becomes of goods that come in.
            location (None | str | Unset):
            bin_ (str | Unset):  Default: ''.
     """

    sku: str
    qty: int
    disposition: Disposition | Unset = UNSET
    location: None | str | Unset = UNSET
    bin_: str | Unset = ''





    def to_dict(self) -> dict[str, Any]:
        sku = self.sku

        qty = self.qty

        disposition: str | Unset = UNSET
        if not isinstance(self.disposition, Unset):
            disposition = self.disposition.value


        location: None | str | Unset
        if isinstance(self.location, Unset):
            location = UNSET
        else:
            location = self.location

        bin_ = self.bin_


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "sku": sku,
            "qty": qty,
        })
        if disposition is not UNSET:
            field_dict["disposition"] = disposition
        if location is not UNSET:
            field_dict["location"] = location
        if bin_ is not UNSET:
            field_dict["bin"] = bin_

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        sku = d.pop("sku")

        qty = d.pop("qty")

        _disposition = d.pop("disposition", UNSET)
        disposition: Disposition | Unset
        if isinstance(_disposition,  Unset):
            disposition = UNSET
        else:
            disposition = Disposition(_disposition)




        def _parse_location(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        location = _parse_location(d.pop("location", UNSET))


        bin_ = d.pop("bin", UNSET)

        receipt = cls(
            sku=sku,
            qty=qty,
            disposition=disposition,
            location=location,
            bin_=bin_,
        )

        return receipt

