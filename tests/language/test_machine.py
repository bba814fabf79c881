from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities.cases.contract import TellParent
from activities.messages.contract import Notify
from activities.money.contract import PayRefund
from activities.stock.contract import FreeStock, ReserveStock
from models.roles import Role
from tests.language.sample import Sample
from tests.scenario import MONDAY, Scenario, no, person, yes
from workflows.language.machine import Machine
from workflows.language.memory import Parent, Position
from workflows.language.refusals import (
    InvalidForm,
    MovedOn,
    NotPossibleNow,
    NotYourRole,
    Refusal,
    UnknownAction,
)
from workflows.language.timing import days, hours, minutes

LINES = [{"sku": "TEA", "qty": 2}]
MANY = [{"sku": "TEA", "qty": 20}]


def placed(lines: list[dict[str, Any]] = LINES, **kw: Any) -> Scenario:
    answers = {name: kw.pop(name) for name in ("promise_hours", "start") if name in kw}
    return Scenario(Sample, **kw).act("place", Role.CUSTOMER, order_no="S1", lines=lines, **answers)


def checked(**kw: Any) -> Scenario:
    return placed(**kw).act("check", Role.CS_AGENT, ok=True)


def test_a_rule_follows_by_itself() -> None:
    case = placed([{"sku": "TEA", "qty": 1}])
    assert (case.stage, case.steps[0].followed) == ("checked", ["auto_check"])
    assert case.kinds == ["HoldStock", "ReserveStock"]


def test_answers_are_kept_where_the_form_says_so() -> None:
    case = placed().act("check", Role.CS_AGENT, ok=True, note="gift", waybill_no="W1")
    assert (case.case.note, case.case.waybill_no) == ("gift", "W1")


@pytest.mark.parametrize(
    ("event", "by", "form", "error", "says"),
    [
        ("check", Role.PICKER, {"ok": True}, NotYourRole, "cs_agent"),
        ("finish", Role.PICKER, {}, NotPossibleNow, "received"),
        ("check", Role.CS_AGENT, {"ok": False}, InvalidForm, "/ok"),
        ("check", Role.CS_AGENT, {"ok": True, "note": "?"}, InvalidForm, "/note"),
        ("check", Role.CS_AGENT, {"ok": True, "waybill_no": "BAD"}, InvalidForm, "No such parcel"),
        ("check", Role.CS_AGENT, {"ok": True, "more": 1}, InvalidForm, "/more"),
        ("short", Role.CS_AGENT, {}, NotPossibleNow, "received"),
        ("give_up", Role.CUSTOMER, {"x": 1}, InvalidForm, "/x"),
        ("nonsense", Role.CS_AGENT, {}, UnknownAction, "nonsense"),
    ],
)
def test_what_is_refused_changes_nothing(
    event: str, by: Role, form: dict[str, Any], error: type[Refusal], says: str
) -> None:
    case = placed()
    before = case.machine.position.model_dump_json()
    machine = case.machine
    with pytest.raises(error, match=says):
        machine.act(event, form, actor=person(by))
    assert machine.position.model_dump_json() == before


def test_an_action_that_asks_nothing_takes_no_form() -> None:
    machine = placed().act("hold", Role.CS_SUPERVISOR, reason="address unclear").machine
    with pytest.raises(InvalidForm, match="takes no form"):
        machine.act("release", {"x": 1}, actor=person(Role.CS_SUPERVISOR))


def test_an_older_revision_has_moved_on() -> None:
    machine = placed().machine
    with pytest.raises(MovedOn):
        machine.act("check", {"ok": True}, actor=person(Role.CS_AGENT), revision=0)
    assert machine.act("check", {"ok": True}, actor=person(Role.CS_AGENT), revision=1).revision == 2


def test_judging_an_end_leaves_the_machine_usable() -> None:
    machine = placed().machine
    machine.judge("give_up", actor=person(Role.CUSTOMER))
    assert machine.stages == ["received"]
    assert machine.act("give_up", actor=person(Role.CUSTOMER)).after == ["dropped"]


def test_four_eyes_once_and_needs() -> None:
    ann, bob = person(Role.PACKER, "ann"), person(Role.PACKER, "bob")
    case = placed().act("check", person(Role.CS_AGENT, "ann"), ok=True, note="n")
    assert "recheck" not in case.offers(ann)
    assert case.machine.blocked(ann)["recheck"].template.startswith("{action} needs somebody else")
    with pytest.raises(Refusal, match="somebody else"):
        case.act("recheck", ann, ok=True)
    with pytest.raises(Refusal, match="needs recheck, weigh first"):
        case.act("finish", Role.PICKER)
    case.act("recheck", bob, ok=True, note="n").act("weigh", bob)
    with pytest.raises(Refusal, match="is done"):
        case.act("recheck", bob, ok=True)
    assert case.act("finish", Role.PICKER).stage == "done"
    assert case.opened == ["survey"]


