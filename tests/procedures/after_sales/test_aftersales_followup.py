"""After-sales follow-up: every move, every refusal, what is kept and started."""

from __future__ import annotations

from functools import partial
from typing import Any

from activities.cases.contract import OpenCase
from activities.milestones.contract import Milestone
from activities.registers.contract import KeepRecord
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, untaken, walk
from tests.scenario import Scenario
from workflows.language.timing import days, hours
from workflows.procedures.after_sales.aftersales_followup import AftersalesFollowup
from workflows.vocabulary import CS_AGENT, CS_SUPERVISOR, CUSTOMER, OPS_MANAGER

LINES = [{"line": 1, "qty": 1}]


def start(answers: Answers | None = None, **more: Any) -> Scenario:
    form = {
        "source": "aftersales_request",
        "order_no": "SO-1",
        "lines": LINES,
        "wanted": "return",
        **more,
    }
    return Scenario(AftersalesFollowup, subject="SO-1-1", answers=dict(answers or {})).act(
        "plan", None, **form
    )


CALL = act("start_call", CS_AGENT, channel="phone")
TOMORROW = "2026-11-24T02:00:00Z"


def missed(attempt_no: int, next_try: str = TOMORROW) -> Act:
    return act("no_answer", CS_AGENT, attempt_no=attempt_no, next_try=next_try)


def answer(score: int, **more: Any) -> Act:
    return act("record_answer", CS_AGENT, score=score, solved=score > 2, **more)


def reopen(new_case: str, **more: Any) -> Act:
    return act("reopen", CS_SUPERVISOR, reason="the same fault again", new_case=new_case, **more)


TWICE = (CALL, missed(1), days(1), CALL, missed(2, "2026-11-25T02:00:00Z"), days(1), CALL)
GIVE_UP = act("give_up", CS_AGENT, attempt_no=3)

LOW = act("accept_low", CS_SUPERVISOR, reason="refunded twice")
AGAIN = act("answer_again", CS_SUPERVISOR, score=5, solved=True, channel="phone")

PATHS = [
    Path("content", (CALL, answer(4)), "satisfied", effects=["KeepRecord"]),
    Path("not content", (CALL, answer(3)), "unhappy"),
    Path("nobody there", (CALL, missed(1)), "planned"),
    Path("nobody there three times", (*TWICE, GIVE_UP), "unreachable"),
    Path(
        "reopened",
        (CALL, answer(1), reopen("aftersales_request", because="late")),
        "reopened",
        opened=["aftersales_request"],
    ),
    Path("a complaint", (CALL, answer(1), reopen("complaint")), "reopened", opened=["complaint"]),
    Path("accepted", (CALL, answer(2), LOW), "left_unhappy"),
    Path("content after all", (CALL, answer(2), AGAIN, LOW), "satisfied"),
    Path("called late", (days(3),), "planned", notified=[CS_SUPERVISOR], missed=["planned"]),
    Path("called again late", (CALL, missed(1), days(2)), "planned", notified=[CS_SUPERVISOR]),
    Path("decided late", (CALL, answer(1), hours(24)), "unhappy", notified=[OPS_MANAGER], missed=["unhappy"]),
]

REFUSALS = [
    Refused("before the next try", (CALL, missed(1), CALL), "next try"),
    Refused("a try that is over", (CALL, missed(1, "2026-11-20T00:00:00Z")), "/next_try"),
    Refused("no next try", (CALL, act("no_answer", CS_AGENT, attempt_no=1)), "/next_try"),
    Refused("miscounted", (CALL, missed(2)), "/attempt_no"),
    Refused("a fourth try", (*TWICE, missed(3, "2026-11-26T02:00:00Z")), "refused"),
    Refused("given up at once", (CALL, act("give_up", CS_AGENT, attempt_no=1)), "Two tries"),
    Refused("six points", (CALL, answer(6)), "/score"),
    Refused("the customer calls", (act("start_call", CUSTOMER, channel="phone"),), "not_your_role"),
]


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_every_move_is_taken() -> None:
    assert untaken(AftersalesFollowup, start, PATHS) == set()


def test_the_day_of_the_call() -> None:
    case = start(contact_on="2026-11-25")
    assert "start_call" not in case.offers(CS_AGENT)
    assert "start_call" in case.wait(days(2)).offers(CS_AGENT)
    assert case.missed == []
    assert case.wait(days(1)).missed == ["planned"]


def test_no_request_without_goods() -> None:
    case = walk(start(lines=[]), (CALL, answer(1)))
    Refused("no goods", (CALL, answer(1), reopen("aftersales_request", because="late")), "/new_case").check(
        partial(start, lines=[])
    )
    assert walk(case, (reopen("complaint"),)).stage == "reopened"


def test_what_is_kept() -> None:
    case = walk(start(), (CALL, answer(5, improvement_idea="call sooner")))
    (score,) = case.effects(KeepRecord)
    assert (score.book, score.data["overall"]) == ("satisfaction_scores", 5)


def test_kind_48_a_customers_idea_is_weighed_in_a_case_of_its_own() -> None:
    case = walk(start(), (CALL, answer(5, improvement_idea="call sooner")))
    (idea,) = case.effects(OpenCase)
    assert (idea.procedure, idea.form["problem"]) == ("process_improvement", "call sooner")


def test_what_a_new_request_knows() -> None:
    (opened,) = walk(start(), (CALL, answer(1), reopen("aftersales_request", because="late"))).effects(
        OpenCase
    )
    assert (opened.form["order_no"], opened.form["lines"], opened.form["wanted"]) == ("SO-1", LINES, "return")


def test_kind_38_a_new_request_says_what_is_wrong() -> None:
    Refused("no reason", (CALL, answer(1), reopen("aftersales_request")), "/because").check(start)
    broken = reopen("aftersales_request", because="quality")
    Refused("no photo", (CALL, answer(1), broken), "/photos").check(start)
    shown = reopen("aftersales_request", because="quality", photos=["file:1"])
    (opened,) = walk(start(), (CALL, answer(1), shown)).effects(OpenCase)
    assert (opened.form["reason"], opened.form["photos"]) == ("quality", ["file:1"])


def test_an_answer_counts_as_feedback() -> None:
    assert walk(start(), (CALL, missed(1), days(1), CALL)).reached == []
    assert walk(start(), (CALL, answer(1))).reached == [Milestone.FEEDBACK_TAKEN]


def test_kind_61_what_is_not_solved_satisfies_nobody() -> None:
    unsolved = act("record_answer", CS_AGENT, score=5, solved=False, feedback="It still leaks.")
    case = walk(start(), (CALL, unsolved))
    assert (case.stage, case.case.feedback) == ("unhappy", "It still leaks.")
    (opened,) = walk(start(), (CALL, unsolved, reopen("complaint"))).effects(OpenCase)
    assert "It still leaks." in opened.form["content"]
    assert walk(start(), (CALL, answer(2), LOW)).stage == "left_unhappy"


def test_kind_33_a_better_score_says_by_which_way_it_was_heard() -> None:
    unheard = act("answer_again", CS_SUPERVISOR, score=5, solved=True)
    Refused("unheard", (CALL, answer(1), unheard), "/channel").check(start)
