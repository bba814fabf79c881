from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.money_output import MoneyOutput





T = TypeVar("T", bound="PurchaseLineView")



@_attrs_define
class PurchaseLineView:
    """ 
        Attributes:
            sku (str):
            qty (int):
            unit_price (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with
                any.
            received (int):
            cancelled (int):
     """

    sku: str
    qty: int
    unit_price: MoneyOutput
    received: int
    cancelled: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        sku = self.sku

        qty = self.qty

        unit_price = self.unit_price.to_dict()

        received = self.received

        cancelled = self.cancelled


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "sku": sku,
            "qty": qty,
            "unit_price": unit_price,
            "received": received,
            "cancelled": cancelled,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        d = dict(src_dict)
        sku = d.pop("sku")

        qty = d.pop("qty")

        unit_price = MoneyOutput.from_dict(d.pop("unit_price"))




        received = d.pop("received")

        cancelled = d.pop("cancelled")

        purchase_line_view = cls(
            sku=sku,
            qty=qty,
            unit_price=unit_price,
            received=received,
            cancelled=cancelled,
        )


        purchase_line_view.additional_properties = d
        return purchase_line_view

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
