from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.resolution_do import ResolutionDo
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.resolution_data import ResolutionData





T = TypeVar("T", bound="Resolution")



@_attrs_define
class Resolution:
    """ Decides about an incident.

        Attributes:
            do (ResolutionDo): `retry`; `done` by hand, which sends what success would; `otherwise`, the way for a no.
            reason (str):
            data (ResolutionData | Unset): What the effect would have told, where it was done by hand.
     """

    do: ResolutionDo
    reason: str
    data: ResolutionData | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.resolution_data import ResolutionData # noqa: PLC0415
        do = self.do.value

        reason = self.reason

        data: dict[str, Any] | Unset = UNSET
        if not isinstance(self.data, Unset):
            data = self.data.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "do": do,
            "reason": reason,
        })
        if data is not UNSET:
            field_dict["data"] = data

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.resolution_data import ResolutionData # noqa: PLC0415
        d = dict(src_dict)
        do = ResolutionDo(d.pop("do"))




        reason = d.pop("reason")

        _data = d.pop("data", UNSET)
        data: ResolutionData | Unset
        if isinstance(_data,  Unset):
            data = UNSET
        else:
            data = ResolutionData.from_dict(_data)




        resolution = cls(
            do=do,
            reason=reason,
            data=data,
        )

        return resolution

