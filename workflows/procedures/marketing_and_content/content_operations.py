"""Content operations (内容运营): content that attracts and convinces buyers, is placed well, and is learned from.

Sources: 000-h 1-6; 001-t 三1, 四1(2)-(3); 001-n.
"""

from workflows.vocabulary import *

PLAN_LEAD = days(7)  # five working days before the month; default
PLANNING_DAY = 15  # of the month before; default

# --- what is asked


class Analysis(Form):
    period: DateRange
    behaviour: InHistory[Text]
    interests: InHistory[Text]


class RivalFinding(FormRow):
    shop: Text
    finding: Text


class Rivals(Form):
    rivals: Annotated[Some[RivalFinding], Field(min_length=2)]


class PlannedItem(FormRow):
    kind: Text
    topic: Text
    channel: Text
    date: Day
    owner: User


class ContentPlan(Form):
    items: Annotated[Keep[Some[PlannedItem]], proposed("items")]
    goal: Annotated[Keep[Some[Target]], proposed("goal")]


class Content(Form):
    title: Annotated[Keep[Title], proposed("title")]
    body: Annotated[Keep[LongText], proposed("body")]
    images: Annotated[Keep[Files], proposed("images")] = ()
    product_links: Annotated[Keep[FormRows[Sku]], proposed("product_links")] = ()
    assets: FormRows[Annotated[Code, ref("asset")]] = ()

    def problems(self) -> Problems:
        yield from outside_faults(title=self.title, body=self.body)


class Check(Checks):
    facts_ok: ToCheck[bool]
    wording_ok: ToCheck[bool]
    rights_ok: ToCheck[bool]
    note: Remark = ""


class Publication(Form):
    channel: Keep[Annotated[Text, proposed("channels")]]
    at: TimeOrEarlier[Moment]


class Improvement(Form):
    change: Keep[Text]
    reason: Keep[Text]


class Republication(Content):
    """The text as it is to be published again, and what was improved, unless it became something else."""

    change: Annotated[Keep[Text], proposed("change")]
    reason: Annotated[Keep[Text], proposed("reason")]

    def problems(self) -> Problems:
        yield from super().problems()
        yield from outside_faults(change=self.change)


class Result(Form):
    reads: Count
    clicks: Count
    orders: Count
    lesson: Text

    def problems(self) -> Problems:
        if self.clicks > self.reads:
            yield "clicks", "There can't be more clicks than reads."
        if self.orders > self.clicks:
            yield "orders", "There can't be more orders than clicks."


class ContentCase(Case):
    period: DateRange
    items: FormRows[PlannedItem] = ()
    goal: FormRows[Target] = ()
    title: Title | None = None
    change: Text = "-"
    reason: Text = "-"
    channel: Text = "-"
    """Where it was placed."""
    body: LongText | None = None
    images: Files | None = None
    product_links: FormRows[Sku] | None = None

    @property
    def starts(self) -> Day:
        return self.period.first

    @property
    def planned_for(self) -> Day:
        """The day of the first planned item."""
        return min((item.date for item in self.items), default=self.period.first)

    @property
    def channels(self) -> str:
        return ", ".join(dict.fromkeys(item.channel for item in self.items))


# --- the procedure


