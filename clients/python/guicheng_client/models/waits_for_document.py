from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.waits_for_document_kind import WaitsForDocumentKind
from typing import cast
import datetime






T = TypeVar("T", bound="WaitsForDocument")



@_attrs_define
class WaitsForDocument:
    """ One thing that a case waits for, or that will happen to it.

        Attributes:
            kind (WaitsForDocumentKind): `people` act, a `message` or another case's `signal` comes, an `effect` or a `case`
                ends, operations decide about an `incident`, a `rule` comes to hold, the `clock` sends something: each moves it
                on. A `condition` doesn't hold yet; a limit is `late`, falls (`limit`), or is brought to mind (`reminder`).
            sentence (str):
            since (datetime.datetime | None):
            at (datetime.datetime | None): When it happens by itself.
            roles (list[str]): Who acts, or is told.
            actions (list[str]): What it sends.
            key (None | str): The effect's key, the other case's id, or what the limit is of.
     """

    kind: WaitsForDocumentKind
    sentence: str
    since: datetime.datetime | None
    at: datetime.datetime | None
    roles: list[str]
    actions: list[str]
    key: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        kind = self.kind.value

        sentence = self.sentence

        since: None | str
        if isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        at: None | str
        if isinstance(self.at, datetime.datetime):
            at = self.at.isoformat()
        else:
            at = self.at

        roles = self.roles



        actions = self.actions



        key: None | str
        key = self.key


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "kind": kind,
            "sentence": sentence,
            "since": since,
            "at": at,
            "roles": roles,
            "actions": actions,
            "key": key,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = WaitsForDocumentKind(d.pop("kind"))




        sentence = d.pop("sentence")

        def _parse_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                since_type_0 = datetime.datetime.fromisoformat(data)



                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        since = _parse_since(d.pop("since"))


        def _parse_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                at_type_0 = datetime.datetime.fromisoformat(data)



                return at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        at = _parse_at(d.pop("at"))


        roles = cast(list[str], d.pop("roles"))


        actions = cast(list[str], d.pop("actions"))


        def _parse_key(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        key = _parse_key(d.pop("key"))


        waits_for_document = cls(
            kind=kind,
            sentence=sentence,
            since=since,
            at=at,
            roles=roles,
            actions=actions,
            key=key,
        )


        waits_for_document.additional_properties = d
        return waits_for_document

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
