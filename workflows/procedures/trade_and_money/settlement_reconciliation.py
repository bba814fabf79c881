"""Settlement and reconciliation (结算与对账): ledger and statement agree, and money moves safely.

Sources: 001-d 7; 002-a 3; 001-k 3.1.3; 001-o 二3, 四3; 001-n 2(3); 000-e 四3; 001-q 三(三).
The platform's payout daily, all others monthly (default).
"""

from activities.registers.contract import KeepRecord
from activities.settlement.contract import (
    BookCorrections,
    CarriedLine,
    CarryLines,
    CloseSettlement,
    Correction,
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
    counterparty: Other
    statement: File
    statement_total: Keep[Money]
    ledger_total: Money


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
    lines: Some[CarriedLine]


class Rest(Form):
    remaining: Money


class Moved(Form):
    payment_ref: Code
    amount: Money
    paid_at: Moment


class Income(FormRow):
    kind: Literal["sales", "franchise", "other"]
    amount: Money


class Expense(FormRow):
    kind: Literal["goods", "freight", "advertising", "platform_fee", "refund", "pay", "other"]
    amount: Money


class MonthReport(Form):
    month: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    income: Some[Income]
    expense: Some[Expense]
    balance: Money
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
    """The lines that the comparison found different."""

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

    new = Entry()
    opened = Stage(role=FINANCE)
    data_loaded = Stage(role=FINANCE)
    matching = Stage(role=FINANCE)
    differences = Stage(role=FINANCE)
    explaining = Stage(role=OPS_SPECIALIST | LOGISTICS | PURCHASING, due=working_days(3), tell=OPS_MANAGER)
    adjusted = Stage(role=FINANCE)
    approval = Stage(role=OPS_MANAGER | GM)
    paying = Stage(role=FINANCE)
    settled = Stage(final=True)
    carried_forward = Stage(final=True)
    void = Stage(final=True)

    # line by line                                                                   001-d 7, 001-o 四3, 002-a 3
    open_period = new.to(opened, by=FINANCE, form=Period, every=daily("07:00"))
    load = opened.to(data_loaded, by=FINANCE, form=Statement)
    match = data_loaded.to(matching, as_soon_as=True)
    all_match = matching.to(approval)
    differ = matching.to(differences)
    restart = (opened | data_loaded | matching).to(void, by=FINANCE, form=Reason)

    # differences
    explain = differences.to(explaining, by=FINANCE, form=Question)
    owner_reply = explaining.to(differences, by=OPS_SPECIALIST | LOGISTICS | PURCHASING, form=Explanation)
    adjust = differences.to(adjusted, by=FINANCE, form=Adjustment)
    carry_over = differences.to(carried_forward, by=FINANCE, form=CarryOver)
    to_approval = adjusted.to(approval, by=FINANCE, form=Rest)

    # money, by a second person                                                      002-a 3
    approve = approval.to(paying, by=OPS_MANAGER | GM, form=Note, other_than=(load, adjust, to_approval))
    refuse = approval.to(differences, by=OPS_MANAGER | GM, form=Note)
    paid = paying.to(settled, by=BANK_FEED | FINANCE, form=Moved, on="bank.transfer.paid")
    pay_failed = paying.to(approval, by=BANK_FEED, on="bank.transfer.failed")
    report_month = settled.stay(by=FINANCE, form=MonthReport)  # 001-d 7: income, expense, settlement

    payout_by_noon = Deadline(
        today("12:00"), since=open_period, until=paid | carry_over, unless="is_monthly", tell=FINANCE
    )
    month_by_the_tenth = Deadline(
        at("tenth") + hours(24), since=open_period, until=paid | carry_over, unless="is_daily", tell=GM
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
        self.require(
            form.counterparty == self.case.counterparty,
            f"The statement is to be the {self.case.counterparty}'s.",
            "counterparty",
        )
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
        self.case.open_lines = len(outcome.open) if outcome is not None else 0
        self.tell(FINANCE, "statement_differs", lines=self.case.open_lines)

    @adjust.on
    def correct(self, form: Adjustment) -> None:
        self.do(BookCorrections(batch=self.subject, entries=form.entries))

    @carry_over.on
    def wait_for_next(self, form: CarryOver) -> None:
        whose = Counterparty(self.case.counterparty)
        self.do(CarryLines(batch=self.subject, counterparty=whose, lines=form.lines))
        self.make_permanent(BookCorrections)

    @to_approval.on
    def keep_to_tolerance(self, form: Rest) -> None:
        self.require(
            abs(form.remaining.amount) <= TOLERANCE.amount, f"At most {TOLERANCE} stays open.", "remaining"
        )

    @approve.on
    def keep_to_limit(self) -> None:
        large = abs(self.case.statement_total.amount) >= self.policy.spending_limit.amount
        self.require(
            self.case.is_payout or not large or GM in self.actor.roles,
            f"From {self.policy.spending_limit} up the gm approves.",
        )

    @refuse.on
    def take_corrections_back(self) -> None:
        self.undo(BookCorrections)

    @paid.on
    def close_lines(self, form: Moved | None) -> None:
        self.make_permanent(BookCorrections)
        if form is None:
            return
        owed = abs(self.case.statement_total.amount) + TOLERANCE.amount
        self.require(abs(form.amount.amount) <= owed, "More than the statement says.", "amount")
        currencies = {sum_.currency for sum_ in (form.amount, self.case.statement_total) if sum_}
        self.require(len(currencies) < 2, "The statement is in another currency.", "amount")
        self.do(
            CloseSettlement(
                batch=self.subject,
                counterparty=Counterparty(self.case.counterparty),
                payment_no=form.payment_ref,
                amount=form.amount,
                paid_at=form.paid_at,
            )
        )

    @report_month.on
    def keep_report(self, form: MonthReport) -> None:
        report = form.model_dump(mode="json")
        self.do(KeepRecord(book="monthly_reports", entry=form.month, data=report))
