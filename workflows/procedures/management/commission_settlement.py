"""Commission settlement (绩效工资与提成结算): monthly performance pay, bonus and commission by the written rule.

Sources: 001-q 三(一)-(三); 002-b 四4. The fine of 001-q is kept as a parameter, off by default: D14.
"""

from activities.figures.contract import FigureSet, FiguresRead, ReadFigures
from activities.messages.contract import Message, as_text
from activities.settlement.contract import STAFF_PAID, BeginPay, BookStaffPay
from workflows.vocabulary import *

BASE_PAY = {"supervisor": yuan(3500)}  # 001-q 三(一)
OTHER_BASE_PAY = yuan(2000)  # 001-q 三(一)
FULL_PERFORMANCE_PAY = yuan(500)  # 001-q 三(二)1
LEAST_SHARE = 30  # per cent of plan below which there is no performance pay, 001-q 三(二)
BONUS = (yuan(50), yuan(100))  # over plan: at least, and from twice the plan at most, 001-q 三(二)A
SUPERVISOR_BONUS = (yuan(100), yuan(150))  # 001-q 三(二)B
FINE = yuan(50)  # on the supervisor whose promoter stays under 30 %, 001-q 三(二)B
FINE_IS_ON = False  # D14
SITE_RUNS_NORMALLY = True  # before that the full performance pay is paid, 001-q 三(二)
FULL_ATTENDANCE_AWARD = NOTHING  # 001-q names no amount
SUPERVISOR_ALLOWANCE = NOTHING  # by the company's pay scheme
MOST_AFTER_SALES_AWARD = yuan(1000)  # 002-b 四4
OBJECTION_WINDOW = working_days(3)  # default
TARGETS_BEGUN = 20  # of the month before; default
TARGET_BY = hours(10 * 24 + 15)  # to the end of the 30th: 001-q 三(三)1
READ_AGAIN = days(1)  # while the books can't say yet; default

OLDEST = 92  # days since a month began that may still be worked out; default
DECIDED_BY = working_days(3)  # default
DONE_BY = working_days(5)  # default

Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Group = Literal["supervisor", "promoter", "customer_service", "other"]

# --- what is asked ------------------------------------------------------------------------------------------------


class Tier(FormRow):
    share_from: Annotated[Pct, Field(ge=0)]
    rate: Annotated[Pct, Field(ge=0, le=100)]


class MonthTarget(Form):
    employee: User
    group: Group
    promotion_target: Count | None = None
    feedback_target: Count | None = None
    franchise_target: InHistory[Count | None] = None
    """Written down, and no pay depends on it: no book knows whom a franchise is owed to."""
    sales_target: Price | None = None
    commission_tiers: FormRows[Tier]
    month: InHistory[Month | None] = None
    """Without it the next one; one of the last three where its run was void, or it was forgotten."""


class Pay(Form):
    performance_pay: Price
    full_attendance_award: Price = NOTHING
    over_target_bonus: Price = NOTHING
    fine: Price = NOTHING
    allowance: Price = NOTHING
    department_average: Price
    commission: Price
    total: Money


class Check(Form):
    orders_placed: Annotated[Price, to_check("orders_placed")]
    returns: Annotated[Price, to_check("returns")]
    base: FromCase[Money]
    after_sales_award: Keep[Price] = NOTHING
    """What the month's after-sales work is rewarded with; the gm approves it with the pay."""
    agrees: ToCheck[Ticked]

    def problems(self) -> Problems:
        if self.after_sales_award > MOST_AFTER_SALES_AWARD:
            yield "after_sales_award", sentence("At most {most}.", most=MOST_AFTER_SALES_AWARD)
        if self.base != self.orders_placed - self.returns:
            yield "base", "Must be orders placed less returns."


class Objection(Form):
    point: Text


class Decision(Form):
    decision: Text


class Payment(Form):
    paid_on: TimeOrOther[Day]
    amount: Annotated[Price, proposed("due")]
    after_sales_award: FromCase[Price | None] = None
    paid_before: Annotated[Money | None, from_book(STAFF_PAID, period="month_name")] = None
    """What stands as paid for this month by an earlier run, beside the base pay: only the rest is still owed."""


class Figures(FormRow):
    """Figures of the month, from the books; a figure that they don't have is zero."""

    orders_placed: Money = NOTHING
    returns: Money = NOTHING
    department_average: Price = NOTHING
    promotions: Count = 0
    feedbacks: Count = 0
    promoter_share: Pct | None = None
    """What the supervisor's promoter reached of the plan, in per cent."""

    @property
    def base(self) -> Money:
        return self.orders_placed - self.returns


