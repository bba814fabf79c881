"""A list's address: what it says is kept, what it says wrongly is left out."""

from __future__ import annotations

from inbox.filters import QUEUES, Filters, mark_of


def test_an_address_says_only_what_is_unusual() -> None:
    assert Filters().query == ""
    assert Filters(queue="mine", q="龙井 250").query == "queue=mine&q=%E9%BE%99%E4%BA%95+250"
    assert Filters(queue="mine").but(procedure="complaint") == "queue=mine&procedure=complaint"
    assert Filters(queue="mine").but(queue="roles") == ""


def test_what_an_address_says_wrongly_is_left_out() -> None:
    told = Filters.of(
        {"queue": "nobody's", "sort": "backwards", "q": "  SO-1  ", "procedure": "", "task": "x"}
    )
    assert told == Filters(q="SO-1")
    assert len(Filters.of({"q": "x" * 1000}).q) == 200


def test_an_address_is_read_as_it_was_written() -> None:
    whole = Filters("overdue", "complaint", "investigating", "tmall", "cs_agent", "破损", "entered")
    assert Filters.of(dict(part.split("=") for part in Filters("overdue").query.split("&"))) == Filters(
        "overdue"
    )
    assert whole.asked() == {
        "sort": "entered",
        "overdue": True,
        "procedure": "complaint",
        "stage": "investigating",
        "store": "tmall",
        "role": "cs_agent",
        "q": "破损",
    }


def test_each_queue_asks_for_tasks_of_its_own() -> None:
    asked = [tuple(sorted(Filters(queue).asked().items())) for queue in QUEUES if queue != "snoozed"]
    assert len(set(asked)) == len(asked)


def test_a_list_is_narrowed_by_more_than_its_queue() -> None:
    assert not Filters(queue="mine", sort="entered").is_narrowed
    assert Filters(stage="picking").is_narrowed


def test_a_mark_is_what_a_selector_takes() -> None:
    assert mark_of("order_fulfilment:tmall:SO-1/picking").isalnum()
    assert mark_of("a:b:c/d") != mark_of("a:b:c/e")
