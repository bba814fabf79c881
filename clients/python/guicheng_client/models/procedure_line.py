from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.procedure_line_title import ProcedureLineTitle





T = TypeVar("T", bound="ProcedureLine")



@_attrs_define
class ProcedureLine:
    """ 
        Attributes:
            key (str):
            version (int):
            title (ProcedureLineTitle):
            summary (str):
            roles (list[str]):
            starts_on (list[str]):
            moves_on (list[str]):
     """

    key: str
    version: int
    title: ProcedureLineTitle
    summary: str
    roles: list[str]
    starts_on: list[str]
    moves_on: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.procedure_line_title import ProcedureLineTitle # noqa: PLC0415
        key = self.key

        version = self.version

        title = self.title.to_dict()

        summary = self.summary

        roles = self.roles



        starts_on = self.starts_on



        moves_on = self.moves_on




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "key": key,
            "version": version,
            "title": title,
            "summary": summary,
            "roles": roles,
            "starts_on": starts_on,
            "moves_on": moves_on,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.procedure_line_title import ProcedureLineTitle # noqa: PLC0415
        d = dict(src_dict)
        key = d.pop("key")

        version = d.pop("version")

        title = ProcedureLineTitle.from_dict(d.pop("title"))




        summary = d.pop("summary")

        roles = cast(list[str], d.pop("roles"))


        starts_on = cast(list[str], d.pop("starts_on"))


        moves_on = cast(list[str], d.pop("moves_on"))


        procedure_line = cls(
            key=key,
            version=version,
            title=title,
            summary=summary,
            roles=roles,
            starts_on=starts_on,
            moves_on=moves_on,
        )


        procedure_line.additional_properties = d
        return procedure_line

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
