"""A whole store: its own Temporal server, worker, books and API; and its staff, who act by HTTP in their own roles."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import Engine, select
from sqlmodel import SQLModel, col
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.configured_ports import open_ports
from api.people.keys import ensure_first_key
from cases.schedules import planned, schedule_id
from cases.signing import SigningKeys
from models.database import open_database, reading, writing
from models.effect import Queue
from models.roles import Role
from models.tables import all_tables
from models.tables.cases import CaseRow, EffectRow
from settings.environment import Settings, load
from start.temporal_server import temporal_server
from tests.procedures.corpus import Corpus, Json, learnt, moved
from tests.scenario import MONDAY
from tests.whole.api import serving
from tests.whole.clock import StoreClock, at_rest
from tests.whole.waiting import Stuck, until
from worker import workers
from workflows.language.forms import STOP
from workflows.language.sources import sources_of
from workflows.registry import registry
from workflows.runner.messages import Planned
from workflows.runner.schedule import OPEN_ON_SCHEDULE

STORE = "shop"
CUSTOMER_NO, SUPPLIER_NO = "C-1", "ACME"
"""As whom the store's customer, and its supplier, call."""
_ENGINE = {Role.SYSTEM, Role.TIMER}


class Store:
    """What the staff do, and what becomes of it."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        engine: Engine,
        client: Client,
        clock: StoreClock,
        settings: Settings,
    ) -> None:
        """http: with a key that may do everything; it only makes keys, fills books and looks."""
        self.engine = engine
        self._http = http
        self._client = client
        self._clock = clock
        self._settings = settings
        self._corpus: Corpus = learnt()
        self._keys: dict[Role, str] = {}
        self._making_keys = asyncio.Lock()
        self._numbers = itertools.count(1)

    # --- acting

    async def start(self, procedure: str, subject: str, event: str = "", **answers: Any) -> str:
        """A new case; answers that aren't given are a scenario's."""
        starts = [
            e
            for e, moves in registry().get(procedure).declaration.transitions.items()
            if any(m.is_start for m in moves)
        ]
        event = event or starts[0]
        body = {"store": STORE, "subject": subject, "data": self._form(procedure, event, answers)}
        if len(starts) > 1:
            body["event"] = event
        role = self._role(procedure, event, ())
        case = body_of(await self._post(role, f"/procedures/{procedure}/cases", body))
        return str(case["id"])

    async def walk(self, case: str, events: str, **answers: Json) -> Json:
        """These events in turn, each by the role whose it is; `answers` go into the form of the event so named."""
        for event in events.split():
            await self.act(case, event, **answers.get(event, {}))
        return await self.look(case)

    async def act(self, case: str, event: str, role: Role | None = None, **answers: Any) -> Json:
        """One event, as soon as the case takes it."""
        return body_of(await self._acted(case, event, role, answers))

    async def refused(self, case: str, event: str, role: Role | None = None, **answers: Any) -> str:
        """Why the case doesn't take the event with these answers, or from this role."""
        answer = await self._acted(case, event, role, answers)
        assert answer.status_code == 422, f"{case} takes {event}: {answer.text}"
        return str(answer.json()["detail"])

    async def is_taken(self, case: str, event: str, stages: tuple[str, ...], first: int) -> bool:
        """Whether somebody whose turn it is can send this event, with one form or another, from this one on."""
        procedure = case.partition(":")[0]
        forms = self._forms(procedure, event)
        first %= len(forms)
        for form in (*forms[first:], *forms[:first]):
            for role in self._roles(procedure, event, stages):
                body = {"form": form} if form is not None else {}
                answer = await self._post(role, f"/cases/{case}/actions/{event}", body)
                if answer.status_code < 300:
                    return True
        return False

    async def is_stopped(self, case: str, roles: Iterable[str]) -> bool:
        """Whether one of these roles, or who stands above them, can stop the case."""
        body = {"form": {"reason": "nobody comes to it"}}
        for role in dict.fromkeys((*(Role(role) for role in roles), Role.OPS_MANAGER, Role.GM)):
            if role not in _ENGINE:
                answer = await self._post(role, f"/cases/{case}/actions/{STOP}", body)
                if answer.status_code < 300:
                    return True
        return False

    async def started_by_calendar(self, procedure: str) -> str:
        """What the calendar starts now of this procedure; the case's id."""
        (plan,) = [plan for plan in self.calendar() if plan.procedure == procedure]
        return await self.started_by(plan)

    def calendar(self) -> list[Planned]:
        """All that the calendar starts in this store; other tests have registered procedures of their own."""
        return [plan for plan, _ in planned(self._settings) if plan.procedure in self._corpus]

    async def started_by(self, plan: Planned) -> str:
        """What this plan starts now; the case's id, or why there is none. Schedules keep the server's time: this is
        what theirs does.
        """
        name = f"{schedule_id(plan)}-{self.now():%FT%T}"
        keys = SigningKeys(self._settings.signing_secrets)
        plan = plan.model_copy(update={"signature": keys.sign(*plan.signed_parts())})
        return await self._client.execute_workflow(OPEN_ON_SCHEDULE, plan, id=name, task_queue=Queue.CASES)

    async def at_rest(self) -> None:
        """Nothing is under way any more."""
        await at_rest(self._client, self._known)

    async def pass_time(self, span: timedelta) -> None:
        """Everything in the store is so much later."""
        await self._clock.forward(self._client, self._known, span)

    async def pass_time_until(self, moment: datetime) -> None:
        """It is just after this moment."""
        await self.pass_time(moment - self.now() + timedelta(seconds=5))

    async def pass_night(self) -> None:
        """It is six in the morning of the next day."""
        tomorrow = datetime.combine(self.today() + timedelta(days=1), time(6), self.zone)
        await self.pass_time_until(tomorrow)

    # --- looking

    async def look(self, case: str) -> Json:
        """The case as the API shows it."""
        return body_of(await self._http.get(f"/cases/{case}"))

    async def settled(self, case: str) -> Json:
        """The case, once what it asked for is done."""

        async def done() -> Json | None:
            return None if self._is_performed_for(case) else await self.look(case)

        return await until(done, lambda: f"{case} waits for its effects")

    async def at(self, case: str, *stages: str) -> Json:
        """The case, once it stands there and what it asked for is done."""
        seen: Json = {}

        async def arrived() -> Json | None:
            nonlocal seen
            answer = await self._http.get(f"/cases/{case}")
            if answer.status_code == 404:  # whoever opens it hasn't yet
                return None
            seen = body_of(answer)
            if {stage["key"] for stage in seen["stages"]} == set(stages):
                return None if self._is_performed_for(case) else seen
            if seen["state"] == "closed" or seen["incidents"]:
                raise Stuck(f"{case} doesn't come to {stages}: {seen}")
            return None

        return await until(arrived, lambda: f"{case} doesn't come to {stages}: {seen}")

    async def child(self, case: str, procedure: str, n: int = 0) -> str:
        """The n-th case of that procedure that this one has started, once it is there."""
        links: list[Json] = []

        async def started() -> str | None:
            nonlocal links
            links = (await self.look(case))["links"]
            found = [link["case"] for link in links if link["case"].startswith(f"{procedure}:")]
            there = len(found) > n and (await self._http.get(f"/cases/{found[n]}")).status_code == 200
            return found[n] if there else None

        return await until(started, lambda: f"{case} starts no {procedure}: {links}")

    async def cases(self, **wanted: Any) -> list[Json]:
        """All cases."""
        found: list[Json] = []
        cursor = ""
        while True:
            at = {"cursor": cursor} if cursor else {}
            page = (await self._http.get("/cases", params={**wanted, "limit": 100, **at})).json()
            found += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return found

    async def book(self, name: str, **wanted: Any) -> list[Json]:
        return body_of(await self._http.get(f"/books/{name}", params={"limit": 200, **wanted}))["items"]

    async def enter(self, book: str, body: Json) -> Json:
        """Fill a book by hand."""
        return body_of(await self._post(None, f"/books/{book}", {"store": STORE, **body}))

    async def call(self, role: Role, method: str, path: str, body: Json | None = None) -> httpx.Response:
        """One call of the API by somebody of this role; an action is sent until it is answered."""
        if method == "POST" and body is not None:
            return await self._post(role, path, body)
        return await self._http.request(method, path, headers=await self._as(role))

    def known(self) -> set[str]:
        """The ids of all cases."""
        return {*self._known()}

    def now(self) -> datetime:
        """The store's clock."""
        return self._clock.now()

    def today(self) -> date:
        """The day that it is in the store's time zone."""
        return self.now().astimezone(self.zone).date()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self._settings.store_timezone)

    # --- the inside

    async def _acted(self, case: str, event: str, role: Role | None, answers: Json) -> httpx.Response:
        """What the API answers as soon as the case stands where the event may come."""
        procedure = case.partition(":")[0]
        why: object = None

        async def sent() -> httpx.Response | None:
            nonlocal why
            if self._is_performed_for(case):  # what it waits for may decide what is answered
                why = f"{case} waits for its effects"
                return None
            stages = tuple(stage["key"] for stage in (await self.look(case))["stages"])
            form = self._form(procedure, event, answers)
            mine = role or self._role(procedure, event, stages)
            answer = await self._post(
                mine, f"/cases/{case}/actions/{event}", {"form": form} if form is not None else {}
            )
            if answer.status_code == 409:  # it isn't there yet, or on its way
                why = f"{case} doesn't take {event} from {mine}: {answer.text}"
                return None
            return answer

        return await until(sent, lambda: why)

    def _is_performed_for(self, case: str) -> bool:
        """Whether something that the case asked for is under way."""
        running = select(col(EffectRow.key)).where(
            col(EffectRow.case) == case, col(EffectRow.standing) == "running"
        )
        with reading(self.engine) as session:
            return session.scalars(running).first() is not None

    def _known(self) -> list[str]:
        with reading(self.engine) as session:
            return list(session.scalars(select(col(CaseRow.id))))

    def _form(self, procedure: str, event: str, answers: Json) -> Json | None:
        """As scenarios first have it, with these answers; None where nothing is asked."""
        usual = self._forms(procedure, event)[0]
        if usual is None:
            return None
        return {name: value for name, value in {**usual, **answers}.items() if value is not ...}

    def _forms(self, procedure: str, event: str) -> list[Json | None]:
        """The forms of this event that scenarios have, of today; nothing that is known."""
        shapes = [move.form for move in registry().get(procedure).declaration.transitions[event] if move.form]
        if not shapes:
            return [None]
        later = self.now() - MONDAY - timedelta(minutes=1)
        days = (self.today() - MONDAY.date()).days
        asked = {name: source for shape in shapes for name, source in sources_of(shape).items()}
        known = {name for name, source in asked.items() if source.kind == "known"}
        forms: list[Json | None] = []
        for variant in self._corpus[procedure].get("forms", {}).get(event, [{}]):
            usual = moved(variant, later, days)
            form = {name: value for name, value in usual.items() if name not in known}  # nobody sends that
            if any("customer_no" in shape.model_fields for shape in shapes):
                form["customer_no"] = form.get("customer_no") or CUSTOMER_NO
            forms.append(form)
        return forms

    def _role(self, procedure: str, event: str, stages: Iterable[str]) -> Role:
        return next(iter(self._roles(procedure, event, stages)), Role.OPS_MANAGER)

    def _roles(self, procedure: str, event: str, stages: Iterable[str]) -> list[Role]:
        """Whose turn it is to send this event from there."""
        moves = registry().get(procedure).declaration.transitions[event]
        here = [move for move in moves if move.source.id in stages] or list(moves)
        roles = [
            role for move in here for role in sorted(move.by - move.spec.heard_by) if role not in _ENGINE
        ]
        return [*dict.fromkeys(roles)]

    async def _as(self, role: Role) -> dict[str, str]:
        async with self._making_keys:
            await self._make_key(role)
        return {"Authorization": f"Bearer {self._keys[role]}"}

    async def _make_key(self, role: Role) -> None:
        if role not in self._keys:
            numbers = {
                Role.CUSTOMER: [("customer", CUSTOMER_NO)],
                Role.SUPPLIER: [("supplier", SUPPLIER_NO)],
                Role.BUYER_ORG: [("buyer", SUPPLIER_NO), ("buyer", CUSTOMER_NO)],
                Role.DISTRIBUTOR: [("distributor", CUSTOMER_NO)],
            }
            parties = [{"kind": kind, "number": number} for kind, number in numbers.get(role, [])]
            body = {"name": f"one-{role}", "roles": [role], "stores": None, "parties": parties}
            made = await self._http.post("/keys", json=body)
            assert made.status_code == 201, made.text
            self._keys[role] = made.json()["key"]

    async def _post(self, role: Role | None, path: str, body: Json) -> httpx.Response:
        """Sent until it is answered, under one key."""
        headers = await self._as(role) if role else {}
        headers["Idempotency-Key"] = f"request-{next(self._numbers)}"
        while True:
            answer = await self._http.post(path, json=body, headers=headers)
            if not (answer.status_code == 202 and "location" in answer.headers):
                return answer
            await asyncio.sleep(0.1)


