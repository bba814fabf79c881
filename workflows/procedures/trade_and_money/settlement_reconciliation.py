"""Settlement and reconciliation (结算与对账): ledger and statement agree, and money moves safely.

Sources: 001-d 7; 002-a 3; 001-k 3.1.3; 001-o 二3, 四3; 001-n 2(3); 000-e 四3; 001-q 三(三).
The platform's payout daily, all others monthly (default). What is open isn't closed: it waits for the next period's
settlement, or somebody who may gives it up.
"""

from activities.registers.contract import KeepRecord
from activities.settlement.contract import (
    BookCorrections,
    CarriedLine,
    CarryLines,
    CloseSettlement,
    Correction,
    CorrectionsBooked,
    Counterparty,
    MatchStatement,
    StatementDiffers,
)
from workflows.vocabulary import *

TOLERANCE = yuan("1.00")  # the most that may stay open (default)
DAY_OF = {
    1: Counterparty.CARRIER,
    2: Counterparty.SUPPLIER,
    3: Counterparty.DISTRIBUTOR,
    4: Counterparty.BANK,
    5: Counterparty.AD_PLATFORM,
    6: Counterparty.OTHER_EXPENSE,
}  # of the month on which last month's settlement is opened (default)

Other = Literal["platform", "carrier", "supplier", "distributor", "bank", "ad_platform", "other_expense"]

# --- what is asked ------------------------------------------------------------------------------------------------


class Period(Form):
    counterparty: Other
    period: DateRange


class Statement(Form):
    counterparty: FromCase[Other]
    statement: File
    statement_total: Keep[Money]
    ledger_total: Money | None = None
    """The books are compared themselves; this only says what finance takes them to come to."""


class Question(Form):
    line: Text
    owner: User
    question: Text


class Explanation(Form):
    cause: Literal["timing", "refund", "fee", "freight", "missing_order", "duplicate", "fraud", "other"]
    note: Text


class Adjustment(Form):
    entries: Some[Correction]
    claim: CaseRef | None = None


class CarryOver(Form):
    lines: FormRows[CarriedLine] = ()
    """Beside the lines that are open, which all wait."""


class Rest(Form):
    remaining: FromCase[Money]
    """What stays open, by the books."""


class Moved(Form):
    payment_ref: Code
    amount: Annotated[Money, to_check("due")]
    paid_at: TimeOrEarlier[Moment]


class MovedLess(Moved):
    """What moved of it, where it isn't all."""


class WriteOff(MovedLess):
    reason: Text


class NotMoved(Form):
    """What the bank says of money that didn't move."""

    payment_ref: Remark = ""
    amount: Money | None = None
    reason: Remark = ""


class Income(FormRow):
    kind: Literal["sales", "franchise", "other"]
    amount: Money


class Expense(FormRow):
    kind: Literal["goods", "freight", "advertising", "platform_fee", "refund", "pay", "other"]
    amount: Money


class MonthReport(Form):
    month: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$"), proposed("month")]
    income: Some[Income]
    expense: Some[Expense]
    balance: Money = computed(lambda said: amount(said["income"]) - amount(said["expense"]))
    report_file: File

    def problems(self) -> Problems:
        if self.balance != amount(self.income) - amount(self.expense):
            yield "balance", "Must be income less expense."


class SettlementCase(Case):
    counterparty: Other
    period: DateRange
    opened_on: Day | None = None
    statement_total: Money = NOTHING
    open_lines: Count = 0
    """The lines that the comparison found different and that nothing has corrected."""
    remaining: Money = NOTHING
    """What these lines differ by in all, theirs less ours: by the books."""
    apart: Money = NOTHING
    """The sum of all differences without their signs: one that is too high doesn't hide one that is too low."""
    found: tuple[Count, Money, Money] = (0, NOTHING, NOTHING)
    """The three as the comparison found them."""
    paid: Money = NOTHING

    @property
    def due(self) -> Money:
        """What is to be paid, or comes in."""
        return max(self.statement_total, -self.statement_total)

    @property
    def rest(self) -> Money:
        """What is due and wasn't paid."""
        return self.due - max(self.paid, -self.paid)

    @property
    def month(self) -> str:
        """The month that it is about, as in 2026-05."""
        return f"{self.period.first:%Y-%m}"

    @property
    def tenth(self) -> Day | None:
        """The day by which a month's settlement is to be done."""
        return self.opened_on.replace(day=10) if self.opened_on else None

    @property
    def is_payout(self) -> bool:
        """Whether money comes in; all others are paid by the store."""
        return self.counterparty in ("platform", "bank", "distributor")


# --- the procedure ------------------------------------------------------------------------------------------------


