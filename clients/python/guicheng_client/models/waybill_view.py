from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.money_output import MoneyOutput





T = TypeVar("T", bound="WaybillView")



@_attrs_define
class WaybillView:
    """ 
        Attributes:
            order (str):
            store (str):
            waybill_no (str):
            carrier (str):
            freight (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with
                any.
            state (str):
            pickup (str):
            label (str):
            return_no (str):
     """

    order: str
    store: str
    waybill_no: str
    carrier: str
    freight: MoneyOutput
    state: str
    pickup: str
    label: str
    return_no: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        order = self.order

        store = self.store

        waybill_no = self.waybill_no

        carrier = self.carrier

        freight = self.freight.to_dict()

        state = self.state

        pickup = self.pickup

        label = self.label

        return_no = self.return_no


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "order": order,
            "store": store,
            "waybill_no": waybill_no,
            "carrier": carrier,
            "freight": freight,
            "state": state,
            "pickup": pickup,
            "label": label,
            "return_no": return_no,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        d = dict(src_dict)
        order = d.pop("order")

        store = d.pop("store")

        waybill_no = d.pop("waybill_no")

        carrier = d.pop("carrier")

        freight = MoneyOutput.from_dict(d.pop("freight"))




        state = d.pop("state")

        pickup = d.pop("pickup")

        label = d.pop("label")

        return_no = d.pop("return_no")

        waybill_view = cls(
            order=order,
            store=store,
            waybill_no=waybill_no,
            carrier=carrier,
            freight=freight,
            state=state,
            pickup=pickup,
            label=label,
            return_no=return_no,
        )


        waybill_view.additional_properties = d
        return waybill_view

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
