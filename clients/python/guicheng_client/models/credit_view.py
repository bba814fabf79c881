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





T = TypeVar("T", bound="CreditView")



@_attrs_define
class CreditView:
    """ What a partner owes for one order.

        Attributes:
            order (str):
            store (str):
            partner (str):
            amount (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with
                any.
            paid (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with any.
            rebate (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with
                any.
            given_back (bool):
            at (datetime.datetime):
     """

    order: str
    store: str
    partner: str
    amount: MoneyOutput
    paid: MoneyOutput
    rebate: MoneyOutput
    given_back: bool
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        order = self.order

        store = self.store

        partner = self.partner

        amount = self.amount.to_dict()

        paid = self.paid.to_dict()

        rebate = self.rebate.to_dict()

        given_back = self.given_back

        at = self.at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "order": order,
            "store": store,
            "partner": partner,
            "amount": amount,
            "paid": paid,
            "rebate": rebate,
            "given_back": given_back,
            "at": at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        d = dict(src_dict)
        order = d.pop("order")

        store = d.pop("store")

        partner = d.pop("partner")

        amount = MoneyOutput.from_dict(d.pop("amount"))




        paid = MoneyOutput.from_dict(d.pop("paid"))




        rebate = MoneyOutput.from_dict(d.pop("rebate"))




        given_back = d.pop("given_back")

        at = datetime.datetime.fromisoformat(d.pop("at"))




        credit_view = cls(
            order=order,
            store=store,
            partner=partner,
            amount=amount,
            paid=paid,
            rebate=rebate,
            given_back=given_back,
            at=at,
        )


        credit_view.additional_properties = d
        return credit_view

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