class CommissionCase(Case):
    employee: User
    group: Group
    promotion_target: Count | None = None
    feedback_target: Count | None = None
    sales_target: Price | None = None
    commission_tiers: FormRows[Tier] = ()
    month_begins: Day | None = None
    month_over: Day | None = None
    """The first day after the month."""
    figures: Figures | None = None
    pay: Pay | None = None
    after_sales_award: Price = NOTHING
    objection_until: Moment | None = None

    @property
    def month(self) -> DateRange | None:
        if self.month_begins is None or self.month_over is None:
            return None
        return DateRange(first=self.month_begins, last=self.month_over - days(1).length)

    @property
    def month_name(self) -> str | None:
        return f"{self.month_begins:%Y-%m}" if self.month_begins else None

    @property
    def orders_placed(self) -> Money | None:
        return self.figures.orders_placed if self.figures else None

    @property
    def returns(self) -> Money | None:
        return self.figures.returns if self.figures else None

    @property
    def base(self) -> Money | None:
        """What the books say; None before they have said it."""
        return self.figures.base if self.figures else None

    @property
    def due(self) -> Money:
        """The computed pay, and the award for after-sales."""
        return (self.pay.total if self.pay else NOTHING) + self.after_sales_award

    @property
    def plan(self) -> int:
        """What was to be reached: the department's two counts together for its supervisor, else the promotions."""
        if self.group == "supervisor":
            return (self.promotion_target or 0) + (self.feedback_target or 0)
        return self.promotion_target or 0

    def computed(self, figures: Figures) -> Pay:
        """The month's pay by the rule of 001-q 三(二)."""
        done = figures.promotions
        if self.group == "supervisor":
            done += figures.feedbacks
        performance = _performance_pay(done, self.plan)
        # who promotes takes no orders: that sales were promoted shows in the department's (001-q 三(二)A)
        sells = figures.base > NOTHING or figures.department_average > NOTHING
        bonus = _bonus(done, self.plan, SUPERVISOR_BONUS if self.group == "supervisor" else BONUS)
        fined = FINE_IS_ON and self.group == "supervisor" and (figures.promoter_share or 0) < LEAST_SHARE
        fine = FINE if fined else NOTHING
        allowance = SUPERVISOR_ALLOWANCE if self.group == "supervisor" else NOTHING
        commission = self._commission(figures)
        gained = performance + FULL_ATTENDANCE_AWARD + allowance + commission
        return Pay(
            performance_pay=performance,
            full_attendance_award=FULL_ATTENDANCE_AWARD,
            over_target_bonus=bonus if sells else NOTHING,
            fine=fine,
            allowance=allowance,
            department_average=figures.department_average,
            commission=commission,
            total=gained + (bonus if sells else NOTHING) - fine,
        )

    def _commission(self, figures: Figures) -> Money:
        """Of the sales, by the tier that was reached; without tiers there is none. The department's average is shown
        beside it and pays nothing itself.
        """
        base = max(figures.base, NOTHING)
        reached = base.amount * 100 / self.sales_target.amount if self.sales_target else 100
        rates = [tier.rate for tier in self.commission_tiers if tier.share_from <= reached]
        return _part(base, max(rates), 100) if rates else NOTHING


def _performance_pay(done: int, plan: int) -> Money:
    """Nothing below 30 % of the plan; from there on the same share of the full pay."""
    if not SITE_RUNS_NORMALLY or not plan:
        return FULL_PERFORMANCE_PAY
    if done * 100 < plan * LEAST_SHARE:
        return NOTHING
    return _part(FULL_PERFORMANCE_PAY, min(done, plan), plan)


def _bonus(done: int, plan: int, span: tuple[Money, Money]) -> Money:
    """For more than the plan: the least bonus at first, the most at twice the plan."""
    if not plan or done <= plan:
        return NOTHING
    least, most = span
    return least + _part(most - least, min(done - plan, plan), plan)


def _part(of: Money, share: Number | int, whole: int) -> Money:
    """A share of an amount, to the currency's smallest coin."""
    return in_coins(of.amount * share / whole, of.currency)


# --- the procedure ------------------------------------------------------------------------------------------------


