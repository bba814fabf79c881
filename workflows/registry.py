"""Finds the procedures: every module below `workflows/procedures/`, and each version of each procedure."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

from workflows import procedures
from workflows.language.machine import Procedure


class UnknownProcedure(LookupError):
    """No procedure has this key, or not in this version."""


class Registry:
    """Procedures by key and version. New cases take the newest; running ones stay on theirs."""

    def __init__(self, *declared: type[Procedure]) -> None:
        self._versions: dict[str, dict[int, type[Procedure]]] = {}
        for procedure in declared:
            self.add(procedure)

    def add(self, procedure: type[Procedure]) -> None:
        """Raises ValueError when two classes claim one version of a key."""
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


@cache
def registry() -> Registry:
    """The store's procedures, found once for the process."""
    found = Registry()
    for module in pkgutil.walk_packages(procedures.__path__, f"{procedures.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, Procedure) and value.__module__ == module.name:
                found.add(value)
    return found
