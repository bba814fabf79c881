from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.at_least import AtLeast
  from ..models.task_counts_by_procedure import TaskCountsByProcedure
  from ..models.task_counts_by_role import TaskCountsByRole





T = TypeVar("T", bound="TaskCounts")



@_attrs_define
class TaskCounts:
    """ How many tasks there are. `mine` are those that the caller holds; all others wait for the caller's roles.

        Attributes:
            all_ (AtLeast | int): All that wait for the caller's roles.
            mine (AtLeast | int):
            unclaimed (AtLeast | int):
            overdue (AtLeast | int):
            incidents (AtLeast | int): Effects that wait for operations' decision.
            events (AtLeast | int): Tasks about events from outside that weren't applied.
            snoozed (AtLeast | int): Tasks that the caller has put off.
            by_role (TaskCountsByRole): For each of the caller's roles that a task waits for.
            by_procedure (TaskCountsByProcedure):
     """

    all_: AtLeast | int
    mine: AtLeast | int
    unclaimed: AtLeast | int
    overdue: AtLeast | int
    incidents: AtLeast | int
    events: AtLeast | int
    snoozed: AtLeast | int
    by_role: TaskCountsByRole
    by_procedure: TaskCountsByProcedure
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.at_least import AtLeast # noqa: PLC0415
        from ..models.task_counts_by_procedure import TaskCountsByProcedure # noqa: PLC0415
        from ..models.task_counts_by_role import TaskCountsByRole # noqa: PLC0415
        all_: dict[str, Any] | int
        if isinstance(self.all_, AtLeast):
            all_ = self.all_.to_dict()
        else:
            all_ = self.all_

        mine: dict[str, Any] | int
        if isinstance(self.mine, AtLeast):
            mine = self.mine.to_dict()
        else:
            mine = self.mine

        unclaimed: dict[str, Any] | int
        if isinstance(self.unclaimed, AtLeast):
            unclaimed = self.unclaimed.to_dict()
        else:
            unclaimed = self.unclaimed

        overdue: dict[str, Any] | int
        if isinstance(self.overdue, AtLeast):
            overdue = self.overdue.to_dict()
        else:
            overdue = self.overdue

        incidents: dict[str, Any] | int
        if isinstance(self.incidents, AtLeast):
            incidents = self.incidents.to_dict()
        else:
            incidents = self.incidents

        events: dict[str, Any] | int
        if isinstance(self.events, AtLeast):
            events = self.events.to_dict()
        else:
            events = self.events

        snoozed: dict[str, Any] | int
        if isinstance(self.snoozed, AtLeast):
            snoozed = self.snoozed.to_dict()
        else:
            snoozed = self.snoozed

        by_role = self.by_role.to_dict()

        by_procedure = self.by_procedure.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "all": all_,
            "mine": mine,
            "unclaimed": unclaimed,
            "overdue": overdue,
            "incidents": incidents,
            "events": events,
            "snoozed": snoozed,
            "by_role": by_role,
            "by_procedure": by_procedure,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.at_least import AtLeast # noqa: PLC0415
        from ..models.task_counts_by_procedure import TaskCountsByProcedure # noqa: PLC0415
        from ..models.task_counts_by_role import TaskCountsByRole # noqa: PLC0415
        d = dict(src_dict)
        def _parse_all_(data: object) -> AtLeast | int:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                all_type_1 = AtLeast.from_dict(data)



                return all_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AtLeast | int, data)

        all_ = _parse_all_(d.pop("all"))


        def _parse_mine(data: object) -> AtLeast | int:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                mine_type_1 = AtLeast.from_dict(data)



                return mine_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AtLeast | int, data)

        mine = _parse_mine(d.pop("mine"))


        def _parse_unclaimed(data: object) -> AtLeast | int:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                unclaimed_type_1 = AtLeast.from_dict(data)



                return unclaimed_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AtLeast | int, data)

        unclaimed = _parse_unclaimed(d.pop("unclaimed"))


        def _parse_overdue(data: object) -> AtLeast | int:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                overdue_type_1 = AtLeast.from_dict(data)



                return overdue_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AtLeast | int, data)

        overdue = _parse_overdue(d.pop("overdue"))


        def _parse_incidents(data: object) -> AtLeast | int:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                incidents_type_1 = AtLeast.from_dict(data)



                return incidents_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AtLeast | int, data)

        incidents = _parse_incidents(d.pop("incidents"))


        def _parse_events(data: object) -> AtLeast | int:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                events_type_1 = AtLeast.from_dict(data)



                return events_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AtLeast | int, data)

        events = _parse_events(d.pop("events"))


        def _parse_snoozed(data: object) -> AtLeast | int:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                snoozed_type_1 = AtLeast.from_dict(data)



                return snoozed_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AtLeast | int, data)

        snoozed = _parse_snoozed(d.pop("snoozed"))


        by_role = TaskCountsByRole.from_dict(d.pop("by_role"))




        by_procedure = TaskCountsByProcedure.from_dict(d.pop("by_procedure"))




        task_counts = cls(
            all_=all_,
            mine=mine,
            unclaimed=unclaimed,
            overdue=overdue,
            incidents=incidents,
            events=events,
            snoozed=snoozed,
            by_role=by_role,
            by_procedure=by_procedure,
        )


        task_counts.additional_properties = d
        return task_counts

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
