"""Distributors: every move, every refusal, every limit."""
# ruff: noqa: E501 - a row of a table stays on its line

from __future__ import annotations

from typing import Any

from activities.cases.contract import OpenCase
from activities.figures.contract import ReadFigures
from activities.messages.contract import Message
from activities.trade.contract import OpenPriceList
from models.values import yuan
from tests.procedures.paths import Path, Refused, act, child, each, messages, untaken, walk, walked
from tests.scenario import Answer, Scenario, yes
from workflows.language.timing import days
from workflows.procedures.trade_and_money.distributor_management import DistributorManagement
from workflows.vocabulary import DISTRIBUTION_MANAGER, DISTRIBUTOR, FINANCE, GM, OPS_MANAGER

LEAD = {"company": "甲公司", "channel": "wechat", "contact": "李"}


def start(answers: dict[Any, Answer] | None = None) -> Scenario:
    return Scenario(DistributorManagement, subject="D-1", answers=answers).act(
        "add_lead", DISTRIBUTION_MANAGER, **LEAD
    )


def mine(event: str, **form: Any) -> Any:
    return act(event, DISTRIBUTION_MANAGER, **form)


CONTACTED = (mine("contact", **LEAD),)
APPLYING = (
    *CONTACTED,
    act("apply", DISTRIBUTOR, licence="file:1", shops=["https://a.example"], region="浙江"),
)
QUALIFYING = (*APPLYING, mine("qualify", check_result="good"))
TERMS: dict[str, Any] = {
    "price_level": "B",
    "rebate_pct": "3",
    "min_price_rule": "list price",
    "payment": "30d",
    "drop_ship": True,
    "credit_limit": "1000",
}
TALKED = (*QUALIFYING, mine("talk_terms", **TERMS))
ACTIVE = (*TALKED, mine("sign", contract="C-9"), child("b2b_contract", "effective", ended=False))
SUSPEND = mine("suspend", reason="price breach")
CREDIT = act("set_credit", FINANCE, credit_limit="2000", reason="pays in time")
SUPPORT = mine("support", topic="pictures")
END = act("end", OPS_MANAGER, reason="over")
REFUSE = mine("refuse", check_result="no licence")

BREACH = mine(
    "record_breach", sku="cup", seen_price="8", where="another shop", seen_at="2026-11-23T01:00:00Z"
)

PATHS = [
    Path("kind 48: a price below what was agreed is held against it", (*ACTIVE, BREACH), "active", effects=["OpenPriceList", "Message", "KeepRecord", "Message"]),
    Path("a cooperation from lead to end", (*ACTIVE, SUPPORT, mine("support_done", topic="pictures", done="sent"), END), "ended", effects=["OpenPriceList", "Message", "ReadFigures", "Message", "ClosePriceList"], opened=["b2b_contract"]),
    Path("not interested", (mine("no_interest", **LEAD),), "lost"),
    Path("not interested after a talk", (*CONTACTED, mine("no_interest", note="too dear")), "lost"),
    Path("refused at once", (*APPLYING, REFUSE), "refused"),
    Path("refused when looked at", (*QUALIFYING, REFUSE), "refused"),
    Path("the contract isn't agreed", (*TALKED, mine("sign"), child("b2b_contract", "rejected")), "negotiating", notified=[DISTRIBUTION_MANAGER]),
    Path("other terms", (*TALKED, mine("change_terms", **TERMS)), "negotiating"),
    Path("no deal", (*TALKED, mine("no_deal")), "lost"),
    Path("suspended and back", (*ACTIVE, SUSPEND, mine("resume", reason="put right")), "active", effects=["OpenPriceList", "Message", "ReadFigures", "BlockDistributor", "ClosePriceList", "Message", "OpenPriceList", "UnblockDistributor", "Message"], notified=[OPS_MANAGER]),
    Path("suspended while supported", (*ACTIVE, SUPPORT, SUSPEND), "suspended", effects=["OpenPriceList", "Message", "ReadFigures", "BlockDistributor", "ClosePriceList", "Message"]),
    Path("suspended for good", (*ACTIVE, SUSPEND, END), "ended", effects=["OpenPriceList", "Message", "ReadFigures", "BlockDistributor", "ClosePriceList", "Message", "ReadFigures", "Message"]),
    Path("another credit limit", (*ACTIVE, CREDIT), "active", effects=["OpenPriceList", "Message", "OpenPriceList"]),
    Path("ended under another limit", (*ACTIVE, CREDIT, END), "ended", effects=["OpenPriceList", "Message", "OpenPriceList", "ReadFigures", "Message", "ClosePriceList"]),
    Path("read each month", (*ACTIVE, days(60)), "active", effects=["OpenPriceList", "Message", "ReadFigures", "ReadFigures"], notified=[DISTRIBUTION_MANAGER] * 2),
    Path("decided in a week", (*APPLYING, days(7)), "applying", notified=[OPS_MANAGER], missed=["decided_in_time"]),
]  # fmt: skip

