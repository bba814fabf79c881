from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset






T = TypeVar("T", bound="Address")



@_attrs_define
class Address:
    """ Where a parcel goes.

        Attributes:
            province (str):
            city (str):
            street (str):
            district (str | Unset):  Default: ''.
     """

    province: str
    city: str
    street: str
    district: str | Unset = ''





    def to_dict(self) -> dict[str, Any]:
        province = self.province

        city = self.city

        street = self.street

        district = self.district


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "province": province,
            "city": city,
            "street": street,
        })
        if district is not UNSET:
            field_dict["district"] = district

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        province = d.pop("province")

        city = d.pop("city")

        street = d.pop("street")

        district = d.pop("district", UNSET)

        address = cls(
            province=province,
            city=city,
            street=street,
            district=district,
        )

        return address

