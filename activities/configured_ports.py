"""The ports that the settings ask for; embedded where they say nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from activities.carriers.http_adapter import HttpCarrier
from activities.carriers.port import CarrierPort, EmbeddedCarrier
from activities.messages.apprise_adapter import AppriseDelivery
from activities.messages.port import Delivery, KeptOnly
from activities.money.port import EmbeddedPayments, Payments
from activities.money.stripe_adapter import StripePayments
from activities.ports import Ports
from activities.secrets.vault import Vault
from settings.environment import EncryptionKey


def open_ports(
    *,
    stripe_api_key: str = "",
    stripe_api_base: str = "",
    carrier_url: str = "",
    apprise_urls: Mapping[str, Sequence[str]] | None = None,
    locale: str = "zh_CN",
    timezone: str = "Asia/Shanghai",
    files: Path | None = None,
    encryption_keys: Sequence[EncryptionKey] = (),
) -> Ports:
    """Ports to the outside world. Misconfigured where a setting can't be used."""
    return Ports(
        {
            Payments: StripePayments(stripe_api_key, stripe_api_base)
            if stripe_api_key
            else EmbeddedPayments(),
            CarrierPort: HttpCarrier(carrier_url) if carrier_url else EmbeddedCarrier(),
            Delivery: AppriseDelivery(apprise_urls) if apprise_urls else KeptOnly(),
            Vault: Vault(encryption_keys),
        },
        locale=locale,
        timezone=timezone,
        files=files,
    )
