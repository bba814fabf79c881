from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.new_draft_form import NewDraftForm





T = TypeVar("T", bound="NewDraft")



@_attrs_define
class NewDraft:
    """ A form as far as somebody has filled it in.

        Attributes:
            form (NewDraftForm):
            revision (int | None | Unset): What the caller looked at.
     """

    form: NewDraftForm
    revision: int | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.new_draft_form import NewDraftForm # noqa: PLC0415
        form = self.form.to_dict()

        revision: int | None | Unset
        if isinstance(self.revision, Unset):
            revision = UNSET
        else:
            revision = self.revision


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "form": form,
        })
        if revision is not UNSET:
            field_dict["revision"] = revision

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.new_draft_form import NewDraftForm # noqa: PLC0415
        d = dict(src_dict)
        form = NewDraftForm.from_dict(d.pop("form"))




        def _parse_revision(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        revision = _parse_revision(d.pop("revision", UNSET))


        new_draft = cls(
            form=form,
            revision=revision,
        )

        return new_draft

