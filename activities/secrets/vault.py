"""The vault: texts that nobody may read in a history, a message, a log or the read model, such as a gift card's code.

All of these hold the secret's reference instead (`models.values.Secret`). Whoever needs the text, such as the performer
that sends it to the customer, reveals it at the last moment and keeps it nowhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from models.tables.secrets import SecretRow
from models.values import SECRET
from settings.keys import EncryptionKey

_NONCE = 12
"""Bytes; what AES-GCM asks for."""


class Vault:
    """Keeps secrets in a table of their own, under AES-256-GCM where there is a key, else as they are.

    The first key encrypts, all decrypt: a new key goes first, the old ones stay behind it.
    """

    def __init__(self, keys: Sequence[EncryptionKey] = ()) -> None:
        """keys: those that encrypt payloads too (`ENCRYPTION_KEY`)."""
        self._current = keys[0].id if keys else ""
        self._ciphers = {key.id: AESGCM(key.key) for key in keys}

    def keep(self, session: Session, store: str, text: str, at: datetime) -> str:
        """Keep a text, and return the reference that stands for it. The same text again has another reference."""
        reference = f"secret:{secrets.token_hex(16)}"
        sealed = text.encode()
        if self._current:
            nonce = secrets.token_bytes(_NONCE)
            sealed = nonce + self._ciphers[self._current].encrypt(nonce, sealed, _bound(store, reference))
        session.add(SecretRow(reference=reference, store=store, sealed=sealed, key_id=self._current, at=at))
        return reference

    def reveal(self, session: Session, store: str, reference: str) -> str:
        """The text. LookupError where the store has no such secret, or nobody has its key any more."""
        row = session.get(SecretRow, reference)
        if row is None or row.store != store:
            raise LookupError(f"{store} keeps no secret {reference}")
        if not row.key_id:
            return row.sealed.decode()
        if row.key_id not in self._ciphers:
            raise LookupError(
                f"{reference} is encrypted with key {row.key_id!r}, which ENCRYPTION_KEY doesn't hold"
            )
        nonce, sealed = row.sealed[:_NONCE], row.sealed[_NONCE:]
        try:
            return self._ciphers[row.key_id].decrypt(nonce, sealed, _bound(store, reference)).decode()
        except InvalidTag:
            raise LookupError(
                f"{reference} was changed, or encrypted with another key {row.key_id!r}"
            ) from None

    def write_out(self, session: Session, store: str, text: str) -> str:
        """`text` with each reference in it replaced by what it stands for. LookupError as of `reveal`."""
        return SECRET.sub(lambda found: self.reveal(session, store, found.group()), text)


def _bound(store: str, reference: str) -> bytes:
    """What is authenticated with a secret, so that it can't be moved to another row."""
    return f"{store}\n{reference}".encode()
