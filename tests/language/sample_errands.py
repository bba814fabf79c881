"""Procedures whose cases may wait at their entry, and may not."""

from workflows.vocabulary import *


class Errand(Form):
    where: Text
    day: Day


class ErrandCase(Case):
    where: Text
    day: Day


class Errands(Procedure):
    """Somebody goes somewhere."""

    key = "errands"
    case: ErrandCase

    new = Entry(role=PICKER, due=hours(4), tell=OPS_MANAGER, lapses=days(1))
    going = Stage(role=PICKER)
    back = Stage(final=True)

    set_out = new.to(going, by=PICKER, form=Errand, every=daily("09:00"))
    come_back = going.to(back, by=PICKER)


class Strolls(Procedure):
    """Nobody is asked to begin one."""

    key = "strolls"

    new = Entry()
    going = Stage(role=PICKER)
    back = Stage(final=True)

    set_out = new.to(going, by=PICKER)
    come_back = going.to(back, by=PICKER)
