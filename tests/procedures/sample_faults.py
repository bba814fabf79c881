"""Procedures with one fault each, of the kinds that only chance finds."""

from activities.audiences.contract import OpenGiveaway
from activities.catalogue.contract import SetNotForSale
from workflows.vocabulary import *


class Plan(Form):
    name: Text


class PlanCase(Case):
    name: Text
    words: str = ""


class Sound(Procedure):
    """Nothing is wrong here."""

    key = "sound"
    case: PlanCase

    new = Entry()
    drafted = Stage(role=GM)
    over = Stage(final=True)
    draft = new.to(drafted, by=GM, form=Plan)
    remark = drafted.stay(by=GM, form=Plan)
    finish = drafted.to(over, by=GM)


BLANK = " "
"""No reason."""


class Raising(Procedure):
    """A hook doesn't bear what its form allows."""

    key = "raising"
    case: PlanCase

    new = Entry()
    drafted = Stage(role=GM)
    over = Stage(final=True)
    draft = new.to(drafted, by=GM, form=Plan)
    remark = drafted.stay(by=GM, form=Plan)
    finish = drafted.to(over, by=GM)

    @remark.on
    def sell(self, form: Plan) -> None:
        self.do(SetNotForSale(sku=form.name * 2, reason=BLANK))


class Stranding(Procedure):
    """A lawful no leads nowhere."""

    key = "stranding"
    case: PlanCase

    new = Entry()
    drafted = Stage()
    over = Stage(final=True)
    draft = new.to(drafted, by=GM, form=Plan)
    finish = drafted.to(over)

    @draft.on
    def give_away(self) -> None:
        self.do(OpenGiveaway(giveaway="G-1", kind_of="gift"), then=self.finish)


class Growing(Procedure):
    """A case keeps all that it hears."""

    key = "growing"
    case: PlanCase

    new = Entry()
    drafted = Stage(role=GM)
    over = Stage(final=True)
    draft = new.to(drafted, by=GM, form=Plan)
    remark = drafted.stay(by=GM, form=Plan)
    finish = drafted.to(over, by=GM)

    @remark.on
    def keep_words(self, form: Plan) -> None:
        self.case.words += form.name * 10_000


class Unending(Procedure):
    """An end that nobody can reach."""

    key = "unending"
    case: PlanCase

    new = Entry()
    drafted = Stage(role=GM)
    over = Stage(final=True)
    draft = new.to(drafted, by=GM, form=Plan)
    remark = drafted.stay(by=GM, form=Plan)
    finish = drafted.to(over, by=GM, when="is_full")

    def is_full(self) -> bool:
        """The moon is full."""
        return self.case.words == "moon"
