"""Hooks and guards that several procedures share, in classes that a procedure names before `Procedure`.

A hook of theirs is put on a row as any other: `label_ready.on(GoodsComeBack.send_label)`.
"""

from __future__ import annotations

from typing import Any

from activities.carriers.contract import BookWaybill, WaybillBooked
from activities.cases.contract import SendEvent
from activities.compensation.contract import BeyondLimit
from activities.messages.contract import Message, as_text
from models.roles import Role
from models.values import NOTHING
from workflows.language.forms import Form
from workflows.language.hooks import HookContext
from workflows.language.leads import without
from workflows.language.links import Opening
from workflows.language.stages import Transitions
from workflows.openings import lost_goods_case, lost_return_case
from workflows.parcels import Abnormal, Handover, ParcelRefusal, Scan, SignedScan
from workflows.returned_goods import SentBack, label_to, pieces_of


class AboutAnOrder(HookContext):
    """A case whose customer hears of it under the number of their order."""

    exceptions = (without("way_back", because="Goods or money are on their way: its own rows settle them."),)

    def say(self, template: str, **data: object) -> None:
        data = {"order": self.case.order_no, **data}
        self.do(Message(to=self.case.order_no, template=template, data=as_text(**data)))


class AnswersWhoAsked(HookContext):
    """A case in which somebody of the store asks for what others decide."""

    def tell_why_not(self, form: Form | None) -> None:
        """Whoever asked hears that it isn't taken, and why, unless they have said so themselves."""
        self._tell_who_asked("not_approved", form)

    def tell_yes(self, form: Form | None) -> None:
        """Whoever asked hears that it is approved, and what was said to it, unless they did so themselves."""
        self._tell_who_asked("approved", form)

    def tell_end(self, form: Form | None) -> None:
        """Whoever asked hears that it is done, or over, and what was said to it, unless they did so themselves."""
        self._tell_who_asked("at_its_end", form)

    def _tell_who_asked(self, template: str, form: Form | None) -> None:
        if self.began_by not in {"", self.actor.id}:
            said = (getattr(form, name, "") for name in ("note", "reason", "decision_note"))
            data = {
                "what": self.case_id.partition(":")[0],
                "why": next((str(one) for one in said if one), "-"),
            }
            self.do(Message(to=self.began_by, template=template, data=data))


class ToldInANotice(HookContext):
    """A case that tells teams what comes in a `change_broadcast`, its link `notice`."""

    notice: Any

    def call_off_notice(self) -> None:
        """Whoever has read that it comes hears that it doesn't, and nobody is offered its words any more."""
        for notice in sorted(self.children(self.notice).that_reached("confirmed")):
            why = {"reason": self.case_id.partition(":")[0]}
            self.do(SendEvent(procedure="change_broadcast", event="call_off", subject=notice, form=why))

    def when_aborted(self) -> None:
        self.call_off_notice()


class OnItsWay(AboutAnOrder):
    """A case whose customer hears where the parcel is."""

    def tell_courier_comes(self) -> None:
        self.say("parcel_out_for_delivery", waybill_no=self.case.waybill_no)

    def note_parcel(self, form: Handover | Scan | SignedScan | Abnormal | ParcelRefusal | None) -> None:
        """Of several parcels, where this one is."""
        form = form or Scan()
        self.require(self.case.parcel_of(form.parcel_no), "Say which parcel.", "parcel_no")
        self.case = self.case.with_parcel(form.parcel_no, form.leaves_it)
        if form.told_as is not None:
            self.say(form.told_as, waybill_no=form.parcel_no)

    def apologise(self) -> None:
        self.say("parcel_delayed", waybill_no=self.case.waybill_no)

    def tell_declined(self) -> None:
        order, number = self.case.order_no, self.case.waybill_no
        self.tell(Role.CS_AGENT, "carrier_declines", order=order, waybill_no=number)


class PostedToUs(AboutAnOrder):
    """A case in which a customer posts something, with a label of ours or at their own cost."""

    def send_label(self, outcome: WaybillBooked | None) -> None:
        if outcome is not None and outcome.waybill_no:
            self.case.label_no = self.case.waybill_no = outcome.waybill_no
            self.case.label_price = outcome.freight
            self.say("return_label", waybill_no=outcome.waybill_no, carrier=outcome.carrier or "-")


class GoodsComeBack(PostedToUs):
    """A case in which a customer sends goods back, for their money or for others."""

    customer_ships: Transitions
    parcel_seen: Transitions
    goods_sent_back: Transitions
    beyond_limit: Transitions

    @property
    def undecided_cause(self) -> str | None:
        """What something is given for, until somebody has decided on it."""
        if self.has_happened(self.beyond_limit):
            return None
        return "quality" if self.case.is_shops_fault else "no_reason"

    def is_our_label(self) -> bool:
        """The shop bought the label."""
        return self.case.shop_pays_postage

    def is_seen(self) -> bool:
        """The carrier has the parcel."""
        return self.has_happened(self.parcel_seen, since=self.customer_ships)

    def tell_label_price(self) -> None:
        """Once the goods were looked at: who isn't at fault pays for no label."""
        if due := self.case.label_owed:
            self.say("label_to_pay", amount=due)

    def learn_what_was_given(self, outcome: BeyondLimit | None) -> None:
        if outcome is not None:
            self.case.given_before = outcome.given

    def tell_refusal(self) -> None:
        self.say("return_goes_back")

    def has_gone_back(self) -> bool:
        """The goods are on their way back to their owner."""
        return self.has_happened(self.goods_sent_back)

    def post_to_owner(self, form: SentBack) -> None:
        order, label, payer = self.case.order_no, label_to(self.case.receiver), form.freight_payer
        number, carrier = form.waybill_no, form.carrier
        self.do(BookWaybill(order=order, carrier=carrier, waybill_no=number, payer=payer, **label))
        self.make_permanent(BookWaybill)
        self.case.waybill_no = form.waybill_no
        self.say("return_sent_back", waybill_no=form.waybill_no)

    def tell_loss_on_the_way_back(self) -> None:
        self.say("repair_lost", waybill_no=self.case.waybill_no)

    def claim_of_loss(self) -> Opening:
        """For what the customer sent to us, or for what went back to them."""
        case, number = self.case, self.case.waybill_no or self.subject
        if not self.has_gone_back():
            return lost_return_case(number, case.order_no, case.declared_value)
        goods = pieces_of(case.goods, case.inspected or case.lines)
        value = sum((row.value for row in goods if row.value is not None), NOTHING)
        return lost_goods_case(number, case.order_no, case.receiver, goods, value)
