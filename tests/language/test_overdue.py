"""An event of the clock that was refused stays due, for as long as its limit runs."""

from tests.scenario import Scenario
from workflows.vocabulary import STAFF, Deadline, Entry, Procedure, Role, Stage, days


class Parcel(Procedure):
    """Is looked for where nobody has seen it for two days; not while the customs have it."""

    key = "parcel"

    new = Entry()
    travelling = Stage(role=STAFF)
    customs = Stage(role=STAFF)
    lost = Stage(role=STAFF)
    there = Stage(final=True)

    send_off = new.to(travelling, by=STAFF)
    stop_it = travelling.to(customs, by=STAFF)
    look_at = customs.stay(by=STAFF)
    let_go = customs.to(travelling, by=STAFF)
    scan = travelling.stay(by=STAFF) | customs.to(travelling, by=STAFF)
    miss = travelling.to(lost)
    find = lost.to(travelling, by=STAFF)
    arrive = (travelling | lost).to(there, by=STAFF)

    seen_in_time = Deadline(days(2), since=send_off | scan, until=look_at, sends=miss)


def overdue_at_the_customs() -> Scenario:
    case = Scenario(Parcel).act("send_off", Role.STAFF).act("stop_it", Role.STAFF).wait(days(3))
    assert (case.stage, case.missed) == ("customs", ["seen_in_time"])
    return case


def test_it_comes_as_soon_as_it_can() -> None:
    assert overdue_at_the_customs().act("let_go", Role.STAFF).stage == "lost"


def test_it_comes_once() -> None:
    found = overdue_at_the_customs().act("let_go", Role.STAFF).act("find", Role.STAFF)
    assert found.wait(days(5)).stage == "travelling"


def test_it_does_not_come_where_the_limit_has_begun_anew() -> None:
    case = overdue_at_the_customs().act("scan", Role.STAFF)
    assert case.stage == "travelling"
    assert case.wait(days(1)).act("scan", Role.STAFF).stage == "travelling"
    assert case.wait(days(2)).stage == "lost"


def test_it_does_not_come_where_the_limit_has_ended() -> None:
    case = overdue_at_the_customs().act("look_at", Role.STAFF).act("let_go", Role.STAFF)
    assert case.wait(days(5)).stage == "travelling"
