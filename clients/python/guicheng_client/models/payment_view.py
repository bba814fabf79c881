from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.money_output import MoneyOutput





T = TypeVar("T", bound="PaymentView")



@_attrs_define
class PaymentView:
    """ 
        Attributes:
            payment_no (str):
            amount (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with
                any.
            method (str):
            state (str):
            at (datetime.datetime):
     """

    payment_no: str
    amount: MoneyOutput
    method: str
    state: str
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        payment_no = self.payment_no

        amount = self.amount.to_dict()

        method = self.method

        state = self.state

        at = self.at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "payment_no": payment_no,
            "amount": amount,
            "method": method,
            "state": state,
            "at": at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        d = dict(src_dict)
        payment_no = d.pop("payment_no")

        amount = MoneyOutput.from_dict(d.pop("amount"))




        method = d.pop("method")

        state = d.pop("state")

        at = datetime.datetime.fromisoformat(d.pop("at"))




        payment_view = cls(
            payment_no=payment_no,
            amount=amount,
            method=method,
            state=state,
            at=at,
        )


        payment_view.additional_properties = d
        return payment_view

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
