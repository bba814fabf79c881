"""Encrypts what Temporal stores, so that histories are readable to those with the key alone."""

import os
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from settings.keys import EncryptionKey

_ENCODING = b"binary/encrypted"
_KEY_ID = "encryption-key-id"
_NONCE_BYTES = 12


class UnreadablePayload(Exception):
    """A payload that none of our keys opens: its key is missing, or it was changed."""


class EncryptionCodec(PayloadCodec):
    """AES-256-GCM. The first key encrypts, all decrypt: a new key goes first, the old ones stay behind it."""

    def __init__(self, keys: Sequence[EncryptionKey]) -> None:
        self._current = keys[0].id
        self._ciphers = {key.id: AESGCM(key.key) for key in keys}

    async def encode(self, payloads: Iterable[Payload]) -> list[Payload]:
        """Encrypt each payload whole, metadata included."""
        return [self._encrypt(payload) for payload in payloads]

    async def decode(self, payloads: Iterable[Payload]) -> list[Payload]:
        """Decrypt; payloads from before encryption was turned on pass as they are."""
        return [self._decrypt(payload) for payload in payloads]

    def _encrypt(self, payload: Payload) -> Payload:
        nonce = os.urandom(_NONCE_BYTES)
        key_id = self._current.encode()
        sealed = self._ciphers[self._current].encrypt(nonce, payload.SerializeToString(), key_id)
        return Payload(metadata={"encoding": _ENCODING, _KEY_ID: key_id}, data=nonce + sealed)

    def _decrypt(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != _ENCODING:
            return payload
        key_id = payload.metadata.get(_KEY_ID, b"")
        cipher = self._ciphers.get(key_id.decode(errors="replace"))
        if cipher is None:
            name = key_id.decode(errors="replace")
            raise UnreadablePayload(
                f"This payload was encrypted with the key {name!r}, which ENCRYPTION_KEY does not hold. "
                "Add the old key behind the new one."
            )
        nonce, sealed = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
        try:
            return Payload.FromString(cipher.decrypt(nonce, sealed, key_id))
        except InvalidTag:
            raise UnreadablePayload(
                "This payload was changed, or encrypted with another key of the same id."
            ) from None
