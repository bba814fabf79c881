"""A campaign, from its plan to its review, with all that it starts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from models.database import reading
from models.tables.catalogue import Price
from tests.whole.buying import plan_carried_out
from tests.whole.goods import COST, PRICE, TEA, yuan
from tests.whole.store import Store
from workflows.language.roles import Role
from workflows.registry import registry

EVENT_PRICE = "40.00"
FORECAST = 20
"""Units that the campaign is to sell: they are bought for it, and set aside."""


async def campaign_readied(store: Store) -> str:
    """Planned, its goods bought, and readied with pages, promotion, notice and prices, up to its first day."""
    start, end = store.now() + timedelta(days=5), store.now() + timedelta(days=8)
    checked = {
        "sku": TEA,
        "normal_price": yuan(PRICE),
        "event_price": yuan(EVENT_PRICE),
        "unit_cost": yuan(COST),
        "fees": yuan(4),
        "margin_pct": "40",
    }
    campaign = await store.start(
        "campaign",
        "SALE-1",
        kind="own",
        dates={"first": f"{start:%F}", "last": f"{end:%F}"},
        signup_deadline=...,
    )
    units = [{"sku": TEA, "qty": FORECAST}]
    await store.walk(
        campaign,
        "check_profit own_event submit_plan approve forecast_done",
        check_profit={"lines": [checked]},
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
    await notice_read(store, await store.child(campaign, "change_broadcast"))
    await prices_prepared(store, await store.child(campaign, "price_change"))
    await store.walk(campaign, "all_ready ready_ok")
    await store.at(campaign, "scheduled")
    return campaign


async def campaign_launched(store: Store, campaign: str) -> None:
    """It goes live by its own clock when its time has come, and its prices with it."""
    await store.pass_time_until(await moment_of(store, campaign, "start"))
    await store.at(campaign, "live")
    await store.at(await store.child(campaign, "price_change"), "monitoring")
    assert event_prices(store) == [EVENT_PRICE]


async def campaign_ended(store: Store, campaign: str) -> None:
    """It ends by its own clock, its prices end, and what it started is wound up; then it is reviewed."""
    await store.pass_time_until(await moment_of(store, campaign, "end"))
    await store.at(campaign, "reviewing")
    await store.at(await store.child(campaign, "price_change"), "closed")
    assert event_prices(store) == []
    sold = {"sku": TEA, "forecast": FORECAST, "sold": 2, "left": FORECAST - 2}
    await store.act(campaign, "submit_review", units=[sold])
    await store.at(campaign, "closed")


async def promotion_evaluated(store: Store, campaign: str) -> None:
    """After its last day the plan is judged, and each channel's advertising."""
    plan = await store.child(campaign, "promotion_plan")
    await store.at(plan, "evaluating")
    spent = {"spend": yuan(20), "sales": yuan(80)}
    channel = (await store.look(plan))["data"]["channels"][0]["channel"]
    await store.act(plan, "evaluate", by_channel=[{"channel": channel, **spent}], **spent)
    await store.at(plan, "closed")
    ads = await store.child(plan, "ad_optimisation")
    await store.walk(ads, "load no_change")
    await store.at(ads, "kept")


async def moment_of(store: Store, case: str, name: str) -> datetime:
    return datetime.fromisoformat((await store.look(case))["data"][name])


async def kept(store: Store, case: str, event: str) -> dict[str, Any]:
    """What the case holds of what the event's form asks again."""
    (form,) = {move.form for move in registry().get(case.partition(":")[0]).rows[event] if move.form}
    return {
        name: value for name, value in (await store.look(case))["data"].items() if name in form.model_fields
    }


async def pages_designed(store: Store, request: str) -> None:
    await store.walk(request, "accept_job write_copy start_draft submit_draft approve deliver")
    await store.at(request, "delivered")


async def notice_read(store: Store, notice: str) -> None:
    """Everybody who is to know reads it."""
    told = await kept(store, notice, "send_notice")
    if (await store.look(notice))["stages"][0]["key"] == "drafted":
        await store.act(notice, "send_notice", **told)
    for reader in dict.fromkeys(("cs_supervisor", *told["readers"])):
        await store.act(notice, "read_one", Role(reader))
    await store.at(notice, "confirmed")


async def prices_prepared(store: Store, prices: str) -> None:
    await store.at(prices, "approval")  # the campaign has reckoned the margin
    await store.act(prices, "approve", Role.GM)
    await store.act(prices, "tell_team", readers=["cs_agent"])
    await notice_read(store, await store.child(prices, "change_broadcast"))


def event_prices(store: Store) -> list[str]:
    """What the campaign's price is now, by the catalogue; nothing where it has none."""
    now = store.now()
    with reading(store.engine) as session:
        prices = session.scalars(select(Price).where(col(Price.campaign) == "SALE-1", col(Price.since) <= now))
        return [f"{price.amount / 100:.2f}" for price in prices if price.until is None or price.until > now]
