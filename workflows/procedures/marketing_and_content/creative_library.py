"""Creative library (日常素材与创意收集): selling points, ideas and pictures, so that pages are made fast.

Sources: 002-b 三1-4, 七2, 七5-6.
"""

from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

SHORT_LIVED = days(60)  # festival and hot-topic material; default
LONG_LIVED = days(365)  # all else; default

# --- what is asked


class Item(Form):
    kind: Literal["selling_point", "idea", "picture", "copy", "hot_topic", "festival"]
    text: Remark = ""
    files: Files = ()
    source: Text

    def problems(self) -> Problems:
        if not self.text and not self.files:
            yield "text", "Give words or files."


class Sorting(Form):
    tags: Keep[Some[Text]]
    product: Keep[Sku | None] = None
    festival: Keep[Remark] = ""


class Acceptance(Form):
    rights_ok: ToCheck[Ticked]


class Use(Form):
    case: CaseRef


class LibraryCase(Case):
    kind: str
    text: Remark = ""
    files: Files = ()
    source: Text
    tags: FormRows[Text] = ()
    product: Sku | None = None
    festival: Remark = ""
    expires: Day | None = None


# --- the procedure


class CreativeLibrary(AnswersWhoAsked, Procedure):
    """Gather selling points, ideas and picture material so that events, posters and pages can be made fast."""

    key = "creative_library"
    case: LibraryCase
    numbers = "IDEA"
    about = ("kind", "text", "source")

    new = Entry(role=STAFF, lapses=hours(24))
    collected = Stage(role=CONTENT_EDITOR, due=working_days(2), tell=OPS_MANAGER)
    sorted = Stage(role=OPS_SPECIALIST)
    ready = Stage()
    in_use = Stage()
    archived = Stage(final=True, undo=True)
    rejected = Stage(final=True)

    # collecting    002-b 三1-4, 七6
    collect = new.to(collected, by=STAFF, form=Item, every=daily("09:00"))
    sort = collected.to(sorted, by=CONTENT_EDITOR, form=Sorting, main=True)
    drop = collected.to(rejected, by=CONTENT_EDITOR, form=Reason, back=True) | sorted.to(
        rejected, by=CONTENT_EDITOR | OPS_SPECIALIST, form=Reason, back=True
    )
    accept = sorted.to(
        ready,
        by=OPS_SPECIALIST,
        form=Acceptance,
        other_than=collect,
        approves=("kind", "text", "files", "source", "tags", "product", "festival"),
    )

    # using    002-b 七6
    use = ready.to(in_use, by=DESIGNER | CONTENT_EDITOR | OPS_SPECIALIST, form=Use) | in_use.stay(
        by=DESIGNER | CONTENT_EDITOR | OPS_SPECIALIST, form=Use
    )
    expire = (ready | in_use).to(archived, at=at("expires"))

    kpis = (count(collect), share(use, of=accept), share(drop, of=collect))

    drop.on(AnswersWhoAsked.tell_why_not)
    accept.on(AnswersWhoAsked.tell_yes)

    @accept.on
    def put_into_library(self) -> None:
        short = self.case.kind in ("festival", "hot_topic") or self.case.festival
        self.case.expires = self.today + (SHORT_LIVED if short else LONG_LIVED).length
        self.do(
            KeepRecord(
                book="assets",
                entry=self.subject,
                data={
                    "kind": self.case.kind,
                    "text": self.case.text,
                    "files": list(self.case.files),
                    "tags": list(self.case.tags),
                    "product": self.case.product,
                    "source": self.case.source,
                },
            )
        )
