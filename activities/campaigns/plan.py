"""What a campaign is made of: goods at their event prices, and the stock for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import BaseModel

from models.goods import Goods
from models.roles import Role
from models.values import (
    NOTHING,
    Code,
    Count,
    DateRange,
    Day,
    FormRow,
    FormRows,
    Moment,
    Money,
    Number,
    Paid,
    Pct,
    Price,
    Qty,
    Sku,
    SkuQty,
    Target,
    Text,
    Ticked,
    Title,
    per_sku,
)

STOCK_LEAD = timedelta(days=5)
"""How long before the start the stock must be secured; default."""
STOCK_LEAD_LARGE = timedelta(days=15)
"""The same for a large event; default."""
PAGES_LEAD = timedelta(hours=24)
"""How long before the start the pages must be there; default."""
PAGE_SIZE = "750 px, 1920 px"
"""Of a phone and of a desk; default."""

Mechanic = Literal[
    "coupon",
    "full_reduction",
    "limited_time",
    "gift",
    "points",
    "free_freight",
    "plus_one_yuan",
    "bundle",
    "favourite_reward",
]
"""What the event offers."""


class ProfitLine(FormRow):
    """What the event leaves of an item's price."""

    sku: Sku
    normal_price: Paid
    event_price: Paid
    unit_cost: Price
    fees: Price
    margin_pct: Pct | None = None

    @property
    def true_margin_pct(self) -> Number:
        """Of the event price."""
        earned = self.event_price - self.unit_cost - self.fees
        return 100 * earned.amount / self.event_price.amount

    @property
    def has_wrong_margin(self) -> bool:
        """A margin is said, and it isn't right to one per cent."""
        return self.margin_pct is not None and abs(self.margin_pct - self.true_margin_pct) > 1

    @property
    def price_step(self) -> dict[str, Any]:
        """The change to the event price."""
        return {"sku": self.sku, "old": self.normal_price, "new": self.event_price}


class SignedGoods(FormRow):
    """What is signed up with the platform."""

    sku: Sku
    event_price: Paid
    qty: Qty


class StockLine(FormRow):
    """What of an item is in stock, and until when the rest is bought."""

    sku: Sku
    forecast: Count
    available: Count
    purchase_due: Day | None = None


class StockNow(FormRow):
    """A number of units of a SKU, as the books say."""

    sku: Sku
    qty: Count

    @classmethod
    def rows(cls, goods: Iterable[Goods]) -> tuple[StockNow, ...]:
        """What an outcome tells of goods."""
        return tuple(cls(sku=row.sku, qty=max(row.qty, 0)) for row in goods)


class SoldUnits(FormRow):
    """What the event sold of an item."""

    sku: Sku
    forecast: Count
    sold: Count
    left: Count


class CouponQuota(FormRow):
    """So many of a coupon may be given out."""

    coupon: Code
    quota: Count


class Staffing(FormRow):
    """People of a team who are needed beside the usual ones."""

    role: Role
    extra_people: Count
    dates: DateRange


class ChannelBudget(FormRow):
    """What is spent on a channel."""

    channel: Text
    budget: Price


class TimedMessage(FormRow):
    """Words to customers, and when they are sent."""

    message: Text
    time: Moment


class CheckItem(FormRow):
    """What is to be ready."""

    item: Text
    done: Ticked


def in_stock(lines: Iterable[StockLine]) -> Counter[str]:
    """How much of each SKU is in stock."""
    found = Counter[str]()
    for line in lines:
        found[line.sku] += line.available
    return found


def cost_of(units: Iterable[SkuQty], lines: Iterable[ProfitLine]) -> Money:
    """What the units cost, as the profit check had it; an item that it doesn't name costs nothing."""
    costs = {line.sku: line.unit_cost for line in reversed(tuple(lines))}
    return sum((costs.get(unit.sku, NOTHING) * unit.qty for unit in units), NOTHING)


