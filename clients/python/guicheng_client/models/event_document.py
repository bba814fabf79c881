from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.event_document_status import EventDocumentStatus
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.event_document_results_item import EventDocumentResultsItem
  from ..models.event_try import EventTry
  from ..models.settlement import Settlement





T = TypeVar("T", bound="EventDocument")



@_attrs_define
class EventDocument:
    """ An event as it came, and what has come of it.

        Attributes:
            event (str): Our id.
            id (str):
            source (str):
            type_ (str):
            subject (None | str):
            store (None | str):
            time (datetime.datetime | None):
            data (Any):
            sent_by (str): The account.
            received_at (datetime.datetime):
            status (EventDocumentStatus):
            reason (None | str):
            code (None | str):
            case (None | str):
            cases (list[str]):
            results (list[EventDocumentResultsItem]): One for each procedure that listens.
            tried (list[EventTry]):
            settled (None | Settlement):
            next_try_at (datetime.datetime | None):
            actions (list[str]): What the caller may do about it: `retry`, `settle`.
     """

    event: str
    id: str
    source: str
    type_: str
    subject: None | str
    store: None | str
    time: datetime.datetime | None
    data: Any
    sent_by: str
    received_at: datetime.datetime
    status: EventDocumentStatus
    reason: None | str
    code: None | str
    case: None | str
    cases: list[str]
    results: list[EventDocumentResultsItem]
    tried: list[EventTry]
    settled: None | Settlement
    next_try_at: datetime.datetime | None
    actions: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.event_document_results_item import EventDocumentResultsItem # noqa: PLC0415
        from ..models.event_try import EventTry # noqa: PLC0415
        from ..models.settlement import Settlement # noqa: PLC0415
        event = self.event

        id = self.id

        source = self.source

        type_ = self.type_

        subject: None | str
        subject = self.subject

        store: None | str
        store = self.store

        time: None | str
        if isinstance(self.time, datetime.datetime):
            time = self.time.isoformat()
        else:
            time = self.time

        data = self.data

        sent_by = self.sent_by

        received_at = self.received_at.isoformat()

        status = self.status.value

        reason: None | str
        reason = self.reason

        code: None | str
        code = self.code

        case: None | str
        case = self.case

        cases = self.cases



        results = []
        for results_item_data in self.results:
            results_item = results_item_data.to_dict()
            results.append(results_item)



        tried = []
        for tried_item_data in self.tried:
            tried_item = tried_item_data.to_dict()
            tried.append(tried_item)



        settled: dict[str, Any] | None
        if isinstance(self.settled, Settlement):
            settled = self.settled.to_dict()
        else:
            settled = self.settled

        next_try_at: None | str
        if isinstance(self.next_try_at, datetime.datetime):
            next_try_at = self.next_try_at.isoformat()
        else:
            next_try_at = self.next_try_at

        actions = self.actions




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "event": event,
            "id": id,
            "source": source,
            "type": type_,
            "subject": subject,
            "store": store,
            "time": time,
            "data": data,
            "sent_by": sent_by,
            "received_at": received_at,
            "status": status,
            "reason": reason,
            "code": code,
            "case": case,
            "cases": cases,
            "results": results,
            "tried": tried,
            "settled": settled,
            "next_try_at": next_try_at,
            "actions": actions,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.event_document_results_item import EventDocumentResultsItem # noqa: PLC0415
        from ..models.event_try import EventTry # noqa: PLC0415
        from ..models.settlement import Settlement # noqa: PLC0415
        d = dict(src_dict)
        event = d.pop("event")

        id = d.pop("id")

        source = d.pop("source")

        type_ = d.pop("type")

        def _parse_subject(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        subject = _parse_subject(d.pop("subject"))


        def _parse_store(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        store = _parse_store(d.pop("store"))


        def _parse_time(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                time_type_0 = datetime.datetime.fromisoformat(data)



                return time_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        time = _parse_time(d.pop("time"))


        data = d.pop("data")

        sent_by = d.pop("sent_by")

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))




        status = EventDocumentStatus(d.pop("status"))




        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))


        def _parse_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        code = _parse_code(d.pop("code"))


        def _parse_case(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        case = _parse_case(d.pop("case"))


        cases = cast(list[str], d.pop("cases"))


        results = []
        _results = d.pop("results")
        for results_item_data in (_results):
            results_item = EventDocumentResultsItem.from_dict(results_item_data)



            results.append(results_item)


        tried = []
        _tried = d.pop("tried")
        for tried_item_data in (_tried):
            tried_item = EventTry.from_dict(tried_item_data)



            tried.append(tried_item)


        def _parse_settled(data: object) -> None | Settlement:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                settled_type_0 = Settlement.from_dict(data)



                return settled_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Settlement, data)

        settled = _parse_settled(d.pop("settled"))


        def _parse_next_try_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_try_at_type_0 = datetime.datetime.fromisoformat(data)



                return next_try_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_try_at = _parse_next_try_at(d.pop("next_try_at"))


        actions = cast(list[str], d.pop("actions"))


        event_document = cls(
            event=event,
            id=id,
            source=source,
            type_=type_,
            subject=subject,
            store=store,
            time=time,
            data=data,
            sent_by=sent_by,
            received_at=received_at,
            status=status,
            reason=reason,
            code=code,
            case=case,
            cases=cases,
            results=results,
            tried=tried,
            settled=settled,
            next_try_at=next_try_at,
            actions=actions,
        )


        event_document.additional_properties = d
        return event_document

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
