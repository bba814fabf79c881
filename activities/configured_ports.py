"""The ports that the settings ask for; embedded where they say nothing.

An adapter is imported where it is asked for: each brings libraries that a process without it needn't load.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from activities.carriers.port import CarrierPort, EmbeddedCarrier
from activities.messages.port import Delivery, Headline, KeptOnly, Nobody, NoHeadline, Readers
from activities.money.port import EmbeddedPayments, Payments
from activities.ports import Ports
from activities.secrets.vault import Vault
from settings.keys import EncryptionKey


def open_ports(
    *,
    stripe_api_key: str = "",
    stripe_api_base: str = "",
    carrier_url: str = "",
    apprise_urls: Mapping[str, Sequence[str]] | None = None,
    locale: str = "zh_CN",
    timezone: str = "Asia/Shanghai",
    public_url: str = "",
    files: Path | None = None,
    encryption_keys: Sequence[EncryptionKey] = (),
) -> Ports:
    """Ports to the outside world. Misconfigured where a setting can't be used."""
    return Ports(
        {
            Payments: _payments(stripe_api_key, stripe_api_base),
            CarrierPort: _carrier(carrier_url),
            Delivery: _delivery(apprise_urls or {}),
            Readers: Nobody(),
            Headline: NoHeadline(),
            Vault: Vault(encryption_keys),
        },
        locale=locale,
        timezone=timezone,
        public_url=public_url,
        files=files,
    )


def _payments(stripe_api_key: str, stripe_api_base: str) -> Payments:
    if not stripe_api_key:
        return EmbeddedPayments()
    from activities.money.stripe_adapter import StripePayments

    return StripePayments(stripe_api_key, stripe_api_base)


def _carrier(url: str) -> CarrierPort:
    if not url:
        return EmbeddedCarrier()
    from activities.carriers.http_adapter import HttpCarrier

    return HttpCarrier(url)


def _delivery(urls: Mapping[str, Sequence[str]]) -> Delivery:
    if not urls:
        return KeptOnly()
    from activities.messages.apprise_adapter import AppriseDelivery

    return AppriseDelivery(urls)
