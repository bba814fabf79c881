"""A store's policy stands once, under its hash: what travels, what is kept, and what happens where it is missing."""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine, delete, event, select
from sqlmodel import SQLModel, col
from temporalio.contrib.pydantic import pydantic_data_converter

from cases import policies
from cases import replay as command
from cases.connection import data_converter
from cases.policies import PolicyMissing
from models.database import DatabaseBusy, open_database, reading, writing
from models.policy import StorePolicy
from models.roles import Role
from models.tables.policies import PolicyRow
from settings.environment import Settings, load
from tests.runner.conftest import STORE, Shop, person
from tests.runner.test_actions import SIX
from workflows.runner import policies as known
from workflows.runner.histories import policy_in, replay, save, saved
from workflows.runner.messages import StartRequest
from workflows.runner.policies import UnknownPolicy

OURS = StorePolicy(limits={"plain.received.due": "PT7H"}, days_off=frozenset({date(2026, 10, 1)}))


def start_under(policy: StorePolicy) -> StartRequest:
    return StartRequest(
        procedure="plain",
        version=1,
        store=STORE,
        subject="S",
        policy=policy,
        actor=person(Role.GM),
        request="r",
    )


def rows(engine: Engine) -> list[PolicyRow]:
    with reading(engine) as session:
        return list(session.scalars(select(PolicyRow)))


def lose(engine: Engine, policy: StorePolicy) -> None:
    """As where the database is restored from a copy that was made before the policy."""
    with writing(engine) as session:
        session.execute(delete(PolicyRow).where(col(PolicyRow.hash) == policy.hash))


def bring_back(engine: Engine, policy: StorePolicy) -> None:
    policies._write(engine, policy)


