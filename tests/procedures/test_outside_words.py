"""What the public reads names nobody and promises nothing that the law forbids, however it is written."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from workflows import complaining, exchanging, ordering, returning
from workflows.language.procedure import Procedure
from workflows.outside_words import outside_faults
from workflows.procedures.after_sales import aftersales_request, refund_only
from workflows.procedures.customers import cs_quality_review, customer_inquiry
from workflows.procedures.customers.bad_review import BadReview
from workflows.procedures.customers.credit_comment import CreditComment
from workflows.procedures.marketing_and_content.content_operations import ContentOperations
from workflows.procedures.orders_and_logistics import logistics_exception
from workflows.procedures.products.product_listing import ProductListing


@pytest.mark.parametrize(
    "text",
    [
        "王女士 1 3 8 0 0 1 3 8 0 0 0 您好",
        "请拨 １３８００１３８０００",
        "请拨 138-0013-8000",
        "电话 0571 8888 8888",
        "订单 20261123001 已处理",
        "写信到 li ＠ example.com",
        "已寄往文一西路 1 号",
        "小区 3 幢 2 单元 501 室",
        "收件人：王小明",
        "全 网 第 一",
        "最\u200b佳",
        "加Ｖ领券",
        "Cash back for you",
    ],
)
def test_kind_67_what_must_not_be_published_is_found_however_it_is_written(text: str) -> None:
    assert [name for name, _ in outside_faults(text=text)] == ["text"]


@pytest.mark.parametrize(
    "text",
    [
        "感谢您的支持，这是我们第一次上架手工杯。",
        "活动时间：2026-11-23 至 2026-11-30，满 99 减 20。",
        "三种尺寸 80、100、120 厘米，价格 199 129 99 元。",
        "Thank you: the oak lamp is 40 cm high, and costs 199.00.",
        "我们会在第一时间处理。",
    ],
)
def test_kind_67_usual_words_pass(text: str) -> None:
    assert not list(outside_faults(text=text))


SENT: tuple[tuple[type[BaseModel], str], ...] = (
    (aftersales_request.Question, "needed"),
    (aftersales_request.Rejection, "explanation"),
    (complaining.Offer, "explanation"),
    (cs_quality_review.KnownQuestion, "answer"),
    (customer_inquiry.Question, "question"),
    (exchanging.Inspection, "note"),
    (logistics_exception.CustomerInformed, "message"),
    (ordering.Question, "question"),
    (refund_only.Amount, "reason"),
    (refund_only.Dropped, "reason"),
    (returning.Inspection, "note"),
)
"""What one customer gets as somebody has typed it."""


@pytest.mark.parametrize(("form", "name"), SENT, ids=str)
def test_kind_67_what_one_customer_gets_is_looked_at_too(form: type[BaseModel], name: str) -> None:
    field = form.model_fields[name]
    takes: TypeAdapter[str] = TypeAdapter(Annotated[str, *field.metadata])
    for text in ("打 １３８ ０００ 00000 问她", "li ＠ example.com", "加 Ｖ 返 现", "全 网 第 一"):
        with pytest.raises(ValidationError):
            takes.validate_python(text)
    assert takes.validate_python("订单 20261123001 的运单是 SF1234567890。") != ""


@pytest.mark.parametrize(
    ("procedure", "decides", "writes"),
    [
        (CreditComment, "check", "draft"),
        (BadReview, "approve_reply", "draft_reply"),
        (ContentOperations, "release", "submit_content"),
        (ProductListing, "pass_check", "submit_check"),
    ],
)
def test_kind_67_another_person_checks_what_is_published(
    procedure: type[Procedure], decides: str, writes: str
) -> None:
    for one in procedure.declaration.transitions[decides]:
        assert writes in {name for others in one.spec.other_than for name in others.names}
