"""Signed webhooks (standardwebhooks.com): whoever knows a sender's secret sent this body in the last five minutes."""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field

from standardwebhooks import Webhook, WebhookVerificationError

from api.access import Caller
from api.problems import Problem
from models.rights import Rights, known_roles
from models.roles import Role
from settings.environment import Settings, SettingsError
from settings.webhooks import EVERY_STORE, WebhookSender
from stores.file import NAME, nearest

ACCOUNT = "webhook:"
"""What the id of a sender begins with, which no account's does; its name follows."""
_FEEDS = frozenset(role.value for role in Role if role.is_feed)


@dataclass(frozen=True)
class Signer:
    """A sender of webhooks: whom its secrets stand for, and in whose name it may speak."""

    caller: Caller
    webhooks: tuple[Webhook, ...] = field(repr=False)
    """One for each secret that counts now."""
    sources: frozenset[str]
    """What its events may say as their `source`; anything, where it is empty."""


class Signers:
    """Those of whom WEBHOOK_SECRETS holds a secret."""

    def __init__(self, settings: Settings) -> None:
        """Raises SettingsError where a sender can't be one."""
        self._by_account = {
            f"{ACCOUNT}{name}": _signer(name, sender) for name, sender in settings.webhook_secrets.items()
        }

    def signer(self, body: bytes, headers: Mapping[str, str]) -> Signer:
        """Who signed this body within the last five minutes. Raises Problem `unauthenticated`."""
        if not self._by_account:
            raise Problem(
                "unauthenticated", "Webhook signatures are not set up here: WEBHOOK_SECRETS is not set."
            )
        why = ""
        for signer in self._by_account.values():
            for webhook in signer.webhooks:
                try:
                    webhook.verify(body, dict(headers), json_parse=False)
                except WebhookVerificationError as error:
                    why = f"is not right: {error}."
                except (
                    ValueError,
                    binascii.Error,
                    OverflowError,
                ):  # no text, no Base64, no list of signatures
                    why = "can't be read."
                else:
                    return signer
        raise Problem("unauthenticated", f"The webhook's signature {why}")

    def now(self, account: str) -> Caller:
        """The sender with this account, as it is set up now. Raises Problem `unauthenticated`."""
        signer = self._by_account.get(account)
        if signer is None:
            raise Problem("unauthenticated", "The sender is not in WEBHOOK_SECRETS any more.")
        return signer.caller


def _signer(name: str, sender: WebhookSender) -> Signer:
    where = f"WEBHOOK_SECRETS, {name}"
    if not NAME.fullmatch(name):
        raise SettingsError(f"{where}: a sender is named by up to 64 letters, digits and . @ _ -.")
    roles = known_roles(sender.roles)
    for wrong in sorted(set(sender.roles) - _FEEDS):
        raise SettingsError(f"{where}: {wrong} is no role of a feed{nearest(wrong, _FEEDS)}.")
    stores = None if EVERY_STORE in sender.stores else frozenset(sender.stores)
    return Signer(
        caller=Caller(id=f"{ACCOUNT}{name}", rights=Rights.plain(roles, stores)),
        webhooks=tuple(Webhook(secret.get_secret_value()) for secret in sender.secrets),
        sources=frozenset(sender.sources),
    )
