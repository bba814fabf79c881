"""A case of each of the store's procedures goes on replaying."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory

from tests.scenario import documented
from workflows.language.procedure import Procedure
from workflows.runner.histories import replay, saved

HISTORIES = Path(__file__).parent / "histories" / "store"


def history_of(procedure: type[Procedure]) -> WorkflowHistory:
    return saved(HISTORIES / f"{procedure.key}.json.gz")


@pytest.mark.parametrize("procedure", documented(), ids=lambda procedure: procedure.key)
async def test_a_case_of_each_procedure_replays(procedure: type[Procedure]) -> None:
    replayed = await replay(history_of(procedure))
    assert replayed.failure is None
    assert replayed.commits[-1].stages
