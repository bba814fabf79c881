from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.account_kind import AccountKind
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.account_document_roles import AccountDocumentRoles
  from ..models.party_document import PartyDocument





T = TypeVar("T", bound="AccountDocument")



@_attrs_define
class AccountDocument:
    """ 
        Attributes:
            id (str):
            name (str):
            kind (AccountKind): What an account stands for.
            roles (AccountDocumentRoles):
            parties (list[PartyDocument]):
            language (str):
            owner (None | str):
            administrator (bool):
            has_password (bool):
            made_at (datetime.datetime):
            made_by (str):
            closed_at (datetime.datetime | None):
     """

    id: str
    name: str
    kind: AccountKind
    roles: AccountDocumentRoles
    parties: list[PartyDocument]
    language: str
    owner: None | str
    administrator: bool
    has_password: bool
    made_at: datetime.datetime
    made_by: str
    closed_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.account_document_roles import AccountDocumentRoles # noqa: PLC0415
        from ..models.party_document import PartyDocument # noqa: PLC0415
        id = self.id

        name = self.name

        kind = self.kind.value

        roles = self.roles.to_dict()

        parties = []
        for parties_item_data in self.parties:
            parties_item = parties_item_data.to_dict()
            parties.append(parties_item)



        language = self.language

        owner: None | str
        owner = self.owner

        administrator = self.administrator

        has_password = self.has_password

        made_at = self.made_at.isoformat()

        made_by = self.made_by

        closed_at: None | str
        if isinstance(self.closed_at, datetime.datetime):
            closed_at = self.closed_at.isoformat()
        else:
            closed_at = self.closed_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "kind": kind,
            "roles": roles,
            "parties": parties,
            "language": language,
            "owner": owner,
            "administrator": administrator,
            "has_password": has_password,
            "made_at": made_at,
            "made_by": made_by,
            "closed_at": closed_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.account_document_roles import AccountDocumentRoles # noqa: PLC0415
        from ..models.party_document import PartyDocument # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        kind = AccountKind(d.pop("kind"))




        roles = AccountDocumentRoles.from_dict(d.pop("roles"))




        parties = []
        _parties = d.pop("parties")
        for parties_item_data in (_parties):
            parties_item = PartyDocument.from_dict(parties_item_data)



            parties.append(parties_item)


        language = d.pop("language")

        def _parse_owner(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        owner = _parse_owner(d.pop("owner"))


        administrator = d.pop("administrator")

        has_password = d.pop("has_password")

        made_at = datetime.datetime.fromisoformat(d.pop("made_at"))




        made_by = d.pop("made_by")

        def _parse_closed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                closed_at_type_0 = datetime.datetime.fromisoformat(data)



                return closed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        closed_at = _parse_closed_at(d.pop("closed_at"))


        account_document = cls(
            id=id,
            name=name,
            kind=kind,
            roles=roles,
            parties=parties,
            language=language,
            owner=owner,
            administrator=administrator,
            has_password=has_password,
            made_at=made_at,
            made_by=made_by,
            closed_at=closed_at,
        )


        account_document.additional_properties = d
        return account_document

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
