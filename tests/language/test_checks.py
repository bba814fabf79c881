"""A declaration that contradicts itself doesn't import."""
# ruff: noqa: E501, Q003 - each fault is one line of a table

import textwrap
from pathlib import Path

import pytest

from workflows.language.refusals import BadProcedure

GOOD = """
from activities.stock.contract import HoldStock
from activities.stock.contract import IssueStock
from models.effect import Success
from workflows.vocabulary import *
from datetime import datetime
import random


class Told(Form):
    order_no: Code
    note: Keep[Remark] = ""


class Kept(Case):
    order_no: Code
    note: Remark = ""


class Thing(Procedure):
    '''Does a thing.'''

    key = "thing"
    case: Kept

    new = Entry()
    open = Stage(role=CS_AGENT, due=hours(2), tell=GM)
    done = Stage(final=True)

    take = new.to(open, by=CS_AGENT, form=Told)
    finish = open.to(done, by=CS_AGENT, form=Told, when="is_ready")
    lapse = open.to(done, after=hours(3))

    def is_ready(self) -> bool:
        '''It is ready.'''
        return True

    @finish.on
    def wrap_up(self, form: Told) -> None:
        self.do(HoldStock(order=form.order_no, lines=(SkuQty(sku="A", qty=1),)))
"""

