"""Permission grant (权限开通与回收): each employee has the rights that the duty needs, and no longer than that.

Source: 001-b 第二章3. The manager may run the platform; staff get rights by duty.
"""

from activities.messages.contract import Message
from activities.people.contract import GrantRole, RolesChanged
from workflows.vocabulary import *

REVIEW = days(182)  # each half-year; default
GM_HEARS_OF_NO_REVIEW = days(212)  # a month later; default
GONE_BY = first_known(today("18:00"), hours(15))  # the same day, or by the next morning; default
FOR_THE_GM = (GM, OPS_MANAGER, FINANCE, SUPERVISION, HR, TECH)  # roles that the gm alone gives; default

# --- what is asked ------------------------------------------------------------------------------------------------


class Wanted(Form):
    employee: User
    role_wanted: Role
    scope: Text
    reason: Text
    until: Day | None = None

    def problems(self) -> Problems:
        if not self.role_wanted.is_person:
            yield "role_wanted", "No person holds this role."


class Granted(Form):
    granted_at: TimeOrEarlier[Keep[Moment]]
    account: Annotated[Text, proposed("employee")]


Cause = Literal["moved", "left", "term_over", "misuse", "not_needed"]


class NotNeeded(Form):
    cause: Keep[Cause]
    reason: Remark = ""


class Revoked(Form):
    reason: Annotated[Cause, proposed("cause")]
    revoked_at: TimeOrEarlier[Moment]


class RightCase(Case):
    employee: User
    role_wanted: Role
    scope: Text
    until: Day | None = None
    granted_at: Moment | None = None
    asked_by: Text = "-"
    """The account of whoever asked."""
    is_account_changed: bool | None = None
    """Whether the account got the role by this; False where it had it before, or where there is no such account."""
    reason: Text | None = None
    cause: Cause | None = None
    """Why it is to be taken back."""

    @property
    def end_of_term(self) -> Day | None:
        """The end of the last day; the right is to be gone by then."""
        return self.until + days(1).length if self.until else None


# --- the procedure ------------------------------------------------------------------------------------------------


