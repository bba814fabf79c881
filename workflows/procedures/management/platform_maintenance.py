"""Platform maintenance (平台维护检查): look at the platform regularly, and mend technical faults fast.

Sources: 001-a 四3; 001-m 二2(4), 三1(4); 001-p 第七条3; 004-f 3; 001-j 后台技术维护; 001-c; 002-b 一4.
The check is "regular" in the documents: short each day, full each week.
"""

from activities.cases.contract import SendEvent
from activities.messages.contract import Message
from activities.platform.contract import OTHER_PAUSES, PauseTraffic
from workflows.vocabulary import *

DAILY_CHECK = "08:00"  # default
WEEKLY_CHECK = "06:00"  # Mondays, full; default
SLOW = 3000  # milliseconds for a page; default

Severity = Literal["1_shop_down", "2_main_function", "3_minor"]
ANSWER_WITHIN = {"1_shop_down": minutes(15), "2_main_function": hours(1), "3_minor": days(1)}  # default
FIX_WITHIN = {"1_shop_down": hours(2), "2_main_function": hours(8), "3_minor": days(5)}  # default
SHOP_DOWN = "页面与支付均不可用"  # used where the check has no note
PAYMENT_DOWN = "无法付款"  # likewise; nobody can buy, however the pages look
GM_HEARS_AFTER = hours(1)  # of a missed limit; default

# --- what is asked ------------------------------------------------------------------------------------------------


class NewCheck(Form):
    is_full_check: bool = False


class Alarm(Form):
    where: Keep[Text]
    symptom: Keep[Text]
    severity: Keep[Severity]
    seen_at: InHistory[TimeOrEarlier[Moment]]
    screenshot: InHistory[Files] = ()


class Inspection(Checks):
    pages_ok: ToCheck[bool]
    payment_ok: ToCheck[bool]
    speed_ms: ToCheck[Count]
    security_ok: ToCheck[bool]
    backup_ok: ToCheck[bool]
    links_ok: ToCheck[bool]
    note: Remark = ""

    @property
    def is_healthy(self) -> bool:
        return self.all_ok and self.speed_ms <= SLOW

    @property
    def severity(self) -> Severity:
        if not self.payment_ok:
            return "1_shop_down"
        return "3_minor" if self.pages_ok and self.security_ok else "2_main_function"

    @property
    def what_is_down(self) -> str:
        if self.payment_ok:
            return ""
        return PAYMENT_DOWN if self.pages_ok else SHOP_DOWN


class Finding(Inspection):
    """What was found as the check began, unless it was looked at once more."""

    pages_ok: Annotated[bool, proposed("looked.pages_ok")]
    payment_ok: Annotated[bool, proposed("looked.payment_ok")]
    speed_ms: Annotated[Count, proposed("looked.speed_ms")]
    security_ok: Annotated[bool, proposed("looked.security_ok")]
    backup_ok: Annotated[bool, proposed("looked.backup_ok")]
    links_ok: Annotated[bool, proposed("looked.links_ok")]
    note: Annotated[Remark, proposed("looked.note")] = ""


class Diagnosis(Form):
    cause: Text
    affected: Text


class Workaround(Form):
    how: Text


class Change(Form):
    change: Text


class TestResult(Form):
    test_result: Text


class UpAgain(Form):
    other_faults: Annotated[FormRows[Code], from_book(OTHER_PAUSES, fault="subject")] = ()
    """For which the ads stand still none the less."""


class Release(UpAgain):
    released_at: TimeOrEarlier[Moment]


class NewGrade(UpAgain):
    severity: Severity
    reason: Text


class FalseAlarm(UpAgain):
    reason: Text


class FaultCase(Case):
    is_full_check: bool = False
    looked: Inspection | None = None
    """What was found as the check began."""
    where: Remark = ""
    symptom: Remark = ""
    severity: Severity = "3_minor"
    graded: dict[Severity, Moment] = {}
    """From when it was as bad as that; the worst first by name."""
    answer_by: Moment | None = None
    fix_by: Moment | None = None


# --- the procedure ------------------------------------------------------------------------------------------------


