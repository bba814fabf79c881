"""Violation handling (违规、举报、扣分处理): react fast to what the platform objects to, limit the damage, learn.

Sources: 002-b 一5, 四3; 001-t 四1(1).
"""

from activities.catalogue.contract import SetNotForSale
from activities.messages.contract import Message
from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

APPEAL_LEAD = hours(24)  # before the platform's own deadline; default

# --- what is asked


class Notice(Form):
    platform: Literal["taobao", "tmall", "jd", "pdd", "own", "other"]
    kind: Literal["complaint", "report", "violation", "points"]
    points: Annotated[int, Field(ge=0, le=1000)] | None = None
    deadline: Moment
    text: Text


class Assessment(Form):
    cause: Keep[Text]
    rule: Keep[Text]
    owner: Keep[CallerOrOther[User]]
    exposure: Keep[Price | None] = None
    sku: Keep[Sku | None] = None
    """The listing that is the cause, where one is."""


class Voided(Form):
    why: Literal["withdrawn_by_platform", "entered_twice"]
    note: Text


class Statement(Form):
    statement: LongText
    evidence: SomeFiles


class Fix(Form):
    fix: Text
    proof: Files = ()


class Lesson(Form):
    lesson: Text
    checklist_item: Remark = ""
    personal_error: bool


class ViolationCase(Case):
    platform: str
    kind: str
    points: int | None = None
    deadline: Moment
    text: Text
    cause: Text | None = None
    rule: Text | None = None
    owner: User | None = None
    exposure: Price | None = None
    sku: Sku | None = None


# --- the procedure


class ViolationHandling(Procedure):
    """React fast when the platform warns, deducts points or forwards a report, limit the damage, learn from it."""

    key = "violation_handling"
    case: ViolationCase
    numbers = "VH"
    about = ("platform", "kind", "text")
    new = Entry()
    noticed = Stage(role=OPS_SPECIALIST, due=hours(4), tell=OPS_MANAGER)
    assessed = Stage(role=OPS_MANAGER, ways_equal=True)
    preparing_appeal = Stage(role=OPS_SPECIALIST, due=at("deadline") - APPEAL_LEAD, tell=GM)
    appealed = Stage(role=OPS_SPECIALIST, due=days(7), tell=OPS_MANAGER)
    correcting = Stage(role=OPS_SPECIALIST, due=hours(24), tell=OPS_MANAGER)
    accepted = Stage(role=OPS_MANAGER)
    lesson = Stage(role=OPS_MANAGER)
    closed = Stage(final=True)
    voided = Stage(final=True)

    # what is it                                                                     002-b 一5, 四3
    notice = new.to(noticed, by=PLATFORM_FEED | OPS_SPECIALIST, form=Notice, on="platform.violation.noticed")
    assess = noticed.to(assessed, by=OPS_SPECIALIST, form=Assessment)

    # appeal, or put it right                                                        002-b 四3
    choose_appeal = assessed.to(
        preparing_appeal,
        by=OPS_MANAGER,
        form=DecisionNote,
        when="is_in_time",
        other_than=assess,
        approves=("kind", "points", "text", "cause", "rule", "exposure"),
    )
    choose_correct = assessed.to(
        correcting,
        by=OPS_MANAGER,
        form=DecisionNote,
        other_than=assess,
        approves=("kind", "points", "text", "cause", "rule", "exposure"),
    )
    reassess = assessed.to(noticed, by=OPS_MANAGER, form=Reason, back=True)
    file_appeal = preparing_appeal.to(appealed, by=OPS_SPECIALIST, form=Statement, when="is_in_time")
    missed_deadline = preparing_appeal.to(accepted, at=at("deadline"))
    appeal_won = appealed.to(
        lesson, by=PLATFORM_FEED, heard_by=OPS_SPECIALIST, form=Told, on="platform.appeal.won"
    )
    appeal_lost = appealed.to(
        correcting, by=PLATFORM_FEED, heard_by=OPS_SPECIALIST, form=Told, on="platform.appeal.lost"
    )
    correct_after_all = accepted.to(
        correcting, by=OPS_MANAGER | OPS_SPECIALIST, form=DecisionNote, when="not is_put_right"
    )
    corrected = correcting.to(accepted, by=OPS_SPECIALIST, form=Fix)
    record_lesson = accepted.to(
        closed, by=OPS_MANAGER, form=Lesson, when="is_put_right", main=True
    ) | lesson.to(closed, by=OPS_MANAGER, form=Lesson)

    void = (noticed | assessed | preparing_appeal | appealed | correcting).to(
        voided, by=OPS_MANAGER, form=Voided, back=True
    )

    exceptions = (
        without(
            "way_back",
            accepted | lesson,
            because="The platform's notice stands until it is corrected or the appeal is won.",
        ),
    )

    kpis = (
        count(notice),
        elapsed(notice, assess),
        share(appeal_won, of=file_appeal),
        count(missed_deadline),
    )

    # --- rules

    def is_in_time(self) -> bool:
        """The platform's deadline is still ahead."""
        return self.now < self.case.deadline

    def is_put_right(self) -> bool:
        """What was wrong has been corrected."""
        return self.has_happened(self.corrected)

    # --- what each step does

    @assess.on
    def take_down(self, form: Assessment) -> None:
        if form.sku is not None:
            self.do(SetNotForSale(sku=form.sku, reason=form.cause, only_if_sold_out=False))
        if form.owner != self.actor.id:
            data = {"cause": form.cause, "rule": form.rule}
            self.do(Message(to=form.owner, template="violation_yours", data=data))

    @reassess.on
    def ask_anew(self, form: Reason) -> None:
        self.tell(OPS_SPECIALIST, "violation_to_reassess", why=form.reason)

    @missed_deadline.on
    def tell_missed(self) -> None:
        self.tell(OPS_SPECIALIST, "violation_to_correct", cause=self.case.cause or "-")

    @void.on
    def tell_that_it_is_void(self, form: Voided) -> None:
        self.tell(OPS_SPECIALIST, "violation_void", why=form.note)

    @(appeal_won | corrected | reassess | void).on
    def relist(self) -> None:
        self.undo(SetNotForSale)

    @record_lesson.on
    def learn(self, form: Lesson) -> None:
        self.tell(OPS_SPECIALIST, "lesson_learnt", lesson=form.lesson)
        self.do(
            KeepRecord(
                book="lessons",
                entry=self.subject,
                data={
                    "platform": self.case.platform,
                    "kind": self.case.kind,
                    "points": self.case.points,
                    "cause": self.case.cause,
                    "lesson": form.lesson,
                    "checklist_item": form.checklist_item,
                    "personal_error": form.personal_error,
                },
            )
        )
