"""What people set for themselves: language, theme, views, tasks put off."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from activities.secrets.vault import Vault
from inbox.filters import Filters
from inbox.moments import next_monday, next_opening
from inbox.remembered import drop_view, keep_mail, prefer, put_off, save_view
from inbox.routes.acting import filters_of, following
from inbox.routes.lists import beside
from inbox.templating import HEADERS, part, parts, toast_of
from inbox.visitors import Visiting

routes = APIRouter()


@routes.post("/preferences")
async def set_preferences(
    visitor: Visiting,
    language: Annotated[Literal["zh", "en"] | None, Form()] = None,
    theme: Annotated[Literal["light", "dark", "system"] | None, Form()] = None,
    quiet: Annotated[bool | None, Form()] = None,
) -> Response:
    """Draw pages so from now on."""
    await visitor.services.storage.write(prefer, visitor.id, language=language, theme=theme, is_quiet=quiet)
    return Response(status_code=204, headers={**HEADERS, "HX-Refresh": "true"} if quiet is None else HEADERS)


_ADDRESS = re.compile(r"[^@\s\"<>,;:\\]{1,64}@[^@\s\"<>,;:\\]{1,180}\.[^@\s\"<>,;:\\.\d]{2,}")


@routes.post("/mail")
async def set_mail(
    visitor: Visiting,
    wanted: Annotated[Literal["true"] | None, Form()] = None,
    address: Annotated[str, Form(max_length=254)] = "",
    forget: Annotated[Literal["true"] | None, Form()] = None,
) -> HTMLResponse:
    """Whether notices to the visitor's roles go to them as mail; another address, where one is given."""
    address = address.strip()
    if address and not _ADDRESS.fullmatch(address):
        fault = visitor.say("That is no mail address.")
        return parts(part("mail.html", visitor, fault=fault, typed=address), status=422)
    changed = "" if forget else address or None
    has_mail = not forget and (bool(address) or visitor.has_mail)
    now = replace(visitor, wants_mail=has_mail and wanted is not None, has_mail=has_mail)
    vault = visitor.services.world.ports[Vault]
    await visitor.services.storage.write(keep_mail, vault, visitor.id, wanted=now.wants_mail, address=changed)
    return parts(part("mail.html", now, fault="", typed="", is_kept=True))


@routes.post("/views")
async def keep_view(
    request: Request,
    visitor: Visiting,
    name: Annotated[str, Form(min_length=1, max_length=40)],
    shared: Annotated[str, Form(max_length=32)] = "",
) -> HTMLResponse:
    """Save a list's filters under a name."""
    filters = filters_of(await request.form())
    await visitor.services.storage.write(save_view, visitor.caller, name.strip(), filters.query, shared)
    return await _queues(visitor, filters)


@routes.post("/views/drop")
async def forget_view(
    request: Request, visitor: Visiting, view: Annotated[str, Form(max_length=40)]
) -> HTMLResponse:
    """Forget a saved view."""
    await visitor.services.storage.write(drop_view, visitor.caller, view)
    return await _queues(visitor, filters_of(await request.form()))


async def _queues(visitor: Visiting, filters: Filters) -> HTMLResponse:
    return parts(part("queues.html", visitor, filters=filters, here="list", **await beside(visitor)))


@routes.post("/snooze")
async def snooze(
    request: Request,
    visitor: Visiting,
    task: Annotated[str, Form(max_length=320)],
    until: Annotated[Literal["hour", "opening", "monday", "now"], Form()],
) -> HTMLResponse:
    """Put a task off; it is still there for all others."""
    now, policy = datetime.now(UTC), visitor.policy
    moments = {
        "hour": now + timedelta(hours=1),
        "opening": next_opening(policy, now),
        "monday": next_monday(policy, now),
        "now": None,
    }
    await visitor.services.storage.write(put_off, visitor.caller, task, moments[until])
    visitor.numbers.forget(visitor.id)
    text = visitor.say("Put off") if until != "now" else visitor.say("It is back in the list")
    toast = toast_of("good", text, done=task if until != "now" else "")
    return await following(visitor, await request.form(), toast, task)
