"""Who may send an event: judged before its source and id are taken, and again each time it is tried."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from api.access import Authenticator, Caller
from api.events.cloudevents import CloudEvent
from api.events.listeners import senders_of
from api.events.signature import ACCOUNT, Signers
from api.problems import Problem

NOT_YOUR_ROLE = "not_your_role"


class NotAllowed(NamedTuple):
    """Why a sender may not send an event: the reason as a sentence, and without its particulars."""

    code: str
    reason: str


def not_allowed(
    type_: str, store: str | None, caller: Caller, source: str = "", sources: Collection[str] = ()
) -> NotAllowed | None:
    """Why this caller may not send such an event; None where it may, or nobody hears the type.

    sources: what the caller may say as the source; anything, where there are none.
    """
    roles = senders_of(type_)
    if store is not None and not caller.sees(store):
        return NotAllowed("not_found", f"there is no store {store}, or you may not see it")
    if roles and not caller.has_any(roles, store):
        return NotAllowed(NOT_YOUR_ROLE, f"{type_} is for {' or '.join(sorted(roles))}")
    if sources and source not in sources:
        return NotAllowed("not_your_source", f"{source} is not yours to speak for")
    return None


def not_allowed_to_send(
    event: CloudEvent, store: str, caller: Caller, sources: Collection[str]
) -> NotAllowed | None:
    """The same of an event that has come, for this store or, where it is empty, for nobody knows which."""
    return not_allowed(event.type, store or None, caller, event.source, sources)


class Senders:
    """Finds who has sent an event, with the rights of now: the key may be revoked by then, or a role taken away."""

    def __init__(self, authenticator: Authenticator, signers: Signers) -> None:
        self._authenticator = authenticator
        self._signers = signers

    async def now(self, sender: Caller) -> Caller | NotAllowed:
        """The sender with the roles and stores of now; why not, where it may not call any more."""
        try:
            if sender.id.startswith(ACCOUNT):
                return self._signers.now(sender.id)
            return await self._authenticator.now(sender)
        except Problem as problem:
            return NotAllowed("sender_gone", f"its sender may not call any more: {problem.detail}")
