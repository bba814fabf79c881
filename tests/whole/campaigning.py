"""A campaign, from its plan to its review, with all that it starts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import col

from models.amounts import money
from models.database import reading
from models.roles import Role
from models.tables.catalogue import Price
from models.tables.stock import Bucket, Movement, Stock
from tests.whole.buying import plan_carried_out
from tests.whole.goods import COST, PRICE, TEA, yuan
from tests.whole.notices import kept, notice_read
from tests.whole.selling import order_delivered
from tests.whole.store import Store

EVENT_PRICE = "40.00"
PROFIT = {
    "sku": TEA,
    "normal_price": yuan(PRICE),
    "event_price": yuan(EVENT_PRICE),
    "unit_cost": yuan(COST),
    "fees": yuan(4),
    "margin_pct": "40",
}
FORECAST = 20
"""Units that the campaign is to sell beyond what is free: they are bought for it, and all of them are set aside."""


async def campaign_readied(store: Store) -> str:
    """Planned, its goods bought, and readied with pages, promotion, notice and prices, up to its first day."""
    start, end = store.now() + timedelta(days=5), store.now() + timedelta(days=8)
    campaign = await store.start(
        "campaign",
        "SALE-1",
        kind="own",
        dates={
            "first": f"{store.today() + timedelta(days=5)}",
            "last": f"{store.today() + timedelta(days=8)}",
        },
        signup_deadline=...,
    )
    units = [{"sku": TEA, "qty": units_free(store) + FORECAST}]
    await store.walk(
        campaign,
        "check_profit own_event submit_plan approve forecast_done",
        check_profit={"lines": [PROFIT]},
        submit_plan={"start": start.isoformat(), "end": end.isoformat(), "main_products": [TEA]},
        forecast_done={"units": units, "sales": yuan(800), "visitors": 400, "conversion_pct": "5"},
    )
    await plan_carried_out(store, await store.child(campaign, "procurement"), FORECAST)
    await store.at(campaign, "preparing")  # the stock is secured: the goods have come
    await store.act(campaign, "notice_sent", readers=["cs_supervisor", "warehouse_supervisor", "logistics"])
    await pages_designed(store, await store.child(campaign, "design_request"))
    plan = await store.child(campaign, "promotion_plan")
    await store.walk(plan, "submit approve start_running", submit=await kept(store, plan, "submit"))
    await store.at(plan, "running")
    await notice_read(store, campaign)
    await prices_prepared(store, await store.child(campaign, "price_change"))
    await store.walk(campaign, "all_ready ready_ok")
    await store.at(campaign, "scheduled")
    return campaign


async def campaign_run(store: Store, campaign: str) -> None:
    """It goes live by its own clock when its time has come, and its prices with it; a customer buys."""
    await store.pass_time_until(await moment_of(store, campaign, "start"))
    await store.at(campaign, "live")
    await store.at(await store.child(campaign, "price_change"), "monitoring")
    (price,) = event_prices(store)
    await order_delivered(store, "SO-6", price)
    assert units_sold(store) == 2


async def campaign_ended(store: Store, campaign: str) -> None:
    """It ends by its own clock, and its prices with it; then it is reviewed."""
    await store.pass_time_until(await moment_of(store, campaign, "end"))
    await store.at(campaign, "reviewing")
    await store.at(await store.child(campaign, "price_change"), "closed")
    assert event_prices(store) == []
    (forecast,) = (line["qty"] for line in (await store.look(campaign))["data"]["units"])
    sold = {"sku": TEA, "sold": units_sold(store), "left": forecast - units_sold(store)}
    await store.act(campaign, "submit_review", units=[sold], cost=yuan(40), roi="2")
    await store.at(campaign, "closed")


async def promotion_evaluated(store: Store, campaign: str) -> None:
    """After its last day its ads say what they have spent, and the plan is judged, with each channel's advertising."""
    plan = await store.child(campaign, "promotion_plan")
    await store.at(plan, "evaluating")
    spend, sales = yuan(20), yuan(80)
    ads = await store.child(plan, "ad_optimisation")
    await store.walk(ads, "load no_change", load={"spend": spend, "sales": sales, "cpc": None, "roi": None})
    await store.at(ads, "kept")
    await store.at_rest()
    (recorded,) = (await store.look(plan))["data"]["spent"]
    assert recorded["budget"] == {"amount": "20.00", "currency": "CNY"}
    channel = (await store.look(plan))["data"]["channels"][0]["channel"]
    result = {"channel": channel, "spend": spend, "sales": sales}
    await store.act(plan, "evaluate", by_channel=[result], spend=spend, sales=sales, roi="4")
    await store.at(plan, "closed")


async def moment_of(store: Store, case: str, name: str) -> datetime:
    return datetime.fromisoformat((await store.look(case))["data"][name])


async def pages_designed(store: Store, request: str) -> None:
    await store.walk(request, "accept_job write_copy start_draft submit_draft approve deliver")
    await store.at(request, "delivered")


async def prices_prepared(store: Store, prices: str) -> None:
    await store.at(prices, "approval")  # the campaign has reckoned the margin
    await store.act(prices, "approve", Role.GM)
    await store.act(prices, "tell_team", readers=["cs_agent"])
    await notice_read(store, prices)


def event_prices(store: Store) -> list[str]:
    """What the campaign asks now, by the catalogue."""
    now = store.now()
    with reading(store.engine) as session:
        prices = session.scalars(
            select(Price).where(col(Price.campaign) == "SALE-1", col(Price.since) <= now)
        )
        return [
            f"{money(price.amount, 'CNY').amount:.2f}"
            for price in prices
            if price.until is None or price.until > now
        ]


def units_free(store: Store) -> int:
    """By the stock's book."""
    with reading(store.engine) as session:
        return sum(stock.free for stock in session.scalars(select(Stock).where(col(Stock.sku) == TEA)))


def units_sold(store: Store) -> int:
    """Of what was set aside for the campaign, by the stock's book."""
    with reading(store.engine) as session:
        mine = col(Movement.campaign) == "SALE-1", col(Movement.bucket) == Bucket.SET_ASIDE
        return -(session.scalar(select(func.sum(Movement.change)).where(*mine)) or 0)
