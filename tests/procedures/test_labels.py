"""Every label that people read is there in Chinese, in the words of its own procedure."""

import re
from collections import Counter
from itertools import chain

import pytest

from activities.messages.templates import templates
from workflows.labels import CATALOGUES, LANGUAGES, Context, Language, Needed, label, load, missing, unused
from workflows.language.procedure import Procedure
from workflows.registry import registry

ENTRY = re.compile(r'^msgctxt "(.*)"\nmsgid "(.*)"', re.MULTILINE)
NOT_SAID = {"顾客": "客户", "承运商": "物流公司"}
"""One word for one thing."""


def lines(lacking: list[Needed]) -> list[str]:
    return [f"{one.group}.po: {one.context} {one.words!r}" for one in lacking]


@pytest.mark.parametrize("procedure", list(registry()), ids=lambda procedure: procedure.key)
def test_no_label_of_a_procedure_is_missing_in_chinese(procedure: type[Procedure]) -> None:
    assert lines([one for one in missing("zh", [procedure]) if one.procedure]) == []


def test_no_label_of_roles_and_effects_is_missing_in_chinese() -> None:
    assert lines(missing("zh", [])) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_says_anything_twice_or_for_nobody(language: Language) -> None:
    for path in (CATALOGUES / language / "LC_MESSAGES").glob("*.po"):
        twice = [
            entry for entry, times in Counter(ENTRY.findall(path.read_text("utf-8"))).items() if times > 1
        ]
        assert (path.name, twice) == (path.name, [])
    assert unused(language, registry()) == []


@pytest.mark.parametrize(
    ("procedure", "context", "key", "called"),
    [
        ("refund_only", "field", "total", "退款合计"),
        ("refund_only", "choice", "shortage", "少件"),
        ("refund_only", "choice", "out_of_stock", "缺货"),
        ("supplier_onboarding", "field", "total", "总分"),
        ("bad_review", "field", "offers", "补偿承诺"),
        ("product_selection", "field", "offers", "供应商报价"),
        ("aftersales_request", "choice", "packing", "包装"),
        ("aftersales_request", "choice", "late", "物流太慢"),
        ("aftersales_request", "action", "close", "结案"),
        ("repair", "field", "parts", "所需配件"),
        ("repair", "field", "accessories", "随附配件"),
        ("repair", "choice", "misuse", "人为损坏"),
        ("repair", "action", "authorise", "同意寄修"),
        ("return_refund", "action", "authorise", "同意退货"),
        ("exchange", "action", "authorise", "同意换货"),
        ("exchange", "field", "wanted", "换成的商品"),
        ("customer_inquiry", "field", "topic", "咨询类型"),
        ("customer_inquiry", "choice", "delivery", "物流配送"),
        ("complaint", "field", "content", "投诉内容"),
        ("complaint", "field", "finding", "核实结果"),
        ("complaint", "action", "propose", "提出方案"),
        ("order_fulfilment", "choice", "wrong_item", "拍错了"),
        ("order_fulfilment", "choice", "recalled", "已拦截退回"),
        ("order_fulfilment", "field", "location", "发货仓"),
        ("order_fulfilment", "field", "freight", "客付运费"),
        ("order_fulfilment", "field", "freight_fee", "物流公司运费"),
        ("wholesale_order", "stage", "checking", "审单中"),
        ("wholesale_order", "field", "paid", "已付金额"),
        ("presale_preship", "field", "paid", "本次实付"),
        ("exchange", "role", "customer", "客户"),
    ],
)
def test_kind_41_a_label_is_the_procedures_own(
    procedure: str, context: Context, key: str, called: str
) -> None:
    assert label(context, key, "zh", procedure) == called


def test_kind_41_no_other_groups_label_is_shown() -> None:
    assert ("supply_and_stock", "action", "Freeze") in load("zh")
    assert label("action", "freeze", "zh", "stocktake") == "冻结库位"
    assert label("action", "freeze", "zh", "refund_only") == "Freeze"
    assert label("action", "freeze", "zh", "no_such_procedure") == "Freeze"


def test_kind_41_one_thing_has_one_name() -> None:
    said = chain(
        load("zh").values(),
        (text for one in templates().values() for text in (one.words["zh"].title, one.words["zh"].body)),
    )
    assert [text for text in said if any(word in text for word in NOT_SAID)] == []


def test_words_stand_in_where_a_catalogue_says_nothing() -> None:
    assert label("stage", "waiting_for_godot", "zh") == "Waiting for godot"
    assert label("effect", "ReserveStock", "en") == "Reserve stock"


def test_a_choice_of_roles_goes_by_the_roles_names() -> None:
    assert label("choice", "gm", "zh") == label("role", "gm", "zh") == "总经理"
