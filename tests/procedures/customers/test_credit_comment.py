"""Credit comment: every move, every refusal, what may not stand in public."""

from __future__ import annotations

from typing import Any

from activities.cases.contract import OpenCase
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, untaken
from tests.scenario import Scenario
from workflows.language.timing import days
from workflows.procedures.customers.credit_comment import CreditComment
from workflows.vocabulary import CS_AGENT, CS_SUPERVISOR, CUSTOMER, PLATFORM_FEED

TEXT = "Thank you for choosing the Lamp Shop; enjoy the oak lamp."


def start(answers: Answers | None = None, **more: Any) -> Scenario:
    case = Scenario(CreditComment, subject="SO-1", answers=dict(answers or {}))
    return case.act("open", PLATFORM_FEED, **more)


def draft(text: str = TEXT, **more: Any) -> Act:
    return act("draft", CS_AGENT, template="thanks", text=text, **more)


def check(event: str = "check", *, ok: bool = True, note: str = "") -> Act:
    return act(event, CS_SUPERVISOR, ok=ok, note=note)


POOR = act("poor_review")
PUBLISH = act("publish", CS_AGENT, published_at="2026-11-23T01:00:00Z")

PATHS = [
    Path("published", (draft(search_words=["oak lamp"]), check(), PUBLISH), "published"),
    Path("reworked", (draft(), check(ok=False), check("rework", ok=False, note="warmer")), "drafted"),
    Path(
        "written anew",
        (
            *(draft(), check(ok=False), check("rework", ok=False, note="warmer")),
            *(draft(TEXT + " Come again!"), check(), PUBLISH),
        ),
        "published",
    ),
    Path("nobody wrote", (days(15),), "expired", notified=[CS_SUPERVISOR], missed=["published_in_time"]),
    Path("nobody checked", (draft(), days(15)), "expired"),
    Path("a poor review at once", (POOR,), "redirected", opened=[]),
    Path("a poor review while it is checked", (draft(), POOR), "redirected"),
    Path("a poor review before it is published", (draft(), check(), POOR), "redirected"),
    Path("nobody published", (draft(), check(), days(15)), "expired"),
]

REFUSALS = [
    Refused("too short", (draft("Thanks."),), "/text"),
    Refused("a phone number", (draft(TEXT + " 13800000000"),), "/text"),
    Refused("a banned word", (draft(TEXT + " 加微信"),), "/text"),
    Refused("three search words", (draft(search_words=["a", "b", "c"]),), "/search_words"),
    Refused("a search word that isn't there", (draft(search_words=["sofa"]),), "/search_words"),
    Refused("published, but not fit", (draft(), check(ok=False), PUBLISH), "banned word"),
    Refused(
        "published tomorrow",
        (draft(), check(), act("publish", CS_AGENT, published_at="2026-11-24T03:00:00Z")),
        "/published_at",
    ),
    Refused("reworked for nothing", (draft(), check(), check("rework", ok=False)), "/note"),
    Refused("the customer drafts", (act("draft", CUSTOMER, template="x", text=TEXT),), "not_your_role"),
]


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_every_move_is_taken() -> None:
    assert untaken(CreditComment, start, PATHS) == {("to_bad_review", "due", "redirected")}


def test_a_poor_rating_is_a_bad_review() -> None:
    case = start(None, rating=2, review="broke")
    (opened,) = case.effects(OpenCase)
    assert (case.stage, opened.procedure, opened.form["rating"]) == ("redirected", "bad_review", 2)
    assert start(None, rating=5).stage == "due"
