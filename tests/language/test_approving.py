# ruff: noqa: F403, F405 - written as procedures are
"""Who decides sees what they judge, and who changes it afterwards asks for the approval again."""

import pytest

from models.values import Price, Text, yuan
from tests.scenario import Scenario
from workflows.language.refusals import BadProcedure
from workflows.vocabulary import *


class Wish(Form):
    text: Text
    cost: Price


class Change(Form):
    cost: Keep[Price]


class WishCase(Case):
    text: Text
    cost: Price

    @property
    def is_dear(self) -> bool:
        return self.cost > yuan(100)


class Wanted(Procedure):
    """Have a purchase approved."""

    key = "wanted"
    case: WishCase

    new = Entry()
    asked = Stage(role=OPS_MANAGER)
    approved = Stage(role=PURCHASING)
    bought = Stage(final=True)
    refused = Stage(final=True)

    ask = new.to(asked, by=PURCHASING, form=Wish)
    approve = asked.to(approved, by=OPS_MANAGER, other_than=ask, approves=("text", "is_dear"))
    refuse = asked.to(refused, by=OPS_MANAGER, form=Reason, back=True)
    remind = asked.stay(by=PURCHASING, form=Note)
    change = approved.to(asked, by=PURCHASING, form=Change)
    buy = approved.to(bought, by=PURCHASING)


def test_kind_54_who_decides_is_given_what_they_judge() -> None:
    case = Scenario(Wanted).act("ask", PURCHASING, text="a scale", cost="80")
    assert case.machine.judged("approve") == {"text": "a scale", "is_dear": False}


def test_kind_54_whoever_refuses_sees_it_too() -> None:
    case = Scenario(Wanted).act("ask", PURCHASING, text="a scale", cost="180")
    assert case.machine.judged("refuse") == {"text": "a scale", "is_dear": True}
    assert case.machine.judged("remind") == {}


def test_kind_55_a_change_leads_back_to_the_approval() -> None:
    case = Scenario(Wanted).act("ask", PURCHASING, text="a scale", cost="80").act("approve", OPS_MANAGER)
    assert case.act("change", PURCHASING, cost="900").stage == "asked"


@pytest.mark.parametrize("by_hook", [False, True], ids=["kept by its form", "written by its hook"])
def test_kind_55_a_change_that_leads_on_is_refused(*, by_hook: bool) -> None:
    with pytest.raises(BadProcedure, match=r"change changes cost after the approval"):
        make(by_hook=by_hook)


def make(*, by_hook: bool, is_excepted: bool = False) -> type[Procedure]:
    class Hurried(Procedure):
        """Have a purchase approved, and change it."""

        key = "hurried"
        case: WishCase

        new = Entry()
        asked = Stage(role=OPS_MANAGER)
        approved = Stage(role=PURCHASING)
        bought = Stage(final=True)

        ask = new.to(asked, by=PURCHASING, form=Wish)
        approve = asked.to(approved, by=OPS_MANAGER, other_than=ask, approves="is_dear")
        change = approved.stay(by=PURCHASING, form=Note if by_hook else Change)
        buy = approved.to(bought, by=PURCHASING)
        exceptions = (without("approval_again", change, because="It is tried."),) if is_excepted else ()

        @change.on
        def write(self) -> None:
            self.raise_cost()

        def raise_cost(self) -> None:
            if by_hook:
                self.case.cost = yuan(900)

    return Hurried


def test_an_exception_says_why_not() -> None:
    assert make(by_hook=False, is_excepted=True).declaration.exceptions[0].names == ("change",)


def test_kind_54_what_is_judged_is_in_the_case() -> None:
    with pytest.raises(BadProcedure, match=r"approve approves colour, which the case doesn't keep"):

        class Unseen(Procedure):  # pyright: ignore[reportUnusedClass]
            """Have something approved that nobody sees."""

            key = "unseen"
            case: WishCase

            new = Entry()
            asked = Stage(role=OPS_MANAGER)
            done = Stage(final=True)

            ask = new.to(asked, by=PURCHASING, form=Wish)
            approve = asked.to(done, by=OPS_MANAGER, other_than=ask, approves="colour")


def test_kind_35_who_asks_does_not_approve() -> None:
    with pytest.raises(BadProcedure, match="say other_than="):

        class Alone(Procedure):  # pyright: ignore[reportUnusedClass]
            """Have something approved by whoever asks for it."""

            key = "alone"
            case: WishCase

            new = Entry()
            asked = Stage(role=OPS_MANAGER)
            done = Stage(final=True)

            ask = new.to(asked, by=PURCHASING, form=Wish)
            decide = asked.to(done, by=OPS_MANAGER, approves="cost")
