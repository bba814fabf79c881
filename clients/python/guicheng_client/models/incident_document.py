from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="IncidentDocument")



@_attrs_define
class IncidentDocument:
    """ 
        Attributes:
            key (str):
            effect (str):
            label (str):
            asked_at (datetime.datetime):
            revision (int):
            error (str):
            ways (list[str]):
     """

    key: str
    effect: str
    label: str
    asked_at: datetime.datetime
    revision: int
    error: str
    ways: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        key = self.key

        effect = self.effect

        label = self.label

        asked_at = self.asked_at.isoformat()

        revision = self.revision

        error = self.error

        ways = self.ways




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "key": key,
            "effect": effect,
            "label": label,
            "asked_at": asked_at,
            "revision": revision,
            "error": error,
            "ways": ways,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        key = d.pop("key")

        effect = d.pop("effect")

        label = d.pop("label")

        asked_at = datetime.datetime.fromisoformat(d.pop("asked_at"))




        revision = d.pop("revision")

        error = d.pop("error")

        ways = cast(list[str], d.pop("ways"))


        incident_document = cls(
            key=key,
            effect=effect,
            label=label,
            asked_at=asked_at,
            revision=revision,
            error=error,
            ways=ways,
        )


        incident_document.additional_properties = d
        return incident_document

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
