from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.case_document_state import CaseDocumentState
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.action_document import ActionDocument
  from ..models.case_document_blocked import CaseDocumentBlocked
  from ..models.case_document_data import CaseDocumentData
  from ..models.case_waits import CaseWaits
  from ..models.deadline_document import DeadlineDocument
  from ..models.headline_part import HeadlinePart
  from ..models.incident_document import IncidentDocument
  from ..models.link_document import LinkDocument
  from ..models.paper_document import PaperDocument
  from ..models.stage_document import StageDocument





T = TypeVar("T", bound="CaseDocument")



@_attrs_define
class CaseDocument:
    """ A case as it is for this caller: `actions` holds what they may do now, `blocked` what isn't possible yet.

        Attributes:
            id (str):
            procedure (str):
            title (str):
            version (int):
            store (str):
            subject (str):
            revision (int):
            state (CaseDocumentState):
            outcome (None | str):
            headline (list[HeadlinePart]):
            stages (list[StageDocument]):
            opened_at (datetime.datetime):
            closed_at (datetime.datetime | None):
            actions (list[ActionDocument]):
            blocked (CaseDocumentBlocked): Of each other action of the caller's roles here the conditions that don't hold,
                in a sentence.
            deadlines (list[DeadlineDocument]):
            incidents (list[IncidentDocument]):
            links (list[LinkDocument]):
            data (CaseDocumentData):
            next_due (datetime.datetime | None | Unset):
            waits (CaseWaits | None | Unset): `GET /cases/{id}` alone tells it, until the case has ended.
            papers (list[PaperDocument] | Unset): What the caller can print of it.
     """

    id: str
    procedure: str
    title: str
    version: int
    store: str
    subject: str
    revision: int
    state: CaseDocumentState
    outcome: None | str
    headline: list[HeadlinePart]
    stages: list[StageDocument]
    opened_at: datetime.datetime
    closed_at: datetime.datetime | None
    actions: list[ActionDocument]
    blocked: CaseDocumentBlocked
    deadlines: list[DeadlineDocument]
    incidents: list[IncidentDocument]
    links: list[LinkDocument]
    data: CaseDocumentData
    next_due: datetime.datetime | None | Unset = UNSET
    waits: CaseWaits | None | Unset = UNSET
    papers: list[PaperDocument] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.action_document import ActionDocument # noqa: PLC0415
        from ..models.case_document_blocked import CaseDocumentBlocked # noqa: PLC0415
        from ..models.case_document_data import CaseDocumentData # noqa: PLC0415
        from ..models.case_waits import CaseWaits # noqa: PLC0415
        from ..models.deadline_document import DeadlineDocument # noqa: PLC0415
        from ..models.headline_part import HeadlinePart # noqa: PLC0415
        from ..models.incident_document import IncidentDocument # noqa: PLC0415
        from ..models.link_document import LinkDocument # noqa: PLC0415
        from ..models.paper_document import PaperDocument # noqa: PLC0415
        from ..models.stage_document import StageDocument # noqa: PLC0415
        id = self.id

        procedure = self.procedure

        title = self.title

        version = self.version

        store = self.store

        subject = self.subject

        revision = self.revision

        state = self.state.value

        outcome: None | str
        outcome = self.outcome

        headline = []
        for headline_item_data in self.headline:
            headline_item = headline_item_data.to_dict()
            headline.append(headline_item)



        stages = []
        for stages_item_data in self.stages:
            stages_item = stages_item_data.to_dict()
            stages.append(stages_item)



        opened_at = self.opened_at.isoformat()

        closed_at: None | str
        if isinstance(self.closed_at, datetime.datetime):
            closed_at = self.closed_at.isoformat()
        else:
            closed_at = self.closed_at

        actions = []
        for actions_item_data in self.actions:
            actions_item = actions_item_data.to_dict()
            actions.append(actions_item)



        blocked = self.blocked.to_dict()

        deadlines = []
        for deadlines_item_data in self.deadlines:
            deadlines_item = deadlines_item_data.to_dict()
            deadlines.append(deadlines_item)



        incidents = []
        for incidents_item_data in self.incidents:
            incidents_item = incidents_item_data.to_dict()
            incidents.append(incidents_item)



        links = []
        for links_item_data in self.links:
            links_item = links_item_data.to_dict()
            links.append(links_item)



        data = self.data.to_dict()

        next_due: None | str | Unset
        if isinstance(self.next_due, Unset):
            next_due = UNSET
        elif isinstance(self.next_due, datetime.datetime):
            next_due = self.next_due.isoformat()
        else:
            next_due = self.next_due

        waits: dict[str, Any] | None | Unset
        if isinstance(self.waits, Unset):
            waits = UNSET
        elif isinstance(self.waits, CaseWaits):
            waits = self.waits.to_dict()
        else:
            waits = self.waits

        papers: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.papers, Unset):
            papers = []
            for papers_item_data in self.papers:
                papers_item = papers_item_data.to_dict()
                papers.append(papers_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "procedure": procedure,
            "title": title,
            "version": version,
            "store": store,
            "subject": subject,
            "revision": revision,
            "state": state,
            "outcome": outcome,
            "headline": headline,
            "stages": stages,
            "opened_at": opened_at,
            "closed_at": closed_at,
            "actions": actions,
            "blocked": blocked,
            "deadlines": deadlines,
            "incidents": incidents,
            "links": links,
            "data": data,
        })
        if next_due is not UNSET:
            field_dict["next_due"] = next_due
        if waits is not UNSET:
            field_dict["waits"] = waits
        if papers is not UNSET:
            field_dict["papers"] = papers

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.action_document import ActionDocument # noqa: PLC0415
        from ..models.case_document_blocked import CaseDocumentBlocked # noqa: PLC0415
        from ..models.case_document_data import CaseDocumentData # noqa: PLC0415
        from ..models.case_waits import CaseWaits # noqa: PLC0415
        from ..models.deadline_document import DeadlineDocument # noqa: PLC0415
        from ..models.headline_part import HeadlinePart # noqa: PLC0415
        from ..models.incident_document import IncidentDocument # noqa: PLC0415
        from ..models.link_document import LinkDocument # noqa: PLC0415
        from ..models.paper_document import PaperDocument # noqa: PLC0415
        from ..models.stage_document import StageDocument # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        procedure = d.pop("procedure")

        title = d.pop("title")

        version = d.pop("version")

        store = d.pop("store")

        subject = d.pop("subject")

        revision = d.pop("revision")

        state = CaseDocumentState(d.pop("state"))




        def _parse_outcome(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        outcome = _parse_outcome(d.pop("outcome"))


        headline = []
        _headline = d.pop("headline")
        for headline_item_data in (_headline):
            headline_item = HeadlinePart.from_dict(headline_item_data)



            headline.append(headline_item)


        stages = []
        _stages = d.pop("stages")
        for stages_item_data in (_stages):
            stages_item = StageDocument.from_dict(stages_item_data)



            stages.append(stages_item)


        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))




        def _parse_closed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                closed_at_type_0 = datetime.datetime.fromisoformat(data)



                return closed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        closed_at = _parse_closed_at(d.pop("closed_at"))


        actions = []
        _actions = d.pop("actions")
        for actions_item_data in (_actions):
            actions_item = ActionDocument.from_dict(actions_item_data)



            actions.append(actions_item)


        blocked = CaseDocumentBlocked.from_dict(d.pop("blocked"))




        deadlines = []
        _deadlines = d.pop("deadlines")
        for deadlines_item_data in (_deadlines):
            deadlines_item = DeadlineDocument.from_dict(deadlines_item_data)



            deadlines.append(deadlines_item)


        incidents = []
        _incidents = d.pop("incidents")
        for incidents_item_data in (_incidents):
            incidents_item = IncidentDocument.from_dict(incidents_item_data)



            incidents.append(incidents_item)


        links = []
        _links = d.pop("links")
        for links_item_data in (_links):
            links_item = LinkDocument.from_dict(links_item_data)



            links.append(links_item)


        data = CaseDocumentData.from_dict(d.pop("data"))




        def _parse_next_due(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_due_type_0 = datetime.datetime.fromisoformat(data)



                return next_due_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        next_due = _parse_next_due(d.pop("next_due", UNSET))


        def _parse_waits(data: object) -> CaseWaits | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                waits_type_0 = CaseWaits.from_dict(data)



                return waits_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CaseWaits | None | Unset, data)

        waits = _parse_waits(d.pop("waits", UNSET))


        _papers = d.pop("papers", UNSET)
        papers: list[PaperDocument] | Unset = UNSET
        if _papers is not UNSET:
            papers = []
            for papers_item_data in _papers:
                papers_item = PaperDocument.from_dict(papers_item_data)



                papers.append(papers_item)


        case_document = cls(
            id=id,
            procedure=procedure,
            title=title,
            version=version,
            store=store,
            subject=subject,
            revision=revision,
            state=state,
            outcome=outcome,
            headline=headline,
            stages=stages,
            opened_at=opened_at,
            closed_at=closed_at,
            actions=actions,
            blocked=blocked,
            deadlines=deadlines,
            incidents=incidents,
            links=links,
            data=data,
            next_due=next_due,
            waits=waits,
            papers=papers,
        )


        case_document.additional_properties = d
        return case_document

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
