"""Printed commands: what is printed is read back, and nothing else is one."""

from __future__ import annotations

import re

import pytest

from models.spelling import CODE
from workflows.commands import Command, Verb, command_in
from workflows.registry import registry


def test_every_action_can_be_printed_and_read() -> None:
    actions = {event for one in registry() for event in one.declaration.transitions} | {"add_note"}
    for command in (
        *(Command(Verb.DO, action) for action in actions),
        Command(Verb.CLAIM),
        Command(Verb.RELEASE),
    ):
        assert command_in(command.code) == command
        assert re.fullmatch("[0-9A-Za-z_:]+", command.code), "any barcode of letters can hold it"
        assert not re.fullmatch(CODE, command.code), "no number of a store's own is one"
        assert command.label("zh")


@pytest.mark.parametrize("text", ["gc:DO:Add_Note", " GC:do:add_note ", "ＧＣ：do：add_note"])
def test_a_command_is_read_as_keyboards_and_scanners_write_it(text: str) -> None:
    assert command_in(text) == Command(Verb.DO, "add_note")


@pytest.mark.parametrize(
    "text", ["", "GC", "GC:", "GC:do", "GC:do:", "GC:claim:x", "GC:fly", "GC:do:fly_away", "SO-1001"]
)
def test_nothing_else_is_a_command(text: str) -> None:
    assert command_in(text) is None
