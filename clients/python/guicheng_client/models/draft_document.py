from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.draft_document_form import DraftDocumentForm





T = TypeVar("T", bound="DraftDocument")



@_attrs_define
class DraftDocument:
    """ What somebody has filled in and not sent.

        Attributes:
            case (str):
            action (str):
            form (DraftDocumentForm):
            revision (int): The case's, when it was begun.
            version (int): The procedure's, whose form it is.
            reason (None | str): Why it wasn't taken, where it was sent and refused.
            saved_at (datetime.datetime):
     """

    case: str
    action: str
    form: DraftDocumentForm
    revision: int
    version: int
    reason: None | str
    saved_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.draft_document_form import DraftDocumentForm # noqa: PLC0415
        case = self.case

        action = self.action

        form = self.form.to_dict()

        revision = self.revision

        version = self.version

        reason: None | str
        reason = self.reason

        saved_at = self.saved_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "case": case,
            "action": action,
            "form": form,
            "revision": revision,
            "version": version,
            "reason": reason,
            "saved_at": saved_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.draft_document_form import DraftDocumentForm # noqa: PLC0415
        d = dict(src_dict)
        case = d.pop("case")

        action = d.pop("action")

        form = DraftDocumentForm.from_dict(d.pop("form"))




        revision = d.pop("revision")

        version = d.pop("version")

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))


        saved_at = datetime.datetime.fromisoformat(d.pop("saved_at"))




        draft_document = cls(
            case=case,
            action=action,
            form=form,
            revision=revision,
            version=version,
            reason=reason,
            saved_at=saved_at,
        )


        draft_document.additional_properties = d
        return draft_document

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
