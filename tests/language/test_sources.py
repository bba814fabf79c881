# ruff: noqa: F403, F405 - written as procedures are
"""Where answers come from: what is known is filled in and held to, what is proposed may be changed, what is checked is
left to whoever looks.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.scenario import MONDAY, Scenario
from workflows.language.memory import Actor
from workflows.language.refusals import InvalidForm
from workflows.language.sources import filled_in, sources_of
from workflows.vocabulary import *


class Begun(Form):
    box_no: FromSubject[Code]
    lines: Some[SkuQty]
    left: Price


class BoxCase(Case):
    box_no: Code
    lines: Some[SkuQty]
    left: Price
    packed: Price = NOTHING

    @property
    def pieces(self) -> int:
        return total(self.lines)


class Packing(Form):
    box_no: FromCase[Code]
    pieces: Annotated[Qty, from_case("pieces")]
    packer: TheCaller[User]
    at: TheTime[Moment]
    day: TheTime[Day]
    handed_at: TimeOrEarlier[Moment | None] = None
    note_no: Annotated[Code, own_number("DN")]
    refund: Annotated[Price, proposed("left", at_most="left")]
    counted: Annotated[Qty, to_check("pieces")]


class Box(Procedure):
    """Pack a box."""

    key = "box_to_pack"
    case: BoxCase

    new = Entry()
    begun = Stage(role=PACKER)
    packed = Stage(final=True)

    begin = new.to(begun, by=PACKER, form=Begun)
    pack = begun.to(packed, by=PACKER, form=Packing)


LI = Actor(id="li.na", roles=frozenset({PACKER}))
ASKED = {"refund": "3", "counted": 5}


def box() -> Scenario:
    lines = [{"sku": "MUG", "qty": 2}, {"sku": "CUP", "qty": 3}]
    return Scenario(Box, subject="B-1").act("begin", LI, lines=lines, left="10")


def test_what_is_known_is_filled_in() -> None:
    form = box().act("pack", LI, **ASKED).steps[-1].form
    assert form is not None
    assert {name: form[name] for name in ("box_no", "pieces", "packer", "day", "note_no", "counted")} == {
        "box_no": "B-1", "pieces": 5, "packer": "li.na", "day": "2026-11-23", "note_no": "DN-B-1-2", "counted": 5,
    }  # fmt: skip
    assert datetime.fromisoformat(form["at"]) == MONDAY


@pytest.mark.parametrize(
    ("name", "sent", "says"),
    [
        ("box_no", "B-2", "known to be B-1, not B-2"),
        ("pieces", 4, "known to be 5, not 4"),
        ("packer", "wang", "known to be li.na, not wang"),
        ("day", "2026-11-22", "known to be 2026-11-23"),
        ("refund", "10.01", "at most 10.00 CNY, not 10.01 CNY"),
        ("handed_at", (MONDAY + timedelta(hours=1)).isoformat(), "at most 2026-11-23"),
    ],
)
def test_what_is_sent_against_it_is_refused_with_both(name: str, sent: object, says: str) -> None:
    with pytest.raises(InvalidForm, match=says) as refused:
        box().act("pack", LI, **{**ASKED, name: sent})
    assert [fault.pointer for fault in refused.value.errors] == [f"/{name}"]


def test_what_is_sent_and_equal_is_taken() -> None:
    same = {"box_no": "B-1", "pieces": 5, "packer": "li.na", "at": MONDAY.isoformat(), "note_no": "DN-77"}
    form = box().act("pack", LI, **ASKED, **same).steps[-1].form
    assert form is not None
    assert form["note_no"] == "DN-77"  # the paper bears it already


def test_a_service_names_the_person() -> None:
    scanner = Actor(id="scanner", roles=frozenset({PACKER}), is_service=True)
    form = box().act("pack", scanner, **ASKED, packer="wang").steps[-1].form
    assert form is not None
    assert form["packer"] == "wang"
    left_out = box().act("pack", scanner, **ASKED).steps[-1].form
    assert left_out is not None
    assert left_out["packer"] == "scanner"


def test_a_form_is_given_filled_in() -> None:
    machine = box().machine
    values, said = filled_in(machine.context, Packing, LI)
    assert values == {
        "box_no": "B-1", "pieces": 5, "packer": "li.na", "at": MONDAY, "day": date(2026, 11, 23), "handed_at": MONDAY,
        "refund": machine.case.left,
    }  # fmt: skip
    assert said == {
        "counted": {"x-fact": 5}, "refund": {"maximum": machine.case.left}, "handed_at": {"maximum": MONDAY},
    }  # fmt: skip
    assert MONDAY.tzinfo is UTC


def test_its_schema_says_where_each_answer_comes_from() -> None:
    fields = Packing.model_json_schema()["properties"]
    assert {name: field.get("x-from") for name, field in fields.items() if "x-from" in field} == {
        "box_no": "case", "pieces": "case", "packer": "caller", "at": "now", "day": "now", "note_no": "book:numbers",
    }  # fmt: skip
    assert (fields["refund"]["x-proposed"], fields["counted"]["x-check"]) == ("case", True)
    assert set(Packing.model_json_schema()["required"]) >= {
        "box_no",
        "packer",
        "note_no",
    }  # as they are recorded
    assert set(sources_of(Packing)) == set(Packing.model_fields)
