"""Who asked for something in a case doesn't approve it, however often it was asked for since."""

import pytest

from models.roles import Role
from tests.scenario import Scenario
from workflows.language.memory import Actor, Happened
from workflows.language.refusals import Refusal
from workflows.vocabulary import DESIGNER, OPS_MANAGER, Entry, Procedure, Reason, Stage


class Draft(Procedure):
    """Have a draft approved."""

    key = "draft"

    new = Entry()
    drafted = Stage(role=DESIGNER)
    judged = Stage(role=OPS_MANAGER)
    done = Stage(final=True)

    begin_draft = new.to(drafted, by=DESIGNER)
    hand_in = drafted.to(judged, by=DESIGNER)
    approve = judged.to(done, by=OPS_MANAGER, other_than=hand_in)
    send_back = judged.to(drafted, by=OPS_MANAGER, form=Reason, back=True)


def person(name: str) -> Actor:
    return Actor(id=name, roles=frozenset({Role.DESIGNER, Role.OPS_MANAGER}))


def handed_in_twice() -> Scenario:
    case = Scenario(Draft).act("begin_draft", person("li")).act("hand_in", person("li"))
    return case.act("send_back", person("wang"), reason="too long").act("hand_in", person("zhao"))


@pytest.mark.parametrize("who", ["li", "zhao"])
def test_kind_35_whoever_has_handed_it_in_does_not_approve_it(who: str) -> None:
    with pytest.raises(Refusal):
        handed_in_twice().act("approve", person(who))
    assert "approve" not in handed_in_twice().offers(person(who))


def test_kind_35_somebody_else_does() -> None:
    assert handed_in_twice().act("approve", person("wang")).stage == "done"


def test_everybody_who_sent_an_event_is_known() -> None:
    happened = handed_in_twice().machine.memory.happened["hand_in"]
    assert isinstance(happened, Happened)
    assert (happened.by, happened.earlier) == ("zhao", ("li",))
