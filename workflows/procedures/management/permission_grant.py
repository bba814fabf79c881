"""Permission grant (权限开通与回收): each employee has the rights that the duty needs, and no longer than that.

Source: 001-b 第二章3. The manager may run the platform; staff get rights by duty.
"""

from activities.people.contract import GrantRole
from workflows.vocabulary import *

REVIEW = days(182)  # each half-year; default

# --- what is asked ------------------------------------------------------------------------------------------------


class Wanted(Form):
    employee: User
    role_wanted: Role
    scope: Text
    reason: InHistory[Text]
    until: Day | None = None

    def problems(self) -> Problems:
        if not self.role_wanted.is_person:
            yield "role_wanted", "No person holds this role."


class Granted(Form):
    granted_at: Keep[Moment]
    account: Text


class Revoked(Form):
    reason: Literal["moved", "left", "term_over", "misuse", "not_needed"]
    revoked_at: Moment


class RightCase(Case):
    employee: User
    role_wanted: Role
    scope: Text
    until: Day | None = None
    granted_at: Moment | None = None

    @property
    def end_of_term(self) -> Day | None:
        """The end of the last day; the right is to be gone by then."""
        return self.until + days(1).length if self.until else None


# --- the procedure ------------------------------------------------------------------------------------------------


class PermissionGrant(Procedure):
    """Give an employee the rights that the duty needs, look at them again, and take them back in time."""

    key = "permission_grant"
    case: RightCase

    new = Entry()
    requested = Stage(role=OPS_MANAGER, due=working_days(1), tell=GM)
    approved = Stage(role=TECH, due=working_days(1), tell=OPS_MANAGER)
    granted = Stage(role=OPS_MANAGER | TECH)
    refused = Stage(final=True)
    revoked = Stage(final=True)
    withdrawn = Stage(final=True)

    # asked and decided                                                              001-b 第二章3(1)-(2)
    request = new.to(requested, by=STAFF, form=Wanted)
    approve = requested.to(approved, by=OPS_MANAGER, form=Note)
    refuse = requested.to(refused, by=OPS_MANAGER, form=Note)
    withdraw = (requested | approved).to(withdrawn, by=STAFF, form=Withdrawal)

    # held
    grant = approved.to(granted, by=TECH, form=Granted)
    review_right = granted.stay(by=OPS_MANAGER, form=Note)
    revoke = granted.to(revoked, by=TECH, form=Revoked)

    revoked_in_time = Deadline(at("end_of_term"), since=grant, until=revoke, tell=OPS_MANAGER)
    reviewed_in_time = Deadline(REVIEW, since=grant | review_right, until=revoke, tell=OPS_MANAGER)

    kpis = (
        elapsed(request, grant),
        share(refuse, of=request),
        count(review_right),
        elapsed(grant, revoke),
    )

    # --- what each step does

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
            )
        )

    @revoke.on
    def take_the_role_back(self, form: Revoked) -> None:
        granted_at = self.case.granted_at
        self.require(
            granted_at is None or form.revoked_at >= granted_at,
            "A right can't be taken back before it was granted.",
            "revoked_at",
        )
        self.undo(GrantRole)
