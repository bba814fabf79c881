"""Change broadcast: every move, every refusal, who hears of it."""

from __future__ import annotations

from typing import Any

from activities.messages.contract import Notify
from activities.registers.contract import KeepRecord
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario
from workflows.language.memory import Actor
from workflows.language.timing import hours, minutes
from workflows.procedures.customers.change_broadcast import ChangeBroadcast
from workflows.vocabulary import (
    CS_AGENT,
    CS_SUPERVISOR,
    CUSTOMER,
    LOGISTICS,
    OPS_MANAGER,
    OPS_SPECIALIST,
    WAREHOUSE_KEEPER,
)


def change(**more: Any) -> dict[str, Any]:
    return {
        "what": "price",
        "new": "A-1 costs 90",
        "effective_from": "2026-11-23T14:00:00Z",  # 12 hours from the start
        "script_for_customers": "It is on sale.",
        "readers": ["cs_agent"],
        **more,
    }


def start(answers: Answers | None = None, **more: Any) -> Scenario:
    return Scenario(ChangeBroadcast, subject="CH-1", answers=dict(answers or {})).act(
        "draft", None, **change(**more)
    )


def send(**more: Any) -> Act:
    return act("send_notice", OPS_SPECIALIST, **change(**more))


def read(by: Any, **more: Any) -> Act:
    return act("read_one", by, understood=True, **more)


CALL_OFF = act("call_off", OPS_SPECIALIST, reason="off")
WITHDRAW = act("withdraw", OPS_SPECIALIST, reason="off")
ALL = (send(), read(CS_AGENT), read(CS_SUPERVISOR))

PATHS = [
    Path(
        "sent to its readers, and the head",
        (send(),),
        "sent",
        notified=[CS_SUPERVISOR, CS_AGENT],
        effects=["KeepRecord"],
    ),
    Path("one has read it", (send(), read(CS_AGENT)), "partly_read"),
    Path("all have", ALL, "confirmed"),
    Path("withdrawn before", (WITHDRAW,), "cancelled", effects=[]),
    Path(
        "withdrawn after",
        (send(), WITHDRAW),
        "cancelled",
        effects=["KeepRecord", "StrikeRecord", "WithdrawNotice", "WithdrawNotice"],
    ),
    Path("withdrawn when some know", (send(), read(CS_AGENT), WITHDRAW), "cancelled"),
    Path("called off when all know", (*ALL, CALL_OFF), "confirmed"),
    Path("sent late", (hours(8),), "drafted", notified=[OPS_MANAGER], missed=["sent_in_time"]),
    Path(
        "sent at the last moment, and no reminder with it",
        (hours(11), send(), minutes(30)),
        "sent",
        notified=[OPS_MANAGER, CS_SUPERVISOR, CS_AGENT],
    ),
    Path(
        "reminded once",
        (send(), hours(11), read(CS_AGENT), minutes(1)),
        "partly_read",
        notified=[CS_SUPERVISOR, CS_AGENT] * 2,
    ),
    Path("nobody reads", (send(), hours(11)), "sent", notified=[CS_SUPERVISOR, CS_AGENT] * 2, missed=[]),
    Path(
        "not all read in time",
        (send(), read(CS_SUPERVISOR), hours(12)),
        "partly_read",
        notified=[CS_SUPERVISOR, CS_AGENT, CS_AGENT, CS_SUPERVISOR],
        missed=["read_in_time"],
    ),
    Path(
        "a question",
        (send(), read(CS_AGENT, question="members too?")),
        "partly_read",
        notified=[CS_SUPERVISOR, CS_AGENT, OPS_SPECIALIST],
    ),
    Path(
        "the words are changed on sending",
        (send(what="page", readers=["logistics"]), read(LOGISTICS)),
        "partly_read",
    ),
]

REFUSALS = [
    Refused("nothing to answer", (send(script_for_customers=""),), "/script_for_customers"),
    Refused("not understood", (send(), act("read_one", CS_AGENT, understood=False)), "/understood"),
    Refused("not for them", (send(), read(WAREHOUSE_KEEPER)), "other teams"),
    Refused("customers don't read notices", (send(readers=["customer"]),), "/readers"),
    Refused("an agent sends", (act("send_notice", CS_AGENT, **change()),), "not_your_role"),
    Refused("read too early", (read(CS_AGENT),), "not_possible_now"),
    Refused("a customer reads", (send(), read(CUSTOMER)), "not_your_role"),
]

MESSAGES = {
    "send_notice": {
        "change_notice to cs_agent",
        "change_notice to cs_supervisor",
        "change_notice to logistics",
    },
    "chase": {"change_unread to cs_agent", "change_unread to cs_supervisor"},
    "read_one": {"change_question to ops_specialist"},
}


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_every_move_is_taken() -> None:
    assert untaken(ChangeBroadcast, start, PATHS) == set()


def test_an_activity_needs_a_days_notice() -> None:
    late = start(what="activity", effective_from="2026-11-24T14:00:00Z")
    assert late.wait(hours(11)).missed == []
    assert late.wait(hours(1)).missed == ["activity_sent_in_time"]


def test_one_person_may_read_for_two_teams() -> None:
    both = Actor(id="li", roles=frozenset({CS_AGENT, CS_SUPERVISOR}))
    assert walk(start(), (send(), read(both))).stage == "confirmed"


def test_the_notice_is_plain() -> None:
    notice = walk(start(), (send(),)).effects(Notify)[0]
    assert (notice.data["effective_from"], notice.data["old"]) == ("2026-11-23 22:00", "-")
    assert walk(start(what="page"), (send(what="page", script_for_customers=""),)).effects(KeepRecord) == []


def test_kind_62_what_everybody_has_read_is_called_off_before_everybody() -> None:
    case = walk(start(), (*ALL, CALL_OFF))
    assert [kind for kind in case.kinds if kind != "KeepRecord"] == ["StrikeRecord", *["WithdrawNotice"] * 2]
    Refused("once", (*ALL, CALL_OFF, CALL_OFF), "call_off").check(start)


def test_kind_67_a_change_that_holds_already_is_told_as_one() -> None:
    past = start(effective_from="2026-11-01T00:00:00Z")
    sent = walk(past, (send(effective_from="2026-11-01T00:00:00Z"),))
    assert {notice.template for notice in sent.effects(Notify)} == {"change_holds"}


def test_kind_65_words_for_customers_name_nobody() -> None:
    Refused(
        "a phone", (send(script_for_customers="Call Li Na, 13800138000."),), "/script_for_customers"
    ).check(start)
