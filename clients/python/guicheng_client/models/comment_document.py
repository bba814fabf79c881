from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="CommentDocument")



@_attrs_define
class CommentDocument:
    """ 
        Attributes:
            id (str):
            author (str): The account that wrote it.
            author_name (str): Its name of then.
            text (str):
            files (list[str]):
            written_at (datetime.datetime):
     """

    id: str
    author: str
    author_name: str
    text: str
    files: list[str]
    written_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        author = self.author

        author_name = self.author_name

        text = self.text

        files = self.files



        written_at = self.written_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "author": author,
            "author_name": author_name,
            "text": text,
            "files": files,
            "written_at": written_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        author = d.pop("author")

        author_name = d.pop("author_name")

        text = d.pop("text")

        files = cast(list[str], d.pop("files"))


        written_at = datetime.datetime.fromisoformat(d.pop("written_at"))




        comment_document = cls(
            id=id,
            author=author,
            author_name=author_name,
            text=text,
            files=files,
            written_at=written_at,
        )


        comment_document.additional_properties = d
        return comment_document

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
