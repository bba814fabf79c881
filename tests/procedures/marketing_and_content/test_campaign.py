from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest

from activities.campaigns.contract import (
    Compensate,
    CountCampaignStock,
    PublishCampaign,
    ReadCampaign,
    WithdrawSignUp,
)
from activities.cases.contract import CancelCase, OpenCase, SendEvent
from activities.messages.contract import Message, Notify
from activities.milestones.contract import Milestone
from activities.stock.contract import SetAsideStock
from tests.procedures.paths import messages
from tests.scenario import MONDAY, Scenario, no, person, yes
from workflows.language.refusals import InvalidForm, NotPossibleNow, NotYourRole, Refusal
from workflows.language.timing import days, hours, minutes
from workflows.procedures.marketing_and_content.campaign import Campaign
from workflows.vocabulary import (
    DATA_ANALYST,
    DESIGNER,
    GM,
    OPS_MANAGER,
    OPS_SPECIALIST,
    PLATFORM_FEED,
    PROMOTER,
    PURCHASING,
    WAREHOUSE_SUPERVISOR,
    Role,
    yuan,
)

START = MONDAY + timedelta(days=20)
END = START + timedelta(days=3)
UNITS = [{"sku": "TEA-1", "qty": 100}]
PROPOSAL: dict[str, Any] = {
    "name": "双十二",
    "kind": "platform",
    "dates": {"first": "2026-12-12", "last": "2026-12-14"},
}
PROFIT: dict[str, Any] = {
    "lines": [{"sku": "TEA-1", "normal_price": 50, "event_price": 40, "unit_cost": 20, "fees": 4}]
}
SIGN_UP = {
    "platform_form_no": "PF-1",
    "goods": [{"sku": "TEA-1", "event_price": 40, "qty": 100}],
    "follow_up_dates": ["2026-11-25"],
}
PLAN: dict[str, Any] = {
    "theme": "年终茶礼",
    "start": START,
    "end": END,
    "mechanics": ["coupon", "full_reduction"],
    "main_products": ["TEA-1"],
    "goals": [{"metric": "sales", "target": 4000}],
    "budget": 3000,
    "ship_promise_hours": 72,
    "stop_rules": "亏损即停",
}
YES = {"note": "同意", "reported_to_leadership": True}
FORECAST = {"visitors": 2000, "conversion_pct": 5, "units": UNITS, "sales": 4000, "basis": "去年双十二"}
STOCK: dict[str, Any] = {"lines": [{"sku": "TEA-1", "forecast": 100, "available": 120}]}
NOTICE: dict[str, Any] = {
    "readers": ["cs_supervisor", "warehouse_supervisor", "logistics"],
    "customer_script": "活动价 40 元",
    "staffing": [{"role": "cs_agent", "extra_people": 2, "dates": PROPOSAL["dates"]}],
}
DESIGN: dict[str, Any] = {"files": ["file:1"], "page_url": "https://shop.example/12"}
PROMOTION: dict[str, Any] = {
    "channels": [{"channel": "search_ads", "budget": 3000}],
    "coupons": [{"coupon": "C5", "quota": 500}],
}
LIST: dict[str, Any] = {"checklist": [{"item": "库存", "done": True}]}
RIGHT: dict[str, Any] = dict.fromkeys(
    ("price_ok", "time_ok", "page_matches", "stock_ok", "payment_ok", "stacking_ok"), True
)
TUNING = {"finding": "转化偏低", "change": "加满减"}
STOP = {"reason": "价格错误"}
SOLD: dict[str, Any] = {"sku": "TEA-1", "forecast": 100, "sold": 96, "left": 4}
REVIEW: dict[str, Any] = {
    "actuals": [{"metric": "sales", "target": 4000, "actual": 4200}],
    "units": [SOLD],
    "cost": 2900,
    "roi": "1.4",
    "good": "流量好",
    "bad": "客服不足",
    "next_time": "提前排班",
}

PATH: tuple[tuple[str, Role, dict[str, Any], str], ...] = (
    ("propose", OPS_SPECIALIST, PROPOSAL | {"signup_deadline": MONDAY + timedelta(days=3)}, "idea"),
    ("check_profit", OPS_SPECIALIST, PROFIT, "profit_checked"),
    ("sign_up", OPS_SPECIALIST, SIGN_UP, "signing_up"),
    ("submitted", OPS_SPECIALIST, SIGN_UP, "platform_review"),
    ("platform_yes", PLATFORM_FEED, {"platform_reply": "通过"}, "plan_drafted"),
    ("submit_plan", OPS_SPECIALIST, PLAN, "approval"),
    ("approve", OPS_MANAGER, YES, "forecasting"),
    ("forecast_done", DATA_ANALYST, FORECAST, "stocking"),
    ("stock_secured", WAREHOUSE_SUPERVISOR, STOCK, "preparing"),
    ("notice_sent", OPS_SPECIALIST, NOTICE, "preparing"),
    ("design_done", DESIGNER, DESIGN, "preparing"),
    ("promo_ready", PROMOTER, PROMOTION, "preparing"),
)