def body_of(answer: httpx.Response) -> Json:
    assert answer.status_code < 300, f"{answer.request.url} {answer.request.content!r}: {answer.text}"
    return answer.json()


def _where_it_is_morning() -> str:
    """A time zone where it is about ten: no midnight falls between what a test does and what it looks at."""
    ahead = (22 - datetime.now(UTC).hour) % 24 - 12
    return f"Etc/GMT{-ahead:+d}"


@asynccontextmanager
async def store_in(home: Path) -> AsyncGenerator[Store]:
    """A store at work, from the ground."""
    settings = load(
        data_dir=home, signing_key="a key of the tests", stores=[STORE], store_timezone=_where_it_is_morning()
    )
    engine = open_database(f"sqlite:///{home / 'store.db'}")
    all_tables().create_all(engine)
    SQLModel.metadata.create_all(engine)
    with writing(engine) as session:
        first_key = ensure_first_key(session)
    with temporal_server(home / "temporal", time_skipping=True) as server:
        clock = StoreClock()
        client = await Client.connect(
            server.address, data_converter=pydantic_data_converter, interceptors=[clock]
        )
        ports = open_ports(
            stripe_api_key="",
            stripe_api_base=settings.stripe_api_base,
            carrier_url="",
            apprise_urls={},
            locale=settings.locale,
            timezone=settings.store_timezone,
            files=home / "files",
        )
        async with AsyncExitStack() as stack:
            for worker in workers(settings, client, engine, ports):
                await stack.enter_async_context(worker)
            http = await stack.enter_async_context(serving(settings, engine, client))
            http.headers["Authorization"] = f"Bearer {first_key}"
            stack.callback(engine.dispose)
            yield Store(http, engine, client, clock, settings)
