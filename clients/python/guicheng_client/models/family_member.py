from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.family_member_state import FamilyMemberState
from typing import cast

if TYPE_CHECKING:
  from ..models.headline_part import HeadlinePart
  from ..models.link_to_parent import LinkToParent
  from ..models.stage_label import StageLabel





T = TypeVar("T", bound="FamilyMember")



@_attrs_define
class FamilyMember:
    """ What a link shows of a case.

        Attributes:
            case (str):
            procedure (str):
            title (str):
            subject (str):
            state (FamilyMemberState):
            headline (list[HeadlinePart]):
            stages (list[StageLabel]):
            link (LinkToParent | None):
            may_read (bool):
     """

    case: str
    procedure: str
    title: str
    subject: str
    state: FamilyMemberState
    headline: list[HeadlinePart]
    stages: list[StageLabel]
    link: LinkToParent | None
    may_read: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.headline_part import HeadlinePart # noqa: PLC0415
        from ..models.link_to_parent import LinkToParent # noqa: PLC0415
        from ..models.stage_label import StageLabel # noqa: PLC0415
        case = self.case

        procedure = self.procedure

        title = self.title

        subject = self.subject

        state = self.state.value

        headline = []
        for headline_item_data in self.headline:
            headline_item = headline_item_data.to_dict()
            headline.append(headline_item)



        stages = []
        for stages_item_data in self.stages:
            stages_item = stages_item_data.to_dict()
            stages.append(stages_item)



        link: dict[str, Any] | None
        if isinstance(self.link, LinkToParent):
            link = self.link.to_dict()
        else:
            link = self.link

        may_read = self.may_read


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "case": case,
            "procedure": procedure,
            "title": title,
            "subject": subject,
            "state": state,
            "headline": headline,
            "stages": stages,
            "link": link,
            "may_read": may_read,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.headline_part import HeadlinePart # noqa: PLC0415
        from ..models.link_to_parent import LinkToParent # noqa: PLC0415
        from ..models.stage_label import StageLabel # noqa: PLC0415
        d = dict(src_dict)
        case = d.pop("case")

        procedure = d.pop("procedure")

        title = d.pop("title")

        subject = d.pop("subject")

        state = FamilyMemberState(d.pop("state"))




        headline = []
        _headline = d.pop("headline")
        for headline_item_data in (_headline):
            headline_item = HeadlinePart.from_dict(headline_item_data)



            headline.append(headline_item)


        stages = []
        _stages = d.pop("stages")
        for stages_item_data in (_stages):
            stages_item = StageLabel.from_dict(stages_item_data)



            stages.append(stages_item)


        def _parse_link(data: object) -> LinkToParent | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                link_type_0 = LinkToParent.from_dict(data)



                return link_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LinkToParent | None, data)

        link = _parse_link(d.pop("link"))


        may_read = d.pop("may_read")

        family_member = cls(
            case=case,
            procedure=procedure,
            title=title,
            subject=subject,
            state=state,
            headline=headline,
            stages=stages,
            link=link,
            may_read=may_read,
        )


        family_member.additional_properties = d
        return family_member

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