def case(until: str, changes: dict[str, dict[str, Any]] | None = None, **how: Any) -> Scenario:
    """A case on the main path, right after `until`; `changes` go into single forms."""
    made = Scenario(Campaign, subject="CP-1", **how)
    for event, role, form, stage in PATH:
        made.act(event, role, **{**form, **(changes or {}).get(event, {})})
        assert made.stage == stage
        if event == until:
            return made
    raise LookupError(until)


def prepared(**how: Any) -> Scenario:
    made = case("promo_ready", **how)
    made.child("price_change", "scheduled", ended=False)
    return made.child("change_broadcast", "confirmed")


def checked(**how: Any) -> Scenario:
    return prepared(**how).act("all_ready", OPS_SPECIALIST, **LIST)


def scheduled(**how: Any) -> Scenario:
    return checked(**how).act("ready_ok", OPS_MANAGER, **RIGHT)


def live(**how: Any) -> Scenario:
    made = scheduled(**how)
    return made.wait(START - made.now).child("price_change", "effective", ended=False)


AT: dict[str, Callable[[], Scenario]] = {
    "idea": lambda: case("propose"),
    "profit_checked": lambda: case("check_profit"),
    "signing_up": lambda: case("sign_up"),
    "platform_review": lambda: case("submitted"),
    "plan_drafted": lambda: case("platform_yes"),
    "approval": lambda: case("submit_plan"),
    "forecasting": lambda: case("approve"),
    "stocking": lambda: case("forecast_done"),
    "preparing": lambda: case("stock_secured"),
    "ready": prepared,
    "ready_check": checked,
    "scheduled": scheduled,
    "live": live,
    "adjusting": lambda: live().act("tune", OPS_SPECIALIST, **TUNING),
    "paused": lambda: live().act("pause", OPS_MANAGER, **STOP),
    "reviewing": lambda: live().wait(END - START),
}


def test_a_margin_that_nobody_works_out_is_kept_as_it_follows_from_the_prices() -> None:
    (tea,) = case("check_profit").case.lines
    assert tea.margin_pct == 40


def test_the_main_path_ends_closed() -> None:
    made = live()
    made.act("tune", OPS_SPECIALIST, **TUNING).act("tuned", OPS_SPECIALIST, **TUNING)
    made.wait(END - START)
    assert made.stage == "reviewing"
    assert made.act("submit_review", OPS_SPECIALIST, **REVIEW).stage == "closed"
    assert made.kinds == [
        "CountCampaignStock",
        "SetAsideStock",
        "PublishCampaign",
        "CloseCampaign",
        "RestorePrices",
        "ReadCampaign",
    ]
    assert made.opened == [
        "design_request",
        "promotion_plan",
        "price_change",
        "procurement",
        "change_broadcast",
        "sales_data_report",
    ]
    (signal,) = made.effects(SendEvent)
    assert (signal.procedure, signal.event, signal.subject) == ("price_change", "end_time", "CP-1-7")
    assert messages([made]) == {
        "approve": {"campaign_approved to gm"},
        "tuned": {"campaign_changed to cs_supervisor"},
        "finish": {"campaign_purchase_open to purchasing"},
    }
    days = {"first": f"{START.date()}", "last": f"{END.date()}"}
    assert made.effects(OpenCase)[-1].form == {"period": days, "question": "双十二: 年终茶礼"}
    assert made.effects(PublishCampaign)[0].ship_promise_hours == 72


def test_the_report_is_of_the_days_that_the_event_ran() -> None:
    made = live().act("finish", PLATFORM_FEED).act("submit_review", OPS_SPECIALIST, **REVIEW)
    days_ran = made.effects(OpenCase)[-1].form["period"]
    assert days_ran == {"first": f"{START.date()}", "last": f"{START.date()}"}


@pytest.mark.parametrize(
    ("at", "event", "by", "form", "to"),
    [
        ("idea", "skip", OPS_SPECIALIST, {"reason": "无利可图"}, "skipped"),
        ("profit_checked", "skip", OPS_SPECIALIST, {"reason": "无利可图"}, "skipped"),
        ("platform_review", "platform_yes", OPS_SPECIALIST, {"platform_reply": "通过"}, "plan_drafted"),
        ("platform_review", "platform_no", PLATFORM_FEED, {"platform_reply": "不符"}, "platform_refused"),
        ("approval", "approve", GM, YES, "forecasting"),
        ("approval", "return_plan", OPS_MANAGER, {"note": "改"}, "plan_drafted"),
        ("approval", "reject", GM, {"note": "不做"}, "rejected"),
        ("stocking", "stock_secured", PURCHASING, STOCK, "preparing"),
        ("stocking", "stock_short", PURCHASING, STOCK | {"short": UNITS}, "plan_drafted"),
        ("ready_check", "ready_fail", OPS_MANAGER, RIGHT | {"price_ok": False}, "preparing"),
        ("live", "pause", OPS_SPECIALIST, STOP, "paused"),
        ("adjusting", "pause", OPS_MANAGER, STOP, "paused"),
        ("paused", "resume", OPS_MANAGER, STOP, "live"),
        *((at, "finish", PLATFORM_FEED, {}, "reviewing") for at in ("live", "adjusting", "paused")),
        *((at, "abort", GM, STOP, "aborted") for at in ("ready_check", "scheduled", "paused")),
        *(
            (at, "cancel", OPS_MANAGER, STOP, "cancelled")
            for at in (
                "signing_up",
                "platform_review",
                "plan_drafted",
                "approval",
                "forecasting",
                "stocking",
                "preparing",
            )
        ),
    ],
)
def test_the_other_ways(at: str, event: str, by: Role, form: dict[str, Any], to: str) -> None:
    assert AT[at]().act(event, by, **form).stage == to


