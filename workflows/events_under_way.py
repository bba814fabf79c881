"""What a campaign does with its prices, its promotion and its teams where it is paused or called off; a class that its
procedure names before `Procedure`, as those of `shared_hooks`.
"""

from __future__ import annotations

from typing import Any

from activities.campaigns.contract import RestorePrices
from activities.cases.contract import OpenCase, SendEvent
from activities.catalogue.contract import PriceKind, SetPrice
from models.roles import Role
from models.values import amount
from workflows.campaigning import PlatformReply, Promotion, Review, Stop
from workflows.language.hooks import HookContext
from workflows.language.memory import ChildReport
from workflows.language.stages import Transitions


class EventUnderWay(HookContext):
    """A campaign that people have heard of, and that has spent money."""

    approve: Transitions
    notice_sent: Transitions
    design_done: Transitions
    promo_ready: Transitions
    promotion: Any
    prices: Any
    purchase: Any

    def is_of_the_last_plan(self) -> bool:
        """Notice, pages and promotion came after the plan was approved last."""
        prepared = (self.notice_sent, self.design_done, self.promo_ready)
        return all(self.has_happened(one, since=self.approve) for one in prepared)

    # --- its prices

    def stop_its_prices(self) -> None:
        """Nobody buys at them while it is paused, whatever it is paused for; those that it set itself, when it went on
        after an earlier pause, would outlive a price change that is rolled back.
        """
        self.do(RestorePrices(campaign=self.subject))

    def set_its_prices_again(self) -> None:
        """Unless they were lost meanwhile."""
        if self.children(self.prices).any_running:
            for line in self.case.planned_lines:
                price, kind = line.event_price, PriceKind.CAMPAIGN
                self.do(SetPrice(sku=line.sku, price=price, price_kind=kind, campaign=self.subject))

    # --- its money

    def keep_what_is_spent(self) -> None:
        """Where the event is off, or planned anew: what has cost money isn't taken back with the rest."""
        self.stop_promotion()
        self.pay_for_what_came()

    def stop_promotion(self) -> None:
        """A promotion that runs has spent money: it is stopped and evaluated, not taken back."""
        why, plan = {"reason": self.case.title}, self.case.price_change_no
        if plan not in self.children(self.promotion).that_reached("running"):
            return
        self.make_permanent(OpenCase, only=lambda opened: opened.procedure == "promotion_plan")
        self.do(SendEvent(procedure="promotion_plan", event="stop", subject=plan, form=why))

    def pay_for_what_came(self) -> None:
        """A purchase whose goods have come isn't cancelled with the event: the supplier is still to be paid."""
        came = self.children(self.purchase).that_reached("received")
        self.make_permanent(
            OpenCase, only=lambda opened: opened.procedure == "procurement" and opened.subject in came
        )

    def fix_coupons(self, form: Promotion | None, report: ChildReport | None) -> None:
        """The promotion plan has no coupons, so those of the promoter stay; it keeps to the budget itself."""
        budget = self.case.budget
        if form is not None and report is None:
            spent = amount(form.channels, "budget")
            self.require(
                spent.amount <= budget.amount, "The event's budget is {budget}.", "channels", budget=budget
            )
        if form is not None and (form.coupons or report is None):
            self.case.coupons = form.coupons

    def hold_to_the_books(self, form: Review) -> None:
        case = self.case
        wrong = case.difference(form.units)
        self.require(not wrong, wrong, "units")
        case.roi = case.return_on(form.cost)
        if form.roi is not None and case.roi is not None:
            self.require(
                abs(form.roi - case.roi) * 100 <= 1, "By the books it is {roi}.", "roi", roi=case.roi
            )
        if form.cost.amount > case.budget.amount:
            data = {"name": case.name, "cost": form.cost, "budget": case.budget}
            self.tell(Role.OPS_MANAGER, "campaign_over_budget", **data)

    # --- what is said of it

    def say_that_it_pauses(self, form: Stop) -> None:
        self._tell_service("campaign_paused", form)

    def say_that_it_goes_on(self, form: Stop) -> None:
        self._tell_service("campaign_resumed", form)

    def say_that_it_is_off(self, form: Stop) -> None:
        if self.has_happened(self.notice_sent):
            self._tell_service("campaign_called_off", form)

    def _tell_service(self, template: str, form: Stop) -> None:
        """Customers ask about it: why, and what they are told."""
        data = {"name": self.case.name, "why": form.reason, "words": form.customer_message or "-"}
        self.tell(Role.CS_SUPERVISOR, template, **data)

    def say_that_the_platform_refuses(self, form: PlatformReply) -> None:
        data = {"name": self.case.name, "why": form.platform_reply}
        self.tell(Role.OPS_SPECIALIST, "campaign_refused", **data)
