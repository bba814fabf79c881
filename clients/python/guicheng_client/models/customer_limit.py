from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.role import Role
from typing import cast

if TYPE_CHECKING:
  from ..models.money_output import MoneyOutput





T = TypeVar("T", bound="CustomerLimit")



@_attrs_define
class CustomerLimit:
    """ What a role may still give this customer alone. It counts with what was given for the order, if that is more.

        Attributes:
            role (Role): A function in the store. One person may hold several.
            label (str):
            limit (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with any.
            given (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with any.
            left (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with any.
     """

    role: Role
    label: str
    limit: MoneyOutput
    given: MoneyOutput
    left: MoneyOutput
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        role = self.role.value

        label = self.label

        limit = self.limit.to_dict()

        given = self.given.to_dict()

        left = self.left.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "role": role,
            "label": label,
            "limit": limit,
            "given": given,
            "left": left,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        d = dict(src_dict)
        role = Role(d.pop("role"))




        label = d.pop("label")

        limit = MoneyOutput.from_dict(d.pop("limit"))




        given = MoneyOutput.from_dict(d.pop("given"))




        left = MoneyOutput.from_dict(d.pop("left"))




        customer_limit = cls(
            role=role,
            label=label,
            limit=limit,
            given=given,
            left=left,
        )


        customer_limit.additional_properties = d
        return customer_limit

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
