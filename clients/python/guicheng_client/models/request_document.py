from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.request_document_status import RequestDocumentStatus
from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="RequestDocument")



@_attrs_define
class RequestDocument:
    """ What came of a request: `pending`, or its answer.

        Attributes:
            id (str):
            status (RequestDocumentStatus):
            location (None | str | Unset):
            held_until (datetime.datetime | None | Unset): When it is sent; until then `DELETE` at `location` takes it back.
            answer_status (int | None | Unset):
            answer (Any | Unset):
     """

    id: str
    status: RequestDocumentStatus
    location: None | str | Unset = UNSET
    held_until: datetime.datetime | None | Unset = UNSET
    answer_status: int | None | Unset = UNSET
    answer: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        status = self.status.value

        location: None | str | Unset
        if isinstance(self.location, Unset):
            location = UNSET
        else:
            location = self.location

        held_until: None | str | Unset
        if isinstance(self.held_until, Unset):
            held_until = UNSET
        elif isinstance(self.held_until, datetime.datetime):
            held_until = self.held_until.isoformat()
        else:
            held_until = self.held_until

        answer_status: int | None | Unset
        if isinstance(self.answer_status, Unset):
            answer_status = UNSET
        else:
            answer_status = self.answer_status

        answer = self.answer


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "status": status,
        })
        if location is not UNSET:
            field_dict["location"] = location
        if held_until is not UNSET:
            field_dict["held_until"] = held_until
        if answer_status is not UNSET:
            field_dict["answer_status"] = answer_status
        if answer is not UNSET:
            field_dict["answer"] = answer

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        status = RequestDocumentStatus(d.pop("status"))




        def _parse_location(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        location = _parse_location(d.pop("location", UNSET))


        def _parse_held_until(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                held_until_type_0 = datetime.datetime.fromisoformat(data)



                return held_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        held_until = _parse_held_until(d.pop("held_until", UNSET))


        def _parse_answer_status(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        answer_status = _parse_answer_status(d.pop("answer_status", UNSET))


        answer = d.pop("answer", UNSET)

        request_document = cls(
            id=id,
            status=status,
            location=location,
            held_until=held_until,
            answer_status=answer_status,
            answer=answer,
        )


        request_document.additional_properties = d
        return request_document

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
