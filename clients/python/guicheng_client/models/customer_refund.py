from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.customer_refund_state import CustomerRefundState
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.money_output import MoneyOutput





T = TypeVar("T", bound="CustomerRefund")



@_attrs_define
class CustomerRefund:
    """ 
        Attributes:
            refund_no (str):
            order (str):
            amount (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with
                any.
            route (str):
            reason (str):
            state (CustomerRefundState):
            asked_at (datetime.datetime):
            paid_at (datetime.datetime | None):
     """

    refund_no: str
    order: str
    amount: MoneyOutput
    route: str
    reason: str
    state: CustomerRefundState
    asked_at: datetime.datetime
    paid_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        refund_no = self.refund_no

        order = self.order

        amount = self.amount.to_dict()

        route = self.route

        reason = self.reason

        state = self.state.value

        asked_at = self.asked_at.isoformat()

        paid_at: None | str
        if isinstance(self.paid_at, datetime.datetime):
            paid_at = self.paid_at.isoformat()
        else:
            paid_at = self.paid_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "refund_no": refund_no,
            "order": order,
            "amount": amount,
            "route": route,
            "reason": reason,
            "state": state,
            "asked_at": asked_at,
            "paid_at": paid_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        d = dict(src_dict)
        refund_no = d.pop("refund_no")

        order = d.pop("order")

        amount = MoneyOutput.from_dict(d.pop("amount"))




        route = d.pop("route")

        reason = d.pop("reason")

        state = CustomerRefundState(d.pop("state"))




        asked_at = datetime.datetime.fromisoformat(d.pop("asked_at"))




        def _parse_paid_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                paid_at_type_0 = datetime.datetime.fromisoformat(data)



                return paid_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        paid_at = _parse_paid_at(d.pop("paid_at"))


        customer_refund = cls(
            refund_no=refund_no,
            order=order,
            amount=amount,
            route=route,
            reason=reason,
            state=state,
            asked_at=asked_at,
            paid_at=paid_at,
        )


        customer_refund.additional_properties = d
        return customer_refund

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
