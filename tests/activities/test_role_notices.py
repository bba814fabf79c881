"""Notices as each of a role's people finds them: what is theirs to read, and what of it is new."""

from __future__ import annotations

from activities.messages.contract import Notify, WithdrawNotice
from api.access import Caller
from inbox.notices import count_new, notices_to, see
from models.database import reading
from models.rights import Rights
from models.roles import Role
from models.tables.cases import CaseRow
from tests.activities.desk import NOON, Books


def somebody(*roles: Role, store: str = "*") -> Caller:
    return Caller(id="li.na", rights=Rights.of_json({store: [str(role) for role in roles]}, []), name="李娜")


def told(books: Books, caller: Caller) -> list[tuple[str, bool]]:
    """What the notices say to whom, and whether they are new; the latest first."""
    with reading(books.engine) as session:
        notices, _ = notices_to(session, caller, "zh")
    return [(one.said.channel, one.is_new) for one in notices]


def count(books: Books, caller: Caller) -> object:
    with reading(books.engine) as session:
        return count_new(session, caller)


def test_a_notice_is_new_until_it_was_seen(books: Books) -> None:
    for place, role in enumerate((Role.PICKER, Role.PICKER, Role.DESIGNER)):
        notice = Notify(role=role, template="escalated", data={"by": "li", "note": str(place)})
        assert books.do(notice, f"{place}.0").ok
    with books.write() as session:
        session.add(
            CaseRow(
                id="order_fulfilment:tmall:SO-1", procedure="order_fulfilment", version=1, store="tmall",
                subject="SO-1",
                revision=1, fence=1, state="open", position="{}", policy="", stages=[], deadlines=[], opened_at=NOON,
                changed_at=NOON, request="", run_id="", hash="", headline=[],
            )
        )  # fmt: skip
    picker, both = somebody(Role.PICKER), somebody(Role.PICKER, Role.DESIGNER)
    assert told(books, picker) == [("picker", True)] * 2
    assert told(books, both) == [("designer", True), ("picker", True), ("picker", True)]
    assert told(books, somebody(Role.HR)) == told(books, somebody(Role.PICKER, store="jd")) == []
    assert (count(books, picker), count(books, both), count(books, somebody(Role.HR))) == (2, 3, 0)
    assert (
        count(books, somebody(Role.PICKER, store="tmall")),
        count(books, somebody(Role.PICKER, store="jd")),
    ) == (2, 0)

    with reading(books.engine) as session:
        _, last = notices_to(session, picker, "zh")
    with books.write() as session:
        see(session, picker.id, last)
    assert (told(books, picker), count(books, picker)) == ([("picker", False)] * 2, 0)
    assert books.do(WithdrawNotice(of="1.0"), of="1.0").ok
    assert told(books, picker) == [("picker", True), ("picker", False)], (
        "that it was withdrawn is another notice"
    )
