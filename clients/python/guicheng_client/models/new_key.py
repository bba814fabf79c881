from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
from typing import Literal, cast
import datetime

if TYPE_CHECKING:
  from ..models.party_document import PartyDocument





T = TypeVar("T", bound="NewKey")



@_attrs_define
class NewKey:
    """ An API key to make: of an account, or of a service of its own that is made with it. It can hold no more than its
    maker's own.

        Attributes:
            account (None | str | Unset): Whose key it is. Without it: of a service that is made under `name`.
            name (None | str | Unset): What it is for; of a service made with it, its name.
            roles (list[str] | None | Unset): With `account`: which of its roles the key may use; all, without it.
            stores (list[str] | None | Unset): Without it: every store.
            scopes (list[Literal['admin']] | Unset):
            parties (list[PartyDocument] | Unset): Of a service made with the key: for whom it stands.
            expires_at (datetime.datetime | None | Unset):
     """

    account: None | str | Unset = UNSET
    name: None | str | Unset = UNSET
    roles: list[str] | None | Unset = UNSET
    stores: list[str] | None | Unset = UNSET
    scopes: list[Literal['admin']] | Unset = UNSET
    parties: list[PartyDocument] | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.party_document import PartyDocument # noqa: PLC0415
        account: None | str | Unset
        if isinstance(self.account, Unset):
            account = UNSET
        else:
            account = self.account

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        roles: list[str] | None | Unset
        if isinstance(self.roles, Unset):
            roles = UNSET
        elif isinstance(self.roles, list):
            roles = self.roles


        else:
            roles = self.roles

        stores: list[str] | None | Unset
        if isinstance(self.stores, Unset):
            stores = UNSET
        elif isinstance(self.stores, list):
            stores = self.stores


        else:
            stores = self.stores

        scopes: list[Literal['admin']] | Unset = UNSET
        if not isinstance(self.scopes, Unset):
            scopes = self.scopes



        parties: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.parties, Unset):
            parties = []
            for parties_item_data in self.parties:
                parties_item = parties_item_data.to_dict()
                parties.append(parties_item)



        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if account is not UNSET:
            field_dict["account"] = account
        if name is not UNSET:
            field_dict["name"] = name
        if roles is not UNSET:
            field_dict["roles"] = roles
        if stores is not UNSET:
            field_dict["stores"] = stores
        if scopes is not UNSET:
            field_dict["scopes"] = scopes
        if parties is not UNSET:
            field_dict["parties"] = parties
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.party_document import PartyDocument # noqa: PLC0415
        d = dict(src_dict)
        def _parse_account(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        account = _parse_account(d.pop("account", UNSET))


        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))


        def _parse_roles(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                roles_type_0 = cast(list[str], data)

                return roles_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        roles = _parse_roles(d.pop("roles", UNSET))


        def _parse_stores(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                stores_type_0 = cast(list[str], data)

                return stores_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        stores = _parse_stores(d.pop("stores", UNSET))


        _scopes = d.pop("scopes", UNSET)
        scopes: list[Literal['admin']] | Unset = UNSET
        if _scopes is not UNSET:
            scopes = []
            for scopes_item_data in _scopes:
                scopes_item = cast(Literal['admin'] , scopes_item_data)
                if scopes_item != 'admin':
                    raise ValueError(f"scopes_item must match const 'admin', got '{scopes_item}'")
                scopes.append(scopes_item)


        _parties = d.pop("parties", UNSET)
        parties: list[PartyDocument] | Unset = UNSET
        if _parties is not UNSET:
            parties = []
            for parties_item_data in _parties:
                parties_item = PartyDocument.from_dict(parties_item_data)



                parties.append(parties_item)


        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)



                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))


        new_key = cls(
            account=account,
            name=name,
            roles=roles,
            stores=stores,
            scopes=scopes,
            parties=parties,
            expires_at=expires_at,
        )

        return new_key

