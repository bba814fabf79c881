from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="NewSecret")



@_attrs_define
class NewSecret:
    """ A text to keep out of histories, messages and logs.

        Attributes:
            store (str):
            text (str):
     """

    store: str
    text: str





    def to_dict(self) -> dict[str, Any]:
        store = self.store

        text = self.text


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "store": store,
            "text": text,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        store = d.pop("store")

        text = d.pop("text")

        new_secret = cls(
            store=store,
            text=text,
        )

        return new_secret

