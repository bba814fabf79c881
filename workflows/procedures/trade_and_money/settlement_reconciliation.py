"""Settlement and reconciliation (结算与对账): ledger and statement agree, and money moves safely.

Sources: 001-d 7; 002-a 3; 001-k 3.1.3; 001-o 二3, 四3; 001-n 2(3); 000-e 四3; 001-q 三(三).
The platform's payout daily, all others monthly (default). What is open isn't closed: it waits for the next period's
settlement, or somebody who may gives it up; what nobody disputes is paid meanwhile (default). Days are settled once.
"""

from activities.messages.contract import Message, as_text
from activities.settlement.contract import (
    OPEN_LINES,
    BookCorrections,
    CarriedLine,
    CarryLines,
    CloseSettlement,
    Closing,
    Correction,
    CorrectionsBooked,
    Counterparty,
    GiveUpRest,
    MatchStatement,
    OpenSettlement,
    StatementDiffers,
    StatementMatches,
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

# --- what is asked ------------------------------------------------------------------------------------------------


class Period(Form):
    counterparty: settling.Other
    period: DateRange


class Statement(Form):
    counterparty: FromCase[settling.Other]
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
    entries: Annotated[Some[Correction], proposed(of_book(OPEN_LINES, settlement="subject"))]
    claim: CaseRef | None = None


class CarryOver(Form):
    lines: FormRows[CarriedLine] = ()
    """Which of them only differ in time, for the record: all that are open wait, with what the books say."""


class Rest(Form):
    remaining: FromCase[Money]
    """What stays open, by the books."""


class Moved(Form):
    payment_ref: Code
    amount: Annotated[Money, to_check("due")]
    paid_at: TimeOrEarlier[Moment]


class MovedLess(Moved):
    """What moved of it, where it isn't all."""

    paid_at: TimeOrEarlier[Moment]


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


# --- the procedure ------------------------------------------------------------------------------------------------


class SettlementReconciliation(Procedure):
    """Bring orders, platform payout, refunds, freight, supplier and commission money into agreement."""

    key = "settlement_reconciliation"
    case: settling.SettlementCase
    numbers = "SR"
    about = ("counterparty", "period", "statement_total")
    exceptions = (without("way_back", because="Goods or money are on their way: its own rows settle them."),)
    papers = {Paper.STATEMENT: ("counterparty", "period", "statement_total", "remaining", "paid")}
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
    void = Stage(final=True, undo=True)

    # line by line                                                                   001-d 7, 001-o 四3, 002-a 3
    open_period = new.to(opened, by=FINANCE, form=Period, every=daily("07:00"))
    taken = (opened | data_loaded | matching | differences | approval).to(void)
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
    correction_refused = (adjusted | approval).to(differences)
    carry_over = (differences | adjusted).to(
        approval, by=FINANCE, form=CarryOver, when="has_undisputed_part"
    ) | (differences | adjusted).to(
        carried_forward, by=FINANCE, form=CarryOver, when="not has_undisputed_part"
    )
    to_approval = (adjusted | differences).to(
        approval, by=FINANCE, form=Rest, when="is_within_tolerance", main=True
    )

    # money, by a second person                                                      002-a 3
    approve = approval.to(
        paying,
        by=OPS_MANAGER | GM,
        form=Note,
        other_than=(load, adjust, to_approval, carry_over),
        approves=(
            "counterparty",
            "period",
            "due",
            "open_lines",
            "remaining",
            "apart",
            "corrected",
            "kept_back",
        ),
    )
    refuse = approval.to(differences, by=OPS_MANAGER | GM, form=Note)
    paid = paying.stay(
        by=BANK_FEED | FINANCE, form=Moved, on="bank.transfer.paid", when="not is_closing", main=True
    )
    pay_failed = paying.to(approval, by=BANK_FEED, form=NotMoved, on="bank.transfer.failed")
    carry_rest = paying.stay(by=FINANCE, form=MovedLess, when="not is_closing")
    write_off_rest = paying.stay(
        by=OPS_MANAGER | GM,
        form=WriteOff,
        when="not is_closing",
        other_than=(load, adjust, to_approval, carry_over, approve),
    )
    close_books = paying.to(carried_forward, when="is_rest_carried") | paying.to(
        settled, when="not is_rest_carried"
    )
    payment_known = paying.stay()
    paid_again = (settled | carried_forward).stay(by=BANK_FEED, form=Moved, on="bank.transfer.paid")
    report_month = settled.stay(by=FINANCE, form=MonthReport)  # 001-d 7: income, expense, settlement

    payout_by_noon = Deadline(
        today("12:00"),
        since=open_period,
        until=close_books,
        unless="is_monthly",
        tell=FINANCE,
    )
    month_by_the_tenth = Deadline(
        at("tenth") + hours(24),
        since=open_period,
        until=close_books,
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

    def has_undisputed_part(self) -> bool:
        """Some of the statement is right by the books, and is to be paid."""
        return bool(self.case.whole - self.case.disputed)

    def is_closing(self) -> bool:
        """The books are being closed with what has moved."""
        return self.case.closing is not None

    def is_rest_carried(self) -> bool:
        """What wasn't paid waits for the next statement."""
        return self.case.closing is not None and self.case.closing.how == "rest_carried"

    # --- what each step does

    def by_calendar(self, occasion: Occasion) -> list[Opening]:
        """Yesterday's payout of the platform; in a month's first days also last month's settlement with another."""
        over = [(Counterparty.PLATFORM, occasion.before)]
        if self.today.day in DAY_OF:
            over.append((DAY_OF[self.today.day], occasion.month_before))
        return [opening(f"{whose}-{of.label}", counterparty=whose, period=of.days) for whose, of in over]

    @open_period.on
    def note_the_day(self) -> None:
        case = self.case
        case.opened_on = self.today
        begun = OpenSettlement(batch=self.subject, counterparty=case.whose, period=case.period)
        self.do(begun, otherwise=self.taken)

    @load.on
    def compare(self, form: Statement) -> None:
        self.do(
            MatchStatement(
                batch=self.subject,
                counterparty=self.case.whose,
                period=self.case.period,
                statement=form.statement,
                statement_total=form.statement_total,
                ledger_total=form.ledger_total,
            ),
            then=self.all_match,
            otherwise=self.differ,
        )

    @(all_match | differ).on
    def take_the_statements_own_sum(self, outcome: StatementMatches | StatementDiffers | None) -> None:
        case = self.case
        if outcome is not None and outcome.total is not None:
            self.tell(FINANCE, "statement_sum_differs", said=case.statement_total, lines=outcome.total)
            case.statement_total = outcome.total

    @differ.on
    def note_open_lines(self, outcome: StatementDiffers | None) -> None:
        case = self.case
        if outcome is not None:
            apart = sum((max(line.difference, -line.difference) for line in outcome.open), NOTHING)
            case.found = (len(outcome.open), outcome.difference, apart)
        case.open_lines, case.remaining, case.apart = case.found
        self.tell(FINANCE, "statement_differs", lines=case.open_lines)

    @explain.on
    def ask_the_owner(self, form: Question) -> None:
        data = as_text(line=form.line, question=form.question)
        self.do(Message(to=form.owner, template="settlement_question", data=data))

    @adjust.on
    def correct(self, form: Adjustment) -> None:
        corrections = BookCorrections(batch=self.subject, entries=form.entries)
        self.do(corrections, then=self.correction_booked, otherwise=self.correction_refused)

    @correction_booked.on
    def note_what_stays_open(self, outcome: CorrectionsBooked | None) -> None:
        if outcome is not None:
            case = self.case
            case.open_lines, case.remaining, case.apart = outcome.open_lines, outcome.left, outcome.apart
            case.corrected += outcome.corrected

    @carry_over.on
    def wait_for_next(self) -> None:
        """What nobody disputes is paid; the lines wait from when it is, or at once where there is none."""
        case = self.case
        case.kept_back = case.disputed
        self.tell(OPS_MANAGER, "settlement_carried", open=case.remaining, unpaid=case.kept_back)
        if not self.has_undisputed_part():
            self.carry(NOTHING)

    @approve.on
    def keep_to_limit(self) -> None:
        case, limit = self.case, self.policy.spending_limit
        large = case.is_paid_by_us and case.due.amount >= limit.amount
        self.require(
            GM in self.actor.roles or not (large or case.corrected.amount >= limit.amount),
            "From {spending_limit} up the gm approves.",
            spending_limit=limit,
        )

    @refuse.on
    def take_corrections_back(self, form: Note) -> None:
        """The corrections only: a statement that agreed still does."""
        case = self.case
        if self.is_in_force(BookCorrections):
            case.open_lines, case.remaining, case.apart = case.found
        case.kept_back = case.corrected = NOTHING
        self.undo(BookCorrections)
        self.tell(FINANCE, "settlement_refused", why=form.note)

    @pay_failed.on
    def tell_why(self, form: NotMoved | None) -> None:
        why = form.reason if form is not None else ""
        self.tell(FINANCE, "settlement_not_paid", why=why or "-")

    @paid.on
    def close_lines(self, form: Moved | None) -> None:
        """Another sum than is due settles nothing: finance carries the rest over, or has it written off."""
        due = self.case.due
        if form is None:
            return
        is_whole = in_one_currency([form.amount, due])
        is_whole = is_whole and abs(abs(form.amount.amount) - due.amount) <= TOLERANCE.amount
        if not is_whole:
            self.require(self.actor.is_staff is False, "{due} is due.", "amount", due=due)
            self.tell(FINANCE, "settlement_paid_otherwise", paid=form.amount, due=due)
            return
        self.close(form, "whole")

    @carry_rest.on
    def wait_with_the_rest(self, form: MovedLess) -> None:
        self.keep_below_due(form)
        self.close(form, "rest_carried")

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
        self.close(form, "rest_lost", form.reason)

    def keep_below_due(self, form: Moved) -> None:
        due = self.case.due
        is_less = in_one_currency([form.amount, due]) and abs(form.amount.amount) < due.amount
        self.require(is_less, "{due} is all that is due.", "amount", due=due)

    def close(
        self, form: Moved, how: Literal["whole", "rest_carried", "rest_lost"], reason: str = ""
    ) -> None:
        case = self.case
        case.closing = Closing(how=how, amount=form.amount, payment_ref=form.payment_ref, reason=reason)
        closing = CloseSettlement(
            batch=self.subject,
            counterparty=case.whose,
            payment_no=form.payment_ref,
            amount=form.amount,
            paid_at=form.paid_at,
            kept_back=bool(case.kept_back),
        )
        self.do(closing, then=self.close_books, otherwise=self.payment_known)

    @(taken | correction_refused | payment_known).on
    def say_what_the_books_refuse(self, outcome: Refused | None) -> None:
        self.case.closing = None
        self.tell(FINANCE, "settlement_not_booked", why=outcome.reason if outcome is not None else "-")

    @close_books.on
    def settle_the_rest(self) -> None:
        case, closing = self.case, self.case.closing
        case.paid = closing.amount if closing is not None else NOTHING
        self.make_permanent(BookCorrections, OpenSettlement)
        rest = case.rest if case.statement_total > NOTHING else -case.rest
        if closing is not None and closing.how == "rest_carried":
            self.carry(rest)
            self.tell(OPS_MANAGER, "settlement_carried", open=case.remaining, unpaid=case.rest)
        elif closing is not None and closing.how == "rest_lost":
            self.do(GiveUpRest(batch=self.subject, amount=rest, reason=closing.reason))
            self.tell(FINANCE, "settlement_written_off", amount=case.rest, why=closing.reason)

    @paid_again.on
    def look_at_the_second_payment(self, form: Moved | None) -> None:
        """The bank may tell what finance has entered already; another payment is money that nobody owed."""
        known = self.case.closing.payment_ref if self.case.closing is not None else ""
        if form is not None and form.payment_ref != known:
            for role in (FINANCE, GM):
                self.tell(role, "settlement_paid_twice", paid=form.amount, number=form.payment_ref)

    def carry(self, rest: Money) -> None:
        case = self.case
        self.do(
            CarryLines(batch=self.subject, counterparty=case.whose, rest=rest, kept_back=bool(case.kept_back))
        )
        self.make_permanent(BookCorrections, OpenSettlement)
