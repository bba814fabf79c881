"""A procedure that starts others and lets them go with itself."""

from activities.stock.contract import SetAsideStock
from workflows.vocabulary import *


class Fair(Procedure):
    """Holds a fair."""

    key = "fair"
    signalled = ("close",)

    new = Entry()
    planned = Stage(role=STAFF)
    announced = Stage(role=STAFF)
    over = Stage(final=True)
    off = Stage(final=True, undo=True)

    plan = new.to(planned, by=STAFF, every=monthly("09:00"))
    announce = planned.to(announced, by=STAFF)
    short = announced.stay()
    go_on = announced.to(over, by=STAFF, when="has_been_read and is_stocked")
    call_off = announced.to(off, by=STAFF)
    close = announced.to(over)

    def has_been_read(self) -> bool:
        """Nobody has to read the notice any more."""
        return not self.children(self.notice).any_running

    def is_stocked(self) -> bool:
        """The stock is set aside."""
        return self.is_in_force(SetAsideStock)

    def by_calendar(self, occasion: Occasion) -> Opening:
        return opening(f"fair-{occasion.label}")

    @announce.on
    def set_aside(self) -> None:
        lines = (SkuQty(sku="TEA", qty=1),)
        self.do(SetAsideStock(campaign=self.subject, lines=lines), otherwise=self.short)

    @starts("broadcast", on=announce, awaited=True)
    def notice(self) -> Opening:
        return opening(self.next_subject, by=self.parent.subject if self.parent else "")

    @starts("prices", on=announce, undone=True)
    def prices(self) -> Opening:
        return opening(self.next_subject, skus=[{"sku": "TEA", "price": yuan(5)}])