class PermissionGrant(AnswersWhoAsked, Procedure):
    """Give an employee the rights that the duty needs, look at them again, and take them back in time."""

    key = "permission_grant"
    case: RightCase
    numbers = "PG"
    about = ("employee", "role_wanted", "scope")
    readers = HR | TECH | OPS_MANAGER | GM
    parties = {PartyKind.PERSON: "employee"}

    new = Entry()
    requested = Stage(role=OPS_MANAGER | GM, due=working_days(1), tell=GM)
    approved = Stage(role=TECH, due=working_days(1), tell=OPS_MANAGER)
    granted = Stage(role=OPS_MANAGER | TECH)
    ending = Stage(role=TECH, due=GONE_BY, tell=OPS_MANAGER)
    refused = Stage(final=True)
    revoked = Stage(final=True)
    withdrawn = Stage(final=True)

    # asked and decided                                                              001-b 第二章3(1)-(2)
    request = new.to(requested, by=STAFF, form=Wanted)
    approve = requested.to(
        approved,
        by=OPS_MANAGER | GM,
        form=Note,
        other_than=request,
        main=True,
        approves=("employee", "role_wanted", "scope", "until", "reason"),
    )
    refuse = requested.to(refused, by=OPS_MANAGER | GM, form=Note, back=True)
    withdraw = (requested | approved).to(withdrawn, by=STAFF, form=Withdrawal, back=True)

    take_back = approved.to(withdrawn, by=OPS_MANAGER | GM | HR, form=Reason, back=True)

    # held
    grant = approved.to(granted, by=TECH, form=Granted, other_than=(request, approve))
    role_set = granted.stay()
    not_certified = granted.to(approved)
    review_right = granted.stay(by=OPS_MANAGER, form=Note)
    no_longer_needed = granted.to(ending, by=OPS_MANAGER | HR | GM, form=NotNeeded)
    revoke = (granted | ending).to(revoked, by=TECH, form=Revoked, back=True)
    lapse = (granted | ending).to(revoked, at=at("end_of_term"))

    revoked_in_time = Deadline(at("end_of_term"), since=grant, until=revoke | lapse, tell=OPS_MANAGER)
    reviewed_in_time = Deadline(
        REVIEW,
        since=grant | review_right,
        until=revoke | lapse | no_longer_needed,
        tell={REVIEW: OPS_MANAGER, GM_HEARS_OF_NO_REVIEW: GM},
    )

    kpis = (
        elapsed(request, grant),
        share(refuse, of=request),
        count(review_right),
        elapsed(grant, revoke),
    )

    # --- what each step does

    approve.on(AnswersWhoAsked.tell_yes)

    @request.on
    def note_who_asks(self, form: Wanted) -> None:
        self.require(form.until is None or form.until >= self.today, "Must not be in the past.", "until")
        self.case.asked_by = self.actor.id

    @withdraw.on
    def withdraw_ones_own(self) -> None:
        mine = self.actor.id in (self.case.asked_by, self.case.employee)
        self.require(mine, "Only whoever asked for it, or is to get it, withdraws it.")

    @(approve | grant | review_right).on
    def to_another(self) -> None:
        self.require(self.actor.id != self.case.employee, "Nobody gives rights to themselves.")

    @approve.on
    def keep_to_ones_own_level(self) -> None:
        self.require(
            self.case.role_wanted not in FOR_THE_GM or GM in self.actor.roles, "The gm gives this role."
        )

    def tell_both(self, template: str, data: dict[str, str]) -> None:
        """Whoever asked, and whose right it is."""
        for person in dict.fromkeys((self.case.asked_by, self.case.employee)):
            self.do(Message(to=person, template=template, data=data))

    @refuse.on
    def say_no(self, form: Note) -> None:
        self.tell_both("right_refused", {"why": form.note})

    @take_back.on
    def say_that_it_is_off(self, form: Reason) -> None:
        self.tell_both("right_refused", {"why": form.reason})
        self.tell(TECH, "right_not_to_set", employee=self.case.employee, why=form.reason)

    @(take_back | no_longer_needed).on
    def as_high_as_it_was_given(self, form: Reason | NotNeeded) -> None:
        """What the gm alone gives, the gm alone takes; but who has left or moved is known to HR."""
        is_gone = isinstance(form, NotNeeded) and form.cause in ("moved", "left")
        may = GM in self.actor.roles or (HR in self.actor.roles and is_gone)
        right = self.case.role_wanted
        self.require(right not in FOR_THE_GM or may, "The gm takes this role back.")
        if right in FOR_THE_GM and GM not in self.actor.roles:
            self.tell(GM, "high_right_taken", employee=self.case.employee, right=right.value)

    @no_longer_needed.on
    def take_it_at_once(self, form: NotNeeded) -> None:
        """The account's role goes now; what was set in the platform by hand is for the technicians."""
        self.require(self.actor.id != self.case.employee, "Nobody decides about themselves.")
        self.undo(GrantRole)
        self.tell(
            TECH,
            "right_to_revoke",
            employee=self.case.employee,
            right=self.case.role_wanted.value,
            cause=form.cause,
        )

    @grant.on
    def add_the_role(self, form: Granted) -> None:
        case = self.case
        self.do(
            GrantRole(
                employee=case.employee,
                role=case.role_wanted,
                scope=case.scope,
                account=form.account,
                until=case.until,
            ),
            then=self.role_set,
            otherwise=self.not_certified,
        )

    @not_certified.on
    def ask_for_training(self) -> None:
        """The right is given once the training is passed."""
        case = self.case
        self.tell_both("right_needs_training", {"role": case.role_wanted.value})
        self.tell(
            OPS_MANAGER, "right_needs_training_of", employee=case.employee, right=case.role_wanted.value
        )

    @role_set.on
    def say_what_changed(self, outcome: RolesChanged | None) -> None:
        """The account's own roles change with it; where there is no account, the platform's alone do."""
        case = self.case
        case.is_account_changed = outcome.changed if outcome is not None else None
        now = "、".join(outcome.after) if outcome is not None else "-"
        data = {"role": case.role_wanted.value, "scope": case.scope, "roles": now or "-"}
        self.tell_both("right_granted", data)

    @(revoke | lapse).on
    def tell_that_it_is_gone(self) -> None:
        self.tell_both("right_revoked", {"role": self.case.role_wanted.value, "scope": self.case.scope})

    @lapse.on
    def end_the_term(self) -> None:
        if self.is_in_force(GrantRole):
            self.undo(GrantRole)

    @revoke.on
    def take_the_role_back(self, form: Revoked) -> None:
        granted_at = self.case.granted_at
        self.require(
            granted_at is None or form.revoked_at >= granted_at,
            "A right can't be taken back before it was granted.",
            "revoked_at",
        )
        if self.is_in_force(GrantRole):
            self.undo(GrantRole)
