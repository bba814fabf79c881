"""Credit comment (信用评价与好评回复): rate the buyer, or answer the good review, after each successful trade.

Sources: 001-t 四1(8); 004-g 客服 3-4.
"""

from workflows.vocabulary import *

WINDOW = days(15)  # in which the platform takes ratings; default
POOR = 3  # of 5 stars, and below

# --- what is asked


class Trade(Form):
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    """The customer's rating, where there is one."""
    review: LongRemark = ""


class Draft(Form):
    template: Annotated[Code, ref("template")]
    text: Keep[Annotated[Text, Field(min_length=10, max_length=300), proposed("text")]]
    search_words: Annotated[tuple[Text, ...], Field(max_length=2)] = ()

    def problems(self) -> Problems:
        text = self.text.lower()
        yield from outside_faults(text=self.text)
        if any(word.lower() not in text for word in self.search_words):
            yield "search_words", "The text doesn't hold it."


class Check(Form):
    ok: Keep[Annotated[bool, to_check("text")]]
    note: Remark = ""


class Publication(Form):
    published_at: TimeOrEarlier[Moment]


class CommentCase(Case):
    rating: int | None = None
    review: LongRemark = ""
    text: Text | None = None
    ok: bool = False
    closes_at: Moment | None = None


# --- the procedure


class CreditComment(Procedure):
    """Rate the buyer or answer the good review with a fitting text that carries shop name and search words."""

    key = "credit_comment"
    case: CommentCase
    about = ("rating", "review")
    signalled = ("poor_review",)

    new = Entry()
    due = Stage(role=CS_AGENT)
    drafted = Stage(role=CS_AGENT | CS_SUPERVISOR)
    checked = Stage(role=CS_AGENT | CS_SUPERVISOR)
    published = Stage(final=True)
    expired = Stage(final=True)
    redirected = Stage(final=True)

    open = new.to(due, by=PLATFORM_FEED, form=Trade, on="store.trade.succeeded")  # 001-t 四1(8)
    draft = due.to(drafted, by=CS_AGENT, form=Draft) | drafted.stay(by=CS_AGENT, form=Draft)
    poor_review = (due | drafted | checked).to(redirected)  # 004-g 客服 3: it is answered there
    to_bad_review = due.to(redirected, as_soon_as="is_poor")  # 004-g 客服 3
    check = drafted.to(
        checked, by=CS_SUPERVISOR, form=Check, other_than=draft, approves=("rating", "review", "text")
    )
    rework = checked.to(drafted, by=CS_SUPERVISOR, form=Check, back=True)
    publish = checked.to(published, by=CS_AGENT, form=Publication, when="is_fit", main=True)
    window_over = (due | drafted | checked).to(expired, at=at("closes_at"))

    published_in_time = Deadline(days(3), since=open, until=publish, tell=CS_SUPERVISOR)

    kpis = (share(publish, of=open), elapsed(open, publish), share(window_over, of=open))

    def is_poor(self) -> bool:
        """The customer's rating is middling or poor."""
        return self.case.rating is not None and self.case.rating <= POOR

    def is_fit(self) -> bool:
        """The check found no banned word and no private data."""
        return self.case.ok

    @open.on
    def set_window(self) -> None:
        self.case.closes_at = self.now + WINDOW.length

    @rework.on
    def say_why(self, form: Check) -> None:
        self.require(not form.ok and form.note, "Say what is to change.", "note")

    @starts("bad_review", on=to_bad_review)
    def take_over(self) -> Opening:
        return opening(self.subject, rating=self.case.rating, text=self.case.review, order_no=self.subject)
