from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.event_result_status import EventResultStatus
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.event_result_results_item import EventResultResultsItem





T = TypeVar("T", bound="EventResult")



@_attrs_define
class EventResult:
    """ What came of one event.

        Attributes:
            id (str):
            source (str):
            status (EventResultStatus):
            event (None | str | Unset): Our id, under which it is read; null where nothing of it is kept.
            case (None | str | Unset):
            cases (list[str] | Unset): All that it has started or moved.
            reason (None | str | Unset):
            code (None | str | Unset): The reason without its particulars, where it was refused or waits.
            results (list[EventResultResultsItem] | Unset): One for each procedure that listens, where several do.
     """

    id: str
    source: str
    status: EventResultStatus
    event: None | str | Unset = UNSET
    case: None | str | Unset = UNSET
    cases: list[str] | Unset = UNSET
    reason: None | str | Unset = UNSET
    code: None | str | Unset = UNSET
    results: list[EventResultResultsItem] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.event_result_results_item import EventResultResultsItem # noqa: PLC0415
        id = self.id

        source = self.source

        status = self.status.value

        event: None | str | Unset
        if isinstance(self.event, Unset):
            event = UNSET
        else:
            event = self.event

        case: None | str | Unset
        if isinstance(self.case, Unset):
            case = UNSET
        else:
            case = self.case

        cases: list[str] | Unset = UNSET
        if not isinstance(self.cases, Unset):
            cases = self.cases



        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        code: None | str | Unset
        if isinstance(self.code, Unset):
            code = UNSET
        else:
            code = self.code

        results: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.results, Unset):
            results = []
            for results_item_data in self.results:
                results_item = results_item_data.to_dict()
                results.append(results_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "source": source,
            "status": status,
        })
        if event is not UNSET:
            field_dict["event"] = event
        if case is not UNSET:
            field_dict["case"] = case
        if cases is not UNSET:
            field_dict["cases"] = cases
        if reason is not UNSET:
            field_dict["reason"] = reason
        if code is not UNSET:
            field_dict["code"] = code
        if results is not UNSET:
            field_dict["results"] = results

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.event_result_results_item import EventResultResultsItem # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        source = d.pop("source")

        status = EventResultStatus(d.pop("status"))




        def _parse_event(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        event = _parse_event(d.pop("event", UNSET))


        def _parse_case(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        case = _parse_case(d.pop("case", UNSET))


        cases = cast(list[str], d.pop("cases", UNSET))


        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))


        def _parse_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        code = _parse_code(d.pop("code", UNSET))


        _results = d.pop("results", UNSET)
        results: list[EventResultResultsItem] | Unset = UNSET
        if _results is not UNSET:
            results = []
            for results_item_data in _results:
                results_item = EventResultResultsItem.from_dict(results_item_data)



                results.append(results_item)


        event_result = cls(
            id=id,
            source=source,
            status=status,
            event=event,
            case=case,
            cases=cases,
            reason=reason,
            code=code,
            results=results,
        )


        event_result.additional_properties = d
        return event_result

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
