"""Community activity (社区与帮派活动): posts and answers in buyer communities that bring readers to the shop.

Sources: 001-t 四1(2)-(3); 001-l 客服 6.
"""

from activities.platform.contract import EarnCoins
from workflows.vocabulary import *

MOST_COINS = 50  # that a community gives for one post or answer; default

# --- what is asked


class Plan(Form):
    community: Text
    kind: Literal["community", "promotion_group", "own_group", "forum", "chat_group"]
    period: DateRange
    themes: Some[Text]
    posters: FormRows[User]
    goal: FormRows[Target] = ()


class Post(Form):
    title: Title
    content: LongText
    url: Url
    product: Sku | None = None

    def problems(self) -> Problems:
        yield from outside_faults(title=self.title, content=self.content)


class PublicAnswer(Form):
    question: Text
    answer: Text
    url: Url

    def problems(self) -> Problems:
        yield from outside_faults(question=self.question, answer=self.answer)


class GroupPage(Form):
    campaigns: Some[Code]
    url: Url
    updated_on: TimeOrEarlier[Day]


class Coins(Form):
    coins: Qty
    proof: SomeFiles


class Summary(Form):
    posts: FromCase[Count | None] = None
    answers: FromCase[Count | None] = None
    visits: Count
    orders: Count | None = None
    lesson: Text


class ActivityCase(Case):
    community: Text
    kind: str
    period: DateRange
    themes: FormRows[Text] = ()
    posters: FormRows[User] = ()
    """Who is to post."""
    goal: FormRows[Target] = ()
    posts: Count = 0
    answers: Count = 0
    coins: Count = 0
    """That the community gave for them."""

    @property
    def over(self) -> Day:
        """The first day after it."""
        return self.period.last + days(1).length


# --- the procedure


class CommunityActivity(Procedure):
    """Post, answer and take part in buyer communities and groups so that readers come to the shop."""

    key = "community_activity"
    case: ActivityCase
    numbers = "CA"
    about = ("community", "kind", "period")

    new = Entry(role=PROMOTER, due=working_days(1), tell=OPS_MANAGER, lapses=days(7))
    planned = Stage(role=CS_AGENT | PROMOTER)
    active = Stage(
        role=CS_AGENT | PROMOTER,
        due=at("over"),
        tell=PROMOTER | OPS_MANAGER,
        remind=repeated(service_hours(4)),
    )
    closed = Stage(final=True)
    cancelled = Stage(final=True)

    # planning    001-t 四1(2)-(3)
    plan = new.to(planned, by=PROMOTER, form=Plan, every=weekly("09:00", "MON"))
    cancel = planned.to(cancelled, by=PROMOTER, form=Reason, back=True)

    # taking part    001-t 四1(2)-(3), 001-l 客服 6
    post_item = planned.to(active, by=CS_AGENT, form=Post, main=True) | active.stay(by=CS_AGENT, form=Post)
    answer_buyer = active.stay(by=CS_AGENT, form=PublicAnswer)
    earn_coins = active.stay(by=CS_AGENT | PROMOTER, form=Coins)
    update_group_page = active.stay(by=PROMOTER, form=GroupPage)
    close = active.to(closed, by=PROMOTER, form=Summary)

    kpis = (count(post_item), count(answer_buyer), count(update_group_page))

    def by_calendar(self, occasion: Occasion) -> Opening:
        """The week's plan: the promoter says where, on what and by whom."""
        return asking(occasion.label, period=occasion.days)

    @post_item.on
    def count_post(self) -> None:
        self.case.posts += 1

    @answer_buyer.on
    def count_answer(self) -> None:
        self.case.answers += 1

    @earn_coins.on
    def keep_coins(self, form: Coins) -> None:
        case = self.case
        most = MOST_COINS * (case.posts + case.answers) - case.coins
        self.require(
            form.coins <= most,
            "For these posts and answers it gives {most} more at most.",
            "coins",
            most=most,
        )
        case.coins += form.coins
        self.do(EarnCoins(coins=form.coins, what=case.community))
