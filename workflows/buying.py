"""What whoever buys is asked: the forms of `procurement`, which has more rows than one file holds beside them."""

from typing import Annotated, Any, Literal

from activities.purchase_plans.contract import (
    Goods,
    PlanLine,
    PlannedPurchase,
    Quote,
    SkuCount,
    Terms,
    listed,
)
from activities.purchasing.contract import ESTIMATE, LAST_TERMS
from activities.stock.contract import FREE_OF, SOLD_OF
from activities.suppliers.contract import RATING
from models.roles import Role
from models.values import (
    NOTHING,
    Code,
    Day,
    File,
    FormRows,
    Moment,
    Money,
    Paid,
    PerSku,
    Price,
    PricedLine,
    Remark,
    SkuQty,
    Some,
    Supplier,
    Text,
    Ticked,
    User,
    in_one_currency,
    per_sku,
    worth,
)
from workflows.language.forms import Form, InHistory, Keep, Note, Problems, Reason, Told
from workflows.language.sentences import Sentence, sentence
from workflows.language.sources import (
    TimeOrEarlier,
    from_book,
    from_case,
    of_book,
    own_number,
    proposed,
    to_check,
    within,
)

QUOTES = 3  # suppliers to ask (default)


class Plan(Form):
    reason: Literal["low_stock", "campaign", "new_product", "urgent", "routine"]
    lines: Some[PlanLine]
    stock_now: InHistory[Annotated[FormRows[SkuCount], from_book(FREE_OF)]]
    forecast: InHistory[Annotated[FormRows[SkuCount], proposed(of_book(SOLD_OF))]]
    est_total: Annotated[Price, proposed(of_book(ESTIMATE))]


class Replan(Form):
    """Another plan than was drafted or approved: it needs its budget and its approval again."""

    lines: Keep[Annotated[Some[PlanLine], proposed("lines")]]
    est_total: Keep[Annotated[Paid, proposed("est_total")]]
    reason_changed: Text


class Budget(Form):
    budget_line: Text
    amount_left: Price
    note: Remark = ""


class Quotes(Form):
    quotes: Keep[Some[Quote]]
    reason_fewer: Remark = ""

    def problems(self) -> Problems:
        if len({quote.supplier for quote in self.quotes}) < QUOTES and not self.reason_fewer:
            yield (
                "reason_fewer",
                sentence("Fewer than {quotes} suppliers were asked: say why.", quotes=QUOTES),
            )


class Agreement(Form):
    final_terms: Text
    supplier: Keep[Supplier]
    rating: Annotated[
        Keep[Literal["active", "downgraded", "frozen"] | None], from_book(RATING, supplier="supplier")
    ] = None


class Contract(Form):
    contract_no: Keep[Annotated[Code, own_number("CT")]]
    lines: Annotated[PerSku[PricedLine], proposed("as_quoted")]
    delivery_date: Keep[Annotated[Day, proposed("needed_by")]]
    quality_terms: Keep[Text]
    penalty: Keep[Remark] = ""
    payment_terms: Keep[Annotated[Terms, proposed(of_book(LAST_TERMS))]]

    def problems(self) -> Problems:
        if not in_one_currency(line.unit_price for line in self.lines):
            yield "lines", "All prices of a contract must be in one currency."


class HandedOver(Form):
    received_at: TimeOrEarlier[Moment]


class Audit(Form):
    price_ok: Annotated[bool, to_check("ordered")]
    terms_ok: Annotated[bool, to_check("payment_terms")]
    signed_file: File | None = None
    note: Remark = ""


class PassedAudit(Form):
    price_ok: Annotated[Ticked, to_check("ordered")]
    terms_ok: Annotated[Ticked, to_check("payment_terms")]
    signed_file: Keep[Annotated[File, proposed("signed_file")]]
    note: Remark = ""


class Prepayment(Form):
    amount: Annotated[Paid, proposed("to_prepay", at_most="value")]
    payment_ref: Code


