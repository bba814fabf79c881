from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.filled_form_form import FilledFormForm
  from ..models.filled_form_values import FilledFormValues
  from ..models.judged_answer import JudgedAnswer





T = TypeVar("T", bound="FilledForm")



@_attrs_define
class FilledForm:
    """ One action's form, filled in with what is known and proposed.

        Attributes:
            key (str):
            label (str):
            form (FilledFormForm): JSON Schema. `x-from`: known, sent by nobody; `x-proposed`: filled in, may be changed;
                `x-check`: never filled in, and `x-fact` is what it is checked against; `x-of`: a row for each of the case's,
                and `x-rows` says the same of each.
            values (FilledFormValues):
            judged (list[JudgedAnswer]): What whoever sends the action judges: of an approval what is approved, and of the
                other answers at its stage too.
            revision (int): The case's.
            version (int): The procedure's, whose form it is.
     """

    key: str
    label: str
    form: FilledFormForm
    values: FilledFormValues
    judged: list[JudgedAnswer]
    revision: int
    version: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.filled_form_form import FilledFormForm # noqa: PLC0415
        from ..models.filled_form_values import FilledFormValues # noqa: PLC0415
        from ..models.judged_answer import JudgedAnswer # noqa: PLC0415
        key = self.key

        label = self.label

        form = self.form.to_dict()

        values = self.values.to_dict()

        judged = []
        for judged_item_data in self.judged:
            judged_item = judged_item_data.to_dict()
            judged.append(judged_item)



        revision = self.revision

        version = self.version


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "key": key,
            "label": label,
            "form": form,
            "values": values,
            "judged": judged,
            "revision": revision,
            "version": version,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.filled_form_form import FilledFormForm # noqa: PLC0415
        from ..models.filled_form_values import FilledFormValues # noqa: PLC0415
        from ..models.judged_answer import JudgedAnswer # noqa: PLC0415
        d = dict(src_dict)
        key = d.pop("key")

        label = d.pop("label")

        form = FilledFormForm.from_dict(d.pop("form"))




        values = FilledFormValues.from_dict(d.pop("values"))




        judged = []
        _judged = d.pop("judged")
        for judged_item_data in (_judged):
            judged_item = JudgedAnswer.from_dict(judged_item_data)



            judged.append(judged_item)


        revision = d.pop("revision")

        version = d.pop("version")

        filled_form = cls(
            key=key,
            label=label,
            form=form,
            values=values,
            judged=judged,
            revision=revision,
            version=version,
        )


        filled_form.additional_properties = d
        return filled_form

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
