# ruff: noqa: F403, F405 - written as procedures are
"""Small procedures in several versions, between which cases are moved."""

from typing import ClassVar

from workflows.vocabulary import *


class OnADay(Form):
    day: Day


class Dated(Case):
    day: Day


class Moved(Procedure):
    """The first version: stages that the second calls by other names."""

    key = "moved"

    new = Entry()
    opened = Stage(role=CS_AGENT, due=hours(24), tell=GM)
    finished_off = Stage(final=True)

    set_out = new.to(opened, by=CS_AGENT)
    finish = opened.to(finished_off, by=CS_AGENT)
    record = opened.stay(by=CS_AGENT, form=Note)


class Counted(Case):
    steps: Count = 0


class Moved2(Procedure):
    """The second version: another name for the stage, and one more of them."""

    key = "moved"
    version = 2
    renamed: ClassVar[dict[int, dict[str, str]]] = {1: {"opened": "taken_in"}}
    case: Counted

    new = Entry()
    taken_in = Stage(role=CS_SUPERVISOR, due=hours(24), tell=GM)
    checked = Stage(role=CS_SUPERVISOR)
    finished_off = Stage(final=True)

    set_out = new.to(taken_in, by=CS_AGENT)
    check = taken_in.to(checked, by=CS_SUPERVISOR)
    finish = checked.to(finished_off, by=CS_SUPERVISOR)
    record = (taken_in | checked).stay(by=CS_AGENT, form=Note)


class Shortened(Procedure):
    """The first version: with a stage that the second no longer has."""

    key = "shortened"

    new = Entry()
    opened = Stage(role=CS_AGENT)
    put_aside = Stage(role=CS_AGENT)
    finished_off = Stage(final=True)

    set_out = new.to(opened, by=CS_AGENT)
    set_aside = opened.to(put_aside, by=CS_AGENT)
    finish = (opened | put_aside).to(finished_off, by=CS_AGENT)


class Shortened2(Procedure):
    """The second version: without that stage."""

    key = "shortened"
    version = 2

    new = Entry()
    opened = Stage(role=CS_AGENT)
    finished_off = Stage(final=True)

    set_out = new.to(opened, by=CS_AGENT)
    finish = opened.to(finished_off, by=CS_AGENT)


class Shortened3(Procedure):
    """The third version: it needs to know what no older case was told."""

    key = "shortened"
    version = 3
    case: Dated

    new = Entry()
    opened = Stage(role=CS_AGENT)
    finished_off = Stage(final=True)

    set_out = new.to(opened, by=CS_AGENT, form=OnADay)
    finish = opened.to(finished_off, by=CS_AGENT)
