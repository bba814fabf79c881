"""The ports that the settings ask for; embedded where they say nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from books.ports import Ports
from books.ports.apprise_delivery import AppriseDelivery
from books.ports.carriers import EmbeddedCarrier
from books.ports.delivery import KeptOnly
from books.ports.http_carrier import HttpCarrier
from books.ports.payments import EmbeddedPayments
from books.ports.stripe_payments import StripePayments


def open_ports(
    *,
    stripe_api_key: str = "",
    stripe_api_base: str = "",
    carrier_url: str = "",
    apprise_urls: Mapping[str, Sequence[str]] | None = None,
    locale: str = "zh_CN",
    timezone: str = "Asia/Shanghai",
    files: Path | None = None,
) -> Ports:
    """Ports to the outside world. Misconfigured where a setting can't be used."""
    return Ports(
        payments=StripePayments(stripe_api_key, stripe_api_base) if stripe_api_key else EmbeddedPayments(),
        carrier=HttpCarrier(carrier_url) if carrier_url else EmbeddedCarrier(),
        delivery=AppriseDelivery(apprise_urls) if apprise_urls else KeptOnly(),
        locale=locale,
        timezone=timezone,
        files=files,
    )
