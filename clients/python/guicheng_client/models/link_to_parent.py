from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="LinkToParent")



@_attrs_define
class LinkToParent:
    """ How a case came to be.

        Attributes:
            case (str): The case that has started it, or whose number it keeps.
            as_ (str): What that case calls it; `about` where it only keeps its number.
            standing (str):
     """

    case: str
    as_: str
    standing: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        case = self.case

        as_ = self.as_

        standing = self.standing


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "case": case,
            "as": as_,
            "standing": standing,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        case = d.pop("case")

        as_ = d.pop("as")

        standing = d.pop("standing")

        link_to_parent = cls(
            case=case,
            as_=as_,
            standing=standing,
        )


        link_to_parent.additional_properties = d
        return link_to_parent

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
