from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="FileDocument")



@_attrs_define
class FileDocument:
    """ 
        Attributes:
            id (str): What forms refer to it by.
            name (str):
            media_type (str):
            size (int):
            sha256 (str):
            author (str):
            stored_at (datetime.datetime):
            kept_until (datetime.datetime | None): Of a file without a case: when it is removed, unless a form names it
                first.
            location (str):
     """

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    author: str
    stored_at: datetime.datetime
    kept_until: datetime.datetime | None
    location: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        media_type = self.media_type

        size = self.size

        sha256 = self.sha256

        author = self.author

        stored_at = self.stored_at.isoformat()

        kept_until: None | str
        if isinstance(self.kept_until, datetime.datetime):
            kept_until = self.kept_until.isoformat()
        else:
            kept_until = self.kept_until

        location = self.location


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "media_type": media_type,
            "size": size,
            "sha256": sha256,
            "author": author,
            "stored_at": stored_at,
            "kept_until": kept_until,
            "location": location,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        media_type = d.pop("media_type")

        size = d.pop("size")

        sha256 = d.pop("sha256")

        author = d.pop("author")

        stored_at = datetime.datetime.fromisoformat(d.pop("stored_at"))




        def _parse_kept_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                kept_until_type_0 = datetime.datetime.fromisoformat(data)



                return kept_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        kept_until = _parse_kept_until(d.pop("kept_until"))


        location = d.pop("location")

        file_document = cls(
            id=id,
            name=name,
            media_type=media_type,
            size=size,
            sha256=sha256,
            author=author,
            stored_at=stored_at,
            kept_until=kept_until,
            location=location,
        )


        file_document.additional_properties = d
        return file_document

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