@pytest.mark.parametrize(
    ("at", "event", "by", "form", "error", "says"),
    [
        ("idea", "check_profit", PROMOTER, PROFIT, NotYourRole, "ops_specialist"),
        ("idea", "launch", OPS_SPECIALIST, {}, NotPossibleNow, "idea"),
        ("profit_checked", "own_event", OPS_SPECIALIST, {}, Refusal, "platform's consent"),
        ("approval", "approve", PROMOTER, YES, NotYourRole, "gm"),
        ("approval", "approve", OPS_MANAGER, {"note": "好"}, InvalidForm, "leadership"),
        ("stocking", "stock_secured", PURCHASING, {"lines": [{"sku": "TEA-1", "forecast": 100, "available": 9}]},
         Refusal, "forecast quantity"),
        ("stocking", "stock_short", PURCHASING, STOCK, InvalidForm, "short"),
        ("preparing", "all_ready", OPS_SPECIALIST, LIST, Refusal, "notice_sent"),
        ("ready_check", "ready_ok", OPS_MANAGER, RIGHT | {"stacking_ok": False}, Refusal, "equal the plan"),
        ("ready_check", "ready_fail", OPS_MANAGER, RIGHT, Refusal, "equal the plan"),
        ("stocking", "promo_ready", PROMOTER, PROMOTION, NotPossibleNow, "stocking"),
        ("scheduled", "launch", OPS_SPECIALIST, {}, Refusal, "start time"),
        ("live", "resume", OPS_MANAGER, STOP, NotPossibleNow, "live"),
    ],
)  # fmt: skip
def test_refusals(
    at: str, event: str, by: Role, form: dict[str, Any], error: type[Refusal], says: str
) -> None:
    with pytest.raises(error, match=says):
        AT[at]().act(event, by, **form)


@pytest.mark.parametrize(
    ("event", "change", "field"),
    [
        ("propose", {"signup_deadline": None}, "signup_deadline"),
        ("check_profit", {"lines": [PROFIT["lines"][0] | {"margin_pct": 90}]}, "lines"),
        ("check_profit", {"entry_fee": 500, "break_even_units": 0}, "break_even_units"),
        ("check_profit", {"lines": 2 * PROFIT["lines"]}, "lines"),
        ("submit_plan", {"end": START}, "end"),
        ("submit_plan", {"start": MONDAY, "end": END}, "start"),
        ("submit_plan", {"main_products": ["TEA-9"]}, "main_products"),
        ("submit_plan", {"ship_promise_hours": 73}, "ship_promise_hours"),
        ("submit_plan", {"theme": "茶" * 41}, "theme"),
        ("forecast_done", {"conversion_pct": 101}, "conversion_pct"),
        ("forecast_done", {"units": 2 * UNITS}, "units"),
        ("promo_ready", {"channels": [{"channel": "search_ads", "budget": 5000}]}, "channels"),
        ("notice_sent", {"readers": ["cs_supervisor"]}, "readers"),
        ("notice_sent", {"readers": [*NOTICE["readers"], "supplier"]}, "readers"),
    ],
)
def test_forms_are_checked(event: str, change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidForm) as refused:
        case(event, changes={event: change})
    assert refused.value.errors[0].pointer.startswith(f"/{field}")


def test_an_own_event_needs_no_sign_up() -> None:
    made = case("check_profit", changes={"propose": {"kind": "own", "signup_deadline": None}})
    with pytest.raises(Refusal, match="own shop's alone"):
        made.act("sign_up", OPS_SPECIALIST, **SIGN_UP)
    assert made.act("own_event", OPS_SPECIALIST).stage == "plan_drafted"


def test_a_closed_sign_up_is_refused() -> None:
    with pytest.raises(Refusal, match="has closed"):
        AT["profit_checked"]().wait(days(4)).act("sign_up", OPS_SPECIALIST, **SIGN_UP)


def test_who_planned_may_not_approve() -> None:
    one = person(OPS_SPECIALIST, "li").model_copy(update={"roles": frozenset({OPS_SPECIALIST, OPS_MANAGER})})
    made = case("platform_yes").act("submit_plan", one, **PLAN)
    with pytest.raises(Refusal, match="somebody else"):
        made.act("approve", one, **YES)


