"""The figures that each procedure is judged by are those in `kpis.txt`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenario import documented
from workflows.language.deadlines import Kpi
from workflows.language.procedure import Procedure

WORDS = {"count": "count {of}", "elapsed": "time from {of} to {to}", "share": "share {of} of {to}"}


def expected() -> dict[str, list[str]]:
    """The lines below each procedure's key in `kpis.txt`."""
    found: dict[str, list[str]] = {}
    key = ""
    for line in (Path(__file__).parent / "kpis.txt").read_text("utf-8").splitlines():
        if line.startswith("  "):
            found[key].append(line.strip())
        elif line:
            key = line
            found[key] = []
    return found


def words(kpi: Kpi) -> str:
    """A figure as `kpis.txt` writes it."""
    to = "" if kpi.to is None else " or ".join(kpi.to.names)
    return WORDS[kpi.kind].format(of=" or ".join(kpi.of.names), to=to)


@pytest.mark.parametrize("procedure", documented(), ids=lambda procedure: procedure.key)
def test_a_procedure_has_exactly_the_expected_kpis(procedure: type[Procedure]) -> None:
    assert [words(kpi) for kpi in procedure.kpis] == expected()[procedure.key]


def test_kpis_are_expected_of_procedures_that_there_are() -> None:
    assert set(expected()) == {procedure.key for procedure in documented()}
