from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.found_thing_kind import FoundThingKind
from ..models.verb import Verb
from typing import cast

if TYPE_CHECKING:
  from ..models.headline_part import HeadlinePart





T = TypeVar("T", bound="FoundThing")



@_attrs_define
class FoundThing:
    """ One thing that a code is.

        Attributes:
            kind (FoundThingKind):
            code (str): As the store writes it.
            label (str):
            detail (str):
            store (None | str): Null where it is the same in every store.
            case (None | str): The case that it is, or belongs to.
            order (None | str): Of a waybill, its order; of an order, the number under which the customer placed it.
            family (list[str]): Of an order, all numbers under which its goods are shipped.
            return_no (None | str): Of a waybill, where the goods come back.
            sku (None | str):
            qty (int | None): Of a product, how many the code stands for.
            location (None | str): Of a bin.
            verb (None | Verb): Of a command: what it does with the case or task at hand.
            action (None | str): Of the command `do`, which action.
            headline (list[HeadlinePart]): Of an order and a case: what it is about.
     """

    kind: FoundThingKind
    code: str
    label: str
    detail: str
    store: None | str
    case: None | str
    order: None | str
    family: list[str]
    return_no: None | str
    sku: None | str
    qty: int | None
    location: None | str
    verb: None | Verb
    action: None | str
    headline: list[HeadlinePart]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.headline_part import HeadlinePart # noqa: PLC0415
        kind = self.kind.value

        code = self.code

        label = self.label

        detail = self.detail

        store: None | str
        store = self.store

        case: None | str
        case = self.case

        order: None | str
        order = self.order

        family = self.family



        return_no: None | str
        return_no = self.return_no

        sku: None | str
        sku = self.sku

        qty: int | None
        qty = self.qty

        location: None | str
        location = self.location

        verb: None | str
        if isinstance(self.verb, Verb):
            verb = self.verb.value
        else:
            verb = self.verb

        action: None | str
        action = self.action

        headline = []
        for headline_item_data in self.headline:
            headline_item = headline_item_data.to_dict()
            headline.append(headline_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "kind": kind,
            "code": code,
            "label": label,
            "detail": detail,
            "store": store,
            "case": case,
            "order": order,
            "family": family,
            "return_no": return_no,
            "sku": sku,
            "qty": qty,
            "location": location,
            "verb": verb,
            "action": action,
            "headline": headline,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.headline_part import HeadlinePart # noqa: PLC0415
        d = dict(src_dict)
        kind = FoundThingKind(d.pop("kind"))




        code = d.pop("code")

        label = d.pop("label")

        detail = d.pop("detail")

        def _parse_store(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        store = _parse_store(d.pop("store"))


        def _parse_case(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        case = _parse_case(d.pop("case"))


        def _parse_order(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        order = _parse_order(d.pop("order"))


        family = cast(list[str], d.pop("family"))


        def _parse_return_no(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        return_no = _parse_return_no(d.pop("return_no"))


        def _parse_sku(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        sku = _parse_sku(d.pop("sku"))


        def _parse_qty(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        qty = _parse_qty(d.pop("qty"))


        def _parse_location(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        location = _parse_location(d.pop("location"))


        def _parse_verb(data: object) -> None | Verb:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                verb_type_0 = Verb(data)



                return verb_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Verb, data)

        verb = _parse_verb(d.pop("verb"))


        def _parse_action(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        action = _parse_action(d.pop("action"))


        headline = []
        _headline = d.pop("headline")
        for headline_item_data in (_headline):
            headline_item = HeadlinePart.from_dict(headline_item_data)



            headline.append(headline_item)


        found_thing = cls(
            kind=kind,
            code=code,
            label=label,
            detail=detail,
            store=store,
            case=case,
            order=order,
            family=family,
            return_no=return_no,
            sku=sku,
            qty=qty,
            location=location,
            verb=verb,
            action=action,
            headline=headline,
        )


        found_thing.additional_properties = d
        return found_thing

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
