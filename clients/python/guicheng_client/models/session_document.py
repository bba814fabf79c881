from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="SessionDocument")



@_attrs_define
class SessionDocument:
    """ Somebody is signed in, in one browser.

        Attributes:
            id (str):
            by (str): How: `password`, `provider` or `badge`.
            agent (str): The browser, as it says itself.
            made_at (datetime.datetime):
            seen_at (datetime.datetime):
     """

    id: str
    by: str
    agent: str
    made_at: datetime.datetime
    seen_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        by = self.by

        agent = self.agent

        made_at = self.made_at.isoformat()

        seen_at = self.seen_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "by": by,
            "agent": agent,
            "made_at": made_at,
            "seen_at": seen_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        by = d.pop("by")

        agent = d.pop("agent")

        made_at = datetime.datetime.fromisoformat(d.pop("made_at"))




        seen_at = datetime.datetime.fromisoformat(d.pop("seen_at"))




        session_document = cls(
            id=id,
            by=by,
            agent=agent,
            made_at=made_at,
            seen_at=seen_at,
        )


        session_document.additional_properties = d
        return session_document

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
