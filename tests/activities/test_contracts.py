"""Every contract is kept: somebody performs it, under its name, on its queue."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy.orm import Session
from temporalio import activity

from activities import performing
from activities.configured_ports import open_ports
from activities.contracts import EFFECTS
from activities.performers import World, activities_of, perform
from activities.performing import fits_in_a_batch, is_asked_outside, performs
from activities.ports import Ports
from activities.stock.contract import HoldStock, StockFreed, StockKept
from models.effect import Effect, EffectRequest, Outcome, Queue, Refused, Success, Undo
from models.goods import LocatedGoods
from models.values import SkuQty
from tests.activities.desk import NOON, Books

OURS = {kind: effect for kind, effect in EFFECTS.items() if effect.__module__.startswith("activities.")}
"""Without those that other tests make up."""
ASKED = [kind for kind, effect in OURS.items() if effect is not Undo and effect.queue is not Queue.CASES]
"""All but what cases do to each other, which is not the books' to perform."""


SHARED = "**"
"""Stands for the fields that two results have in common, which one takes from the other."""


@cache
def fields_told() -> dict[str, set[str]]:
    """The fields that performers set, by the name of the model, as their source has it."""
    fields: defaultdict[str, set[str]] = defaultdict(set)
    root = Path(__file__).parents[2]
    for file in (*root.glob("activities/*/*.py"), root / "cases" / "effects.py"):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                fields[call.func.id] |= {word.arg or SHARED for word in call.keywords}
    return fields


@pytest.mark.parametrize("kind", ASKED)
def test_somebody_performs_it(sqlite_books: Books, kind: str) -> None:
    """A batch does, or leaves it to the queue of those who are asked over a network."""
    world = World(sqlite_books.engine, Ports())
    effect = EFFECTS[kind].model_construct()
    outside = activities_of(world)[Queue.PROVIDERS]
    names = {activity._Definition.must_from_callable(run).name for run in outside}  # pyright: ignore[reportUnknownMemberType]
    assert is_asked_outside(world, effect) == (kind in names)
    assert kind not in names or effect.queue is Queue.PROVIDERS


@pytest.mark.parametrize("kind", ["BookWaybill", "Message", "PayRefund"])
def test_an_embedded_port_is_asked_within_a_batch(sqlite_books: Books, kind: str) -> None:
    embedded = World(sqlite_books.engine, open_ports())
    assert fits_in_a_batch(embedded, EFFECTS[kind].model_construct())
    elsewhere = open_ports(
        carrier_url="http://carrier.test", stripe_api_key="sk", apprise_urls={"gm": ["json://x"]}
    )
    assert not fits_in_a_batch(World(sqlite_books.engine, elsewhere), EFFECTS[kind].model_construct())


@pytest.mark.parametrize("kind", [kind for kind in ASKED if issubclass(EFFECTS[kind], Undo)])
def test_an_undo_of_what_never_was_changes_nothing(sqlite_books: Books, kind: str) -> None:
    undo = EFFECTS[kind].model_validate({"of": "1.1"})
    assert sqlite_books.do(undo, "2.1", of="1.1").ok


@pytest.mark.parametrize("kind", OURS)
def test_what_a_performer_never_tells_has_a_default(kind: str) -> None:
    effect = OURS[kind]
    assert effect.read(Outcome.done()) == effect.success()
    assert effect.read(Outcome.refused("no")) == effect.refusal(reason="no")


@pytest.mark.parametrize(
    "model", sorted({of for one in OURS.values() for of in (one.success, one.refusal)}, key=str)
)
def test_somebody_tells_each_field_of_an_outcome(model: type[Success | Refused]) -> None:
    """A field that no performer sets is a promise that nobody keeps."""
    if model.model_config.get("extra") == "allow":
        return  # an entry of the books is told as it stands
    told = fields_told()[model.__name__]
    shared = {
        name for base in model.__mro__ if base.__name__.startswith("_") for name in base.__annotations__
    }
    assert {*model.model_fields} - {"reason"} - (shared if SHARED in told else set[str]()) <= told


def test_a_performer_may_not_say_that_it_returns_another_result() -> None:
    def hold(effect: HoldStock, request: EffectRequest, session: Session) -> StockFreed:
        raise NotImplementedError

    with pytest.raises(
        TypeError, match="returns StockFreed, which isn't what the contract of HoldStock names"
    ):
        performs(HoldStock)(hold)


def test_a_performer_may_not_return_another_result(
    sqlite_books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hold(_effect: HoldStock, _request: EffectRequest, _session: Session) -> Success:
        return StockFreed()

    monkeypatch.setitem(performing._books, HoldStock, hold)
    with pytest.raises(TypeError, match="HoldStock tells StockKept or OutOfStock or Refused, not StockFreed"):
        sqlite_books.do(HoldStock(order="SO-1", lines=(SkuQty(sku="cup", qty=1),)))


def test_a_field_needs_a_default() -> None:
    with pytest.raises(TypeError, match="Late needs a default for days"):
        type("Late", (Success,), {"__module__": __name__, "__annotations__": {"days": "int"}})


def test_a_field_more_changes_no_outcome_that_was_recorded_before() -> None:
    class Wider(StockKept):
        until: str = ""

    kept = StockKept(lines=(LocatedGoods(sku="cup", qty=1, location="main"),))
    assert (
        Wider(lines=kept.lines).data()
        == kept.data()
        == {"lines": [{"sku": "cup", "qty": 1, "location": "main"}]}
    )
    assert HoldStock.read(Outcome(data={**kept.data(), "until": "tomorrow"})) == kept


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
