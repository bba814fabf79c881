"""How each effect is performed is what `effects.txt` says: on which queue, how often and how long it is tried, what
takes it back, whether a No is no incident (optional), and whether its action may wait for it (quick).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from activities.contracts import EFFECTS
from models.effect import Effect, Undo

COLUMNS = f"{'effect':23}queue      attempts  seconds  {'undone by':23}flags"
OURS = {
    kind: effect
    for kind, effect in EFFECTS.items()
    if effect.__module__.startswith("activities.") and effect is not Undo
}
"""Without those that other tests make up."""


def expected() -> dict[str, str]:
    """The line of each effect in `effects.txt`."""
    first, *lines = (Path(__file__).parent / "effects.txt").read_text("utf-8").splitlines()
    assert first == COLUMNS
    return {line.split()[0]: line for line in lines}


def line(effect: type[Effect]) -> str:
    """An effect as `effects.txt` writes it."""
    undo = effect.undone_by.kind() if effect.undone_by else "-"
    flags = " ".join(_flags(effect))
    seconds = effect.timeout.total_seconds()
    columns = (
        f"{effect.kind():23}{effect.queue.name.lower():11}{effect.attempts:8}{seconds:9.0f}  {undo:23}{flags}"
    )
    return columns.rstrip()


def _flags(effect: type[Effect]) -> Iterator[str]:
    if effect.optional:
        yield "optional"
    if effect.quick:
        yield "quick"


@pytest.mark.parametrize("effect", OURS.values(), ids=OURS)
def test_an_effect_is_performed_as_the_table_says(effect: type[Effect]) -> None:
    assert line(effect) == expected().get(effect.kind()), "change effects.txt too, where that is meant"


def test_the_table_has_no_effect_that_is_not_there() -> None:
    assert list(expected()) == sorted(OURS)
