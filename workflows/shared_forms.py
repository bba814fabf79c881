"""Forms, and rows of forms, that several procedures share."""

from typing import Annotated, Literal

from models.values import (
    Count,
    Day,
    File,
    FormRow,
    LineQty,
    Money,
    Number,
    Pct,
    Photos,
    Price,
    Qty,
    Remark,
    Some,
    Text,
    Ticked,
    User,
)
from workflows.language.forms import Channel, Form, Keep, Problems, Told
from workflows.language.sentences import sentence
from workflows.language.sources import FromCase, TheCaller, proposed, rows_of

ReturnReason = Literal[
    "no_reason",
    "quality",
    "wrong_item",
    "missing_item",
    "damaged_in_transit",
    "not_as_described",
    "not_received",
    "late",
    "other",
]
"""Why a customer asks for a remedy."""
NEEDS_PHOTOS = ("quality", "wrong_item", "damaged_in_transit")
"""The reasons that are to be shown."""


def why_faults(reason: ReturnReason | None, photos: tuple[str, ...], field: str = "reason", /) -> Problems:
    """What is wrong with why a customer wants a remedy, where staff write it down for them."""
    if reason is None:
        yield field, sentence("Say why: whoever is at fault pays the postage.")
    elif reason in NEEDS_PHOTOS and not photos:
        yield "photos", sentence("Show what is wrong.")


class PartOfLine(LineQty):
    """So much of one of the order's lines; all of it, where nothing else is said."""

    line: FromCase[Qty]
    qty: Annotated[Qty, proposed("qty", at_most="qty")]


class AfterSales(Told):
    """What a customer asks for goods of an order."""

    request_type: Literal["return", "exchange", "refund", "repair"]
    lines: Annotated[Some[PartOfLine], rows_of("whole_lines")]
    reason: ReturnReason | None = None
    photos: Photos = ()

    def problems(self) -> Problems:
        if self.reason in NEEDS_PHOTOS and not self.photos:
            yield "photos", "Show what is wrong."


class Withdrawal(Told):
    """Whoever asked for something doesn't want it any more."""

    reason: Remark = ""


class Agreed(Form):
    """What a customer has agreed to, and by which way staff heard it."""

    customer_agrees: Ticked
    channel: Channel


class LessIfAgreed(Form):
    """What a customer gets. Less than is owed needs their word, or somebody who decides about that."""

    agreed_through: Channel | None = None
    """By which way staff heard that the customer agrees to less."""

    @property
    def is_agreed(self) -> bool:
        """Whether the customer agrees to less."""
        return self.agreed_through is not None


class DecisionNote(Form):
    decision_note: Text


class Checks(Form):
    """What was looked at: an answer of yes or no to each question."""

    @property
    def all_ok(self) -> bool:
        """Whether every answer of yes or no is yes."""
        return all(answer for _, answer in self if isinstance(answer, bool))


class Agent(Form):
    """Who takes the case on."""

    agent: TheCaller[User]


class Inspector(Form):
    """Who inspects the goods."""

    inspector: TheCaller[User]


class LostReturn(Form):
    """Goods were lost on their way back, under a label that the shop paid."""

    carrier_statement: File
    declared_value: Annotated[Keep[Price], proposed("goods_value", at_most="goods_value")]


class MetricValue(FormRow):
    """A figure, as it was read."""

    metric: Text
    value: Number


class Reported(Told):
    """What a platform or a bank says beside the event itself, as far as it says anything."""

    reason: Remark = ""
    amount: Money | None = None


class Actual(FormRow):
    """A figure beside its target."""

    metric: Text
    target: Number
    actual: Number


class Reached(FormRow):
    """What was reached of a goal."""

    metric: FromCase[Text]
    target: FromCase[Number]
    actual: Number


class ActionItem(FormRow):
    """Who does what by when."""

    action: Text
    owner: User
    due: Day


class KeywordRank(FormRow):
    """Where a search for the keyword shows the store."""

    keyword: Text
    rank: Qty


class TrafficSource(FormRow):
    """Where visitors come from, and how many of them buy."""

    source: Text
    visitors: Count
    conversion: Pct
