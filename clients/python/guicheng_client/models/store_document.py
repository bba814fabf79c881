from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.address import Address
  from ..models.store_hours import StoreHours
  from ..models.store_limits import StoreLimits
  from ..models.store_procedures import StoreProcedures
  from ..models.stretch_of_days import StretchOfDays





T = TypeVar("T", bound="StoreDocument")



@_attrs_define
class StoreDocument:
    """ How a store works now. A case keeps what it began with.

        Attributes:
            store (str):
            stores (list[str]): All that the caller sees.
            timezone (str):
            hours (StoreHours):
            days_off (list[datetime.date]): Public holidays, from this year on; weekends are off too.
            make_up_days (list[datetime.date]): Days of weekends that are worked for them.
            campaign_days (list[StretchOfDays]):
            currency (str):
            returns_to (Address): Where a parcel goes.
            limits (None | StoreLimits): For the store's people.
            procedures (None | StoreProcedures): For the store's people.
     """

    store: str
    stores: list[str]
    timezone: str
    hours: StoreHours
    days_off: list[datetime.date]
    make_up_days: list[datetime.date]
    campaign_days: list[StretchOfDays]
    currency: str
    returns_to: Address
    limits: None | StoreLimits
    procedures: None | StoreProcedures
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.address import Address # noqa: PLC0415
        from ..models.store_hours import StoreHours # noqa: PLC0415
        from ..models.store_limits import StoreLimits # noqa: PLC0415
        from ..models.store_procedures import StoreProcedures # noqa: PLC0415
        from ..models.stretch_of_days import StretchOfDays # noqa: PLC0415
        store = self.store

        stores = self.stores



        timezone = self.timezone

        hours = self.hours.to_dict()

        days_off = []
        for days_off_item_data in self.days_off:
            days_off_item = days_off_item_data.isoformat()
            days_off.append(days_off_item)



        make_up_days = []
        for make_up_days_item_data in self.make_up_days:
            make_up_days_item = make_up_days_item_data.isoformat()
            make_up_days.append(make_up_days_item)



        campaign_days = []
        for campaign_days_item_data in self.campaign_days:
            campaign_days_item = campaign_days_item_data.to_dict()
            campaign_days.append(campaign_days_item)



        currency = self.currency

        returns_to = self.returns_to.to_dict()

        limits: dict[str, Any] | None
        if isinstance(self.limits, StoreLimits):
            limits = self.limits.to_dict()
        else:
            limits = self.limits

        procedures: dict[str, Any] | None
        if isinstance(self.procedures, StoreProcedures):
            procedures = self.procedures.to_dict()
        else:
            procedures = self.procedures


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "store": store,
            "stores": stores,
            "timezone": timezone,
            "hours": hours,
            "days_off": days_off,
            "make_up_days": make_up_days,
            "campaign_days": campaign_days,
            "currency": currency,
            "returns_to": returns_to,
            "limits": limits,
            "procedures": procedures,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.address import Address # noqa: PLC0415
        from ..models.store_hours import StoreHours # noqa: PLC0415
        from ..models.store_limits import StoreLimits # noqa: PLC0415
        from ..models.store_procedures import StoreProcedures # noqa: PLC0415
        from ..models.stretch_of_days import StretchOfDays # noqa: PLC0415
        d = dict(src_dict)
        store = d.pop("store")

        stores = cast(list[str], d.pop("stores"))


        timezone = d.pop("timezone")

        hours = StoreHours.from_dict(d.pop("hours"))




        days_off = []
        _days_off = d.pop("days_off")
        for days_off_item_data in (_days_off):
            days_off_item = datetime.date.fromisoformat(days_off_item_data)



            days_off.append(days_off_item)


        make_up_days = []
        _make_up_days = d.pop("make_up_days")
        for make_up_days_item_data in (_make_up_days):
            make_up_days_item = datetime.date.fromisoformat(make_up_days_item_data)



            make_up_days.append(make_up_days_item)


        campaign_days = []
        _campaign_days = d.pop("campaign_days")
        for campaign_days_item_data in (_campaign_days):
            campaign_days_item = StretchOfDays.from_dict(campaign_days_item_data)



            campaign_days.append(campaign_days_item)


        currency = d.pop("currency")

        returns_to = Address.from_dict(d.pop("returns_to"))




        def _parse_limits(data: object) -> None | StoreLimits:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                limits_type_0 = StoreLimits.from_dict(data)



                return limits_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | StoreLimits, data)

        limits = _parse_limits(d.pop("limits"))


        def _parse_procedures(data: object) -> None | StoreProcedures:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                procedures_type_0 = StoreProcedures.from_dict(data)



                return procedures_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | StoreProcedures, data)

        procedures = _parse_procedures(d.pop("procedures"))


        store_document = cls(
            store=store,
            stores=stores,
            timezone=timezone,
            hours=hours,
            days_off=days_off,
            make_up_days=make_up_days,
            campaign_days=campaign_days,
            currency=currency,
            returns_to=returns_to,
            limits=limits,
            procedures=procedures,
        )


        store_document.additional_properties = d
        return store_document

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
