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






T = TypeVar("T", bound="NewKey")



@_attrs_define
class NewKey:
    """ An API key to make. It can hold no more than its maker's own.

        Attributes:
            name (str):
            roles (list[str]):
            stores (list[str] | None | Unset): Without it: every store.
            scopes (list[Literal['admin']] | Unset):
            expires_at (datetime.datetime | None | Unset):
     """

    name: str
    roles: list[str]
    stores: list[str] | None | Unset = UNSET
    scopes: list[Literal['admin']] | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        name = self.name

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



        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
            "roles": roles,
        })
        if stores is not UNSET:
            field_dict["stores"] = stores
        if scopes is not UNSET:
            field_dict["scopes"] = scopes
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        roles = cast(list[str], d.pop("roles"))


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
            name=name,
            roles=roles,
            stores=stores,
            scopes=scopes,
            expires_at=expires_at,
        )

        return new_key