class TestLargeEvents:
    BIG: ClassVar = {"submit_plan": {"budget": 50_000}}

    def big(self) -> Scenario:
        return case("submit_plan", changes=self.BIG)

    def test_one_is_put_before_the_leadership(self) -> None:
        made = self.big()
        (decision,) = made.effects(OpenCase)
        assert (decision.procedure, decision.form["kind"]) == ("major_decision_approval", "campaign")
        with pytest.raises(Refusal, match="leadership has decided"):
            made.act("approve", GM, **YES)

    @pytest.mark.parametrize(("end", "to"), [("approved", "forecasting"), ("rejected", "rejected")])
    def test_the_leadership_answers(self, end: str, to: str) -> None:
        assert self.big().child("major_decision_approval", end).stage == to

    def test_an_expired_decision_leaves_only_a_new_plan(self) -> None:
        made = self.big().child("major_decision_approval", "expired")
        with pytest.raises(Refusal, match="leadership has decided"):
            made.act("approve", GM, **YES)
        made.act("return_plan", OPS_MANAGER, note="重报").act("submit_plan", OPS_SPECIALIST, **PLAN)
        assert made.act("approve", OPS_MANAGER, **YES).stage == "forecasting"

    def test_a_plan_whose_end_has_passed_is_not_approved(self) -> None:
        made = case("submit_plan").wait(days(90))
        with pytest.raises(Refusal, match="last day has passed"):
            made.act("approve", OPS_MANAGER, **YES)
        assert made.act("return_plan", OPS_MANAGER, note="改期").stage == "plan_drafted"

    def test_a_returned_plan_takes_the_decision_back(self) -> None:
        assert self.big().act("return_plan", OPS_MANAGER, note="改").effects(CancelCase)

    def test_without_that_procedure_a_person_decides(self) -> None:
        made = self.big()
        machine = made.machine
        machine.child_missing("major_decision_approval:shop:CP-1-6")
        assert machine.act("approve", YES, actor=person(GM)).after == ["forecasting"]

    def test_many_goals_are_put_before_the_leadership_too(self) -> None:
        goals = [{"metric": f"目标{n}：" + 60 * "销", "target": n} for n in range(20)]
        made = case("submit_plan", changes={"submit_plan": {"budget": 50_000, "goals": goals}})
        assert len(made.effects(OpenCase)[0].form["benefit"]) == 500

    def test_its_stock_is_secured_earlier(self) -> None:
        made = (
            self.big()
            .child("major_decision_approval", "approved")
            .act("forecast_done", DATA_ANALYST, **FORECAST)
        )
        assert made.wait(days(4)).missed == []
        assert made.wait(days(2)).missed == ["stocking"]


