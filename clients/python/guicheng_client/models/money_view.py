from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.money_output import MoneyOutput
  from ..models.paper_view import PaperView
  from ..models.payment_view import PaymentView
  from ..models.refund_view import RefundView





T = TypeVar("T", bound="MoneyView")



@_attrs_define
class MoneyView:
    """ An order's money.

        Attributes:
            order (str):
            store (str):
            paid (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with any.
            refunded (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with
                any.
            shared (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with
                any.
            left (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with any.
            commission_base (MoneyOutput | None):
            payments (list[PaymentView]):
            refunds (list[RefundView]):
            papers (list[PaperView]):
     """

    order: str
    store: str
    paid: MoneyOutput
    refunded: MoneyOutput
    shared: MoneyOutput
    left: MoneyOutput
    commission_base: MoneyOutput | None
    payments: list[PaymentView]
    refunds: list[RefundView]
    papers: list[PaperView]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        from ..models.paper_view import PaperView # noqa: PLC0415
        from ..models.payment_view import PaymentView # noqa: PLC0415
        from ..models.refund_view import RefundView # noqa: PLC0415
        order = self.order

        store = self.store

        paid = self.paid.to_dict()

        refunded = self.refunded.to_dict()

        shared = self.shared.to_dict()

        left = self.left.to_dict()

        commission_base: dict[str, Any] | None
        if isinstance(self.commission_base, MoneyOutput):
            commission_base = self.commission_base.to_dict()
        else:
            commission_base = self.commission_base

        payments = []
        for payments_item_data in self.payments:
            payments_item = payments_item_data.to_dict()
            payments.append(payments_item)



        refunds = []
        for refunds_item_data in self.refunds:
            refunds_item = refunds_item_data.to_dict()
            refunds.append(refunds_item)



        papers = []
        for papers_item_data in self.papers:
            papers_item = papers_item_data.to_dict()
            papers.append(papers_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "order": order,
            "store": store,
            "paid": paid,
            "refunded": refunded,
            "shared": shared,
            "left": left,
            "commission_base": commission_base,
            "payments": payments,
            "refunds": refunds,
            "papers": papers,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        from ..models.paper_view import PaperView # noqa: PLC0415
        from ..models.payment_view import PaymentView # noqa: PLC0415
        from ..models.refund_view import RefundView # noqa: PLC0415
        d = dict(src_dict)
        order = d.pop("order")

        store = d.pop("store")

        paid = MoneyOutput.from_dict(d.pop("paid"))




        refunded = MoneyOutput.from_dict(d.pop("refunded"))




        shared = MoneyOutput.from_dict(d.pop("shared"))




        left = MoneyOutput.from_dict(d.pop("left"))




        def _parse_commission_base(data: object) -> MoneyOutput | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                commission_base_type_0 = MoneyOutput.from_dict(data)



                return commission_base_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MoneyOutput | None, data)

        commission_base = _parse_commission_base(d.pop("commission_base"))


        payments = []
        _payments = d.pop("payments")
        for payments_item_data in (_payments):
            payments_item = PaymentView.from_dict(payments_item_data)



            payments.append(payments_item)


        refunds = []
        _refunds = d.pop("refunds")
        for refunds_item_data in (_refunds):
            refunds_item = RefundView.from_dict(refunds_item_data)



            refunds.append(refunds_item)


        papers = []
        _papers = d.pop("papers")
        for papers_item_data in (_papers):
            papers_item = PaperView.from_dict(papers_item_data)



            papers.append(papers_item)


        money_view = cls(
            order=order,
            store=store,
            paid=paid,
            refunded=refunded,
            shared=shared,
            left=left,
            commission_base=commission_base,
            payments=payments,
            refunds=refunds,
            papers=papers,
        )


        money_view.additional_properties = d
        return money_view

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
