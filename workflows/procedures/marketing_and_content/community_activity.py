"""Community activity (社区与帮派活动): posts and answers in buyer communities that bring readers to the shop.

Sources: 001-t 四1(2)-(3); 001-l 客服 6.
"""

from activities.registers.contract import KeepRecord
from workflows.vocabulary import *

# --- what is asked


class Plan(Form):
    community: Text
    kind: Literal["community", "promotion_group", "own_group", "forum", "chat_group"]
    period: DateRange
    themes: InHistory[Some[Text]]
    posters: InHistory[FormRows[User]]
    goal: InHistory[FormRows[Target]] = ()


class Post(Form):
    title: Title
    content: LongText
    url: Url
    product: Sku | None = None


class PublicAnswer(Form):
    question: Text
    answer: Text
    url: Url


class GroupPage(Form):
    campaigns: Some[Code]
    url: Url
    updated_on: Day


class Summary(Form):
    posts: Count
    answers: Count
    visits: Count
    orders: Count | None = None
    lesson: Text


class ActivityCase(Case):
    community: Text
    kind: str
    period: DateRange


# --- the procedure


class CommunityActivity(Procedure):
    """Post, answer and take part in buyer communities and groups so that readers come to the shop."""

    key = "community_activity"
    case: ActivityCase

    new = Entry(role=PROMOTER, due=working_days(1), tell=OPS_MANAGER, lapses=days(7))
    planned = Stage(role=CS_AGENT | PROMOTER)
    active = Stage(role=CS_AGENT | PROMOTER, remind=repeated(service_hours(4)))
    closed = Stage(final=True)
    cancelled = Stage(final=True)

    # planning    001-t 四1(2)-(3)
    plan = new.to(planned, by=PROMOTER, form=Plan, every=weekly("09:00", "MON"))
    cancel = planned.to(cancelled, by=PROMOTER, form=Reason)

    # taking part    001-t 四1(2)-(3), 001-l 客服 6
    post_item = planned.to(active, by=CS_AGENT, form=Post) | active.stay(by=CS_AGENT, form=Post)
    answer_buyer = active.stay(by=CS_AGENT, form=PublicAnswer)
    update_group_page = active.stay(by=PROMOTER, form=GroupPage)
    close = active.to(closed, by=PROMOTER, form=Summary)

    kpis = (count(post_item), count(answer_buyer), count(update_group_page))

    def by_calendar(self, occasion: Occasion) -> Opening:
        """The week's plan: the promoter says where, on what and by whom."""
        return asking(occasion.label, period=occasion.days)

    @post_item.on
    def keep_post(self, form: Post) -> None:
        post = {"title": form.title, "url": form.url, "account": self.actor.id, "product": form.product}
        self.do(KeepRecord(book="community_posts", entry=self.next_subject, data=post))

    @update_group_page.on
    def not_ahead(self, form: GroupPage) -> None:
        self.require(form.updated_on <= self.today, "Can't be in the future.", "updated_on")
