"""A store's life, from its first supplier to its sales report: every case ends where it should, the books balance."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
import time

from tests.whole.accounting import books_balance, carrier_settled
from tests.whole.buying import goods_bought, put_on_sale, supplier_admitted
from tests.whole.campaigning import campaign_ended, campaign_launched, campaign_readied, promotion_evaluated
from tests.whole.selling import (
    customer_complained,
    order_completed,
    order_delivered,
    order_exchanged,
    order_returned,
    parcel_lost,
)
from tests.whole.store import Store, store_in


async def test_a_store_lives(tmp_path: Path) -> None:
    t0 = time.time()
    def mark(x):
        print(f"{time.time()-t0:6.1f} {x}", flush=True)
    async with store_in(tmp_path) as store:
        mark("open")
        await supplier_admitted(store)
        delivery = await goods_bought(store)
        await put_on_sale(store, delivery)
        mark("goods")
        await asyncio.gather(
            order_completed(store),
            order_returned(store),
            order_exchanged(store),
            parcel_lost(store),
            customer_complained(store),
        )
        mark("orders")
        campaign = await campaign_readied(store)
        mark("readied")
        for c in await store.cases():
            if c["state"] == "open": print(c["id"], c["stages"])
        await campaign_launched(store, campaign)
        mark("launched")
        await order_delivered(store, "SO-6", price="40.00")
        mark("ordered")
        await campaign_ended(store, campaign)
        mark("ended")
        await store.pass_time(timedelta(days=2))
        mark("days")
        await promotion_evaluated(store, campaign)
        mark("evaluated")
        await store.pass_time(timedelta(days=12))
        mark("days")
        for c in await store.cases():
            if c["state"] != "closed": print(c["id"], c["stages"], c["opened_at"])
        for c in await store.cases():
            print(c["id"], c["state"], c["outcome"])