FAULTS = {
    "a limit of which nobody hears": ("due=hours(2), tell=GM", "due=hours(2)", "open has a limit of which nobody hears"),
    "a deadline of which nobody hears": ("    def is_ready", "    in_time = Deadline(hours(1), since=take, until=finish)\n\n    def is_ready", "nobody hears of in_time"),
    "an exception that isn't needed": ("    def is_ready", "    exceptions = (without('limit', open, because='It is slow.'),)\n\n    def is_ready", "open needs no exception from limit"),
    "an exception that the whole doesn't need": ("    def is_ready", "    exceptions = (without('limit', because='It is slow.'),)\n\n    def is_ready", "thing as a whole needs no exception from limit"),
    "a way back that is there": ("    def is_ready", "    drop = open.to(done, by=CS_AGENT, form=Told, back=True)\n    exceptions = (without('way_back', open, because='It is slow.'),)\n\n    def is_ready", "open needs no exception from way_back"),
    "by the calendar alone": ("new.to(open, by=CS_AGENT, form=Told)", "new.to(open, form=Told, every=daily('09:00'))", "only the calendar starts it so"),
    "a way back without a reason": ("    lapse = open", "    go = open.to(done, by=CS_AGENT, back=True)\n    lapse = open", "go is no way back"),
    "an approval of what isn't there": ("    lapse = open", "    allow = open.to(done, by=CS_AGENT, form=Told, approves='nothing')\n    lapse = open", "allow approves nothing, which the case doesn't keep"),
    "who asked may approve": ("    lapse = open", "    approve = open.to(done, by=CS_AGENT, form=Told, approves='note')\n    lapse = open", "who asked for it may send approve too"),
    "an exception without a sentence": ("    def is_ready", "    exceptions = (without('limit', open, because='slow'),)\n\n    def is_ready", "say in a sentence why"),
    "no docstring": ("'''Does a thing.'''", "", "no docstring"),
    "blind to nothing": ("    take = new", "    blind = Blind('counted', during=open, then=GM)\n    take = new", "blind: no form asks counted"),
    "library's name": ("    done = Stage(final=True)", "    states = Stage(role=CS_AGENT)\n    done = Stage(final=True)\n    a = open.to(states, by=CS_AGENT)\n    b = states.to(done, by=CS_AGENT)", "states is a name"),
    "vocabulary's name": ("lapse = open", "undo = open", "undo is a name"),
    "vocabulary's method": ("def wrap_up", "def undo", "undo hides a name"),
    "stage and event": ("lapse = open", "open_ = open", None),
    "hook by name": ("def wrap_up", "def on_finish", "not by name"),
    "coroutine": ("    def wrap_up", "    async def wrap_up", "coroutine"),
    "missing guard": ('when="is_ready"', 'when="is_steady"', "is_steady"),
    "idle guard": (', when="is_ready"', "", "guards nothing"),
    "guard without reason": ("'''It is ready.'''", "", "no docstring to show"),
    "nobody sends": ("lapse = open.to(done, after=hours(3))", "lapse = open.to(done)", "nothing sends lapse"),
    "feed from nobody": ("after=hours(3)", 'after=hours(3), on="a.b"', "from nobody"),
    "unknown attribute": ("finish = open.to(done, by=CS_AGENT,", 'finish = open.to(done, by=CS_AGENT, on=on_message("a.b", about="parcel"),', "parcel"),
    "found by words": ("finish = open.to(done, by=CS_AGENT,", 'finish = open.to(done, by=CS_AGENT, on=on_message("a.b", about="note"),', "is a number to be found by"),
    "idle role": ("open = Stage(role=CS_AGENT", "open = Stage(role=PICKER", "picker can do nothing"),
    "no role": ("open = Stage(role=CS_AGENT, due=hours(2), tell=GM)", "open = Stage(due=hours(2), tell=GM)", None),
    "no such moment": ("due=hours(2)", 'due=at("start")', "no moment start"),
    "no such number": ("due=hours(2)", 'due=hours_in("promise")', "no number promise"),
    "wrong form": ("form: Told) -> None", "form: Reason) -> None", "takes"),
    "not kept": ("    note: Remark = \"\"\n\n\nclass Thing", "\n\nclass Thing", "no note to keep"),
    "kept otherwise": ("    note: Remark = \"\"\n\n\nclass Thing", "    note: int = 0\n\n\nclass Thing", "the case's is"),
    "case lacks": ("class Kept(Case):\n", "class Kept(Case):\n    more: Code\n", "lacks more"),
    "two forms": ("lapse = open.to(done, after=hours(3))", "lapse = open.to(done, after=hours(3))\n    again = open.stay(by=CS_AGENT, form=Told) | open.stay(by=CS_AGENT, form=Reason)", "several forms"),
    "sends no event": ("qty=1),)))", "qty=1),)), then=self.nothing)", "which is no event"),
    "denied at the end": ("lapse = open.to(done, after=hours(3))", 'lapse = open.to(done, after=hours(3))\n    note = done.stay(by=CS_AGENT, when="not is_ready")', "joined by and alone"),
    "schedule inside": ("after=hours(3)", 'every=daily("08:00")', "only a start"),
    "after and at": ("after=hours(3)", 'after=hours(3), at=today("18:00")', r"bad.py:32: say after= or at=, not both"),
    "undo of what has none": ("self.do(HoldStock(order=form.order_no, lines=(SkuQty(sku=\"A\", qty=1),)))", "self.undo(IssueStock)", "IssueStock can't be undone"),
    "event twice": ("lapse = open", "finish = open", "bad.py:32: finish is declared already, at bad.py:31"),
    "stage twice": ("    done = Stage(final=True)", "    done = Stage(final=True)\n    done = Stage(final=True)", "done is declared already"),
    "hook twice": ("    @finish.on", "    @take.on\n    def wrap_up(self) -> None:\n        pass\n\n    @finish.on", "wrap_up is declared already"),
    "tell without due": ("due=hours(2), tell=GM", "tell=CS_SUPERVISOR", "say the limit: due="),
    "start's field lost": ("    order_no: Code\n    note: Keep", "    order_no: Code\n    colour: Name\n    note: Keep", "take asks for colour, which the case has no place for"),
    "start's field aside": ("    order_no: Code\n    note: Keep", "    order_no: Code\n    colour: InHistory[Name]\n    note: Keep", None),
    "deadline since a stage": ("    def is_ready", "    soon = Deadline(hours(1), since=open, until=finish)\n\n    def is_ready", "counts since an event, not a stage"),
    "misspelt field": ("order=form.order_no", "ordr=form.order_no", "HoldStock has no field ordr; it has order, lines"),
    "missing field": ("order=form.order_no, ", "", "HoldStock lacks order"),
    "misspelt template": ("self.do(HoldStock(", "self.tell(CS_AGENT, 'order_recieved')\n        self.do(HoldStock(", "no message is called order_recieved"),
    "a clock": ("self.do(HoldStock(", "now = datetime.now()\n        self.do(HoldStock(", r"asks datetime.now: use self.now"),
    "chance": ("self.do(HoldStock(", "n = random.random()\n        self.do(HoldStock(", "asks random.random"),
    "role as text": ("lapse = open.to(done, after=hours(3))", "lapse = open.to(done, by='cs_agent')", "by= takes roles"),
    "no entry": ("new = Entry()", "new = Stage(role=CS_AGENT)", "has no entry: write new = Entry"),
    "two entries": ("new = Entry()", "new = Entry()\n    other = Entry()", "2 entries, new, other"),
    "heard of nobody": ("finish = open.to(done, by=CS_AGENT,", "finish = open.to(done, heard_by=CS_AGENT,", "heard_by= is for what"),
    "heard without a channel": ("finish = open.to(done, by=CS_AGENT,", "finish = open.to(done, by=CUSTOMER, heard_by=CS_AGENT,", "heard_by= is for what"),
    "effect in a variable": ("self.do(HoldStock(order=form.order_no, lines=(SkuQty(sku=\"A\", qty=1),)))", "effect = HoldStock(order=form.order_no, lines=(SkuQty(sku=\"A\", qty=1),))\n        self.do(effect, then=self.nothing)", "sends nothing, which is no event"),
    "effect from a method": ("self.do(HoldStock(order=form.order_no, lines=(SkuQty(sku=\"A\", qty=1),)))", "self.do(self.hold(form), then=self.nothing)\n\n    def hold(self, form: Told) -> HoldStock:\n        return HoldStock(order=form.order_no, lines=(SkuQty(sku=\"A\", qty=1),))", "sends nothing, which is no event"),
    "effect that can't be read": ("self.do(HoldStock(order=form.order_no, lines=(SkuQty(sku=\"A\", qty=1),)))", "self.do(EFFECTS[0])", r"which effect EFFECTS\[0\] is can't be read here"),
    "event that can't be read": ("qty=1),)))", "qty=1),)), then=EVENTS[0])", r"which event EVENTS\[0\] is can't be read here"),
    "outcome of nobody": ("form: Told) -> None", "form: Told, outcome: Success) -> None", "no effect's outcome sends finish"),
}  # fmt: skip


def load(source: str, path: Path) -> type:
    path.write_text(textwrap.dedent(source))
    space: dict[str, object] = {"__name__": path.stem}
    import linecache

    linecache.checkcache()
    exec(compile(path.read_text(), str(path), "exec"), space)  # noqa: S102 - the source is above
    thing = space["Thing"]
    assert isinstance(thing, type)
    return thing


def test_the_good_one_is_good(tmp_path: Path) -> None:
    assert load(GOOD, tmp_path / "good.py").__name__ == "Thing"


@pytest.mark.parametrize(("old", "new", "says"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_refused(old: str, new: str, says: str | None, tmp_path: Path) -> None:
    assert old in GOOD
    source = GOOD.replace(old, new, 1)
    if says is None:
        assert load(source, tmp_path / "fine.py").__name__ == "Thing"
        return
    with pytest.raises(BadProcedure, match=says):
        load(source, tmp_path / "bad.py")
