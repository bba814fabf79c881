"""Keys as settings write them."""

import base64
import binascii
from typing import NamedTuple


class EncryptionKey(NamedTuple):
    """A 256-bit key for payloads, and the id under which payloads name it."""

    id: str
    key: bytes


def parsed_encryption_keys(text: str) -> list[EncryptionKey]:
    """Keys written as `id:base64`, with commas between them. ValueError says how."""
    keys: list[EncryptionKey] = []
    for part in text.split(","):
        key_id, _, encoded = part.strip().rpartition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("write the key as id:base64") from None
        if not key_id or len(key) != 32:
            raise ValueError("write the key as id:base64, of 32 bytes; try `openssl rand -base64 32`")
        keys.append(EncryptionKey(key_id, key))
    if len({key.id for key in keys}) < len(keys):
        raise ValueError("each key needs an id of its own")
    return keys


def parsed_signing_keys(text: str) -> tuple[bytes, ...]:
    """One key, or two with a comma between them. ValueError says how."""
    keys = [key.strip() for key in text.split(",")]
    if any(len(key) < 16 for key in keys):
        raise ValueError("a signing key needs at least 16 characters; try `openssl rand -hex 32`")
    if len(keys) > 2:
        raise ValueError("two signing keys at most: the one that signs, and one more that is trusted")
    return tuple(key.encode() for key in keys)
