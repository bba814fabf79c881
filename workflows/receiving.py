"""What whoever takes goods in is asked: the forms of `inbound_receiving`, which has more rows than one file holds
beside them.
"""

from collections import Counter
from typing import Annotated, Any, Literal

from activities.purchase_plans.contract import Delivery, Goods, listed
from activities.purchasing.contract import OUTSTANDING, SUPPLIER_OF
from models.roles import Role
from models.values import (
    NOTHING,
    Code,
    Count,
    Day,
    File,
    FormRow,
    FormRows,
    Moment,
    PerSku,
    Photos,
    Price,
    Qty,
    Remark,
    Sign,
    SkuQty,
    Some,
    SomePhotos,
    Supplier,
    Text,
    Ticked,
    User,
    in_one_currency,
    per_sku,
    sku_rows,
    total,
)
from workflows.goods_in import LineCount, LineNote, ToShelf
from workflows.language.forms import Case, Form, InHistory, Keep, Note, Problems, Reason
from workflows.language.sentences import Sentence, sentence
from workflows.language.sources import (
    CallerOrOther,
    TheCaller,
    TimeOrEarlier,
    ToCheck,
    from_book,
    from_case,
    of_book,
    own_number,
    proposed,
    rows_of,
    to_check,
    within,
)


class DeliveryOnForms(Delivery):
    """What forms show of a delivery."""

    @property
    def difference(self) -> int | None:
        """By how many pieces the count is not what was announced."""
        return sum(abs(line.counted - (line.ordered or 0)) for line in self.counts) or None

    @property
    def beyond_rows(self) -> tuple[SkuQty, ...]:
        """What was counted beyond the order: it goes back, or needs an approval."""
        return sku_rows(self.counted - self.may_come)


class Receipt(Case, DeliveryOnForms):
    """A delivery."""


class Announced(Form):
    purchase_no: Keep[Code]
    lines: Keep[Annotated[Some[SkuQty], proposed(of_book(OUTSTANDING, purchase="purchase_no"))]]
    eta: Keep[Moment]
    supplier: Keep[Annotated[Supplier | None, from_book(SUPPLIER_OF, purchase="purchase_no")]] = None
    """Whose purchase it is: the book says it, where nobody does."""


class Arrival(Form):
    arrived_at: Keep[TimeOrEarlier[Moment]]
    vehicle: InHistory[Remark] = ""
    packages: Keep[ToCheck[Qty]]
    dock: InHistory[Remark] = ""


class OrderFound(Form):
    """Which purchase a delivery belongs to that nobody announced, or that was announced for another."""

    purchase_no: Keep[Code]


class GoodsCount(Form):
    delivery_note_no: Keep[Code]
    lines: Annotated[PerSku[LineCount], rows_of("expected", others=True)]
    condition: Keep[ToCheck[Literal["good", "damaged"]]]
    spec_matches_order: Keep[ToCheck[bool]]
    photos: Photos = ()

    def problems(self) -> Problems:
        if self.condition == "damaged" and not self.photos:
            yield "photos", "Show the damage."


class DeliveryRefusal(Form):
    reason: Text
    driver_signature: File | None = None


class Difference(Form):
    kind: Literal["short", "over", "wrong_item", "damaged"]
    qty: Annotated[Qty, proposed("difference")]
    photos: SomePhotos


class Settlement(Form):
    """What becomes of a difference. What is refused goes back: which goods, and how many of them."""

    decision: Keep[Literal["accept_actual", "reject_part", "wait_rest"]]
    rejected: Annotated[FormRows[SkuQty], to_check("beyond_rows")] = ()
    note: Text

    def problems(self) -> Problems:
        if self.decision == "reject_part" and not self.rejected:
            yield "rejected", "Say which goods go back, and how many."
        if self.decision != "reject_part" and self.rejected:
            yield "rejected", "Only who rejects a part says which goods go back."

    @property
    def refused(self) -> Counter[str]:
        """What goes back, by SKU."""
        return per_sku(self.rejected)


