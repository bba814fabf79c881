"""Design request (设计需求): from idea to approved file, agreed by operations, copy and design.

Sources: 002-b 七1-6, 三1-2; 001-h 岗位 5; 001-j 编辑及美工; 001-l 美工; 001-p 第八条; 001-t 二(一)1.
"""

from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

MOST_ROUNDS = 3  # default

# --- what is asked


class Brief(Form):
    kind: Literal["main_image", "detail_page", "poster", "activity_page", "banner", "shop_style"]
    goal: Text
    product: Sku | None = None
    audience: Text
    must_have: Text
    size: Text
    due: Moment
    examples: InHistory[Files] = ()


class Estimate(Form):
    estimate_hours: Annotated[Number, Field(gt=0, le=1000)] | None = None
    note: Remark = ""


class Words(Form):
    headline: Keep[Text]
    body: Keep[Text]
    selling_points: Keep[FormRows[Text]] = ()

    def problems(self) -> Problems:
        points = " ".join(self.selling_points)
        yield from outside_faults(headline=self.headline, body=self.body, selling_points=points)


class DraftFiles(Form):
    version: Annotated[Qty, from_case("next_version")]
    files: Keep[SomeFiles]


class Changes(Form):
    points: Keep[Some[Text]]


class Approval(Form):
    facts_ok: Annotated[Ticked, to_check("files")]
    rights_ok: ToCheck[Ticked]


class Delivery(Form):
    final_files: Keep[Annotated[SomeFiles, proposed("files")]]
    library_tags: Some[Text]


class DesignCase(Case):
    kind: str
    goal: Text
    product: Sku | None = None
    due: Moment
    drafts: Count = 0
    rounds: Count = 0
    files: Files = ()
    """The last draft."""
    final_files: Files = ()
    audience: Text | None = None
    must_have: Text | None = None
    size: Text | None = None
    headline: Text | None = None
    body: Text | None = None
    selling_points: FormRows[Text] = ()
    points: FormRows[Text] = ()
    """What is to be changed of the last draft."""

    @property
    def next_version(self) -> int:
        return self.drafts + 1


# --- the procedure


class DesignRequest(AnswersWhoAsked, Procedure):
    """Bring a picture, page or poster from idea to approved file, agreed by operations, copy and design."""

    key = "design_request"
    case: DesignCase
    numbers = "D"
    about = ("kind", "goal", "product")

    new = Entry()
    briefed = Stage(role=DESIGNER, due=hours(4), tell=OPS_MANAGER)
    accepted = Stage(role=CONTENT_EDITOR | DESIGNER)
    copy_ready = Stage(role=DESIGNER)
    drafting = Stage(role=DESIGNER)
    review = Stage(role=OPS_SPECIALIST | OPS_MANAGER, ways_equal=True, due=working_days(1), tell=OPS_MANAGER)
    revising = Stage(role=DESIGNER)
    approved = Stage(role=DESIGNER)
    delivered = Stage(final=True)
    cancelled = Stage(final=True)
    rejected = Stage(final=True)

    # the idea    002-b 七1, 七4
    brief = new.to(briefed, by=OPS_SPECIALIST, form=Brief)
    accept_job = briefed.to(accepted, by=DESIGNER, form=Estimate, main=True)
    decline_job = briefed.to(rejected, by=DESIGNER, form=Estimate, back=True)

    # copy and draft    002-b 七2-3
    write_copy = accepted.to(copy_ready, by=CONTENT_EDITOR, form=Words, main=True)
    no_copy_needed = accepted.to(drafting, by=DESIGNER, form=Remarks)
    start_draft = copy_ready.to(drafting, by=DESIGNER, form=Remarks)
    submit_draft = (drafting | revising).to(review, by=DESIGNER, form=DraftFiles)

    # the verdict    002-b 七4, 七6, 三1-2
    ask_change = review.to(revising, by=OPS_SPECIALIST, form=Changes, when="has_rounds_left")
    approve = review.to(
        approved,
        by=OPS_SPECIALIST | OPS_MANAGER,
        form=Approval,
        other_than=submit_draft,
        approves=(
            "goal",
            "product",
            "audience",
            "must_have",
            "size",
            "headline",
            "body",
            "selling_points",
            "files",
        ),
    )
    deliver = approved.to(delivered, by=DESIGNER, form=Delivery)
    cancel = (briefed | accepted | copy_ready | drafting | review | revising).to(
        cancelled, by=OPS_SPECIALIST, form=Reason, back=True
    )
    withdraw = delivered.stay(by=OPS_SPECIALIST | OPS_MANAGER | DESIGNER, form=Reason, once=True)

    delivered_in_time = Deadline(at("due"), since=brief, until=deliver, tell=OPS_MANAGER)

    kpis = (elapsed(brief, deliver), share(ask_change, of=submit_draft), share(decline_job, of=brief))

    def has_rounds_left(self) -> bool:
        """There are three rounds of changes at most."""
        return self.case.rounds < MOST_ROUNDS

    @brief.on
    def still_possible(self, form: Brief) -> None:
        """A campaign that starts at once briefs late, and needs its pages all the same."""
        by_a_case = self.parent is not None
        self.require(by_a_case or form.due > self.now, "Must be in the future.", "due")

    @accept_job.on
    def estimated(self, form: Estimate) -> None:
        self.require(form.estimate_hours is not None, "Estimate the hours.", "estimate_hours")

    approve.on(AnswersWhoAsked.tell_yes)

    @submit_draft.on
    def count_draft(self) -> None:
        self.case.drafts += 1

    @ask_change.on
    def one_more_round(self) -> None:
        self.case.rounds += 1

    @delivered.enter
    def tell_that_it_is_there(self) -> None:
        self.tell(OPS_SPECIALIST, "design_delivered", goal=self.case.goal, by=self.who_did(self.brief) or "-")

    @cancel.on
    def tell_who_draws(self, form: Reason) -> None:
        for role in (DESIGNER, CONTENT_EDITOR):
            self.tell(role, "design_cancelled", goal=self.case.goal, why=form.reason)

    @withdraw.on
    def take_out_of_library(self, form: Reason) -> None:
        """Its rights are lost, or it says something wrong: nobody finds it for another page."""
        self.undo()
        for role in (OPS_SPECIALIST, CONTENT_EDITOR, DESIGNER):
            self.tell(role, "design_withdrawn", goal=self.case.goal, why=form.reason)

    @decline_job.on
    def tell_that_it_is_declined(self, form: Estimate) -> None:
        by = self.who_did(self.brief) or "-"
        self.tell(OPS_SPECIALIST, "design_declined", goal=self.case.goal, by=by, why=form.note or "-")

    @deliver.on
    def put_into_library(self, form: Delivery) -> None:
        asset = {
            "kind": self.case.kind,
            "goal": self.case.goal,
            "product": self.case.product,
            "files": list(form.final_files),
            "tags": list(form.library_tags),
        }
        self.do(KeepRecord(book="assets", entry=self.subject, data=asset))

    def result(self) -> dict[str, object]:
        return {"files": list(self.case.final_files)}