class Promise(Told):
    promised_date: Annotated[Day, proposed("expected_on")]


class Shipment(Told):
    delivery_note: File
    carrier: Remark = ""
    waybill_no: Remark = ""
    eta: Keep[Annotated[Day, proposed("expected_on")]]
    qty: Annotated[Some[SkuQty], proposed("left")]


class Delay(Told):
    new_date: Annotated[Day, within(at_least="now")]
    cause: Text


class Delivered(Form):
    """What a delivery brought that the purchase hasn't opened."""

    received: FormRows[SkuQty] = ()
    bad: FormRows[SkuQty] = ()
    deducted: Price = NOTHING


class ShortClose(Form):
    cancelled_qty: Annotated[Goods, from_case("left")]
    reason: Text


class Invoice(Form):
    invoice_no: Code
    amount: Annotated[Price, proposed("payable", at_most="payable")]
    penalty_taken: Price = NOTHING
    """What is kept of it as the contract's penalty."""
    three_way_match: Annotated[Ticked, to_check("received")]


class Mismatch(Form):
    invoice_no: Code
    difference: Money
    owner: User
    note: Text


class Failure(Form):
    reason: Text
    prepayment_to_recover: Annotated[Price | None, from_case("prepaid")] = None


def objection_to_lines(purchase: PlannedPurchase, lines: tuple[PricedLine, ...]) -> Sentence | str:
    """Why these may not be ordered: not quoted at that price, or more than was approved. Empty if they may."""
    supplier, approved = purchase.supplier, per_sku(purchase.lines)
    for line in lines:
        quoted = purchase.quoted(line.sku)
        if quoted is None:
            return sentence("{supplier} quoted no price for {sku}.", supplier=supplier, sku=line.sku)
        if not in_one_currency((line.unit_price, quoted)) or line.unit_price > quoted:
            return sentence(
                "{supplier} quoted {quoted} for {sku}, not {typed}.",
                supplier=supplier,
                quoted=quoted,
                sku=line.sku,
                typed=line.unit_price,
            )
    for sku, qty in (per_sku(lines) - approved).items():
        return sentence(
            "Approved are {approved} of {sku}, not {typed}: plan anew to buy more.",
            approved=approved[sku],
            sku=sku,
            typed=approved[sku] + qty,
        )
    value = worth(lines)
    if not in_one_currency((value, purchase.est_total)) or value > purchase.est_total:
        return sentence(
            "Approved are {approved}, not {value}: plan anew to spend more.",
            approved=purchase.est_total,
            value=value,
        )
    return ""


def objection_to_shipment(purchase: PlannedPurchase, goods: tuple[SkuQty, ...]) -> Sentence | str:
    """Why so much can't be on its way: it isn't outstanding. Empty if it can."""
    left = purchase.outstanding()
    if per_sku(goods) <= left:
        return ""
    return sentence("Outstanding are {left}.", left=listed(left) or "0")


# --- what several rows share: who sends an event, with which form

Row = dict[str, Any]
PLAN_APPROVAL: Row = {
    "by": Role.GM,
    "form": Note,
    "approves": ("reason", "lines", "est_total", "estimate", "stock"),
}
SUPPLIER_APPROVAL: Row = {
    "by": Role.OPS_MANAGER | Role.GM,
    "form": Note,
    "approves": ("supplier", "rating", "quotes"),
}
AUDITED: Row = {"form": PassedAudit, "when": "is_signed"}
PREPAYMENT: Row = {"by": Role.FINANCE, "form": Prepayment}
SHIPMENT: Row = {"by": Role.SUPPLIER, "heard_by": Role.PURCHASING, "form": Shipment}
DELAY: Row = {"by": Role.SUPPLIER, "heard_by": Role.PURCHASING, "form": Delay}
SHORT_CLOSE: Row = {"by": Role.PURCHASING, "form": ShortClose}
NEVER_CAME: Row = {"by": Role.PURCHASING, "form": Reason}
FAILURE: Row = {"by": Role.PURCHASING, "form": Failure}
