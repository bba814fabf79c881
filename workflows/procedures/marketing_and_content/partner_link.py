"""Partner link (友情链接与网站合作): exchange links with good shops and sites, and keep them working.

Sources: 001-j 运营统筹 3-4; 001-t 四1(4).
"""

from workflows.vocabulary import *

ENDS_SOON = days(7)  # before the term is over; default

# --- what is asked


class Partner(Form):
    site: Url
    category: Text
    quality: Text


class Offer(Form):
    contact: Annotated[Text, Personal.NAME]
    offer: Keep[Text]


class Agreement(Form):
    kind: Keep[Literal["link_exchange", "paid_slot", "joint_activity"]]
    terms: Keep[Text]
    cost: Keep[Price | None] = None
    valid_to: Keep[Day | None] = None

    def problems(self) -> Problems:
        if self.kind == "paid_slot" and self.cost is None:
            yield "cost", "A paid slot has a price."


class Links(Form):
    our_url: Url
    their_url: Annotated[Url, proposed("site")]


class LinkCheck(Form):
    works: ToCheck[bool]
    visits: Count | None = None
    note: Remark = ""


class LinkCase(Case):
    site: Url
    category: Text
    kind: Literal["link_exchange", "paid_slot", "joint_activity"] | None = None
    valid_to: Day | None = None
    terms: Text | None = None
    cost: Price | None = None
    quality: Text | None = None
    offer: Text | None = None


# --- the procedure


class PartnerLink(Procedure):
    """Exchange links with good shops and sites and keep them working."""

    key = "partner_link"
    case: LinkCase
    numbers = "PR"
    about = ("site", "category", "kind")

    new = Entry()
    found = Stage(role=PROMOTER | OPS_MANAGER)
    contacted = Stage(role=PROMOTER | OPS_MANAGER | GM)
    agreed = Stage(role=PROMOTER)
    live = Stage(
        role=PROMOTER,
        due=at("valid_to"),
        tell={at("valid_to") - ENDS_SOON: PROMOTER, at("valid_to"): PROMOTER | OPS_MANAGER},
    )
    ended = Stage(final=True, undo=True)
    declined = Stage(final=True)

    # agreeing    001-t 四1(4), 001-j 运营统筹 4
    find_partner = new.to(found, by=PROMOTER | OPS_MANAGER, form=Partner)
    contact_partner = found.to(contacted, by=PROMOTER | OPS_MANAGER, form=Offer, main=True)
    agree = contacted.to(
        agreed,
        by=OPS_MANAGER | GM,
        form=Agreement,
        other_than=(find_partner, contact_partner),
        main=True,
        approves=("site", "category", "quality", "offer"),
    )
    decline = found.to(declined, by=PROMOTER | OPS_MANAGER, form=Reason, back=True) | contacted.to(
        declined, by=PROMOTER | OPS_MANAGER, form=Reason, after=working_days(10), back=True
    )

    # the link    001-t 四1(4)
    link_live = agreed.to(live, by=PROMOTER, form=Links)
    check_link = live.stay(by=PROMOTER, form=LinkCheck)
    end_link = live.to(ended, by=PROMOTER, form=Reason, back=True)

    checked_monthly = Deadline(days(30), since=link_live | check_link, until=end_link, tell=OPS_MANAGER)

    kpis = (share(link_live, of=contact_partner), count(check_link), count(end_link))

    @agree.on
    def still_valid(self, form: Agreement) -> None:
        self.require(
            form.valid_to is None or form.valid_to > self.today, "The term is over already.", "valid_to"
        )
        limit = self.policy.spending_limit
        small = form.cost is None or form.cost.amount < limit.amount
        self.require(small or GM in self.actor.roles, "From {limit} up the gm decides.", "cost", limit=limit)
        self.tell(PROMOTER, "partner_link_agreed", site=self.case.site)
        if form.cost:
            self.tell(FINANCE, "partner_slot_agreed", site=self.case.site, cost=form.cost, terms=form.terms)

    @decline.on
    def tell_who_proposed(self, form: Reason | None) -> None:
        why = form.reason if form is not None else "对方未答复"
        self.tell(PROMOTER, "partner_link_declined", site=self.case.site, why=why)

    @check_link.on
    def report_dead_link(self, form: LinkCheck) -> None:
        if not form.works:
            self.tell(OPS_MANAGER, "partner_link_dead", site=self.case.site, note=form.note)
