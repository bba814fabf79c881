from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.approval_limit import ApprovalLimit
  from ..models.money_output import MoneyOutput
  from ..models.store_limits_times import StoreLimitsTimes





T = TypeVar("T", bound="StoreLimits")



@_attrs_define
class StoreLimits:
    """ 
        Attributes:
            approval (list[ApprovalLimit]): The gm has no limit; roles that aren't listed grant nothing.
            spending (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with
                any.
            times (StoreLimitsTimes): The store's own limits of time, `{procedure}.{alarm}`.
     """

    approval: list[ApprovalLimit]
    spending: MoneyOutput
    times: StoreLimitsTimes
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.approval_limit import ApprovalLimit # noqa: PLC0415
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        from ..models.store_limits_times import StoreLimitsTimes # noqa: PLC0415
        approval = []
        for approval_item_data in self.approval:
            approval_item = approval_item_data.to_dict()
            approval.append(approval_item)



        spending = self.spending.to_dict()

        times = self.times.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "approval": approval,
            "spending": spending,
            "times": times,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.approval_limit import ApprovalLimit # noqa: PLC0415
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        from ..models.store_limits_times import StoreLimitsTimes # noqa: PLC0415
        d = dict(src_dict)
        approval = []
        _approval = d.pop("approval")
        for approval_item_data in (_approval):
            approval_item = ApprovalLimit.from_dict(approval_item_data)



            approval.append(approval_item)


        spending = MoneyOutput.from_dict(d.pop("spending"))




        times = StoreLimitsTimes.from_dict(d.pop("times"))




        store_limits = cls(
            approval=approval,
            spending=spending,
            times=times,
        )


        store_limits.additional_properties = d
        return store_limits

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
