"""Partner link: every move, every refusal, every limit."""

from __future__ import annotations

from typing import Any

from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import Scenario, person
from workflows.language.timing import days
from workflows.procedures.marketing_and_content.partner_link import PartnerLink
from workflows.vocabulary import FINANCE, GM, OPS_MANAGER, PROMOTER

SITE = "https://cups.example"
URLS = {"our_url": "https://shop.example", "their_url": SITE}


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(PartnerLink, subject="cups.example", answers=answers).act(
        "find_partner", PROMOTER, site=SITE, category="茶具", quality="口碑好"
    )


def agree(**changes: Any) -> Act:
    return act("agree", OPS_MANAGER, **{"kind": "link_exchange", "terms": "互换一年", **changes})


def check(works: bool = True) -> Act:  # noqa: FBT001, FBT002 - one plain question
    return act("check_link", PROMOTER, works=works, visits=12)


CONTACTED = (act("contact_partner", PROMOTER, contact="王经理", offer="互换首页链接"),)
AGREED = (*CONTACTED, agree())
LIVE = (*AGREED, act("link_live", PROMOTER, **URLS))
DECLINE = act("decline", OPS_MANAGER, reason="不合适")

PATHS = [
    Path("declined at once", (DECLINE,), "declined", effects=[]),
    Path("declined after talks", (*CONTACTED, DECLINE), "declined"),
    Path("no answer", (*CONTACTED, days(14)), "declined"),
    Path("live", LIVE, "live"),
    Path(
        "a paid slot",
        (*CONTACTED, agree(kind="paid_slot", cost=600)),
        "agreed",
        notified=[PROMOTER, FINANCE],
    ),
    Path(
        "its term is over",
        (*CONTACTED, agree(valid_to="2026-12-10"), LIVE[-1], days(18)),
        "live",
        notified=[PROMOTER, PROMOTER, OPS_MANAGER, PROMOTER],
        missed=["live"],
    ),
    Path("checked", (*LIVE, days(20), check(), days(20)), "live", notified=[PROMOTER], missed=[]),
    Path("a dead link is told", (*LIVE, check(works=False)), "live", notified=[PROMOTER, OPS_MANAGER]),
    Path(
        "not checked", (*LIVE, days(30)), "live", notified=[PROMOTER, OPS_MANAGER], missed=["checked_monthly"]
    ),
    Path(
        "ended",
        (*LIVE, act("end_link", PROMOTER, reason="到期")),
        "ended",
    ),
]
REFUSALS = [
    Refused("not theirs", (*CONTACTED, act("agree", PROMOTER, kind="paid_slot", terms="买")), "ops_manager"),
    Refused("a slot without a price", (*CONTACTED, agree(kind="paid_slot")), "/cost"),
    Refused("a dear slot", (*CONTACTED, agree(kind="paid_slot", cost="90000")), "/cost"),
    Refused(
        "who found it agrees",
        (
            act("contact_partner", person(PROMOTER, "li"), contact="王", offer="x"),
            act("agree", person(OPS_MANAGER, "li"), kind="link_exchange", terms="x"),
        ),
        "somebody else",
    ),
    Refused("over already", (*CONTACTED, agree(valid_to="2026-11-23")), "/valid_to"),
    Refused("nothing agreed", (*CONTACTED, act("link_live", PROMOTER, **URLS)), "contacted"),
]

MESSAGES = {
    "agree": {"partner_link_agreed to promoter", "partner_slot_agreed to finance"},
    "decline": {"partner_link_declined to promoter"},
    "check_link": {"partner_link_dead to ops_manager"},
}


@each([*PATHS, *REFUSALS])
def test_partner_link(line: Path | Refused) -> None:
    line.check(start)


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


def test_every_way_is_taken() -> None:
    assert untaken(PartnerLink, start, PATHS) == set()


def test_kind_35_a_dear_link_is_the_gms() -> None:
    made = walk(start(), CONTACTED)
    dear = {"kind": "paid_slot", "terms": "一年", "cost": "90000"}
    Refused("x", (*CONTACTED, act("agree", OPS_MANAGER, **dear)), "/cost").check(start)
    assert made.act("agree", GM, **dear).stage == "agreed"


def test_kind_54_who_sets_the_link_sees_what_was_agreed() -> None:
    case = walk(start(), (*CONTACTED, agree(kind="paid_slot", cost=600))).case
    assert (case.terms, str(case.cost)) == ("互换一年", "600.00 CNY")
