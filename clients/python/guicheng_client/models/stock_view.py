from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="StockView")



@_attrs_define
class StockView:
    """ 
        Attributes:
            sku (str):
            location (str):
            on_hand (int):
            held (int):
            reserved (int):
            set_aside (int):
            quarantined (int):
            damaged (int):
            free (int):
     """

    sku: str
    location: str
    on_hand: int
    held: int
    reserved: int
    set_aside: int
    quarantined: int
    damaged: int
    free: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        sku = self.sku

        location = self.location

        on_hand = self.on_hand

        held = self.held

        reserved = self.reserved

        set_aside = self.set_aside

        quarantined = self.quarantined

        damaged = self.damaged

        free = self.free


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "sku": sku,
            "location": location,
            "on_hand": on_hand,
            "held": held,
            "reserved": reserved,
            "set_aside": set_aside,
            "quarantined": quarantined,
            "damaged": damaged,
            "free": free,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        sku = d.pop("sku")

        location = d.pop("location")

        on_hand = d.pop("on_hand")

        held = d.pop("held")

        reserved = d.pop("reserved")

        set_aside = d.pop("set_aside")

        quarantined = d.pop("quarantined")

        damaged = d.pop("damaged")

        free = d.pop("free")

        stock_view = cls(
            sku=sku,
            location=location,
            on_hand=on_hand,
            held=held,
            reserved=reserved,
            set_aside=set_aside,
            quarantined=quarantined,
            damaged=damaged,
            free=free,
        )


        stock_view.additional_properties = d
        return stock_view

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
