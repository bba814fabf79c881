from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.paper import Paper
from typing import cast






T = TypeVar("T", bound="PapersWanted")



@_attrs_define
class PapersWanted:
    """ One paper of many cases.

        Attributes:
            key (Paper): A kind of paper. What stands on it comes from the books, and from the fields of the case that its
                procedure
                names.
            cases (list[str]): A pick list is one for all of them.
     """

    key: Paper
    cases: list[str]





    def to_dict(self) -> dict[str, Any]:
        key = self.key.value

        cases = self.cases




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "key": key,
            "cases": cases,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        key = Paper(d.pop("key"))




        cases = cast(list[str], d.pop("cases"))


        papers_wanted = cls(
            key=key,
            cases=cases,
        )

        return papers_wanted

