from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.waits_for_document import WaitsForDocument





T = TypeVar("T", bound="CaseWaits")



@_attrs_define
class CaseWaits:
    """ What a case waits for, since when, who or what moves it on, and what happens by itself, when.

        Attributes:
            sentence (str): The likeliest of it, in the store's time.
            parts (list[WaitsForDocument]):
     """

    sentence: str
    parts: list[WaitsForDocument]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.waits_for_document import WaitsForDocument # noqa: PLC0415
        sentence = self.sentence

        parts = []
        for parts_item_data in self.parts:
            parts_item = parts_item_data.to_dict()
            parts.append(parts_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "sentence": sentence,
            "parts": parts,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.waits_for_document import WaitsForDocument # noqa: PLC0415
        d = dict(src_dict)
        sentence = d.pop("sentence")

        parts = []
        _parts = d.pop("parts")
        for parts_item_data in (_parts):
            parts_item = WaitsForDocument.from_dict(parts_item_data)



            parts.append(parts_item)


        case_waits = cls(
            sentence=sentence,
            parts=parts,
        )


        case_waits.additional_properties = d
        return case_waits

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