class TestChildren:
    @pytest.mark.parametrize("late", [timedelta(), timedelta(hours=1)], ids=["at once", "decided too late"])
    def test_all_that_it_starts_begins_even_where_time_is_short(self, late: timedelta) -> None:
        soon = {"start": MONDAY + timedelta(minutes=30), "end": MONDAY + timedelta(hours=8)}
        made = case("submit_plan", changes={"submit_plan": soon}).wait(late).act("approve", GM, **YES)
        made.act("forecast_done", DATA_ANALYST, **FORECAST).act("stock_secured", PURCHASING, **STOCK)
        opened = made.act("notice_sent", OPS_SPECIALIST, **NOTICE).effects(OpenCase)
        assert len(opened) == 5  # each of which begins: see the fixture of all scenarios

    def test_pages_and_promotion_may_come_early(self) -> None:
        made = case("approve").child("design_request", "delivered", **DESIGN)
        made.child("promotion_plan", "running", ended=False, channels=PROMOTION["channels"])
        made.act("forecast_done", DATA_ANALYST, **FORECAST).act("stock_secured", PURCHASING, **STOCK)
        assert made.steps[-1].followed == ["design_done", "promo_ready"]
        assert made.case.page_url == DESIGN["page_url"]

    def test_a_new_plan_waits_for_its_own_pages_and_promotion(self) -> None:
        made = case("approve").child("design_request", "delivered", files=["file:1"])
        made.child("promotion_plan", "running", ended=False, channels=PROMOTION["channels"])
        made.act("forecast_done", DATA_ANALYST, **FORECAST).act(
            "stock_short", PURCHASING, **STOCK, short=UNITS
        )
        made.act("submit_plan", OPS_SPECIALIST, **PLAN).act("approve", OPS_MANAGER, **YES)
        made.act("forecast_done", DATA_ANALYST, **FORECAST).act("stock_secured", PURCHASING, **STOCK)
        assert made.steps[-1].followed == []
        made.child("design_request", "delivered", files=["file:2"])
        assert made.steps[-1].event == "design_done"

    def test_pages_and_coupons_are_named_by_hand_whatever_the_cases_deliver(self) -> None:
        made = AT["preparing"]().child("design_request", "delivered", files=["file:1"])
        made.act("design_done", DESIGNER, **DESIGN).act("promo_ready", PROMOTER, **PROMOTION)
        made.child("promotion_plan", "running", ended=False, channels=PROMOTION["channels"])
        assert made.steps[-1].event == "promo_ready"
        assert made.case.page_url == DESIGN["page_url"]
        assert [quota.coupon for quota in made.case.coupons] == ["C5"]

    def test_a_later_notice_must_be_read_too(self) -> None:
        made = case("promo_ready").act("notice_sent", OPS_SPECIALIST, **NOTICE)
        made.child("change_broadcast", "confirmed")
        with pytest.raises(Refusal, match="read the notice"):
            made.act("all_ready", OPS_SPECIALIST, **LIST)
        made.child("change_broadcast", "confirmed")
        assert made.act("all_ready", OPS_SPECIALIST, **LIST).stage == "ready_check"

    @pytest.mark.parametrize("by_hand", [False, True], ids=["waited for", "after a word"])
    def test_goods_that_have_come_are_paid_for_though_the_event_is_off(self, by_hand: bool) -> None:  # noqa: FBT001
        made = AT["stocking"]()
        if by_hand:
            made.act("stock_secured", PURCHASING, **STOCK)
        made.child("procurement", "received", ended=False).act("cancel", OPS_MANAGER, **STOP)
        asked = {ask.key: ask.effect for step in made.steps for ask in step.asked}
        ended = [asked[effect.of].model_dump()["procedure"] for effect in made.effects(CancelCase)]
        assert sorted(ended) == ["design_request", "price_change", "promotion_plan"]

    @pytest.mark.parametrize(
        ("end", "to"),
        [("received", "preparing"), ("cancelled", "plan_drafted"), ("rejected", "plan_drafted")],
    )
    def test_the_purchase_answers(self, end: str, to: str) -> None:
        assert AT["stocking"]().child("procurement", end).stage == to

    def test_nothing_is_ready_before_the_notice_is_read(self) -> None:
        made = case("promo_ready")
        with pytest.raises(Refusal, match="read the notice"):
            made.act("all_ready", OPS_SPECIALIST, **LIST)

    def test_a_withdrawn_notice_can_be_sent_again(self) -> None:
        made = case("promo_ready").child("change_broadcast", "cancelled")
        made.act("notice_sent", OPS_SPECIALIST, **NOTICE).child("change_broadcast", "confirmed")
        assert made.act("all_ready", OPS_SPECIALIST, **LIST).stage == "ready_check"

    def test_goods_that_have_come_are_paid_for_though_the_plan_is_written_anew(self) -> None:
        made = AT["stocking"]().child("procurement", "received", ended=False)
        made.act("rework_plan", OPS_SPECIALIST, reason="毛利太低")
        asked = {ask.key: ask.effect for step in made.steps for ask in step.asked}
        ended = {asked[effect.of].model_dump()["procedure"] for effect in made.effects(CancelCase)}
        assert ended == {"design_request", "price_change", "promotion_plan"}

    def test_a_purchase_for_the_second_plan_is_cancelled_with_the_event(self) -> None:
        made = AT["stocking"]().child("procurement", "received", ended=False)
        made.act("rework_plan", OPS_SPECIALIST, reason="毛利太低")
        made.act("submit_plan", OPS_SPECIALIST, **PLAN).act("approve", OPS_MANAGER, **YES)
        made.act("forecast_done", DATA_ANALYST, **FORECAST)
        first, second = (one.subject for one in made.effects(OpenCase) if one.procedure == "procurement")
        made.act("cancel", OPS_MANAGER, **STOP)
        asked = {ask.key: ask.effect for step in made.steps for ask in step.asked}
        ended = {asked[effect.of].model_dump()["subject"] for effect in made.effects(CancelCase)}
        assert (first in ended, second in ended) == (False, True)

    def test_a_new_plan_needs_its_own_notice_pages_and_promotion(self) -> None:
        made = prepared().act("rework_plan", OPS_SPECIALIST, reason="毛利太低")
        made.act("submit_plan", OPS_SPECIALIST, **PLAN).act("approve", OPS_MANAGER, **YES)
        made.act("forecast_done", DATA_ANALYST, **FORECAST)
        made.act("stock_secured", WAREHOUSE_SUPERVISOR, **STOCK)
        for event, by, form in (
            ("notice_sent", OPS_SPECIALIST, NOTICE),
            ("design_done", DESIGNER, DESIGN),
            ("promo_ready", PROMOTER, PROMOTION),
        ):
            with pytest.raises(Refusal, match="approved last"):
                made.act("all_ready", OPS_SPECIALIST, **LIST)
            made.act(event, by, **form)
        with pytest.raises(Refusal, match="read the notice"):
            made.act("all_ready", OPS_SPECIALIST, **LIST)
        made.child("change_broadcast", "confirmed").act("all_ready", OPS_SPECIALIST, **LIST)
        assert made.stage == "ready_check"

    def test_a_new_plan_starts_all_anew(self) -> None:
        made = AT["stocking"]().act("stock_short", PURCHASING, **STOCK, short=UNITS)
        undone = [effect.of for effect in made.effects(CancelCase)]
        assert len(undone) == 4
        made.act("submit_plan", OPS_SPECIALIST, **PLAN).act("approve", OPS_MANAGER, **YES)
        subjects = [opened.subject for opened in made.effects(OpenCase) if opened.procedure == "price_change"]
        assert len(set(subjects)) == 2
        assert made.case.price_change_no == subjects[-1]


