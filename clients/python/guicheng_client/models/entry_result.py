from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.entry_result_data import EntryResultData





T = TypeVar("T", bound="EntryResult")



@_attrs_define
class EntryResult:
    """ What came of an entry.

        Attributes:
            of (str):
            ok (bool):
            reason (str):
            data (EntryResultData):
     """

    of: str
    ok: bool
    reason: str
    data: EntryResultData
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.entry_result_data import EntryResultData # noqa: PLC0415
        of = self.of

        ok = self.ok

        reason = self.reason

        data = self.data.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "of": of,
            "ok": ok,
            "reason": reason,
            "data": data,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.entry_result_data import EntryResultData # noqa: PLC0415
        d = dict(src_dict)
        of = d.pop("of")

        ok = d.pop("ok")

        reason = d.pop("reason")

        data = EntryResultData.from_dict(d.pop("data"))




        entry_result = cls(
            of=of,
            ok=ok,
            reason=reason,
            data=data,
        )


        entry_result.additional_properties = d
        return entry_result

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
