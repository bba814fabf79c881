from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.revision_document_effects_item import RevisionDocumentEffectsItem
  from ..models.revision_document_form_type_0 import RevisionDocumentFormType0





T = TypeVar("T", bound="RevisionDocument")



@_attrs_define
class RevisionDocument:
    """ 
        Attributes:
            revision (int):
            action (str):
            label (str):
            actor (str): The account that acted.
            actor_name (str): Its name of then.
            roles (list[str]):
            at (datetime.datetime):
            form (None | RevisionDocumentFormType0):
            before (list[str]):
            after (list[str]):
            followed (list[str]):
            missed (list[str]):
            effects (list[RevisionDocumentEffectsItem]): What the step asked for, and what came of it.
            note (str):
            effect (None | str | Unset): The key of the effect whose outcome the step is.
     """

    revision: int
    action: str
    label: str
    actor: str
    actor_name: str
    roles: list[str]
    at: datetime.datetime
    form: None | RevisionDocumentFormType0
    before: list[str]
    after: list[str]
    followed: list[str]
    missed: list[str]
    effects: list[RevisionDocumentEffectsItem]
    note: str
    effect: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.revision_document_effects_item import RevisionDocumentEffectsItem # noqa: PLC0415
        from ..models.revision_document_form_type_0 import RevisionDocumentFormType0 # noqa: PLC0415
        revision = self.revision

        action = self.action

        label = self.label

        actor = self.actor

        actor_name = self.actor_name

        roles = self.roles



        at = self.at.isoformat()

        form: dict[str, Any] | None
        if isinstance(self.form, RevisionDocumentFormType0):
            form = self.form.to_dict()
        else:
            form = self.form

        before = self.before



        after = self.after



        followed = self.followed



        missed = self.missed



        effects = []
        for effects_item_data in self.effects:
            effects_item = effects_item_data.to_dict()
            effects.append(effects_item)



        note = self.note

        effect: None | str | Unset
        if isinstance(self.effect, Unset):
            effect = UNSET
        else:
            effect = self.effect


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "revision": revision,
            "action": action,
            "label": label,
            "actor": actor,
            "actor_name": actor_name,
            "roles": roles,
            "at": at,
            "form": form,
            "before": before,
            "after": after,
            "followed": followed,
            "missed": missed,
            "effects": effects,
            "note": note,
        })
        if effect is not UNSET:
            field_dict["effect"] = effect

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.revision_document_effects_item import RevisionDocumentEffectsItem # noqa: PLC0415
        from ..models.revision_document_form_type_0 import RevisionDocumentFormType0 # noqa: PLC0415
        d = dict(src_dict)
        revision = d.pop("revision")

        action = d.pop("action")

        label = d.pop("label")

        actor = d.pop("actor")

        actor_name = d.pop("actor_name")

        roles = cast(list[str], d.pop("roles"))


        at = datetime.datetime.fromisoformat(d.pop("at"))




        def _parse_form(data: object) -> None | RevisionDocumentFormType0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                form_type_0 = RevisionDocumentFormType0.from_dict(data)



                return form_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RevisionDocumentFormType0, data)

        form = _parse_form(d.pop("form"))


        before = cast(list[str], d.pop("before"))


        after = cast(list[str], d.pop("after"))


        followed = cast(list[str], d.pop("followed"))


        missed = cast(list[str], d.pop("missed"))


        effects = []
        _effects = d.pop("effects")
        for effects_item_data in (_effects):
            effects_item = RevisionDocumentEffectsItem.from_dict(effects_item_data)



            effects.append(effects_item)


        note = d.pop("note")

        def _parse_effect(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        effect = _parse_effect(d.pop("effect", UNSET))


        revision_document = cls(
            revision=revision,
            action=action,
            label=label,
            actor=actor,
            actor_name=actor_name,
            roles=roles,
            at=at,
            form=form,
            before=before,
            after=after,
            followed=followed,
            missed=missed,
            effects=effects,
            note=note,
            effect=effect,
        )


        revision_document.additional_properties = d
        return revision_document

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
