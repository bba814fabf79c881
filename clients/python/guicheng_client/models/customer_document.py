from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.case_line import CaseLine
  from ..models.customer_limit import CustomerLimit
  from ..models.customer_member import CustomerMember
  from ..models.customer_order import CustomerOrder
  from ..models.customer_refund import CustomerRefund





T = TypeVar("T", bound="CustomerDocument")



@_attrs_define
class CustomerDocument:
    """ A customer: the newest fifty orders, cases that the caller reads, and refunds.

        Attributes:
            number (str):
            store (str):
            name (str): As in the latest order; empty where none is known.
            phone (str): Masked for roles that neither ship to customers nor call them.
            member (CustomerMember | None):
            orders (list[CustomerOrder]):
            cases (list[CaseLine]):
            refunds (list[CustomerRefund]):
            limits (list[CustomerLimit] | None): For roles that deal with customers.
     """

    number: str
    store: str
    name: str
    phone: str
    member: CustomerMember | None
    orders: list[CustomerOrder]
    cases: list[CaseLine]
    refunds: list[CustomerRefund]
    limits: list[CustomerLimit] | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.case_line import CaseLine # noqa: PLC0415
        from ..models.customer_limit import CustomerLimit # noqa: PLC0415
        from ..models.customer_member import CustomerMember # noqa: PLC0415
        from ..models.customer_order import CustomerOrder # noqa: PLC0415
        from ..models.customer_refund import CustomerRefund # noqa: PLC0415
        number = self.number

        store = self.store

        name = self.name

        phone = self.phone

        member: dict[str, Any] | None
        if isinstance(self.member, CustomerMember):
            member = self.member.to_dict()
        else:
            member = self.member

        orders = []
        for orders_item_data in self.orders:
            orders_item = orders_item_data.to_dict()
            orders.append(orders_item)



        cases = []
        for cases_item_data in self.cases:
            cases_item = cases_item_data.to_dict()
            cases.append(cases_item)



        refunds = []
        for refunds_item_data in self.refunds:
            refunds_item = refunds_item_data.to_dict()
            refunds.append(refunds_item)



        limits: list[dict[str, Any]] | None
        if isinstance(self.limits, list):
            limits = []
            for limits_type_0_item_data in self.limits:
                limits_type_0_item = limits_type_0_item_data.to_dict()
                limits.append(limits_type_0_item)


        else:
            limits = self.limits


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "number": number,
            "store": store,
            "name": name,
            "phone": phone,
            "member": member,
            "orders": orders,
            "cases": cases,
            "refunds": refunds,
            "limits": limits,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.case_line import CaseLine # noqa: PLC0415
        from ..models.customer_limit import CustomerLimit # noqa: PLC0415
        from ..models.customer_member import CustomerMember # noqa: PLC0415
        from ..models.customer_order import CustomerOrder # noqa: PLC0415
        from ..models.customer_refund import CustomerRefund # noqa: PLC0415
        d = dict(src_dict)
        number = d.pop("number")

        store = d.pop("store")

        name = d.pop("name")

        phone = d.pop("phone")

        def _parse_member(data: object) -> CustomerMember | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                member_type_0 = CustomerMember.from_dict(data)



                return member_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CustomerMember | None, data)

        member = _parse_member(d.pop("member"))


        orders = []
        _orders = d.pop("orders")
        for orders_item_data in (_orders):
            orders_item = CustomerOrder.from_dict(orders_item_data)



            orders.append(orders_item)


        cases = []
        _cases = d.pop("cases")
        for cases_item_data in (_cases):
            cases_item = CaseLine.from_dict(cases_item_data)



            cases.append(cases_item)


        refunds = []
        _refunds = d.pop("refunds")
        for refunds_item_data in (_refunds):
            refunds_item = CustomerRefund.from_dict(refunds_item_data)



            refunds.append(refunds_item)


        def _parse_limits(data: object) -> list[CustomerLimit] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                limits_type_0 = []
                _limits_type_0 = data
                for limits_type_0_item_data in (_limits_type_0):
                    limits_type_0_item = CustomerLimit.from_dict(limits_type_0_item_data)



                    limits_type_0.append(limits_type_0_item)

                return limits_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[CustomerLimit] | None, data)

        limits = _parse_limits(d.pop("limits"))


        customer_document = cls(
            number=number,
            store=store,
            name=name,
            phone=phone,
            member=member,
            orders=orders,
            cases=cases,
            refunds=refunds,
            limits=limits,
        )


        customer_document.additional_properties = d
        return customer_document

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
