"""What the staff are told, and confirm that they have read."""

from __future__ import annotations

from typing import Any

from models.roles import Role
from tests.whole.store import Store
from workflows.registry import registry


async def kept(store: Store, case: str, event: str) -> dict[str, Any]:
    """What the case holds of what the event's form asks again."""
    (form,) = {
        move.form
        for move in registry().get(case.partition(":")[0]).declaration.transitions[event]
        if move.form
    }
    return {
        name: value for name, value in (await store.look(case))["data"].items() if name in form.model_fields
    }


async def notice_read(store: Store, about: str) -> None:
    """What this case has to say is sent, and everybody who is to know reads it."""
    notice = await store.child(about, "change_broadcast")
    form = await kept(store, notice, "send_notice")
    await store.act(notice, "send_notice", **form)
    for reader in dict.fromkeys(
        ("cs_supervisor", *form["readers"])
    ):  # the head of customer service always is
        await store.act(notice, "read_one", Role(reader))
    await store.at(notice, "confirmed")
