"""Stages in parallel: each branch has its own turn, limit and place."""

from models.roles import Role
from tests.language.sample_parallel import Preparation
from tests.scenario import Scenario
from workflows.language.timing import hours


def prepared() -> Scenario:
    return Scenario(Preparation).act("prepare_sale", Role.GM)


def test_both_branches_go_on_at_once() -> None:
    case = prepared()
    assert sorted(case.stages) == ["counting", "drawing"]
    assert case.offers(Role.DESIGNER) == ["draw"]
    assert case.offers(Role.PICKER) == ["count_it"]
    case.act("draw", Role.DESIGNER)
    assert (sorted(case.stages), case.machine.finished) == (["counting", "drawn"], False)
    case.act("count_it", Role.PICKER).act("recount", Role.PACKER).act("count_it", Role.PICKER)
    assert case.act("pack", Role.PACKER).stage == "ready"
    assert case.act("finish", Role.GM).machine.finished


def test_each_branch_has_its_own_limit() -> None:
    case = prepared().wait(hours(1)).act("count_it", Role.PICKER)
    assert case.wait(hours(1)).missed == ["drawing"]
    assert case.notified == [Role.OPS_MANAGER]