def test_a_guard_says_its_reason() -> None:
    case = placed(MANY).act("check", Role.CS_AGENT, ok=True)
    case.act("recheck", Role.PACKER, ok=True).act("weigh", Role.PACKER)
    assert "finish" not in case.offers(Role.PICKER)
    with pytest.raises(Refusal, match="A note was made"):
        case.act("finish", Role.PICKER)


def test_a_shortfall_starts_a_search_and_its_answer_comes_back() -> None:
    case = checked(answers={ReserveStock: no("short")})
    assert (case.stage, case.opened) == ("waiting", ["search"])
    assert case.undoable == ["HoldStock", "SetNotForSale", "OpenCase"]
    case.answers = {}
    assert case.child("search", "found", left=3).stage == "checked"
    assert case.case.left == 3
    assert "OpenCase" not in case.undoable


def test_the_first_possible_answer_is_sent() -> None:
    case = checked(answers={ReserveStock: no()})
    case.answers = {}
    assert case.child("search", "nothing", left=1).stage == "checked"
    case = checked(answers={ReserveStock: no()})
    assert case.child("search", "nothing").stage == "dropped"


def test_an_answer_before_its_stage_is_kept() -> None:
    case = checked(answers={ReserveStock: no()})
    machine = case.machine
    machine.memory.children["search:shop:x"] = next(iter(machine.memory.children.values()))
    case._position = machine.position.model_dump_json()
    case.answers = {}
    case.child("search", "found", left=1)
    assert case.stage == "checked"
    case.child("search", "found", left=9)
    assert (case.stage, len(case.machine.memory.parked)) == ("checked", 1)
    case.answers = {ReserveStock: no()}
    case.act("hold", Role.CS_SUPERVISOR, reason="r").act("release", Role.CS_SUPERVISOR)
    case.act("check", Role.CS_AGENT, ok=True)
    assert ["resolved"] in [step.followed for step in case.steps]
    assert case.machine.memory.parked == []


def test_a_child_that_is_not_there_is_answered_by_hand() -> None:
    case = checked(answers={ReserveStock: no()})
    assert case.offers(Role.OPS_MANAGER) == []
    machine = case.machine
    machine.child_missing(next(iter(machine.memory.children)))
    case._position = machine.position.model_dump_json()
    assert case.offers(Role.OPS_MANAGER) == ["resolved"]
    case.answers = {}
    assert case.act("resolved", Role.OPS_MANAGER).stage == "checked"


def test_a_child_that_ended_otherwise_is_answered_by_hand() -> None:
    case = checked(answers={ReserveStock: no()})
    assert case.offers(Role.OPS_MANAGER) == []
    case.child("search", "given_up")
    assert (case.stage, case.offers(Role.OPS_MANAGER)) == ("waiting", ["resolved"])
    case.answers = {}
    assert case.act("resolved", Role.OPS_MANAGER).stage == "checked"


def test_undoing_spares_what_the_same_step_does() -> None:
    case = checked()
    assert case.undoable == ["HoldStock", "ReserveStock"]
    case.act("hold", Role.CS_SUPERVISOR, reason="doubt")
    assert case.kinds[-1] == "FreeStock"
    assert case.undoable == ["HoldStock"]
    case.act("give_up", Role.CS_SUPERVISOR)
    assert [e.of for e in case.effects(FreeStock)] == ["2.0", "1.0"]
    assert case.undoable == []


def test_an_outcome_fills_the_form_but_not_the_fields_that_have_a_value() -> None:
    case = checked(
        answers={PayRefund: yes(refund_no="R9", amount={"amount": "5", "currency": "CNY"}, extra=1)}
    )
    case.act("start_refund", Role.CS_SUPERVISOR)
    assert (case.stage, case.case.refund_no, case.undoable) == ("done", "R9", [])
    assert case.steps[-1].effect == "3.0"


def test_a_no_takes_the_other_way_and_a_person_does_it_by_hand() -> None:
    case = checked(answers={PayRefund: no("closed card")}).act("start_refund", Role.CS_SUPERVISOR)
    assert (case.stage, case.steps[-1].event) == ("refunding", "refund_failed")
    assert case.act("pay_refund", Role.FINANCE, refund_no="R1", amount="5").stage == "done"


def test_an_outcome_that_comes_too_late_is_a_record() -> None:
    case = checked()
    machine = case.machine
    ask = next(a for step in case.steps for a in step.asked if a.kind == "ReserveStock")
    case.act("give_up", Role.CUSTOMER)
    step = machine.outcome(ask, no()) if (machine := case.machine) else None
    assert step is not None
    assert step.after == ["dropped"]
    assert "not possible" in step.note


def test_records_after_the_end() -> None:
    case = checked()
    assert "praise" not in case.offers(Role.CUSTOMER)
    case.act("start_refund", Role.CS_SUPERVISOR)
    assert case.stage == "done"
    assert case.offers(Role.CUSTOMER) == ["praise"]
    assert case.act("praise", Role.CUSTOMER, note="good").stage == "done"
    with pytest.raises(NotPossibleNow):
        case.act("escalate", Role.CS_AGENT, note="x")


