"""Actions: judged wholly, applied once, readable as soon as they are answered."""

import pytest

from activities.opening import Refusal
from tests.runner.conftest import Shop
from workflows.language.roles import Role

SIX = (
    ("confirm", Role.CS_AGENT, {}),
    ("pick", Role.PICKER, {}),
    ("pack", Role.PACKER, {"grams": 300}),
    ("ship", Role.LOGISTICS, {}),
    ("deliver", Role.LOGISTICS, {}),
    ("complete", Role.CS_AGENT, {}),
)


async def test_six_actions_of_people_take_a_case_to_its_end(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    assert shop.stages(case) == ["received"]
    for event, role, form in SIX:
        answer = await shop.act(case, event, role, **form)
        row = shop.row(case)
        assert row.revision == answer.revision
        assert [s["key"] for s in row.stages] == list(answer.stages)
    assert (row.state, row.outcome) == ("closed", "done")
    assert shop.log(case) == ["place", *(event for event, _, _ in SIX)]
    assert shop.tasks(case) == []
    assert await shop.handle(case).result() == "done"
    events = await shop.events(case)
    assert len(events) <= 50, events


async def test_a_refused_action_leaves_no_history(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    before = await shop.events(case)
    with pytest.raises(Refusal) as refused:
        await shop.act(case, "confirm", Role.PICKER)
    assert refused.value.code == "not_your_role"
    assert await shop.events(case) == before