class ReturnNote(Form):
    return_note_no: Annotated[Code, own_number("RN")]
    qty: Annotated[Goods, from_case("came")]
    debit_amount: Price | None = None
    """What the goods cost by their note: nobody need type it."""


class LotReturn(ReturnNote):
    """The whole lot goes back, and what was refused on arrival."""

    qty: Annotated[Goods, from_case("lot_to_return")]
    debit_amount: Annotated[Price | None, from_case("lot_cost")] = None


class RejectsReturn(ReturnNote):
    """What the inspection rejected goes back, all of it, and what was refused on arrival."""

    qty: Annotated[Goods, from_case("to_return")]
    debit_amount: Annotated[Price | None, from_case("rejected_cost")] = None


class RefusedReturn(Form):
    """What was refused on arrival leaves, with the driver or later; nobody has booked it."""

    return_note_no: Annotated[Code, own_number("RN")]
    qty: Annotated[Goods, from_case("refused_goods")]


class Labels(Form):
    barcode_count: Annotated[Qty, proposed("pieces")]
    stuck_by: CallerOrOther[User]
    label_book_goods_agree: Annotated[Ticked, to_check("came")]


class InboundNote(Form):
    inbound_note_no: Keep[Annotated[Code, own_number("IN")]]
    lines: Annotated[Some[LineNote], proposed("to_note")]

    def problems(self) -> Problems:
        if not in_one_currency(line.unit_cost for line in self.lines if line.unit_cost):
            yield "lines", "All prices of a note must be in one currency."


class KeeperSignature(Form):
    keeper_signature: Keep[TheCaller[Sign]]


class SupervisorSignature(Form):
    supervisor_signature: TheCaller[Sign]


class Posting(Form):
    posted_on: Keep[TimeOrEarlier[Day]]
    finance_copy_sent: ToCheck[Ticked]


class Voucher(Form):
    voucher_no: Keep[Annotated[Code, own_number("V")]]
    booked_on: TimeOrEarlier[Day]


class Sampling(Form):
    sampling_plan: Keep[Literal["all", "aql", "spot"]]


class Defect(FormRow):
    defect: Text
    count: Qty


class Inspection(Form):
    inspected_qty: Annotated[Qty, to_check("to_inspect")]
    good_qty: ToCheck[Count]
    bad_qty: ToCheck[Count]
    bad_lines: FormRows[SkuQty] = ()
    """Which goods are bad; needed where the lot has several SKUs and passes."""
    defects: FormRows[Defect] = ()
    opinion: Text
    inspector_signature: TheCaller[Sign]
    photos: Photos = ()

    def problems(self) -> Problems:
        if self.good_qty + self.bad_qty != self.inspected_qty:
            yield "inspected_qty", "Must be good and bad together."
        if self.bad_lines and total(self.bad_lines) != self.bad_qty:
            yield "bad_lines", "Must be the bad ones, all of them."


class FailedInspection(Inspection):
    def problems(self) -> Problems:
        yield from super().problems()
        if not self.bad_qty:
            yield "bad_qty", "A lot fails for what was found bad."
        if not self.photos:
            yield "photos", "Show what is wrong."


class Concession(Form):
    """A lot that failed is kept all the same: what is bad of it is set apart, and the rest goes on sale."""

    set_apart: Annotated[FormRows[SkuQty], proposed("bad_goods")] = ()
    """Which goods are bad: what the inspection found, and whatever else isn't to be sold as new."""
    deduction: Annotated[Price | None, within(at_most="lot_cost")] = None
    note: Text


class PutAway(Form):
    placements: Annotated[FormRows[ToShelf], rows_of("to_shelve", others=True)]
    """None where none of the lot is for sale. Goods that go into two bins have two rows."""
    reported_to: User


def objection_to_count(delivery: Delivery, form: GoodsCount) -> Sentence | str:
    """Why a count can't be so; empty if it can."""
    expected = per_sku(delivery.expected)
    for line in form.lines:
        if line.ordered not in (None, expected[line.sku]):
            return sentence(
                "Announced are {announced} of {sku}, not {typed}.",
                announced=expected[line.sku],
                sku=line.sku,
                typed=line.ordered,
            )
    counted = {line.sku for line in form.lines}
    left = [row.sku for row in delivery.lines if row.sku not in counted]
    if left:
        return sentence("Not counted yet: {left}.", left=left)
    if delivery.refused_gone:
        return sentence("Part of it has gone back already: settle what differs.")
    return ""


