"""Market research (市场调研与竞品分析): the market, the season, the buyers and the rivals, as ground for decisions.

Sources: 000-a 1; 000-d 一, 六; 000-g 二1(1); 000-h 1-2; 001-a 四6; 001-e 第四条2; 001-f 三3; 001-g 第五条(四);
001-t 四2(3); 002-b 二1(4), 2(4); 003 七3.2; 004-b 1; 004-c 1-2; 004-g 竞争.
"""

from workflows.vocabulary import *

ROUTINE = "每月例行市场与竞品分析"  # the monthly question; default
ROUTINE_LIMIT = days(7)  # five working days; default
REPORT = (
    "data_file",
    "target_buyers",
    "market_size",
    "season_note",
    "rival_findings",
    "sales_jump_reason",
    "price_change_reason",
    "advice",
)

# --- what is asked


class Request(Form):
    question: Text
    purpose: Literal["selection", "pricing", "campaign", "plan", "routine"]
    needed_by: Day


Metric = Literal["sales", "price", "position", "traffic", "ads", "reviews", "service"]


class Scope(Form):
    rivals: Keep[Annotated[Some[Text], Field(min_length=3)]]
    sources: Keep[Some[Text]]
    metrics: Keep[Some[Metric]]


class KeywordHeat(FormRow):
    keyword: Text
    heat: Number


class MarketData(Form):
    data_file: Keep[File]
    collected_on: TimeOrEarlier[Day]
    hot_keywords: FormRows[KeywordHeat] = ()
    own_rank: FormRows[KeywordRank] = ()


class RivalFinding(FormRow):
    rival: Text
    finding: Text


class MarketReport(Form):
    target_buyers: Keep[Text]
    market_size: Keep[Remark] = ""
    season_note: Keep[Remark] = ""
    rival_findings: Keep[Some[RivalFinding]]
    sales_jump_reason: Keep[Remark] = ""
    price_change_reason: Keep[Remark] = ""
    advice: Keep[Some[Text]]


class ResearchCase(Case):
    question: Text
    purpose: str
    needed_by: Day
    rivals: FormRows[Text] = ()
    sources: FormRows[Text] = ()
    metrics: FormRows[Metric] = ()
    advice: FormRows[Text] = ()
    data_file: File | None = None
    target_buyers: Text | None = None
    market_size: Remark | None = None
    season_note: Remark | None = None
    rival_findings: Some[RivalFinding] | None = None
    sales_jump_reason: Remark | None = None
    price_change_reason: Remark | None = None


# --- the procedure


class MarketResearch(Procedure):
    """Know the market, the season, the target buyers and what rivals do, as the ground for decisions."""

    key = "market_research"
    case: ResearchCase
    numbers = "MR"
    about = ("question", "purpose", "needed_by")

    new = Entry()
    requested = Stage(role=DATA_ANALYST)
    scoped = Stage(role=DATA_ANALYST)
    collecting = Stage(role=DATA_ANALYST | PROMOTER)
    analysing = Stage(role=DATA_ANALYST)
    review = Stage(role=OPS_MANAGER, ways_equal=True)
    published = Stage(final=True)
    rejected = Stage(final=True)

    # the question    001-a 四6, 004-b 1
    request = new.to(requested, by=OPS_MANAGER | PRODUCT_MANAGER, form=Request, every=monthly("09:00", day=1))
    scope = requested.to(scoped, by=DATA_ANALYST, form=Scope)
    decline = requested.to(rejected, by=OPS_MANAGER, form=Remarks, back=True)

    # the figures    002-b 二1(4), 2(4); 004-c 1-2
    start_collect = scoped.to(collecting, by=DATA_ANALYST, form=Remarks)
    submit_data = collecting.to(analysing, by=DATA_ANALYST | PROMOTER, form=MarketData)

    # the report    001-a 四6
    submit_report = analysing.to(review, by=DATA_ANALYST, form=MarketReport)
    accept = review.to(
        published, by=OPS_MANAGER, form=Remarks, other_than=submit_report, approves=("question", *REPORT)
    )
    rework = review.to(collecting, by=OPS_MANAGER, form=Remarks, back=True)
    withdraw = published.stay(by=OPS_MANAGER, form=Reason, once=True)

    published_in_time = Deadline(
        earliest(working_days(5), at("needed_by") + hours(24)),
        since=request,
        until=accept,
        tell=OPS_MANAGER,
    )

    kpis = (elapsed(request, accept), count(rework), share(decline, of=request))

    def by_calendar(self, occasion: Occasion) -> Opening:
        return opening(
            f"routine-{occasion.label}",
            question=ROUTINE,
            purpose="routine",
            needed_by=self.today + ROUTINE_LIMIT.length,
        )

    @request.on
    def in_time_to_research(self, form: Request) -> None:
        self.require(form.needed_by >= self.today, "Must not be in the past.", "needed_by")

    @published.enter
    def tell_who_asked(self) -> None:
        asked = {"question": self.case.question, "by": self.who_did(self.request) or "-"}
        for role in (OPS_MANAGER, PRODUCT_MANAGER):  # either may have asked
            self.tell(role, "research_published", **asked)

    @rejected.enter
    def tell_that_it_is_declined(self) -> None:
        self.tell(PRODUCT_MANAGER, "research_declined", question=self.case.question)

    @withdraw.on
    def tell_that_it_holds_no_more(self, form: Reason) -> None:
        for role in (OPS_MANAGER, PRODUCT_MANAGER):
            self.tell(role, "research_withdrawn", question=self.case.question, why=form.reason)

    def result(self) -> dict[str, object]:
        return {"advice": list(self.case.advice)}
