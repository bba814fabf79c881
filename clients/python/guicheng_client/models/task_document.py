from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.task_document_kind import TaskDocumentKind
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.action_document import ActionDocument
  from ..models.headline_part import HeadlinePart
  from ..models.unapplied_events import UnappliedEvents





T = TypeVar("T", bound="TaskDocument")



@_attrs_define
class TaskDocument:
    """ A stage that waits for its roles, an effect that waits for operations' decision (`stage` is `incident`), or
    events from outside that weren't applied (`stage` is `event`).

        Attributes:
            id (str):
            kind (TaskDocumentKind):
            case (None | str):
            procedure (None | str):
            store (None | str):
            subject (None | str):
            headline (list[HeadlinePart]):
            revision (int):
            stage (str):
            event (None | UnappliedEvents): `GET /events` lists them; `retry` and `settle` are for all of them.
            count (int | None): How many events there are; 1000 stands for more, too.
            incident (None | str): Of an incident, the effect's key: `POST /cases/{case}/incidents/{incident}` decides.
            label (str):
            roles (list[str]):
            actions (list[ActionDocument]):
            entered_at (datetime.datetime):
            due_at (datetime.datetime | None):
            overdue (bool):
            claimed_by (None | str):
            claimed_at (datetime.datetime | None):
            open_ (bool):
     """

    id: str
    kind: TaskDocumentKind
    case: None | str
    procedure: None | str
    store: None | str
    subject: None | str
    headline: list[HeadlinePart]
    revision: int
    stage: str
    event: None | UnappliedEvents
    count: int | None
    incident: None | str
    label: str
    roles: list[str]
    actions: list[ActionDocument]
    entered_at: datetime.datetime
    due_at: datetime.datetime | None
    overdue: bool
    claimed_by: None | str
    claimed_at: datetime.datetime | None
    open_: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.action_document import ActionDocument # noqa: PLC0415
        from ..models.headline_part import HeadlinePart # noqa: PLC0415
        from ..models.unapplied_events import UnappliedEvents # noqa: PLC0415
        id = self.id

        kind = self.kind.value

        case: None | str
        case = self.case

        procedure: None | str
        procedure = self.procedure

        store: None | str
        store = self.store

        subject: None | str
        subject = self.subject

        headline = []
        for headline_item_data in self.headline:
            headline_item = headline_item_data.to_dict()
            headline.append(headline_item)



        revision = self.revision

        stage = self.stage

        event: dict[str, Any] | None
        if isinstance(self.event, UnappliedEvents):
            event = self.event.to_dict()
        else:
            event = self.event

        count: int | None
        count = self.count

        incident: None | str
        incident = self.incident

        label = self.label

        roles = self.roles



        actions = []
        for actions_item_data in self.actions:
            actions_item = actions_item_data.to_dict()
            actions.append(actions_item)



        entered_at = self.entered_at.isoformat()

        due_at: None | str
        if isinstance(self.due_at, datetime.datetime):
            due_at = self.due_at.isoformat()
        else:
            due_at = self.due_at

        overdue = self.overdue

        claimed_by: None | str
        claimed_by = self.claimed_by

        claimed_at: None | str
        if isinstance(self.claimed_at, datetime.datetime):
            claimed_at = self.claimed_at.isoformat()
        else:
            claimed_at = self.claimed_at

        open_ = self.open_


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "kind": kind,
            "case": case,
            "procedure": procedure,
            "store": store,
            "subject": subject,
            "headline": headline,
            "revision": revision,
            "stage": stage,
            "event": event,
            "count": count,
            "incident": incident,
            "label": label,
            "roles": roles,
            "actions": actions,
            "entered_at": entered_at,
            "due_at": due_at,
            "overdue": overdue,
            "claimed_by": claimed_by,
            "claimed_at": claimed_at,
            "open": open_,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.action_document import ActionDocument # noqa: PLC0415
        from ..models.headline_part import HeadlinePart # noqa: PLC0415
        from ..models.unapplied_events import UnappliedEvents # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        kind = TaskDocumentKind(d.pop("kind"))




        def _parse_case(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        case = _parse_case(d.pop("case"))


        def _parse_procedure(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        procedure = _parse_procedure(d.pop("procedure"))


        def _parse_store(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        store = _parse_store(d.pop("store"))


        def _parse_subject(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        subject = _parse_subject(d.pop("subject"))


        headline = []
        _headline = d.pop("headline")
        for headline_item_data in (_headline):
            headline_item = HeadlinePart.from_dict(headline_item_data)



            headline.append(headline_item)


        revision = d.pop("revision")

        stage = d.pop("stage")

        def _parse_event(data: object) -> None | UnappliedEvents:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                event_type_0 = UnappliedEvents.from_dict(data)



                return event_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UnappliedEvents, data)

        event = _parse_event(d.pop("event"))


        def _parse_count(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        count = _parse_count(d.pop("count"))


        def _parse_incident(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        incident = _parse_incident(d.pop("incident"))


        label = d.pop("label")

        roles = cast(list[str], d.pop("roles"))


        actions = []
        _actions = d.pop("actions")
        for actions_item_data in (_actions):
            actions_item = ActionDocument.from_dict(actions_item_data)



            actions.append(actions_item)


        entered_at = datetime.datetime.fromisoformat(d.pop("entered_at"))




        def _parse_due_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                due_at_type_0 = datetime.datetime.fromisoformat(data)



                return due_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        due_at = _parse_due_at(d.pop("due_at"))


        overdue = d.pop("overdue")

        def _parse_claimed_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        claimed_by = _parse_claimed_by(d.pop("claimed_by"))


        def _parse_claimed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                claimed_at_type_0 = datetime.datetime.fromisoformat(data)



                return claimed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        claimed_at = _parse_claimed_at(d.pop("claimed_at"))


        open_ = d.pop("open")

        task_document = cls(
            id=id,
            kind=kind,
            case=case,
            procedure=procedure,
            store=store,
            subject=subject,
            headline=headline,
            revision=revision,
            stage=stage,
            event=event,
            count=count,
            incident=incident,
            label=label,
            roles=roles,
            actions=actions,
            entered_at=entered_at,
            due_at=due_at,
            overdue=overdue,
            claimed_by=claimed_by,
            claimed_at=claimed_at,
            open_=open_,
        )


        task_document.additional_properties = d
        return task_document

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
