"""An order as the procedures that place, ship and replace it speak of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Self

from pydantic import computed_field

from activities.money.contract import Share
from activities.orders.doubts import HOW_TO_WRITE, Doubtful, unclear
from activities.orders.entries import OrderEntry, OrderOrigin
from activities.orders.lines import PaidShares
from activities.orders.rows import (
    DoubtfulPrice,
    Instead,
    PartOfOrder,
    PlacedPart,
)
from activities.orders.shipping import ShippedOrder
from activities.orders.shortages import CAUSE_OF, MissingGoods, Shortage, ShortageAnswer
from models.values import (
    NOTHING,
    Address,
    Code,
    Day,
    FormRows,
    LineQty,
    Money,
    PricedLine,
    Remark,
    SkuQty,
    UnclearAddress,
    amount,
    in_one_currency,
    line_rows,
    per_line,
    per_sku,
    sku_rows,
    worth,
)


class OpenOrder(ShippedOrder):
    """An order on its way: what can't be shipped of it now, what other orders ship, what was paid for the rest, and the
    parcel.
    """

    payments: FormRows[Remark] = ()
    """The numbers of the payments that came in; each is counted once."""
    doubtful_prices: FormRows[DoubtfulPrice] = ()
    """What is sold below the book's price: somebody agrees to it before the order is confirmed."""
    open_returns: FormRows[Code] = ()
    """The requests of after-sales that began elsewhere and aren't over."""
    shortages: FormRows[Shortage] = ()
    parts: FormRows[PartOfOrder] = ()
    """What other orders ship: the parts of a split order, or lines that follow later."""
    called_back: bool = False
    """Whether the carrier is to bring the parcel back, as the order is cancelled."""

    @computed_field
    @property
    def in_doubt(self) -> tuple[Doubtful, ...]:
        """The answers that are kept as they came, since they can't be read."""
        return unclear(self)

    @property
    def is_addressed(self) -> bool:
        """Whether a carrier can be told whom the parcel goes to."""
        return {"receiver_name", "phone", "address"}.isdisjoint(self.in_doubt)

    def judged(self, *, by_a_feed: bool) -> tuple[bool, str, str]:
        """Whether the order can begin, and if not why, and over which answer. People correct what is unclear; what a
        feed tells goes on, and is doubted.
        """
        if self.objection:
            return False, self.objection, "lines"
        doubted = "" if by_a_feed else next(iter(self.in_doubt), "")
        return not doubted, HOW_TO_WRITE.get(doubted, "Must be one of the choices."), doubted

    def has_counted(self, payment_no: str) -> bool:
        """Whether this payment was told before."""
        return bool(payment_no) and payment_no in self.payments

    def is_covered_by(self, paid: Money, payment_no: str) -> bool:
        """Whether all of it is paid when this has come in."""
        whole = self.paid if self.has_counted(payment_no) else self.paid + paid
        return in_one_currency((whole, self.total)) and whole >= self.total

    def with_payment(self, paid: Money, payment_no: str, *, goes_back: bool) -> Self:
        """The order when this payment has come in: what is more than the total, or all of it, is to go back."""
        known = (*self.payments, payment_no) if payment_no else self.payments
        over = NOTHING
        if goes_back or not in_one_currency((self.paid, paid)):
            over = paid
        elif in_one_currency((self.total, paid)):
            over = min(paid, max(self.paid + paid - self.total, NOTHING))
        left = self.paid if over == paid else self.paid + paid - over
        return self.model_copy(update={"paid": left, "payments": known, "refund_due": over})

    @property
    def goods(self) -> tuple[SkuQty, ...]:
        """How much of each SKU."""
        return self.ordered.goods

    def entry(self, origin: OrderOrigin) -> OrderEntry:
        """The order as it is now, for the orders' book."""
        return OrderEntry(
            order=self.order_no,
            origin=origin,
            placed_as=self.placed_as or "",
            customer_no=self.customer_no or "",
            receiver_name=self.receiver_name,
            phone=self.phone,
            address=None if isinstance(self.address, UnclearAddress) else self.address,
            lines=self.lines,
            discount=self.discount,
        )

    def start_form(self, part: PartOfOrder) -> dict[str, Any]:
        """The form that places the order for a part of this one."""
        return {
            **self.model_dump(
                mode="json",
                include={
                    "receiver_name",
                    "phone",
                    "address",
                    "delivery_method",
                    "payment_method",
                    "ship_promise_hours",
                    "customer_no",
                },
            ),
            "placed_as": self.customers_no,
            **dict(part),
        }

    def parts_by_location(self, parts: Iterable[PlacedPart]) -> tuple[PartOfOrder, ...]:
        """What each location ships, in the order in which the locations are named."""
        rows: dict[str, list[LineQty]] = {}
        for part in parts:
            rows.setdefault(part.location, []).append(LineQty(line=part.line, qty=part.qty))
        shares = PaidShares(self.lines, self.discount)
        return tuple(
            self.part(f"{self.order_no}-P{n}", there, shares, self.freight if n == 1 else NOTHING)
            for n, there in enumerate(rows.values(), 1)
        )

    def part(
        self, number: str, rows: Iterable[LineQty], shares: PaidShares, freight: Money = NOTHING
    ) -> PartOfOrder:
        """These rows as an order of their own, with their share of the discount."""
        rows = tuple(rows)
        lines = self.ordered.priced(rows)
        return PartOfOrder(
            order_no=number, lines=lines, freight=freight, discount=worth(lines) - shares.take(rows)
        )

    def short(self, rows: Iterable[LineQty], cause: str, expected: Day | None = None) -> tuple[Shortage, ...]:
        """These rows, short for one cause, or for what keeps the warehouse from shipping them. `expected` is when the
        goods are to come.
        """
        rows = tuple(rows)
        return tuple(
            Shortage.model_validate(
                {
                    "line": row.line,
                    "sku": line.sku,
                    "qty": row.qty,
                    "cause": CAUSE_OF.get(cause, cause),
                    "expected": expected,
                }
            )
            for row, line in zip(rows, self.ordered.priced(rows), strict=True)
        )

    def short_in_stock(self, missing: Iterable[object]) -> tuple[Shortage, ...]:
        """What the stock book lacks, each with `sku`, `wanted` and `free`; all goods where it names none."""
        rows = [MissingGoods.model_validate(row) for row in missing]
        lacking = {row.sku: row.wanted - row.free for row in rows} or per_sku(self.lines)
        return self.short(self.ordered.rows_of(lacking), "no_stock")

    def shortage_no(self, short: Shortage, revision: int) -> str:
        """The number of the out-of-stock case about a shortage that was found in this step of the order's case."""
        return f"{self.order_no}-{short.line}-{revision}"

    def line_of(self, shortage_no: str) -> int | None:
        """The line that an out-of-stock case is about, as its number says; None where the order has no such line."""
        number = shortage_no.rpartition(":")[2].removeprefix(f"{self.order_no}-").partition("-")[0]
        return int(number) if number.isdecimal() and 1 <= int(number) <= len(self.lines) else None

    def settled(self, answers: Iterable[tuple[str, ShortageAnswer | dict[str, Any]]], later_no: str) -> Self:
        """The order as the answers of its out-of-stock cases leave it, each given with the number of its case. Goods
        that two answers name go once.

        What follows later does so under the number `later_no`. Where nothing else stays, the freight goes with it;
        where nothing stays at all, the out-of-stock case has refunded it.
        """
        order = self.ordered
        left = order.quantities
        shares = PaidShares(self.lines, self.discount)
        later: list[LineQty] = []
        instead: list[PricedLine] = []
        for number, given in answers:
            answer = ShortageAnswer.model_validate(given)
            off = per_line(answer.rows_off(order, self.line_of(number))) & left
            left -= off
            rows = line_rows(off)
            if answer.follows_later:
                later += rows
            elif rows:
                instead += answer.lines_instead(shares.take(rows))
        stays = order.priced(line_rows(left))
        discount = worth(stays) - shares.take(line_rows(left))
        lines = (*stays, *instead)
        freight = self.freight if lines else NOTHING
        follows = self.freight if later and not lines else NOTHING
        total = worth(lines) + freight - discount
        paid = max(self.paid - self.total + total, NOTHING) if self.paid else NOTHING
        part = (self.part(later_no, later, shares, follows),) if later else ()
        update = {"lines": lines, "freight": freight, "discount": discount, "paid": paid, "parts": part}
        return self.model_copy(update={**update, "shortages": ()})

    def without_parts(self, before: OpenOrder) -> Self:
        """The order when what was to follow later is cancelled with it: its money, if the order `before` was paid,
        is to be returned too.
        """
        paid = self.paid + amount(self.parts, "worth") if before.paid else NOTHING
        return self.model_copy(update={"paid": paid, "parts": ()})

    def worth_brought(self, parts_there: Collection[str], *, is_split: bool) -> Money:
        """What the customer pays for the goods that this order and its parts bring. parts_there: the numbers of the
        parts that have arrived. is_split: whether the parts bring all of it, or what follows later beside it.
        """
        parts = [part for part in self.parts if not is_split or part.order_no in parts_there]
        goods = sum((worth(part.lines) - part.discount for part in parts), NOTHING)
        return goods if is_split else self.worth_there + goods

    @property
    def shares(self) -> tuple[Share, ...]:
        """What its parts get of the order's money."""
        return tuple(Share(order=part.order_no, amount=part.worth) for part in self.parts if part.worth)

    def with_return(self, number: str, *, is_over: bool) -> Self:
        """The order with this request of after-sales, or, once it is over, without it."""
        others = tuple(one for one in self.open_returns if one != number)
        return self.model_copy(update={"open_returns": others if is_over else (*others, number)})

    def with_doubts(self, below: Iterable[object]) -> Self:
        """The order with what it sells below the book's price."""
        rows = tuple(DoubtfulPrice.model_validate(row) for row in below)
        return self.model_copy(update={"doubtful_prices": rows})

    def sent_to(self, name: str | None, phone: str | None, address: Address | None) -> Self:
        """The order with another receiver or address; what is None stays."""
        told = {"receiver_name": name, "phone": phone, "address": address}
        return self.model_copy(update={field: new for field, new in told.items() if new is not None})

    def with_changes(self, cancelled: Iterable[LineQty], replaced: Iterable[Instead]) -> Self:
        """The order before it ships without what is cancelled, whose share of what was paid is to go back, and with
        other articles, at the line's price, in place of what is replaced.
        """
        off, swapped, order = tuple(cancelled), tuple(replaced), self.ordered
        kept = order.priced(line_rows(order.quantities - per_line(off) - per_line(swapped)))
        instead = tuple(
            order.lines[row.line - 1].model_copy(update={"sku": row.sku, "qty": row.qty}) for row in swapped
        )
        due = self.share_of_lines(off)
        less = worth(order.priced(off)) - self.price_of(off)
        update = {"lines": (*kept, *instead), "discount": self.discount - less}
        return self.model_copy(update={**update, "paid": self.paid - due, "refund_due": due})

    def given_up_for(self, after: OpenOrder) -> tuple[SkuQty, ...]:
        """Goods that the order ships no more once it is changed."""
        return sku_rows(per_sku(self.lines) - per_sku(after.lines))

    def given_up_since(self, before: OpenOrder) -> tuple[SkuQty, ...]:
        """Goods that the order had reserved before, as they weren't short, and doesn't ship any more."""
        needed = per_sku(self.lines) + per_sku(before.shortages)
        return sku_rows(per_sku(before.lines) - needed)
