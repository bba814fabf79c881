"""One order, from the shop's report that it was placed to the fate that its file gives it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus

from demo.orders import Order
from demo.remote import Refused, Remote
from demo.staff import PLAYED, STORE, Case, Json, Move, Report, Turn, moves, placed
from guicheng_client.api.cases import act, get_case
from guicheng_client.api.events import post_events
from guicheng_client.models import Action, ActionFormType0, CloudEvent

PATIENCE = 120.0
"""Seconds that an order may stand still before it counts as stuck."""
_LOOK_AGAIN = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_MOVED_ON = frozenset({"moved_on", "not_possible_now", "refused"})

PLACED = Report("store.order.placed", "platform_feed", lambda order, case: order.number, placed)


@dataclass
class Played:
    """What came of one order."""

    order: Order
    stage: str = ""
    actions: int = 0
    trouble: str = ""
    roles: Counter[str] = field(default_factory=Counter[str])

    @property
    def is_as_recorded(self) -> bool:
        return not self.trouble and self.stage == self.order.fate.stage


class Player:
    """Plays one order: looks where its cases stand, and does what somebody would do next."""

    def __init__(self, remote: Remote, order: Order) -> None:
        self._remote = remote
        self._order = order
        self.played = Played(order)
        self._is_placed = False
        self._told: dict[str, Case] = {}
        """Cases as the last action's answer told them: they needn't be asked for."""
        self._case = f"order_fulfilment:{STORE}:{order.number}"

    async def place(self) -> None:
        """The shop reports it: its case begins."""
        try:
            if not await self._report(PLACED, {}, "start"):
                await self._until_there()
        except Refused as error:
            self.played.trouble = str(error)
        self._is_placed = True

    async def play(self) -> Played:
        """Go on until the order has met its fate, or stands still for too long."""
        try:
            if not self._is_placed:
                await self.place()
            if not self.played.trouble:
                await self._go_on()
        except Refused as error:
            self.played.trouble = str(error)
        return self.played

    async def _until_there(self) -> None:
        """The event was taken, and its case not yet begun: a process may have died over it, and another goes on."""
        until, looks = time.monotonic() + PATIENCE, 0
        while True:
            try:
                await self._remote.ask(get_case.asyncio_detailed, self._case)
            except Refused as error:
                if error.status != HTTPStatus.NOT_FOUND or time.monotonic() > until:
                    raise
            else:
                return
            await _pause(looks)
            looks += 1

    async def _go_on(self) -> None:
        moved_at, looks = time.monotonic(), 0
        while True:
            cases, all_there = await self._cases()
            self.played.stage = cases[0]["stages"][0]["key"]
            children_ended = all_there and all(case["state"] == "closed" for case in cases[1:])
            if self.played.stage == self._order.fate.stage and children_ended:
                return
            if await self._move_one(cases):
                moved_at, looks = time.monotonic(), 0
                continue
            if time.monotonic() - moved_at > PATIENCE:
                standing = ", ".join(
                    f"{c['id']} at {c['stages'][0]['key']}" for c in cases if c["state"] != "closed"
                )
                self.played.trouble = f"nothing moves any more: {standing}"
                return
            await _pause(looks)
            looks += 1

    async def _cases(self) -> tuple[list[Case], bool]:
        """The order's case, and those that it started and that are played too; and whether all have begun."""
        found: list[Case] = []
        all_there = True
        wanted = [self._case]
        while wanted:
            try:
                case = await self._case_of(wanted.pop(0))
            except Refused as error:
                if error.status != HTTPStatus.NOT_FOUND or not found:
                    raise
                all_there = False
                continue
            found.append(case)
            children = (link["case"] for link in case["links"] if link["case"].split(":")[0] in PLAYED)
            known = {c["id"] for c in found}
            wanted += [child for child in children if child not in known and child not in wanted]
        return found, all_there

    async def _case_of(self, case: str) -> Case:
        """As it was told, or as it is."""
        return self._told.pop(case, None) or await self._remote.ask(get_case.asyncio_detailed, case)

    async def _move_one(self, cases: list[Case]) -> bool:
        """Do the first thing that is possible; False when everything waits for something else."""
        for case in reversed(cases):
            if case["state"] == "closed" or (case["id"] == self._case and self._has_met_its_fate(case)):
                continue
            ways = moves(self._order, case)
            for move in ways:
                if isinstance(move, Report) or _may_be_done(move, case, is_alone=len(ways) == 1):
                    return await self._do(move, case)
        return False

    def _has_met_its_fate(self, case: Case) -> bool:
        return case["stages"][0]["key"] == self._order.fate.stage

    async def _do(self, move: Move, case: Case) -> bool:
        if isinstance(move, Report):
            return await self._report(move, case, case["stages"][0]["key"])
        return await self._act(move, case)

    async def _act(self, turn: Turn, case: Case) -> bool:
        body = Action(form=ActionFormType0.from_dict(turn.form(self._order, case)), revision=case["revision"])
        key = f"demo:{case['id']}:{turn.action}:{case['revision']}"
        try:
            answer = await self._remote.ask(
                act.asyncio_detailed, case["id"], turn.action, role=turn.role, body=body, idempotency_key=key
            )
        except Refused as error:
            if error.code in _MOVED_ON and error.status == 409:
                return False
            raise
        # it says what that role may do next, and nothing of others
        self._told[case["id"]] = {**answer, "actions": None}
        self._count(turn.role)
        return True

    async def _report(self, report: Report, case: Case, stage: str) -> bool:
        number = self._order.number
        event: Json = {
            "specversion": "1.0",
            "id": f"{number}/{report.topic}/{stage}",
            "source": f"/demo/{STORE}",
            "type": report.topic,
            "subject": report.about(self._order, case),
            "store": STORE,
            "data": report.data(self._order, case),
        }
        answer = await self._remote.ask(
            post_events.asyncio_detailed, role=report.role, body=CloudEvent.from_dict(event)
        )
        result: Json = answer["items"][0]
        if result["status"] == "refused":
            raise Refused(409, {"code": "refused", "detail": f"{report.topic}: {result.get('reason', '')}"})
        if result["status"] in ("started", "moved"):
            self._count(report.role)
            return True
        return False

    def _count(self, role: str) -> None:
        self.played.actions += 1
        self.played.roles[role] += 1


def _may_be_done(turn: Turn, case: Case, *, is_alone: bool) -> bool:
    """Whether it is offered; or, where the case doesn't say what is offered to whom, the only thing there is to do."""
    if case["actions"] is None:
        return is_alone
    return any(action["key"] == turn.action for action in case["actions"])


async def _pause(looks: int) -> None:
    """Longer, the more often one has looked in vain."""
    await asyncio.sleep(_LOOK_AGAIN[min(looks, len(_LOOK_AGAIN) - 1)])
