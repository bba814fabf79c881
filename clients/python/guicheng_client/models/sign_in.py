from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="SignIn")



@_attrs_define
class SignIn:
    """ Who wants to sign in.

        Attributes:
            account (str):
            password (str):
     """

    account: str
    password: str





    def to_dict(self) -> dict[str, Any]:
        account = self.account

        password = self.password


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "account": account,
            "password": password,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        account = d.pop("account")

        password = d.pop("password")

        sign_in = cls(
            account=account,
            password=password,
        )

        return sign_in

