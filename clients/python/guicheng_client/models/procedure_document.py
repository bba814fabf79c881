from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.procedure_document_deadlines_item import ProcedureDocumentDeadlinesItem
  from ..models.procedure_document_effects_item import ProcedureDocumentEffectsItem
  from ..models.procedure_document_forms import ProcedureDocumentForms
  from ..models.procedure_document_links_item import ProcedureDocumentLinksItem
  from ..models.procedure_document_stages_item import ProcedureDocumentStagesItem
  from ..models.procedure_document_starts_item import ProcedureDocumentStartsItem
  from ..models.procedure_document_title import ProcedureDocumentTitle
  from ..models.procedure_document_transitions_item import ProcedureDocumentTransitionsItem





T = TypeVar("T", bound="ProcedureDocument")



@_attrs_define
class ProcedureDocument:
    """ A whole declaration. `who` holds roles, `system`, `timer`, or a feed.

        Attributes:
            key (str):
            version (int):
            title (ProcedureDocumentTitle):
            summary (str):
            starts (list[ProcedureDocumentStartsItem]):
            stages (list[ProcedureDocumentStagesItem]):
            transitions (list[ProcedureDocumentTransitionsItem]):
            forms (ProcedureDocumentForms):
            deadlines (list[ProcedureDocumentDeadlinesItem]):
            effects (list[ProcedureDocumentEffectsItem]):
            links (list[ProcedureDocumentLinksItem]):
     """

    key: str
    version: int
    title: ProcedureDocumentTitle
    summary: str
    starts: list[ProcedureDocumentStartsItem]
    stages: list[ProcedureDocumentStagesItem]
    transitions: list[ProcedureDocumentTransitionsItem]
    forms: ProcedureDocumentForms
    deadlines: list[ProcedureDocumentDeadlinesItem]
    effects: list[ProcedureDocumentEffectsItem]
    links: list[ProcedureDocumentLinksItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.procedure_document_deadlines_item import ProcedureDocumentDeadlinesItem # noqa: PLC0415
        from ..models.procedure_document_effects_item import ProcedureDocumentEffectsItem # noqa: PLC0415
        from ..models.procedure_document_forms import ProcedureDocumentForms # noqa: PLC0415
        from ..models.procedure_document_links_item import ProcedureDocumentLinksItem # noqa: PLC0415
        from ..models.procedure_document_stages_item import ProcedureDocumentStagesItem # noqa: PLC0415
        from ..models.procedure_document_starts_item import ProcedureDocumentStartsItem # noqa: PLC0415
        from ..models.procedure_document_title import ProcedureDocumentTitle # noqa: PLC0415
        from ..models.procedure_document_transitions_item import ProcedureDocumentTransitionsItem # noqa: PLC0415
        key = self.key

        version = self.version

        title = self.title.to_dict()

        summary = self.summary

        starts = []
        for starts_item_data in self.starts:
            starts_item = starts_item_data.to_dict()
            starts.append(starts_item)



        stages = []
        for stages_item_data in self.stages:
            stages_item = stages_item_data.to_dict()
            stages.append(stages_item)



        transitions = []
        for transitions_item_data in self.transitions:
            transitions_item = transitions_item_data.to_dict()
            transitions.append(transitions_item)



        forms = self.forms.to_dict()

        deadlines = []
        for deadlines_item_data in self.deadlines:
            deadlines_item = deadlines_item_data.to_dict()
            deadlines.append(deadlines_item)



        effects = []
        for effects_item_data in self.effects:
            effects_item = effects_item_data.to_dict()
            effects.append(effects_item)



        links = []
        for links_item_data in self.links:
            links_item = links_item_data.to_dict()
            links.append(links_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "key": key,
            "version": version,
            "title": title,
            "summary": summary,
            "starts": starts,
            "stages": stages,
            "transitions": transitions,
            "forms": forms,
            "deadlines": deadlines,
            "effects": effects,
            "links": links,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.procedure_document_deadlines_item import ProcedureDocumentDeadlinesItem # noqa: PLC0415
        from ..models.procedure_document_effects_item import ProcedureDocumentEffectsItem # noqa: PLC0415
        from ..models.procedure_document_forms import ProcedureDocumentForms # noqa: PLC0415
        from ..models.procedure_document_links_item import ProcedureDocumentLinksItem # noqa: PLC0415
        from ..models.procedure_document_stages_item import ProcedureDocumentStagesItem # noqa: PLC0415
        from ..models.procedure_document_starts_item import ProcedureDocumentStartsItem # noqa: PLC0415
        from ..models.procedure_document_title import ProcedureDocumentTitle # noqa: PLC0415
        from ..models.procedure_document_transitions_item import ProcedureDocumentTransitionsItem # noqa: PLC0415
        d = dict(src_dict)
        key = d.pop("key")

        version = d.pop("version")

        title = ProcedureDocumentTitle.from_dict(d.pop("title"))




        summary = d.pop("summary")

        starts = []
        _starts = d.pop("starts")
        for starts_item_data in (_starts):
            starts_item = ProcedureDocumentStartsItem.from_dict(starts_item_data)



            starts.append(starts_item)


        stages = []
        _stages = d.pop("stages")
        for stages_item_data in (_stages):
            stages_item = ProcedureDocumentStagesItem.from_dict(stages_item_data)



            stages.append(stages_item)


        transitions = []
        _transitions = d.pop("transitions")
        for transitions_item_data in (_transitions):
            transitions_item = ProcedureDocumentTransitionsItem.from_dict(transitions_item_data)



            transitions.append(transitions_item)


        forms = ProcedureDocumentForms.from_dict(d.pop("forms"))




        deadlines = []
        _deadlines = d.pop("deadlines")
        for deadlines_item_data in (_deadlines):
            deadlines_item = ProcedureDocumentDeadlinesItem.from_dict(deadlines_item_data)



            deadlines.append(deadlines_item)


        effects = []
        _effects = d.pop("effects")
        for effects_item_data in (_effects):
            effects_item = ProcedureDocumentEffectsItem.from_dict(effects_item_data)



            effects.append(effects_item)


        links = []
        _links = d.pop("links")
        for links_item_data in (_links):
            links_item = ProcedureDocumentLinksItem.from_dict(links_item_data)



            links.append(links_item)


        procedure_document = cls(
            key=key,
            version=version,
            title=title,
            summary=summary,
            starts=starts,
            stages=stages,
            transitions=transitions,
            forms=forms,
            deadlines=deadlines,
            effects=effects,
            links=links,
        )


        procedure_document.additional_properties = d
        return procedure_document

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
