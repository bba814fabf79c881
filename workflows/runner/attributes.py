"""The search attributes by which operations find a case: shown at once after a rest, together in a rush; the last ones
as the run ends.

Each replay must show them where the first run did. So the caller passes the time: one that no replay changes.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeUpdate

from workflows.runner.messages import Commit
from workflows.runner.search_attributes import PROCEDURE_VERSION, ROLE, STAGE
from workflows.runner.words import sentence

PAUSE = timedelta(seconds=15)
"""Between two upserts of a case, but for its last: each costs Temporal half as much again as the action itself. The
last goes out with the end of the run, where it costs nothing: Temporal writes its row for that anyway.

Histories replay with it: cases that run can't be given another.
"""


class Attributes:
    """Keeps a case's search attributes at what was committed."""

    def __init__(self) -> None:
        self._stages: list[str] = []
        self._roles: list[str] = []
        self._version = 0
        self._shown_at = workflow.info().workflow_start_time
        self._timer: asyncio.Task[None] | None = None

    def show(self, commit: Commit, at: datetime, *, ends: bool) -> None:
        """Show a commit: now; or, where another was shown a moment ago, as soon as the pause is over.

        Args:
            commit: what the case is now.
            at: when it was committed; each replay must come to the same moment.
            ends: whether the run ends with it, and shows it then.
        """
        self._stages = [stage.key for stage in commit.stages]
        self._roles = sorted(commit.roles)
        self._version = commit.version
        due = self._shown_at + PAUSE
        if at >= due:
            if self._upsert():
                self._shown_at = at
        elif self._timer is None and not ends and self._changed():
            self._timer = asyncio.create_task(self._catch_up(due, due - at))

    def show_end(self) -> None:
        """Show what isn't shown yet, together with the end of the run."""
        self._upsert()

    async def _catch_up(self, due: datetime, wait: timedelta) -> None:
        await workflow.sleep(wait, summary=sentence("attributes"))
        self._timer, self._shown_at = None, due
        self._upsert()

    def _upsert(self) -> bool:
        changed = self._changed()
        if changed:
            workflow.upsert_search_attributes(changed)  # pyright: ignore[reportUnknownMemberType] - the SDK's own
        return bool(changed)

    def _changed(self) -> list[SearchAttributeUpdate[Any]]:
        known = workflow.info().typed_search_attributes
        changed: list[SearchAttributeUpdate[Any]] = []
        if list(known.get(STAGE) or ()) != self._stages:
            changed += [STAGE.value_set(self._stages), ROLE.value_set(self._roles)]
        if known.get(PROCEDURE_VERSION) != self._version:
            changed.append(PROCEDURE_VERSION.value_set(self._version))
        return changed
