"""A case on the map: its way, where it stands, and the ways on."""

from __future__ import annotations

import itertools

import pytest

from api.definitions import procedure_named
from api.rendering import Walked
from inbox.maps import case_map, forward, map_source
from workflows.registry import registry

ORDER = procedure_named("order_fulfilment")
WAY = ("awaiting_payment", "pending_confirmation", "confirmed", "allocated", "picking")
WALKED = Walked(
    now=frozenset({"picking"}),
    been=frozenset(WAY[:-1]),
    arrows=frozenset(("" if n == 0 else WAY[n - 1], "moves", stage) for n, stage in enumerate(WAY)),
)


def test_the_ways_on_lead_forward_and_never_round() -> None:
    for procedure in registry():
        place = {key: number for number, key in enumerate(procedure.declaration.stages)}
        ways = forward(procedure)
        assert len(ways) == len(set(ways)), procedure.key
        assert all(place[source] < place[target] for source, target in ways), procedure.key


def test_who_walks_them_gets_to_an_end() -> None:
    ways = set(forward(ORDER))
    main = ("allocated", "picking", "packing", "packed", "awaiting_pickup", "shipped", "in_transit")
    assert set(itertools.pairwise(main)) <= ways
    assert ("picking", "on_hold") not in ways, "a way back"
    assert not any(target == "cancelled" for _, target in ways), "an end that undoes all is no way on"


def test_where_it_is_and_was_and_how_it_came_are_marked() -> None:
    lines = map_source(ORDER, "en", WALKED).splitlines()
    assert 'picking: "Picking" { class: [stage; now] }' in lines
    assert 'allocated: "Allocated" { class: [stage; been] }' in lines
    assert "allocated -> picking: { class: taken }" in lines
    assert "picking -> packing: { class: open }" in lines
    assert sum(" -> " in line for line in lines) < 60


def test_a_way_back_that_was_taken_is_shown() -> None:
    back = WALKED._replace(arrows=WALKED.arrows | {("picking", "hold", "on_hold")})
    assert "picking -> on_hold: { class: taken }" in map_source(ORDER, "zh", back).splitlines()


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_it_is_drawn_wide_and_with_a_size(language: str) -> None:
    drawing = (await case_map(ORDER, "zh" if language == "zh" else "en", WALKED)).decode()
    head = drawing[drawing.index("<svg ") : drawing.index(">", drawing.index("<svg "))]
    width, height = (int(head.split(f'{name}="')[1].split('"')[0]) for name in ("width", "height"))
    assert width > 2 * height