class TestStock:
    def test_what_is_there_is_set_aside_at_once_and_the_rest_before_each_check(self) -> None:
        units = [*UNITS, {"sku": "CUP", "qty": 50}]
        due = {
            "lines": [
                {"sku": "TEA-1", "forecast": 100, "available": 60, "purchase_due": "2026-12-01"},
                {"sku": "CUP", "forecast": 50, "available": 30},
                {"sku": "CUP", "forecast": 50, "available": 30},
            ]
        }
        made = checked(changes={"forecast_done": {"units": units}, "stock_secured": due})
        made.act("ready_fail", OPS_MANAGER, **RIGHT | {"price_ok": False})
        made.act("all_ready", OPS_SPECIALIST, **LIST)
        first, rest, again = (
            {line.sku: line.qty for line in effect.lines} for effect in made.effects(SetAsideStock)
        )
        assert (first, rest, again) == ({"TEA-1": 60, "CUP": 50}, {"TEA-1": 40}, {"TEA-1": 40})
        assert made.kinds.count("FreeCampaignStock") == 1
        assert made.undoable.count("SetAsideStock") == 2

    def test_what_the_books_did_not_have_is_set_aside_whole_once(self) -> None:
        due = {"lines": [{"sku": "TEA-1", "forecast": 100, "available": 60, "purchase_due": "2026-12-01"}]}
        made = prepared(changes={"stock_secured": due}, answers={SetAsideStock: no("short")})
        made.answers = {}
        made.act("all_ready", OPS_SPECIALIST, **LIST)
        made.act("ready_fail", OPS_MANAGER, **RIGHT | {"price_ok": False})
        made.act("all_ready", OPS_SPECIALIST, **LIST)
        assert [effect.lines[0].qty for effect in made.effects(SetAsideStock)] == [100]

    def test_what_is_bought_later_is_set_aside_before_the_check(self) -> None:
        due = {"lines": [{"sku": "TEA-1", "forecast": 100, "available": 0, "purchase_due": "2026-12-01"}]}
        made = prepared(changes={"stock_secured": due}, answers={SetAsideStock: no("short")})
        made.answers = {}
        made.act("all_ready", OPS_SPECIALIST, **LIST)
        assert (made.refused, made.kinds) == ([], ["CountCampaignStock", "SetAsideStock"])

    def test_a_shortage_then_is_a_fault(self) -> None:
        made = prepared(answers={SetAsideStock: no("short")})
        assert made.act("all_ready", OPS_SPECIALIST, **LIST).stage == "preparing"


@pytest.mark.parametrize(
    ("at", "event", "by", "undone"),
    [
        ("approval", "reject", OPS_MANAGER, []),
        ("preparing", "cancel", OPS_MANAGER, ["FreeCampaignStock"]),
        ("scheduled", "abort", GM, ["FreeCampaignStock"]),
        ("paused", "abort", GM, ["UnpublishCampaign", "FreeCampaignStock"]),
    ],
)
def test_giving_up_undoes_what_was_done(at: str, event: str, by: Role, undone: list[str]) -> None:
    made = AT[at]()
    made.act(event, by, **({"note": "不做"} if event == "reject" else STOP))
    assert [kind for kind in made.kinds if kind in ("UnpublishCampaign", "FreeCampaignStock")] == undone
    assert bool(made.effects(WithdrawSignUp)) is (event != "abort")
    said = "at_its_end" if event == "abort" else "not_approved"
    assert [word.template for word in made.effects(Message)] == [said]
    assert made.undoable == []


def test_prices_are_cancelled_with_the_event() -> None:
    made = AT["scheduled"]().act("abort", GM, **STOP)
    price = next(ask.key for step in made.steps for ask in step.asked if "price_change" in str(ask.effect))
    assert price in [effect.of for effect in made.effects(CancelCase)]
    assert not made.effects(Compensate)


def test_customers_of_a_started_event_are_compensated() -> None:
    made = AT["paused"]().act("abort", GM, **STOP, customer_message="活动取消，已补偿")
    (compensation,) = made.effects(Compensate)
    assert (compensation.message, compensation.worth) == ("活动取消，已补偿", yuan(10))


def test_a_pause_takes_the_pages_down_until_it_resumes() -> None:
    made = AT["paused"]()
    assert made.kinds[-1] == "UnpublishCampaign"
    assert made.act("resume", OPS_MANAGER, **STOP).kinds[-1] == "PublishCampaign"


@pytest.mark.parametrize(
    ("at", "until", "missed", "notified"),
    [
        ("idea", days(3), ["idea"], [OPS_SPECIALIST, OPS_MANAGER]),
        ("profit_checked", days(2), [], [OPS_SPECIALIST]),
        ("signing_up", days(3), ["signing_up"], [OPS_SPECIALIST, OPS_MANAGER]),
        ("platform_review", days(7), ["platform_review"], [OPS_SPECIALIST]),
        ("platform_review", days(8), ["platform_review"], [OPS_SPECIALIST, OPS_MANAGER]),
        ("approval", days(3), ["approval"], [GM]),
        ("forecasting", days(15), ["forecasting"], [OPS_MANAGER, PURCHASING]),
        ("stocking", days(15), ["stocking"], [OPS_MANAGER, PURCHASING]),
        ("ready", START - MONDAY - timedelta(hours=4), ["preparing"], [OPS_MANAGER]),
        ("preparing", days(19), ["notice_in_time"], [OPS_MANAGER]),
        ("ready_check", START - MONDAY - timedelta(hours=4), ["ready_check"], [OPS_MANAGER]),
        ("reviewing", days(5), ["reviewing"], [OPS_MANAGER]),
    ],
)
def test_deadlines(at: str, until: Any, missed: list[str], notified: list[Role]) -> None:
    made = AT[at]()
    before = len(made.notified)
    made.wait(until)
    assert (made.missed, made.notified[before:]) == (missed, notified)


