from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.new_product import NewProduct





T = TypeVar("T", bound="NewProducts")



@_attrs_define
class NewProducts:
    """ 
        Attributes:
            store (str):
            products (list[NewProduct]):
     """

    store: str
    products: list[NewProduct]





    def to_dict(self) -> dict[str, Any]:
        from ..models.new_product import NewProduct # noqa: PLC0415
        store = self.store

        products = []
        for products_item_data in self.products:
            products_item = products_item_data.to_dict()
            products.append(products_item)




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "store": store,
            "products": products,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.new_product import NewProduct # noqa: PLC0415
        d = dict(src_dict)
        store = d.pop("store")

        products = []
        _products = d.pop("products")
        for products_item_data in (_products):
            products_item = NewProduct.from_dict(products_item_data)



            products.append(products_item)


        new_products = cls(
            store=store,
            products=products,
        )

        return new_products

