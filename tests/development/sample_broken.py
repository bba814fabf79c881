"""A procedure that its class refuses: nothing sends `finish`."""

from workflows.vocabulary import *


class Thing(Case):
    """What it is about."""


class Broken(Procedure):
    """Is refused."""

    key = "sample_broken"
    case: Thing

    new = Entry()
    begun = Stage(role=GM)
    ended = Stage(final=True)

    begin = new.to(begun, by=GM)
    finish = begun.to(ended)
