"""The helpers of tests say what they found where an assertion of theirs fails."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from _pytest.assertion.rewrite import AssertionRewritingHook

from models.roles import Role
from tests.language.sample import Sample
from tests.procedures.paths import Path as Way
from tests.procedures.paths import Refused, act
from tests.scenario import Scenario

TESTS = Path(__file__).parent
HELPERS = sorted(
    ".".join(file.relative_to(TESTS.parent).with_suffix("").parts)
    for file in TESTS.rglob("*.py")
    if not file.name.startswith(("test_", "__")) and "assert " in file.read_text("utf-8")
)


def start(**how: Any) -> Scenario:
    lines = [{"sku": "A", "qty": 1}]
    return Scenario(Sample, **how).act("place", Role.CUSTOMER, order_no="S1", lines=lines)


def test_a_path_that_fails_says_which_stage_was_reached() -> None:
    with pytest.raises(AssertionError, match="'checked' == 'elsewhere'"):
        Way("fails", (), "elsewhere").check(start)


def test_a_path_that_fails_says_which_effects_were_done() -> None:
    with pytest.raises(AssertionError, match="SomethingElse"):
        Way("fails", (), "checked", effects=["SomethingElse"]).check(start)


def test_a_refusal_that_differs_says_what_was_refused() -> None:
    with pytest.raises(AssertionError, match="'no such reason' in 'not_found"):
        Refused("fails", (act("fly", Role.CUSTOMER),), "no such reason").check(start)


@pytest.mark.parametrize("module", HELPERS)
def test_assertions_of_every_helper_are_rewritten(module: str) -> None:
    spec = find_spec(module)
    assert spec is not None
    assert isinstance(spec.loader, AssertionRewritingHook), f"{module} isn't in PACKAGES of tests/conftest.py"
