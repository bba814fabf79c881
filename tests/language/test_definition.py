"""What others read of a declaration, and what its fingerprint notices."""

import linecache
from pathlib import Path

import pytest

from tests.language import sample
from workflows.language.definition import definition
from workflows.language.fingerprint import additions, differences, fingerprint
from workflows.language.procedure import Procedure

SOURCE = Path(sample.__file__).read_text()

NOTICED = {
    "a shorter limit": ("after=days(3)", "after=days(2)"),
    "another target": ("refunding.to(done", "refunding.to(dropped"),
    "another role": ("by=CS_SUPERVISOR, form=Reason", "by=CS_AGENT, form=Reason"),
    "a dropped effect": ("        self.undo(ReserveStock)\n", "        pass\n"),
    "another payload": ("amount=yuan(5)", "amount=yuan(6)"),
    "another guard's body": ("== 1", "== 2"),
    "another guard": ("is_noted or not is_big", "is_noted and not is_big"),
    "a form's rule": ('self.note == "?"', 'self.note == "!"'),
    "a pause": ("paused_in=on_hold", "paused_in=checked"),
    "a child's answer": ('"found": resolved', '"found": refused'),
    "a field of the case": ("left: Count = 0", "left: Count = 1"),
    "a renamed stage": ("on_hold", "held"),
    "an outcome's event": ("then=self.pay_refund", "then=self.refund_failed"),
    "four eyes": ("other_than=check, ", ""),
    "a step of an escalation": ("hours(40): GM", "hours(41): GM"),
    "another sentence behind a #": ('"No such parcel."', '"No such parcel # 2."'),
    "a required field of a form": ("ok: Ticked\n", "ok: Ticked\n    sure: Ticked\n"),
    "another default": (
        "promise_hours: Count | None = None\n    start: Moment | None = None\n    note",
        "promise_hours: Count | None = 1\n    start: Moment | None = None\n    note",
    ),
}
ADDED = {
    "a field of the case": ("left: Count = 0", "left: Count = 0\n    more: Remark = ''"),
    "a field of a form": ("ok: Ticked\n", "ok: Ticked\n    sure: bool = False\n"),
}
"""What running cases may be given without a new version: an optional field."""
PASSED_OVER = {
    "a title": (
        "left: Count = 0",
        "left: Count = Field(default=0, title='What is left', description='In pieces')",
    ),
    "a mark for pages": (
        "left: Count = 0",
        "left: Count = Field(default=0, json_schema_extra={'x-shown': True})",
    ),
    "a docstring": ('"""There is one piece only."""', '"""A single piece."""'),
    "a comment": ("    @place.on", "    # goods\n    @place.on"),
    "layout": (
        "self.do(HoldStock(order=self.case.order_no, lines=self.case.lines))",
        (
            "self.do(\n            HoldStock(\n                order=self.case.order_no,\n"
            "                lines=self.case.lines,\n            )\n        )"
        ),
    ),
    "a kpi": ("count(place), ", ""),
}


def load(source: str, path: Path) -> type[Procedure]:
    path.write_text(source)
    linecache.checkcache()
    space: dict[str, object] = {"__name__": path.stem}
    exec(compile(source, str(path), "exec"), space)  # noqa: S102 - the source is above
    procedure = space["Sample"]
    assert isinstance(procedure, type)
    assert issubclass(procedure, Procedure)
    return procedure


@pytest.mark.parametrize(("old", "new"), NOTICED.values(), ids=NOTICED.keys())
def test_the_fingerprint_notices(old: str, new: str, tmp_path: Path) -> None:
    assert old in SOURCE
    assert fingerprint(load(SOURCE.replace(old, new), tmp_path / "mutant.py").declaration) != fingerprint(
        sample.Sample.declaration
    )


@pytest.mark.parametrize(("old", "new"), ADDED.values(), ids=ADDED.keys())
def test_an_optional_field_more_is_told_from_a_change(old: str, new: str, tmp_path: Path) -> None:
    assert old in SOURCE
    then = fingerprint(sample.Sample.declaration)
    now = fingerprint(load(SOURCE.replace(old, new), tmp_path / "more.py").declaration)
    assert now != then
    assert list(differences(then, now)) == []
    assert additions(then, now) == now
    assert list(differences(now, then)), "to take it away again is a change"


@pytest.mark.parametrize(("old", "new"), NOTICED.values(), ids=NOTICED.keys())
def test_a_change_is_named(old: str, new: str, tmp_path: Path) -> None:
    now = fingerprint(load(SOURCE.replace(old, new), tmp_path / "changed.py").declaration)
    assert list(differences(fingerprint(sample.Sample.declaration), now))


@pytest.mark.parametrize(("old", "new"), PASSED_OVER.values(), ids=PASSED_OVER.keys())
def test_the_fingerprint_passes_over(old: str, new: str, tmp_path: Path) -> None:
    assert old in SOURCE
    assert fingerprint(load(SOURCE.replace(old, new), tmp_path / "same.py").declaration) == fingerprint(
        sample.Sample.declaration
    )


def test_the_definition_is_read_off_the_class() -> None:
    document = definition(sample.Sample.declaration)
    assert document["starts"] == [
        {"event": "place", "to": "received", "who": ["cs_agent", "customer"], "on": ["store.order.placed"]}
    ]
    rows = {(row["event"], row["from"], row["to"]): row for row in document["transitions"]}
    assert (
        rows["finish", "checked", "done"]["guard"] == "A note was made or not There are more than ten pieces"
    )
    assert rows["lapse", "on_hold", "dropped"]["who"] == ["timer"]
    assert rows["short", "checked", "waiting"]["who"] == ["system"]
    assert rows["recheck", "checked", "checked"]["other_than"] == ["check"]
    assert rows["weigh", "checked", "checked"]["found_by"] == ["waybill_no"]
    assert ("praise", "done", "done") in rows
    assert {stage["key"]: stage["due"] for stage in document["stages"]}["received"] == "PT2H service"
    effects = {(effect["effect"], effect["do"]): effect for effect in document["effects"]}
    assert effects["ReserveStock", "do"] == {
        "when": ["checked"],
        "do": "do",
        "effect": "ReserveStock",
        "then": None,
        "otherwise": "short",
    }
    assert effects["ReserveStock", "undo"]["when"] == ["hold"]
    assert document["links"][0]["ends"] == {"found": ["resolved"], "nothing": ["refused", "resolved"]}
    assert document["deadlines"][0]["paused_in"] == ["on_hold"]