class CampaignPlan(BaseModel):
    """A campaign as it is planned, and what other cases are asked for it."""

    name: Title
    lines: FormRows[ProfitLine] = ()
    theme: str = ""
    start: Moment | None = None
    end: Moment | None = None
    mechanics: FormRows[Mechanic] = ()
    main_products: FormRows[Sku] = ()
    linked_products: FormRows[Sku] = ()
    goals: FormRows[Target] = ()
    budget: Price = NOTHING
    is_large: bool = False
    ship_promise_hours: Count = 0
    units: FormRows[SkuQty] = ()
    """What is expected to be sold."""
    missing: FormRows[SkuQty] | None = None
    """What of these the stock's book hasn't free; None where it hasn't been asked."""
    free: FormRows[StockNow] = ()
    sold: FormRows[StockNow] = ()
    """What the event has sold, by the books."""
    sales: Price | None = None
    """What that came to."""
    roi: Number | None = None
    """Sales for each yuan of cost, by the books."""
    stop_rules: str = ""
    page_url: str = ""
    coupons: FormRows[CouponQuota] = ()
    readers: FormRows[Role] = ()
    customer_script: str = ""

    @property
    def title(self) -> str:
        """Its name and theme."""
        return f"{self.name}: {self.theme}"

    @property
    def products(self) -> FormRows[Sku]:
        """Those of the plan; before there is one, those whose profit was checked."""
        return self.main_products or tuple(line.sku for line in self.lines)

    @property
    def planned_lines(self) -> tuple[ProfitLine, ...]:
        """The items that the event sells, of those whose profit was checked; before there is a plan, all of them."""
        planned = {*self.products, *self.linked_products}
        return tuple(line for line in self.lines if line.sku in planned)

    @property
    def least_margin_pct(self) -> Number | None:
        """What is left at least of the event price of an item, in per cent of it."""
        return min((round(line.true_margin_pct, 1) for line in self.planned_lines), default=None)

    @property
    def budget_so_far(self) -> Price | None:
        """None before there is a plan."""
        return self.budget if self.start else None

    @property
    def stock_lines(self) -> list[dict[str, Any]]:
        """What is expected to be sold, and how much of it the stock's book has free where it was asked."""
        free = {} if self.missing is None else {row.sku: {"available": row.qty} for row in self.free}
        return [{"sku": row.sku, "forecast": row.qty, **free.get(row.sku, {})} for row in self.units]

    @property
    def goals_to_compare(self) -> list[dict[str, Any]]:
        """The goals; what was reached is still to be said."""
        return [{"metric": goal.metric, "target": goal.target} for goal in self.goals]

    @property
    def sold_lines(self) -> list[dict[str, Any]]:
        """What was expected to be sold, and what was, where the books can say."""
        sold = per_sku(self.sold)
        known = {} if self.sales is None else {row.sku: {"sold": sold[row.sku]} for row in self.units}
        return [{"sku": row.sku, "forecast": row.qty, **known.get(row.sku, {})} for row in self.units]

    @property
    def stock_by(self) -> Moment | None:
        """When the stock must be secured."""
        return self.start - (STOCK_LEAD_LARGE if self.is_large else STOCK_LEAD) if self.start else None

    @property
    def pages_by(self) -> Moment | None:
        """When the pages must be there."""
        return self.start - PAGES_LEAD if self.start else None

    def has_checked(self, products: Iterable[str]) -> bool:
        """Whether the profit of each of these products was checked."""
        return {line.sku for line in self.lines} >= set(products)

    def is_covered(self, lines: Iterable[StockLine], before: date) -> bool:
        """Whether each SKU is in stock in its number, or its purchase is due before that day."""
        lines = tuple(lines)
        bought = {line.sku for line in lines if line.purchase_due is not None and line.purchase_due < before}
        return (per_sku(self.units) - in_stock(lines)).keys() <= bought

    @property
    def published(self) -> dict[str, Any]:
        """What is put before customers, as the campaigns' book names it."""
        return {
            "name": self.name,
            "page_url": self.page_url,
            "coupons": self.coupons,
            "ship_promise_hours": self.ship_promise_hours,
            "until": self.end,
        }

    @property
    def news(self) -> dict[str, Any]:
        """What the teams are told of it."""
        return {
            "new": self.title,
            "since": self.start,
            "script": self.customer_script,
            "readers": self.readers,
        }

    def decision_form(self, needed_by: date) -> dict[str, Any]:
        """What the leadership is asked to decide."""
        return {
            "kind": "campaign",
            "summary": self.title,
            "cost": self.budget,
            "benefit": "; ".join(f"{goal.metric}: {goal.target}" for goal in self.goals)[:500],
            "risk": self.stop_rules,
            "needed_by": needed_by,
        }

    def design_form(self) -> dict[str, Any]:
        """What the designers are asked for."""
        return {
            "kind": "activity_page",
            "goal": self.title,
            "product": self.main_products[0],
            "audience": self.theme,
            "must_have": ", ".join(dict.fromkeys(self.mechanics)),
            "size": PAGE_SIZE,
            "due": self.pages_by,
        }

    def promotion_form(self, period: DateRange) -> dict[str, Any]:
        """What the promoters are asked to plan."""
        return {
            "goods": self.main_products,
            "goal": self.goals,
            "channels": [{"channel": "search_ads", "budget": self.budget}],
            "content_forms": self.mechanics,
            "period": period,
            "budget": self.budget,
        }

    def price_form(self) -> dict[str, Any]:
        """The change to the event's prices."""
        steps = [line.price_step for line in self.planned_lines]
        return {"skus": steps, "reason": "campaign", "start": self.start, "end": self.end}

    def purchase_form(self, need_by: date) -> dict[str, Any] | None:
        """What purchasing is asked to buy: what isn't there. None where all is."""
        units = self.units if self.missing is None else self.missing
        if not units:
            return None
        return {
            "reason": "campaign",
            "lines": [{"sku": unit.sku, "qty": unit.qty, "need_by": need_by} for unit in units],
            "stock_now": [row for row in self.free if row.qty],
            "forecast": self.units,
            "est_total": cost_of(units, self.lines),
        }

    def difference(self, units: Iterable[SoldUnits]) -> str:
        """Of which item another number is told than the books have sold, in a sentence; empty where they agree."""
        if self.sales is None:
            return ""
        books = {row.sku: row.qty for row in self.sold}
        wrong = [row for row in units if row.sold != books.get(row.sku, 0)]
        return f"By the books {books.get(wrong[0].sku, 0)} of {wrong[0].sku} were sold." if wrong else ""

    def return_on(self, cost: Money) -> Number | None:
        """Sales for each yuan of cost, by the books; None where they can't say, or nothing was spent."""
        if self.sales is None or not cost or self.sales.currency != cost.currency:
            return None
        return round(self.sales.amount / cost.amount, 2)
