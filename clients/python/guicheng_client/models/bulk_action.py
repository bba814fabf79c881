from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.bulk_action_form_type_0 import BulkActionFormType0





T = TypeVar("T", bound="BulkAction")



@_attrs_define
class BulkAction:
    """ One action on many tasks.

        Attributes:
            action (str):
            tasks (list[str]):
            form (BulkActionFormType0 | None | Unset):
            comment (None | str | Unset):
     """

    action: str
    tasks: list[str]
    form: BulkActionFormType0 | None | Unset = UNSET
    comment: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.bulk_action_form_type_0 import BulkActionFormType0 # noqa: PLC0415
        action = self.action

        tasks = self.tasks



        form: dict[str, Any] | None | Unset
        if isinstance(self.form, Unset):
            form = UNSET
        elif isinstance(self.form, BulkActionFormType0):
            form = self.form.to_dict()
        else:
            form = self.form

        comment: None | str | Unset
        if isinstance(self.comment, Unset):
            comment = UNSET
        else:
            comment = self.comment


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "action": action,
            "tasks": tasks,
        })
        if form is not UNSET:
            field_dict["form"] = form
        if comment is not UNSET:
            field_dict["comment"] = comment

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bulk_action_form_type_0 import BulkActionFormType0 # noqa: PLC0415
        d = dict(src_dict)
        action = d.pop("action")

        tasks = cast(list[str], d.pop("tasks"))


        def _parse_form(data: object) -> BulkActionFormType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                form_type_0 = BulkActionFormType0.from_dict(data)



                return form_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BulkActionFormType0 | None | Unset, data)

        form = _parse_form(d.pop("form", UNSET))


        def _parse_comment(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        comment = _parse_comment(d.pop("comment", UNSET))


        bulk_action = cls(
            action=action,
            tasks=tasks,
            form=form,
            comment=comment,
        )

        return bulk_action

