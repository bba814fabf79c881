"""Values as shops and people write them: what has one reading is kept in one spelling, what has two is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from models.amounts import money, ten_thousandths
from models.currencies import DECIMALS
from models.money import TooMuch, TwoCurrencies
from models.values import Address, Code, Money, PersonName, Phone, Qty, User, in_coins, yuan

PHONE: TypeAdapter[str] = TypeAdapter(Phone)
CODE: TypeAdapter[str] = TypeAdapter(Code)


def why(kind: TypeAdapter[Any], value: object) -> str:
    with pytest.raises(ValidationError) as refused:
        kind.validate_python(value)
    return str(refused.value)


PHONES = [
    ("13800138000", "13800138000"),
    ("13８００１３８０００", "13800138000"),
    (" 138 0013 8000 ", "13800138000"),
    ("138-0013-8000", "13800138000"),
    ("+86 138 0013 8000", "13800138000"),
    ("0086-13800138000", "13800138000"),
    ("8613800138000", "13800138000"),
    ("13800138000-1234", "13800138000-1234"),
    ("13800138000转1234", "13800138000-1234"),
    ("13800138000 ext. 12", "13800138000-12"),
    ("0571-88888888", "0571-88888888"),
    ("0571-8888888-1", "0571-8888888-1"),
    ("(0571) 8888 8888", "057188888888"),
    ("+86 571 88888888", "057188888888"),
    ("400-800-1234 转 8", "4008001234-8"),
    ("800 810 1234", "8008101234"),
    ("95588", "95588"),
    ("+852 9123 4567", "+85291234567"),
    ("853-66123456", "+85366123456"),
    ("00886 912 345 678", "+886912345678"),
    ("+44 (0)20 7946 0958", "+442079460958"),
    (13800138000, "13800138000"),
]


@pytest.mark.parametrize(("written", "kept"), PHONES)
def test_event_kind_07_phones_as_people_write_them(written: object, kept: str) -> None:
    assert PHONE.validate_python(written) == kept
    assert PHONE.validate_python(kept) == kept, "a second reading changes nothing"


@pytest.mark.parametrize(
    "written", ["none", "1234", "9123 4567", "12345678901", "+86 123", "13800138000 or 139"]
)
def test_event_kind_07_what_is_no_phone_is_refused_with_how_to_write_one(written: str) -> None:
    assert "write 13800138000" in why(PHONE, written)


def test_event_kind_07_addresses_without_a_district() -> None:
    at = Address.model_validate({"province": "广东省", "city": "东莞市", "street": "长安镇某路 1 号"})
    assert str(at) == "广东省东莞市长安镇某路 1 号"
    assert at.model_copy(update={"district": ""}) == Address.model_validate(at.model_dump())


def test_event_kind_07_a_name_of_one_character() -> None:
    assert TypeAdapter(PersonName).validate_python("李") == "李"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("#1001", "#1001"),
        ("  #1001 ", "#1001"),
        ("茶杯 (蓝)+/2", "茶杯 (蓝)+/2"),
        ("茶杯（蓝）", "茶杯(蓝)"),
        ("ＳＯ－１", "SO-1"),
        ("e\u0301-1", "\u00e9-1"),
    ],
)
def test_event_kind_08_numbers_as_shops_have_them(written: str, kept: str) -> None:
    assert CODE.validate_python(written) == kept
    assert CODE.validate_python(kept) == kept


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("a\nb", "line breaks"),
        ("a\u200bb", "nobody sees"),
        ("a:b", "a colon"),
        ("..", "a letter or a digit"),
        ("", "1 char"),
    ],
)
def test_event_kind_08_numbers_that_nobody_could_address(written: str, reason: str) -> None:
    assert reason in why(CODE, written)


def test_ids_of_people_stay_plain() -> None:
    assert "pattern" in why(TypeAdapter(User), "#li")
    assert "pattern" in why(TypeAdapter(User), "李")


@pytest.mark.parametrize(
    "written", ["1_000", "1,000.00", "１，０００", "1 000", "٣", "", "NaN", "0x10", "1e9999"]
)
def test_event_kind_09_amounts_with_two_readings_are_refused(written: str) -> None:
    assert "must be a number, with a point before its decimals" in why(
        TypeAdapter(Money), {"amount": written}
    )


def test_event_kind_09_full_width_amounts_are_kept_plain() -> None:
    assert Money.model_validate("１２.５０") == yuan("12.50")
    assert TypeAdapter(Qty).validate_python("３") == 3
    assert "must be a number" in why(TypeAdapter(Qty), "1_000")


@pytest.mark.parametrize(
    ("amount", "currency", "reason"),
    [
        ("100.50", "JPY", "Amounts in JPY have no decimals: 100.50 has some."),
        ("1.2555", "KWD", "Amounts in KWD have at most 3 decimals"),
        ("1.005", "CNY", "Amounts in CNY have at most 2 decimals"),
        ("1", "XYZ", "XYZ is no currency's code"),
        ("1", "yuan", "yuan is no currency's code"),
        ("1000000000000", "CNY", "must be less than 1000000000000"),
    ],
)
def test_event_kind_09_a_currency_has_its_own_decimals(amount: str, currency: str, reason: str) -> None:
    assert reason in why(TypeAdapter(Money), {"amount": amount, "currency": currency})


def test_event_kind_09_amounts_are_written_in_their_currencys_decimals() -> None:
    written = [str(Money(amount=Decimal(3), currency=currency)) for currency in ("CNY", "JPY", "KWD")]
    assert written == ["3.00 CNY", "3 JPY", "3.000 KWD"]
    assert str(Money(amount=Decimal("1.255"), currency="KWD")) == "1.255 KWD"
    assert in_coins(Decimal("0.125"), "CNY") == yuan("0.13")


@given(st.sampled_from(sorted(DECIMALS)), st.integers(-(10**11), 10**11))
def test_event_kind_09_tables_keep_every_currencys_coins(currency: str, coins: int) -> None:
    amount = Money(amount=Decimal(coins).scaleb(-DECIMALS[currency]), currency=currency)
    assert money(ten_thousandths(amount), currency) == amount


@given(st.text(max_size=40))
def test_a_second_reading_changes_nothing(text: str) -> None:
    for kind in (PHONE, CODE):
        try:
            kept = kind.validate_python(text)
        except ValidationError:
            continue
        assert kind.validate_python(kept) == kept


def test_amounts_that_cannot_be_reckoned_with_say_so() -> None:
    with pytest.raises(TwoCurrencies, match="are not in one currency"):
        _ = yuan(1) + Money.model_validate({"amount": 1, "currency": "USD"})
    with pytest.raises(TooMuch, match="1500000000000 CNY is more than is kept"):
        _ = yuan(500_000_000_000) * 3
