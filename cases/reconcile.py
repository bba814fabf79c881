"""Compares the read model with Temporal, and has what differs written again.

A commit runs before Temporal has kept the step that asked for it. Where worker and server die at that moment, the
read model shows a step that never was, until the request is sent again. And a database that was restored from a copy
shows less than there is. The command looks once; a worker looks when it starts, and every few minutes at what has
changed lately.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlmodel import col
from temporalio.client import WorkflowExecutionStatus
from temporalio.converter import DataConverter
from temporalio.service import RPCError, RPCStatusCode

from cases import policies
from cases.client import CaseClient
from cases.connection import connect
from cases.errors import CaseNotRunning, NoAnswerYet
from cases.read_model import announce
from cases.rebuild import rebuild
from cases.signing import SigningKeys
from models.database import DatabaseError, open_database, reading, writing
from models.effect import Queue
from models.tables.cases import CUT_OFF, CaseRow
from settings.environment import Settings
from workflows.language.refusals import Refusal
from workflows.runner.histories import is_case
from workflows.runner.messages import Head

_log = logging.getLogger(__name__)

_AT_ONCE = 8
_LATELY = timedelta(minutes=5)
_EVERY = timedelta(minutes=5)
_MOST = 1000
"""Cases looked at in one pass of a worker; a command looks at all."""
_ASKED_TOGETHER = 500
_FROM_OUTSIDE = {
    WorkflowExecutionStatus.TERMINATED: "Terminated",
    WorkflowExecutionStatus.TIMED_OUT: "TimedOut",
    WorkflowExecutionStatus.CANCELED: "Canceled",
    WorkflowExecutionStatus.FAILED: "Failed",
}
"""How a workflow ends that its case hasn't ended, as Temporal's queries say it."""
_STEADY = timedelta(seconds=1)
"""A difference must last: a case may be moving while it is looked at."""


@dataclass
class Report:
    """What was found, and done about it: case ids."""

    looked_at: int = 0
    rewritten: list[str] = field(default_factory=list[str])
    """Their workflow has written them again."""
    rebuilt: list[str] = field(default_factory=list[str])
    """They had ended; they were written again from their history."""
    unanswered: list[str] = field(default_factory=list[str])
    """Not compared: there was no worker, or its code doesn't fit."""
    unknown: list[str] = field(default_factory=list[str])
    """Open in the read model, and Temporal has never heard of them: lost with Temporal's database."""
    cut_off: list[str] = field(default_factory=list[str])
    """Open in the read model, and somebody has ended their workflow: incidents from now on."""


