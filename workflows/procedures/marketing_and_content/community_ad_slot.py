"""Community ad slot (社区免费广告位申领): a free front-page slot, won with community coins.

Sources: 001-t 四1(2)-(3): the window is open from 12:00 to 09:00 next day, a slot lasts one day from 12:00.
"""

from activities.platform.contract import COINS, SpendCoins, TooFewCoins
from workflows.vocabulary import *

OPENS, CLOSES = "12:00", "09:00"  # 001-t 四1(2)
ASKED_FOR = "10:00"  # so that the material is ready when the window opens; default

# --- what is asked


class Material(Form):
    target: Literal["shop", "item"]
    sku: Sku | None = None
    image: InHistory[File]
    asset: InHistory[Annotated[Code, ref("asset")] | None] = None
    """The piece of the library that it is made of."""
    coins: Annotated[Qty, within(at_most=of_book(COINS))]

    def problems(self) -> Problems:
        if self.target == "item" and self.sku is None:
            yield "sku", "Say which item."


class Slot(Form):
    slot: Keep[Text]
    coins_spent: Annotated[Qty, proposed("coins", at_most="coins")]


class SlotCase(Case):
    target: str
    sku: Sku | None = None
    coins: Qty
    slot: Text = "-"
    closes: Moment | None = None
    """When the window closes."""
    shown_until: Moment | None = None


# --- the procedure


class CommunityAdSlot(Procedure):
    """Use community coins to win a free front-page slot for the shop or one item."""

    key = "community_ad_slot"
    case: SlotCase
    numbers = "AD"
    about = ("target", "sku", "coins")

    new = Entry(role=PROMOTER, lapses=hours(24))
    preparing = Stage(role=PROMOTER)
    applied = Stage()
    platform_review = Stage(role=PROMOTER, due=days(1), tell=PROMOTER, ways_equal=True)
    live = Stage()
    ended = Stage(final=True)
    refused = Stage(final=True, undo=True)
    missed = Stage(final=True)

    # all of it    001-t 四1(2)
    prepare_material = new.to(preparing, by=PROMOTER, form=Material, every=daily(ASKED_FOR))
    grab = preparing.to(applied, by=PROMOTER, form=Slot, when="is_window_open")
    miss = preparing.to(missed, at=at("closes"))
    wait_review = applied.to(platform_review, as_soon_as=True)
    coins_short = platform_review.to(preparing)
    refuse = platform_review.to(
        refused, by=PLATFORM_FEED, heard_by=PROMOTER, form=Reported, on="platform.ad_slot.refused", back=True
    )
    go_live = platform_review.to(
        live, by=PLATFORM_FEED, heard_by=PROMOTER, form=Reported, on="platform.ad_slot.shown"
    )
    end = live.to(ended, at=at("shown_until"))

    kpis = (share(go_live, of=grab), count(refuse), count(miss))

    def is_window_open(self) -> bool:
        """The window is open, from 12:00 to 09:00."""
        opens, closes = self.policy.moment(self.today, OPENS), self.policy.moment(self.today, CLOSES)
        return self.now >= opens or self.now < closes

    @prepare_material.on
    def window(self) -> None:
        morning = self.policy.moment(self.today, CLOSES)
        tomorrow = self.today + days(1).length
        self.case.closes = morning if self.now < morning else self.policy.moment(tomorrow, CLOSES)

    @grab.on
    def spend_coins(self, form: Slot) -> None:
        self.do(SpendCoins(coins=form.coins_spent, what=form.slot), otherwise=self.coins_short)

    @coins_short.on
    def say_how_many(self, outcome: TooFewCoins | None) -> None:
        self.tell(PROMOTER, "coins_short", coins=outcome.coins if outcome is not None else 0)

    @refuse.on
    def tell_why(self, form: Reported | None) -> None:
        self.tell(PROMOTER, "ad_slot_refused", why=(form.reason if form else "") or "-")

    @go_live.on
    def show_for_a_day(self) -> None:
        """The coins are spent for good, however long it is shown."""
        self.make_permanent(SpendCoins)
        self.case.shown_until = self.policy.moment(self.today + days(1).length, OPENS)
