from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.family_member import FamilyMember





T = TypeVar("T", bound="CaseFamily")



@_attrs_define
class CaseFamily:
    """ The cases of one order or contract, at most 200.

        Attributes:
            first (str): The case that began it all.
            items (list[FamilyMember]):
     """

    first: str
    items: list[FamilyMember]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.family_member import FamilyMember # noqa: PLC0415
        first = self.first

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "first": first,
            "items": items,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.family_member import FamilyMember # noqa: PLC0415
        d = dict(src_dict)
        first = d.pop("first")

        items = []
        _items = d.pop("items")
        for items_item_data in (_items):
            items_item = FamilyMember.from_dict(items_item_data)



            items.append(items_item)


        case_family = cls(
            first=first,
            items=items,
        )


        case_family.additional_properties = d
        return case_family

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
