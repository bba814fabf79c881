from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="NewComment")



@_attrs_define
class NewComment:
    """ 
        Attributes:
            text (str):
            files (list[str] | Unset):
     """

    text: str
    files: list[str] | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        text = self.text

        files: list[str] | Unset = UNSET
        if not isinstance(self.files, Unset):
            files = self.files




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "text": text,
        })
        if files is not UNSET:
            field_dict["files"] = files

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        text = d.pop("text")

        files = cast(list[str], d.pop("files", UNSET))


        new_comment = cls(
            text=text,
            files=files,
        )

        return new_comment

