from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.case_start_data import CaseStartData





T = TypeVar("T", bound="CaseStart")



@_attrs_define
class CaseStart:
    """ Starts a case.

        Attributes:
            store (str):
            subject (None | str | Unset): The thing's own number: a return's, not its order's. Left out, the next of the
                procedure's range is drawn.
            data (CaseStartData | Unset): The start event's form.
            event (None | str | Unset): The start event, where the procedure has several.
     """

    store: str
    subject: None | str | Unset = UNSET
    data: CaseStartData | Unset = UNSET
    event: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.case_start_data import CaseStartData # noqa: PLC0415
        store = self.store

        subject: None | str | Unset
        if isinstance(self.subject, Unset):
            subject = UNSET
        else:
            subject = self.subject

        data: dict[str, Any] | Unset = UNSET
        if not isinstance(self.data, Unset):
            data = self.data.to_dict()

        event: None | str | Unset
        if isinstance(self.event, Unset):
            event = UNSET
        else:
            event = self.event


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "store": store,
        })
        if subject is not UNSET:
            field_dict["subject"] = subject
        if data is not UNSET:
            field_dict["data"] = data
        if event is not UNSET:
            field_dict["event"] = event

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.case_start_data import CaseStartData # noqa: PLC0415
        d = dict(src_dict)
        store = d.pop("store")

        def _parse_subject(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        subject = _parse_subject(d.pop("subject", UNSET))


        _data = d.pop("data", UNSET)
        data: CaseStartData | Unset
        if isinstance(_data,  Unset):
            data = UNSET
        else:
            data = CaseStartData.from_dict(_data)




        def _parse_event(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        event = _parse_event(d.pop("event", UNSET))


        case_start = cls(
            store=store,
            subject=subject,
            data=data,
            event=event,
        )

        return case_start

