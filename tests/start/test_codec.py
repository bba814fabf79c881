import pytest
from temporalio.api.common.v1 import Payload

from cases.codec import EncryptionCodec, UnreadablePayload
from settings.keys import EncryptionKey

OLD = EncryptionKey("2025", bytes(range(32)))
NEW = EncryptionKey("2026", bytes(range(32, 64)))
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data='{"name": "王小明"}'.encode())


async def test_what_was_encrypted_comes_back_whole() -> None:
    codec = EncryptionCodec([NEW])

    (sealed,) = await codec.encode([PLAIN])

    assert "王小明".encode() not in sealed.SerializeToString()
    assert sealed.metadata["encryption-key-id"] == b"2026"
    assert await codec.decode([sealed]) == [PLAIN]


async def test_equal_payloads_look_different() -> None:
    first, second = await EncryptionCodec([NEW]).encode([PLAIN, PLAIN])

    assert first.data != second.data


async def test_a_rotated_key_still_reads() -> None:
    (sealed,) = await EncryptionCodec([OLD]).encode([PLAIN])

    assert await EncryptionCodec([NEW, OLD]).decode([sealed]) == [PLAIN]


async def test_payloads_from_before_encryption_are_read() -> None:
    assert await EncryptionCodec([NEW]).decode([PLAIN]) == [PLAIN]


async def test_a_missing_key_is_named() -> None:
    (sealed,) = await EncryptionCodec([OLD]).encode([PLAIN])

    with pytest.raises(UnreadablePayload, match="'2025'"):
        await EncryptionCodec([NEW]).decode([sealed])


async def test_a_changed_payload_is_refused() -> None:
    codec = EncryptionCodec([NEW])
    (sealed,) = await codec.encode([PLAIN])
    changed = Payload(metadata=sealed.metadata, data=sealed.data[:-1] + bytes([sealed.data[-1] ^ 1]))

    with pytest.raises(UnreadablePayload, match="changed"):
        await codec.decode([changed])


async def test_a_payload_moved_under_another_key_id_is_refused() -> None:
    twin = EncryptionKey("twin", NEW.key)
    codec = EncryptionCodec([NEW, twin])
    (sealed,) = await codec.encode([PLAIN])
    sealed.metadata["encryption-key-id"] = b"twin"

    with pytest.raises(UnreadablePayload, match="changed"):
        await codec.decode([sealed])
