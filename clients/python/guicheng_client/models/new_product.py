from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.goods_code import GoodsCode
  from ..models.money_input import MoneyInput





T = TypeVar("T", bound="NewProduct")



@_attrs_define
class NewProduct:
    """ A product, and its list price in this store.

        Attributes:
            sku (str):
            title (str):
            category (str | Unset):  Default: ''.
            for_sale (bool | Unset):  Default: True.
            price (MoneyInput | None | Unset):
            codes (list[GoodsCode] | None | Unset):
     """

    sku: str
    title: str
    category: str | Unset = ''
    for_sale: bool | Unset = True
    price: MoneyInput | None | Unset = UNSET
    codes: list[GoodsCode] | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.goods_code import GoodsCode # noqa: PLC0415
        from ..models.money_input import MoneyInput # noqa: PLC0415
        sku = self.sku

        title = self.title

        category = self.category

        for_sale = self.for_sale

        price: dict[str, Any] | None | Unset
        if isinstance(self.price, Unset):
            price = UNSET
        elif isinstance(self.price, MoneyInput):
            price = self.price.to_dict()
        else:
            price = self.price

        codes: list[dict[str, Any]] | None | Unset
        if isinstance(self.codes, Unset):
            codes = UNSET
        elif isinstance(self.codes, list):
            codes = []
            for codes_type_0_item_data in self.codes:
                codes_type_0_item = codes_type_0_item_data.to_dict()
                codes.append(codes_type_0_item)


        else:
            codes = self.codes


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "sku": sku,
            "title": title,
        })
        if category is not UNSET:
            field_dict["category"] = category
        if for_sale is not UNSET:
            field_dict["for_sale"] = for_sale
        if price is not UNSET:
            field_dict["price"] = price
        if codes is not UNSET:
            field_dict["codes"] = codes

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.goods_code import GoodsCode # noqa: PLC0415
        from ..models.money_input import MoneyInput # noqa: PLC0415
        d = dict(src_dict)
        sku = d.pop("sku")

        title = d.pop("title")

        category = d.pop("category", UNSET)

        for_sale = d.pop("for_sale", UNSET)

        def _parse_price(data: object) -> MoneyInput | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                price_type_0 = MoneyInput.from_dict(data)



                return price_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MoneyInput | None | Unset, data)

        price = _parse_price(d.pop("price", UNSET))


        def _parse_codes(data: object) -> list[GoodsCode] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                codes_type_0 = []
                _codes_type_0 = data
                for codes_type_0_item_data in (_codes_type_0):
                    codes_type_0_item = GoodsCode.from_dict(codes_type_0_item_data)



                    codes_type_0.append(codes_type_0_item)

                return codes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[GoodsCode] | None | Unset, data)

        codes = _parse_codes(d.pop("codes", UNSET))


        new_product = cls(
            sku=sku,
            title=title,
            category=category,
            for_sale=for_sale,
            price=price,
            codes=codes,
        )

        return new_product

