from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.caller_document_roles import CallerDocumentRoles
  from ..models.party_document import PartyDocument





T = TypeVar("T", bound="CallerDocument")



@_attrs_define
class CallerDocument:
    """ Who calls, with the rights of now.

        Attributes:
            id (str):
            name (str):
            owner (None | str):
            roles (CallerDocumentRoles):
            parties (list[PartyDocument]):
            administrator (bool):
     """

    id: str
    name: str
    owner: None | str
    roles: CallerDocumentRoles
    parties: list[PartyDocument]
    administrator: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.caller_document_roles import CallerDocumentRoles # noqa: PLC0415
        from ..models.party_document import PartyDocument # noqa: PLC0415
        id = self.id

        name = self.name

        owner: None | str
        owner = self.owner

        roles = self.roles.to_dict()

        parties = []
        for parties_item_data in self.parties:
            parties_item = parties_item_data.to_dict()
            parties.append(parties_item)



        administrator = self.administrator


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "owner": owner,
            "roles": roles,
            "parties": parties,
            "administrator": administrator,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.caller_document_roles import CallerDocumentRoles # noqa: PLC0415
        from ..models.party_document import PartyDocument # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        def _parse_owner(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        owner = _parse_owner(d.pop("owner"))


        roles = CallerDocumentRoles.from_dict(d.pop("roles"))




        parties = []
        _parties = d.pop("parties")
        for parties_item_data in (_parties):
            parties_item = PartyDocument.from_dict(parties_item_data)



            parties.append(parties_item)


        administrator = d.pop("administrator")

        caller_document = cls(
            id=id,
            name=name,
            owner=owner,
            roles=roles,
            parties=parties,
            administrator=administrator,
        )


        caller_document.additional_properties = d
        return caller_document

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
