from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.opening_hours import OpeningHours





T = TypeVar("T", bound="StoreHours")



@_attrs_define
class StoreHours:
    """ 
        Attributes:
            service (OpeningHours):
            office (OpeningHours):
     """

    service: OpeningHours
    office: OpeningHours
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.opening_hours import OpeningHours # noqa: PLC0415
        service = self.service.to_dict()

        office = self.office.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "service": service,
            "office": office,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.opening_hours import OpeningHours # noqa: PLC0415
        d = dict(src_dict)
        service = OpeningHours.from_dict(d.pop("service"))




        office = OpeningHours.from_dict(d.pop("office"))




        store_hours = cls(
            service=service,
            office=office,
        )


        store_hours.additional_properties = d
        return store_hours

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
