from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.action_form_type_0 import ActionFormType0





T = TypeVar("T", bound="Action")



@_attrs_define
class Action:
    """ Moves a case on.

        Attributes:
            form (ActionFormType0 | None | Unset):
            revision (int | None | Unset): What the caller looked at: 409 if the case has moved on.
            version (int | None | Unset): The procedure's version whose form this is: 409 if it is another.
            comment (None | str | Unset):
     """

    form: ActionFormType0 | None | Unset = UNSET
    revision: int | None | Unset = UNSET
    version: int | None | Unset = UNSET
    comment: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.action_form_type_0 import ActionFormType0 # noqa: PLC0415
        form: dict[str, Any] | None | Unset
        if isinstance(self.form, Unset):
            form = UNSET
        elif isinstance(self.form, ActionFormType0):
            form = self.form.to_dict()
        else:
            form = self.form

        revision: int | None | Unset
        if isinstance(self.revision, Unset):
            revision = UNSET
        else:
            revision = self.revision

        version: int | None | Unset
        if isinstance(self.version, Unset):
            version = UNSET
        else:
            version = self.version

        comment: None | str | Unset
        if isinstance(self.comment, Unset):
            comment = UNSET
        else:
            comment = self.comment


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if form is not UNSET:
            field_dict["form"] = form
        if revision is not UNSET:
            field_dict["revision"] = revision
        if version is not UNSET:
            field_dict["version"] = version
        if comment is not UNSET:
            field_dict["comment"] = comment

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.action_form_type_0 import ActionFormType0 # noqa: PLC0415
        d = dict(src_dict)
        def _parse_form(data: object) -> ActionFormType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                form_type_0 = ActionFormType0.from_dict(data)



                return form_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ActionFormType0 | None | Unset, data)

        form = _parse_form(d.pop("form", UNSET))


        def _parse_revision(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        revision = _parse_revision(d.pop("revision", UNSET))


        def _parse_version(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        version = _parse_version(d.pop("version", UNSET))


        def _parse_comment(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        comment = _parse_comment(d.pop("comment", UNSET))


        action = cls(
            form=form,
            revision=revision,
            version=version,
            comment=comment,
        )

        return action