@pytest.fixture
def newborn(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process knows no policy, as one that has just begun."""
    monkeypatch.setattr(known, "_known", {})


@pytest.fixture
def either(database_url: str) -> Generator[Engine]:
    engine = open_database(database_url)
    SQLModel.metadata.create_all(engine)
    yield engine
    engine.dispose()


# --- the hash


class WithMore(StorePolicy):
    """As a later version of this code may declare it."""

    couriers: tuple[str, ...] = ()


def test_a_field_more_with_a_default_leaves_each_hash_as_it_was() -> None:
    later = WithMore.of(OURS.hash, OURS.text)
    assert (later.hash, later.text) == (OURS.hash, OURS.text)
    assert WithMore(**OURS.model_dump(), couriers=("sf",)).hash != OURS.hash


def test_the_hash_goes_by_content_alone() -> None:
    days = [date(2026, 10, day) for day in range(1, 8)]
    one, other = StorePolicy(days_off=frozenset(days)), StorePolicy(days_off=frozenset(reversed(days)))
    assert one.hash == other.hash == StorePolicy.of(one.hash, one.text).hash
    assert one.text == StorePolicy(days_off=one.days_off, spending_limit=StorePolicy().spending_limit).text


def test_the_hash_that_cases_are_kept_under_never_changes() -> None:
    """Where this fails, no case that is open finds its policy any more."""
    assert StorePolicy().hash == "44136fa355b3678a1146ad16f7e8649e"
    assert OURS.hash == "94844b45f6ac04c527db9ba9d4898dbf"


def test_a_changed_copy_has_a_hash_of_its_own() -> None:
    assert OURS.hash != OURS.model_copy(update={"limits": {}}).hash != StorePolicy().hash


# --- as it travels


def test_a_start_names_its_policy_by_the_hash_and_is_read_with_the_policy(newborn: None) -> None:
    known.know(OURS)
    start = start_under(OURS)
    assert start.model_dump(mode="json")["policy"] == OURS.hash
    assert StartRequest.model_validate_json(start.model_dump_json()) == start


def test_a_policy_that_nobody_was_told_of_is_named(newborn: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "_look", known._nowhere)
    with pytest.raises(UnknownPolicy, match=OURS.hash):
        StartRequest.model_validate_json(start_under(OURS).model_dump_json())


def test_a_whole_policy_in_a_message_is_no_start() -> None:
    message = {**start_under(OURS).model_dump(mode="json"), "policy": OURS.model_dump(mode="json")}
    with pytest.raises(ValidationError, match="travels as its hash"):
        StartRequest.model_validate(message)


@pytest.mark.parametrize(
    "key", [None, f"2026:{base64.b64encode(bytes(32)).decode()}"], ids=["plain", "encrypted"]
)
async def test_the_converter_brings_the_policy(newborn: None, engine: Engine, key: str | None) -> None:
    converter = data_converter(load(encryption_key=key))
    (payload,) = await converter.encode([start_under(OURS)])
    assert b"plain.received.due" not in payload.data
    bring_back(engine, OURS)
    (read,) = await converter.decode([payload], [StartRequest])
    assert read.policy == OURS


# --- as it is kept


@contextmanager
def watched(engine: Engine) -> Generator[list[str]]:
    """What is sent to the database."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


async def test_it_is_written_once_and_never_again(either: Engine) -> None:
    await policies.keep(either, OURS)
    (first,) = rows(either)
    assert (first.hash, first.text) == (OURS.hash, OURS.text)
    with watched(either) as sent:
        await policies.keep(either, OURS)
    assert not sent, "this process knows that it is there"
    bring_back(either, OURS)  # as another process does
    assert rows(either)[0].written_at == first.written_at


async def test_it_is_flushed_whatever_else_is(either: Engine) -> None:
    """Temporal may have kept a start that names it, when the power goes."""
    sqlite = either.dialect.name == "sqlite"
    flush, begin = (
        ("PRAGMA synchronous=FULL", "BEGIN IMMEDIATE")
        if sqlite
        else ("SET LOCAL synchronous_commit = on", "INSERT")
    )
    with watched(either) as sent:
        await policies.keep(either, OURS)
    first = [next(n for n, one in enumerate(sent) if one.startswith(what)) for what in (flush, begin)]
    assert first == sorted(first)
    if sqlite:
        with either.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1, (
                "the others' commits aren't"
            )


def test_one_that_is_missing_is_named_with_what_to_do(either: Engine, newborn: None) -> None:
    policies.look_in(either)
    with pytest.raises(PolicyMissing, match=rf"{OURS.hash}.*backup"):
        known.policy_of(OURS.hash)
    bring_back(either, OURS)
    assert known.policy_of(OURS.hash) == OURS


@pytest.mark.parametrize(
    "text",
    [OURS.text.replace("PT7H", "PT8H"), "{", '{"timezone": 8}'],
    ids=["changed", "cut off", "no policy"],
)
def test_one_that_was_changed_is_refused(either: Engine, newborn: None, text: str) -> None:
    policies.look_in(either)
    bring_back(either, OURS)
    with writing(either) as session:
        session.get_one(PolicyRow, OURS.hash).text = text
    with pytest.raises(PolicyMissing, match=OURS.hash):
        known.policy_of(OURS.hash)


def test_a_database_that_does_not_answer_holds_no_workflow_up(
    engine: Engine, newborn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    monkeypatch.setattr(policies, "_WITHIN", 0.01)

    def never(*_: Any) -> None:
        answers.wait(30)

    monkeypatch.setattr(policies, "_read", never)
    with pytest.raises(DatabaseBusy, match=OURS.hash):
        known.policy_of(OURS.hash)
    answers.set()


# --- cases


async def started_with(shop: Shop, case: str) -> str:
    """The argument of the case's current run, as its history holds it."""
    history = await shop.handle(case).fetch_history()
    (payload,) = history.events[0].workflow_execution_started_event_attributes.input.payloads
    return payload.data.decode()


async def test_row_and_history_hold_the_hash_over_all_runs_and_a_record_after_the_end(shop: Shop) -> None:
    shop.policy = OURS
    shop.cases, shop.skipping = shop.ways(40)
    case = await shop.open("plain", "place", Role.CUSTOMER)
    began = shop.row(case)
    assert (began.policy, began.next_due) == (OURS.hash, began.opened_at + timedelta(hours=7))
    first = (await shop.handle(case).describe()).run_id
    for n in range(9):
        await shop.act(case, "remark", Role.CS_AGENT, request=f"{case} {n}", note="x")
    await shop.until(lambda: is_another_run(shop, case, first))
    again = await started_with(shop, case)
    assert f'"{OURS.hash}"' in again
    assert "PT7H" not in again
    assert (shop.row(case).policy, shop.row(case).next_due) == (OURS.hash, began.next_due)
    for name, role, form in SIX:
        await shop.act(case, name, role, **form)
    await shop.handle(case).result()
    await shop.act(case, "praise", Role.CUSTOMER, note="good")
    await shop.handle(case).result()
    assert f'"{OURS.hash}"' in await started_with(shop, case)
    assert [row.hash for row in rows(shop.engine)] == [OURS.hash]


async def is_another_run(shop: Shop, case: str, run: str) -> bool:
    return (await shop.handle(case).describe()).run_id != run


async def test_a_child_begins_under_its_parents_policy(shop: Shop) -> None:
    shop.policy = OURS
    case = await shop.open("parent", "open", Role.OPS_MANAGER)
    await shop.act(case, "order", Role.OPS_MANAGER)
    child = f"child:{STORE}:{case.split(':')[2]}-1"
    await shop.until(lambda: shop.is_there(child))
    assert shop.row(child).policy == shop.row(case).policy == OURS.hash


async def failures(shop: Shop, case: str) -> list[str]:
    history = await shop.handle(case).fetch_history()
    return [
        one.workflow_task_failed_event_attributes.failure.message
        for one in history.events
        if one.HasField("workflow_task_failed_event_attributes")
    ]


async def test_a_case_whose_policy_is_missing_waits_until_it_is_there(shop: Shop, newborn: None) -> None:
    shop.policy = OURS
    case = await shop.open("plain", "place", Role.CUSTOMER)
    await shop.stop()
    lose(shop.engine, OURS)
    known._known.clear()
    async with shop.working():
        acting = asyncio.create_task(shop.act(case, "confirm", Role.CS_AGENT))
        await shop.until(lambda: has_failed(shop, case))
        (told, *_) = await failures(shop, case)
        assert OURS.hash in told
        assert "Copy the row from a backup" in told
        assert not acting.done()
        bring_back(shop.engine, OURS)
        assert (await acting).revision == 2
    assert shop.stages(case) == ["confirmed"]


async def has_failed(shop: Shop, case: str) -> bool:
    return bool(await failures(shop, case))


# --- saved histories


async def test_a_saved_history_brings_its_policy_along(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.policy = OURS
    case = await shop.open("plain", "place", Role.CUSTOMER)
    await shop.act(case, "confirm", Role.CS_AGENT)
    await shop.until(lambda: shop.is_idle(case))
    history = await shop.handle(case).fetch_history()
    with_it, without = tmp_path / "with.json", tmp_path / "without.json"
    save(history, with_it, await policy_in(history, pydantic_data_converter))
    save(history, without, None)

    nowhere = Settings(data_dir=tmp_path / "nothing here")
    monkeypatch.setattr(known, "_look", known._nowhere)
    monkeypatch.setattr(known, "_known", {})
    assert await command.main(nowhere, case=without) == 1
    replayed = await replay(saved(without))
    assert OURS.hash in str(replayed.failure)
    assert await command.main(nowhere, case=with_it) == 0
    assert not nowhere.data_dir.exists(), "a file that brings its policy asks for no database"


async def test_a_saved_history_whose_policy_was_changed_is_refused(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.policy = OURS
    case = await shop.open("plain", "place", Role.CUSTOMER)
    path = tmp_path / "history.json"
    save(await shop.handle(case).fetch_history(), path, OURS)
    path.write_text(path.read_text().replace("PT7H", "PT8H"))
    assert await command.main(Settings(), case=path) == 1
    assert "its text was changed" in capsys.readouterr().err
