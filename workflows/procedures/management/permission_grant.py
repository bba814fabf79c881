"""Permission grant (权限开通与回收): each employee has the rights that the duty needs, and no longer than that.

Source: 001-b 第二章3. The manager may run the platform; staff get rights by duty.
"""

from activities.messages.contract import Message
from activities.people.contract import GrantRole, RolesChanged
from workflows.vocabulary import *

REVIEW = days(182)  # each half-year; default
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


class Revoked(Form):
    reason: Literal["moved", "left", "term_over", "misuse", "not_needed"]
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

    # held
    grant = approved.to(granted, by=TECH, form=Granted, other_than=(request, approve))
    role_set = granted.stay()
    not_certified = granted.to(approved)
    review_right = granted.stay(by=OPS_MANAGER, form=Note)
    revoke = granted.to(revoked, by=TECH, form=Revoked, back=True)
    lapse = granted.to(revoked, at=at("end_of_term"))

    revoked_in_time = Deadline(at("end_of_term"), since=grant, until=revoke | lapse, tell=OPS_MANAGER)
    reviewed_in_time = Deadline(REVIEW, since=grant | review_right, until=revoke | lapse, tell=OPS_MANAGER)

    kpis = (
        elapsed(request, grant),
        share(refuse, of=request),
        count(review_right),
        elapsed(grant, revoke),
    )

    # --- what each step does

    approve.on(AnswersWhoAsked.tell_yes)

    @request.on
    def note_who_asks(self) -> None:
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

    @refuse.on
    def say_no(self, form: Note) -> None:
        for person in dict.fromkeys((self.case.asked_by, self.case.employee)):
            self.do(Message(to=person, template="right_refused", data={"why": form.note}))

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
        data = {"role": case.role_wanted.value}
        for person in dict.fromkeys((case.asked_by, case.employee)):
            self.do(Message(to=person, template="right_needs_training", data=data))
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
        for person in dict.fromkeys((case.asked_by, case.employee)):
            self.do(Message(to=person, template="right_granted", data=data))

    @(revoke | lapse).on
    def tell_that_it_is_gone(self) -> None:
        data = {"role": self.case.role_wanted.value, "scope": self.case.scope}
        self.do(Message(to=self.case.employee, template="right_revoked", data=data))

    @lapse.on
    def end_the_term(self) -> None:
        self.undo(GrantRole)

    @revoke.on
    def take_the_role_back(self, form: Revoked) -> None:
        granted_at = self.case.granted_at
        self.require(
            granted_at is None or form.revoked_at >= granted_at,
            "A right can't be taken back before it was granted.",
            "revoked_at",
        )
        self.undo(GrantRole)
