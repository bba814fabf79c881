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
  from ..models.purchase_line_view import PurchaseLineView





T = TypeVar("T", bound="PurchaseView")



@_attrs_define
class PurchaseView:
    """ An order placed with a supplier, its terms, and what was paid for it.

        Attributes:
            purchase (str):
            store (str):
            supplier (str):
            contract (str):
            delivery_date (datetime.date):
            terms (str):
            prepaid (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with
                any.
            paid (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with any.
            debited (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with
                any.
            cancelled (bool):
            lines (list[PurchaseLineView]):
            at (datetime.datetime):
     """

    purchase: str
    store: str
    supplier: str
    contract: str
    delivery_date: datetime.date
    terms: str
    prepaid: MoneyOutput
    paid: MoneyOutput
    debited: MoneyOutput
    cancelled: bool
    lines: list[PurchaseLineView]
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        from ..models.purchase_line_view import PurchaseLineView # noqa: PLC0415
        purchase = self.purchase

        store = self.store

        supplier = self.supplier

        contract = self.contract

        delivery_date = self.delivery_date.isoformat()

        terms = self.terms

        prepaid = self.prepaid.to_dict()

        paid = self.paid.to_dict()

        debited = self.debited.to_dict()

        cancelled = self.cancelled

        lines = []
        for lines_item_data in self.lines:
            lines_item = lines_item_data.to_dict()
            lines.append(lines_item)



        at = self.at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "purchase": purchase,
            "store": store,
            "supplier": supplier,
            "contract": contract,
            "delivery_date": delivery_date,
            "terms": terms,
            "prepaid": prepaid,
            "paid": paid,
            "debited": debited,
            "cancelled": cancelled,
            "lines": lines,
            "at": at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        from ..models.purchase_line_view import PurchaseLineView # noqa: PLC0415
        d = dict(src_dict)
        purchase = d.pop("purchase")

        store = d.pop("store")

        supplier = d.pop("supplier")

        contract = d.pop("contract")

        delivery_date = datetime.date.fromisoformat(d.pop("delivery_date"))




        terms = d.pop("terms")

        prepaid = MoneyOutput.from_dict(d.pop("prepaid"))




        paid = MoneyOutput.from_dict(d.pop("paid"))




        debited = MoneyOutput.from_dict(d.pop("debited"))




        cancelled = d.pop("cancelled")

        lines = []
        _lines = d.pop("lines")
        for lines_item_data in (_lines):
            lines_item = PurchaseLineView.from_dict(lines_item_data)



            lines.append(lines_item)


        at = datetime.datetime.fromisoformat(d.pop("at"))




        purchase_view = cls(
            purchase=purchase,
            store=store,
            supplier=supplier,
            contract=contract,
            delivery_date=delivery_date,
            terms=terms,
            prepaid=prepaid,
            paid=paid,
            debited=debited,
            cancelled=cancelled,
            lines=lines,
            at=at,
        )


        purchase_view.additional_properties = d
        return purchase_view

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
