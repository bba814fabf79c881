"""A store's life, from its first supplier to its sales report: every case ends where it should, the books balance."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from models.database import reading
from models.tables.cases import EffectRow
from tests.whole.accounting import books_balance, carrier_settled, sales_reported
from tests.whole.buying import goods_bought, put_on_sale, supplier_admitted
from tests.whole.campaigning import (
    FORECAST,
    campaign_ended,
    campaign_readied,
    campaign_run,
    promotion_evaluated,
)
from tests.whole.entered import entered, told_by_cases
from tests.whole.goods import BOUGHT
from tests.whole.scans import statements, whole_tables_read
from tests.whole.selling import (
    customer_called,
    customer_complained,
    order_completed,
    order_exchanged,
    order_returned,
    parcel_lost,
    survey_read,
)
from tests.whole.store import Store, store_in

ENDS = {
    "ad_optimisation": {"kept": 1},
    "aftersales_followup": {"satisfied": 2},
    "aftersales_request": {"closed": 2},
    "b2b_contract": {"fulfilled": 2},
    "campaign": {"closed": 1},
    "change_broadcast": {"confirmed": 5},
    "complaint": {"closed": 1},
    "design_request": {"delivered": 1},
    "exchange": {"completed": 1},
    "inbound_receiving": {"available": 2},
    "logistics_exception": {"lost": 1},
    "lost_parcel_claim": {"closed_paid": 1},
    "order_fulfilment": {"completed": 6, "closed_lost": 1},
    "price_change": {"closed": 1},
    "procurement": {"settled": 2},
    "product_listing": {"active": 1},
    "promotion_plan": {"closed": 1},
    "refund_only": {"refunded": 2},
    "return_refund": {"closed": 1},
    "sales_data_report": {"closed": 2},
    "satisfaction_survey": {"answered": 1, "void": 5},
    "settlement_reconciliation": {"settled": 1},
    "supplier_onboarding": {"active": 1},
}
"""How many cases of each procedure there are at the end, by where they ended: none is open but what customers have
proposed to do better. Six orders and the one that goes out in exchange; a survey for each that was delivered, which one
customer answers.
"""
NOES = {
    "TellParent of b2b_contract": 2,  # its goods had come and been paid for: the purchase had ended
    "TellParent of order_fulfilment": 1,  # the customer had the other piece: the exchange had ended
    "TellParent of promotion_plan": 1,  # it is judged later than its campaign
    "HoldStock of order_fulfilment": 1,  # all is set aside for the campaign, which gives it to orders that are paid
    "OpenCase of inbound_receiving": 1,  # the goods were listed when they came first
}
"""The effects that were lawfully answered with no, and why; none failed."""
REFUNDED = {
    "SO-1": "0.00",
    "SO-2": "50.00",
    "SO-3": "0.00",
    "SO-4": "100.00",
    "SO-5": "30.00",
    "SO-6": "0.00",
}
LEFT = BOUGHT + FORECAST - 6 * 2 - 1 + 2
"""Six orders of two went out, and one piece in exchange; one came back from it, and one that was returned."""


async def ends(store: Store) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for case in await store.cases():
        found.setdefault(case["procedure"], Counter())[case["outcome"] or case["state"]] += 1
    return found


def answered_with_no(store: Store) -> Counter[str]:
    with reading(store.engine) as session:
        effects = session.scalars(select(EffectRow).where(col(EffectRow.standing) != "done"))
        answered = Counter(f"{effect.kind} of {effect.case.partition(':')[0]}" for effect in effects)
    del answered["MessageAudience of satisfaction_survey"]  # how many, the day of the month decides
    return answered


async def refunds(store: Store) -> dict[str, str]:
    accounts = [(await store.book("money", order=number))[0] for number in REFUNDED]
    return {number: one["refunded"]["amount"] for number, one in zip(REFUNDED, accounts, strict=True)}


@pytest.fixture
def asked() -> Generator[dict[str, Any]]:
    """What the databases are asked in this test."""
    with statements() as found:
        yield found


async def test_a_store_lives(tmp_path: Path, asked: dict[str, Any]) -> None:
    async with store_in(tmp_path) as store:
        opened = store.today()
        await supplier_admitted(store)
        delivery = await goods_bought(store)
        await put_on_sale(store, delivery)
        await order_completed(
            store
        )  # first: one person has all the orders, and is asked twice a month at most
        returned, exchanged, *_ = await asyncio.gather(
            order_returned(store),
            order_exchanged(store),
            parcel_lost(store),
            customer_complained(store),
        )

        campaign = await campaign_readied(store)
        await store.pass_night()
        figures = await sales_reported(store, await store.started_by_calendar("sales_data_report"))
        assert (figures["orders"], figures["gmv"]["amount"]) == (5, "500.00")
        assert (figures["returns"]["amount"], figures["backlog"]) == ("180.00", 0)

        await campaign_run(store, campaign)
        await campaign_ended(store, campaign)
        figures = await sales_reported(store, await store.child(campaign, "sales_data_report"))
        assert (figures["orders"], figures["gmv"]["amount"]) == (1, "80.00")
        assert figures["returns"]["amount"] == "0.00"

        await customer_called(store, returned)
        await customer_called(store, exchanged)
        await survey_read(store)
        await carrier_settled(store, {"first": f"{opened}", "last": f"{store.today()}"})
        await store.pass_time(timedelta(days=11))
        await promotion_evaluated(store, campaign)
        await store.at_rest()
        by_the_store = dict(asked)  # what comes now, the test asks
        assert await ends(store) == ENDS
        assert answered_with_no(store) == NOES
        assert await refunds(store) == REFUNDED
        books_balance(store, LEFT)
        books = entered(store.engine)
        assert books == told_by_cases(store.engine)
        read_whole = whole_tables_read(store.engine, by_the_store)
        assert not read_whole, "\n".join(read_whole)
        assert {"orders": 7, "returns": 2}.items() <= {
            name: len(rows) for name, rows in books.items()
        }.items()
