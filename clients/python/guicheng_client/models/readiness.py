from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.readiness_database import ReadinessDatabase
from ..models.readiness_status import ReadinessStatus
from ..models.readiness_temporal import ReadinessTemporal
from ..models.readiness_worker import ReadinessWorker






T = TypeVar("T", bound="Readiness")



@_attrs_define
class Readiness:
    """ `ready`, or which of the three is missing.

        Attributes:
            status (ReadinessStatus):
            database (ReadinessDatabase):
            temporal (ReadinessTemporal):
            worker (ReadinessWorker):
     """

    status: ReadinessStatus
    database: ReadinessDatabase
    temporal: ReadinessTemporal
    worker: ReadinessWorker
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        status = self.status.value

        database = self.database.value

        temporal = self.temporal.value

        worker = self.worker.value


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "status": status,
            "database": database,
            "temporal": temporal,
            "worker": worker,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = ReadinessStatus(d.pop("status"))




        database = ReadinessDatabase(d.pop("database"))




        temporal = ReadinessTemporal(d.pop("temporal"))




        worker = ReadinessWorker(d.pop("worker"))




        readiness = cls(
            status=status,
            database=database,
            temporal=temporal,
            worker=worker,
        )


        readiness.additional_properties = d
        return readiness

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
