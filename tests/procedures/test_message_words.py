"""Each message reads as whole sentences in both languages, told what its procedure tells it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path as FilePath
from string import Formatter
from types import ModuleType
from typing import Any

import pytest

from activities.audiences.contract import MessageAudience
from activities.messages.contract import Message, Notify
from activities.messages.templates import Template, template, templates
from tests.procedures.paths import walked
from workflows.language.personal import personal_fields

Told = tuple[str, dict[str, str]]
"""By which procedure, and what."""
HERE = FilePath(__file__).parent
KEPT_UNCHANGED = {"SKU", "TD", "SVIP", "VIP", "B2B", "DSR"}
QUOTED = re.compile(r"“[^”]*”")
ENGLISH = re.compile(r"[A-Za-z]{2,}")
OF_NO_PATH: dict[str, Told] = {
    "campaign_approved": ("campaign", {"name": "双十二", "theme": "年终", "budget": "900.00 CNY"}),
    "campaign_changed": ("campaign", {"name": "双十二", "finding": "点击低", "change": "换主图"}),
    "issue_urgent": ("cross_department_issue", {"problem": "漏发", "department": "仓库"}),
    "plan_not_in_form": ("operations_plan", {"purpose": "提升复购"}),
    "price_rolled_back": ("price_change", {"prices": "LAMP-1 ¥10.00 → ¥12.00"}),
    "target_is_late": ("commission_settlement", {"employee": "li", "month": "2026-12"}),
    "waybill_sent": ("order_fulfilment", {"waybill_no": "SF1", "carrier": "顺丰"}),
}
"""What the usual scenarios don't send, told as their procedures tell it."""
BY_THE_ENGINE = {
    "deadline_missed": {
        "case": "order_fulfilment:tmall:SO-1",
        "limit": "ship_target",
        "due": "2026-11-24T02:00:00Z",
    },
    "deadline_near": {
        "case": "order_fulfilment:tmall:SO-1",
        "limit": "picking",
        "due": "2026-11-24T02:00:00Z",
    },
    "reminder": {"case": "order_fulfilment:tmall:SO-1", "limit": "picking", "due": "2026-11-24T02:00:00Z"},
    "escalated": {"by": "li", "note": "看一下"},
    "case_stopped": {"by": "li", "note": "不再需要"},
    "case_called_off": {"note": "不再需要"},
    "request_stopped": {},
    "notice_withdrawn": {"title": "请备货"},
}


def scenarios() -> Iterator[ModuleType]:
    for path in sorted(HERE.glob("*/test_*.py")):
        module = import_module(f"tests.procedures.{path.parent.name}.{path.stem}")
        if hasattr(module, "PATHS") and hasattr(module, "start"):
            yield module


@cache
def told() -> dict[str, list[Told]]:
    """What the procedures' own scenarios tell each template."""
    found: defaultdict[str, list[Told]] = defaultdict(list)
    for module in scenarios():
        for case in walked(module.start, module.PATHS):
            procedure = case.machine.procedure.key
            for step in case.steps:
                for ask in step.asked:
                    effect: Any = ask.effect
                    if isinstance(effect, Message | Notify | MessageAudience):
                        found[effect.template].append((procedure, dict(effect.data)))
    for key, data in BY_THE_ENGINE.items():
        found[key] = [("order_fulfilment", data)]
    return {key: [one] for key, one in OF_NO_PATH.items()} | found


def texts(one: Template, told: Told, language: str) -> Iterator[str]:
    procedure, data = told
    words = one.write(language, {"store": "tmall", "subject": "SO-1", **data}, procedure)
    yield from (words.title, words.body)


@pytest.mark.parametrize("key", sorted(templates()))
def test_kind_43_every_message_reads_as_whole_sentences(key: str) -> None:
    one = template(key)
    for procedure, data in told()[key]:
        assert one.places <= data.keys(), f"{procedure} doesn't tell {one.places - data.keys()}"
        for language in ("zh", "en"):
            for text in texts(one, (procedure, data), language):
                assert not re.search(r"[{}\[\]]|\bNone\b", text), text
                assert not re.search(r"（-?）| \(-?\)|“-?”", text), text
                assert not re.search(r"\d [A-Z]{3}\b", QUOTED.sub("", text)), (
                    f"money as people read it: {text}"
                )
        mine = {"tmall", "SO-1", *(value for place, value in data.items() if place not in one.named)}
        for text in texts(one, (procedure, data), "zh"):
            said = QUOTED.sub("", text)
            for value in sorted(mine, key=len, reverse=True):
                said = said.replace(value, "") if value else said
            assert [word for word in ENGLISH.findall(said) if word not in KEPT_UNCHANGED] == [], text


def test_kind_43_an_empty_part_vanishes() -> None:
    data = {"order": "SO-1", "amount": "15.00 CNY", "account": "-"}
    assert template("refund_paid").write("zh", data, "refund_only").body == "订单 SO-1 的退款 ¥15.00 已退回。"
    by_bank = template("refund_paid").write("zh", {**data, "account": "6222"}, "refund_only").body
    assert by_bank == "订单 SO-1 的退款 ¥15.00 已退回（账号：6222）。"


def test_kind_43_a_key_is_shown_by_its_procedures_label() -> None:
    data = {"order": "SO-1", "sku": "LAMP-1", "qty": "1", "cause": "count_error"}
    zh, en = (
        template("goods_missing").write(language, data, "out_of_stock").body for language in ("zh_CN", "en")
    )
    assert zh == "订单 SO-1 缺 LAMP-1 共 1 件，原因是账实不符。请立即联系客户，提供其他商品或退款。"
    assert "The cause: Count error." in en
    declined = {"about": "complaint", "kind": "bottleneck", "why": "慢"}
    assert template("suggestion_declined").write("zh", declined, "process_improvement").body == (
        "关于“投诉处理”的改进建议（瓶颈）未采纳：“慢”。"
    )
    general = template("suggestion_declined").write(
        "zh", {**declined, "about": "None"}, "process_improvement"
    )
    assert general.body == "改进建议（瓶颈）未采纳：“慢”。"
    missed = template("deadline_missed").write("zh", BY_THE_ENGINE["deadline_missed"], "order_fulfilment")
    assert missed.body.startswith("“24 小时发货”应在")


@pytest.mark.parametrize("key", sorted(templates()))
def test_typed_text_stands_in_quotes_or_alone(key: str) -> None:
    """What somebody typed isn't taken for the store's own words."""
    typed = {
        "why",
        "note",
        "reason",
        "question",
        "finding",
        "problem",
        "symptom",
        "script",
        "fault",
        "decision",
    }
    for language, words in template(key).words.items():
        places = {name for _, name, _, _ in Formatter().parse(words.body) if name} & typed
        loose = {one for one in places if not re.search(rf"“[^”]*{{{one}}}[^”]*”", words.body)}
        assert not loose or words.body.strip() == f"{{{next(iter(loose))}}}", (language, words.body)


def test_no_notice_says_who_a_customer_is() -> None:
    """Cards go to chats that more people read than the case."""
    said: list[tuple[str, str, str]] = []
    for module in scenarios():
        for case in walked(module.start, module.PATHS):
            procedure = case.machine.procedure
            marks = personal_fields(procedure)
            for step in case.steps:
                for ask in step.asked:
                    effect: Any = ask.effect
                    if isinstance(effect, Notify):
                        places = template(effect.template).places
                        said += [(procedure.key, effect.template, place) for place in places & marks.keys()]
    assert sorted(set(said)) == []
