"""CommitBuilder: guarded, patient where the database is held, and never a step back."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, select
from sqlmodel import SQLModel, col
from temporalio.client import Client

from activities.milestones.contract import Milestone, MilestoneReached
from activities.platform.contract import AdEntry
from cases.read_model import announce, write
from cases.turns import turn_of
from models.database import open_database, reading, writing
from models.roles import OPERATIONS, Role
from models.tables.cases import NEVER, CaseRow, Change, EffectRow, StepRow, Task
from models.tables.milestones import MilestoneRow
from models.tables.platform import RunningAd
from models.tables.words import CaseWords
from tests.runner.conftest import Shop, person
from tests.runner.procedures import Plain
from tests.runner.test_actions import SIX
from workflows.language.offering import Offer
from workflows.language.refusals import Refusal
from workflows.runner.messages import Commit, EffectNow, StageNow, StepNow

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def commit(
    revision: int, fence: int, *, stage: str = "received", event: str = "remark", **more: Any
) -> Commit:
    step = StepNow(
        revision=revision, event=event, actor="x", roles=("cs_agent",), at=NOW, before=(), after=(stage,)
    )
    fields: dict[str, Any] = {
            "case": "plain:tmall:1", "procedure": "plain", "version": 1, "store": "tmall", "subject": "1",
            "run_id": "r", "fence": fence, "revision": revision, "state": "open", "outcome": None,
            "position": '{"stages":[],"case":{"name":"Wang Fang"},"memory":{}}', "policy": "{}", "request": "q",
            "opened_at": NOW, "closed_at": None, "next_due": None,
            "stages": (StageNow(key=stage, roles=("cs_agent", "picker"), entered_at=NOW),),
            "deadlines": (), "steps": (step,), "effects": (), "links": (), "hash": f"h{revision}-{fence}",
            "moments": "", "at": NOW,
            **more,
        }  # fmt: skip
    return Commit.model_validate(fields)


@pytest.fixture
def either(database_url: str) -> Any:
    engine = open_database(database_url)
    SQLModel.metadata.create_all(engine)
    yield engine
    engine.dispose()


def put(engine: Engine, *commits: Commit) -> list[bool]:
    written: list[bool] = []
    for one in commits:
        with writing(engine) as session:
            written.append(write(session, one))
    return written


def head(engine: Engine) -> CaseRow:
    with reading(engine) as session:
        row = session.get(CaseRow, "plain:tmall:1")
        assert row is not None
        return row


def log(engine: Engine) -> list[tuple[int, str]]:
    with reading(engine) as session:
        return [
            (s.revision, s.event) for s in session.scalars(select(StepRow).order_by(col(StepRow.revision)))
        ]


def test_a_commit_that_comes_twice_changes_nothing(either: Engine) -> None:
    assert put(either, commit(1, 5), commit(1, 5)) == [True, True]
    assert log(either) == [(1, "remark")]


def test_an_earlier_writer_never_undoes_a_later_one(either: Engine) -> None:
    assert put(either, commit(1, 5), commit(3, 20), commit(2, 12), commit(3, 19)) == [
        True,
        True,
        False,
        False,
    ]
    assert (head(either).revision, head(either).hash) == (3, "h3-20")
    assert log(either) == [(1, "remark"), (3, "remark")]


@pytest.mark.parametrize(
    ("fence", "revision", "is_written"),
    [
        pytest.param(19, 4, False, id="an earlier fence never wins"),
        pytest.param(20, 2, False, id="at an equal fence an earlier revision doesn't win"),
        pytest.param(20, 3, True, id="the same commit is written again"),
        pytest.param(20, 4, True, id="at an equal fence a later revision wins"),
        pytest.param(21, 2, True, id="a later fence wins"),
    ],
)
def test_the_later_writer_wins(either: Engine, fence: int, revision: int, *, is_written: bool) -> None:
    put(either, commit(1, 5), commit(3, 20))
    written = put(either, commit(revision, fence))
    assert written == [is_written]
    kept = (revision, f"h{revision}-{fence}") if is_written else (3, "h3-20")
    assert (head(either).revision, head(either).hash) == kept


def test_a_later_writer_replaces_what_history_never_knew(either: Engine) -> None:
    """A worker committed revisions 2 and 3 and died; the one that took over comes to another revision 2."""
    put(either, commit(1, 5), commit(2, 10), commit(3, 10), commit(2, 14, event="confirm", stage="confirmed"))
    assert (head(either).revision, head(either).hash) == (2, "h2-14")
    assert log(either) == [(1, "remark"), (2, "confirm")]
    with reading(either) as session:
        assert [t.stage for t in session.scalars(select(Task).where(col(Task.open)))] == ["confirmed"]


def asked(key: str, standing: str = "running") -> EffectNow:
    return EffectNow.model_validate(
        {"key": key, "revision": int(key.partition(".")[0]), "kind": "PayOut", "payload": {}, "at": NOW}
        | {"standing": standing}
    )


def standings(engine: Engine) -> dict[str, str]:
    with reading(engine) as session:
        return {one.key: one.standing for one in session.scalars(select(EffectRow))}


def incidents(engine: Engine) -> list[str | None]:
    with reading(engine) as session:
        return [t.incident for t in session.scalars(select(Task).where(col(Task.open))) if t.incident]


def test_what_a_lost_step_asked_for_goes_with_it(either: Engine) -> None:
    put(either, commit(1, 5, effects=(asked("1.0"),)), commit(2, 10, effects=(asked("2.0"), asked("2.1"))))
    put(either, commit(2, 14, event="confirm", stage="confirmed"))
    assert standings(either) == {"1.0": "running"}


@pytest.mark.parametrize("decided", ["running", "done", "withdrawn", "given_up", "by_hand"])
def test_an_incident_is_a_task_until_it_is_decided(either: Engine, decided: str) -> None:
    put(either, commit(1, 5, effects=(asked("1.0", "incident"), asked("1.1", "incident"))))
    assert incidents(either) == ["1.0", "1.1"]
    put(either, commit(2, 10, effects=(asked("1.0", decided),)))
    assert incidents(either) == ["1.1"]


def test_a_repair_shows_what_is_pending_and_nothing_else(either: Engine) -> None:
    failed = asked("1.0", "incident")
    put(either, commit(1, 5, effects=(failed, asked("1.1"), asked("1.2", "done"))))
    with writing(either) as session:
        session.get_one(Task, "plain:tmall:1/incident:1.0").claimed_by = "li"
    put(either, commit(2, 10, effects=(asked("1.0"), asked("1.1", "incident"))))  # decided, and lost
    repairs = commit(1, 14, repairs=True, steps=(), effects=(failed,))
    put(either, repairs)
    assert (standings(either), incidents(either)) == ({"1.0": "incident", "1.2": "done"}, ["1.0"])
    with writing(either) as session:
        session.get_one(Task, "plain:tmall:1/incident:1.0").claimed_by = "wu"
    put(either, repairs)
    with reading(either) as session:
        assert session.get_one(Task, "plain:tmall:1/incident:1.0").claimed_by == "wu"


def test_a_repair_overwrites_whatever_is_there(either: Engine) -> None:
    put(either, commit(1, 5), commit(9, 90), commit(4, 40, repairs=True))
    assert (head(either).revision, log(either)) == (4, [(1, "remark"), (4, "remark")])


def test_who_claimed_a_task_keeps_it_while_the_case_stays(either: Engine) -> None:
    put(either, commit(1, 5))
    with writing(either) as session:
        task = session.get(Task, "plain:tmall:1/received")
        assert task is not None
        task.claimed_by = "li"
    put(either, commit(2, 6))
    with reading(either) as session:
        assert session.get_one(Task, "plain:tmall:1/received").claimed_by == "li"
    later = StageNow(key="received", roles=("cs_agent",), entered_at=datetime(2026, 11, 24, tzinfo=UTC))
    put(either, commit(3, 7, stages=(later,)))
    with reading(either) as session:
        assert session.get_one(Task, "plain:tmall:1/received").claimed_by is None


def test_under_a_newer_version_a_stage_waits_for_whom_that_names(either: Engine) -> None:
    put(either, commit(1, 5))
    now = StageNow(key="received", roles=("gm", "picker"), entered_at=NOW)
    put(either, commit(1, 9, version=2, stages=(now,)))
    with reading(either) as session:
        task = session.get_one(Task, "plain:tmall:1/received")
        assert (task.version, task.turn) == (2, turn_of("plain", 2, "received"))


def words(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return session.scalars(select(col(CaseWords.words))).one().split(" ")


def test_a_case_is_found_by_its_subject_and_its_data(either: Engine) -> None:
    put(either, commit(1, 5))
    assert words(either) == ["1", "wang", "fang"]
    found = '{"stages":[],"case":{"name":"Li Na"},"memory":{}}'
    put(either, commit(2, 6, position=found))
    assert words(either) == ["1", "li", "na"]
    put(either, commit(2, 7, repairs=True))
    assert words(either) == ["1", "wang", "fang"]


def test_a_task_shows_the_revision_of_its_case_and_what_may_be_done(either: Engine) -> None:
    offers = (Offer("pack"), Offer("approve", 1, ("li",), is_for_child=True))
    for revision, kept in ((1, offers), (2, ()), (3, None)):
        now = StageNow(key="received", roles=("picker",), entered_at=NOW, offers=kept)
        put(either, commit(revision, 4 + revision, stages=(now,), moved=revision == 1))
        with reading(either) as session:
            task = session.get_one(Task, "plain:tmall:1/received")
            assert (task.revision, task.open, task.due_at) == (revision, True, NEVER)
            assert task.offers == (None if kept is None else [[*map(_plain, offer)] for offer in kept])
    later = StageNow(key="received", roles=("picker",), entered_at=NOW, due_at=NOW)
    put(either, commit(4, 8, stages=(later,), moved=False))
    with reading(either) as session:
        assert session.get_one(Task, "plain:tmall:1/received").due_at == NOW


def _plain(value: Any) -> Any:
    return [*value] if isinstance(value, tuple) else value


RUNS, ENDED = AdEntry(running=True), AdEntry(running=False)


def running_ads(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(col(RunningAd.case))))


def test_a_commit_writes_what_a_book_holds_of_the_case(either: Engine) -> None:
    put(either, commit(1, 5, entry=RUNS), commit(2, 6, entry=RUNS))
    assert running_ads(either) == ["plain:tmall:1"]
    put(either, commit(3, 7, entry=ENDED), commit(2, 6, entry=RUNS))
    assert running_ads(either) == [], "an earlier writer writes into no book"


def test_a_book_forgets_what_history_never_knew(either: Engine) -> None:
    put(either, commit(1, 5, entry=RUNS), commit(2, 10, entry=ENDED))
    put(either, commit(2, 14, event="confirm", entry=RUNS))
    assert running_ads(either) == ["plain:tmall:1"]


def confirmed(revision: int, person: str = "wang") -> tuple[MilestoneReached, ...]:
    one = MilestoneReached(milestone=Milestone.ORDER_CONFIRMED, revision=revision, person=person, at=NOW)
    return (one,)


def reached(engine: Engine) -> list[tuple[int, str]]:
    with reading(engine) as session:
        rows = session.scalars(select(MilestoneRow).order_by(col(MilestoneRow.revision)))
        return [(row.revision, row.person) for row in rows]


def test_a_lost_step_has_reached_nothing(either: Engine) -> None:
    first = commit(1, 5, milestones=confirmed(1))
    put(either, first, commit(2, 10, milestones=confirmed(2)), commit(3, 10, milestones=confirmed(3)))
    assert reached(either) == [(1, "wang"), (2, "wang"), (3, "wang")]
    put(either, commit(2, 14, milestones=()), first)
    assert reached(either) == [(1, "wang")]
    put(either, commit(2, 14, milestones=confirmed(2, "li")))
    assert reached(either) == [(1, "wang"), (2, "li")]


async def test_the_books_are_there_when_the_answer_is(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    assert running_ads(shop.engine) == [case]
    assert reached(shop.engine) == []
    answer = await shop.act(case, "confirm", person(Role.CS_AGENT, name="wang"))
    assert reached(shop.engine) == [(answer.revision, "wang")]
    for event, role, form in SIX[1:]:
        await shop.act(case, event, role, **form)
    assert running_ads(shop.engine) == []


async def test_an_entry_that_cannot_be_made_refuses_the_action(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)

    def fails(_: Plain) -> AdEntry:
        raise LookupError("no such ad")

    with monkeypatch.context() as patch:
        patch.setattr(Plain, "book_entry", fails)
        with pytest.raises(Refusal, match=r"could not be judged.*no such ad"):
            await shop.act(case, "confirm", Role.CS_AGENT)
    assert (await shop.act(case, "confirm", Role.CS_AGENT)).revision == 2


def test_each_commit_is_announced_once(either: Engine) -> None:
    put(either, commit(1, 5), commit(2, 6), commit(1, 5))
    with reading(either) as session:
        assert session.scalar(select(func.count()).select_from(Change)) == 2


def test_operations_hear_of_what_happens_beside_an_incident(either: Engine) -> None:
    put(either, commit(1, 5), commit(2, 6, state="incident"))
    with writing(either) as session:
        announce(session, session.get_one(CaseRow, "plain:tmall:1"))
    with reading(either) as session:
        before, commits, beside = session.scalars(select(Change).order_by(col(Change.seq)))
    assert (before.roles, beside.roles) == (["cs_agent", "picker"], commits.roles)
    assert set(beside.roles) == {"cs_agent", "picker", *OPERATIONS}


async def test_a_held_database_delays_actions_and_wedges_nothing(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    holder = open_database(str(shop.engine.url))
    with writing(holder) as session:
        session.add(
            Change(case="x", procedure="x", store="x", revision=1, state="open", stages=[], roles=[], at=NOW)
        )
        session.flush()
        notes = [
            asyncio.create_task(shop.act(case, "remark", Role.CS_AGENT, writes=False, note=f"{n}"))
            for n in range(4)
        ]
        await shop.until(lambda: waits_for_the_database(shop, case))
        assert shop.row(case).revision == 1  # reading goes on
    answers = await asyncio.gather(*notes)
    assert sorted(answer.revision for answer in answers) == [2, 3, 4, 5]
    assert shop.row(case).revision == 5
    events = await shop.events(case)
    assert events.count("activity_task_scheduled_event_attributes") <= 3
    holder.dispose()


async def test_a_worker_that_stops_in_the_middle_of_a_commit_leaves_it_to_the_next(
    temporal_client: Client, engine: Engine, task_queue: str
) -> None:
    shop = Shop(temporal_client, engine, task_queue)
    holder = open_database(str(engine.url))
    async with shop.working():
        case = await shop.open("plain", "place", Role.CUSTOMER)
        with writing(holder) as session:
            session.execute(delete(Change))
            asked = asyncio.create_task(shop.act(case, "remark", Role.CS_AGENT, writes=False, note="x"))
            await shop.until(lambda: is_busy(shop, case))
            async with asyncio.timeout(20):
                await shop.stop()
    async with shop.working():
        answer = await asked
    assert (answer.revision, shop.log(case)) == (2, ["place", "remark"])
    holder.dispose()


async def is_busy(shop: Shop, case: str) -> bool:
    return not await shop.is_idle(case)


async def waits_for_the_database(shop: Shop, case: str) -> bool:
    described = await shop.handle(case).describe()
    pending = described.raw_description.pending_activities
    return any(activity.activity_type.name == "commit_when_possible" for activity in pending)


async def test_the_read_model_is_there_when_the_answer_is(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    for n in range(30):
        answer = await shop.act(case, "remark", Role.CS_AGENT, note=f"{n}")
        assert shop.row(case).revision >= answer.revision


async def test_a_commit_that_is_repeated_says_the_same(shop: Shop) -> None:
    case = await shop.open("plain", "place", Role.CUSTOMER)
    await shop.act(case, "confirm", Role.CS_AGENT)
    before = shop.row(case)
    await shop.cases.commit_again(case)
    after = shop.row(case)
    assert (after.revision, after.hash) == (before.revision, before.hash)
    assert after.fence > before.fence