def objection_to_concession(delivery: Delivery, form: Concession) -> tuple[Sentence | str, str]:
    """Why a lot can't be kept so, and over which answer: quality control has found more of it bad, or it costs less
    than is deducted. Empty if it can.
    """
    apart, found, deducted = per_sku(form.set_apart), Counter(delivery.bad_of), form.deduction or NOTHING
    if not apart <= per_sku(delivery.noted):
        return sentence("The note has {goods}.", goods=listed(per_sku(delivery.noted))), "set_apart"
    if not found <= apart or apart.total() < delivery.bad:
        bad = delivery.bad
        said = sentence("Quality control found {bad} bad: say which, none of them is for sale.", bad=bad)
        return said, "set_apart"
    if not in_one_currency((deducted, *(line.unit_cost for line in delivery.noted))):
        return sentence("The goods are priced in another currency."), "deduction"
    if deducted > delivery.lot_cost:
        return sentence("The goods cost {cost}.", cost=delivery.lot_cost), "deduction"
    return "", ""


def objection_to_settlement(delivery: Delivery, form: Settlement) -> Sentence | str:
    """Why a difference can't be settled so; empty if it can."""
    came, refused = delivery.counted, form.refused
    if not refused <= came:
        return sentence("Counted are {came}.", came=listed(came))
    if came and refused == came:
        return sentence("That is all of it: the whole lot goes back.")
    if delivery.refused_gone and refused != Counter(delivery.refused):
        return sentence("These have gone back already: {gone}.", gone=listed(delivery.refused))
    more = came - refused - delivery.may_come
    if more and form.decision != "accept_actual":
        return sentence(
            "More than was ordered would be kept: {more}. Reject it too, or ask for its approval.",
            more=listed(more),
        )
    ordered = {one.sku for one in delivery.awaited or ()}
    strange = [sku for sku in more if ordered and sku not in ordered]
    return sentence("Never ordered, so it goes back: {strange}.", strange=strange) if strange else ""


# --- what several rows share: who sends an event, with which form

Row = dict[str, Any]
CALL_OFF: Row = {"by": Role.PURCHASING | Role.SUPPLIER, "form": Reason}
MATCH: Row = {"by": Role.RECEIVER | Role.PURCHASING, "form": OrderFound}
COUNT: Row = {"by": Role.RECEIVER, "form": GoodsCount}
REFUSAL: Row = {"by": Role.RECEIVER | Role.WAREHOUSE_SUPERVISOR, "form": DeliveryRefusal}
MORE_APPROVAL: Row = {"by": Role.GM, "form": Note, "approves": ("supplier", "more", "more_value")}
SETTLEMENT: Row = {"by": Role.PURCHASING, "form": Settlement}
LOT_REFUSAL: Row = {"by": Role.WAREHOUSE_SUPERVISOR, "form": ReturnNote}
LABELS: Row = {"by": Role.STATISTICIAN, "form": Labels}
KEEPER: Row = {"by": Role.WAREHOUSE_KEEPER, "form": KeeperSignature}
SUPERVISOR: Row = {"by": Role.WAREHOUSE_SUPERVISOR, "form": SupervisorSignature}
REFUSED_RETURN: Row = {"by": Role.RECEIVER | Role.WAREHOUSE_SUPERVISOR, "form": RefusedReturn}
LOT_RETURN: Row = {"by": Role.WAREHOUSE_SUPERVISOR | Role.PURCHASING, "form": LotReturn}
PUT_AWAY: Row = {"by": Role.WAREHOUSE_KEEPER, "form": PutAway}
REJECTS_RETURN: Row = {"by": Role.WAREHOUSE_SUPERVISOR | Role.PURCHASING, "form": RejectsReturn}
