"""What whoever acts in a complaint is asked: the forms of `complaint`, and what such a case knows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from activities.compensation.contract import RULE
from activities.orders.contract import Addressee, ReturnedGoods
from models.roles import Role
from models.values import (
    NOTHING,
    CaseRef,
    Code,
    Count,
    CustomerNo,
    FormRows,
    LineQty,
    LongText,
    Moment,
    Money,
    Order,
    Paid,
    Photos,
    Price,
    Remark,
    Some,
    Text,
    User,
    any_twice,
)
from workflows.language.forms import Case, Form, InHistory, Keep, Problems, Told
from workflows.language.sources import TheCaller, from_book, from_case, proposed, within
from workflows.outside_words import ToCustomer

COUNTED = ("coupon", "gift", "partial_refund", "refund")
MONEY = ("partial_refund", "refund", "coupon")

Score = Annotated[int, Field(ge=1, le=5)]
Department = Literal["logistics", "warehouse", "purchasing", "operations", "finance", "tech"]
Remedy = Literal[
    "apology", "resend", "return", "exchange", "repair", "partial_refund", "refund", "coupon", "gift"
]


class Filing(Form):
    channel: InHistory[Literal["chat", "phone", "platform", "review", "regulator"]]
    category: Literal["product", "logistics", "service", "price", "description", "other"]
    severity: Literal["low", "medium", "high"]
    order_no: Order | None = None
    content: Annotated[LongText, Field(min_length=10)]
    photos: InHistory[Photos] = ()
    customer_no: CustomerNo | None = None


class Acknowledgement(Form):
    agent: TheCaller[User]
    customer_mood: Literal["calm", "upset", "angry"]
    promise_time: Annotated[Keep[Moment], within(at_least="now")]
    """By when the customer is promised an offer."""


class Facts(Form):
    facts: LongText
    related_case: CaseRef | None = None


class Question(Form):
    department: Keep[Department]
    question: Text


class Finding(Form):
    finding: Text
    at_fault: bool
    fix: Remark = ""


class Offer(Form):
    rule: Annotated[FormRows[LongText], from_book(RULE, cause="category")] = ()
    """What the store's written rule says for such complaints."""
    remedy: Keep[Some[Remedy]]
    cost: Keep[Price]
    explanation: ToCustomer[Text]
    resent: Keep[FormRows[LineQty]] = ()
    """Which goods are sent again; all of the order, where nobody says it."""

    def problems(self) -> Problems:
        if any_twice(self.remedy):
            yield "remedy", "Name each remedy only once."
        if sum(remedy in MONEY for remedy in self.remedy) > 1:
            yield "remedy", "Either a refund or a coupon: the cost is for one of them."
        if any(remedy in MONEY for remedy in self.remedy) and not self.cost:
            yield "cost", "Say how much."
        if self.resent and "resend" not in self.remedy:
            yield "resent", "Nothing is sent again."


class OfferAgain(Offer):
    """The last offer: the supervisor makes a better one, or gives what was offered."""

    remedy: Keep[Annotated[Some[Remedy], proposed("remedy")]]
    cost: Keep[Annotated[Price, proposed("cost")]]
    resent: Keep[Annotated[FormRows[LineQty], proposed("resent")]] = ()


class Comment(Told):
    comment: Remark = ""


class Authority(Form):
    reason: Text
    wanted_cost: Annotated[Price | None, proposed("asked")] = None


class PlatformCase(Form):
    platform: Literal["taobao", "tmall", "jd", "pdd", "own", "other"] = "other"
    platform_case_no: Code | None = None
    reply_by: Keep[Moment | None] = None


class Ruling(Told):
    """How the platform has ruled."""

    favours: Literal["customer", "shop"]
    amount: Paid | None = None
    """What the platform has paid the customer of the store's money."""
    ruling_no: Remark = ""
    to_do: Keep[Remark] = ""
    """What the store is to do beside that."""

    def problems(self) -> Problems:
        if self.favours == "shop" and (self.amount or self.to_do):
            yield "favours", "Where the shop is right it owes nothing."

    @property
    def is_all(self) -> bool:
        """Whether nothing is left for the store to do."""
        return self.favours == "shop" or (self.amount is not None and not self.to_do)


RULED: dict[str, Any] = {
    "by": Role.PLATFORM_FEED,
    "heard_by": Role.CS_SUPERVISOR,
    "form": Ruling,
    "on": "platform.complaint.ruled",
}
"""How a platform's ruling comes."""


class Execution(Form):
    child_cases: FormRows[CaseRef]
    """Cases that were opened by hand for it."""
    lines: Keep[FormRows[LineQty]] = ()
    """What comes back, is exchanged or repaired."""


class Obedience(Offer, Execution):
    """What the customer gets as the platform has ruled."""


class GiftSent(Form):
    what: Text
    waybill_no: Code | None = None


class CallBack(Form):
    attempt_no: Annotated[int, Field(ge=1, le=10), from_case("next_try")]
    channel: Literal["phone", "chat"]


class Contentment(Form):
    score: Score | None = None
    note: Remark = ""


class LeftUnhappy(Form):
    """The head leaves it at that."""

    score: Score
    reason: Text


class ComplaintCase(Case):
    category: str
    severity: str
    content: LongText
    order_no: Order | None = None
    department: Department | None = None
    remedy: tuple[Remedy, ...] = ()
    cost: Price = NOTHING
    explanation: Text = "-"
    resent: FormRows[LineQty] = ()
    granted: Price = NOTHING
    """What a manager has allowed for this case."""
    asked: Price | None = None
    """What is to be granted, where whoever offered it may not."""
    given_before: Price | None = None
    """What the order and its buyer were given before that."""
    lines: FormRows[LineQty] = ()
    opened: Count = 0
    """How many remedies run as cases of their own."""
    is_resending: bool = False
    """Whether goods are sent again by an order that the case opens."""
    resent_goods: FormRows[ReturnedGoods] = ()
    """What is sent again, by the books."""
    resent_as: Annotated[str, Field(max_length=64)] = ""
    """The number of the order that sends it."""
    receiver: Addressee | None = None
    promise_time: Moment | None = None
    """By when the customer was promised an offer."""
    to_do: Remark = ""
    """What the platform has ruled that the store is to do."""
    reply_by: Moment | None = None
    attempt_no: int = 0
    """How often the customer was called since it was solved."""
    customer_no: CustomerNo | None = None

    @property
    def counted(self) -> Money:
        """What of the cost counts with what was given before, beside goods that are sent again."""
        return self.cost if any(remedy in COUNTED for remedy in self.remedy) else NOTHING

    @property
    def is_counted(self) -> bool:
        """Whether anything of it does."""
        return bool(self.counted) or "resend" in self.remedy

    @property
    def what_is_handled(self) -> dict[str, Any]:
        """What a return, an exchange or a repair is opened with."""
        return {"order_no": self.order_no, "lines": self.lines, "shop_pays_postage": True}

    @property
    def next_try(self) -> int:
        return self.attempt_no + 1
