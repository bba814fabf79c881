"""In every stage that the scenarios reach: what the case waits for, in words, from the declaration alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from models.policy import StorePolicy
from models.roles import Role
from tests.procedures.everywhere import walk_all
from tests.procedures.orders_and_logistics import test_order_fulfilment as order_fulfilment
from tests.procedures.paths import Step as Move
from tests.procedures.paths import act, walk
from tests.scenario import MONDAY, Scenario, documented, person
from workflows.labels import Language
from workflows.language.machine import Machine
from workflows.language.memory import Actor, Ask, Step
from workflows.language.procedure import Procedure
from workflows.language.timing import hours
from workflows.language.waiting import WAYS_ON, UnderWay, stands, waits_for
from workflows.wording import word

ZONE = StorePolicy().zone
KEY = re.compile(r"[a-z]+_[a-z_]+|[a-z]+\.[a-z]+\.|[{}<>]|[A-Z][a-z]+[A-Z]")
"""What no reader should meet: a key, a place that nothing fills, a class."""
LATIN = re.compile(r"[A-Za-z]{3,}")
NAMES = re.compile(
    r"\b(App|SKU|PDA|KOL|CRM|GMV|ROI|UPC|OEM|[A-Z]{1,5}-?[\w-]*\d[\w-]*|[\w-]*\d[\w-]*|li|wang|zhao)\b"
)
PEOPLE = Actor(id="nobody", roles=frozenset(role for role in Role if role.is_person))


class Watch:
    """Looks at a scenario's case after each step, before its effects are done."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, ...]] = set()
        self.faults: list[str] = []

    def look(self, scenario: Scenario, pending: list[Ask]) -> None:
        machine = scenario.machine
        under_way = [UnderWay(ask.key, ask.kind, scenario.now) for ask in pending]
        mark = (*machine.stages, *sorted(ask.kind for ask in pending))
        if mark in self.seen or machine.finished:
            return
        self.seen.add(mark)
        found = waits_for(machine.context, under_way)
        if not any(one.kind in WAYS_ON for one in found):
            self.faults.append(f"nothing moves it on at {', '.join(mark)}")
        standing = stands(machine.context)
        assert standing is not None
        for language in ("en", "zh"):
            said = [
                word(one, language, scenario.procedure.key, ZONE)
                for one in (standing, *(one.said for one in found))
            ]
            said += [word(why, language, scenario.procedure.key) for why in _blocked(machine)]
            self.faults += [f"{language}: {text}" for text in said if KEY.search(text)]
            if language == "zh":
                self.faults += [f"not Chinese: {text}" for text in said if LATIN.search(NAMES.sub("", text))]


def _blocked(machine: Machine) -> Iterator[Any]:
    yield from machine.blocked(PEOPLE).values()


@pytest.mark.parametrize("procedure", documented(), ids=lambda procedure: procedure.key)
def test_every_stage_says_what_it_waits_for(
    procedure: type[Procedure], monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch()
    took, perform = Scenario._took, Scenario._perform

    def pending_of(scenario: Scenario) -> dict[str, Ask]:
        return scenario.__dict__.setdefault("pending", {})

    def takes(scenario: Scenario, step: Step, machine: Machine) -> Scenario:
        scenario._position = machine.position.model_dump_json(exclude_defaults=True)
        under_way = pending_of(scenario)
        under_way.update((ask.key, ask) for ask in step.asked)
        watch.look(scenario, [*under_way.values()])
        return took(scenario, step, machine)

    def performs(scenario: Scenario, ask: Ask) -> None:
        del pending_of(scenario)[ask.key]
        perform(scenario, ask)

    monkeypatch.setattr(Scenario, "_took", takes)
    monkeypatch.setattr(Scenario, "_perform", performs)
    walk_all(procedure.key)
    assert watch.seen
    assert watch.faults == []


def _order(*until: Move) -> Scenario:
    return walk(order_fulfilment.start(), until)


def _said(case: Scenario, language: Language, *under_way: UnderWay) -> str:
    machine = case.machine
    standing = stands(machine.context)
    assert standing is not None
    parts = [one.said for one in waits_for(machine.context, under_way) if one.in_short]
    return " ".join(word(one, language, "order_fulfilment", ZONE) for one in (standing, *parts))


def test_it_says_whose_turn_it_is_and_what_the_clock_does() -> None:
    paid = act("pay", Role.PAYMENT_FEED, paid="26.00", payment_no="P1")
    case = _order(paid)
    assert _said(case, "en") == (
        "At Allocated since 2026-11-23 10:00. It waits for Picker: Start picking. "
        "Allocated is due by 2026-11-23 17:00; then Warehouse supervisor will be told. "
        "By itself at 2026-11-25 10:00: Cannot ship."
    )
    assert _said(case.wait(hours(8)), "zh").startswith(
        "自 2026-11-23 10:00 起处于“待拣货”。 等待拣货员办理：开始拣货。 “待拣货”自 2026-11-23 17:00 起已逾期。"
    )


def test_it_says_which_condition_is_missing() -> None:
    case = walk(order_fulfilment.start(), order_fulfilment.TO_PACKED)
    conditions = [one for one in waits_for(case.machine.context) if one.kind == "condition"]
    assert [word(one.said, "en", "order_fulfilment") for one in conditions] == [
        "Create waybill is only possible when: Item number, quantity and colour were checked since the last packing."
    ]
    assert word(
        case.machine.blocked(person(Role.LOGISTICS))["create_waybill"], "en", "order_fulfilment"
    ) == word(conditions[0].said, "en", "order_fulfilment")


def test_what_has_failed_waits_for_operations() -> None:
    case = _order(act("pay", Role.PAYMENT_FEED, paid="26.00", payment_no="P1"))
    failed = UnderWay("2.0", "ReserveStock", MONDAY, failed=True)
    (incident,) = [one for one in waits_for(case.machine.context, [failed]) if one.kind == "incident"]
    assert (incident.key, incident.since) == ("2.0", MONDAY)
    assert "锁定库存" in word(incident.said, "zh", "order_fulfilment")


def test_a_case_that_has_ended_waits_for_nothing() -> None:
    case = _order(act("cancel_unpaid", Role.CUSTOMER, reason="price"))
    assert waits_for(case.machine.context) == ()
    assert stands(case.machine.context) is None
