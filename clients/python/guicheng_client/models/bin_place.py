from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="BinPlace")



@_attrs_define
class BinPlace:
    """ A bin, and where it comes on the way through its location.

        Attributes:
            bin_ (str):
            place (int):
     """

    bin_: str
    place: int





    def to_dict(self) -> dict[str, Any]:
        bin_ = self.bin_

        place = self.place


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "bin": bin_,
            "place": place,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        bin_ = d.pop("bin")

        place = d.pop("place")

        bin_place = cls(
            bin_=bin_,
            place=place,
        )

        return bin_place