REFUSALS = [
    Refused("a distributor qualifies itself", (*APPLYING, act("qualify", DISTRIBUTOR, check_result="x")), "not_your_role"),
    Refused("more than all back", (*QUALIFYING, mine("talk_terms", **{**TERMS, "rebate_pct": "101"})), "/rebate_pct"),
    Refused("credit for who pays ahead", (*QUALIFYING, mine("talk_terms", **{**TERMS, "payment": "prepaid"})), "/credit_limit"),
    Refused("on term without a limit", (*QUALIFYING, mine("talk_terms", **{**TERMS, "credit_limit": "0"})), "/credit_limit"),
    Refused("a limit that is the gm's", (*QUALIFYING, mine("talk_terms", **{**TERMS, "credit_limit": "50000"})), "/credit_limit"),
    Refused("whoever sells lends", (*ACTIVE, mine("set_credit", credit_limit="2000", reason="x")), "not_your_role"),
    Refused("an application without a way", (*CONTACTED, mine("apply", licence="file:1", shops=["https://a.example"], region="浙江")), "/channel"),
    Refused("active without a contract", (*TALKED, mine("start_cooperation")), "not_possible_now"),
    Refused("another company is lost", (mine("no_interest", **{**LEAD, "company": "Other"}),), "/company"),
    Refused("its manager ends it", (*ACTIVE, mine("end", reason="x")), "not_your_role"),
    Refused("a shop without an address", (*CONTACTED, act("apply", DISTRIBUTOR, licence="file:1", shops=["shop"], region="x")), "/shops"),
]  # fmt: skip

MESSAGES = {
    "start_cooperation": {"cooperation_started"},
    "record_breach": {"price_breach"},
    "suspend": {"distributor_suspended to ops_manager", "distributor_may_not_order"},
    "resume": {"distributor_may_order_again"},
    "contract_failed": {"cooperation_contract_failed to distribution_manager"},
    "end": {"cooperation_ended"},
    "refuse": {"application_refused"},
    "review_sales": {"review_distributor to distribution_manager"},
}


@each(PATHS)
def test_path(line: Path) -> None:
    line.check(start)


@each(REFUSALS)
def test_refusal(line: Refused) -> None:
    line.check(start)


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_every_move_is_taken() -> None:
    late = {("sales_read", "supporting", "supporting")}
    late |= {("record_breach", stage, stage) for stage in ("supporting", "suspended")}
    assert untaken(DistributorManagement, start, PATHS) == late


def test_prices_and_contract_follow_the_terms() -> None:
    case = walk(start(), ACTIVE)
    (prices,), (contract,) = case.effects(OpenPriceList), case.effects(OpenCase)
    assert (prices.level, str(prices.rebate_pct), prices.drop_ship) == ("B", "3", True)
    assert (contract.subject, contract.form["kind"], contract.form["party"]) == ("C-9", "distribution", "D-1")


def test_the_figures_are_of_thirty_days() -> None:
    (read,) = walk(start(), (*ACTIVE, days(30))).effects(ReadFigures)
    assert (read.about, (read.period.last - read.period.first).days) == ("D-1", 29)


def test_kind_04_a_credit_limit_is_agreed_and_kept_in_the_trade_book() -> None:
    case = walk(start(), (*ACTIVE, CREDIT))
    assert [opened.credit for opened in case.effects(OpenPriceList)] == [yuan(1000), yuan(2000)]
    large = case.act("set_credit", GM, credit_limit="90000", reason="a chain of shops")
    assert large.effects(OpenPriceList)[-1].credit == yuan(90000)


def test_kind_36_a_suspended_distributor_is_told() -> None:
    (*_, told) = walk(start(), (*ACTIVE, SUSPEND)).effects(Message)
    assert (told.to, told.template) == ("D-1", "distributor_may_not_order")


OWED: dict[Any, Answer] = {ReadFigures: yes(sales={"amount": "900"}, overdue={"amount": "640"})}


def test_kind_66_finance_hears_what_is_owed_when_the_cooperation_ends() -> None:
    for way in ((*ACTIVE, END), (*ACTIVE, SUSPEND)):
        case = walk(start(OWED), way)
        assert (case.case.owed, messages([case])["sales_read"]) == (
            yuan(640),
            {"distributor_owes to finance"},
        )
    assert FINANCE not in walk(start(), (*ACTIVE, END)).notified


def test_what_the_books_say_of_a_month_stands_on_the_case() -> None:
    case = walk(start(OWED), (*ACTIVE, days(30)))
    assert (case.case.sold, case.case.owed) == (yuan(900), yuan(640))


def test_who_signs_the_contract_sees_limit_and_rebate() -> None:
    (contract,) = walk(start(), ACTIVE).effects(OpenCase)
    assert contract.form["payment_terms"] == "30d, 信用额度 1000.00 CNY, 返利 3%"
