"""Creative library: every move, every refusal, every limit."""

from __future__ import annotations

from typing import Any

import pytest

from activities.messages.contract import Message
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, untaken, walk
from tests.scenario import Scenario, person
from workflows.language.refusals import InvalidForm
from workflows.language.timing import days
from workflows.procedures.marketing_and_content.creative_library import CreativeLibrary
from workflows.vocabulary import CONTENT_EDITOR, DESIGNER, OPS_MANAGER, OPS_SPECIALIST, STAFF


def start(answers: Answers | None = None, **changes: Any) -> Scenario:
    item = {"kind": "idea", "text": "围炉煮茶", "source": "客服"}
    return Scenario(CreativeLibrary, subject="CL-1", answers=answers).act(
        "collect", STAFF, **{**item, **changes}
    )


def sort(**more: Any) -> Act:
    return act("sort", CONTENT_EDITOR, tags=["冬季"], **more)


USE = act("use", DESIGNER, case="design_request:shop:D-1")
READY = (sort(), act("accept", OPS_SPECIALIST, rights_ok=True))

PATHS = [
    Path("dropped at once", (act("drop", CONTENT_EDITOR, reason="抄袭"),), "rejected", effects=["Message"]),
    Path("dropped later", (sort(), act("drop", CONTENT_EDITOR, reason="无版权")), "rejected"),
    Path("no rights to it", (sort(), act("drop", OPS_SPECIALIST, reason="无版权")), "rejected"),
    Path("accepted", READY, "ready", effects=["Message", "KeepRecord"]),
    Path("used, and used again", (*READY, USE, USE), "in_use", effects=["Message", "KeepRecord"]),
    Path("archived", (*READY, days(365)), "archived", effects=["Message", "KeepRecord", "StrikeRecord"]),
    Path("archived from use", (*READY, USE, days(365)), "archived"),
    Path("a festival's is archived sooner", (sort(festival="冬至"), READY[1], days(60)), "archived"),
    Path("sorted late", (days(3),), "collected", missed=["collected"], notified=[OPS_MANAGER]),
]
REFUSALS = [
    Refused("not theirs", (act("sort", STAFF, tags=["冬季"]),), "content_editor"),
    Refused("no tags", (act("sort", CONTENT_EDITOR, tags=[]),), "/tags"),
    Refused("no rights", (sort(), act("accept", OPS_SPECIALIST, rights_ok=False)), "/rights_ok"),
    Refused(
        "one's own",
        (sort(), act("accept", person(OPS_SPECIALIST, "staff"), rights_ok=True)),
        "somebody else",
    ),
    Refused("too early", (USE,), "collected"),
]


@each([*PATHS, *REFUSALS])
def test_creative_library(line: Path | Refused) -> None:
    line.check(start)


def test_every_way_is_taken() -> None:
    assert untaken(CreativeLibrary, start, PATHS) == set()


def test_an_item_says_or_shows_something() -> None:
    with pytest.raises(InvalidForm):
        start(text="")
    assert start(text="", files=["file:1"]).stage == "collected"


def test_kind_62_who_gave_an_idea_hears_that_it_is_dropped() -> None:
    case = start().act("drop", CONTENT_EDITOR, reason="抄袭")
    assert [(word.template, word.data["why"]) for word in case.effects(Message)] == [("not_approved", "抄袭")]


def test_kind_50_who_judges_the_rights_sees_what_they_judge_and_may_say_no() -> None:
    case = walk(start(), (sort(),))
    assert {"accept", "drop"} <= set(case.offers(OPS_SPECIALIST))
    assert case.machine.judged("drop")["text"] == "围炉煮茶"
