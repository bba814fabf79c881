"""What updates are answered, and when: once the read model shows what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from temporalio import workflow

from workflows.runner.commits import CommitBuilder
from workflows.runner.messages import EffectReply, Reply
from workflows.runner.state import CaseState

REPLIES_KEPT = 200
"""How many replies a case remembers; the API's journal remembers all."""
MOST_WAITING = 3
"""Handlers that wait for a quick effect at a time; Temporal takes ten updates, and a cancellation must get in."""


class Replies:
    """The replies of one run, and the latest of the runs before it."""

    def __init__(
        self,
        state: CaseState,
        commits: CommitBuilder,
        kept: dict[str, Reply],
        *,
        is_overlong: Callable[[], bool],
    ) -> None:
        """kept: what the run before has left. is_overlong: whether the run must end, and so can't wait for effects."""
        self.kept = dict(kept)
        """By the request's id. Temporal forgets update ids when the case goes on in a new run."""
        self._state = state
        self._commits = commits
        self._is_overlong = is_overlong
        self._waiting = 0

    def known(self, request: str) -> Reply | None:
        """What this request was answered, if it was handled before."""
        return self.kept.get(request)

    def now_with_commit(self, request: str) -> Reply:
        """Reply at once, with a commit: the sender writes the read model, and knows by then that Temporal has kept the
        step.
        """
        reply = self._state.reply()
        self._keep(request, reply)
        return reply.model_copy(update={"commit": self._commits.piggyback()})

    async def when_committed(self, request: str, quick: Sequence[str] = ()) -> Reply:
        """Reply once the read model shows what was done, and there are outcomes of these quick effects."""
        state, revision = self._state, self._state.revision
        self._keep(request, state.reply())
        if not quick or self._waiting >= MOST_WAITING:
            await workflow.wait_condition(lambda: self._commits.revision >= revision)
            return self.kept.get(request) or state.reply()
        self._waiting += 1
        state.awaited |= dict.fromkeys(quick)
        try:
            await workflow.wait_condition(
                lambda: self._commits.revision >= revision and (self._has_all(quick) or self._is_overlong())
            )
        finally:
            self._waiting -= 1
        came = [state.awaited.pop(key) for key in quick]
        reply = state.reply(tuple(one for one in came if isinstance(one, EffectReply)))
        self._keep(request, reply)
        return reply

    def _has_all(self, quick: Sequence[str]) -> bool:
        return all(self._state.awaited[key] for key in quick) and not self._state.changed

    def _keep(self, request: str, reply: Reply) -> None:
        self.kept[request] = reply
        while len(self.kept) > REPLIES_KEPT:
            del self.kept[next(iter(self.kept))]
