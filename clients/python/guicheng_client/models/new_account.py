from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.account_kind import AccountKind
from ..models.new_account_language import NewAccountLanguage
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.new_account_roles import NewAccountRoles
  from ..models.party_document import PartyDocument





T = TypeVar("T", bound="NewAccount")



@_attrs_define
class NewAccount:
    """ An account to make. It can hold no more than its maker.

        Attributes:
            name (str):
            id (None | str | Unset): Never used again. Without it, one is made of the name.
            kind (AccountKind | Unset): What an account stands for.
            roles (NewAccountRoles | Unset): Roles by store; under `*`, those in every store.
            parties (list[PartyDocument] | Unset):
            language (NewAccountLanguage | Unset):  Default: NewAccountLanguage.VALUE_0.
            owner (None | str | Unset): Of a service: the person who counts for it.
            administrator (bool | Unset): Whether it may manage accounts and keys. Default: False.
            password (None | str | Unset):
     """

    name: str
    id: None | str | Unset = UNSET
    kind: AccountKind | Unset = UNSET
    roles: NewAccountRoles | Unset = UNSET
    parties: list[PartyDocument] | Unset = UNSET
    language: NewAccountLanguage | Unset = NewAccountLanguage.VALUE_0
    owner: None | str | Unset = UNSET
    administrator: bool | Unset = False
    password: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.new_account_roles import NewAccountRoles # noqa: PLC0415
        from ..models.party_document import PartyDocument # noqa: PLC0415
        name = self.name

        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind.value


        roles: dict[str, Any] | Unset = UNSET
        if not isinstance(self.roles, Unset):
            roles = self.roles.to_dict()

        parties: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.parties, Unset):
            parties = []
            for parties_item_data in self.parties:
                parties_item = parties_item_data.to_dict()
                parties.append(parties_item)



        language: str | Unset = UNSET
        if not isinstance(self.language, Unset):
            language = self.language.value


        owner: None | str | Unset
        if isinstance(self.owner, Unset):
            owner = UNSET
        else:
            owner = self.owner

        administrator = self.administrator

        password: None | str | Unset
        if isinstance(self.password, Unset):
            password = UNSET
        else:
            password = self.password


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
        })
        if id is not UNSET:
            field_dict["id"] = id
        if kind is not UNSET:
            field_dict["kind"] = kind
        if roles is not UNSET:
            field_dict["roles"] = roles
        if parties is not UNSET:
            field_dict["parties"] = parties
        if language is not UNSET:
            field_dict["language"] = language
        if owner is not UNSET:
            field_dict["owner"] = owner
        if administrator is not UNSET:
            field_dict["administrator"] = administrator
        if password is not UNSET:
            field_dict["password"] = password

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.new_account_roles import NewAccountRoles # noqa: PLC0415
        from ..models.party_document import PartyDocument # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        def _parse_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        id = _parse_id(d.pop("id", UNSET))


        _kind = d.pop("kind", UNSET)
        kind: AccountKind | Unset
        if isinstance(_kind,  Unset):
            kind = UNSET
        else:
            kind = AccountKind(_kind)




        _roles = d.pop("roles", UNSET)
        roles: NewAccountRoles | Unset
        if isinstance(_roles,  Unset):
            roles = UNSET
        else:
            roles = NewAccountRoles.from_dict(_roles)




        _parties = d.pop("parties", UNSET)
        parties: list[PartyDocument] | Unset = UNSET
        if _parties is not UNSET:
            parties = []
            for parties_item_data in _parties:
                parties_item = PartyDocument.from_dict(parties_item_data)



                parties.append(parties_item)


        _language = d.pop("language", UNSET)
        language: NewAccountLanguage | Unset
        if isinstance(_language,  Unset):
            language = UNSET
        else:
            language = NewAccountLanguage(_language)




        def _parse_owner(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        owner = _parse_owner(d.pop("owner", UNSET))


        administrator = d.pop("administrator", UNSET)

        def _parse_password(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        password = _parse_password(d.pop("password", UNSET))


        new_account = cls(
            name=name,
            id=id,
            kind=kind,
            roles=roles,
            parties=parties,
            language=language,
            owner=owner,
            administrator=administrator,
            password=password,
        )

        return new_account

