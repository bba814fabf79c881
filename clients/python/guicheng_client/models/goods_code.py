from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset






T = TypeVar("T", bound="GoodsCode")



@_attrs_define
class GoodsCode:
    """ A code on goods, such as an EAN or one of the store's own, and how many pieces it stands for.

        Attributes:
            code (str):
            qty (int | Unset):  Default: 1.
     """

    code: str
    qty: int | Unset = 1





    def to_dict(self) -> dict[str, Any]:
        code = self.code

        qty = self.qty


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "code": code,
        })
        if qty is not UNSET:
            field_dict["qty"] = qty

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        qty = d.pop("qty", UNSET)

        goods_code = cls(
            code=code,
            qty=qty,
        )

        return goods_code

