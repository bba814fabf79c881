"""A worker as a process of its own, to be killed: `python -m tests.runner.worker ADDRESS DATABASE QUEUE`."""

from __future__ import annotations

import asyncio
import sys

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from cases import policies
from models.database import open_database
from tests.runner import procedures
from tests.runner.conftest import KEYS, Shop
from workflows.runner import gate


async def main(address: str, database: str, queue: str) -> None:
    """Work until killed."""
    procedures.register()
    gate.trust(KEYS)
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    engine = open_database(database)
    policies.look_in(engine)
    async with Shop(client, engine, queue).working():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