class SettlementReconciliation(Procedure):
    """Bring orders, platform payout, refunds, freight, supplier and commission money into agreement."""

    key = "settlement_reconciliation"
    case: SettlementCase
    numbers = "SR"
    about = ("counterparty", "period", "statement_total")
    readers = FINANCE | OPS_MANAGER | GM

    new = Entry()
    opened = Stage(role=FINANCE)
    data_loaded = Stage(role=FINANCE, ways_equal=True)
    matching = Stage(role=FINANCE, ways_equal=True)
    differences = Stage(role=FINANCE, ways_equal=True)
    explaining = Stage(role=OPS_SPECIALIST | LOGISTICS | PURCHASING, due=working_days(3), tell=OPS_MANAGER)
    adjusted = Stage(role=FINANCE)
    approval = Stage(role=OPS_MANAGER | GM, ways_equal=True)
    paying = Stage(role=FINANCE)
    settled = Stage(final=True)
    carried_forward = Stage(final=True)
    void = Stage(final=True)

    # line by line                                                                   001-d 7, 001-o 四3, 002-a 3
    open_period = new.to(opened, by=FINANCE, form=Period, every=daily("07:00"))
    load = opened.to(data_loaded, by=FINANCE, form=Statement, main=True)
    match = data_loaded.to(matching, as_soon_as=True)
    all_match = matching.to(approval)
    differ = matching.to(differences)
    restart = (opened | data_loaded | matching).to(void, by=FINANCE, form=Reason)

    # differences
    explain = differences.to(explaining, by=FINANCE, form=Question)
    owner_reply = explaining.to(differences, by=OPS_SPECIALIST | LOGISTICS | PURCHASING, form=Explanation)
    adjust = (differences | adjusted).to(adjusted, by=FINANCE, form=Adjustment)
    correction_booked = (adjusted | approval).stay()
    carry_over = (differences | adjusted).to(carried_forward, by=FINANCE, form=CarryOver)
    to_approval = (adjusted | differences).to(
        approval, by=FINANCE, form=Rest, when="is_within_tolerance", main=True
    )

    # money, by a second person                                                      002-a 3
    approve = approval.to(paying, by=OPS_MANAGER | GM, form=Note, other_than=(load, adjust, to_approval))
    refuse = approval.to(differences, by=OPS_MANAGER | GM, form=Note)
    paid = paying.to(
        settled, by=BANK_FEED | FINANCE, form=Moved, on="bank.transfer.paid", when="is_whole", main=True
    ) | paying.stay(by=BANK_FEED | FINANCE, form=Moved, on="bank.transfer.paid", when="not is_whole")
    pay_failed = paying.to(approval, by=BANK_FEED, form=NotMoved, on="bank.transfer.failed")
    carry_rest = paying.to(carried_forward, by=FINANCE, form=MovedLess)
    write_off_rest = paying.to(
        settled, by=OPS_MANAGER | GM, form=WriteOff, other_than=(load, adjust, to_approval, approve)
    )
    report_month = settled.stay(by=FINANCE, form=MonthReport)  # 001-d 7: income, expense, settlement

    payout_by_noon = Deadline(
        today("12:00"),
        since=open_period,
        until=paid | carry_over | carry_rest | write_off_rest,
        unless="is_monthly",
        tell=FINANCE,
    )
    month_by_the_tenth = Deadline(
        at("tenth") + hours(24),
        since=open_period,
        until=paid | carry_over | carry_rest | write_off_rest,
        unless="is_daily",
        tell=GM,
    )

    kpis = (
        share(all_match, of=load),
        elapsed(open_period, paid),
        elapsed(explain, owner_reply),
        count(pay_failed),
        count(carry_over),
    )

    # --- rules

    def is_daily(self) -> bool:
        """It is the platform's daily payout."""
        return self.case.counterparty == "platform"

    def is_monthly(self) -> bool:
        """It is the settlement of a month."""
        return not self.is_daily()

    def is_within_tolerance(self) -> bool:
        """The lines that are open differ by no more than the tolerance, each counted for itself."""
        return self.case.apart.amount <= TOLERANCE.amount

    def is_whole(self, form: Moved | None) -> bool:
        """All that is due has moved, but for the tolerance."""
        if form is None or not in_one_currency([form.amount, self.case.statement_total]):
            return False
        return abs(abs(form.amount.amount) - self.case.due.amount) <= TOLERANCE.amount

    # --- what each step does

    def by_calendar(self, occasion: Occasion) -> list[Opening]:
        """Yesterday's payout of the platform; in a month's first days also last month's settlement with another."""
        over = [(Counterparty.PLATFORM, occasion.before)]
        if self.today.day in DAY_OF:
            over.append((DAY_OF[self.today.day], occasion.month_before))
        return [opening(f"{whose}-{of.label}", counterparty=whose, period=of.days) for whose, of in over]

    @open_period.on
    def note_the_day(self) -> None:
        self.case.opened_on = self.today

    @load.on
    def compare(self, form: Statement) -> None:
        self.do(
            MatchStatement(
                batch=self.subject,
                counterparty=Counterparty(form.counterparty),
                period=self.case.period,
                statement=form.statement,
                statement_total=form.statement_total,
                ledger_total=form.ledger_total,
            ),
            then=self.all_match,
            otherwise=self.differ,
        )

    @differ.on
    def note_open_lines(self, outcome: StatementDiffers | None) -> None:
        case = self.case
        if outcome is not None:
            apart = sum((max(line.difference, -line.difference) for line in outcome.open), NOTHING)
            case.found = (len(outcome.open), outcome.difference, apart)
        case.open_lines, case.remaining, case.apart = case.found
        self.tell(FINANCE, "statement_differs", lines=case.open_lines)

    @adjust.on
    def correct(self, form: Adjustment) -> None:
        self.do(BookCorrections(batch=self.subject, entries=form.entries), then=self.correction_booked)

    @correction_booked.on
    def note_what_stays_open(self, outcome: CorrectionsBooked | None) -> None:
        if outcome is not None:
            case = self.case
            case.open_lines, case.remaining, case.apart = outcome.open_lines, outcome.left, outcome.apart

    @carry_over.on
    def wait_for_next(self, form: CarryOver) -> None:
        self.carry(form.lines)
        self.tell(OPS_MANAGER, "settlement_carried", open=self.case.remaining, unpaid=self.case.due)

    @approve.on
    def keep_to_limit(self) -> None:
        large = abs(self.case.statement_total.amount) >= self.policy.spending_limit.amount
        self.require(
            self.case.is_payout or not large or GM in self.actor.roles,
            "From {spending_limit} up the gm approves.",
            spending_limit=self.policy.spending_limit,
        )

    @refuse.on
    def take_corrections_back(self, form: Note) -> None:
        """The corrections only: a statement that agreed still does."""
        if self.is_in_force(BookCorrections):
            self.case.open_lines, self.case.remaining, self.case.apart = self.case.found
        self.undo(BookCorrections)
        self.tell(FINANCE, "settlement_refused", why=form.note)

    @pay_failed.on
    def tell_why(self, form: NotMoved | None) -> None:
        why = form.reason if form is not None else ""
        self.tell(FINANCE, "settlement_not_paid", why=why or "-")

    @paid.on
    def close_lines(self, form: Moved | None) -> None:
        """Another sum than is due settles nothing: finance carries the rest over, or has it written off."""
        if form is None:
            return
        if not self.is_whole(form):
            self.require(self.actor.is_staff is False, "{due} is due.", "amount", due=self.case.due)
            self.tell(FINANCE, "settlement_paid_otherwise", paid=form.amount, due=self.case.due)
            return
        self.close(form)

    @carry_rest.on
    def wait_with_the_rest(self, form: MovedLess) -> None:
        self.keep_below_due(form)
        self.close(form)
        self.carry((CarriedLine(line=f"{self.subject}-rest", amount=self.case.rest),))
        self.tell(OPS_MANAGER, "settlement_carried", open=self.case.rest, unpaid=self.case.rest)

    @write_off_rest.on
    def give_the_rest_up(self, form: WriteOff) -> None:
        self.keep_below_due(form)
        rest = self.case.due - max(form.amount, -form.amount)
        self.require(
            self.policy.may_grant(self.actor.roles, rest),
            "{rest} is above your limit: it needs the next approver up.",
            "amount",
            rest=rest,
        )
        lost = Correction(line=f"{self.subject}-rest", amount=-rest, reason=form.reason)
        self.do(BookCorrections(batch=self.subject, entries=(lost,)))
        self.close(form)
        self.tell(FINANCE, "settlement_written_off", amount=rest, why=form.reason)

    def keep_below_due(self, form: Moved) -> None:
        case = self.case
        self.require(
            in_one_currency([form.amount, case.statement_total]), "It is in another currency.", "amount"
        )
        self.require(
            abs(form.amount.amount) < case.due.amount, "{due} is all that is due.", "amount", due=case.due
        )

    def close(self, form: Moved) -> None:
        self.case.paid = form.amount
        self.make_permanent(BookCorrections)
        self.do(
            CloseSettlement(
                batch=self.subject,
                counterparty=Counterparty(self.case.counterparty),
                payment_no=form.payment_ref,
                amount=form.amount,
                paid_at=form.paid_at,
            )
        )

    def carry(self, lines: FormRows[CarriedLine]) -> None:
        whose = Counterparty(self.case.counterparty)
        self.do(CarryLines(batch=self.subject, counterparty=whose, lines=lines, all_open=True))
        self.make_permanent(BookCorrections)

    @report_month.on
    def keep_report(self, form: MonthReport) -> None:
        report = form.model_dump(mode="json")
        self.do(KeepRecord(book="monthly_reports", entry=form.month, data=report))
