from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.action_document_form import ActionDocumentForm





T = TypeVar("T", bound="ActionDocument")



@_attrs_define
class ActionDocument:
    """ 
        Attributes:
            key (str):
            label (str):
            form (ActionDocumentForm | Unset):
            main (bool | Unset): What is done at this stage as a rule. Default: False.
            common (bool | Unset):  Default: False.
     """

    key: str
    label: str
    form: ActionDocumentForm | Unset = UNSET
    main: bool | Unset = False
    common: bool | Unset = False
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.action_document_form import ActionDocumentForm # noqa: PLC0415
        key = self.key

        label = self.label

        form: dict[str, Any] | Unset = UNSET
        if not isinstance(self.form, Unset):
            form = self.form.to_dict()

        main = self.main

        common = self.common


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "key": key,
            "label": label,
        })
        if form is not UNSET:
            field_dict["form"] = form
        if main is not UNSET:
            field_dict["main"] = main
        if common is not UNSET:
            field_dict["common"] = common

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.action_document_form import ActionDocumentForm # noqa: PLC0415
        d = dict(src_dict)
        key = d.pop("key")

        label = d.pop("label")

        _form = d.pop("form", UNSET)
        form: ActionDocumentForm | Unset
        if isinstance(_form,  Unset):
            form = UNSET
        else:
            form = ActionDocumentForm.from_dict(_form)




        main = d.pop("main", UNSET)

        common = d.pop("common", UNSET)

        action_document = cls(
            key=key,
            label=label,
            form=form,
            main=main,
            common=common,
        )


        action_document.additional_properties = d
        return action_document

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
