# ruff: noqa: F403, F405 - written as procedures are
"""Where answers come from: what is known is filled in and held to, what is proposed may be changed, what is checked is
left to whoever looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models.book_reading import BookReading
from tests.scenario import MONDAY, Scenario
from workflows.language.filling import filled_in, with_books
from workflows.language.memory import Actor
from workflows.language.refusals import BadProcedure, InvalidForm
from workflows.language.sources import asks_books, sources_of
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
    phone: Phone = "13800138000"

    @property
    def pieces(self) -> int:
        return total(self.lines)

    @property
    def shelf(self) -> str:
        return "A-1"

    @property
    def nothing_yet(self) -> tuple[SkuQty, ...]:
        return ()


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


STOCK = BookReading("stock.free", by=("sku",))
OWED = BookReading("money.owed", by=("order",))


class CountedRow(FormRow):
    sku: FromCase[Sku]
    ordered: Annotated[Qty, from_case("qty")]
    counted: Annotated[Count, to_check("qty"), Field(le=99)]
    shelf: Annotated[Text, proposed("shelf")]
    damaged: Annotated[Count, within(at_most="qty")] = 0


class Counting(Form):
    lines: Annotated[Some[CountedRow], rows_of("lines")]
    also: Annotated[FormRows[CountedRow], rows_of("nothing_yet", others=True)] = ()
    helper: CallerOrOther[User]
    starts: TimeOrLater[Day]
    valid: TimeOrOther[Day]
    kept: Annotated[Price, within(at_least="packed", at_most="left")]
    called: Annotated[Phone | None, from_case("phone")] = None


class Looked(FormRow):
    sku: FromCase[Sku]
    free: Annotated[Count, from_book(STOCK)]


class Asking(Form):
    rows: Annotated[Some[Looked], rows_of("lines")]
    article: Sku
    on_shelf: Annotated[Count, from_book(STOCK, sku="article")]
    refund: Annotated[Price, proposed("left", at_most=of_book(OWED, order="box_no"))]
    found: Annotated[Count | None, to_check(of_book(STOCK, sku="article"))] = None


class Box(Procedure):
    """Pack a box."""

    key = "box_to_pack"
    case: BoxCase

    new = Entry()
    begun = Stage(role=PACKER)
    packed = Stage(final=True)

    begin = new.to(begun, by=PACKER, form=Begun)
    pack = begun.to(packed, by=PACKER, form=Packing)
    count = begun.stay(by=PACKER, form=Counting)
    ask = begun.stay(by=PACKER, form=Asking)


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
        ("at", (MONDAY + timedelta(minutes=6)).isoformat(), "known to be 2026-11-23"),
        ("at", (MONDAY - timedelta(minutes=6)).isoformat(), "known to be 2026-11-23"),
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


COUNTED = {"kept": "5", "lines": [{"counted": 2}, {"counted": 4, "shelf": "B-2"}]}


def counted_form(**answers: object) -> dict[str, Any]:
    """What the case keeps of a count."""
    form = (
        box()
        .act(
            "count",
            LI,
            **{**COUNTED, "helper": "wang", "starts": "2026-11-24", "valid": "2026-11-01", **answers},
        )
        .steps[-1]
        .form
    )
    assert form is not None
    return form


def test_a_row_knows_what_its_row_of_the_case_knows() -> None:
    values, said = filled_in(box().machine.context, Counting, LI)
    rows = [{"sku": "MUG", "ordered": 2, "shelf": "A-1"}, {"sku": "CUP", "ordered": 3, "shelf": "A-1"}]
    assert values["lines"] == rows
    assert said["lines"]["x-rows"] == [
        {"counted": {"x-fact": 2}, "damaged": {"maximum": 2}}, {"counted": {"x-fact": 3}, "damaged": {"maximum": 3}},
    ]  # fmt: skip
    assert "also" not in values
    sent = [{**rows[0], "counted": 2}, {**rows[1], "counted": 4, "shelf": "B-2"}]
    left_out = [{"counted": 2, "shelf": "A-1"}, {"counted": 4, "shelf": "B-2"}]
    turned = [{"sku": "CUP", "counted": 4, "shelf": "B-2"}, {"sku": " MUG", "counted": 2, "shelf": "A-1"}]
    kept = counted_form(lines=sent)["lines"]
    assert kept == counted_form(lines=left_out)["lines"]
    assert kept[::-1] == counted_form(lines=turned)["lines"]
    assert [row["ordered"] for row in kept] == [2, 3]


@pytest.mark.parametrize(
    ("rows", "pointer", "says"),
    [
        ([{"sku": "POT", "counted": 1, "shelf": "A"}], "/lines/0/sku", "one of MUG, CUP, not POT"),
        (
            [{"sku": "CUP", "ordered": 2, "counted": 1, "shelf": "A"}],
            "/lines/0/ordered",
            "known to be 3, not 2",
        ),
        ([{"counted": 1, "shelf": "A", "damaged": 3}], "/lines/0/damaged", "at most 2, not 3"),
        ([{"counted": 1, "shelf": "A"}] * 3, "/lines/2", "There are 2 rows here"),
    ],
)
def test_a_row_is_held_to_its_row_of_the_case(rows: object, pointer: str, says: str) -> None:
    with pytest.raises(InvalidForm) as refused:
        counted_form(lines=rows)
    assert [fault.pointer for fault in refused.value.errors][:1] == [pointer]
    assert says in refused.value.errors[0].message


def test_rows_that_the_case_has_not_may_be_added_where_the_form_says_so() -> None:
    found = {"sku": "POT", "ordered": 1, "counted": 1, "shelf": "A-1"}
    assert counted_form(also=[found], lines=[{"counted": 2, "shelf": "A-1"}])["also"][0]["sku"] == "POT"


@pytest.mark.parametrize(
    ("name", "sent", "says"),
    [
        ("kept", "11", "at most 10.00 CNY, not 11.00 CNY"),
        ("starts", "2026-11-22", "at least 2026-11-23, not 2026-11-22"),
        ("called", "13900139000", "leave it out"),
    ],
)
def test_bounds_hold_whether_or_not_something_is_proposed(name: str, sent: str, says: str) -> None:
    with pytest.raises(InvalidForm, match=says) as refused:
        counted_form(**{name: sent, "lines": [{"counted": 2, "shelf": "A-1"}]})
    assert "138" not in str(refused.value)


def test_what_is_proposed_without_a_bound() -> None:
    values, said = filled_in(box().machine.context, Counting, LI)
    monday = date(2026, 11, 23)
    assert (values["helper"], values["starts"], values["valid"]) == ("li.na", monday, monday)
    assert "kept" not in values
    left = box().machine.case.left
    assert (said["kept"], said["starts"]) == ({"minimum": NOTHING, "maximum": left}, {"minimum": monday})
    assert "valid" not in said


def test_a_form_may_be_sent_a_while_after_it_was_given() -> None:
    later = box().wait(hours(3).length)
    given = {"at": (MONDAY + timedelta(hours=1)).isoformat(), "day": "2026-11-23"}
    assert later.act("pack", LI, **ASKED, **given).stages == ["packed"]


def test_a_feeds_clock_may_be_a_little_ahead() -> None:
    ahead = (MONDAY + timedelta(minutes=4)).isoformat()
    assert box().act("pack", LI, **ASKED, handed_at=ahead).stages == ["packed"]


def test_books_are_asked_before_the_case_is() -> None:
    stock: dict[str, int] = {"MUG": 7, "CUP": 0, "POT": 4}
    asked: list[str] = []

    def books(reading: BookReading, by: Mapping[str, Any]) -> Any:
        asked.append(reading.name)
        return stock.get(by["sku"]) if reading == STOCK else yuan("8")

    context = box().machine.context
    values, said = filled_in(context, Asking, LI, books)
    assert values["rows"] == [{"sku": "MUG", "free": 7}, {"sku": "CUP", "free": 0}]
    assert "on_shelf" not in values  # nobody has said yet of what
    assert said == {"refund": {"maximum": yuan("8")}}
    form: dict[str, Any] = {"article": "POT", "refund": "8", "rows": [{}, {}]}
    assert with_books(context, Asking, form, LI, books) == {
        **form, "on_shelf": 4, "rows": [{"free": 7}, {"free": 0}],
    }  # fmt: skip
    wrong = {"article": "POT", "refund": "9", "on_shelf": 5, "rows": [{"sku": "CUP", "free": 2}]}
    with pytest.raises(InvalidForm) as refused:
        with_books(context, Asking, wrong, LI, books)
    assert {fault.pointer: fault.message for fault in refused.value.errors} == {
        "/on_shelf": "This is known to be 4, not 5.",
        "/refund": "This is at most 8.00 CNY, not 9.00 CNY.",
        "/rows/0/free": "This is known to be 0, not 2.",
    }
    assert box().act("ask", LI, **with_books(context, Asking, form, LI, books)).steps[-1].event == "ask"
    fields = Asking.model_json_schema()["properties"]
    assert (fields["on_shelf"]["x-from"], fields["rows"]["x-of"]) == ("book:stock.free", "lines")
    assert asks_books(Asking)
    assert not asks_books(Counting)


def test_a_mark_that_names_nothing_is_refused() -> None:
    class Odd(Form):
        qty: Annotated[Qty, proposed("nowhere")]

    with pytest.raises(BadProcedure, match=r"Odd.qty is marked by nowhere"):

        class Odder(Procedure):  # pyright: ignore[reportUnusedClass]
            """Odd."""

            key = "odder"
            case: BoxCase
            new = Entry()
            begun = Stage(role=PACKER)
            ended = Stage(final=True)
            begin = new.to(begun, by=PACKER, form=Begun)
            end = begun.to(ended, by=PACKER, form=Odd)
