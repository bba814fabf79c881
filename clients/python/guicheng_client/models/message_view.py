from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="MessageView")



@_attrs_define
class MessageView:
    """ A message, in the language that was asked for.

        Attributes:
            message (str):
            case (str):
            store (str):
            channel (str):
            to (str):
            template (str):
            title (str):
            body (str):
            state (str):
            at (datetime.datetime):
     """

    message: str
    case: str
    store: str
    channel: str
    to: str
    template: str
    title: str
    body: str
    state: str
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        message = self.message

        case = self.case

        store = self.store

        channel = self.channel

        to = self.to

        template = self.template

        title = self.title

        body = self.body

        state = self.state

        at = self.at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "message": message,
            "case": case,
            "store": store,
            "channel": channel,
            "to": to,
            "template": template,
            "title": title,
            "body": body,
            "state": state,
            "at": at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        message = d.pop("message")

        case = d.pop("case")

        store = d.pop("store")

        channel = d.pop("channel")

        to = d.pop("to")

        template = d.pop("template")

        title = d.pop("title")

        body = d.pop("body")

        state = d.pop("state")

        at = datetime.datetime.fromisoformat(d.pop("at"))




        message_view = cls(
            message=message,
            case=case,
            store=store,
            channel=channel,
            to=to,
            template=template,
            title=title,
            body=body,
            state=state,
            at=at,
        )


        message_view.additional_properties = d
        return message_view

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