class PlatformMaintenance(AnswersWhoAsked, Procedure):
    """Look at the platform's state each day, and mend faults by their severity, from cause to confirmed release."""

    key = "platform_maintenance"
    case: FaultCase
    numbers = "PF"
    about = ("where", "symptom", "severity")

    new = Entry()
    scheduled = Stage(role=TECH)
    checking = Stage(role=TECH)
    fault_open = Stage(role=TECH)
    diagnosing = Stage(role=TECH)
    fixing = Stage(role=TECH)
    testing = Stage(role=TECH)
    workaround = Stage(role=TECH)
    resolved = Stage(role=OPS_SPECIALIST)
    closed = Stage(final=True)
    healthy = Stage(final=True)
    no_fault = Stage(final=True)
    in_work = fault_open | diagnosing | fixing | testing | workaround

    # the regular check                                                              001-a 四3, 004-f 3
    open_check = new.to(
        scheduled, by=TECH, form=NewCheck, every=daily(DAILY_CHECK) | weekly(WEEKLY_CHECK, "MON")
    )
    start_check = scheduled.to(checking, by=TECH, form=Inspection)
    all_well = checking.to(healthy, by=TECH, form=Finding, when="is_well", main=True)
    found_fault = checking.to(fault_open, by=TECH, form=Finding)

    # a fault                                                                        001-a 四3
    alarm = new.to(fault_open, by=STAFF, form=Alarm)
    diagnose = fault_open.to(diagnosing, by=TECH, form=Diagnosis)
    use_workaround = diagnosing.to(workaround, by=TECH, form=Workaround)
    fix = (diagnosing | workaround).to(fixing, by=TECH, form=Change, main=True)
    test = fixing.to(testing, by=TECH, form=TestResult)
    test_fail = testing.to(diagnosing, by=TECH, form=TestResult)
    release = testing.to(resolved, by=TECH, form=Release, main=True)
    confirm = resolved.to(closed, by=OPS_SPECIALIST, form=Remarks, other_than=release, main=True)
    reopen = resolved.to(diagnosing, by=OPS_SPECIALIST, form=Remarks, back=True)
    regrade = in_work.stay(by=TECH | OPS_MANAGER, form=NewGrade)  # it grows worse, or is less than was said
    false_alarm = in_work.to(no_fault, by=TECH | OPS_MANAGER, form=FalseAlarm, back=True)

    checked_in_time = Deadline(
        today("18:00"), since=open_check, until=all_well | found_fault, tell=OPS_MANAGER
    )
    answered_in_time = Deadline(
        at("answer_by"),
        since=alarm | found_fault,
        until=diagnose | false_alarm,
        tell={at("answer_by"): OPS_MANAGER, at("answer_by") + GM_HEARS_AFTER: GM},
    )
    fixed_in_time = Deadline(
        at("fix_by"),
        since=alarm | found_fault | reopen | regrade,
        until=release | false_alarm,
        tell={at("fix_by"): OPS_MANAGER, at("fix_by") + GM_HEARS_AFTER: GM},
    )

    kpis = (
        count(alarm | found_fault),
        elapsed(alarm | found_fault, diagnose),
        elapsed(alarm | found_fault, release),
        share(reopen, of=release),
        share(start_check, of=open_check),
    )

    # --- rules

    def is_well(self, form: Finding | None) -> bool:
        """Pages, payment, speed, security, backup and links are in order."""
        return form is not None and form.is_healthy

    # --- what each step does

    (all_well | confirm | false_alarm).on(AnswersWhoAsked.tell_end)

    @start_check.on
    def keep_what_was_found(self, form: Inspection) -> None:
        self.case.looked = form

    @alarm.on
    def raise_alarm(self) -> None:
        case = self.case
        self._set_limits()
        self.tell(TECH, "fault_reported", where=case.where, symptom=case.symptom, severity=case.severity)
        self._stop_selling()

    @found_fault.on
    def note_the_fault(self, form: Finding) -> None:
        self.case.severity, self.case.symptom = form.severity, form.note or form.what_is_down
        self._set_limits()
        self._stop_selling()

    @regrade.on
    def grade_anew(self, form: NewGrade) -> None:
        case = self.case
        self.require(form.severity != case.severity, "It is graded so already.", "severity")
        case.severity = form.severity
        case.symptom = case.symptom or form.reason  # a check may have noted none
        self._set_limits()
        for role in (TECH, OPS_MANAGER):
            self.tell(role, "fault_regraded", symptom=case.symptom, severity=case.severity, why=form.reason)
        self._sell_again(form.other_faults)
        self._stop_selling()

    @false_alarm.on
    def nothing_was_wrong(self, form: FalseAlarm) -> None:
        self._sell_again(form.other_faults)

    @reopen.on
    def mend_again(self) -> None:
        self.case.graded = {}
        self._set_limits()
        self._stop_selling()

    @release.on
    def back_to_normal(self, form: Release) -> None:
        reporter = self.who_did(self.alarm)
        if reporter and self.parent is None:
            data = {"about": self.case.symptom or self.case.where, "decision": "已修复上线"}
            self.do(Message(to=reporter, template="request_decided", data=data))
        self._sell_again(form.other_faults)

    def _sell_again(self, other_faults: tuple[str, ...] = ()) -> None:
        if not self.is_in_force(PauseTraffic):
            return
        self.undo(PauseTraffic)
        if other_faults:
            self.tell(OPS_MANAGER, "shop_still_down", where=self.case.where, others=", ".join(other_faults))
        else:
            self.tell(OPS_MANAGER, "campaigns_to_resume", where=self.case.where)

    def _stop_selling(self) -> None:
        """While nobody can buy, ads and events only cost money and customers; this holds whoever found it."""
        case = self.case
        if case.severity != "1_shop_down":
            return
        symptom = case.symptom or SHOP_DOWN
        self.do(PauseTraffic(fault=self.subject, notice=symptom))
        why = f"{case.where}: {symptom}" if case.where else symptom
        self.do(SendEvent(procedure="campaign", event="pause", form={"reason": why[:500]}))
        for role in (OPS_MANAGER, CS_SUPERVISOR, PROMOTER):
            self.tell(role, "shop_is_down", where=case.where, symptom=symptom)

    def _set_limits(self) -> None:
        """By the grade, from when it was as bad as that: graded down and up again, it has no more time."""
        case = self.case
        case.graded.setdefault(case.severity, self.now)
        since = min(moment for grade, moment in case.graded.items() if grade <= case.severity)
        case.answer_by = since + ANSWER_WITHIN[case.severity].length
        case.fix_by = since + FIX_WITHIN[case.severity].length

    def by_calendar(self, occasion: Occasion) -> Opening:
        """A short check each day; the full one otherwise."""
        is_full = occasion.length is not Length.DAY
        return opening(f"{occasion.label}-{'full' if is_full else 'short'}", is_full_check=is_full)
