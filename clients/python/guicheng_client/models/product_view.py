from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.code_view import CodeView
  from ..models.price_view import PriceView





T = TypeVar("T", bound="ProductView")



@_attrs_define
class ProductView:
    """ 
        Attributes:
            sku (str):
            title (str):
            category (str):
            for_sale (bool):
            off_sale (list[str]):
            prices (list[PriceView]):
            codes (list[CodeView] | Unset):
     """

    sku: str
    title: str
    category: str
    for_sale: bool
    off_sale: list[str]
    prices: list[PriceView]
    codes: list[CodeView] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.code_view import CodeView # noqa: PLC0415
        from ..models.price_view import PriceView # noqa: PLC0415
        sku = self.sku

        title = self.title

        category = self.category

        for_sale = self.for_sale

        off_sale = self.off_sale



        prices = []
        for prices_item_data in self.prices:
            prices_item = prices_item_data.to_dict()
            prices.append(prices_item)



        codes: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.codes, Unset):
            codes = []
            for codes_item_data in self.codes:
                codes_item = codes_item_data.to_dict()
                codes.append(codes_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "sku": sku,
            "title": title,
            "category": category,
            "for_sale": for_sale,
            "off_sale": off_sale,
            "prices": prices,
        })
        if codes is not UNSET:
            field_dict["codes"] = codes

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.code_view import CodeView # noqa: PLC0415
        from ..models.price_view import PriceView # noqa: PLC0415
        d = dict(src_dict)
        sku = d.pop("sku")

        title = d.pop("title")

        category = d.pop("category")

        for_sale = d.pop("for_sale")

        off_sale = cast(list[str], d.pop("off_sale"))


        prices = []
        _prices = d.pop("prices")
        for prices_item_data in (_prices):
            prices_item = PriceView.from_dict(prices_item_data)



            prices.append(prices_item)


        _codes = d.pop("codes", UNSET)
        codes: list[CodeView] | Unset = UNSET
        if _codes is not UNSET:
            codes = []
            for codes_item_data in _codes:
                codes_item = CodeView.from_dict(codes_item_data)



                codes.append(codes_item)


        product_view = cls(
            sku=sku,
            title=title,
            category=category,
            for_sale=for_sale,
            off_sale=off_sale,
            prices=prices,
            codes=codes,
        )


        product_view.additional_properties = d
        return product_view

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
