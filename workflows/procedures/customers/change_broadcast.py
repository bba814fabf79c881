"""Change broadcast (变更传达): tell whoever serves customers of every change before it takes effect.

Activities, prices, gifts, pages, arrivals, policies. Sources: 002-b 八5, 五4; 001-n 2(5); 001-a 四1.
"""

from activities.messages.contract import Notify
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

NOTICE = hours(4)  # default
NOTICE_OF_ACTIVITY = hours(24)  # default
CHASED = hours(1)  # before the change takes effect, or after a notice that was sent later; default
CUSTOMERS_ASK = ("price", "gift", "activity")
ANYBODY = frozenset(role for role in Role if role.is_staff)

What = Literal["activity", "price", "gift", "page", "inbound", "policy"]

# --- what is asked


class Change(Form):
    what: Keep[What]
    old: Keep[LongRemark] = ""
    new: Keep[LongText]
    effective_from: Keep[TimeOrOther[Moment]]
    script_for_customers: Keep[LongRemark]
    readers: Keep[Some[Role]]

    def problems(self) -> Problems:
        if self.what in CUSTOMERS_ASK and not self.script_for_customers:
            yield "script_for_customers", "Customers will ask about this: say what to answer them."
        if not all(role.is_staff for role in self.readers):
            yield "readers", "Only teams of the store read notices."


class Notice(Change):
    """The change as it was drafted, to be put right."""

    what: Keep[Annotated[What, proposed("what")]]
    old: Keep[Annotated[LongRemark, proposed("old")]] = ""
    new: Keep[Annotated[LongText, proposed("new")]]
    effective_from: Keep[Annotated[Moment, proposed("effective_from")]]
    script_for_customers: Keep[Annotated[LongRemark, proposed("script_for_customers")]]
    readers: Keep[Annotated[Some[Role], proposed("readers")]]

    def problems(self) -> Problems:
        yield from super().problems()
        yield from outside_faults(script_for_customers=self.script_for_customers)


class Reading(Form):
    understood: Ticked
    question: Remark = ""


class ChangeCase(Case):
    what: What
    old: LongRemark = ""
    new: LongText
    effective_from: Moment
    script_for_customers: LongRemark
    readers: Some[Role]
    read: tuple[Role, ...] = ()
    chase_at: Moment | None = None
    """When the teams that haven't read it are reminded, once."""

    @property
    def everybody(self) -> tuple[Role, ...]:
        """The teams that must read it: the head of customer service always does."""
        return tuple(dict.fromkeys((CS_SUPERVISOR, *self.readers)))

    @property
    def unread(self) -> tuple[Role, ...]:
        return tuple(role for role in self.everybody if role not in self.read)


# --- the procedure


class ChangeBroadcast(Procedure):
    """Tell customer service, and through it agents and customers, of a change before it takes effect."""

    key = "change_broadcast"
    case: ChangeCase
    numbers = "CB"
    about = ("what", "new", "effective_from")
    signalled = ("call_off",)

    new = Entry()
    drafted = Stage(role=OPS_SPECIALIST)
    sent = Stage(role=CS_AGENT | CS_SUPERVISOR)
    partly_read = Stage(role=CS_AGENT | CS_SUPERVISOR)
    confirmed = Stage(final=True)
    cancelled = Stage(final=True, undo=True)

    # the notice                                                                     002-b 八5, 五4
    draft = new.to(drafted, by=OPS_SPECIALIST, form=Change)
    send_notice = drafted.to(sent, by=OPS_SPECIALIST, form=Notice, main=True)
    read_one = (sent | partly_read).to(partly_read, by=ANYBODY, form=Reading)
    all_read = partly_read.to(confirmed, as_soon_as="has_all_readers")
    chase = (sent | partly_read).stay(at=at("chase_at"))
    withdraw = (drafted | sent | partly_read).to(cancelled, by=OPS_SPECIALIST, form=Reason, back=True)

    call_off = confirmed.stay(by=OPS_SPECIALIST, form=Reason, once=True)

    sent_in_time = Deadline(
        at("effective_from") - NOTICE, since=draft, until=send_notice, unless="is_activity", tell=OPS_MANAGER
    )
    activity_sent_in_time = Deadline(
        at("effective_from") - NOTICE_OF_ACTIVITY,
        since=draft,
        until=send_notice,
        unless="is_no_activity",
        tell=OPS_MANAGER,
    )
    read_in_time = Deadline(at("effective_from"), since=send_notice, until=all_read, tell=CS_SUPERVISOR)

    kpis = (
        count(draft),
        share(all_read, of=send_notice),
        share(chase, of=send_notice),
        elapsed(send_notice, all_read),
    )

    # --- rules

    def has_all_readers(self) -> bool:
        """Every team that must read it has confirmed."""
        return not self.case.unread

    def is_activity(self) -> bool:
        """An activity changes, which needs a day's notice."""
        return self.case.what == "activity"

    def is_no_activity(self) -> bool:
        """The change is smaller than an activity."""
        return not self.is_activity()

    # --- what each step does

    @send_notice.on
    def publish(self) -> None:
        before, after = self.case.effective_from - CHASED.length, self.now + CHASED.length
        self.case.chase_at = max(before, after)
        holds_already = self.case.effective_from < self.now
        for role in self.case.everybody:
            if holds_already:
                self.do(Notify(role=role, template="change_holds", data=self.facts()))
            else:
                self.do(Notify(role=role, template="change_notice", data=self.facts()))
        if self.case.script_for_customers:
            self.do(
                KeepRecord(
                    book="customer_scripts",
                    entry=self.subject,
                    data={
                        "what": self.case.what,
                        "script": self.case.script_for_customers,
                        "effective_from": self.case.effective_from.isoformat(),
                    },
                )
            )

    @read_one.on
    def confirm(self, form: Reading) -> None:
        mine = self.actor.roles & frozenset(self.case.everybody)
        self.require(mine, "The notice is for other teams.")
        self.case.read = tuple(role for role in self.case.everybody if role in mine or role in self.case.read)
        if form.question:
            self.tell(OPS_SPECIALIST, "change_question", question=form.question, by=self.actor.id)

    @call_off.on
    def tell_that_it_doesnt_hold(self) -> None:
        """Whoever read it hears so, and the words for customers are gone."""
        self.undo()

    @chase.on
    def remind(self) -> None:
        self.case.chase_at = None
        for role in self.case.unread:
            self.tell(role, "change_unread", **self.facts())

    def facts(self) -> dict[str, str]:
        return {
            "what": self.case.what,
            "old": self.case.old or "-",
            "new": self.case.new,
            "effective_from": self.case.effective_from.astimezone(self.policy.zone).strftime(
                "%Y-%m-%d %H:%M"
            ),
            "script": self.case.script_for_customers or "-",
        }