def test_a_live_event_is_looked_at_every_two_hours_then_daily() -> None:
    made = live()
    made.wait(hours(24))
    reminders = [notice for notice in made.effects(Notify) if notice.template == "reminder"]
    assert len(reminders) == 12
    assert len(made.wait(days(1)).effects(Notify)) == len(reminders) + 1 + 1


def test_the_clock_launches_and_finishes() -> None:
    made = scheduled()
    made.wait(START - made.now - timedelta(minutes=1))
    assert made.stage == "scheduled"
    assert made.wait(minutes(1)).child("price_change", "effective", ended=False).stage == "live"
    assert made.wait(END - START).stage == "reviewing"


def test_the_plan_can_be_launched_by_hand_once_its_time_has_come() -> None:
    made = scheduled()
    made.now = START
    made.child("price_change", "effective", ended=False)
    assert made.act("launch", OPS_SPECIALIST, checked_by="li").stage == "live"


def test_a_promotion_that_is_ready_counts() -> None:
    assert case("promo_ready").reached == [Milestone.PROMOTION_READY]


class TestWhatTheBooksKnow:
    def test_kind_10_an_event_does_not_go_live_before_its_prices_are_approved(self) -> None:
        made = case("promo_ready").child("change_broadcast", "confirmed")
        made.act("all_ready", OPS_SPECIALIST, **LIST)
        with pytest.raises(Refusal, match="price change has been approved"):
            made.act("ready_ok", OPS_MANAGER, **RIGHT)
        made.child("price_change", "scheduled", ended=False)
        assert made.act("ready_ok", OPS_MANAGER, **RIGHT).stage == "scheduled"

    @pytest.mark.parametrize(
        ("at", "to"),
        [
            ("stocking", "stocking"),
            ("preparing", "preparing"),
            ("scheduled", "ready_check"),
            ("live", "paused"),
            ("adjusting", "paused"),
        ],
    )
    def test_kind_10_without_its_prices_an_event_stops(self, at: str, to: str) -> None:
        made = AT[at]().child("price_change", "cancelled")
        assert made.stage == to
        assert "campaign_prices_lost" in {notice.template for notice in made.effects(Notify)}

    def test_kind_10_channels_stay_within_the_budget(self) -> None:
        with pytest.raises(InvalidForm, match="budget is 800"):
            case("promo_ready", changes={"submit_plan": {"budget": 800}})

    def test_kind_10_the_return_is_computed_from_the_books(self) -> None:
        books = yes(sold=[{"sku": "TEA-1", "qty": 96}], sales={"amount": "3840", "currency": "CNY"})
        made = live(answers={ReadCampaign: books}).wait(END - START)
        for wrong, field in (({"roi": "9"}, "roi"), ({"units": [SOLD | {"sold": 500}]}, "units")):
            with pytest.raises(InvalidForm) as refused:
                made.act("submit_review", OPS_SPECIALIST, **REVIEW | wrong)
            assert refused.value.errors[0].pointer == f"/{field}"
        made.act("submit_review", OPS_SPECIALIST, **REVIEW | {"roi": None, "cost": 3500})
        assert (made.case.roi, made.case.sales) == (Decimal("1.10"), yuan(3840))
        assert "campaign_over_budget" in {notice.template for notice in made.effects(Notify)}

    def test_kind_32_nothing_is_bought_that_is_there(self) -> None:
        there = yes(missing=[], free=[{"sku": "TEA-1", "qty": 120}])
        made = case("forecast_done", answers={CountCampaignStock: there})
        assert "procurement" not in made.opened
        assert messages([made])["stock_counted"] == {"campaign_stock_there to warehouse_supervisor"}

    def test_kind_32_only_what_is_missing_is_bought(self) -> None:
        short = yes(missing=[{"sku": "TEA-1", "qty": 40}], free=[{"sku": "TEA-1", "qty": 60}])
        bought = case("forecast_done", answers={CountCampaignStock: short}).effects(OpenCase)[-1].form
        assert ([line["qty"] for line in bought["lines"]], bought["est_total"]["amount"]) == ([40], "800")

    def test_kind_32_what_never_came_is_closed_with_the_event(self) -> None:
        made = AT["reviewing"]()
        asked = {ask.key: ask.effect for step in made.steps for ask in step.asked}
        closed = [asked[effect.of].model_dump()["procedure"] for effect in made.effects(CancelCase)]
        assert sorted(closed) == ["design_request", "promotion_plan"]
        assert made.effects(Notify)[-1].template == "campaign_purchase_open"

    def test_event_kind_05_the_platform_says_why_an_event_is_over(self) -> None:
        made = live().hear("platform.campaign.used_up", PLATFORM_FEED, reason="quota", amount="100")
        assert made.stage == "reviewing"


