from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.bin_place import BinPlace





T = TypeVar("T", bound="NewBins")



@_attrs_define
class NewBins:
    """ The bins of a location, in the order in which pickers pass them: all of them.

        Attributes:
            store (str):
            location (str):
            bins (list[BinPlace]):
     """

    store: str
    location: str
    bins: list[BinPlace]





    def to_dict(self) -> dict[str, Any]:
        from ..models.bin_place import BinPlace # noqa: PLC0415
        store = self.store

        location = self.location

        bins = []
        for bins_item_data in self.bins:
            bins_item = bins_item_data.to_dict()
            bins.append(bins_item)




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "store": store,
            "location": location,
            "bins": bins,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bin_place import BinPlace # noqa: PLC0415
        d = dict(src_dict)
        store = d.pop("store")

        location = d.pop("location")

        bins = []
        _bins = d.pop("bins")
        for bins_item_data in (_bins):
            bins_item = BinPlace.from_dict(bins_item_data)



            bins.append(bins_item)


        new_bins = cls(
            store=store,
            location=location,
            bins=bins,
        )

        return new_bins

