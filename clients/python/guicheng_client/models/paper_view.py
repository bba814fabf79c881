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





T = TypeVar("T", bound="PaperView")



@_attrs_define
class PaperView:
    """ 
        Attributes:
            number (str):
            kind (str):
            amount (MoneyOutput): An amount in a currency. Zero has no currency of its own: it adds to and compares with
                any.
            reason (str):
            at (datetime.datetime):
     """

    number: str
    kind: str
    amount: MoneyOutput
    reason: str
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        number = self.number

        kind = self.kind

        amount = self.amount.to_dict()

        reason = self.reason

        at = self.at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "number": number,
            "kind": kind,
            "amount": amount,
            "reason": reason,
            "at": at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money_output import MoneyOutput # noqa: PLC0415
        d = dict(src_dict)
        number = d.pop("number")

        kind = d.pop("kind")

        amount = MoneyOutput.from_dict(d.pop("amount"))




        reason = d.pop("reason")

        at = datetime.datetime.fromisoformat(d.pop("at"))




        paper_view = cls(
            number=number,
            kind=kind,
            amount=amount,
            reason=reason,
            at=at,
        )


        paper_view.additional_properties = d
        return paper_view

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
