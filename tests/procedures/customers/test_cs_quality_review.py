"""Service quality review: every move, every refusal, who is below the bar and what is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from activities.messages.contract import Message
from activities.registers.contract import KeepRecord
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import MONDAY, Scenario, opened_by_calendar, person
from workflows.language.timing import days
from workflows.procedures.customers.cs_quality_review import CsQualityReview, KnownQuestion
from workflows.vocabulary import CS_AGENT, CS_SUPERVISOR, OPS_MANAGER

QUESTIONS = [{"question": f"q{n}", "count": n} for n in range(5)]


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(CsQualityReview, subject="service-week-1", answers=dict(answers or {})).act("open_review")


def load(questions: list[dict[str, Any]] = QUESTIONS) -> Act:
    return act("load_data", CS_SUPERVISOR, conversion_pct="12.5", top_questions=questions)


def sample(chat: str = "CV-1", points: int = 4, agent: str = "li") -> Act:
    form = {"agent": agent, "chat": chat, "attitude": points, "accuracy": points, "reminders_done": 3}
    return act("sample_chats", CS_SUPERVISOR, **form)


def coach(*agents: str, due: str = "2026-11-30") -> Act:
    return act("coach", CS_SUPERVISOR, agents=list(agents), topic="calm", due=due)


SUM = act(
    "summarise",
    CS_SUPERVISOR,
    findings=["slow"],
    faq_updates=[{"question": "How long?", "answer": "Two days."}],
)
WORDS = act("approve_answers", OPS_MANAGER)
PLAIN = act("summarise", CS_SUPERVISOR, findings=["slow"])
NOTHING = act("no_action", CS_SUPERVISOR, note="fine")
COACHED = act("coached", CS_SUPERVISOR, note="better")
GOOD = (load(), sample(), SUM, WORDS)
BAD = (load(), sample(points=2), SUM, WORDS)
BACK = act("return_answers", OPS_MANAGER, note="too long")

PATHS = [
    Path("no more than four questions were asked", (load(QUESTIONS[:4]),), "checking"),
    Path("nothing to do", (*GOOD, NOTHING), "closed"),
    Path("coached", (*BAD, coach("li"), COACHED), "closed"),
    Path("coached although above the bar", (*GOOD, coach("wu")), "coaching"),
    Path("too few chats", GOOD, "summarised", notified=[CS_SUPERVISOR]),
    Path("enough", (load(), *(sample(f"CV-{n}") for n in range(5)), SUM, WORDS), "summarised", notified=[]),
    Path("nothing new to answer", (load(), sample(), PLAIN), "summarised", effects=["KeepRecord"]),
    Path("answers come back", (load(), sample(), SUM, BACK, SUM, WORDS), "summarised"),
    Path("late with the data", (days(1),), "collecting", notified=[OPS_MANAGER], missed=["collecting"]),
    Path(
        "late with the samples", (load(), days(2)), "checking", notified=[CS_SUPERVISOR], missed=["checking"]
    ),
    Path("late with the coaching", (*BAD, coach("li"), days(9)), "coaching", missed=["coaching"]),
]

REFUSALS = [
    Refused("one chat twice", (load(), sample(), sample()), "/chat"),
    Refused("no chat", (load(), SUM), "sample_chats first"),
    Refused("nothing done about it", (*BAD, NOTHING), "below the bar"),
    Refused("not everybody below the bar", (*BAD, coach("wu")), "/agents"),
    Refused("coached last week", (*BAD, coach("li", due="2026-11-01")), "/due"),
    Refused(
        "one's own answers",
        (
            load(),
            sample(),
            act("summarise", person(CS_SUPERVISOR, "li"), **SUM.form),
            act("approve_answers", person(OPS_MANAGER, "li")),
        ),
        "somebody else",
    ),
    Refused("the agent checks", (act("load_data", CS_AGENT),), "not_your_role"),
]

MESSAGES = {
    "summarise": {"too_few_samples to cs_supervisor"},
    "approve_answers": {"too_few_samples to cs_supervisor"},
    "return_answers": {"answers_back to cs_supervisor"},
    "coach": {"coaching_yours"},
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
    assert untaken(CsQualityReview, start, PATHS) == set()


def test_what_is_kept() -> None:
    entry, score = walk(start(), GOOD).effects(KeepRecord)
    assert (score.book, score.data["agent"], score.data["points"]) == ("service_quality", "li", 8)
    assert (entry.book, entry.data["answer"]) == ("faq", "Two days.")


def test_kind_48_a_known_question_keeps_its_question() -> None:
    entry = walk(start(), GOOD).effects(KeepRecord)[0]
    assert entry.data == {"question": "How long?", "answer": "Two days."}


def test_kind_67_what_the_robot_answers_is_read_by_another_person_first() -> None:
    written = walk(start(), (load(), sample(), SUM))
    assert (written.stage, written.effects(KeepRecord)) == ("answers_check", [])
    assert written.machine.judged("approve_answers")["faq_updates"] == (
        KnownQuestion(question="How long?", answer="Two days."),
    )


def test_kind_36_who_is_coached_hears_of_it() -> None:
    coached = walk(start(), (*BAD, coach("li"), COACHED)).effects(Message)
    assert [(one.to, one.template) for one in coached] == [("li", "coaching_yours")]


def test_the_calendar() -> None:
    subjects = [
        opening.subject
        for at in (MONDAY - timedelta(hours=1), datetime(2026, 12, 1, 1, 10, tzinfo=UTC))
        for opening in opened_by_calendar(CsQualityReview, at)
    ]
    assert subjects == ["service-2026-W47", "service-2026-11"]


def test_kind_49_an_answer_of_the_robot_may_be_taken_back() -> None:
    assert KnownQuestion(question="Is it safe in the oven?").answer == ""