class TestWhereItIsPausedOrCalledOff:
    def test_kind_10_an_event_goes_live_with_its_prices_alone(self) -> None:
        """Nobody has sent the notice of the price: the event is held, and somebody hears."""
        made = scheduled()
        before = len(made.notified)
        made.wait(START - made.now + minutes(30).length)
        assert (made.stage, sorted(made.notified[before:])) == ("scheduled", [OPS_MANAGER, OPS_SPECIALIST])
        assert made.child("price_change", "effective", ended=False).stage == "live"

    def test_kind_49_a_price_that_is_rejected_leads_to_another_plan(self) -> None:
        made = case("promo_ready").child("price_change", "rejected")
        made.act("rework_plan", OPS_SPECIALIST, reason="毛利太低")
        dearer = {"lines": [PROFIT["lines"][0] | {"event_price": 45}]}
        made.act("check_profit", OPS_SPECIALIST, **dearer).act("submit_plan", OPS_SPECIALIST, **PLAN)
        made.act("approve", OPS_MANAGER, **YES)
        prices = [one.form["skus"] for one in made.effects(OpenCase) if one.procedure == "price_change"]
        assert [sku["new"]["amount"] for (sku,) in prices] == ["40", "45"]

    def test_kind_62_whoever_has_read_the_notice_hears_that_it_is_off(self) -> None:
        made = prepared().act("cancel", OPS_MANAGER, **STOP)
        (notice,) = (one.subject for one in made.effects(OpenCase) if one.procedure == "change_broadcast")
        (off,) = made.effects(SendEvent)
        assert (off.procedure, off.event, off.subject) == ("change_broadcast", "call_off", notice)
        assert "campaign_called_off" in {told.template for told in made.effects(Notify)}

    def test_kind_10_a_promotion_that_runs_is_stopped_and_evaluated(self) -> None:
        made = prepared().child("promotion_plan", "running", ended=False, channels=PROMOTION["channels"])
        made.act("cancel", OPS_MANAGER, **STOP)
        assert ("promotion_plan", "stop") in {(one.procedure, one.event) for one in made.effects(SendEvent)}
        asked = {ask.key: ask.effect for step in made.steps for ask in step.asked}
        ended = {asked[effect.of].model_dump()["procedure"] for effect in made.effects(CancelCase)}
        assert "promotion_plan" not in ended

    def test_kind_05_who_approves_an_event_sees_its_prices(self) -> None:
        cup = {"sku": "CUP", "normal_price": 30, "event_price": 5, "unit_cost": 20, "fees": 0}
        lines = {"lines": [*PROFIT["lines"], cup]}
        made = case(
            "submit_plan", changes={"check_profit": lines, "submit_plan": {"linked_products": ["CUP"]}}
        )
        judged = made.machine.judged("approve")
        assert [str(line.event_price) for line in judged["lines"]] == ["40.00 CNY", "5.00 CNY"]
        assert judged["least_margin_pct"] == -300
        assert judged["goods"]

    def test_kind_05_only_what_the_plan_names_gets_an_event_price(self) -> None:
        cup = {"sku": "CUP", "normal_price": 30, "event_price": 5, "unit_cost": 20, "fees": 0}
        made = case("approve", changes={"check_profit": {"lines": [*PROFIT["lines"], cup]}})
        (prices,) = (one.form["skus"] for one in made.effects(OpenCase) if one.procedure == "price_change")
        assert [one["sku"] for one in prices] == ["TEA-1"]

    def test_kind_52_nobody_buys_at_its_prices_while_it_is_paused(self) -> None:
        made = AT["paused"]()
        assert made.kinds[-2:] == ["RestorePrices", "UnpublishCampaign"]
        made.act("resume", OPS_MANAGER, **STOP)
        assert made.kinds[-2:] == ["SetPrice", "PublishCampaign"]
        assert messages([made])["pause"] == {"campaign_paused to cs_supervisor"}
        assert messages([made])["resume"] == {"campaign_resumed to cs_supervisor"}

    def test_kind_52_prices_that_were_lost_do_not_come_back(self) -> None:
        made = live().child("price_change", "rolled_back").act("resume", OPS_MANAGER, **STOP)
        assert "SetPrice" not in made.kinds

    def test_kind_52_prices_that_went_on_after_a_pause_end_where_they_are_rolled_back(self) -> None:
        made = AT["paused"]().act("resume", OPS_MANAGER, **STOP)
        made.child("price_change", "rolled_back")
        assert (made.stage, made.kinds[-2:]) == ("paused", ["RestorePrices", "UnpublishCampaign"])

    def test_kind_66_whoever_signed_up_hears_that_the_platform_refuses(self) -> None:
        made = AT["platform_review"]().act("platform_no", PLATFORM_FEED, platform_reply="不符")
        assert messages([made])["platform_no"] == {"campaign_refused to ops_specialist"}
