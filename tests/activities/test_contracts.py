"""Every contract is kept: somebody performs it, under its name, on its queue."""

from __future__ import annotations

import pytest
from temporalio import activity

from activities.configured_ports import open_ports
from activities.contracts import EFFECTS
from activities.performers import activities_of, perform
from models.effect import Effect, EffectRequest, Outcome, Queue, Undo
from tests.activities.desk import NOON, Books

OURS = {kind: effect for kind, effect in EFFECTS.items() if effect.__module__.startswith("activities.")}
"""Without those that other tests make up."""
ASKED = [kind for kind, effect in OURS.items() if effect is not Undo and effect.queue is not Queue.CASES]
"""All but what cases do to each other, which is not the books' to perform."""


@pytest.mark.parametrize("kind", ASKED)
def test_somebody_performs_it_on_its_queue(sqlite_books: Books, kind: str) -> None:
    by_queue = activities_of(sqlite_books.engine, open_ports())
    performed = by_queue[EFFECTS[kind].queue]
    names = {activity._Definition.must_from_callable(run).name for run in performed}  # pyright: ignore[reportUnknownMemberType]
    assert kind in names


@pytest.mark.parametrize("kind", [kind for kind in ASKED if issubclass(EFFECTS[kind], Undo)])
def test_an_undo_of_what_never_was_changes_nothing(sqlite_books: Books, kind: str) -> None:
    undo = EFFECTS[kind].model_validate({"of": "1.1"})
    assert sqlite_books.do(undo, "2.1", of="1.1").ok


@pytest.mark.parametrize("kind", OURS)
def test_it_says_what_its_outcome_holds(kind: str) -> None:
    assert (EFFECTS[kind].__doc__ or "").strip().endswith(".")


def test_an_undo_undoes_something() -> None:
    undone = {effect.undone_by for effect in OURS.values()}
    assert {effect for effect in OURS.values() if issubclass(effect, Undo)} - {Undo} <= undone


def test_two_effects_never_share_a_name() -> None:
    with pytest.raises(TypeError, match="two effects are called HoldStock"):
        type("HoldStock", (Effect,), {"__module__": "elsewhere"})
    assert EFFECTS["HoldStock"].__module__ == "activities.stock.contract"


@pytest.mark.parametrize(
    ("effect", "payload", "error"),
    [
        ("Nonsense", {}, LookupError),
        ("HoldStock", {"order": "SO-1"}, ValueError),
        ("HoldStock", {"order": "SO-1", "lines": [{"sku": "cup", "qty": 1}], "extra": 1}, ValueError),
        ("FreeStock", {"of": "1.1"}, LookupError),
    ],
    ids=["no contract", "not of its contract", "more than its contract", "an undo of nothing"],
)
def test_what_no_retry_can_mend(
    sqlite_books: Books, effect: str, payload: dict[str, object], error: type[Exception]
) -> None:
    request = EffectRequest(
        key="c/1.1", case="c", store="tmall", subject="s", effect=effect, payload=payload, at=NOON
    )
    with pytest.raises(error):
        perform(sqlite_books.world, request)


def test_outcomes_survive_the_wire() -> None:
    outcome = Outcome(ok=False, reason="short", data={"missing": [{"sku": "cup", "free": 0}]})
    assert Outcome.model_validate_json(outcome.model_dump_json()) == outcome
