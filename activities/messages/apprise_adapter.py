"""Delivery by Apprise: mail, DingTalk, WeCom, Feishu, webhooks and what else it knows."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

import apprise

from activities.messages.port import PERSON, Letter
from activities.outbound import in_time
from activities.port_errors import Misconfigured, PortError
from activities.requests_session import bound_all

EVERYONE = "*"
"""The channel of messages that have none of their own."""
WITHIN = 60.0
"""Seconds for one letter, whatever carries it."""
_ANYWHERE = frozenset({"json", "jsons", "xml", "xmls", "form", "forms"})
"""Kinds of URLs in which an operator writes the host that Apprise calls."""

logging.getLogger("apprise").setLevel(logging.WARNING)
bound_all()


class AppriseDelivery:
    """Sends each letter to the URLs of its channel: `customer`, a role, `person`, or `*` for all but `person`.

    `{to}` in a URL stands for the reader, a number of the books': `jsons://crm.example/customers/{to}` tells a service
    that knows their address.
    Misconfigured when Apprise doesn't know a URL, or the reader would choose the host that is called.
    """

    def __init__(self, urls: Mapping[str, Sequence[str]]) -> None:
        self._urls = {channel: tuple(targets) for channel, targets in urls.items()}
        for channel in self._urls:
            self._targets(channel, "nobody@example.com")

    def reaches(self, channel: str) -> bool:
        return bool(self._urls_of(channel))

    def deliver(self, letter: Letter) -> None:
        targets = self._targets(letter.channel, letter.to)
        if not in_time(lambda: _notify(targets, letter), WITHIN):
            raise PortError(f"a message to {letter.channel} couldn't be delivered")

    def _targets(self, channel: str, to: str) -> apprise.Apprise:
        # in one thread, which can be called off; and where the operator says, whatever is answered there
        asset = apprise.AppriseAsset(async_mode=False, service_timeout=0, http_redirects=False)
        targets = apprise.Apprise(asset=asset)
        for url in self._urls_of(channel):
            kind, _, rest = url.partition("://")
            if kind in _ANYWHERE and "{to}" in re.split(r"[/?#]", rest, maxsplit=1)[0]:
                raise Misconfigured(
                    f"APPRISE_URLS: {{to}} can't be the host of a URL of {channel} ({kind}:…)"
                )
            if not targets.add(url.replace("{to}", quote(to, safe=""))):  # pyright: ignore[reportUnknownMemberType]
                raise Misconfigured(
                    f"APPRISE_URLS: Apprise doesn't know a URL of {channel} ({url.partition(':')[0]}:…)"
                )
        return targets

    def _urls_of(self, channel: str) -> Sequence[str]:
        others = () if channel == PERSON else self._urls.get(EVERYONE, ())
        return self._urls.get(channel, others)


def _notify(targets: apprise.Apprise, letter: Letter) -> bool:
    return bool(targets.notify(letter.body, letter.title, body_format=apprise.NotifyFormat.TEXT))  # pyright: ignore[reportUnknownMemberType]
