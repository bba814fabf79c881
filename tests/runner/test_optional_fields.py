"""A field with a default may be added to a case, a form, an effect or an outcome while cases run."""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from models.effect import EFFECTS
from models.policy import StorePolicy
from models.roles import Role
from tests.runner import procedures
from tests.runner.conftest import Shop, person
from workflows.language.machine import Machine
from workflows.language.memory import Position
from workflows.language.procedure import Procedure
from workflows.registry import registry
from workflows.runner.histories import replay
from workflows.runner.messages import ActionRequest, StartRequest

MORE = {
    "Refund": ("refund_no: Keep[Code]", 'refund_no: Keep[Code]\n    bank: Remark = ""'),
    "Returned": ("kept: Count = 0", "kept: Count = 0\n    colour: Code | None = None"),
    "PayOut": (
        "what: str",
        "success: ClassVar[type[Success]] = PaidOut\n    what: str\n    urgent: bool = False",
    ),
    "Return": ("key =", "key ="),
}
"""The parts of the procedure, and the field that each gets."""
HEAD = """
from models.effect import Success
from tests.runner.procedures import *


class PaidOut(Success):
    refund_no: str = ""
    fee: int = 0
"""


@pytest.fixture
def with_more_fields(tmp_path: Path) -> Iterator[type[Procedure]]:
    """The procedure `return` as tomorrow's code has it, until `deploy` puts it in the place of today's."""
    before = dict(EFFECTS)
    try:
        del EFFECTS["PayOut"]
        tomorrow = vars(_module(tmp_path / "tomorrow.py"))["Return"]
        EFFECTS["PayOut"] = before["PayOut"]
        yield tomorrow
    finally:
        EFFECTS.update(before)
        registry()._versions["return"][1] = procedures.Return
        sys.modules.pop("tomorrow", None)


def _module(path: Path) -> ModuleType:
    parts = [HEAD]
    for name, (old, new) in MORE.items():
        source = inspect.getsource(getattr(procedures, name))
        assert old in source
        parts.append(source.replace(old, new))
    path.write_text("\n\n".join(parts), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("tomorrow", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["tomorrow"] = module
    spec.loader.exec_module(module)
    return module


def deploy(procedure: type[Procedure]) -> None:
    """From now on this process runs that code."""
    EFFECTS["PayOut"] = vars(sys.modules[procedure.__module__])["PayOut"]
    registry()._versions["return"][1] = procedure


async def test_a_running_case_goes_on_with_one_field_more(
    shop: Shop, with_more_fields: type[Procedure]
) -> None:
    held = shop.world.hold("PayOut")
    case = await shop.open("return", "ask", Role.CUSTOMER)
    await shop.act(case, "keep_one", Role.AFTER_SALES)
    await shop.act(case, "inspect", Role.AFTER_SALES)
    await shop.until(lambda: shop.world.waiting > 0)
    before = shop.row(case)
    assert len(Position.model_validate_json(before.position).memory.undoable) == 2

    await shop.stop()
    deploy(with_more_fields)
    held.set()
    async with shop.working():
        async with asyncio.timeout(60):  # a case that this code doesn't fit waits for one that does
            assert await shop.handle(case).result() == "refunded"
        history = await shop.handle(case).fetch_history()

    tomorrow = await replay(history)
    deploy(procedures.Return)
    today = await replay(history)
    assert (tomorrow.failure, today.failure) == (None, None)
    assert [commit.hash for commit in tomorrow.commits] == [commit.hash for commit in today.commits]
    assert [commit.position for commit in tomorrow.commits] == [commit.position for commit in today.commits]
    assert before.hash in {commit.hash for commit in tomorrow.commits}


async def test_a_field_that_is_used_is_committed(shop: Shop, with_more_fields: type[Procedure]) -> None:
    deploy(with_more_fields)
    case = await shop.open("return", "ask", Role.CUSTOMER)
    position = Position.model_validate_json(shop.row(case).position)
    machine = Machine.at(with_more_fields, position, StorePolicy(), shop.row(case).opened_at)
    machine.case.colour = "red"
    assert '"colour":"red"' in machine.position.model_dump_json(exclude_defaults=True)


def test_a_signature_leaves_out_what_is_at_its_default() -> None:
    """So it stays good where the message, or the store's policy within it, gets a field more."""
    action = ActionRequest(event="confirm", actor=person(Role.GM))
    assert action.signed_parts("c", "r")[-1].keys() == {"event", "actor"}
    start = StartRequest(
        procedure="plain", version=1, store="tmall", subject="S", policy=StorePolicy(), actor=person(Role.GM),
        request="r",
    )  # fmt: skip
    assert start.signed_parts("c", "r")[-1]["policy"] == StorePolicy().hash
    other = start.model_copy(update={"policy": StorePolicy(limits={"plain.received.due": "PT1H"})})
    assert other.signed_parts("c", "r") != start.signed_parts("c", "r")
