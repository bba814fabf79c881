"""Signed webhooks (standardwebhooks.com): whoever knows the secret sent this body within the last five minutes."""

from __future__ import annotations

import binascii
from collections.abc import Mapping

from standardwebhooks import Webhook, WebhookVerificationError
from standardwebhooks.webhooks import EmptyWebhookSecretError

from api.problems import Problem


def check(secret: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Raises Problem `unauthenticated` unless the headers hold a signature of this body from the last five minutes."""
    try:
        webhook = Webhook(secret)
    except (ValueError, EmptyWebhookSecretError) as error:
        raise Problem(
            "unauthenticated", "WEBHOOK_SECRET is not set up right here: it is no Base64."
        ) from error
    try:
        webhook.verify(body, dict(headers), json_parse=False)
    except WebhookVerificationError as error:
        raise Problem("unauthenticated", f"The webhook's signature is not right: {error}.") from error
    except (
        ValueError,
        binascii.Error,
        OverflowError,
    ) as error:  # what isn't text, Base64 or a list of signatures
        raise Problem("unauthenticated", "The webhook's signature can't be read.") from error
