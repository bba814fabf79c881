"""What updates are answered, and when: once the read model shows what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from temporalio import workflow

from workflows.runner.commits import CommitBuilder
from workflows.runner.messages import EffectReply, Reply
from workflows.runner.state import CaseState

REPLIES_KEPT = 200
"""How many replies a case remembers; the API's journal remembers all."""
MOST_WAITING = 3
"""Handlers that wait for a quick effect at a time; Temporal takes ten updates, and a cancellation must get in."""


@dataclass(frozen=True)
class _Waiting:
    """A handler that waits for the outcomes of quick effects."""

    revision: int
    """Of the step that asked for them."""
    quick: tuple[str, ...]
    carries: bool


class Replies:
    """The replies of one run, and the latest of the runs before it."""

    def __init__(
        self,
        state: CaseState,
        commits: CommitBuilder,
        kept: dict[str, Reply],
        *,
        is_overlong: Callable[[], bool],
        may_carry: Callable[[], bool],
    ) -> None:
        """kept: what the run before has left. is_overlong: whether the run must end, and so can't wait for effects.
        may_carry: whether what has changed may go out with a reply.
        """
        self.kept = dict(kept)
        """By the request's id. Temporal forgets update ids when the case goes on in a new run."""
        self._state = state
        self._commits = commits
        self._is_overlong = is_overlong
        self._may_carry = may_carry
        self._waiting: list[_Waiting] = []
        self._waiting_for_case = 0
        """Handlers whose senders write nothing: what they wait for can't go out with another's reply."""

    def known(self, request: str) -> Reply | None:
        """What this request was answered, if it was handled before."""
        return self.kept.get(request)

    @property
    def will_carry(self) -> bool:
        """Whether a handler is about to reply with all that has changed: its quick effects have their outcomes."""
        return self._may_go_out() and any(one.carries and self._is_answered(one) for one in self._waiting)

    @property
    def wait_to_be_shown(self) -> bool:
        """Whether a handler waits until the case has shown by itself what went out with other replies."""
        return any(not one.carries and self._is_answered(one) for one in self._waiting)

    def now_with_commit(self, request: str = "", waited: tuple[EffectReply, ...] = ()) -> Reply:
        """Reply at once, with a commit: the sender writes the read model, and knows by then that Temporal has kept the
        step.
        """
        reply = self._state.reply(waited)
        self._keep(request, reply)
        return reply.model_copy(update={"commit": self._commits.piggyback()})

    async def when_committed(
        self, request: str = "", quick: Sequence[str] = (), *, carries: bool = False
    ) -> Reply:
        """Reply once the read model shows what was done, and there are outcomes of these quick effects.

        carries: whether the sender writes a commit that comes with the reply: then the case need not show the outcomes.
        """
        state, revision = self._state, self._state.revision
        self._keep(request, state.reply())
        if not quick or len(self._waiting) >= MOST_WAITING:
            self._waiting_for_case += 1
            try:
                await workflow.wait_condition(lambda: self._commits.revision >= revision)
            finally:
                self._waiting_for_case -= 1
            return self.kept.get(request) or state.reply()
        waiting = _Waiting(revision, tuple(quick), carries)
        self._waiting.append(waiting)
        state.awaited |= dict.fromkeys(quick)
        try:
            await workflow.wait_condition(lambda: self._may_reply(waiting))
        finally:
            self._waiting.remove(waiting)
        came = [state.awaited.pop(key) for key in quick]
        waited = tuple(one for one in came if isinstance(one, EffectReply))
        if not self._is_shown() and carries and self._may_go_out():
            return self.now_with_commit(request, waited)
        reply = state.reply(waited)
        self._keep(request, reply)
        return reply

    def _may_reply(self, waiting: _Waiting) -> bool:
        if self._commits.revision < waiting.revision:
            return False
        may_be_told = self._is_shown() or (waiting.carries and self._may_go_out())
        return (self._is_answered(waiting) and may_be_told) or self._is_overlong()

    def _is_shown(self) -> bool:
        return not self._state.changed and not self._commits.has_unseen

    def _may_go_out(self) -> bool:
        return self._may_carry() and not self._waiting_for_case

    def _is_answered(self, waiting: _Waiting) -> bool:
        """Whether its step is shown, and there are outcomes of all its quick effects."""
        is_shown = self._commits.revision >= waiting.revision
        return is_shown and all(self._state.awaited[key] for key in waiting.quick)

    def _keep(self, request: str, reply: Reply) -> None:
        """For a request that may come again in a later run; one without an id changes nothing."""
        if not request:
            return
        self.kept[request] = reply
        while len(self.kept) > REPLIES_KEPT:
            del self.kept[next(iter(self.kept))]
