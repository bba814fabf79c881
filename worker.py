"""The worker process: runs cases and performs their effects. `guicheng worker`, as many times as wanted."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import uvloop
from sqlalchemy import Engine
from temporalio.client import Client
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities.configured_ports import open_ports
from activities.messages.mentions import mail_mentions
from activities.messages.port import PERSON, Delivery, Headline, Readers
from activities.performers import World, activities_of
from activities.port_errors import Misconfigured
from activities.ports import Ports
from cases import policies
from cases.client import CaseClient
from cases.connection import TemporalAway, connect, end_process
from cases.done_effects import show_done
from cases.effects import CaseActivities
from cases.headline_words import ImpersonalHeadlines
from cases.payload_walks import spare_needless_walks
from cases.read_model import ReadModelWriter
from cases.reconcile import Reconciler
from cases.schedules import Calendar, bring_in_line
from cases.signed_work import SignedWork
from cases.signing import SigningKeys
from models.database import DatabaseError, open_database
from models.effect import Queue
from settings.collector import freeze_gc
from settings.environment import Settings, SettingsError, settings
from stores.current import is_off, store_settings
from stores.readers import ReadersByRole
from workflows.registry import registry
from workflows.runner import gate
from workflows.runner.case import CaseWorkflow
from workflows.runner.sandbox import workflow_runner
from workflows.runner.schedule import OpenOnSchedule
from workflows.runner.telling import Details
from workflows.runner.words import speak

_log = logging.getLogger("worker")

_WORKFLOW_THREADS = 2
"""Python runs one at a time; and each keeps a machine of each procedure, some 14 MB for all of them."""
_THREADS = {Queue.CASES: 48, Queue.EFFECTS: 16, Queue.PROVIDERS: 32}
"""How many activities of a queue run at a time. Those that wait for others are the cheapest."""
_POLLS = 20
"""Workflow tasks asked for at a time. A task that finds nobody waiting for it goes through Temporal's database."""
_COMMITS = 16
"""Commits written at a time. One that only queued for a thread or the database would use up its second."""
_LOOK_AT_MENTIONS = 2.0
"""Seconds between two looks at whether a comment has named somebody who wants mail."""
_LOOK_AT_SETTINGS = 5.0
"""Seconds between two looks at whether the store's settings change the schedules."""
_STICKY_TIMEOUT = timedelta(seconds=1)
"""How long a case waits for the worker that has it in memory, before any other takes it over."""


def workers(chosen: Settings, client: Client, engine: Engine, ports: Ports) -> Iterator[Worker]:
    """One worker a task queue, so that a slow provider starves no step."""
    registry()  # reading all procedures takes longer than a workflow's task may
    spare_needless_walks()
    keys = SigningKeys(chosen.signing_secrets)
    gate.trust(keys)
    policies.look_in(engine)
    commits = ReadModelWriter(engine)
    speak(chosen.locale)
    cases = CaseClient(client, engine, keys.sign, is_off=partial(is_off, chosen))
    performed = activities_of(World(engine, ports, show_done))
    performed[Queue.CASES] += [
        commits.commit,
        commits.commit_when_possible,
        *CaseActivities(cases).all(),
        Calendar(cases, chosen).open,
    ]
    for queue, activities in performed.items():
        yield _worker(chosen, client, queue, activities, SignedWork(keys))


def _worker(
    chosen: Settings,
    client: Client,
    queue: Queue,
    activities: Sequence[Callable[..., Any]],
    signed: SignedWork,
) -> Worker:
    threads = ThreadPoolExecutor(_THREADS[queue], thread_name_prefix=queue)
    if queue is not Queue.CASES:
        return Worker(
            client,
            task_queue=queue,
            activities=signed.only_signed(activities),
            interceptors=[signed],
            activity_executor=threads,
            max_concurrent_activities=_THREADS[queue],
            graceful_shutdown_timeout=chosen.worker_grace,
        )
    return Worker(
        client,
        task_queue=queue,
        workflows=[CaseWorkflow, OpenOnSchedule],
        workflow_runner=workflow_runner(),
        workflow_task_executor=ThreadPoolExecutor(_WORKFLOW_THREADS, thread_name_prefix="workflow"),
        max_cached_workflows=chosen.cached_cases,
        max_concurrent_workflow_task_polls=_POLLS,
        sticky_queue_schedule_to_start_timeout=_STICKY_TIMEOUT,
        activities=signed.only_signed(activities),
        interceptors=[signed, Details()],
        activity_executor=threads,
        max_concurrent_local_activities=_COMMITS,
        max_concurrent_activities=_THREADS[queue],
        # no payload is kept elsewhere: to look for such ones side by side would cost a task a payload
        max_workflow_task_external_storage_concurrency=1,
        graceful_shutdown_timeout=chosen.worker_grace,
    )