def test_escalation_goes_to_the_superior() -> None:
    case = placed().act("escalate", Role.CS_AGENT, note="angry")
    assert (case.notified, case.stage) == ([Role.CS_SUPERVISOR], "received")
    with pytest.raises(NotYourRole):
        case.act("escalate", Role.CUSTOMER, note="angry")


def test_cancelled_by_its_parent() -> None:
    case = checked().cancel_by_parent()
    assert (case.stage, case.machine.finished, case.undoable) == ("aborted", True, [])
    assert len(case.effects(FreeStock)) == 2
    with pytest.raises(NotPossibleNow):
        case.act("check", Role.CS_AGENT, ok=True)


def test_whose_turn_it_was_hears_that_another_case_has_cancelled_theirs() -> None:
    (told,) = placed().cancel_by_parent().effects(Notify)
    assert (told.role, told.template, told.data["note"]) == (Role.CS_AGENT, "case_called_off", "test")


def test_a_child_tells_its_parent() -> None:
    parent = Parent(case="order:shop:1", link="trouble", waits=True, wants=("checked",))
    case = checked(parent=parent).act("start_refund", Role.CS_SUPERVISOR)
    reports = [(e.stage, e.ended, e.result) for e in case.effects(TellParent)]
    assert reports == [("checked", False, {"refund_no": ""}), ("done", True, {"refund_no": ""})]


def test_topics_choose_the_event() -> None:
    assert placed().hear("store.order.cancelled", Role.CUSTOMER).stage == "dropped"
    with pytest.raises(NotPossibleNow, match=r"store\.order\.paid"):
        placed().hear("store.order.paid", Role.CUSTOMER)


def test_a_position_goes_through_json_and_another_machine() -> None:
    case = checked(answers={ReserveStock: no()})
    there = Position.model_validate_json(case.machine.position.model_dump_json())
    assert there.model_dump() == Position.model_validate_json(there.model_dump_json()).model_dump()
    other = Machine.begin(Sample, store="s", subject="2", policy=case.policy, now=case.now)
    assert other.stages == []
    assert case.machine.stages == ["waiting"]


class TestClock:
    def test_a_stage_limit_counts_service_hours_and_tells_in_turn(self) -> None:
        late = datetime(2026, 11, 23, 14, tzinfo=UTC)  # 22:00 in China, an hour before closing
        case = placed(now=late)
        assert case.wait(hours(11)).missed == []
        assert case.wait(hours(1)).missed == ["received"]  # 09:00 + 1 h the next day
        assert case.notified == [Role.CS_SUPERVISOR]
        assert case.wait(days(2)).notified == [Role.CS_SUPERVISOR, Role.GM]

    def test_reminders_come_again(self) -> None:
        case = checked().wait(hours(5))
        assert case.notified == [Role.PACKER, Role.PICKER] * 2
        assert case.wait(days(1)).notified == [Role.PACKER, Role.PICKER] * 3

    def test_a_deadline_spans_stages_and_pauses(self) -> None:
        case = checked(promise_hours=24)
        case.wait(hours(10)).act("hold", Role.CS_SUPERVISOR, reason="r").wait(days(2))
        assert case.missed == []
        case.act("release", Role.CS_SUPERVISOR).wait(hours(13))
        assert "ship_within" not in case.missed
        assert Role.PACKER in case.notified  # 18 h of 24
        assert "ship_within" in case.wait(hours(2)).missed

    def test_a_deadline_ends_with_its_event(self) -> None:
        case = checked(promise_hours=24).act("recheck", Role.PACKER, ok=True).act("weigh", Role.PACKER)
        case.act("finish", Role.PICKER)
        assert case.machine.alarms() == []
        assert case.machine.memory.running["ship_within"].ended_at == case.now

    def test_a_deadline_sends_its_event_and_may_not_apply(self) -> None:
        soon = MONDAY + timedelta(hours=5)
        case = checked(start=soon).wait(minutes(61))
        assert (case.stage, case.missed) == ("on_hold", ["by_start"])
        case = checked(lines=MANY, start=soon).wait(hours(3))
        assert case.missed == []

    def test_an_event_of_the_clock_that_a_guard_refuses_is_tried_again(self) -> None:
        case = (
            placed()
            .act("check", Role.CS_AGENT, ok=True, note="n")
            .act("hold", Role.CS_SUPERVISOR, reason="r")
        )
        case.wait(days(4))
        assert (case.stage, list(case.machine.memory.overdue.values())) == ("on_hold", ["lapse"])
        machine = case.machine
        machine.case.note = ""
        case._position = machine.position.model_dump_json()
        assert case.act("escalate", Role.CS_AGENT, note="?").stage == "dropped"


def test_days_and_times_are_the_stores() -> None:
    machine = placed(now=datetime(2026, 11, 23, 16, 30, tzinfo=UTC)).machine
    assert (
        machine.hooks.today.day,
        machine.context.policy.day_of(datetime(2026, 11, 22, 17, tzinfo=UTC)).day,
    ) == (24, 23)
    assert machine.context.policy.moment(machine.hooks.today, "09:30") == datetime(
        2026, 11, 24, 1, 30, tzinfo=UTC
    )