class Reconciler:
    """Looks at cases, a few at a time."""

    def __init__(self, cases: CaseClient, converter: DataConverter, *, task_queue: str = Queue.CASES) -> None:
        """converter: how the histories are to be read, for a case that has ended."""
        self._cases = cases
        self._converter = converter
        self._queue = task_queue
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def look(self, since: datetime | None = None, most: int | None = None) -> Report:
        """Compare the cases that changed since then, or all, and those that only Temporal knows."""
        report = Report()
        known = await asyncio.to_thread(_changed, self._cases.engine, since, most)
        missing = [case for case in await self._listed("ExecutionStatus = 'Running'") if case not in known]
        missing = await asyncio.to_thread(_not_there, self._cases.engine, missing)
        missing += [case for case in await self._cut_off(since) if case not in known]
        report.looked_at = len(known) + len(missing)
        await asyncio.gather(*(self._compare(case, report) for case in (*known, *missing)))
        return report

    async def keep(self) -> None:
        """Look now, and again every few minutes at what has changed lately, until cancelled."""
        since: datetime | None = None
        while True:
            now = datetime.now(UTC)
            try:
                since = since or await asyncio.to_thread(_newest, self._cases.engine)
                report = await self.look(since - _LATELY if since else None, _MOST)
            except (DatabaseError, RPCError) as error:
                _log.warning("the read model could not be compared with Temporal: %s", error)
            except Exception:  # noqa: BLE001 - one case's fault must not end the watch over all
                _log.exception("the read model could not be compared with Temporal")
            else:
                since = now
                if report.rewritten or report.rebuilt or report.unknown or report.cut_off:
                    _log.warning("the read model differed from Temporal: %s", report)
            await asyncio.sleep(_EVERY.total_seconds())

    async def _listed(self, which: str) -> list[str]:
        query = f"TaskQueue = '{self._queue}' AND {which}"
        found = [run.id async for run in self._cases.client.list_workflows(query) if is_case(run)]
        return list(dict.fromkeys(found))

    async def _cut_off(self, since: datetime | None) -> list[str]:
        """The cases of runs that were ended from outside since then, or ever."""
        ended = " OR ".join(f"ExecutionStatus = '{status}'" for status in _FROM_OUTSIDE.values())
        lately = f" AND CloseTime >= '{since.isoformat()}'" if since else ""
        return await self._listed(f"({ended}){lately}")

    async def _compare(self, case: str, report: Report) -> None:
        async with self._places:
            try:
                if await self._agrees(case) or await self._agrees(case, after=_STEADY):
                    return
                await self._cases.commit_again(case)
                report.rewritten.append(case)
            except CaseNotRunning:
                await self._compare_ended(case, report)
            except (NoAnswerYet, Refusal):
                report.unanswered.append(case)

    async def _agrees(self, case: str, *, after: timedelta = timedelta()) -> bool:
        await asyncio.sleep(after.total_seconds())
        head = await self._cases.head(case)
        row = await asyncio.to_thread(_row, self._cases.engine, case)
        return head == Head(revision=row.revision, hash=row.hash, committed=True) if row else False

    async def _compare_ended(self, case: str, report: Report) -> None:
        """A case whose workflow isn't running, or doesn't answer for it."""
        row = await asyncio.to_thread(_row, self._cases.engine, case)
        if row is not None and row.state == "closed":
            return
        try:
            described = await self._cases.client.get_workflow_handle(case).describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            report.unknown.append(case)
            return
        status = described.status
        if row is not None and status is not None and status in _FROM_OUTSIDE:
            how = f"{CUT_OFF}{status.name.lower()}"
            await asyncio.to_thread(_cut_off, self._cases.engine, case, how)
            report.cut_off.append(case)
        if status is not WorkflowExecutionStatus.COMPLETED:
            return
        client, engine = self._cases.client, self._cases.engine
        failed = await rebuild(client, engine, task_queue=self._queue, converter=self._converter, case=case)
        (report.unanswered if failed else report.rebuilt).append(case)


def _cut_off(engine: Engine, case: str, how: str) -> None:
    """Show that the case needs operations. The next commit of its workflow, once that runs again, overwrites this."""
    with writing(engine) as session:
        row = session.get_one(CaseRow, case, with_for_update=True)
        if row.outcome == how or row.state == "closed":
            return
        # no hash of a case: a workflow that runs again differs, and writes again
        row.state, row.outcome, row.hash, row.changed_at = "incident", how, how, datetime.now(UTC)
        announce(session, row)


def _changed(engine: Engine, since: datetime | None, most: int | None) -> list[str]:
    wanted = select(col(CaseRow.id))
    newest = col(CaseRow.changed_at).desc()
    lately = wanted.where(col(CaseRow.changed_at) >= since if since else CaseRow.is_open()).order_by(newest)
    cut_off = wanted.where(CaseRow.is_open(), col(CaseRow.outcome).startswith(CUT_OFF, autoescape=True))
    with reading(engine) as session:
        found = [*session.scalars(lately.limit(most) if most else lately), *session.scalars(cut_off)]
    return list(dict.fromkeys(found))


def _not_there(engine: Engine, found: list[str]) -> list[str]:
    there: set[str] = set()
    with reading(engine) as session:
        for first in range(0, len(found), _ASKED_TOGETHER):
            some = found[first : first + _ASKED_TOGETHER]
            there.update(session.scalars(select(col(CaseRow.id)).where(col(CaseRow.id).in_(some))))
    return [case for case in found if case not in there]


def _row(engine: Engine, case: str) -> CaseRow | None:
    with reading(engine) as session:
        return session.get(CaseRow, case)


def _newest(engine: Engine) -> datetime | None:
    with reading(engine) as session:
        return session.scalar(select(func.max(col(CaseRow.changed_at))))


async def main(chosen: Settings, *, everything: bool) -> int:
    """The command. 1 where a case differs that could not be written again."""
    engine = open_database(chosen.sqlalchemy_url)
    policies.look_in(engine)
    client = await connect(chosen)
    cases = CaseClient(client, engine, SigningKeys(chosen.signing_secrets).sign)
    newest = await asyncio.to_thread(_newest, engine)
    since = None if everything or newest is None else newest - _LATELY
    report = await Reconciler(cases, client.data_converter).look(since)
    sys.stdout.write(f"{report}\n")
    engine.dispose()
    return 1 if report.unanswered or report.unknown or report.cut_off else 0
