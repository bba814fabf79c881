"""Product listing: every move, every refusal, every limit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from activities.catalogue.contract import SetPrice, SetProduct
from activities.listings.contract import PublishListing
from models.values import yuan
from tests.procedures.paths import Act, Answers, Path, Refused, act, each, messages, untaken, walk, walked
from tests.scenario import MONDAY, Scenario, no, person, yes
from workflows.language.timing import days, hours, minutes
from workflows.procedures.products.product_listing import ProductListing
from workflows.vocabulary import (
    CONTENT_EDITOR,
    DESIGNER,
    LOGISTICS,
    OPS_MANAGER,
    OPS_SPECIALIST,
    PRODUCT_MANAGER,
    PROMOTER,
    PURCHASING,
    TECH,
    Role,
)

WANTED = MONDAY + timedelta(days=2)
VALUES = [{"name": "产地", "value": "福建"}]
INFO: dict[str, Any] = {"name": "冬茶礼盒", "spec": VALUES, "price": 98, "stock": 200, "weight_kg": "0.6"}
PICTURES: dict[str, Any] = {"main_images": [f"file:{n}" for n in range(5)], "detail_images": ["file:9"]}
KEYWORDS: dict[str, Any] = {
    "keywords": ["冬茶", "礼盒", "红茶"],
    "order_rule": "大词在前",
    "rules_checked": True,
}
WORDS: dict[str, Any] = {
    "title": "冬茶礼盒 红茶 送礼",
    "selling_points": ["暖", "香", "好看"],
    "detail_text": "来自福建的红茶。",
    "keywords_used": ["冬茶", "礼盒"],
}
PAGE: dict[str, Any] = {
    "category": "茶叶",
    "attributes": VALUES,
    "price": 98,
    "stock": 200,
    "freight_template": "标准",
    "after_sales_terms": "七天无理由",
}
RIGHT: dict[str, Any] = dict.fromkeys(("price_ok", "stock_ok", "text_ok", "image_ok"), True)
TECHNICAL = dict.fromkeys(("info_accurate", "page_ok", "links_ok", "mobile_ok"), True)
GIVE_UP = {"reason": "不上了"}


def start(answers: Answers | None = None) -> Scenario:
    return Scenario(ProductListing, subject="TEA-1-shop", answers=answers).act(
        "request", OPS_SPECIALIST, sku="TEA-1", shop="shop", wanted_live=WANTED, qty_available=200
    )


def part(department: str, by: Role) -> Act:
    return act("give_part", by, department=department, data=VALUES)


def audit(event: str, grade: str) -> Act:
    return act(event, OPS_MANAGER, grade=grade)


PARTS = (part("purchasing", PURCHASING), part("logistics", LOGISTICS), part("product", PRODUCT_MANAGER))
INFORMED = (*PARTS, act("collect_info", PURCHASING, **INFO))
SHOT = (*INFORMED, act("shoot", DESIGNER, **PICTURES))
WORDED = (*SHOT, act("set_keywords", PROMOTER, **KEYWORDS), act("write_copy", CONTENT_EDITOR, **WORDS))
ENTERED = (*WORDED, act("enter_data", OPS_SPECIALIST, **PAGE))
CHECKED = (*ENTERED, act("submit_check", OPS_SPECIALIST, checklist_done=True))
SCHEDULED = (*CHECKED, act("pass_check", OPS_MANAGER, **RIGHT))
LIVE = (*SCHEDULED, act("publish", OPS_SPECIALIST, publish_at=MONDAY))
AUDITED = (*LIVE, act("tech_check", TECH, **TECHNICAL))
FAILED = (*CHECKED, act("fail_check", OPS_MANAGER, **RIGHT | {"text_ok": False}))
ON_SALE = ["SetProduct", "PublishListing", "SetProduct", "SetPrice"]  # entered, then for sale
WITHDRAW = act("withdraw", OPS_SPECIALIST, **GIVE_UP)
FIX = act("fix", CONTENT_EDITOR, changed="标题")
AGAIN = (FIX, SCHEDULED[-1])

PATHS = [
    Path("live by hand", LIVE, "live", effects=ON_SALE, opened=["change_broadcast"]),
    Path("live when wanted", (*SCHEDULED, days(2)), "live", effects=ON_SALE),
    Path(
        "active", (*AUDITED, audit("audit_ok", "minor")), "active", effects=[*ON_SALE, "Message"], missed=[]
    ),
    Path(
        "nothing to sell",
        LIVE,
        "correction",
        effects=["SetProduct"],
        opened=[],
        notified=[OPS_SPECIALIST],
        answers={PublishListing: no("none is free")},
    ),
    Path(
        "its goods come",
        (*LIVE, act("goods_came")),
        "scheduled",
        effects=["SetProduct"],
        answers={PublishListing: no("none is free")},
    ),
    Path(
        "nobody mends it",
        (*FAILED, days(3)),
        "correction",
        missed=["correction", "live_in_time"],
        notified=[OPS_MANAGER, OPS_MANAGER],
    ),
    Path("a broken page", (*LIVE, act("tech_check", TECH, **TECHNICAL | {"links_ok": False})), "correction"),
    Path("wrong in the check, mended", (*FAILED, FIX), "pre_check"),
    Path(
        "a minor fault stays on sale", (*AUDITED, audit("audit_fail", "minor")), "correction", effects=ON_SALE
    ),
    Path(
        "a serious fault is taken down",
        (*LIVE, audit("audit_fail", "serious")),
        "correction",
        effects=[*ON_SALE, "TakePriceBack", "TakeDownListing", "SetNotForSale"],
    ),
    Path("rejected at once", (act("reject", OPS_MANAGER, **GIVE_UP),), "rejected", effects=["Message"]),
    Path("rejected in the check", (*CHECKED, act("reject", OPS_MANAGER, **GIVE_UP)), "rejected"),
    *(
        Path(f"withdrawn after {len(before)} steps", (*before, WITHDRAW), "withdrawn", effects=done)
        for before, done in (
            ((), []),
            (INFORMED, []),
            (SHOT, []),
            (WORDED, []),
            (ENTERED, ["SetProduct"]),
            (SCHEDULED, ["SetProduct"]),
        )
    ),
    Path(
        "withdrawn off sale",
        (*AUDITED, audit("audit_fail", "minor"), *AGAIN, WITHDRAW),
        "withdrawn",
        effects=[*ON_SALE, "TakePriceBack", "TakeDownListing"],
    ),
    Path(
        "late parts",
        (days(2),),
        "requested",
        missed=["requested"],
        notified=[LOGISTICS, PRODUCT_MANAGER, PURCHASING, OPS_MANAGER],
    ),
    Path(
        "late keywords",
        (*SHOT, days(3)),
        "photo_done",
        missed=["words_in_time", "live_in_time"],
        notified=[OPS_MANAGER, OPS_MANAGER],
    ),
    Path("a late check", (*CHECKED, hours(4)), "pre_check", missed=["pre_check"], notified=[OPS_MANAGER]),
    Path("a late technical check", (*LIVE, hours(24)), "live", missed=["live"], notified=[OPS_MANAGER]),
    Path(
        "a serious fault for two hours",
        (*LIVE, audit("audit_fail", "serious"), hours(2)),
        "correction",
        missed=["correction"],
        notified=[OPS_MANAGER],
    ),
    Path("a minor one has time", (*LIVE, audit("audit_fail", "minor"), hours(9)), "correction", missed=[]),
]
REFUSALS = [
    Refused(
        "another price than agreed",
        (*WORDED, act("enter_data", OPS_SPECIALIST, **PAGE | {"price": "9.8"})),
        "known to be 98.00 CNY, not 9.80 CNY",
    ),
    Refused(
        "published in 2019",
        (*SCHEDULED, act("publish", OPS_SPECIALIST, publish_at="2019-11-23T02:00:00Z")),
        "/publish_at",
    ),
    Refused("a banned title", (*FAILED, act("fix", CONTENT_EDITOR, changed="x", title="冬茶第一")), "/title"),
    Refused("not theirs", (act("shoot", DESIGNER, **PICTURES),), "requested"),
    Refused("another's part", (part("logistics", PURCHASING),), "/department"),
    Refused(
        "a part is missing", (*PARTS[:2], act("collect_info", PURCHASING, **INFO)), "handed in their parts"
    ),
    Refused(
        "few pictures",
        (*INFORMED, act("shoot", DESIGNER, **PICTURES | {"main_images": ["file:1"]})),
        "/main_images",
    ),
    Refused("no keywords", (*SHOT, act("write_copy", CONTENT_EDITOR, **WORDS)), "set_keywords"),
    Refused(
        "banned", (*WORDED[:-1], act("write_copy", CONTENT_EDITOR, **WORDS | {"title": "冬茶第一"})), "/title"
    ),
    Refused(
        "title without words",
        (*WORDED[:-1], act("write_copy", CONTENT_EDITOR, **WORDS | {"title": "好物"})),
        "/title",
    ),
    Refused(
        "unknown words",
        (*WORDED[:-1], act("write_copy", CONTENT_EDITOR, **WORDS | {"keywords_used": ["冬茶", "绿茶"]})),
        "/keywords_used",
    ),
    Refused(
        "no certificate",
        (*WORDED, act("enter_data", OPS_SPECIALIST, **PAGE | {"category": "食品"})),
        "/category",
    ),
    Refused(
        "not right", (*CHECKED, act("pass_check", OPS_MANAGER, **RIGHT | {"stock_ok": False})), "are right"
    ),
    Refused("nothing wrong", (*CHECKED, act("fail_check", OPS_MANAGER, **RIGHT)), "found wrong"),
    Refused(
        "own page",
        (
            *ENTERED,
            act("submit_check", person(OPS_SPECIALIST, "li"), checklist_done=True),
            act("pass_check", person(OPS_MANAGER, "li"), **RIGHT),
        ),
        "somebody else",
    ),
    Refused(
        "published ahead", (*SCHEDULED, act("publish", OPS_SPECIALIST, publish_at=WANTED)), "/publish_at"
    ),
    Refused("below standard", (*AUDITED, audit("audit_ok", "serious")), "platform's standard"),
    Refused("not below it", (*AUDITED, audit("audit_fail", "pass")), "platform's standard"),
]


MESSAGES = {
    "audit_fail": {"page_not_published to ops_specialist"},
    "reject": {"not_approved"},
    "audit_ok": {"at_its_end"},
}


def test_each_event_sends_its_messages() -> None:
    assert messages(walked(start, PATHS)) == MESSAGES


@each([*PATHS, *REFUSALS])
def test_product_listing(line: Path | Refused) -> None:
    line.check(start)


def test_without_goods_nothing_is_late() -> None:
    form = {"sku": "TEA-1", "shop": "shop", "wanted_live": WANTED, "qty_available": 0}
    case = Scenario(ProductListing, subject="TEA-1-shop").act("request", OPS_SPECIALIST, **form)
    assert case.wait(days(7)).missed == ["requested"]


def test_every_way_is_taken() -> None:
    late = {("went_live", stage, stage) for stage in ("post_audit", "correction")}  # the shop answers late
    assert untaken(ProductListing, start, PATHS) == late


def test_kind_09_a_wrong_price_is_corrected_and_not_sold_at_meanwhile() -> None:
    case = walk(start(), (*LIVE, audit("audit_fail", "serious")))
    assert case.kinds[-3:] == ["TakePriceBack", "TakeDownListing", "SetNotForSale"]
    walk(case, (act("fix", OPS_SPECIALIST, changed="价格", price=88, title="冬茶礼盒 88"), SCHEDULED[-1]))
    walk(case, (act("publish", OPS_SPECIALIST, publish_at=MONDAY),))
    assert case.kinds[-4:] == ["PublishListing", "RelistSku", "SetProduct", "SetPrice"]
    assert [price.price for price in case.effects(SetPrice)] == [yuan(98), yuan(88)]
    assert case.effects(PublishListing)[-1].title == "冬茶礼盒 88"


def test_kind_09_a_refused_publish_changes_nothing_and_tells_nobody() -> None:
    case = walk(start({PublishListing: no("none is free")}), LIVE)
    assert (case.kinds, case.opened, case.notified) == (["SetProduct"], [], [OPS_SPECIALIST])
    assert not case.effects(SetPrice)
    (described,) = case.effects(SetProduct)
    assert described.for_sale is None, "another shop may sell it"


def test_kind_09_what_a_page_says_wrongly_is_not_sold_at_meanwhile() -> None:
    case = walk(start(), (*LIVE, act("tech_check", TECH, **TECHNICAL | {"info_accurate": False})))
    assert case.kinds[-3:] == ["TakePriceBack", "TakeDownListing", "SetNotForSale"]
    broken = walk(start(), (*LIVE, act("tech_check", TECH, **TECHNICAL | {"mobile_ok": False})))
    assert broken.kinds == ON_SALE, "it says what is right"


def test_kind_56_a_page_goes_live_when_its_goods_come() -> None:
    counted = iter([no("none is free"), yes(shown=50)])
    case = walk(start({PublishListing: lambda _: next(counted)}), (*SCHEDULED, days(2)))
    assert case.stage == "correction"
    walk(case, (act("goods_came"), minutes(1)))
    assert (case.stage, case.kinds[-1]) == ("live", "SetPrice")


def test_kind_56_a_product_that_nobody_knows_waits_for_more_than_goods() -> None:
    case = walk(start({PublishListing: no("not in the catalogue", is_unknown=True)}), (*SCHEDULED, days(2)))
    assert (case.stage, case.case.waits_for_goods) == ("correction", False)


def test_kind_56_a_page_that_is_wrong_waits_for_more_than_goods() -> None:
    Refused("", (*FAILED, act("goods_came")), "only the goods were missing").check(start)


def test_kind_67_pictures_and_words_are_put_right() -> None:
    mend = act(
        "fix",
        CONTENT_EDITOR,
        changed="图片和文字",
        main_images=[f"file:{n}" for n in range(10, 15)],
        detail_text="产自福建武夷山。",
    )
    case = walk(start(), (*FAILED, mend, SCHEDULED[-1], LIVE[-1]))
    (page,) = case.effects(PublishListing)
    assert (page.files[0], case.case.detail_text) == ("file:10", "产自福建武夷山。")
    Refused(
        "", (*FAILED, act("fix", CONTENT_EDITOR, changed="x", detail_text="全网第一")), "/detail_text"
    ).check(start)
    bad = act("write_copy", CONTENT_EDITOR, **WORDS | {"selling_points": ["全网第一", "香", "暖"]})
    Refused("", (*WORDED[:-1], bad), "/selling_points").check(start)


def test_kind_63_a_correction_sets_no_old_price() -> None:
    """What the product costs by then stays, unless the price was what was wrong."""
    again = (*AGAIN, act("publish", OPS_SPECIALIST, publish_at=MONDAY))
    case = walk(start(), (*AUDITED, audit("audit_fail", "minor"), *again))
    assert [price.only_if_none for price in case.effects(SetPrice)] == [True, True]
    mend = act("fix", CONTENT_EDITOR, changed="价格", price=95)
    case = walk(start(), (*AUDITED, audit("audit_fail", "minor"), mend, *again[1:]))
    assert [price.only_if_none for price in case.effects(SetPrice)] == [True, False]
