from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.event_type_document_data import EventTypeDocumentData
  from ..models.event_type_document_examples_item import EventTypeDocumentExamplesItem





T = TypeVar("T", bound="EventTypeDocument")



@_attrs_define
class EventTypeDocument:
    """ A type of events that some procedure hears.

        Attributes:
            type_ (str):
            starts (list[str]): The procedures of which it starts a case.
            moves (list[str]): The procedures of which it moves cases on.
            roles (list[str]): Who may send it.
            found_by (list[str]): The fields of a case that `subject` may name, beside the case's own subject.
            data (EventTypeDocumentData): The JSON Schema of `data`; `anyOf`, where procedures ask for different data.
            examples (list[EventTypeDocumentExamplesItem]): A whole event for each form of `data`.
     """

    type_: str
    starts: list[str]
    moves: list[str]
    roles: list[str]
    found_by: list[str]
    data: EventTypeDocumentData
    examples: list[EventTypeDocumentExamplesItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.event_type_document_data import EventTypeDocumentData # noqa: PLC0415
        from ..models.event_type_document_examples_item import EventTypeDocumentExamplesItem # noqa: PLC0415
        type_ = self.type_

        starts = self.starts



        moves = self.moves



        roles = self.roles



        found_by = self.found_by



        data = self.data.to_dict()

        examples = []
        for examples_item_data in self.examples:
            examples_item = examples_item_data.to_dict()
            examples.append(examples_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "type": type_,
            "starts": starts,
            "moves": moves,
            "roles": roles,
            "found_by": found_by,
            "data": data,
            "examples": examples,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.event_type_document_data import EventTypeDocumentData # noqa: PLC0415
        from ..models.event_type_document_examples_item import EventTypeDocumentExamplesItem # noqa: PLC0415
        d = dict(src_dict)
        type_ = d.pop("type")

        starts = cast(list[str], d.pop("starts"))


        moves = cast(list[str], d.pop("moves"))


        roles = cast(list[str], d.pop("roles"))


        found_by = cast(list[str], d.pop("found_by"))


        data = EventTypeDocumentData.from_dict(d.pop("data"))




        examples = []
        _examples = d.pop("examples")
        for examples_item_data in (_examples):
            examples_item = EventTypeDocumentExamplesItem.from_dict(examples_item_data)



            examples.append(examples_item)


        event_type_document = cls(
            type_=type_,
            starts=starts,
            moves=moves,
            roles=roles,
            found_by=found_by,
            data=data,
            examples=examples,
        )


        event_type_document.additional_properties = d
        return event_type_document

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
