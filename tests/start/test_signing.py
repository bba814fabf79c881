import math

import pytest

from cases.signing import sign, verify

KEY = b"0123456789abcdef"


def test_a_signature_fits_its_parts_alone() -> None:
    signature = sign(KEY, "case-1", "update-1", {"amount": "12.50"})

    assert verify(KEY, signature, "case-1", "update-1", {"amount": "12.50"})
    assert not verify(KEY, signature, "case-2", "update-1", {"amount": "12.50"})
    assert not verify(KEY, signature, "case-1", "update-1", {"amount": "12.51"})
    assert not verify(b"another key.....", signature, "case-1", "update-1", {"amount": "12.50"})


def test_the_order_of_an_objects_names_does_not_count() -> None:
    assert sign(KEY, {"a": 1, "b": [2, {"c": 3, "d": 4}]}) == sign(KEY, {"b": [2, {"d": 4, "c": 3}], "a": 1})


def test_parts_cannot_be_shifted_into_each_other() -> None:
    assert sign(KEY, "ab", "c") != sign(KEY, "a", "bc")
    assert sign(KEY, ["a", "b"]) != sign(KEY, "a", "b")


@pytest.mark.parametrize(
    "signature", ["", "0" * 64, "签名", "\ud800"], ids=["empty", "zeros", "hanzi", "surrogate"]
)
def test_nonsense_is_no_signature(signature: str) -> None:
    assert not verify(KEY, signature, "case-1")


@pytest.mark.parametrize("part", [math.nan, math.inf, object()], ids=["nan", "infinity", "object"])
def test_what_is_not_json_is_refused(part: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        sign(KEY, part)


def test_text_that_no_encoding_holds_can_still_be_signed() -> None:
    assert verify(KEY, sign(KEY, "\ud800\u0000"), "\ud800\u0000")
