from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.account_change_language_type_0 import AccountChangeLanguageType0
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.account_change_roles_type_0 import AccountChangeRolesType0
  from ..models.party_document import PartyDocument





T = TypeVar("T", bound="AccountChange")



@_attrs_define
class AccountChange:
    """ What is to be another; what isn't named stays.

        Attributes:
            name (None | str | Unset):
            roles (AccountChangeRolesType0 | None | Unset):
            parties (list[PartyDocument] | None | Unset):
            language (AccountChangeLanguageType0 | None | Unset):
            owner (None | str | Unset): Null takes the owner away.
            administrator (bool | None | Unset):
            password (None | str | Unset):
            closed (bool | None | Unset): A closed account can't call; its keys are revoked.
     """

    name: None | str | Unset = UNSET
    roles: AccountChangeRolesType0 | None | Unset = UNSET
    parties: list[PartyDocument] | None | Unset = UNSET
    language: AccountChangeLanguageType0 | None | Unset = UNSET
    owner: None | str | Unset = UNSET
    administrator: bool | None | Unset = UNSET
    password: None | str | Unset = UNSET
    closed: bool | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.account_change_roles_type_0 import AccountChangeRolesType0 # noqa: PLC0415
        from ..models.party_document import PartyDocument # noqa: PLC0415
        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        roles: dict[str, Any] | None | Unset
        if isinstance(self.roles, Unset):
            roles = UNSET
        elif isinstance(self.roles, AccountChangeRolesType0):
            roles = self.roles.to_dict()
        else:
            roles = self.roles

        parties: list[dict[str, Any]] | None | Unset
        if isinstance(self.parties, Unset):
            parties = UNSET
        elif isinstance(self.parties, list):
            parties = []
            for parties_type_0_item_data in self.parties:
                parties_type_0_item = parties_type_0_item_data.to_dict()
                parties.append(parties_type_0_item)


        else:
            parties = self.parties

        language: None | str | Unset
        if isinstance(self.language, Unset):
            language = UNSET
        elif isinstance(self.language, AccountChangeLanguageType0):
            language = self.language.value
        else:
            language = self.language

        owner: None | str | Unset
        if isinstance(self.owner, Unset):
            owner = UNSET
        else:
            owner = self.owner

        administrator: bool | None | Unset
        if isinstance(self.administrator, Unset):
            administrator = UNSET
        else:
            administrator = self.administrator

        password: None | str | Unset
        if isinstance(self.password, Unset):
            password = UNSET
        else:
            password = self.password

        closed: bool | None | Unset
        if isinstance(self.closed, Unset):
            closed = UNSET
        else:
            closed = self.closed


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if name is not UNSET:
            field_dict["name"] = name
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
        if closed is not UNSET:
            field_dict["closed"] = closed

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.account_change_roles_type_0 import AccountChangeRolesType0 # noqa: PLC0415
        from ..models.party_document import PartyDocument # noqa: PLC0415
        d = dict(src_dict)
        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))


        def _parse_roles(data: object) -> AccountChangeRolesType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                roles_type_0 = AccountChangeRolesType0.from_dict(data)



                return roles_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AccountChangeRolesType0 | None | Unset, data)

        roles = _parse_roles(d.pop("roles", UNSET))


        def _parse_parties(data: object) -> list[PartyDocument] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                parties_type_0 = []
                _parties_type_0 = data
                for parties_type_0_item_data in (_parties_type_0):
                    parties_type_0_item = PartyDocument.from_dict(parties_type_0_item_data)



                    parties_type_0.append(parties_type_0_item)

                return parties_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[PartyDocument] | None | Unset, data)

        parties = _parse_parties(d.pop("parties", UNSET))


        def _parse_language(data: object) -> AccountChangeLanguageType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                language_type_0 = AccountChangeLanguageType0(data)



                return language_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AccountChangeLanguageType0 | None | Unset, data)

        language = _parse_language(d.pop("language", UNSET))


        def _parse_owner(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        owner = _parse_owner(d.pop("owner", UNSET))


        def _parse_administrator(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        administrator = _parse_administrator(d.pop("administrator", UNSET))


        def _parse_password(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        password = _parse_password(d.pop("password", UNSET))


        def _parse_closed(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        closed = _parse_closed(d.pop("closed", UNSET))


        account_change = cls(
            name=name,
            roles=roles,
            parties=parties,
            language=language,
            owner=owner,
            administrator=administrator,
            password=password,
            closed=closed,
        )

        return account_change

