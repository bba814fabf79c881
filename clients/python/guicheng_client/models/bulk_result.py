from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.bulk_result_case_type_0 import BulkResultCaseType0
  from ..models.bulk_result_events_type_0 import BulkResultEventsType0
  from ..models.bulk_result_problem_type_0 import BulkResultProblemType0





T = TypeVar("T", bound="BulkResult")



@_attrs_define
class BulkResult:
    """ 
        Attributes:
            task (str):
            status (int):
            case (BulkResultCaseType0 | None | Unset):
            events (BulkResultEventsType0 | None | Unset): Of a task about events, what has come of each.
            problem (BulkResultProblemType0 | None | Unset):
     """

    task: str
    status: int
    case: BulkResultCaseType0 | None | Unset = UNSET
    events: BulkResultEventsType0 | None | Unset = UNSET
    problem: BulkResultProblemType0 | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.bulk_result_case_type_0 import BulkResultCaseType0 # noqa: PLC0415
        from ..models.bulk_result_events_type_0 import BulkResultEventsType0 # noqa: PLC0415
        from ..models.bulk_result_problem_type_0 import BulkResultProblemType0 # noqa: PLC0415
        task = self.task

        status = self.status

        case: dict[str, Any] | None | Unset
        if isinstance(self.case, Unset):
            case = UNSET
        elif isinstance(self.case, BulkResultCaseType0):
            case = self.case.to_dict()
        else:
            case = self.case

        events: dict[str, Any] | None | Unset
        if isinstance(self.events, Unset):
            events = UNSET
        elif isinstance(self.events, BulkResultEventsType0):
            events = self.events.to_dict()
        else:
            events = self.events

        problem: dict[str, Any] | None | Unset
        if isinstance(self.problem, Unset):
            problem = UNSET
        elif isinstance(self.problem, BulkResultProblemType0):
            problem = self.problem.to_dict()
        else:
            problem = self.problem


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "task": task,
            "status": status,
        })
        if case is not UNSET:
            field_dict["case"] = case
        if events is not UNSET:
            field_dict["events"] = events
        if problem is not UNSET:
            field_dict["problem"] = problem

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bulk_result_case_type_0 import BulkResultCaseType0 # noqa: PLC0415
        from ..models.bulk_result_events_type_0 import BulkResultEventsType0 # noqa: PLC0415
        from ..models.bulk_result_problem_type_0 import BulkResultProblemType0 # noqa: PLC0415
        d = dict(src_dict)
        task = d.pop("task")

        status = d.pop("status")

        def _parse_case(data: object) -> BulkResultCaseType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                case_type_0 = BulkResultCaseType0.from_dict(data)



                return case_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BulkResultCaseType0 | None | Unset, data)

        case = _parse_case(d.pop("case", UNSET))


        def _parse_events(data: object) -> BulkResultEventsType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                events_type_0 = BulkResultEventsType0.from_dict(data)



                return events_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BulkResultEventsType0 | None | Unset, data)

        events = _parse_events(d.pop("events", UNSET))


        def _parse_problem(data: object) -> BulkResultProblemType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                problem_type_0 = BulkResultProblemType0.from_dict(data)



                return problem_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BulkResultProblemType0 | None | Unset, data)

        problem = _parse_problem(d.pop("problem", UNSET))


        bulk_result = cls(
            task=task,
            status=status,
            case=case,
            events=events,
            problem=problem,
        )


        bulk_result.additional_properties = d
        return bulk_result

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