class ContentOperations(Procedure):
    """Make content that draws and convinces buyers, place it at the right time and learn from the numbers."""

    key = "content_operations"
    case: ContentCase
    numbers = "CO"
    about = ("title", "period")

    new = Entry(role=DATA_ANALYST | CONTENT_EDITOR, due=working_days(5), tell=OPS_MANAGER)
    user_analysis = Stage(role=CONTENT_EDITOR)
    rival_analysis = Stage(role=CONTENT_EDITOR)
    planning = Stage(role=CONTENT_EDITOR)
    approval = Stage(role=OPS_MANAGER)
    creating = Stage(role=CONTENT_EDITOR)
    review = Stage(role=OPS_MANAGER, due=working_days(1), tell=OPS_MANAGER)
    scheduled = Stage(role=CONTENT_EDITOR)
    to_place = Stage(role=CONTENT_EDITOR, due=working_days(1), tell=CONTENT_EDITOR | OPS_MANAGER)
    published = Stage()
    monitoring = Stage(role=CONTENT_EDITOR, due=days(6), tell=CONTENT_EDITOR)
    optimising = Stage(role=CONTENT_EDITOR)
    closed = Stage(final=True)
    rejected = Stage(final=True)
    withdrawn = Stage(final=True, undo=True)

    # users, rivals, plan    000-h 1-3
    start_analysis = new.to(
        user_analysis,
        by=DATA_ANALYST | CONTENT_EDITOR,
        form=Analysis,
        every=monthly("09:00", day=PLANNING_DAY),
    )
    rivals = user_analysis.to(rival_analysis, by=CONTENT_EDITOR, form=Rivals)
    plan = rival_analysis.to(planning, by=CONTENT_EDITOR, form=ContentPlan)
    submit_plan = planning.to(approval, by=CONTENT_EDITOR, form=ContentPlan)
    approve = approval.to(
        creating, by=OPS_MANAGER, form=Note, other_than=submit_plan, main=True, approves=("items", "goal")
    )
    return_plan = approval.to(planning, by=OPS_MANAGER, form=Note, back=True)
    reject = approval.to(rejected, by=OPS_MANAGER, form=Note, back=True)

    # making    000-h 4
    submit_content = creating.to(review, by=CONTENT_EDITOR, form=Content)
    republish = optimising.to(review, by=CONTENT_EDITOR, form=Republication)
    rework = review.to(creating, by=OPS_MANAGER, form=Check, back=True)
    release = review.to(
        scheduled,
        by=OPS_MANAGER,
        form=Check,
        when="is_publishable",
        other_than=(submit_content, republish),
        main=True,
        approves=("title", "body", "images", "product_links"),
    )

    # placing    000-h 5
    its_hour_comes = scheduled.to(to_place, at=at("planned_for") + hours(10))
    publish = (scheduled | to_place).to(published, by=CONTENT_EDITOR, form=Publication)
    replan = (scheduled | to_place).to(planning, by=CONTENT_EDITOR, form=Reason, back=True)

    # learning    000-h 6
    monitor = published.to(monitoring, after=hours(24))
    optimise = monitoring.to(optimising, by=CONTENT_EDITOR, form=Improvement)
    close = monitoring.to(closed, by=CONTENT_EDITOR, form=Result, main=True)
    withdraw = (scheduled | to_place | published | monitoring | optimising).to(
        withdrawn, by=OPS_MANAGER, form=Reason, back=True
    ) | closed.stay(by=OPS_MANAGER, form=Reason, once=True)

    planned_in_time = Deadline(
        at("starts") - PLAN_LEAD, since=start_analysis, until=submit_plan, tell=OPS_MANAGER
    )

    kpis = (
        elapsed(submit_content, publish),
        count(optimise),
        share(rework, of=submit_content),
        share(withdraw, of=publish),
    )

    def is_publishable(self, form: Check) -> bool:
        """Facts, wording under the advertising law and the rights to pictures are right."""
        return form.all_ok

    def by_calendar(self, occasion: Occasion) -> Opening:
        """The next month's content."""
        return asking(occasion.after.label, period=occasion.after.days)

    @(return_plan | reject).on
    def tell_that_it_is_back(self, form: Note) -> None:
        self.tell(CONTENT_EDITOR, "content_back", note=form.note)

    @rework.on
    def tell_what_to_rework(self, form: Check) -> None:
        self.tell(CONTENT_EDITOR, "content_back", note=form.note or "-")

    @its_hour_comes.on
    def ask_to_place_it(self) -> None:
        """The clock places nothing: people do, and say where."""
        self.tell(CONTENT_EDITOR, "content_to_place", title=self.case.title, where=self.case.channels)

    @publish.on
    def keep_to_the_plan(self, form: Publication) -> None:
        """Another day or channel is another plan, which is approved again."""
        day, channels = self.case.planned_for, [item.channel for item in self.case.items]
        self.require(self.day_of(form.at) >= day, "The plan says from {day} on.", "at", day=day)
        planned = form.channel in (*channels, self.case.channels)
        self.require(planned, "The plan says: {channels}.", "channel", channels=channels)

    @withdraw.on
    def tell_that_it_is_withdrawn(self, form: Reason) -> None:
        self.tell(CONTENT_EDITOR, "content_back", note=form.reason)
