"""Hooks and guards that several procedures share, in a class that each names before `Procedure`."""

from __future__ import annotations

from pathlib import Path

import pytest

from activities.messages.contract import Message
from activities.stock.contract import HoldStock
from models.values import SkuQty
from tests.language.test_checks import load
from tests.scenario import Scenario
from workflows.language.definition import definition
from workflows.language.fingerprint import fingerprint
from workflows.language.hooks import HookContext
from workflows.language.refusals import BadProcedure, Refusal
from workflows.vocabulary import STAFF, Entry, Procedure, Role, Stage


class Wrapped(HookContext):
    """What is wrapped before it goes."""

    def is_wrapped(self) -> bool:
        """It is wrapped."""
        return self.subject != "bare"

    def hold_paper(self) -> None:
        self.do(HoldStock(order=self.subject, lines=(SkuQty(sku="PAPER", qty=1),)))

    def thank(self) -> None:
        self.say("thanks")

    def say(self, words: str) -> None:
        self.do(Message(to=self.subject, template="order_shipped", data={"waybill_no": words}))


class Gift(Wrapped, Procedure):
    """A present."""

    key = "gift"

    new = Entry()
    chosen = Stage(role=STAFF)
    given = Stage(final=True)

    choose = new.to(chosen, by=STAFF)
    choose.on(Wrapped.hold_paper)
    give = chosen.to(given, by=STAFF, when="is_wrapped")
    given.enter(Wrapped.thank)

    @choose.on
    def think(self) -> None:
        self.do(HoldStock(order=self.subject, lines=(SkuQty(sku="CARD", qty=1),)))


class Parcel(Wrapped, Procedure):
    """Something that goes by post."""

    key = "parcel_post"

    new = Entry()
    packed = Stage(role=STAFF)
    posted = Stage(final=True)

    pack = new.to(packed, by=STAFF)
    pack.on(Wrapped.hold_paper)
    post = packed.to(posted, by=STAFF, when="is_wrapped")
    post.on(Wrapped.thank)

    def say(self, words: str) -> None:
        self.do(Message(to=self.subject, template="order_shipped", data={"waybill_no": f"by post: {words}"}))


def test_a_shared_hook_is_run_where_it_was_put() -> None:
    case = Scenario(Gift, subject="g1").act("choose", Role.STAFF)
    assert [hold.lines[0].sku for hold in case.effects(HoldStock)] == ["PAPER", "CARD"]
    case.act("give", Role.STAFF)
    assert [sent.data["waybill_no"] for sent in case.effects(Message)] == ["thanks"]


def test_a_shared_guard_says_its_reason() -> None:
    case = Scenario(Gift, subject="bare").act("choose", Role.STAFF)
    with pytest.raises(Refusal, match="It is wrapped"):
        case.act("give", Role.STAFF)


def test_what_a_procedure_says_itself_goes_before_what_it_shares() -> None:
    case = Scenario(Parcel, subject="p1").act("pack", Role.STAFF).act("post", Role.STAFF)
    assert [sent.data["waybill_no"] for sent in case.effects(Message)] == ["by post: thanks"]


def test_what_shared_hooks_ask_for_is_in_the_definition() -> None:
    asked = [(effect["effect"], effect["when"]) for effect in definition(Gift.declaration)["effects"]]
    assert asked == [("HoldStock", ["choose"]), ("HoldStock", ["choose"]), ("Message", ["given"])]


def test_what_is_shared_is_in_the_fingerprint() -> None:
    gift, parcel = fingerprint(Gift.declaration)["code"], fingerprint(Parcel.declaration)["code"]
    assert gift.keys() == {"think", "is_wrapped", "hold_paper", "thank", "say"}
    assert {name for name in parcel if parcel[name] != gift[name]} == {"say"}


def test_a_hook_of_a_class_that_is_not_named_is_refused(tmp_path: Path) -> None:
    source = """
        from tests.language.test_shared_hooks import Wrapped
        from workflows.vocabulary import *

        class Thing(Procedure):
            '''A thing.'''

            key = "thing"
            new = Entry()
            done = Stage(final=True)
            take = new.to(done, by=STAFF)
            take.on(Wrapped.thank)
    """
    with pytest.raises(
        BadProcedure, match=r"bad.py:11: thank is of a class that Thing doesn't name before Procedure"
    ):
        load(source, tmp_path / "bad.py")
