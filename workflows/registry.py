"""Finds the procedures: every module below `workflows/procedures/`, and each version of each procedure."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

from workflows import procedures
from workflows.language.declaration import ABORTED, place_of
from workflows.language.procedure import Procedure
from workflows.language.refusals import BadProcedure


class UnknownProcedure(LookupError):
    """No procedure has this key, or not in this version."""


class Registry:
    """Procedures by key and version. New cases take the newest; running ones stay on theirs."""

    def __init__(self, *declared: type[Procedure]) -> None:
        self._versions: dict[str, dict[int, type[Procedure]]] = {}
        self._all: tuple[type[Procedure], ...] | None = None
        for procedure in declared:
            self.add(procedure)

    def add(self, procedure: type[Procedure]) -> None:
        """Raises ValueError when two classes claim one version of a key."""
        self._all = None
        versions = self._versions.setdefault(procedure.key, {})
        known = versions.setdefault(procedure.version, procedure)
        if known is not procedure:
            where = f"{known.__module__} and {procedure.__module__}"
            raise ValueError(f"{procedure.key} {procedure.version} is declared twice: in {where}")

    def __contains__(self, key: object) -> bool:
        return key in self._versions

    def __iter__(self) -> Iterator[type[Procedure]]:
        """The newest version of each procedure, by key."""
        return (self.get(key) for key in sorted(self._versions))

    def get(self, key: str, version: int | None = None) -> type[Procedure]:
        """A procedure, by default its newest version. Raises UnknownProcedure."""
        versions = self._versions.get(key)
        if not versions:
            raise UnknownProcedure(f"There is no procedure {key}.")
        if version is None:
            return versions[max(versions)]
        if version not in versions:
            there = ", ".join(map(str, sorted(versions)))
            raise UnknownProcedure(f"{key} has no version {version}; there is {there}.")
        return versions[version]

    def versions(self, key: str) -> list[type[Procedure]]:
        """All versions of a procedure, the oldest first."""
        return [procedure for _, procedure in sorted(self._versions.get(key, {}).items())]

    def all(self) -> tuple[type[Procedure], ...]:
        """Every version of every procedure; the same tuple until one is added."""
        if self._all is None:
            self._all = tuple(one for newest in self for one in self.versions(newest.key))
        return self._all


@cache
def registry() -> Registry:
    """The store's procedures, found once for the process."""
    found = Registry()
    for module in pkgutil.walk_packages(procedures.__path__, f"{procedures.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, Procedure) and value.__module__ == module.name:
                found.add(value)
    if faults := [*_misnamed(found), *_loose_links(found)]:
        raise BadProcedure("\n  ".join(["The procedures don't fit together:", *faults]))
    return found


def _misnamed(found: Registry) -> Iterator[str]:
    """A procedure is found by its file: `order_fulfilment.py`, an older version in `order_fulfilment_v1.py`."""
    for newest in found:
        for procedure in found.versions(newest.key):
            file = procedure.__module__.rpartition(".")[2]
            if file not in (procedure.key, f"{procedure.key}_v{procedure.version}"):
                yield f"{file}.py: it declares {procedure.key}; call the file {procedure.key}.py"


def _loose_links(found: Registry) -> Iterator[str]:
    """What a procedure starts, and the stages that it waits for, must be there."""
    for procedure in found:
        for link in procedure.declaration.links:
            others = [found.get(key).declaration for key in link.procedures if key in found]
            if unknown := [key for key in link.procedures if key not in found]:
                yield f"{place_of(link.given)}: {link.key} starts {unknown[0]}, and there is no such procedure"
            for stage in link.ends:
                if others and not any(stage in other.stages or stage == ABORTED for other in others):
                    names = ", ".join(other.key for other in others)
                    yield f"{place_of(link.given)}: {link.key} waits for {stage}, which is no stage of {names}"
