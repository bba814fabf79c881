import math

import pytest

from cases.signing import SigningKeys

KEY = b"0123456789abcdef"
KEYS = SigningKeys((KEY,))
sign, verify = KEYS.sign, KEYS.verify


def test_a_signature_fits_its_parts_alone() -> None:
    signature = sign("case-1", "update-1", {"amount": "12.50"})

    assert verify(signature, "case-1", "update-1", {"amount": "12.50"})
    assert not verify(signature, "case-2", "update-1", {"amount": "12.50"})
    assert not verify(signature, "case-1", "update-1", {"amount": "12.51"})
    assert not SigningKeys((b"another key.....",)).verify(
        signature, "case-1", "update-1", {"amount": "12.50"}
    )


def test_the_order_of_an_objects_names_does_not_count() -> None:
    assert sign({"a": 1, "b": [2, {"c": 3, "d": 4}]}) == sign({"b": [2, {"d": 4, "c": 3}], "a": 1})


def test_parts_cannot_be_shifted_into_each_other() -> None:
    assert sign("ab", "c") != sign("a", "bc")
    assert sign(["a", "b"]) != sign("a", "b")


@pytest.mark.parametrize(
    "signature", ["", "0" * 64, "签名", "\ud800"], ids=["empty", "zeros", "hanzi", "surrogate"]
)
def test_nonsense_is_no_signature(signature: str) -> None:
    assert not verify(signature, "case-1")


@pytest.mark.parametrize("part", [math.nan, math.inf, object()], ids=["nan", "infinity", "object"])
def test_what_is_not_json_is_refused(part: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        sign(part)


def test_text_that_no_encoding_holds_can_still_be_signed() -> None:
    assert verify(sign("\ud800\u0000"), "\ud800\u0000")


def test_of_two_keys_the_first_signs_and_both_are_trusted() -> None:
    former, current = SigningKeys((b"the former key..",)), SigningKeys((KEY, b"the former key.."))

    assert current.sign("case-1") == sign("case-1")
    assert current.verify(former.sign("case-1"), "case-1")
    assert current.verify_work(former.sign_work(b"case-1"), b"case-1")
    assert not former.verify(current.sign("case-1"), "case-1")
    assert not former.verify_work(current.sign_work(b"case-1"), b"case-1")


def test_a_signature_of_work_fits_its_bytes_alone() -> None:
    signature = KEYS.sign_work(b"case-1", b"PayRefund", b"{}")

    assert KEYS.verify_work(signature, b"case-1", b"PayRefund", b"{}")
    assert not KEYS.verify_work(signature, b"case-1", b"PayRefun", b"d{}")
    assert not KEYS.verify_work(signature, b"case-1", b"PayRefund{}")
    assert not KEYS.verify_work(b"", b"case-1", b"PayRefund", b"{}")


def test_who_acts_and_what_is_performed_are_signed_apart() -> None:
    message = b'["guicheng actor 1","case-1"]'

    assert KEYS.sign_work(message).hex() != sign("case-1")
