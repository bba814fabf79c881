"""Delivery by Apprise: mail, DingTalk, WeCom, Feishu, webhooks and what else it knows."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from urllib.parse import quote

import apprise

from activities.messages.port import Letter
from activities.port_errors import Misconfigured, PortError

EVERYONE = "*"
"""The channel of messages that have none of their own."""

logging.getLogger("apprise").setLevel(logging.WARNING)


class AppriseDelivery:
    """Sends each letter to the URLs of its channel: `customer`, a role, or `*`.

    `{to}` in a URL stands for the reader, a number of the books': `jsons://crm.example/customers/{to}` tells a service
    that knows their address.
    Misconfigured when Apprise doesn't know a URL.
    """

    def __init__(self, urls: Mapping[str, Sequence[str]]) -> None:
        self._urls = {channel: tuple(targets) for channel, targets in urls.items()}
        for channel in self._urls:
            self._targets(channel, "nobody@example.com")

    def reaches(self, channel: str) -> bool:
        return bool(self._urls_of(channel))

    def deliver(self, letter: Letter) -> None:
        targets = self._targets(letter.channel, letter.to)
        if not targets.notify(letter.body, letter.title, body_format=apprise.NotifyFormat.TEXT):  # pyright: ignore[reportUnknownMemberType]
            raise PortError(f"a message to {letter.channel} couldn't be delivered")

    def _targets(self, channel: str, to: str) -> apprise.Apprise:
        targets = apprise.Apprise()
        for url in self._urls_of(channel):
            if not targets.add(url.replace("{to}", quote(to, safe=""))):  # pyright: ignore[reportUnknownMemberType]
                raise Misconfigured(
                    f"APPRISE_URLS: Apprise doesn't know a URL of {channel} ({url.partition(':')[0]}:…)"
                )
        return targets

    def _urls_of(self, channel: str) -> Sequence[str]:
        return self._urls.get(channel, self._urls.get(EVERYONE, ()))
