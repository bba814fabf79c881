"""Random lawful and unlawful events through every procedure: nothing breaks, nothing is lost, every end is reached."""

from __future__ import annotations

import pytest

from tests.procedures import sample_faults
from tests.procedures.corpus import Corpus, learnt
from tests.procedures.explorer import Explorer
from tests.procedures.invariants import Broken
from workflows.language.procedure import Procedure
from workflows.registry import registry

TRIES = 800
"""Tries for each procedure, beside the ways that scenarios went."""


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return learnt()


@pytest.mark.parametrize("procedure", list(registry()), ids=lambda procedure: procedure.key)
def test_random_events_break_nothing_and_reach_every_end(procedure: type[Procedure], corpus: Corpus) -> None:
    explorer = Explorer(procedure, corpus.get(procedure.key, {}))
    explorer.retrace()
    found = explorer.walk(TRIES)
    assert not explorer.unreached, "where scenarios still reach them: python -m tests.procedures.corpus"
    assert min(found.steps, found.refused) > TRIES // 20, "neither lawful nor unlawful events are rare"


FAULTS = {
    "a hook raises": (sample_faults.Raising, "could not be judged"),
    "a case that nobody moves on": (sample_faults.Stranding, "nobody can move it on"),
    "a case that grows": (sample_faults.Growing, "has grown"),
}


@pytest.mark.parametrize(("procedure", "what"), FAULTS.values(), ids=FAULTS)
def test_random_events_find_faults(procedure: type[Procedure], what: str) -> None:
    with pytest.raises(Broken, match=what):
        Explorer(procedure, {}).walk(TRIES)


def test_random_events_miss_an_end() -> None:
    sound, unending = Explorer(sample_faults.Sound, {}), Explorer(sample_faults.Unending, {})
    sound.walk(TRIES)
    unending.walk(TRIES)
    assert (sound.unreached, unending.unreached) == (set(), {"over"})
