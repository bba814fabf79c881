"""Cross-department issue (跨部门问题协调): problems between departments, and between plant and company, at once.

Sources: 001-k 3.2.3; 001-l/t 驻厂人员 6; 001-p 第五条3.
"""

from activities.messages.contract import Message
from workflows.vocabulary import *

FIRST_TALK = hours(4)  # "in time"; default
NOTHING_SAID = "五个工作日内未提出异议，已结案"
SILENCE_AGREES = working_days(5)  # whoever reported it says nothing; default

# --- what is asked ------------------------------------------------------------------------------------------------


class Issue(Form):
    other_department: Text
    problem: Text
    effect: Text
    related_case: InHistory[CaseRef | None] = None
    urgent: bool


class Talk(Form):
    people: Annotated[tuple[User, ...], Field(min_length=2, max_length=50)]
    at: TimeOrOther[Moment]


class View(Form):
    view: Text


class Agreement(Form):
    actions: Annotated[Keep[Some[ActionItem]], proposed("actions")]
    note: Remark = ""


class Done(Form):
    done: Text


class IssueCase(Case):
    other_department: Text
    problem: Text
    effect: Text
    urgent: bool
    actions: FormRows[ActionItem] = ()
    done_by: FormRows[User] = ()
    """Who has said that their part is done."""
    handed_out: FormRows[ActionItem] = ()
    """Of which their owners were told."""

    @property
    def owners_left(self) -> set[str]:
        """Who has still something to do."""
        return {action.owner for action in self.actions} - {*self.done_by}

    @property
    def fix_by(self) -> Day | None:
        """The end of the last action's day."""
        return max(action.due for action in self.actions) + days(1).length if self.actions else None


# --- the procedure ------------------------------------------------------------------------------------------------


class CrossDepartmentIssue(Procedure):
    """Bring two departments together over a problem, and see it solved before work suffers."""

    key = "cross_department_issue"
    case: IssueCase
    numbers = "XI"
    about = ("other_department", "problem")

    new = Entry()
    reported = Stage(role=OPS_MANAGER | FACTORY_RESIDENT, due=FIRST_TALK, tell=OPS_MANAGER)
    talking = Stage(role=OPS_MANAGER | FACTORY_RESIDENT, due=working_days(2), tell=GM)
    agreed = Stage(role=STAFF, due=at("fix_by"), tell=OPS_MANAGER)
    escalated = Stage(role=GM)
    resolved = Stage(role=STAFF)
    closed = Stage(final=True)
    withdrawn = Stage(final=True)

    # brought together; plant matters go through the resident staff                  001-k 3.2.3, 001-l/t 驻厂人员 6
    report_issue = new.to(reported, by=STAFF, form=Issue)
    start_talk = reported.to(talking, by=OPS_MANAGER | FACTORY_RESIDENT, form=Talk)
    give_view = talking.stay(by=STAFF, form=View)
    agree_fix = talking.to(agreed, by=OPS_MANAGER | FACTORY_RESIDENT, form=Agreement, main=True)
    no_agreement = talking.to(escalated, by=OPS_MANAGER, form=Note, after=working_days(2))
    decide = escalated.to(agreed, by=GM, form=Agreement)
    withdraw = (reported | talking).to(withdrawn, by=STAFF, form=Reason, back=True)

    # solved
    mark_fixed = agreed.to(resolved, by=STAFF, form=Done, when="is_last_part") | agreed.stay(
        by=STAFF, form=Done, when="not is_last_part"
    )
    change_actions = agreed.stay(by=OPS_MANAGER | GM, form=Agreement)
    all_done = agreed.to(resolved, as_soon_as="is_done")  # who wasn't yet has nothing to do any more
    confirm_fixed = resolved.to(closed, by=STAFF, form=Remarks, main=True, after=SILENCE_AGREES)
    still_open = resolved.to(talking, by=STAFF, form=Remarks, back=True)

    kpis = (
        count(report_issue),
        elapsed(report_issue, start_talk),
        share(no_agreement, of=start_talk),
        share(still_open, of=mark_fixed),
    )

    # --- rules

    def is_last_part(self) -> bool:
        """All others have done their part."""
        return len(self.case.owners_left) <= 1

    def is_done(self) -> bool:
        """All owners have done their part."""
        return bool(self.case.actions) and not self.case.owners_left

    # --- what each step does

    @report_issue.on
    def call_the_departments(self) -> None:
        about = {"department": self.case.other_department, "problem": self.case.problem}
        self.tell(OPS_MANAGER, "issue_urgent" if self.case.urgent else "issue_reported", **about)

    @start_talk.on
    def call_them_in(self, form: Talk) -> None:
        about = {"about": self.case.problem, "at": f"{form.at.astimezone(self.policy.zone):%Y-%m-%d %H:%M}"}
        for person in form.people:
            self.do(Message(to=person, template="talk_called", data=about))

    @(agree_fix | decide | change_actions).on
    def hand_out_actions(self, form: Agreement) -> None:
        """Whoever's action is as it was, hears nothing and has done it still."""
        case = self.case
        before = case.handed_out
        as_before = {one.owner for one in before} - {one.owner for one in form.actions if one not in before}
        case.done_by = tuple(person for person in case.done_by if person in as_before)
        case.handed_out = form.actions
        for action in form.actions:
            if action in before:
                continue
            self.require(action.due >= self.today, "Must not be in the past.", "actions")
            self.tell(STAFF, "action_agreed", action=action.action, owner=action.owner, due=action.due)
            data = {"action": action.action, "due": str(action.due)}
            self.do(Message(to=action.owner, template="action_yours", data=data))

    @no_agreement.on
    def ask_the_gm(self, form: Note | None) -> None:
        self.tell(GM, "issue_escalated", problem=self.case.problem, why=form.note if form else "-")

    @mark_fixed.on
    def an_owner_says_so(self, form: Done) -> None:
        owners = {action.owner for action in self.case.actions}
        self.require(self.actor.id in owners, "Whoever owns an action says that it is done.")
        left = self.case.owners_left
        self.require(not left or self.actor.id in left, "You have said so; others are still at theirs.")
        self.case.done_by = (*self.case.done_by, self.actor.id)
        data = {"about": self.case.problem, "decision": form.done}
        self.do(Message(to=self.who_did(self.report_issue), template="request_decided", data=data))

    @still_open.on
    def begin_again(self) -> None:
        self.case.handed_out = self.case.done_by = ()

    @(confirm_fixed | still_open | withdraw).on
    def the_reporter_says_so(self) -> None:
        reporter = self.who_did(self.report_issue)
        if self.actor.is_engine:
            data = {"about": self.case.problem, "decision": NOTHING_SAID}
            self.do(Message(to=reporter, template="request_decided", data=data))
            return
        self.require(self.actor.id == reporter, "Whoever reported it says whether it is mended.")
