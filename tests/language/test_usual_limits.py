"""A stage of people has a limit, though no document says one; and who hears after it, hears that it is late."""

from activities.messages.contract import Notify
from models.policy import StorePolicy
from tests.scenario import Scenario
from workflows.language.timing import UsualSpan
from workflows.vocabulary import (
    CARRIER_FEED,
    GM,
    OPS_MANAGER,
    OPS_SPECIALIST,
    STAFF,
    Deadline,
    Entry,
    Procedure,
    Role,
    Stage,
    days,
    hours,
    repeated,
    without,
)


class Office(Procedure):
    """Have something done in an office."""

    key = "office"

    new = Entry()
    asked = Stage(role=STAFF | OPS_SPECIALIST)
    counted = Stage(role=OPS_SPECIALIST)
    limited = Stage(role=OPS_SPECIALIST, due=hours(1), tell=GM, remind=repeated(hours(1)))
    posted = Stage()
    kept = Stage(role=OPS_SPECIALIST)
    over = Stage(final=True)

    ask = new.to(asked, by=STAFF)
    count_it = asked.to(counted, by=OPS_SPECIALIST)
    limit = counted.to(limited, by=OPS_SPECIALIST)
    post = limited.to(posted, by=OPS_SPECIALIST)
    arrive = posted.to(kept, by=CARRIER_FEED, on="office.letter.arrived")
    end = kept.to(over, by=OPS_SPECIALIST)

    exceptions = (without("limit", kept, because="It is kept for ever."),)
    counted_in_time = Deadline(days(30), since=count_it, until=limit, tell=GM)


def told(case: Scenario) -> list[tuple[Role, str]]:
    return [(notice.role, notice.template) for notice in case.effects(Notify)]


def asked(policy: StorePolicy | None = None) -> Scenario:
    return Scenario(Office, policy=policy or StorePolicy()).act("ask", STAFF)


def test_those_whose_turn_it_is_hear_first_then_those_above_them_that_it_is_late() -> None:
    case = asked().wait(days(30))
    assert told(case) == [(OPS_SPECIALIST, "deadline_missed"), (OPS_MANAGER, "deadline_missed")]
    assert case.missed == ["asked"]


def test_the_store_says_how_long_it_is() -> None:
    assert asked().wait(days(2)).missed == []
    assert asked(StorePolicy(usual_limit="P1D office")).wait(days(2)).missed == ["asked"]
    assert asked(StorePolicy(usual_limit="P9D office")).wait(days(8)).missed == []


def test_a_limit_of_one_stage_comes_before_the_usual_one() -> None:
    limits = {"office.asked.due": "P3D office"}
    case = asked(StorePolicy(usual_limit="P1D office", limits=limits)).wait(days(2))
    assert case.missed == []


def test_a_stage_with_a_limit_over_several_stages_has_no_other() -> None:
    case = asked().act("count_it", OPS_SPECIALIST).wait(days(29))
    assert (case.stage, case.missed) == ("counted", [])


def test_a_stage_that_waits_for_a_message_has_one_too() -> None:
    stages = Office.declaration.stages
    assert [key for key, stage in stages.items() if isinstance(stage.due, UsualSpan)] == ["asked", "posted"]


def test_reminders_after_the_limit_say_that_it_is_late_and_have_an_end() -> None:
    case = asked().act("count_it", OPS_SPECIALIST).act("limit", OPS_SPECIALIST).wait(days(90))
    own = [template for role, template in told(case) if role is OPS_SPECIALIST]
    assert own == ["reminder", *19 * ["deadline_missed"]]
