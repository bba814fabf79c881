"""Logistics cost review (物流费用管理): explain the month's freight, and lower it without hurting customers.

Sources: 003 六3.1, 3.2; 000-e 四3; 000-f 第三步.
"""

from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

EVERYWHERE = "everywhere"

# --- what is asked ------------------------------------------------------------------------------------------------


class Costs(Form):
    carrier_bill: File
    orders_without_cost: Annotated[int, Field(ge=0, le=0)]
    """No order may be without a freight record."""
    warehouse_cost: Price
    """Rent, staff and packing material."""
    total: Keep[Price]
    """Freight and warehouse cost."""

    def problems(self) -> Problems:
        if self.total < self.warehouse_cost:
            yield "total", "Must be freight and warehouse cost together."


class Proposal(Form):
    change: Keep[Text]
    expected_saving: Keep[Price]
    customer_feedback_summary: Keep[Text]
    risk: Keep[Text]


class Application(Form):
    effective_from: TimeOrOther[Day]
    rule_changed: Text
    carrier: Carrier | None = None
    """With whom parcels go from that day on, where the rule says so."""
    province: Name | None = None
    """Where to; everywhere where it names none."""


class CostCase(Case):
    total: Price = NOTHING
    change: Text = "-"
    expected_saving: Price = NOTHING
    customer_feedback_summary: Text | None = None
    risk: Text | None = None


# --- the procedure ------------------------------------------------------------------------------------------------


class LogisticsCostReview(Procedure):
    """Record freight per order, explain it, and change the shipping scheme to lower it without hurting customers."""

    key = "logistics_cost_review"
    case: CostCase
    about = ("total", "change")

    new = Entry()
    collecting = Stage(role=LOGISTICS)
    analysing = Stage(role=LOGISTICS)
    proposed = Stage(role=OPS_MANAGER, due=working_days(3), tell=GM, ways_equal=True)
    approved = Stage(role=LOGISTICS)
    applied = Stage(final=True)
    no_change = Stage(final=True)

    # what it cost                                                            003 六3.1, 000-e 四3
    open_review = new.to(collecting, by=LOGISTICS, every=monthly("09:00"))
    load_costs = collecting.to(analysing, by=LOGISTICS, form=Costs)

    # what to change                                                          003 六3.2
    propose = analysing.to(proposed, by=LOGISTICS, form=Proposal, main=True)
    conclude_no_change = analysing.to(no_change, by=LOGISTICS, form=Note, back=True)
    approve = proposed.to(
        approved,
        by=OPS_MANAGER,
        form=DecisionNote,
        other_than=propose,
        approves=("total", "change", "expected_saving", "customer_feedback_summary", "risk"),
    )
    return_proposal = proposed.to(analysing, by=OPS_MANAGER, form=DecisionNote, back=True)
    apply = approved.to(applied, by=LOGISTICS, form=Application)

    reviewed_by_the_tenth = Deadline(
        days(9), since=open_review, until=apply | conclude_no_change, tell=OPS_MANAGER
    )

    kpis = (count(open_review), share(apply, of=open_review), elapsed(open_review, apply))

    def by_calendar(self, occasion: Occasion) -> Opening:
        """About the month that is over."""
        return opening(occasion.before.label)

    @open_review.on
    def for_a_month(self) -> None:
        is_month = self.is_over(self.subject, Length.MONTH)
        self.require(
            is_month or not self.actor.is_staff, "Its number is the month that is over, such as 2026-11."
        )

    @apply.on
    def change_rule(self, form: Application) -> None:
        """When this rule is removed, the one before it is in force again."""
        self.do(
            KeepRecord(
                book="shipping_rules",
                entry=form.province or EVERYWHERE,
                data={
                    "effective_from": self.policy.moment(form.effective_from, "00:00").isoformat(),
                    "carrier": form.carrier,
                    "rule": form.rule_changed,
                    "change": self.case.change,
                    "expected_saving": str(self.case.expected_saving),
                },
            )
        )
