"""New keys are brought in while orders run, and nothing is refused: as docs/operations.md says it."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.secrets.vault import Vault
from cases.codec import EncryptionCodec
from cases.signing import SigningKeys
from models.database import reading, writing
from models.roles import Role
from models.tables.secrets import SecretRow
from settings.keys import EncryptionKey
from tests.runner.conftest import KEYS, STORE, Shop, person
from workflows.runner import gate
from workflows.runner.messages import ActionRequest

OLD, NEW = b"the former key..", b"the current key."
STEPS = ((OLD,), (OLD, NEW), (NEW, OLD), (NEW,))
"""The keys that a process is given, one restart after the other."""


@pytest.fixture(autouse=True)
async def trusted() -> AsyncGenerator[None]:
    yield
    gate.trust(KEYS)


@asynccontextmanager
async def working(shop: Shop, keys: Sequence[bytes]) -> AsyncGenerator[Shop]:
    """A worker that was given these keys, beside an API that has them too."""
    own = Shop(shop.client, shop.engine, shop.queue, keys=SigningKeys(tuple(keys)))
    own.world = shop.world
    gate.trust(own.keys)
    async with own.working():
        yield own


async def order(api: Shop) -> str:
    """A case that asks the books and somebody outside, up to where its payment is asked for."""
    case = await api.open("return", "ask", Role.CUSTOMER)
    await api.act(case, "keep_one", Role.AFTER_SALES)
    await api.act(case, "inspect", Role.AFTER_SALES)
    return case


async def test_signing_keys_are_rotated_while_orders_run(
    temporal_client: Client, engine: Engine, task_queue: str, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop(temporal_client, engine, task_queue)
    apis = [Shop(temporal_client, engine, task_queue, keys=SigningKeys(keys)) for keys in STEPS]
    returned: list[str] = []
    parcels: list[str] = []

    def are_paid() -> bool:
        return all(shop.row(case).outcome == "refunded" for case in returned)

    for step, keys in enumerate(STEPS):
        async with working(shop, keys):
            # each payment is asked for under one step's keys, and made under the next one's
            shop.world.held.clear()
            await shop.until(are_paid)
            if keys is not STEPS[-1]:
                shop.world.hold("PayOut")
            # some processes have been given this step's keys already, and some haven't yet
            for api in apis[max(0, step - 1) : step + 2]:
                returned.extend(await asyncio.gather(order(api), order(api)))
                parcels.append(await api.open("plain", "place", Role.CUSTOMER))
            for parcel in parcels:
                await apis[step].act(parcel, "remark", Role.CS_AGENT, note="it goes on")
            await shop.until(lambda: len(shop.world.done) >= len(returned))
    async with working(shop, STEPS[-1]):
        await shop.until(are_paid)
    assert len(returned) == 20
    assert len(shop.world.done) == len(set(shop.world.done)) == 40
    assert "refused unsigned" not in caplog.text

    async with working(shop, STEPS[-1]):
        case = parcels[-1]
        with pytest.raises(WorkflowUpdateFailedError):  # what the former key signs is nothing any more
            await forged(apis[0], case)
        await apis[-1].act(case, "confirm", Role.CS_AGENT)
    engine.dispose()


async def forged(api: Shop, case: str) -> None:
    message = ActionRequest(event="confirm", form=None, actor=person(Role.CS_AGENT))
    signed = message.model_copy(update={"signature": api.keys.sign(*message.signed_parts(case, "r"))})
    await api.handle(case).execute_update("confirm", signed, id="r")


# on a busy machine the SDK ends a workflow's thread that gets no turn, wherever it is, and starts it again
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_encryption_keys_are_rotated_while_orders_run(
    temporal_address: str, engine: Engine, task_queue: str
) -> None:
    old, new = EncryptionKey("2025", bytes(range(32))), EncryptionKey("2026", bytes(range(32, 64)))
    steps = ((old,), (old, new), (new, old), (new, old))
    shops = [await encrypting(temporal_address, engine, task_queue, keys) for keys in steps]
    cases: list[str] = []
    for step, shop in enumerate(shops):
        async with shop.working():
            for api in shops[max(0, step - 1) : step + 2]:
                cases.append(await api.open("plain", "place", Role.CUSTOMER))
                for case in cases:  # those from before are replayed, and go on
                    await api.act(case, "remark", Role.CS_AGENT, note="in words")
    assert len({shops[0].row(case).revision for case in cases}) == len(cases)
    history = await shops[-1].handle(cases[0]).fetch_history()
    told = history.to_json()
    assert "in words" not in told
    engine.dispose()


async def encrypting(address: str, engine: Engine, queue: str, keys: Sequence[EncryptionKey]) -> Shop:
    converter = dataclasses.replace(pydantic_data_converter, payload_codec=EncryptionCodec(keys))
    return Shop(await Client.connect(address, data_converter=converter), engine, queue)


def test_a_secret_stays_readable_as_long_as_its_key_is_there(engine: Engine) -> None:
    old, new = EncryptionKey("2025", bytes(range(32))), EncryptionKey("2026", bytes(range(32, 64)))
    with writing(engine) as session:
        reference = Vault([old]).keep(session, STORE, "GC-1", datetime.now(UTC))
        Vault([new, old]).keep(session, STORE, "GC-2", datetime.now(UTC))
    with reading(engine) as session:
        assert Vault([new, old]).reveal(session, STORE, reference) == "GC-1"
        assert {row.key_id for row in session.query(SecretRow)} == {"2025", "2026"}
    engine.dispose()
