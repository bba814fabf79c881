"""Events that the clock sends again and again."""

from tests.scenario import Scenario
from workflows.language.definition import definition
from workflows.vocabulary import STAFF, Entry, Procedure, Role, Stage, days, repeated


class Watch(Procedure):
    """Looks at something each day, until it is told to stop."""

    key = "watch"

    new = Entry()
    watching = Stage(role=STAFF)
    resting = Stage(role=STAFF)
    over = Stage(final=True)

    begin_watch = new.to(watching, by=STAFF)
    look = watching.stay(after=repeated(days(1)))
    rest = watching.to(resting, by=STAFF)
    wake = resting.to(watching, by=STAFF)
    stop = watching.to(over, by=STAFF)


def looks(case: Scenario) -> int:
    return sum(step.event == "look" for step in case.steps)


def test_it_comes_again_while_the_stage_lasts() -> None:
    case = Scenario(Watch).act("begin_watch", Role.STAFF).wait(days(3))
    assert (looks(case), case.stage) == (3, "watching")
    assert looks(case.act("rest", Role.STAFF).wait(days(3))) == 3
    assert looks(case.act("wake", Role.STAFF).wait(days(1))) == 4


def test_the_definition_says_how_often() -> None:
    (look,) = (row for row in definition(Watch.declaration)["transitions"] if row["event"] == "look")
    assert (look["clock"], look["who"]) == ("every PT24H", ["timer"])
