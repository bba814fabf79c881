"""No amount moves more than the books allow: what goes beyond is refused, or done as far as there is any."""

from __future__ import annotations

import pytest

from activities.catalogue.contract import SetPrice, SetProduct
from models.effect import Effect
from models.values import yuan
from tests.activities.bounds import BEYOND, NO_MORE, THERE
from tests.activities.desk import Books, rows


@pytest.fixture
def little(sqlite_books: Books) -> Books:
    """Books with ten cups, an order of 100 and a partner who may owe 50."""
    first: tuple[Effect, ...] = (SetProduct(sku="cup", title="Cup"), SetPrice(sku="cup", price=yuan(20)))
    for effect in (*first, *THERE):
        assert sqlite_books.do(effect).ok, effect
    return sqlite_books


@pytest.mark.parametrize(("effect", "why"), BEYOND, ids=[effect.kind() for effect, _ in BEYOND])
def test_the_books_refuse_what_goes_beyond_them(little: Books, effect: Effect, why: str) -> None:
    outcome = little.do(effect)
    assert not outcome.ok
    assert why in outcome.reason


@pytest.mark.parametrize(("effect", "tells"), NO_MORE, ids=[effect.kind() for effect, _ in NO_MORE])
def test_the_books_do_it_as_far_as_there_is_any(little: Books, effect: Effect, tells: str) -> None:
    outcome = little.do(effect)
    told = outcome.data[tells]
    done = sum(row["qty"] for row in rows(outcome, tells)) if isinstance(told, list) else told
    assert done == {"lines": 2, "shown": 8}[tells]
