"""A rule for import-linter that it lacks: these modules import nothing but those."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OnlyContract(Contract):
    """Modules of `source_package` import modules of `allowed_modules` alone, the standard library included."""

    type_name = "only"

    # The metaclass replaces each field by what the configuration gives.
    source_package: Any = fields.StringField()
    allowed_modules: Any = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001, ARG002 - its signature
        """Find the imports that aren't allowed."""
        source: str = self.source_package
        allowed: list[str] = [source, *self.allowed_modules]
        wrong = [
            f"{importer} imports {imported}"
            for importer in sorted({source, *graph.find_descendants(source)})
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not any(fnmatch(imported, name) or imported.startswith(f"{name}.") for name in allowed)
        ]
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which imports they are."""
        for line in check.metadata["wrong"]:
            output.print_error(line)
