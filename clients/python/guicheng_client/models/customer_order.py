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





T = TypeVar("T", bound="CustomerOrder")



@_attrs_define
class CustomerOrder:
    """ 
        Attributes:
            order (str):
            placed_as (None | str): The order that the customer placed, where this one ships goods of it.
            case (str):
            placed_at (datetime.datetime):
            ended_at (datetime.datetime | None):
            worth (MoneyOutput | None): Of its goods, less what the customer pays less.
            paid (MoneyOutput | None):
            refunded (MoneyOutput | None):
            left (MoneyOutput | None): What can still be refunded.
            given (MoneyOutput | None): What was given for it beyond what was owed; for roles that deal with customers.
     """

    order: str
    placed_as: None | str
    case: str
    placed_at: datetime.datetime
    ended_at: datetime.datetime | None
    worth: MoneyOutput | None
    paid: MoneyOutput | None
    refunded: MoneyOutput | None
    left: MoneyOutput | None
    given: MoneyOutput | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        order = self.order

        placed_as: None | str
        placed_as = self.placed_as

        case = self.case

        placed_at = self.placed_at.isoformat()

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        worth: dict[str, Any] | None
        if isinstance(self.worth, MoneyOutput):
            worth = self.worth.to_dict()
        else:
            worth = self.worth

        paid: dict[str, Any] | None
        if isinstance(self.paid, MoneyOutput):
            paid = self.paid.to_dict()
        else:
            paid = self.paid

        refunded: dict[str, Any] | None
        if isinstance(self.refunded, MoneyOutput):
            refunded = self.refunded.to_dict()
        else:
            refunded = self.refunded

        left: dict[str, Any] | None
        if isinstance(self.left, MoneyOutput):
            left = self.left.to_dict()
        else:
            left = self.left

        given: dict[str, Any] | None
        if isinstance(self.given, MoneyOutput):
            given = self.given.to_dict()
        else:
            given = self.given


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "order": order,
            "placed_as": placed_as,
            "case": case,
            "placed_at": placed_at,
            "ended_at": ended_at,
            "worth": worth,
            "paid": paid,
            "refunded": refunded,
            "left": left,
            "given": given,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        d = dict(src_dict)
        order = d.pop("order")

        def _parse_placed_as(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        placed_as = _parse_placed_as(d.pop("placed_as"))


        case = d.pop("case")

        placed_at = datetime.datetime.fromisoformat(d.pop("placed_at"))




        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)



                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ended_at = _parse_ended_at(d.pop("ended_at"))


        def _parse_worth(data: object) -> MoneyOutput | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                worth_type_0 = MoneyOutput.from_dict(data)



                return worth_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MoneyOutput | None, data)

        worth = _parse_worth(d.pop("worth"))


        def _parse_paid(data: object) -> MoneyOutput | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                paid_type_0 = MoneyOutput.from_dict(data)



                return paid_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MoneyOutput | None, data)

        paid = _parse_paid(d.pop("paid"))


        def _parse_refunded(data: object) -> MoneyOutput | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                refunded_type_0 = MoneyOutput.from_dict(data)



                return refunded_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MoneyOutput | None, data)

        refunded = _parse_refunded(d.pop("refunded"))


        def _parse_left(data: object) -> MoneyOutput | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                left_type_0 = MoneyOutput.from_dict(data)



                return left_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MoneyOutput | None, data)

        left = _parse_left(d.pop("left"))


        def _parse_given(data: object) -> MoneyOutput | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                given_type_0 = MoneyOutput.from_dict(data)



                return given_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MoneyOutput | None, data)

        given = _parse_given(d.pop("given"))


        customer_order = cls(
            order=order,
            placed_as=placed_as,
            case=case,
            placed_at=placed_at,
            ended_at=ended_at,
            worth=worth,
            paid=paid,
            refunded=refunded,
            left=left,
            given=given,
        )


        customer_order.additional_properties = d
        return customer_order

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