async def _keep_calendar(chosen: Settings, client: Client) -> None:
    """Keep the schedules as the settings say, also when the store's file changes."""
    kept = None
    while True:
        if (current := store_settings(chosen)) is not kept:
            try:
                brought = await bring_in_line(client, chosen)
                _log.info("the calendar: %s", brought)
                kept = current
            except RPCError as error:
                _log.warning("the schedules could not be brought in line: %s", error)
        await asyncio.sleep(_LOOK_AT_SETTINGS)


async def _keep_mailing(engine: Engine, ports: Ports) -> None:
    """Mail who is named in comments."""
    while ports[Delivery].reaches(PERSON):
        try:
            await asyncio.to_thread(mail_mentions, engine, ports)
        except DatabaseError as error:
            _log.warning("mail about comments waits: %s", error)
        await asyncio.sleep(_LOOK_AT_MENTIONS)


async def _keep_read_model(chosen: Settings, client: Client, engine: Engine) -> None:
    """Keep the read model as Temporal says."""
    cases = CaseClient(client, engine, SigningKeys(chosen.signing_secrets).sign)
    await Reconciler(cases, client.data_converter).keep()


async def serve(running: Sequence[Worker], stop: asyncio.Event) -> None:
    """Run them until asked to stop; then none takes new work, and what runs has its grace. Raises what ended one."""
    tasks = [asyncio.create_task(worker.run()) for worker in running]
    asked = asyncio.create_task(stop.wait())
    await asyncio.wait({*tasks, asked}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    await asyncio.gather(*(worker.shutdown() for worker in running))
    await asyncio.gather(*tasks)


def _runtime(chosen: Settings) -> Runtime | None:
    """The SDK's own, with figures for Prometheus; None where nobody asks for them."""
    if not chosen.worker_metrics:
        return None
    shown = PrometheusConfig(bind_address=chosen.worker_metrics, counters_total_suffix=True)
    try:
        return Runtime(telemetry=TelemetryConfig(metrics=shown))
    except (RuntimeError, ValueError) as error:
        raise SettingsError(
            f"WORKER_METRICS: nothing can listen at {chosen.worker_metrics} ({error})."
        ) from error


def _ports(chosen: Settings) -> Ports:
    opened = open_ports(
        stripe_api_key=chosen.stripe_api_key.get_secret_value() if chosen.stripe_api_key else "",
        stripe_api_base=chosen.stripe_api_base,
        carrier_url=chosen.carrier_url,
        apprise_urls=chosen.apprise_urls,
        locale=chosen.locale,
        timezone=chosen.store_timezone,
        public_url=chosen.public_url,
        files=chosen.data_dir / "files",
        encryption_keys=chosen.encryption_keys,
    )
    language = "zh" if chosen.locale.startswith("zh") else "en"
    return opened.using(Headline, ImpersonalHeadlines(language)).using(
        Readers, ReadersByRole(lambda: store_settings(chosen).people)
    )


async def work(chosen: Settings) -> None:
    """Connect, and serve until SIGTERM or SIGINT."""
    store_settings(chosen)  # a fault in the store's file ends the worker here, before it has begun anything
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    engine = open_database(chosen.sqlalchemy_url, synchronous=chosen.sqlite_synchronous)
    client = await connect(chosen, runtime=_runtime(chosen))
    _log.info("working for %s, namespace %s", client.service_client.config.target_host, client.namespace)
    ports = _ports(chosen)
    running = list(workers(chosen, client, engine, ports))
    beside = [
        asyncio.create_task(_keep_calendar(chosen, client)),
        asyncio.create_task(_keep_read_model(chosen, client, engine)),
        asyncio.create_task(_keep_mailing(engine, ports)),
    ]
    await serve(running, stop)
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)
    engine.dispose()
    _log.info("stopped")


def main(argv: Sequence[str] | None = None) -> None:
    """Serve as a process of its own; on failure it ends with one sentence."""
    argparse.ArgumentParser(
        prog="guicheng worker",
        description="Run a worker: it carries the cases and performs their effects, until SIGTERM or Ctrl-C.",
        epilog="Settings come from the environment; docs/deployment.md explains them.",
    ).parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    registry()
    freeze_gc()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work(settings()))
    except (SettingsError, TemporalAway, DatabaseError, Misconfigured) as error:
        end_process(1, str(error))


if __name__ == "__main__":
    main()
