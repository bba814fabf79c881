"""What refuses is worded for its reader: which condition fails, in their language, with labels instead of keys."""

from inspect import getfile
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from models.roles import Role
from models.values import Money
from tests.procedures.orders_and_logistics.test_order_fulfilment import (
    CHECK,
    HAND_OVER,
    TO_PACKED,
    WAYBILL,
    start,
)
from tests.scenario import Scenario, documented, person
from workflows.labels import Language, load
from workflows.language.memory import Actor
from workflows.language.procedure import Procedure
from workflows.language.refusals import Refusal
from workflows.language.sentences import Sentence, choice, sentence
from workflows.procedures.after_sales.refund_only import RefundOnly
from workflows.runner.gate import error_of, refusal_of
from workflows.said import unfit_in
from workflows.wording import word


def packed() -> Scenario:
    case = start()
    for step in TO_PACKED:
        case.act(step.event, step.by, **step.form)
    return case


def refused(case: Scenario, event: str, by: Role | Actor, **form: Any) -> Refusal:
    """What refuses it, as it has travelled to the API."""
    with pytest.raises(Refusal) as why:
        case.act(event, by, **form)
    return refusal_of(error_of(why.value))


def said(why: Refusal, language: Language, procedure: str = "order_fulfilment") -> str:
    return word(why.said, language, procedure)


def test_kind_42_a_refusal_says_which_condition_fails() -> None:
    why = refused(packed(), WAYBILL.event, Role.LOGISTICS, **WAYBILL.form)

    assert why.code == "refused"
    assert said(why, "en") == (
        "Create waybill is only possible when: Item number, quantity and colour were checked since the last packing."
    )
    assert said(why, "zh") == "只有满足以下条件才能办理“制作运单”：最近一次打包后已核对货号、数量和颜色。"


def test_kind_42_what_is_blocked_says_why_before_it_is_tried() -> None:
    blocked = packed().machine.blocked(person(Role.LOGISTICS))

    assert word(blocked["create_waybill"], "zh", "order_fulfilment") == (
        "只有满足以下条件才能办理“制作运单”：最近一次打包后已核对货号、数量和颜色。"
    )


def test_kind_42_roles_stages_and_fields_go_by_their_labels() -> None:
    case = packed()

    wrong_role = refused(case, CHECK.event, Role.PICKER, **CHECK.form)
    assert said(wrong_role, "zh") == "“核对无误”由驻厂人员、订单处理员办理。"
    assert said(wrong_role, "en") == "Check ok is for Factory resident, Order clerk."

    too_early = refused(case, HAND_OVER.event, Role.CARRIER_FEED, **HAND_OVER.form)
    assert (too_early.code, said(too_early, "zh")) == (
        "not_possible_now",
        "单据处于“已打包”，不能办理“交接物流公司”。",
    )

    untold = refused(case, CHECK.event, Role.ORDER_CLERK)
    assert said(untold, "zh") == "填写有误（货号无误、数量无误、颜色无误）：必填"
    assert {word(fault.said or "", "zh") for fault in untold.errors} == {"必填"}


def test_kind_42_a_hooks_own_sentence_is_translated_with_its_amounts() -> None:
    case = start().act("pay", Role.PAYMENT_FEED, paid="26.00", payment_no="P1")
    case.act("start_picking", Role.PICKER)
    picked = TO_PACKED[2]
    case.act(picked.event, picked.by, **picked.form)

    why = refused(case, "pack", Role.PACKER, **{**TO_PACKED[3].form, "goods_qty": 2})
    (fault,) = why.errors
    assert fault.pointer == "/goods_qty"
    assert (fault.message, said(why, "zh")) == ("The order has 3 pieces.", "订单共 3 件。")


def test_kind_42_somebody_else_must_approve() -> None:
    case = Scenario(RefundOnly, subject="R1")
    case.act("request_refund", person(Role.CS_AGENT, "li"), source="goodwill", order_no="SO-1")
    asked = {"goods": "300", "total": "300", "reason": "late"}
    case.act("set_amount", person(Role.AFTER_SALES), **asked)
    why = refused(case, "approve", person(Role.CS_SUPERVISOR, "li"), decision_note="fine")
    assert word(why.said, "zh", "refund_only") == "“批准”须由办理“申请退款”以外的人办理。"


@pytest.mark.parametrize(
    ("part", "en", "zh"),
    [
        (Money(amount="15"), "¥15.00", "¥15.00"),  # pyright: ignore[reportArgumentType]
        (Money(amount="-3", currency="CHF"), "-3.00 CHF", "-3.00 CHF"),  # pyright: ignore[reportArgumentType]
        ([Role.GM, Role.HR], "General manager, HR", "总经理、人事"),
        (choice("cash"), "Cash", "现金"),
        (["A", "B"], "A, B", "A、B"),
        (sentence("{action} is done.", action="it"), "it is done.", "“it”已经办过。"),
    ],
)
def test_what_fills_a_place_is_worded(part: object, en: str, zh: str) -> None:
    whole = sentence("{part}", part=part)
    assert (word(whole, "en", "bad_review"), word(whole, "zh", "bad_review")) == (en, zh)
    assert word(Sentence.of(whole.as_json()), "zh", "bad_review") == zh


def test_a_sentence_without_places_may_hold_braces() -> None:
    assert str(Sentence("no such {thing}")) == word(Sentence("no such {thing}"), "zh") == "no such {thing}"


@pytest.mark.parametrize("procedure", documented(), ids=lambda procedure: procedure.key)
def test_kind_42_every_sentence_of_a_procedure_can_be_translated(procedure: type[Procedure]) -> None:
    assert unfit_in(Path(getfile(procedure))) == ()


def test_a_translation_has_no_place_that_its_sentence_lacks() -> None:
    def places(template: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(template) if name}

    refusals = {place: text for place, text in load("zh").items() if place[1].endswith("refusal")}
    assert refusals
    assert {place: text for place, text in refusals.items() if not places(text) <= places(place[2])} == {}
