from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.receipt import Receipt





T = TypeVar("T", bound="Delivery")



@_attrs_define
class Delivery:
    """ Goods that came in outside any procedure: opening stock, or what another system received.

        Attributes:
            store (str):
            reference (str): The paper that they came with.
            lines (list[Receipt]):
     """

    store: str
    reference: str
    lines: list[Receipt]





    def to_dict(self) -> dict[str, Any]:
        from ..models.receipt import Receipt # noqa: PLC0415
        store = self.store

        reference = self.reference

        lines = []
        for lines_item_data in self.lines:
            lines_item = lines_item_data.to_dict()
            lines.append(lines_item)




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "store": store,
            "reference": reference,
            "lines": lines,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.receipt import Receipt # noqa: PLC0415
        d = dict(src_dict)
        store = d.pop("store")

        reference = d.pop("reference")

        lines = []
        _lines = d.pop("lines")
        for lines_item_data in (_lines):
            lines_item = Receipt.from_dict(lines_item_data)



            lines.append(lines_item)


        delivery = cls(
            store=store,
            reference=reference,
            lines=lines,
        )

        return delivery