class CommissionSettlement(Procedure):
    """Compute the month's performance pay, bonus and commission by the written rule, and pay it after checks."""

    key = "commission_settlement"
    case: CommissionCase
    numbers = "CM"
    about = ("employee", "group")
    papers = {Paper.STATEMENT: ("employee", "group", "month", "figures", "pay", "due")}
    readers = HR | FINANCE | OPS_MANAGER | GM
    parties = {PartyKind.PERSON: "employee"}

    new = Entry(role=OPS_MANAGER | GM, due=TARGET_BY, tell=GM)
    targets_set = Stage()
    figures_ready = Stage(role=FINANCE)
    computed = Stage(role=FINANCE | STAFF, due=DONE_BY, tell=OPS_MANAGER)
    checked = Stage(role=GM | STAFF, due=working_days(8), tell=GM)
    disputed = Stage(role=OPS_MANAGER | GM, due=DECIDED_BY, tell=GM)
    approved = Stage(role=FINANCE, due=DONE_BY, tell=OPS_MANAGER)
    paid = Stage(final=True)
    void = Stage(final=True, undo=True)

    # target and month                                                               001-q 三(三)1
    set_month_target = new.to(
        targets_set, by=OPS_MANAGER | GM, form=MonthTarget, every=monthly("09:00", day=TARGETS_BEGUN)
    )
    worked_out_elsewhere = (targets_set | figures_ready | computed).to(void)
    month_closed = targets_set.to(figures_ready, at=at("month_over"))
    read_again = figures_ready.stay(after=repeated(READ_AGAIN))  # the month's books may close later
    compute = figures_ready.to(computed, form=Pay)  # 001-q 三(二)
    cancel_run = targets_set.to(void, by=OPS_MANAGER | GM | FINANCE, form=Reason, back=True) | (
        figures_ready | computed | checked | disputed | approved
    ).to(void, by=FINANCE | GM, form=Reason, back=True)

    # checked, disputed, approved, paid
    check = computed.to(checked, by=FINANCE, form=Check, main=True)
    object = (computed | checked).to(disputed, by=STAFF, form=Objection, when="is_open_to_objection")
    settle_dispute = disputed.to(computed, by=OPS_MANAGER | GM, form=Decision)
    recompute = computed.stay()  # the books' figures may have been corrected
    approve = checked.to(
        approved,
        by=GM,
        form=Remarks,
        when="is_objection_over",
        other_than=check,
        main=True,
        approves=("employee", "due", "figures", "pay", "after_sales_award"),
    )
    send_back = checked.to(computed, by=GM, form=Reason, back=True) | approved.to(
        computed, by=GM | FINANCE, form=Reason, back=True
    )
    pay = approved.to(paid, by=FINANCE, form=Payment, other_than=approve)
    correct = paid.stay(
        by=FINANCE | GM, form=Reason, once=True
    )  # what was paid was wrong: another run replaces it

    computed_in_time = Deadline(working_days(5), since=month_closed, until=compute, tell=FINANCE)

    kpis = (
        elapsed(month_closed, pay),
        share(object, of=compute),
        count(cancel_run),
    )

    # --- rules

    def is_open_to_objection(self) -> bool:
        """The objection window of three working days is open."""
        return self.case.objection_until is None or self.now <= self.case.objection_until

    def is_objection_over(self) -> bool:
        """The objection window of three working days is over."""
        return not self.is_open_to_objection()

    # --- what each step does

    def by_calendar(self, occasion: Occasion) -> list[Opening] | Opening:
        """The next month of everybody in the settings except the gm; where they list nobody, people name one."""
        month = occasion.after.label
        paid = [name for name in occasion.named() if name not in occasion.named(GM)]
        return [asking(f"{month}-{name}", employee=name) for name in paid] or asking(month)

    @set_month_target.on
    def fix_the_month(self, form: MonthTarget) -> None:
        """The target is for the next month and is set by the 30th. One that is set in the first days of a month is
        late, and is for that month. Where a run was void, its month is worked out anew, however long ago it was.
        """
        self.require(self.actor.id != self.case.employee, "Nobody sets their own target.", "employee")
        following = (self.today + days(15).length).replace(day=1)
        first = following if form.month is None else following.fromisoformat(f"{form.month}-01")
        is_recent = self.parent is not None or first >= self.today - days(OLDEST).length
        self.require(is_recent and first <= following, "Too early, or too long ago.", "month")
        self.case.month_begins = first
        self.case.month_over = (first + days(31).length).replace(day=1)
        begun = BeginPay(employee=self.case.employee, period=f"{first:%Y-%m}")
        self.do(begun, otherwise=self.worked_out_elsewhere)
        self.tell_employee("month_target_set", as_text(month=f"{first:%Y-%m}", plan=self.case.plan))
        if first <= self.today:
            self.tell(GM, "target_is_late", employee=self.case.employee, month=f"{first:%Y-%m}")

    @worked_out_elsewhere.on
    def say_where(self, outcome: Refused | None) -> None:
        why = outcome.reason if outcome is not None else "-"
        self.tell(OPS_MANAGER, "month_pay_elsewhere", employee=self.case.employee, why=why)
        self.tell_employee("month_target_void", as_text(why=why))

    @correct.on
    def let_another_run_replace_it(self) -> None:
        self.undo(BeginPay)

    @(cancel_run | correct).on
    def say_that_it_is_void(self, form: Reason) -> None:
        self.tell_employee("month_pay_void", as_text(why=form.reason))
        for role in (OPS_MANAGER, GM):
            self.tell(role, "month_run_void", employee=self.case.employee, why=form.reason)

    @(month_closed | read_again).on
    def read_figures(self) -> None:
        case = self.case
        self.do(ReadFigures(figures=FigureSet.PAY, about=case.employee, period=case.month), then=self.compute)

    @send_back.on
    def say_why_not(self, form: Reason) -> None:
        self.case.after_sales_award = NOTHING  # it is given with the next check, or isn't
        self.tell(FINANCE, "month_pay_sent_back", employee=self.case.employee, why=form.reason)
        if self.came_from is self.approved and GM not in self.actor.roles:
            self.tell(GM, "month_pay_sent_back", employee=self.case.employee, why=form.reason)

    @(settle_dispute | send_back).on
    def read_what_was_corrected(self) -> None:
        case = self.case
        self.do(
            ReadFigures(figures=FigureSet.PAY, about=case.employee, period=case.month), then=self.recompute
        )

    @(compute | recompute).on
    def work_it_out(self, outcome: FiguresRead | None) -> None:
        read = outcome.figures if outcome is not None else {}
        known = {name: read[name] for name in Figures.model_fields if name in read}
        self.case.figures = Figures.model_validate(known)
        before, self.case.pay = self.case.pay, self.case.computed(self.case.figures)
        if (
            before is None or before.total != self.case.pay.total
        ):  # who is told another sum may object to that one
            self.case.objection_until = self.policy.add(
                self.now, OBJECTION_WINDOW.in_full(self.policy), OBJECTION_WINDOW.clock
            )

    @(compute | recompute).on
    def tell_what_it_comes_to(self) -> None:
        self.tell_employee("month_pay_computed", as_text(total=self.case.due))

    @object.on
    def object_for_oneself(self) -> None:
        self.require(self.actor.id == self.case.employee, "Everybody objects for themselves.")

    @settle_dispute.on
    def tell_the_decision(self, form: Decision) -> None:
        self.require(self.actor.id != self.case.employee, "Nobody decides about themselves.")
        self.tell_employee("month_dispute_settled", as_text(decision=form.decision))

    @(check | approve | send_back | cancel_run | correct).on
    def of_another(self) -> None:
        self.require(self.actor.id != self.case.employee, "Nobody decides about themselves.")

    def tell_employee(self, template: str, data: dict[str, str]) -> None:
        self.do(Message(to=self.case.employee, template=template, data=data))

    @pay.on
    def pay_out(self, form: Payment) -> None:
        case = self.case
        self.require(form.amount == case.due, "Computed pay and award come to {due}.", "amount", due=case.due)
        self.require(self.actor.id != case.employee, "Nobody decides about themselves.")
        paid = as_text(total=form.amount, day=form.paid_on)
        if form.paid_before:
            rest = form.amount - form.paid_before
            self.tell_employee("month_pay_corrected", {**paid, **as_text(before=form.paid_before, rest=rest)})
            self.tell(FINANCE, "month_pay_rest", employee=case.employee, rest=rest)
        else:
            self.tell_employee("month_pay_paid", paid)
        parts = case.pay.model_dump(exclude={"department_average", "total"}) if case.pay else {}
        named = {name: Money.model_validate(part) for name, part in parts.items()}
        self.do(
            BookStaffPay(
                employee=case.employee,
                period=case.month_name or self.subject,
                parts={
                    **{name: -part if name == "fine" else part for name, part in named.items()},
                    "base_pay": BASE_PAY.get(case.group, OTHER_BASE_PAY),
                    "after_sales_award": case.after_sales_award,
                },
                paid_on=form.paid_on,
            )
        )

    # --- what it starts

    @starts("commission_settlement", on=cancel_run | correct)
    def again(self) -> Opening:
        """The month is worked out anew, where somebody is to be paid for it."""
        case = self.case
        return asking(
            self.next_subject,
            month=case.month_name,
            **case.model_dump(
                mode="json",
                include={
                    "employee",
                    "group",
                    "promotion_target",
                    "feedback_target",
                    "sales_target",
                    "commission_tiers",
                },
            ),
        )
