"""A platform's event that is refused, signed up for again, and called off before it begins."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from models.database import reading
from models.roles import Role
from models.tables.campaigns import Campaign
from models.tables.stock import Stock
from tests.whole.campaigning import EVENT_PRICE, PROFIT
from tests.whole.goods import TEA, yuan
from tests.whole.store import Store

WANTED = 30


async def signed_up_again(store: Store) -> None:
    """The platform refuses the first form and takes the second; when the event is called off, its goods are free."""
    first = await signed_up(store, "FEST-1", "PF-1")
    await store.act(first, "platform_no")
    await store.at(first, "platform_refused")
    assert set_aside(store) == 0

    again = await signed_up(store, "FEST-2", "PF-2")
    start, end = store.now() + timedelta(days=5), store.now() + timedelta(days=8)
    await store.walk(
        again,
        "platform_yes submit_plan approve forecast_done",
        submit_plan={"start": start.isoformat(), "end": end.isoformat(), "main_products": [TEA]},
        forecast_done={"units": [{"sku": TEA, "qty": WANTED}]},
    )
    there = {"sku": TEA, "forecast": WANTED, "available": WANTED, "purchase_due": None}
    await store.act(again, "stock_secured", Role.WAREHOUSE_SUPERVISOR, lines=[there])
    await store.at(again, "preparing")
    await store.at_rest()
    assert set_aside(store) == WANTED

    await store.act(again, "cancel", Role.OPS_MANAGER)
    await store.at(again, "cancelled")
    await store.at_rest()
    assert set_aside(store) == 0
    with reading(store.engine) as session:
        (booked,) = session.scalars(select(Campaign).where(col(Campaign.form_no) != "")).all()
        assert (booked.campaign, booked.state, booked.form_no) == ("FEST-2", "withdrawn", "PF-2")
    opened = [link["case"] for link in (await store.look(again))["links"]]
    assert opened, "pages, promotion and prices were begun"
    for case in opened:
        assert (await store.look(case))["state"] == "closed", f"{case} ends with its event"


async def signed_up(store: Store, number: str, form: str) -> str:
    """The profit is checked, and the platform is asked."""
    campaign = await store.start("campaign", number, kind="platform")
    goods = [{"sku": TEA, "qty": WANTED, "event_price": yuan(EVENT_PRICE)}]
    asked = {"goods": goods, "platform_form_no": form}
    await store.walk(
        campaign,
        "check_profit sign_up submitted",
        check_profit={"lines": [PROFIT]},
        sign_up=asked,
        submitted=asked,
    )
    await store.at(campaign, "platform_review")
    return campaign


def set_aside(store: Store) -> int:
    with reading(store.engine) as session:
        return sum(row.set_aside for row in session.scalars(select(Stock)))
