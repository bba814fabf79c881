"""Turns: how many requests of a store are at work at a time, so that one store's rush leaves room for the others'.

What a request costs is paid in many places: here, by Temporal, by the worker, in the database. All of them take what
comes first, so a store's share is kept where its requests come in.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections import deque
from collections.abc import Callable
from urllib.parse import parse_qsl

from starlette.requests import HTTPConnection
from starlette.types import Scope

from api.access import Caller
from api.metrics import TURNS_WAITED_FOR
from api.problems import too_many
from api.rates import Rates

_TURN = "turn"
"""In the state of a request: the turn that it has."""
_SHARED_FOR = 10.0
"""For so many seconds after somebody of another store has asked, each lane is held to its share."""
_HELD_FOR = 0.25
"""Seconds after which a turn goes on to the next, though its request is still at work: it waits for a case whose worker
is away, not for its share of the processor.
"""
_TRY_AGAIN = 1
_ACCOUNT = "account "
"""Before the name of a lane that is no store's."""
_READS = frozenset({"GET", "HEAD"})
_STORE_IN_PATH = re.compile(r"/cases/[a-z0-9_]+:([^:/]+):")


class Turns:
    """Who is at work in this process, and who waits for a turn, by lane: a store's, or an account's of no one store."""

    def __init__(
        self,
        rates: Rates,
        at_once: int,
        most_waiting: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """rates: how many requests a caller may send. at_once: requests of a lane that are at work at a time, while
        other lanes ask for something too; 0: half as many as the machine has processors. most_waiting: requests of a
        lane that wait; one more is refused.
        """
        self._rates, self._clock = rates, clock
        self._at_once = at_once or max(1, (os.cpu_count() or 1) // 2)
        self._most_waiting = most_waiting
        self._at_work: dict[str, int] = {}
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        self._latest: tuple[frozenset[str], str] | None = None
        """In which stores whoever asked last works, and their account."""
        self._shared_until = 0.0

    async def take(self, http: HTTPConnection, caller: Caller) -> None:
        """Count the request, and wait for its turn; `give_back` ends it. Raises Problem `too_many`."""
        state = http.scope.setdefault("state", {})
        if _TURN in state:
            return  # the quick route has asked for its turn already
        self._rates.count(caller.id)
        whose = whose_turn(http, caller)
        self._note(caller.stores if whose.startswith(_ACCOUNT) else frozenset({whose}), caller.id)
        lane = f"{whose} reads" if http.scope["method"] in _READS else whose
        if self._has_room(lane):
            self._at_work[lane] = self._at_work.get(lane, 0) + 1
        else:
            await self._wait(lane)
        state[_TURN] = Turn(self, lane)

    def _note(self, works_in: frozenset[str] | None, account: str) -> None:
        """Two who work in no common store share what there is. Who works in all of them may be of the same store."""
        if works_in is None:
            return
        latest, self._latest = self._latest, (works_in, account)
        if latest is not None and works_in.isdisjoint(latest[0]) and account != latest[1]:
            self._shared_until = self._clock() + _SHARED_FOR

    async def _wait(self, lane: str) -> None:
        waiting = self._waiting.setdefault(lane, deque())
        if len(waiting) >= self._most_waiting:
            raise too_many(f"{len(waiting)} requests wait for their turn before this one.", _TRY_AGAIN)
        turn = asyncio.get_running_loop().create_future()
        waiting.append(turn)
        TURNS_WAITED_FOR.inc()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self.pass_on(lane)
            elif turn in waiting:
                waiting.remove(turn)
            raise
        finally:
            TURNS_WAITED_FOR.dec()

    def pass_on(self, lane: str) -> None:
        """A turn of this lane is over: the request that has waited longest has the next."""
        self._at_work[lane] -= 1
        waiting = self._waiting.get(lane)
        while waiting and self._has_room(lane):
            turn = waiting.popleft()
            if not turn.done():  # its request may have been cancelled this moment
                turn.set_result(None)
                self._at_work[lane] += 1
        if not waiting:
            self._waiting.pop(lane, None)
        if not self._at_work[lane]:
            del self._at_work[lane]

    def _has_room(self, lane: str) -> bool:
        return self._at_work.get(lane, 0) < self._at_once or self._clock() >= self._shared_until


class Turn:
    """One request's."""

    def __init__(self, turns: Turns, lane: str) -> None:
        self._turns, self._lane = turns, lane
        self._ends = asyncio.get_running_loop().call_later(_HELD_FOR, self.give_back)
        self._is_over = False

    def give_back(self) -> None:
        """It is over."""
        if not self._is_over:
            self._is_over = True
            self._ends.cancel()
            self._turns.pass_on(self._lane)


def give_back(scope: Scope) -> None:
    """End the turn that a request has, if it has one."""
    turn: Turn | None = scope.get("state", {}).get(_TURN)
    if turn is not None:
        turn.give_back()


def whose_turn(http: HTTPConnection, caller: Caller) -> str:
    """The store that the request is about, where the caller sees it; else the caller's one store, or the account."""
    stores = caller.stores
    if stores is not None and len(stores) == 1:
        return next(iter(stores))
    named = _STORE_IN_PATH.search(http.scope["path"])
    store = named[1] if named else ""
    if not store and b"store=" in http.scope["query_string"]:
        store = dict(parse_qsl(http.scope["query_string"].decode("latin-1"))).get("store", "")
    return store if store and caller.sees(store) else f"{_ACCOUNT}{caller.id}"
