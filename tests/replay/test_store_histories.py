"""A case of each of the store's procedures goes on replaying, and no procedure changes under its cases unnoticed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory

from tests.replay.fingerprints import FILE, current
from workflows.language.machine import Procedure
from workflows.registry import registry
from workflows.runner.histories import replay

HISTORIES = Path(__file__).parent / "histories" / "store"
MINE = [one for one in registry() if one.__module__.startswith("workflows.procedures.")]


def history_of(procedure: type[Procedure]) -> WorkflowHistory:
    content = json.loads(gzip.decompress((HISTORIES / f"{procedure.key}.json.gz").read_bytes()))
    return WorkflowHistory.from_json(content.pop("workflow_id"), content)


@pytest.mark.parametrize("procedure", MINE, ids=lambda procedure: procedure.key)
async def test_a_case_of_each_procedure_replays(procedure: type[Procedure]) -> None:
    replayed = await replay(history_of(procedure))
    assert replayed.failure is None
    assert replayed.commits[-1].stages


def test_no_procedure_has_changed_without_a_new_version() -> None:
    committed = json.loads(FILE.read_text(encoding="utf-8"))
    changed = {key for key, fingerprint in current().items() if committed.get(key) != fingerprint}
    assert not changed, "give them a new version, or, before a release: python -m tests.replay.fingerprints"
